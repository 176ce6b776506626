"""信息对照表: what the register says of a household beside an empty column for what the visitors find, A4 two sides.

The rows are the register's own columns; the household signs it, two people visit and sign (county-officer.md O-10).
"""

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet
from django.utils import translation

from households.models import HouseholdCard
from households.queries import rolls
from households.queries.register_rows import How, of_keys
from households.sheets.roll_columns import COLUMNS, RollColumn, usable
from povertycase.access.permissions import Permission
from povertycase.models import Account

SLICE = 200
# What a visit collates, in the order in which it is read out: 一人读、一人录、一人核.
HEAD = ("household.county", "household.town", "household.village", "household.group_name", "household.household_no")
BASICS = (
    *("household.head_name", "household.member_count", "household.phone", "household.attr", "household.poverty_status"),
    *("household.identification_standard", "household.registered_year", "household.planned_exit_year"),
    *("household.exit_year", "household.main_cause", "household.other_causes", "household.is_relocated"),
    *("household.bank_name", "household.bank_account", "household.residence_state", "household.residence_place"),
    *("helper.name", "helper.unit", "helper.phone", "helper.helps_from"),
)
MEMBERS = (
    *("member.name", "member.relation", "member.sex", "member.birth_date", "member.id_number", "member.education"),
    *("member.student_status", "member.health", "member.disability_grade", "member.labour", "member.work_place"),
    *("member.work_months", "member.ins_resident_medical", "member.pension_resident", "member.dibao"),
)
INCOME = (
    *("income.period_start", "income.period_end"),
    *(code for code in COLUMNS if code.startswith("income.") and COLUMNS[code].column.type == "dec"),
)
LIVING = (
    *("living.checked_on", "living.food_secure", "living.clothing_secure", "living.arable_mu", "living.forest_mu"),
    *(
        "living.has_production_power",
        "living.has_power",
        "living.has_tv",
        "living.road_type",
        "living.road_distance_km",
    ),
    *("living.has_toilet", "living.fuel", "living.joined_coop", "living.appraised_on", "living.ownership"),
    *("living.structure", "living.area", "living.is_dilapidated", "living.grade", "living.certificate_no"),
    *("living.water_assessed_on", "living.source", "living.dry_days", "living.water_difficult", "living.water_safe"),
)
SECTIONS = (("一、基本情况", BASICS), ("三、收入情况", INCOME), ("四、生产生活条件、住房和饮水", LIVING))


def sheets(account: Account, cards: QuerySet[HouseholdCard], day: datetime.date) -> Iterator[dict[str, Any]]:
    """The households one after the other, in order of group: head, sections of (label, value), members."""
    keys = list(cards.order_by(*rolls.ORDER).values_list("pk", flat=True))
    mine = {column.code for column in usable(account, "person")}
    # A household's own income stands in its file for everybody who reads the file; sums beside a line do not.
    mine |= {
        code for code in INCOME if not COLUMNS[code].permission or COLUMNS[code].permission == Permission.AMOUNT_VIEW
    }
    shown = [code for code in (*HEAD, *BASICS, *INCOME, *LIVING, *MEMBERS) if code in mine]
    columns = [COLUMNS[code] for code in shown]
    how = How(day, health=account.can(Permission.HEALTH_VIEW))
    with translation.override("zh-hans"):
        for start in range(0, len(keys), SLICE):
            part = keys[start : start + SLICE]
            rows = of_keys(part, [column.cell for column in columns], how, people=True)
            for _key, found in groupby(rows, key=itemgetter(-1)):
                yield _sheet(shown, columns, list(found))


def _sheet(shown: Sequence[str], columns: Sequence[RollColumn], rows: list[list[Any]]) -> dict[str, Any]:
    first = dict(zip(shown, rows[0], strict=False))
    labels = {column.code: column.label for column in columns}
    return {
        "place": "".join(str(first.get(code) or "") for code in HEAD[:-1]),
        "number": first["household.household_no"],
        "sections": [
            {"title": title, "pairs": _two([(labels[code], words(first[code])) for code in codes if code in first])}
            for title, codes in SECTIONS
        ],
        "heads": [labels[code] for code in MEMBERS if code in labels],
        "members": [
            [words(row[place]) for place, code in enumerate(shown) if code in MEMBERS] for row in rows
        ],
    }  # fmt: skip


def _two(pairs: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Two items a row: label, system value, empty cell, twice."""
    return [pairs[at : at + 2] for at in range(0, len(pairs), 2)]


def words(value: Any) -> str:
    """A value on the sheet; empty where the register knows nothing, so that the visitors write it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value == value.to_integral() else str(value)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
