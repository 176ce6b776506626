"""Visits of a household and of a month."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from assistance.choices import FACE_TO_FACE, VisitTopic
from assistance.models import Visit
from assistance.queries import frequencies
from assistance.queries.frequencies import Frequency
from households.models import Household, HouseholdCard
from povertycase.access.permissions import Permission
from povertycase.models import Account
from povertycase.periods import Month
from povertycase.reach import ReachQuerySet

SHOWN = 30
FIRST = 5  # of these stand open, the earlier ones behind one click


def section(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """走访时间线: the last 30 visits, how many there are in all, and what is still to be answered."""
    found = Visit.objects.known().filter(household=household, visited_on__lte=as_of)
    rows = list(found.select_related("cadre").order_by("-visited_on", "-pk")[: SHOWN + 1])
    may_enter = account.can(Permission.VISIT_ENTER)
    for row in rows:
        row.topic_words = _("、").join(str(label) for code, label in VisitTopic.choices if code in row.topics)
    return {
        "rows": rows[:SHOWN],
        "earlier": len(rows[:SHOWN]) - FIRST,
        "more": len(rows) > SHOWN,
        "last": next((row for row in rows if row.kind in FACE_TO_FACE), None),
        # What is said at home is often about illness: only for who may see health.
        "shows_words": account.can(Permission.HEALTH_VIEW),
        "may_enter": may_enter,
        "frequency": _("；").join(rule.words for rule in frequencies.of_card(household.card, as_of)),
        "acts": [{"label": _("登记走访"), "url": reverse("visit-new", args=[household.household_no])}]
        if may_enter
        else [],
    }


def last(household: Household, day: datetime.date) -> Visit | None:
    """The latest visit up to a day that met somebody."""
    found = Visit.objects.known().filter(household=household, visited_on__lte=day).exclude(kind="absent")
    return found.order_by("-visited_on", "-pk").first()


def open_need(household: Household, day: datetime.date) -> str:
    """What the household asked for at its last visit and was not settled on the spot; empty for nothing."""
    before = last(household, day)
    return before.need if before and before.need and not before.solved_on_site else ""


def counted_month(as_of: datetime.date) -> Month:
    """The month of visits that a day lies in, as the bulletin counts it: from cut-off to cut-off."""
    month = Month.of(as_of)
    return month.next() if as_of > month.window(settings.BULLETIN_CUTOFF_DAY)[1] else month


def period(as_of: datetime.date) -> tuple[datetime.date, datetime.date]:
    """First and last day of the month of visits that a day lies in."""
    return counted_month(as_of).window(settings.BULLETIN_CUTOFF_DAY)


def _visited(rules: list[Frequency], as_of: datetime.date) -> Q:
    """As often visited face to face as every rule asks that concerns the household."""
    first, last = period(as_of)
    found = Q()
    for rule in rules:
        begin = first if rule.span == frequencies.MONTH else quarter_begin(as_of)
        visits = Visit.objects.known().filter(
            household=OuterRef("household"), visited_on__range=(begin, last), kind__in=FACE_TO_FACE
        )
        if rule.visits > 1:
            enough = visits.values("household").annotate(times=Count("pk")).filter(times__gte=rule.visits)
        else:
            enough = visits
        concerned = frequencies.over_cards(rule.node, as_of)
        found &= Q(Exists(enough)) | ~Q(concerned) if len(rules) > 1 else Q(Exists(enough))
    return found


def quarter_begin(as_of: datetime.date) -> datetime.date:
    """The first day of visits of the quarter that a day's month of visits lies in."""
    month = counted_month(as_of)
    for _step in range((month.month - 1) % 3):
        month = month.previous()
    return month.window(settings.BULLETIN_CUTOFF_DAY)[0]


def by_visited(cards: ReachQuerySet, value: str, as_of: datetime.date) -> ReachQuerySet:
    """Filter of the household list: to be visited by the frequency in force and visited, or not yet."""
    if value not in ("yes", "no"):
        return cards.none()
    rules = frequencies.asked(as_of, counted_month(as_of))
    visited = _visited(rules, as_of)
    return _due(cards, rules, as_of).filter(visited if value == "yes" else ~visited)


def last_day() -> Subquery:
    """Column of the household list: the day of the last visit face to face; asked for the shown rows only."""
    found = Visit.objects.known().filter(household=OuterRef("household"), kind__in=FACE_TO_FACE)
    return Subquery(found.order_by("-visited_on").values("visited_on")[:1])


def _due(cards: ReachQuerySet, rules: list[Frequency], as_of: datetime.date) -> ReachQuerySet:
    """Households to be visited by the frequency in force; families that are away are phoned instead (E-05)."""
    return cards.filter(frequencies.over_cards(frequencies.due(rules), as_of), member_count__gt=0)


def visited_choices(account: Account) -> list[tuple[str, Any]]:
    """The two answers of the filter."""
    return [("yes", _("本月已走访（应走访户）")), ("no", _("本月未走访（应走访户）"))]


def deadline(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """On the workbench: the last day whose visits the month counts."""
    last = period(as_of)[1]
    words = _("本期走访统计到 %(day)s 24时截止") % {"day": last.isoformat()}
    note = _("还有 %d 天") % (last - as_of).days if last > as_of else _("今天截止")
    return [{"label": words, "count": None, "url": _link("no"), "note": note}]


def progress(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """Households visited this month among those to be visited; for who enters visits also those still to be visited."""
    rules = frequencies.asked(as_of, counted_month(as_of))
    cards = _due(HouseholdCard.objects.visible_to(account), rules, as_of).order_by()
    said = cards.aggregate(due=Count("pk"), done=Count("pk", filter=_visited(rules, as_of)))
    due, done = said["due"], said["done"]
    found = [{"label": _("本月走访"), "count": done, "total": due, "url": _link("yes")}]
    if account.can(Permission.VISIT_ENTER):
        waiting = {"label": _("本月未走访的应走访户"), "count": due - done, "url": _link("no"), "band": "todo"}
        found.append(waiting)
    return found


def _link(value: str) -> str:
    return f"{reverse('households')}?{urlencode({'visited': value})}"
