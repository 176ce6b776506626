"""Exports of other systems as they are compared with the register: one flat sheet of its declared columns 数据比对."""

from dataclasses import replace

from households.sheets.register import HOUSEHOLD, LIVING, MEMBER
from households.sheets.register_dated import HOUSEHOLD_NO
from povertycase.exchange.columns import Column, Sheet

# Dates of entry and what follows from other columns are no statements about the household; of the phones one is asked.
NOT_COMPARED = {
    "household_no", "county", "head_name", "person_no", "id_type", "registered_on", "planned_on", "exited_on", "relapsed_on",
    "residence_on", "effective_on", "collected_on", "checked_on", "appraised_on", "water_assessed_on", "joined_on",
    "left_on", "start_reason", "end_reason", "bank_name", "bank_account", "bank_holder", "residence_phone", "lives_in",
    "expected_return", "relapse_year", "relapse_cause",
}  # fmt: skip


def _columns() -> tuple[Column, ...]:
    """Who it is, then every declared column that can be compared; each key once."""
    found = {"household_no": replace(HOUSEHOLD_NO, required=False)}
    for sheet in (MEMBER, HOUSEHOLD, LIVING):
        for column in sheet.columns:
            if column.key not in NOT_COMPARED:
                found.setdefault(column.key, replace(column, required=column.key == "name"))
    # A list of households names the head where one of people names the person.
    name = found["name"]
    found["name"] = replace(name, synonyms=(*name.synonyms, "户主姓名", "户主", "人口姓名"), derive=())
    return tuple(found.values())


SHEET = Sheet(
    "people", "比对名单", _columns(), note="每人一行（或每户一行）；按证件号码，其次按户编号和姓名对应", key="name"
)
__all__ = ["SHEET"]
