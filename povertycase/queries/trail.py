"""The audit trail as a timeline: filtered, walked page by page from a position, told in sentences."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from povertycase import audit, slots
from povertycase.models import Account, AuditEvent, AuditSeal, AuditSubject, Division, JobRun, Post

PAGE = 50
SUBJECTS = 200
PEOPLE = 100  # accounts a typed name may stand for
CHECK = "audit-check"


@dataclass(frozen=True)
class Asked:
    """What the timeline is narrowed to; everything but the household stands in the address."""

    who: str = ""
    kind: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    town: str = ""
    household: int | None = None


@dataclass(frozen=True)
class Stretch:
    """A page of the timeline, newest first, and the positions that lead on."""

    events: list[AuditEvent]
    older: int | None
    newer: int | None


def asked(params: Mapping[str, str], household: int | None = None) -> Asked:
    """The filters as typed; what cannot be read is left out."""
    town = params.get("town", "")
    return Asked(
        who=params.get("who", "").strip()[:60],
        kind=params.get("kind", "") if params.get("kind", "") in slots.AUDIT_KINDS else "",
        since=_day(params.get("since", "")),
        until=_day(params.get("until", "")),
        town=town if town.isdigit() else "",
        household=household,
    )


def events(account: Account, wanted: Asked) -> "QuerySet[AuditEvent]":
    """The events this account may see, newest first."""
    found = AuditEvent.objects.visible_to(account).select_related("by").order_by("-at", "-id")
    if wanted.who:
        names = Q(username__iexact=wanted.who) | Q(display_name__icontains=wanted.who)
        found = found.filter(by__in=list(Account.objects.filter(names).values_list("pk", flat=True)[:PEOPLE]))
    if wanted.kind:
        found = found.filter(kind__in=alike(wanted.kind))
    if wanted.since:
        found = found.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        found = found.filter(at__lt=_midnight(wanted.until + datetime.timedelta(days=1)))
    if wanted.town:
        posts = Post.objects.filter(division__code__startswith=wanted.town[: Division.SIGNIFICANT["town"]])
        found = found.filter(by__in=list(posts.values_list("account", flat=True).distinct()))
    if wanted.household is not None:
        # A household has some hundred events: found by their own index, then put in order.
        touched = AuditSubject.objects.filter(household=wanted.household).values_list("event_id", flat=True)
        found = found.filter(pk__in=list(touched))
    return found


def stretch(account: Account, wanted: Asked, *, before: int | None = None, after: int | None = None) -> Stretch:
    """One page from a position: `before` or `after` an event's number, else the newest. No count, no offset."""
    found = events(account, wanted)
    place = AuditEvent.objects.visible_to(account).filter(pk=before or after).values_list("at", "id").first()
    if place and before:
        rows = list(found.filter(Q(at__lte=place[0]) & (Q(at__lt=place[0]) | Q(id__lt=place[1])))[: PAGE + 1])
        return _stretch(rows[:PAGE], older=len(rows) > PAGE, newer=True)
    if place:
        later = found.filter(Q(at__gte=place[0]) & (Q(at__gt=place[0]) | Q(id__gt=place[1]))).order_by("at", "id")
        rows = list(later[: PAGE + 1])
        return _stretch(rows[:PAGE][::-1], older=True, newer=len(rows) > PAGE)
    rows = list(found[: PAGE + 1])
    return _stretch(rows[:PAGE], older=len(rows) > PAGE, newer=False)


def _stretch(rows: list[AuditEvent], *, older: bool, newer: bool) -> Stretch:
    for row in rows:
        tell(row)
    return Stretch(rows, rows[-1].pk if rows and older else None, rows[0].pk if rows and newer else None)


def tell(event: AuditEvent) -> AuditEvent:
    """Put sentence and kind in words on an event."""
    kind = slots.AUDIT_KINDS.get(event.kind)
    event.told = audit.sentence(event)  # type: ignore[attr-defined]
    event.label = kind.label if kind else event.kind  # type: ignore[attr-defined]
    return event


def kinds() -> list[tuple[str, Any]]:
    """The kinds to choose from, one a label."""
    labels: dict[str, str] = {}
    for kind in slots.AUDIT_KINDS:
        labels.setdefault(str(kind.label), kind.code)
    return sorted(((code, label) for label, code in labels.items()), key=lambda pair: pair[1])


def alike(code: str) -> list[str]:
    """The kinds with the same label: staff know the words, not our codes."""
    label = str(slots.AUDIT_KINDS[code].label)
    return [kind.code for kind in slots.AUDIT_KINDS if str(kind.label) == label]


def rows(account: Account, wanted: Asked, limit: int) -> Iterator[tuple[Any, ...]]:
    """The events for a workbook, streamed: number, moment, person, kind, sentence, households, address."""
    for event in events(account, wanted)[:limit].iterator(chunk_size=2_000):
        tell(event)
        when = timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S")
        who = event.by.username if event.by else ""
        told = event.told, event.subjects, event.address  # type: ignore[attr-defined]
        yield (event.pk, when, who, str(event.label), *told)  # type: ignore[attr-defined]


def subjects(event: AuditEvent) -> list[str]:
    """The numbers of the households an event touched, at most 200."""
    keys = list(
        AuditSubject.objects.filter(event=event).order_by("household").values_list("household", flat=True)[:SUBJECTS]
    )
    return [number_of(key) for key in keys] if len(keys) == 1 else sorted(_numbers(keys).values())


def number_of(key: int) -> str:
    """A household's number by its key; a dash where no floor knows it."""
    return _numbers([key]).get(key, "—")


def household_of(number: str) -> int | None:
    """The key of the household with this number."""
    return next((key for entry in slots.AUDIT_SUBJECTS if (key := entry.find(number)) is not None), None)


def seal_of(event: AuditEvent) -> AuditSeal | None:
    """The link of the chain that holds an event."""
    return AuditSeal.objects.filter(event=event).first()


def last_check() -> JobRun | None:
    """The last time the whole trail was compared with its seals, whoever asked for it."""
    return JobRun.objects.filter(kind=CHECK).order_by("-pk").first()


def _numbers(keys: list[int]) -> dict[int, str]:
    return {key: number for entry in slots.AUDIT_SUBJECTS for key, number in entry.numbers(keys).items()}


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
