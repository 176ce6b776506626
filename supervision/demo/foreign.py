"""The demo's second entries and its comparison with another system: an export of eighty people that differs a little."""

import datetime
import io
from collections.abc import Callable
from typing import Any

import xlsxwriter

from households.actions import compare_people, differences, duplicates, reconciliations
from households.models import Difference, Duplicate, Membership, PersonCondition, Reconciliation
from households.queries.change_parts import condition_row
from povertycase import secrets
from povertycase.models import Account, Division, JobRun
from supervision.demo.people import check_digit

SOURCE = "全国扶贫信息系统（演示）"
# The national system's own order and names of columns.
HEADS = ("序号", "家庭编号", "姓名", "身份证号码", "乡镇", "行政村", "AAB006", "AAB008", "AAB010", "低保", "备注")
PEOPLE = 80
AREA = {"2208": "220800", "1411": "141100", "4290": "429000", "4503": "450300", "5309": "530900"}


def look_twice(day: datetime.date) -> None:
    """Whoever stands in two entries; of what the workbooks claimed twice, some is decided by the county office."""
    if Duplicate.objects.exclude(state=Duplicate.State.OPEN).exists():
        return
    compare_people.find(day=day)
    by = Account.objects.filter(username="county_office1").first()
    said = ("same", 1, "核对户口簿，系同一人，后一户为重复填报"), ("pending", None, "两村说法不一，已请派出所协查")
    for row, (state, kept, words) in zip(Duplicate.objects.order_by("pk")[3:5], said, strict=False):
        if by is not None and duplicates.may_decide(row, by):
            duplicates.decide(duplicate=row, state=state, kept=kept, reason=words, by=by, on=day)


def compare(day: datetime.date, finish: Callable[[JobRun], None]) -> None:
    """One comparison by a township, once; one difference is excluded, the others wait."""
    by = Account.objects.filter(username="township_clerk1").first()
    if by is None or Reconciliation.objects.exists():
        return
    data = _export(_rows(by, day))
    run = reconciliations.start(name="全国系统导出.xlsx", data=data, source=SOURCE, whole=False, on=day, by=by)
    if run.job is not None:
        finish(run.job)
    row = Difference.objects.filter(reconciliation=run, kind="field").order_by("pk").first()
    if row is not None:
        differences.exclude(rows=[row], reason="入户核对，登记册填写正确，对方系统尚未更新", on=day, by=by)


def _rows(by: Account, day: datetime.date) -> list[list[Any]]:
    """People of the township as the other system has them: a few values older, two people nobody here knows."""
    members = Membership.objects.visible_to(by).known().true_on(day).filter(person__id_number__isnull=False)
    found = members.select_related("person", "household__card").order_by("household_id", "pk")[:PEOPLE]
    names = dict(Division.objects.filter(level__in=("village", "town")).values_list("code", "name"))
    rows = []
    for at, member in enumerate(found):
        person, village = member.person, member.household.card.village_code
        row = condition_row(person.pk, day)
        number = secrets.open("id", person.id_number, person.id_index)  # type: ignore[arg-type]
        where = [names.get(village[:9] + "000", ""), names.get(village, "")]
        rows.append([
            at + 1, member.household.household_no, person.name, number, *where, member.get_relation_display(),
            *_condition(row, at), "",
        ])  # fmt: skip
    return rows + [_stranger(rows[at], at) for at in (0, len(rows) // 2) if rows]


def _condition(row: PersonCondition | None, at: int) -> list[str]:
    """Schooling, labour and 低保 as they are here; of every ninth person as they were before."""
    if row is None:
        return ["", "", ""]
    education, dibao = str(row.get_education_display()), "是" if row.dibao else "否"
    if at % 9 == 4 and row.education == "primary":
        education = "初中"
    if at % 9 == 7:
        dibao = "否" if row.dibao else "是"
    return [education, str(row.get_labour_display()), dibao]


def _stranger(like: list[Any], at: int) -> list[Any]:
    """Somebody of the same village whom the register does not know."""
    body = f"{AREA.get(str(like[3])[:4], '220800')}19881111{901 + at * 2:03d}"
    return [
        900 + at,
        "",
        ("邱立夏", "邱小满")[at > 0],
        body + check_digit(body),
        *like[4:6],
        "配偶",
        "高中",
        "普通劳动力",
        "否",
        "新增",
    ]


def _export(rows: list[list[Any]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as out:
        page = out.add_worksheet("贫困人口信息")
        page.write_string(0, 0, "贫困人口信息导出（演示）")
        for down, row in enumerate([list(HEADS), *rows], start=1):
            for at, value in enumerate(row):
                page.write(down, at, value)
    return buffer.getvalue()
