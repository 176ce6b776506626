"""The columns a roll 花名册 may have: those of the register's sheets, each with where its cells come from.

Nothing is declared twice: heading, unit, type and code list are the register's own (sheets/register.py).
"""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from households.queries.register_rows import PEOPLE, Cell
from households.sheets.register import HELPER, HOUSEHOLD, INCOME, LIVING, MEMBER
from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.exchange.columns import Column, Sheet
from povertycase.exchange.paper import Head
from povertycase.models import Account

CODES = {"household_status": "status", "division": "card", "condition": "condition", "membership": "member"}
HEALTH = {
    *("main_cause", "other_causes", "relapse_cause", "health", "disease", "disability_type", "disability_grade"),
    *("disability_cert_year", "doctor_signed_on", "medical_aid", "other_health_aid", "dropout_reason"),
}


@dataclass(frozen=True)
class RollColumn:
    """A column that may be chosen: code sheet.key, its heading, its group in the choice, its cell, who may have it.

    of: the kind of roll whose rows it tells apart, nothing for what is the household's or a person's.
    """

    code: str
    column: Column
    group: Any
    cell: Cell
    permission: str = ""
    of: str = ""

    @property
    def label(self) -> str:
        """The heading with its unit, as the register's workbook has it."""
        return self.column.title

    @property
    def words(self) -> str:
        """The heading with its unit in the language of who reads the page; on paper it is `label`."""
        heading = gettext(self.column.heading)
        if not self.column.unit:
            return heading
        return gettext("%(heading)s(%(unit)s)") % {"heading": heading, "unit": gettext(self.column.unit)}

    @property
    def is_person(self) -> bool:
        return self.cell.part in PEOPLE

    @property
    def is_home(self) -> bool:
        """Is it the household's, the same in all its rows?"""
        return not self.of and not self.is_person

    def head(self, *, joined: bool = False) -> Head:
        """The column on paper; the household's columns may be merged over its members."""
        kind = kind_of(self.column)
        width = max(self.column.width, 2 * len(self.label) * 0.6 + 2, 20 if self.column.secret == "id" else 8)
        return Head(self.label, min(width, 30), kind, joined=joined and self.is_home)


KINDS = {"code": "key", "id": "key", "phone": "key", "bank": "key", "int": "count", "year": "count"} | {"date": "date"}


def kind_of(column: Column) -> str:
    """The kind of a register column on paper: yuan with two places, other figures as they are."""
    if column.type == "dec":
        return "money" if "元" in column.unit else "number"
    return KINDS.get(column.type, "text")


def shown_as(column: Column) -> dict[str, Any]:
    """From the stored value to the cell: labels of codes, 是 and 否; everything else as it is."""
    labels = dict(column.choices)
    if column.type == "bool":
        return {"labels": {True: "是", False: "否"}}
    if column.type == "multi":
        return {"show": lambda value: "、".join(labels.get(one, one) for one in value)}
    return {"labels": labels} if labels else {}


# sheet -> key -> (part, field); what is not named stands in the part that the column declares, under its key.
ELSEWHERE: dict[str, dict[str, tuple[str, str]]] = {
    "household": {
        **{key: ("card", key) for key in ("household_no", "county", "town", "village", "group_name", "head_name")},
        "member_count": ("card", "member_count"),
        "main_cause": ("cause", "main"),
        "other_causes": ("cause", "others"),
        "residence_state": ("residence", "state"),
        "residence_place": ("residence", "place"),
        "residence_phone": ("residence", "phone"),
        "lives_in": ("residence", "lives_in__name"),
        "residence_on": ("residence", "true_from"),
        **{f"{step}_on": ("since", step) for step in ("registered", "planned", "exited", "relapsed")},
    },
    "member": {"joined_on": ("member", "true_from"), "collected_on": ("condition", "true_from")},
    "income": {
        "calculated_on": ("income", "true_from"),
        "net_income": ("income", "net_income"),
        "net_income_per_capita": ("income", "net_income_per_capita"),
    },
    "living": {
        "checked_on": ("living", "true_from"),
        "appraised_on": ("housing", "true_from"),
        "water_assessed_on": ("water", "true_from"),
    },
    "helper": {"helps_from": ("helper", "true_from"), "helps_to": ("helper", "true_to"), "place": ("helper", "place")},
}
PARTS = {"identity": "household", "division": "card", "membership": "member", "cadre": "helper", "unit": "helper"}
PATHS = {
    ("member", "identity"): "person__",
    ("helper", "cadre"): "cadre__",
    ("helper", "unit"): "cadre__unit__",
}
UNIT = {"unit": "name", "unit_level": "level"}


def cell_of(sheet: Sheet, column: Column) -> Cell | None:
    """Where a register column's cells come from; None for a column that only an import needs."""
    if column.key in ELSEWHERE.get(sheet.code, {}):
        part, field = ELSEWHERE[sheet.code][column.key]
    elif not column.part:
        return None
    else:
        part = "member" if sheet.code == "member" and column.part == "identity" else PARTS.get(column.part, column.part)
        field = PATHS.get((sheet.code, column.part), "") + UNIT.get(column.key, column.key)
    if column.secret:
        return Cell(part, field, kind=column.secret, index=_index(field))
    return Cell(part, field, **shown_as(column))


