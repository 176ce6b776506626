"""变更历史: everything that was done about a household, in sentences, with what stood before and after."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from households import choices
from households.models import (
    Cadre,
    Cause,
    ChangeOpinion,
    Household,
    HouseholdDivision,
    HouseholdStatus,
    HousingAppraisal,
    Income,
    LegalSupporter,
    LivingObservation,
    Membership,
    Pairing,
    PersonCondition,
    Residence,
    WaterAppraisal,
)
from households.models.dated import tables_of_household
from households.queries.file import words
from povertycase import audit, slots
from povertycase.access.permissions import Permission
from povertycase.models import Account, AuditEvent

FIRST = 8  # of these stand on the file itself
PAGE = 20
SIZES = ("20", "50", "100")
# Whose rows a health reader alone may see, whole or by field.
HEALTH_TABLES = (Cause,)
HEALTH_FIELDS = {
    *("health", "disease", "disability_type", "disability_grade", "disability_cert_year", "doctor_signed_on"),
    *("relapse_cause", "dropout_reason", "transfer_disability", "transfer_other"),
}
HEALTH_KINDS = ("cause.changed",)
# Written together with an opinion on a change, whose day is theirs.
OPINION_KINDS = ("change.proposed", "change.agreed", "change.returned", "change.refused", "change.applied")
SEALED = {"phone", "phone_index"}
NOT_TOLD = {
    *("id", "household", "person", "recorded_at", "entered_on", "superseded_by", "superseded_at", "event_id"),
    *SEALED,
}
LABELS = {"village": later("村"), "cadre": later("帮扶责任人"), "health": later("健康状况")}
TABLES: tuple[tuple[Any, Any, str], ...] = (
    (HouseholdStatus, later("户情况"), ""),
    (HouseholdDivision, later("所在村组"), "village"),
    (Residence, later("居住状况"), "lives_in"),
    (LivingObservation, later("生产生活条件"), ""),
    (HousingAppraisal, later("住房"), ""),
    (WaterAppraisal, later("饮水"), ""),
    (Income, later("收入"), ""),
    (LegalSupporter, later("赡养人"), ""),
    (Cause, later("致贫原因"), ""),
    (Membership, later("家庭成员"), "person"),
    (Pairing, later("结对帮扶"), "cadre"),
)


def first(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """变更历史: the newest sentences, for the file."""
    rows = list(_events(household, account)[: FIRST + 1])
    return {"rows": _told(household, rows[:FIRST], account), "more": len(rows) > FIRST}


def page(household: Household, account: Account, number: str, size: str = "") -> Any:
    """One page of the timeline, newest first; each event with the values it changed. size: 20, 50 or 100."""
    found = Paginator(_events(household, account), int(size) if size in SIZES else PAGE).get_page(number)
    lines = _told(household, list(found.object_list), account)
    changes = _changes(household, account, [line["event"].pk for line in lines])
    for line in lines:
        line["changes"] = changes.get(line["event"].pk, [])
    found.object_list = lines
    return found


def _events(household: Household, account: Account) -> Any:
    # The account may see the household; the trail's own reach is the audit administrator's.
    found = AuditEvent.objects.filter(subject_rows__household=household.pk).select_related("by")
    if not account.can(Permission.HEALTH_VIEW):
        found = found.exclude(kind__in=HEALTH_KINDS)
    return found.order_by("-pk")


def _told(household: Household, events: list[AuditEvent], account: Account) -> list[dict[str, Any]]:
    """Sentences with the office's day and the moment of recording.

    Of an act on many households only its kind is told, for its words may name what lies elsewhere.
    """
    names, days = _cadres(events), _days(household, events)
    full = account.can(Permission.HEALTH_VIEW)
    return [
        {"event": event, "text": _sentence(event, names, full), "day": days.get(event.pk), "at": event.at}
        for event in events
    ]


def _days(household: Household, events: list[AuditEvent]) -> dict[int, datetime.date]:
    """event: the business date of the act, from the rows it wrote or the opinion given with it; not all have one."""
    rows = [model.objects.filter(household=household) for model in tables_of_household()]
    rows.append(PersonCondition.objects.filter(person__membership__household=household))
    wanted = [event.pk for event in events]
    first, *others = (
        part.order_by().filter(event_id__in=wanted).values_list("event_id", "entered_on") for part in rows
    )
    return {**_opinion_days(household, events), **dict(first.union(*others))}


def _opinion_days(household: Household, events: list[AuditEvent]) -> dict[int, datetime.date]:
    """event: the day of the opinion given with it."""
    told = [event for event in events if event.kind in OPINION_KINDS]
    if not told:
        return {}
    opinions = ChangeOpinion.objects.filter(request__household=household).order_by("pk")
    given = list(opinions.values_list("request", "by", "created_at", "given_on"))
    found = {}
    for event in told:
        # The event is written after its opinion, in one transaction that holds the request.
        whose = (event.params.get("request"), event.by_id)
        before = [day for request, by, at, day in given if (request, by) == whose and at <= event.at]
        if before:
            found[event.pk] = before[-1]
    return found


def _cadres(events: Iterable[AuditEvent]) -> dict[str, str]:
    numbers = {event.params.get(key) for event in events for key in ("cadre", "before")} - {None}
    found = Cadre.objects.filter(cadre_no__in=numbers) if numbers else Cadre.objects.none()
    return dict(found.values_list("cadre_no", "name"))


def _sentence(event: AuditEvent, names: dict[str, str], full: bool) -> str:
    kind = slots.AUDIT_KINDS.get(event.kind)
    if event.subjects > 1:
        what = str(kind.label) if kind else event.kind
        return _("%(who)s：%(what)s（多户一起办理）") % {"who": _who(event, full), "what": what}
    shown = AuditEvent(kind=event.kind, about=event.about, subjects=event.subjects)
    shown.params = {key: names.get(value, value) if isinstance(value, str) else value
                    for key, value in event.params.items()}  # fmt: skip
    if not full:
        shown.params = {key: _without_health(value) for key, value in shown.params.items()}
    shown.by = Account(display_name=_who(event, full))
    return audit.sentence(shown)


def _who(event: AuditEvent, full: bool) -> str:
    """The name, for those who work with the household; others read that it was an officer."""
    if event.by is None:
        return _("系统")
    return str(event.by) if full else _("工作人员")


def _without_health(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return "、".join(word for word in value.split("、") if word not in _health_words()) or "--"


def _health_words() -> set[str]:
    fields = [PersonCondition._meta.get_field(name) for name in HEALTH_FIELDS
              if hasattr(PersonCondition, name)]  # fmt: skip
    fields += [HouseholdStatus._meta.get_field("relapse_cause"), Income._meta.get_field("transfer_disability")]
    return {str(field.verbose_name) for field in fields} | {_("健康状况"), _("致贫原因")}  # type: ignore[union-attr]


# --- before and after -------------------------------------------------------------------------------------


def _changes(household: Household, account: Account, events: list[int]) -> dict[int, list[dict[str, Any]]]:
    """event: label, before and after of each field it changed, of the parts this account may see."""
    full = account.can(Permission.HEALTH_VIEW)
    found: dict[int, list[dict[str, Any]]] = {}
    for model, label, related in TABLES:
        if full or model not in HEALTH_TABLES:
            rows = model.objects.filter(household=household)
            _collect(found, list(rows.select_related(related) if related else rows), label, set(events), full)
    rows = PersonCondition.objects.filter(person__membership__household=household).select_related("person").distinct()
    _collect(found, list(rows), later("个人情况"), set(events), full)
    return found


def _collect(found: dict[int, Any], rows: list[Any], label: str, events: set[int], full: bool) -> None:
    superseded = {row.superseded_by_id: row for row in rows if row.superseded_by_id}
    for row in sorted(rows, key=lambda row: row.pk):
        if row.event_id not in events:
            continue
        before = superseded.get(row.pk) or _before(row, rows)
        whose = row.person.name if hasattr(row, "person_id") else getattr(row, "name", "")
        differences = [pair for pair in _differences(before, row, full) if pair]
        if differences:
            part = {"part": _(label), "whose": whose, "fields": differences}
            found.setdefault(row.event_id, []).append(part)


def _before(row: Any, rows: list[Any]) -> Any:
    """The row that was in force until this one took over: of the same subject, earlier, and known before."""
    if hasattr(row, "true_to"):
        return None
    same = [
        one for one in rows if one.pk < row.pk and one.true_from <= row.true_from and _subject(one) == _subject(row)
    ]
    return max(same, key=lambda one: (one.true_from, one.pk), default=None)


def _subject(row: Any) -> Any:
    return (getattr(row, "person_id", None), getattr(row, "period_end", None))


def _differences(before: Any, row: Any, full: bool) -> list[dict[str, Any]]:
    told = []
    for field in row._meta.concrete_fields:
        if field.name in NOT_TOLD or getattr(field, "generated", False) or (not full and field.name in HEALTH_FIELDS):
            continue
        was, now = (words(before, field.name) if before else None), words(row, field.name)
        if was != now:
            label = _(LABELS[field.name]) if field.name in LABELS else field.verbose_name
            told.append({"label": label, "before": _plain(was), "after": _plain(now)})
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        labels = dict(choices.Health.choices)
        return _("、").join(str(labels.get(one, one)) for one in value) or None
    return str(value) if isinstance(value, Model) else value
