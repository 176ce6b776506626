"""Workbooks as they really look: merged cells, sums and signatures, hidden sheets, unit headings, the template itself."""

import datetime
import io

import openpyxl
import pytest

from households.models import Household, Income
from povertycase import slots
from povertycase.exchange.problem_list import problem_list
from povertycase.exchange.template import template
from tests import register_books as books
from tests.register_books import TITLES, book, bring_in, check, household, member, numbers, said

DAY = datetime.date


@pytest.fixture(autouse=True)
def county(db):
    books.load_divisions()


def changed(data: bytes, change) -> bytes:
    """The workbook after somebody worked on it."""
    opened = openpyxl.load_workbook(io.BytesIO(data))
    change(opened)
    buffer = io.BytesIO()
    opened.save(buffer)
    return buffer.getvalue()


def couple() -> bytes:
    homes = [household("1", head_name="李四"), household("2")]
    people = [member("1", "李四", 1), member("1", "王芳", 2, "配偶"), member("2", "张三", 3)]
    return book(household=homes, member=people)


def test_sums_signatures_and_blank_rows_are_counted_and_not_read():
    def sign(opened):
        page = opened["成员"]
        page.append([])
        page.append(["合计", "3人"])
        page.append(["单位负责人：", None, "填报人："])

    batch = bring_in(changed(couple(), sign))
    assert numbers(batch).new == 2
    assert batch.counts["sheets"]["成员"]["skipped"] == {"blank": 1, "no_data": 2}


def test_a_household_number_merged_over_its_members_counts_for_all_of_them():
    def merge(opened):
        opened["成员"]["A4"].value = None
        opened["成员"].merge_cells("A3:A4")

    batch = bring_in(changed(couple(), merge))
    assert numbers(batch).new == 2 and batch.counts["people"]["new"] == 3


def test_a_household_number_that_is_merely_missing_is_an_error():
    def lose(opened):
        opened["成员"]["A4"].value = None

    batch = check(changed(couple(), lose))
    assert said(batch, "household_no_missing") == ["“成员”表第 4 行 A 列“户编号”：没有户编号，整行不能导入，请补上。"]


def test_a_hidden_sheet_is_read_and_told_and_a_foreign_one_is_not_read():
    def hide(opened):
        opened["成员"].sheet_state = "hidden"
        opened.create_sheet("草稿").append(["a"])

    batch = check(changed(couple(), hide))
    assert numbers(batch).new == 2
    assert said(batch, "sheet_hidden") == ["“成员”表：是隐藏的工作表，已读取，请核对。"]
    assert said(batch, "sheet_ignored")


def test_an_income_in_ten_thousand_yuan_becomes_yuan():
    row = {
        "household_no": "1",
        "calculated_on": DAY(2018, 10, 1),
        "period_start": DAY(2017, 10, 1),
        "period_end": DAY(2018, 9, 30),
        "wage_work": 1.25,
    }
    homes, people = [household("1")], [member("1", "李四", 1)]
    bring_in(book(headings={"wage_work": "务工收入（万元）"}, household=homes, member=people, income=[row]))
    assert Income.objects.get().wage_work == 12500


def test_what_was_put_right_by_itself_is_counted_with_examples():
    people = [member("1", "李　四", 1, relation="本人"), member("1", "王芳", 2, "妻子")]
    batch = bring_in(book(household=[household("1", registered_on="2014.4.1")], member=people))
    assert batch.counts["sheets"]["成员"]["cleaned"] == 3
    assert batch.counts["sheets"]["户"]["cleaned_by_column"] == {"识别日期 date_written": 1}
    assert "“成员”表第 4 行" in said(batch, "synonym")[1] and "已换成“配偶”" in said(batch, "synonym")[1]


def test_the_template_carries_every_declared_column_and_is_read_back():
    kind = slots.IMPORT_KINDS["register"]
    opened = openpyxl.load_workbook(io.BytesIO(template(kind)))
    assert opened.sheetnames[: len(kind.sheets)] == [sheet.title for sheet in kind.sheets]
    assert opened.sheetnames[-1] == "填写说明"
    for sheet in kind.sheets:
        headings = [cell.value for cell in opened[sheet.title][1]]
        assert headings == [column.title for column in sheet.columns]
    assert opened["户"].data_validations.dataValidation

    def fill(opened):
        for code, row in (("household", household("1")), ("member", member("1", "李四", 1))):
            opened[TITLES[code].title].append([row.get(column.key) for column in TITLES[code].columns])

    bring_in(changed(template(kind), fill))
    assert Household.objects.get().household_no == "1"


def test_the_problem_list_is_a_workbook_whose_cells_stay_text():
    batch = check(book(household=[household("1", village="=1+1")], member=[member("1", "李四", 1)]))
    opened = openpyxl.load_workbook(io.BytesIO(problem_list(batch)))
    page = opened["问题清单"]
    assert [cell.value for cell in page[1]] == [
        "处理",
        "工作表",
        "行",
        "列",
        "表头",
        "单元格内容",
        "户编号",
        "说明",
        "建议填写",
    ]
    assert page["A2"].value == "提醒" or page["A2"].value == "退回"
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    assert opened.sheetnames[-1] == "导出说明"