def _index(field: str) -> str:
    """The blind index beside a ciphertext: id_number → id_index, bank_account → bank_index, phone → phone_index."""
    path, mark, name = field.rpartition("__")
    return f"{path}{mark}{name.removesuffix('_number').removesuffix('_account')}_index"


def _right(sheet: Sheet, column: Column) -> str:
    if column.key in HEALTH or column.key == "transfer_disability":
        return Permission.HEALTH_VIEW
    if column.secret:
        return Permission.REVEAL
    return Permission.AMOUNT_VIEW if sheet.code == "income" else ""


def _group(sheet: Sheet, column: Column) -> Any:
    if sheet.code == "household":
        return _("户基本情况")
    if sheet.code == "member":
        return _("成员情况") if column.part == "condition" else _("家庭成员")
    return {"income": _("收入"), "living": _("生产生活条件、住房、饮水"), "helper": _("帮扶责任人")}[sheet.code]


LEFT_OUT = {
    ("member", "household_no"),
    ("income", "household_no"),
    ("living", "household_no"),
    ("helper", "household_no"),
}
# Headings that say nothing without the sheet they stand on.
NAMES = {
    ("helper", "name"): gettext_noop("帮扶责任人"),
    ("helper", "sex"): gettext_noop("帮扶责任人性别"),
    ("helper", "political_status"): gettext_noop("帮扶责任人政治面貌"),
    ("helper", "unit"): gettext_noop("帮扶单位"),
    ("helper", "unit_level"): gettext_noop("帮扶单位隶属关系"),
    ("helper", "title"): gettext_noop("帮扶责任人职务"),
    ("helper", "phone"): gettext_noop("帮扶责任人电话"),
    ("helper", "helps_from"): gettext_noop("帮扶开始日期"),
    ("helper", "helps_to"): gettext_noop("帮扶结束日期"),
    ("income", "member_count"): gettext_noop("核算人口"),
    ("living", "has_power"): gettext_noop("通生活用电"),
}
# Headings of the register's workbook that no model field has: their English stands in the catalogue by this line.
ONLY_HERE = (
    *(
        gettext_noop("计划下达日期"),
        gettext_noop("脱贫公告日期"),
        gettext_noop("返贫日期"),
        gettext_noop("居住状况日期"),
    ),
    *(gettext_noop("公益性岗位"), gettext_noop("赡养费"), gettext_noop("以奖代补等不计入稳定收入")),
    *(gettext_noop("自来水到户日期"), gettext_noop("饮水认定单位"), gettext_noop("月数")),
)


def _made() -> dict[str, RollColumn]:
    found = {}
    for sheet in (HOUSEHOLD, MEMBER, INCOME, LIVING, HELPER):
        for column in sheet.columns:
            cell = None if (sheet.code, column.key) in LEFT_OUT else cell_of(sheet, column)
            if cell is None:
                continue
            if (sheet.code, column.key) == ("living", "assessed_by"):
                column = replace(column, heading="饮水认定单位")
            named = replace(column, heading=NAMES.get((sheet.code, column.key), column.heading))
            code = f"{sheet.code}.{column.key}"
            found[code] = RollColumn(code, named, _group(sheet, column), cell, _right(sheet, column))
    return found


COLUMNS = _made()
# The columns a new roll begins with.
USUAL = {
    "household": (
        *("household.town", "household.village", "household.group_name", "household.household_no"),
        *("household.head_name", "household.member_count", "household.attr", "household.poverty_status"),
        *("household.planned_exit_year", "helper.name", "helper.unit"),
    ),
    "person": (
        *("household.town", "household.village", "household.group_name", "household.household_no"),
        *("household.member_count", "member.name", "member.relation", "member.sex", "member.birth_date"),
        *("member.id_number", "member.education", "member.labour"),
    ),
}


def find(code: str) -> RollColumn | None:
    """The column of a code, whichever kind of roll has it."""
    found = COLUMNS.get(code)
    own = (column for kind in slots.ROLL_KINDS for column in kind.columns if column.code == code)
    return found if found is not None else next(own, None)


def usual(kind: str) -> tuple[str, ...]:
    """The columns that a new roll of a kind begins with."""
    entry = slots.ROLL_KINDS.get(kind)
    return entry.usual if entry else USUAL[kind]


def usable(account: Account, kind: str) -> list[RollColumn]:
    """The columns this account may have in a roll of a kind: the household's, and what differs in its rows."""
    entry = slots.ROLL_KINDS.get(kind)
    all_of = [column for column in COLUMNS.values() if kind == "person" or column.is_home]
    return [
        column
        for column in (*all_of, *(entry.columns if entry else ()))
        if not column.permission or account.can(column.permission)
    ]
