"""部门名单 as an import: 民政低保名单, 残联, 医保, 学籍 … one person a row, told by the number of the certificate."""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from households.actions import bureau_lists
from households.models import Household, Person, PersonCondition
from households.sheets.register import MEMBER
from households.sheets.row_words import back, changes, filled, standing
from povertycase.access.permissions import Permission
from povertycase.exchange import rowwise
from povertycase.exchange.batch import Staging
from povertycase.exchange.cleaning import WARNING, Note
from povertycase.exchange.columns import Column, Sheet
from povertycase.exchange.rowwise import CHANGED, NEW, REFUSED, SAME, Looked, Wrote
from povertycase.models import Account
from povertycase.slots import FindingCode

FIELDS = tuple(column.key for column in MEMBER.columns if column.key in bureau_lists.BUREAUS)

SHEET = Sheet(
    "bureau_list",
    "部门名单",
    (
        MEMBER["id_number"],
        Column("name", "姓名", "name", synonyms=("人员姓名", "学生姓名", "参保人姓名"), required=True, length=50),
        *(MEMBER[name] for name in FIELDS),
        Column("true_from", "认定日期", "date", synonyms=("名单日期", "截止日期", "起始日期"), required=True, width=13),
        Column("document", "依据文件", synonyms=("文号", "依据"), required=True, length=120, width=24),
    ),
    synonyms=("低保名单", "残疾人名单", "参保名单", "学籍名单", "行业部门名单"),
    optional=False,
    note="每人一行；只填本部门认定的列，没有的列不动，不是建档立卡人口的行不登记",
    key="id_number",
)


STAYS = later("导入后又登记了情况的人不撤销；别的部门认定的内容，由该部门撤销。")


def look(stage: Staging, row: dict[str, Any]) -> Looked:
    """What the bureau says of somebody of the register: unknown so far, different, or known."""
    by, day = stage.batch.by, stage.batch.business_date
    if row["id_number_index"] is None:
        return Looked(REFUSED)  # an unreadable number was told already
    person = Person.objects.filter(id_index=bytes(row["id_number_index"])).first()
    home = bureau_lists.home_of(person, day) if person else None
    if person is None or home is None or not _reaches(home, by):
        note = Note(WARNING, "not_registered", later("不是您管辖范围内的建档立卡人口，没有登记"))
        return Looked(REFUSED, note=note, key="id_number")
    if person.name != row["name"]:
        words = later("姓名与登记册中这个证件号码的人不同，请核对")
        return rowwise.refused("name", "name_differs", words, about=home.household_no)
    values = filled(row, FIELDS)
    bureau_lists.require(values, by)
    before = bureau_lists.newest(person, day)
    differing = changes(PersonCondition, before, values)
    about = f"{home.household_no} {person.name}"
    if not differing:
        return Looked(SAME, about)
    named = {name: value for name, value in values.items() if before is None or getattr(before, name) != value}
    return Looked(CHANGED if before else NEW, about, differing, partial(_confirm, person, named, row))


def _reaches(home: Household, by: Account | None) -> bool:
    return by is None or Household.objects.visible_to(by).filter(pk=home.pk).exists()


def _confirm(person: Person, values: dict[str, Any], row: dict[str, Any], *, by: Any, on: Any) -> Wrote:
    made = bureau_lists.confirm(
        person=person, values=values, true_from=row["true_from"], document=row["document"], entered_on=on, by=by
    )
    old = PersonCondition.objects.filter(person=person, superseded_by=made).first()
    return Wrote(made.pk, old.pk if old else None, {"fields": list(values)})


def _take_back(wrote: Wrote, *, by: Any, on: Any) -> int | None:
    condition, old = standing(PersonCondition, wrote, by)
    fields = wrote.more["fields"]
    return back(partial(bureau_lists.take_back, condition=condition, old=old, fields=fields, on=on, by=by))


KIND = rowwise.kind(
    "bureau_list",
    order=70,
    label=_("部门名单"),
    permission=Permission.BUREAU_LIST,
    # It tells of disability; a bureau sees the lists it sent itself.
    see=Permission.HEALTH_VIEW,
    sheets=(SHEET,),
    # Each row judges its household again: too much to be done twice.
    rows=rowwise.Rows(look, _take_back, once=("id_number_index",), rehearse=False, stays=STAYS),
    extra={
        "codes": (
            FindingCode("name_differs", "error", "姓名与登记册中这个证件号码的人不同", "核对姓名和证件号码", (30,)),
        )
    },
)
