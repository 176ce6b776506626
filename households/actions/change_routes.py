"""Who reports, verifies and confirms which change, and what is locked (county-officer.md 3.2 and O-6).

Routes are data: a kind names its route, nothing else decides whose opinion comes next.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from households.models import ChangeRequest, CollectionWindow, Household, HouseholdStatus
from households.models.change import Place
from households.queries.change_parts import base_row
from households.queries.changes import standings
from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.models import Account, Post

EXITED = frozenset({"exited", "exited_no_policy"})
VILLAGE = frozenset({"village_clerk", "first_secretary", "team_member"})
OFFICES = frozenset({"township_clerk", "county_office"})


@dataclass(frozen=True)
class Route:
    """reporters: roles that may propose. season: until when the fact may change without reason and proof.

    "window" = inside the collection window; "year" = until the year's audit has ended; "" = all the year.
    always: every change of it is locked, also inside the window. applied_for: so is what the household applies for,
    by its own paper. The township verifies everything.
    """

    reporters: frozenset[str] = field(default=VILLAGE | OFFICES)
    season: str = "window"
    always: bool = False
    applied_for: bool = False


# member joins or leaves, 户主变更: village reports, township verifies, county office confirms; locked after the audit
EVENT = Route(season="year")
# 分户, 并户: the household applies, so its paper and three opinions are asked for at any time (a house is split on paper
# to look poor)
FAMILY = Route(season="year", applied_for=True)
# ID number, name: village with copy of the ID; always a request
IDENTITY = Route(always=True)
# causes, income, living conditions: village (and the helper) report; locked outside the window and after exit
COLLECTED = Route(reporters=VILLAGE | OFFICES | {"helper"})
# who answers for whom is arranged by the offices
HELP = Route(reporters=OFFICES, season="")


def window_of(village: str, day: datetime.date) -> CollectionWindow | None:
    """The collection window of the village's county in the year of a day; None where none is announced."""
    places = [village[:6].ljust(12, "0"), village[:4].ljust(12, "0"), village[:2].ljust(12, "0")]
    rows = CollectionWindow.objects.filter(division__in=places, year=day.year)
    return rows.order_by("-division__code").first()


def locked(route: Route, household: Household | None, village: str, day: datetime.date) -> str | None:
    """Why a change proposed on a day needs reason, proof and three opinions; None where it does not."""
    if route.always:
        return _("姓名和证件的修改一律凭依据，并须有三级意见。")
    if route.applied_for:
        return _("分户、并户凭农户申请（或户口簿）办理，并须有三级意见。")
    status = base_row(HouseholdStatus, household, day) if household else None
    if status and status.poverty_status in EXITED and route.season:
        return _("本户已公告脱贫（%s 年），数据已锁定。") % status.exit_year
    return _out_of_season(route.season, village, day)


def _out_of_season(season: str, village: str, day: datetime.date) -> str | None:
    if not season:
        return None
    window = window_of(village, day)
    if window is None:
        return _("%s 年的采集窗口尚未公布，数据已锁定。") % day.year
    if season == "window" and not window.collect_from <= day <= window.entry_to:
        dates = {"from": window.collect_from, "to": window.entry_to}
        return _("今天不在采集窗口（%(from)s 至 %(to)s）内，数据已锁定。") % dates
    if season == "year" and day > window.audit_to:
        return _("本年度数据已于 %s 审定，已锁定。") % window.audit_to
    return None


def reporting_place(route: Route, by: Account, household: Household | None, village: str) -> str | None:
    """Whose the proposal is: the village's own, or another reporter's; None for who may not propose this."""
    found = None
    for post in by.current_posts():
        if post.role not in route.reporters or Permission.CHANGE_PROPOSE not in slots.ROLES[post.role].permissions:
            continue
        if post.division is not None and slots.ROLES[post.role].reach == "divisions":
            if not village.startswith(post.division.prefix):
                continue
            if post.role in VILLAGE:
                return Place.VILLAGE
        elif household is None or not Household.objects.visible_to(by).filter(pk=household.pk).exists():
            continue
        found = Place.REPORTER
    return found


def stood_in_for(bureaus: Iterable[str], village: str, day: datetime.date) -> str | None:
    """Why the county office confirms by a bureau's paper: one of these bureaus has nobody who answers; else None."""
    county = village[:6].ljust(12, "0")
    posts = Post.objects.held_on(day).filter(role="department", division=county)
    if all(posts.filter(bureau=bureau).exists() for bureau in bureaus):
        return None
    return _("确认这一项的部门还没有账号，由县办凭部门的依据确认。")


def may_give(account: Account, request: ChangeRequest, place: str) -> bool:
    """Does a post of the account carry the request's opinion of this place?"""
    return any(one.covers(request, place) for one in standings(account))


__all__ = [
    "COLLECTED",
    "EVENT",
    "FAMILY",
    "HELP",
    "IDENTITY",
    "Place",
    "Route",
    "locked",
    "may_give",
    "reporting_place",
    "stood_in_for",
]
