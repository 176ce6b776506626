"""Columns and filters of the household list, and the register's counts on the workbench."""

import datetime
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from households import choices
from households.models import HouseholdCard
from households.queries import places
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.models import Account
from povertycase.reach import ReachQuerySet
from povertycase.slots import ListColumn, ListFilter, WorkbenchItem

# A drop-down of thousands serves nobody: then the town is chosen here, and the village is found by its list.
MOST_VILLAGES = 400
LEFT = ("exited", "exited_no_policy")

COLUMNS = (
    ListColumn("number", 10, later("户编号"), lambda row: row.household_no, kind="num-id"),
    ListColumn("town", 20, later("乡镇"), lambda row: row.town_name),
    ListColumn("village", 30, later("村"), lambda row: row.village_name),
    ListColumn("group", 40, later("组"), lambda row: row.group_name),
    ListColumn("members", 50, later("人口"), lambda row: row.member_count, kind="num"),
    ListColumn("attr", 60, later("贫困户属性"), lambda row: row.get_attr_display()),
    ListColumn("status", 70, later("脱贫属性"), lambda row: row.get_poverty_status_display()),
    # 因病 and 因残 are health data: who may not read health does not read causes (reference.md 8.3).
    ListColumn(
        "cause", 80, later("主要致贫原因"), lambda row: row.get_main_cause_display(), permission=Permission.HEALTH_VIEW
    ),
    ListColumn("planned", 90, later("计划脱贫年度"), lambda row: row.planned_exit_year, kind="num"),
    ListColumn("helper", 100, later("帮扶责任人"), lambda row: row.helper_name),
    ListColumn("unit", 110, later("帮扶单位"), lambda row: row.helper_unit, default=False),
    ListColumn("exited", 120, later("脱贫年度"), lambda row: row.exit_year, default=False, kind="num"),
    ListColumn("residence", 130, later("居住状况"), lambda row: row.get_residence_display(), default=False),
)


def _same(name: str) -> Callable[..., ReachQuerySet]:
    """A filter by equality; a value that is none of the column's finds nothing."""

    def apply(cards: ReachQuerySet, value: str, as_of: datetime.date) -> ReachQuerySet:
        return cards.filter(**{name: value}) if len(value) <= 20 else cards.none()

    return apply


def _year(name: str) -> Callable[..., ReachQuerySet]:
    def apply(cards: ReachQuerySet, value: str, as_of: datetime.date) -> ReachQuerySet:
        if value == "none":
            return cards.filter(**{f"{name}__isnull": True})
        year = whole(value, 4)
        return cards.none() if year is None else cards.filter(**{name: year})

    return apply


def _in_village(cards: ReachQuerySet, value: str, as_of: datetime.date) -> ReachQuerySet:
    digits = places.prefix(value)
    return cards.filter(village_code__startswith=digits) if digits.isdecimal() else cards.none()


def _villages(account: Account) -> list[tuple[str, Any]]:
    """Towns with their villages below them, as far as the account reaches; towns alone where there are too many."""
    found = places.within_reach(account, MOST_VILLAGES)
    options: list[tuple[str, Any]] = []
    for town, name in found.towns:
        options.append((town, name))
        options += [(code, f"　{village}") for code, village in found.villages if places.town_of(code) == town]
    return options


def _codes(codes: Any) -> Callable[..., list[tuple[str, Any]]]:
    return lambda account: list(codes.choices)


def _years(account: Account) -> list[tuple[str, Any]]:
    return [("none", _("未安排")), *((str(year), str(year)) for year in range(2014, 2021))]


def _status(cards: ReachQuerySet, value: str, as_of: datetime.date) -> ReachQuerySet:
    if value == "left":
        return cards.filter(poverty_status__in=LEFT)
    return _same("poverty_status")(cards, value, as_of)


def _without_helper(cards: ReachQuerySet) -> ReachQuerySet:
    """A household that has died out needs nobody."""
    return cards.filter(helper_name="", member_count__gt=0)


FILTERS = (
    ListFilter("village", 10, later("乡镇或村"), _in_village, _villages),
    ListFilter(
        "status",
        20,
        later("脱贫属性"),
        _status,
        lambda account: [*choices.PovertyStatus.choices, ("left", _("已脱贫（全部）"))],
    ),
    ListFilter("attr", 30, later("贫困户属性"), _same("attr"), _codes(choices.HouseholdAttr)),
    ListFilter(
        "cause",
        40,
        later("主要致贫原因"),
        _same("main_cause"),
        _codes(choices.CauseCode),
        permission=Permission.HEALTH_VIEW,
    ),
    ListFilter("planned", 50, later("计划脱贫年度"), _year("planned_exit_year"), _years),
    ListFilter("exited", 110, later("脱贫年度"), _year("exit_year"), _years),
    ListFilter("residence", 120, later("居住状况"), _same("residence"), _codes(choices.ResidenceState)),
    ListFilter(
        "helped",
        130,
        later("帮扶责任人"),
        lambda cards, value, as_of: _without_helper(cards) if value == "none" else cards.exclude(helper_name=""),
        lambda account: [("none", _("没有")), ("some", _("已落实"))],
    ),
)


def _link(**wanted: str) -> str:
    return f"{reverse('households')}?{urlencode(wanted)}"


def _standing(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """Exited households among all; for who edits also those without a helper: somebody must answer for each (2.4)."""
    cards = HouseholdCard.objects.visible_to(account).order_by()
    left = Count("pk", filter=Q(poverty_status__in=LEFT))
    lonely = Count("pk", filter=Q(helper_name="", member_count__gt=0))
    said = cards.aggregate(all=Count("pk"), left=left, lonely=lonely)
    found = [{"label": _("已公告脱贫户"), "count": said["left"], "total": said["all"], "url": _link(status="left")}]
    if account.can(Permission.HOUSEHOLD_EDIT):
        label = _("没有帮扶责任人的户")
        found.append({"label": label, "count": said["lonely"], "url": _link(helped="none"), "band": "todo"})
    return found


WORKBENCH = (WorkbenchItem("households.standing", 30, "progress", Permission.HOUSEHOLD_VIEW, _standing),)
