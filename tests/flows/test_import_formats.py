"""A register workbook in whatever format the village saved it: the same households come of it."""

import re
from pathlib import Path

import pytest

from households.models import Household, Person
from povertycase.actions import imports
from povertycase.exchange.files import FileRefused
from tests import register_books as books
from tests import workbook_formats as formats
from tests.register_books import book, bring_in, check, household, member, numbers, said

# Made by an office program from the workbook below: no library that is kept up writes the old binary format.
OLD = Path(__file__).parent.parent / "fixtures" / "register.xls"


@pytest.fixture(autouse=True)
def county(db):
    books.load_divisions()


def workbook() -> bytes:
    return book(
        household=[household("22080001"), household("22080002", main_cause="因残")],
        member=[
            member("22080001", "李四", 1),
            member("22080001", "王桂兰", 2, "配偶", health="长期慢性病"),
            member("22080002", "赵长贵", 3),
        ],
    )


def sheets() -> dict[str, formats.Rows]:
    return formats.rows_of(workbook())


def register() -> list[tuple]:
    """What stands in the register, as far as the workbook says anything of it."""
    people = Person.objects.order_by("id_index").values_list("name", "sex", "birth_date")
    homes = Household.objects.order_by("household_no").values_list("household_no", "card__main_cause", "card__names")
    return [*homes, *people]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("登记簿.xlsb", lambda: formats.xlsb(sheets())),
        ("登记簿.ods", lambda: formats.ods(sheets())),
        ("登记簿.xls", OLD.read_bytes),
        ("登记簿.et", workbook),  # WPS gives its files this name, whatever is inside
    ],
)
def test_every_format_brings_in_the_same_register(name, data):
    batch = bring_in(data(), name=name)
    assert numbers(batch).new == 2 and not batch.problems.filter(severity="error").exists()
    first = register()
    again = check(workbook())
    assert numbers(again).same == 2 and numbers(again).changed == 0
    assert [row[0] for row in first[:2]] == ["22080001", "22080002"]


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8-sig", ","), ("utf-8", ","), ("gb18030", ","), ("gb18030", "\t"), ("utf-16", "\t"), ("utf-8", ";")],
)
def test_a_text_file_corrects_what_stands_in_any_of_the_offices_encodings(encoding, separator):
    bring_in(workbook())
    changed = book(household=[household("22080001", main_cause="因学"), household("22080002", main_cause="因残")])
    rows = formats.rows_of(changed)["户"]
    batch = bring_in(formats.text(rows, encoding, separator), name="户.csv")
    assert (numbers(batch).changed, numbers(batch).same) == (1, 1)
    assert Household.objects.get(household_no="22080001").card.main_cause == "schooling"


def test_a_text_file_of_any_name_is_told_by_its_headings():
    bring_in(workbook())
    batch = check(formats.text(sheets()["户"], "gb18030"), name="东屏镇上报稿（终）.csv")
    assert said(batch, "sheet_by_headings") == ["“东屏镇上报稿（终）”表：按表头认作“户”表，请核对。"]
    assert numbers(batch).same == 2


def test_sheets_called_something_else_are_told_by_their_headings():
    rows = sheets()
    batch = bring_in(formats.ods({"Sheet1": rows["户"], "表2": rows["成员"], "说明": [["请按要求填写"]]}))
    assert numbers(batch).new == 2
    assert len(said(batch, "sheet_by_headings")) == 2
    assert said(batch, "sheet_ignored") == ["“说明”表：不是登记表的工作表，没有读取。"]


def test_a_cell_with_a_line_break_and_a_short_row_do_not_shift_a_text_file():
    rows = sheets()["户"]
    rows[2] = [re.sub("^1组$", "1\n组", str(value)) if value else value for value in rows[2]]
    data = formats.text(rows, "utf-8") + b"\xe5\x90\x88\xe8\xae\xa1,2\r\n"  # 合计,2
    bring_in(workbook())
    batch = check(data, name="户.csv")
    assert numbers(batch).refused == 0 and batch.counts["sheets"]["户"]["skipped"] == {"no_data": 1}


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("锁.ods", lambda: formats.ods(sheets(), encrypted=True), "打开密码"),
        ("乱码.csv", lambda: "户编号,乡镇\n".encode() * 500 + b"\xff\xff\x80\x81", "编码认不出来"),
        ("别的.ods", lambda: formats.ods({"表": [["一", "二"]]}), "没有找到工作表“户”，现有：表"),
        ("别的.xlsb", lambda: formats.xlsb({"表": [["一", "二"]]}), "没有找到工作表“户”，现有：表"),
    ],
)
def test_what_cannot_be_read_is_said_in_plain_words(name, data, words):
    with pytest.raises(FileRefused) as refused:
        imports.take_in(kind="register", name=name, data=data(), business_date=books.TODAY, by=None)
    assert words in str(refused.value)
