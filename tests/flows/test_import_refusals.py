"""What an import refuses, and in which words: the household is the atom, the others go in."""

import datetime
import io
import time
import zipfile

import pytest
import xlsxwriter

from households.models import Household, Person
from povertycase.actions import imports
from povertycase.exchange.files import FileRefused
from povertycase.models import Account, Post
from tests import register_books as books
from tests.register_books import book, bring_in, check, household, id_number, member, numbers, said

DAY = datetime.date


@pytest.fixture(autouse=True)
def county(db):
    books.load_divisions()


def good(number: str = "22089999", order: int = 901) -> tuple[dict, dict]:
    return household(number), member(number, "好人", order)


def with_good(homes: list[dict], people: list[dict], **sheets) -> bytes:
    """A workbook whose last household is in order."""
    home, head = good()
    return book(household=[*homes, home], member=[*people, head], **sheets)


def refuses(data: bytes, code: str, households: int = 1) -> str:
    """The file goes in but for these households; returns the first sentence."""
    batch = bring_in(data)
    assert numbers(batch).refused == households, list(batch.problems.values_list("code", "message"))
    assert list(Household.objects.values_list("household_no", flat=True)) == ["22089999"]
    return said(batch, code)[0]


def test_an_unknown_village_names_the_row_and_the_village():
    words = refuses(with_good([household("1", village="火星村")], [member("1", "李四", 1)]), "unknown_village")
    assert words == "“户”表第 3 行 C 列“行政村”：“东屏镇”没有村“火星村”，请核对村名。"


def test_a_village_is_found_without_its_ending():
    home, head = good()
    batch = bring_in(book(household=[home | {"town": "东屏", "village": "公和勒"}], member=[head]))
    assert numbers(batch).new == 1


def test_a_wrong_check_digit_refuses_the_whole_household():
    number = id_number("19600101", 1)
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    people = [member("1", "李四", 3), member("1", "王芳", 1, "配偶", id_number=wrong)]
    words = refuses(with_good([household("1")], people), "id_check")
    assert "“成员”表第 4 行" in words and "校验位不对，请核对最后一位" in words
    assert Person.objects.count() == 1


def test_an_id_number_never_stands_in_a_finding():
    number = id_number("19600101", 1)
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    batch = check(with_good([household("1")], [member("1", "李四", 1, id_number=wrong)]))
    for problem in batch.problems.all():
        assert wrong not in problem.value + problem.message


def test_an_id_number_in_scientific_notation_is_refused_by_cell():
    words = refuses(with_good([household("1")], [member("1", "李四", 1, id_number=2.208001960010100e17)]), "id_floated")
    assert "后几位已经丢失；请把单元格改为文本" in words


def test_two_heads_are_named_with_both_rows():
    people = [member("1", "李四", 1), member("1", "王五", 3)]
    assert "一户有 2 个户主（第 3、4 行）" in refuses(with_good([household("1")], people), "two_heads")


def test_a_household_without_a_head_is_refused():
    words = refuses(with_good([household("1")], [member("1", "李四", 1, "之子")]), "no_head")
    assert "没有户主" in words


def test_a_household_without_members_is_refused():
    assert "没有这一户的人口" in refuses(with_good([household("1")], []), "no_members")


def test_rows_of_a_household_that_is_nowhere_are_refused():
    words = refuses(with_good([], [member("777", "李四", 1)]), "household_unknown")
    assert "“成员”表第 3 行" in words and "登记册中也没有" in words


def test_two_rows_of_one_household_with_other_content_are_refused():
    homes = [household("1"), household("1", attr="低保贫困户")]
    assert "与第 3 行重复而内容不同" in refuses(with_good(homes, [member("1", "李四", 1)]), "key_twice")


def test_an_equal_row_counts_once():
    home, head = good()
    batch = bring_in(book(household=[home, home], member=[head, head]))
    assert numbers(batch).new == 1
    assert said(batch, "row_twice") == [
        "“户”表第 4 行：与第 3 行完全相同，只导入一行。",
        "“成员”表第 4 行：与第 3 行完全相同，只导入一行。",
    ]


def test_of_two_households_with_one_person_the_first_stands():
    home, head = good()
    twice = [household("22089998"), {**head, "household_no": "22089998"}]
    data = book(household=[home, twice[0]], member=[head, twice[1]])
    words = refuses(data, "id_number_twice")
    assert "与第 3 行（户编号 22089999）相同" in words


def test_a_person_registered_elsewhere_is_refused():
    home, head = good()
    bring_in(book(household=[home], member=[head]))
    batch = check(book(household=[household("1")], member=[{**head, "household_no": "1"}]))
    assert numbers(batch).refused == 1
    assert "此人已登记在户编号 22089999" in said(batch, "id_number_elsewhere")[0]


def test_the_same_cause_twice_and_an_exit_without_a_year_are_refused():
    homes = [
        household("1", other_causes="因病、缺资金"),
        household("2", poverty_status="已脱贫（享受政策）"),
    ]
    batch = bring_in(with_good(homes, [member("1", "李四", 1), member("2", "张三", 3)]))
    assert numbers(batch).refused == 2
    assert said(batch, "cause_twice") and said(batch, "exit_without_year")


def test_values_outside_the_code_list_say_what_is_allowed():
    words = refuses(with_good([household("1", attr="富裕户")], [member("1", "李四", 1)]), "not_in_list")
    assert "应为：一般贫困户、低保贫困户、特困供养贫困户" in words


