"""Exports of other systems as they are compared with the register: one flat sheet of its declared columns 数据比对."""

from dataclasses import replace

from households.sheets.register import HELPER, HOUSEHOLD, INCOME, LIVING, MEMBER
from households.sheets.register_dated import HOUSEHOLD_NO
from povertycase.exchange.columns import Column, Sheet

# Dates of entry and what follows from other columns are no statements about the household; of the phones one is asked.
NOT_COMPARED = {
    "household_no", "county", "head_name", "person_no", "id_type", "registered_on", "planned_on", "exited_on", "relapsed_on",
    "residence_on", "effective_on", "collected_on", "checked_on", "appraised_on", "water_assessed_on", "joined_on",
    "left_on", "start_reason", "end_reason", "bank_name", "bank_holder", "residence_phone", "lives_in",
    "expected_return", "relapse_year", "relapse_cause",
}  # fmt: skip

PER_HEAD = ("年人均纯收入", "家庭人均纯收入", "家庭年人均纯收入", "户人均纯收入", "上年人均纯收入")
HELPERS = ("帮扶人", "帮扶责任人姓名", "帮扶人姓名", "帮扶干部", "帮扶干部姓名", "结对帮扶人", "帮扶联系人")


def _columns() -> tuple[Column, ...]:
    """Who it is, then every declared column that can be compared; each key once."""
    found = {"household_no": replace(HOUSEHOLD_NO, required=False)}
    for sheet in (MEMBER, HOUSEHOLD, LIVING):
        for column in sheet.columns:
            if column.key not in NOT_COMPARED:
                found.setdefault(column.key, replace(column, required=column.key == "name"))
    # What the register holds beside a household and other systems say of it: one figure of its income, who helps it.
    per_head = replace(INCOME["net_income_per_capita"], part="income", help="", synonyms=PER_HEAD)
    found[per_head.key] = per_head
    found["helper_name"] = replace(
        HELPER["name"], key="helper_name", heading="帮扶责任人", part="pairing", required=False, synonyms=HELPERS
    )
    # Other systems give numbers out with stars: what can be seen of them is compared.
    found |= {key: replace(column, masked=True) for key, column in found.items() if column.secret}
    # A list of households names the head where one of people names the person.
    name = found["name"]
    found["name"] = replace(name, synonyms=(*name.synonyms, "户主姓名", "户主", "人口姓名"), derive=())
    return tuple(found.values())


SHEET = Sheet(
    "people", "比对名单", _columns(), note="每人一行（或每户一行）；按证件号码，其次按户编号和姓名对应", key="name"
)
__all__ = ["SHEET"]
