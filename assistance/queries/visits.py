"""Visits of a household and of a month."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from assistance.choices import FACE_TO_FACE, VisitTopic
from assistance.models import Visit
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


def period(as_of: datetime.date) -> tuple[datetime.date, datetime.date]:
    """First and last day of the month of visits that a day lies in, as the bulletin counts it: from cut-off to cut-off."""
    month = Month.of(as_of)
    first, last = month.window(settings.BULLETIN_CUTOFF_DAY)
    return month.next().window(settings.BULLETIN_CUTOFF_DAY) if as_of > last else (first, last)


def _this_month(as_of: datetime.date) -> Exists:
    return Exists(
        Visit.objects.known().filter(
            household=OuterRef("household"),
            visited_on__range=period(as_of),
            kind__in=FACE_TO_FACE,
        )
    )


def by_visited(cards: ReachQuerySet, value: str, as_of: datetime.date) -> ReachQuerySet:
    """Filter of the household list: at home and visited face to face this month, or at home and not yet."""
    if value == "yes":
        return _at_home(cards).filter(_this_month(as_of))
    if value == "no":
        return _at_home(cards).filter(~_this_month(as_of))
    return cards.none()


def last_day() -> Subquery:
    """Column of the household list: the day of the last visit face to face; asked for the shown rows only."""
    found = Visit.objects.known().filter(household=OuterRef("household"), kind__in=FACE_TO_FACE)
    return Subquery(found.order_by("-visited_on").values("visited_on")[:1])


def _at_home(cards: ReachQuerySet) -> ReachQuerySet:
    """Households to be visited; families that are away are phoned instead (E-05)."""
    return cards.filter(member_count__gt=0).exclude(residence="away")


def visited_choices(account: Account) -> list[tuple[str, Any]]:
    return [("yes", _("本月已走访（在家户）")), ("no", _("本月未走访（在家户）"))]


def deadline(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """On the workbench: the last day whose visits the month counts."""
    last = period(as_of)[1]
    words = _("本期走访统计到 %(day)s 24时截止") % {"day": last.isoformat()}
    note = _("还有 %d 天") % (last - as_of).days if last > as_of else _("今天截止")
    return [{"label": words, "count": None, "url": _link("no"), "note": note}]


def progress(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """Households visited this month among those at home; for who enters visits also those still to be visited."""
    cards = _at_home(HouseholdCard.objects.visible_to(account)).order_by()
    said = cards.aggregate(due=Count("pk"), done=Count("pk", filter=_this_month(as_of)))
    due, done = said["due"], said["done"]
    found = [{"label": _("本月走访"), "count": done, "total": due, "url": _link("yes")}]
    if account.can(Permission.VISIT_ENTER):
        waiting = {"label": _("本月未走访的在家户"), "count": due - done, "url": _link("no"), "band": "todo"}
        found.append(waiting)
    return found


def _link(value: str) -> str:
    return f"{reverse('households')}?{urlencode({'visited': value})}"