def test_income_of_one_date_twice_with_other_figures_is_refused():
    row = {
        "household_no": "1",
        "calculated_on": DAY(2018, 10, 1),
        "period_start": DAY(2017, 10, 1),
        "period_end": DAY(2018, 9, 30),
        "wage_work": 1,
    }
    data = with_good([household("1")], [member("1", "李四", 1)], income=[row, row | {"wage_work": 2}])
    assert "同一核算日期" in refuses(data, "key_twice")


def test_a_refused_household_is_told_on_its_other_sheets():
    batch = check(with_good([household("1", village="火星村")], [member("1", "李四", 1)]))
    assert "整户退回，本表 1 行没有导入" in said(batch, "household_refused")[0]


def test_a_township_imports_only_its_own_villages():
    clerk = Account.objects.create(username="clerk", display_name="专干", must_change_password=False)
    Post.objects.create(account=clerk, role="township_clerk", division_id="220821102000", valid_from=DAY(2018, 1, 1))
    home, head = good()
    away = household("1", town="镇赉镇", village="街北村委会")
    batch = check(book(household=[home, away], member=[head, member("1", "李四", 1)]), by=clerk)
    assert numbers(batch).refused == 1 and numbers(batch).new == 1
    found = said(batch, "village_out_of_reach") + said(batch, "unknown_village")
    assert found and batch.division_code == "220821102000"


def test_a_household_of_another_township_is_not_overwritten():
    home, head = household("1", town="镇赉镇", village="街北村委会"), member("1", "李四", 1)
    bring_in(book(household=[home], member=[head]))
    clerk = Account.objects.create(username="clerk", display_name="专干", must_change_password=False)
    Post.objects.create(account=clerk, role="township_clerk", division_id="220821102000", valid_from=DAY(2018, 1, 1))
    batch = check(book(household=[household("1")], member=[head]), by=clerk)
    assert said(batch, "household_out_of_reach") and numbers(batch).refused == 1


# --- files that are no register ------------------------------------------------------------------------------


def take(name: str, data: bytes) -> str:
    """The sentence a file is refused with; at once."""
    started = time.monotonic()
    with pytest.raises(FileRefused) as refused:
        imports.take_in(kind="register", name=name, data=data, business_date=books.TODAY, by=None)
    assert time.monotonic() - started < 2
    return str(refused.value)


def zipped(**entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), body)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.xlsx", b"", "是空的"),
        ("名单.csv", "编号,姓名\n1,李四\n".encode("gbk"), "没有找到工作表“户”，现有：名单"),
        ("文档.xls", bytes.fromhex("d0cf11e0a1b11ae1") + "WordDocument".encode("utf-16-le"), "不是 Excel 工作簿"),
        ("坏.xls", bytes.fromhex("d0cf11e0a1b11ae1") + "Workbook\0".encode("utf-16-le"), "损坏或异常"),
        ("导出.xls", b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table></html>", "其实是网页"),
        ("锁.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        ("照片.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0", "是图片，不能导入"),
        ("坏.xlsx", b"PK\x03\x04" + b"x" * 50, "已损坏"),
        ("文档.xlsx", zipped(word__document_xml=b"<w/>"), "不是 Excel 工作簿"),
        ("宏.xlsx", zipped(xl__workbook_xml=b"<w/>", xl__vbaProject_bin=b"x"), "带有宏"),
        ("炸弹.xlsx", zipped(xl__workbook_xml=b"<w/>", xl__a_xml=b"0" * 300_000_000), "解开后过大"),
    ],
)
def test_what_is_no_workbook_is_refused_at_once_in_plain_words(name, data, words):
    assert words in take(name, data)


def test_a_workbook_of_something_else_names_the_missing_sheet():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as other:
        other.add_worksheet("值班表").write_row(0, 0, ["日期", "值班人", "电话"])
    assert "没有找到工作表“户”，现有：值班表" in take("别的.xlsx", buffer.getvalue())


def test_a_sheet_without_a_header_and_one_without_rows_are_told():
    home, head = good()
    batch = check(book(headings={key: f"甲{key}" for key in home}, household=[home], member=[head]))
    assert batch.state == "refused" and "没有找到表头" in batch.refusal
    batch = check(book(household=[], member=[]))
    assert batch.state == "refused" and "没有一行数据" in batch.refusal


def test_a_missing_required_column_is_named():
    home, head = good()
    batch = check(book(headings={"attr": "备用一"}, household=[home], member=[head]))
    assert batch.state == "refused" and "缺少列：贫困户属性" in batch.refusal


def test_a_cell_at_the_end_of_the_sheet_does_not_take_the_memory():
    """One cell at XFD1048576 makes a parser reserve billions of cells: it is seen before the sheet is parsed."""
    home, head = good()
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(household=[home], member=[head]))) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            body = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                body = body.replace(b"</sheetData>", far)
            target.writestr(entry.filename, body)
    started = time.monotonic()
    batch = check(buffer.getvalue())
    assert batch.state == "refused" and "“户”有 16384 列，超过 1000 列" in batch.refusal
    assert time.monotonic() - started < 5


def test_uploads_are_stored_encrypted_and_deleted_after_thirty_days(settings):
    from pathlib import Path

    from povertycase.models import Upload

    home, head = good()
    batch = check(book(household=[home], member=[head]))
    file = Path(settings.UPLOAD_DIR) / batch.upload.stored_as
    assert not file.read_bytes().startswith(b"PK") and file.stat().st_mode & 0o077 == 0
    Upload.objects.filter(pk=batch.upload_id).update(created_at=datetime.datetime(2018, 1, 1, tzinfo=datetime.UTC))
    assert imports.forget_old() == 1
    batch.refresh_from_db()
    assert not file.exists() and batch.state == "cancelled"
