"""How the pages of changes are laid out: which items stand together, what the date of each is called, where it lives."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from households.models.income import BUSINESS, PROPERTY, TRANSFER, WAGE
from households.queries.change_parts import ATTR, PARTS, STATUS


@dataclass(frozen=True)
class Group:
    """Items that stand together. alone: they are proposed by themselves, for another bureau confirms them."""

    code: str
    label: Any
    names: tuple[str, ...]
    alone: bool = False


# The date of a change as the office calls it; everything else is 生效日期.
DAYS = {
    "register": _("识别日期"),
    "identity": _("更正日期"),
    "join": _("增加日期"),
    "leave": _("减少日期（最后一天）"),
    "head": _("变更日期"),
    "split": _("分户日期"),
    "merge": _("并户日期"),
    "move": _("迁移日期"),
    "living": _("核查日期"),
    "housing": _("鉴定日期"),
    "water": _("认定日期"),
    "income": _("核算日期"),
    "condition": _("采集日期"),
    "pairing": _("自哪一天起"),
}

# The section of the file on which a kind is offered, and to which one returns.
SECTIONS = {
    "status": "basics",
    "residence": "basics",
    "move": "basics",
    "identity": "members",
    "join": "members",
    "leave": "members",
    "head": "members",
    "split": "members",
    "merge": "members",
    "condition": "members",
    "causes": "causes",
    "income": "income",
    "living": "living",
    "housing": "living",
    "water": "living",
    "supporter": "support",
    "pairing": "helpers",
}

LAYOUTS: dict[str, tuple[Group, ...]] = {
    "register": (
        Group("head", _("户主"), ("name", "id_number", "sex", "birth_date", "ethnicity")),
        Group("place", _("户"), ("village", "group_name", "household_no")),
        Group(
            "state",
            _("识别"),
            ("attr", "main_cause", "identification_standard", "registered_year", "planned_exit_year"),
        ),
    ),
    "join": (
        Group("why", _("增加"), ("reason", "relation")),
        Group("who", _("本人"), ("name", "id_number", "sex", "birth_date", "ethnicity")),
    ),
    "leave": (
        Group("why", _("减少"), ("reason", "also", "new_head")),
        Group("relations", _("其他成员与新户主的关系"), ("relations",)),
    ),
    "head": (
        Group("who", _("户主"), ("new_head",)),
        Group("relations", _("其他成员与新户主的关系"), ("relations",)),
    ),
    "split": (
        Group("members", _("分出去的成员与新户主的关系"), ("members",)),
        Group("place", _("新户"), ("village", "group_name", "household_no")),
    ),
    "merge": (Group("members", _("并入的成员与本户户主的关系"), ("members",)),),
    "status": (
        Group("state", _("户情况"), tuple(STATUS), alone=True),
        Group("attr", _("贫困户属性"), tuple(ATTR), alone=True),
    ),
    "condition": (
        Group(
            "person",
            _("健康和劳动"),
            (
                *("health", "disease", "doctor_signed_on", "other_health_aid", "labour", "political_status"),
                *("speaks_mandarin", "accident_insurance"),
            ),
            alone=True,
        ),
        Group("school", _("教育"), ("student_status", "education", "dropout_reason"), alone=True),
        Group(
            "medical",
            _("医疗保险"),
            (
                *("ins_resident_medical", "ins_employee_medical", "ins_serious_illness"),
                *("ins_commercial", "medical_aid"),
            ),
            alone=True,
        ),
        Group(
            "work",
            _("务工和养老"),
            (
                *("work_place", "work_months", "employer", "employment_channel"),
                *("public_post_type", "public_post_months", "pension_resident", "pension_employee"),
            ),
            alone=True,
        ),
        Group("disabled", _("残疾"), ("disability_type", "disability_grade", "disability_cert_year"), alone=True),
        Group("civil", _("低保特困"), ("dibao", "tekun"), alone=True),
    ),
    "income": (
        Group("wage", _("工资性收入"), WAGE),
        Group("business", _("生产经营性收入"), (*BUSINESS, "business_expense")),
        Group("property", _("财产性收入"), PROPERTY),
        Group("transfer", _("转移性收入"), TRANSFER),
        Group("outside", _("不计入稳定收入"), ("award_income",)),
        Group("paper", _("核算"), ("member_count", "calculated_by", "evidence", "confirmed_by_head")),
    ),
}


def groups(kind: str) -> tuple[Group, ...]:
    """The groups of a kind; one with all its items where nothing else is said."""
    return LAYOUTS.get(kind) or (Group("all", PARTS[kind].label, tuple(PARTS[kind].items)),)


def alone(kind: str) -> tuple[Group, ...]:
    """The groups of a kind of which each is a page by itself; empty where the kind is one page."""
    return tuple(group for group in LAYOUTS.get(kind, ()) if group.alone)


def shown(kind: str, group: str) -> tuple[Group, ...]:
    """The groups on one page: the one asked for (the first, where none is) of those that stand alone, or all."""
    pages: Iterable[Group] = alone(kind)
    found = [one for one in pages if one.code == group] or list(pages)[:1]
    return tuple(found) or groups(kind)
