"""名单补列: a bureau sends a list, the office gives it back with the columns asked for."""

import datetime
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from households.actions import members
from households.models import Household, HouseholdCard, Membership, Person
from povertycase import periods
from povertycase.actions import foreign_books
from povertycase.models import AuditEvent, AuditSubject, ForeignBook, Upload
from tests import foreign_lists as lists
from tests.register_cast import TODAY, household, number
from tests.workbook_formats import ods, text, xlsb

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PAGE = "/lists/fill/"
HEADS = ["序号", "姓名", "证件号码"]
NUMBERS = {name: number("141100", "19650102", order) for name, order in (("单小明", 1), ("王翠花", 2), ("仇德福", 5))}
STRANGER = number("429000", "19700101", 7)


@pytest.fixture
def at(client, people, homes):
    def sign_in(name):
        client.force_login(getattr(people, name), backend=BACKEND)
        client.raise_request_exception = False
        return client

    return sign_in


def bring(client, data, name="两癌检查.xlsx"):
    answer = client.post(PAGE, {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer["Location"]


def take(client, address, *columns):
    answer = client.post(f"{address}workbook/", {"column": columns or ["household.household_no", "household.village"]})
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content


def test_the_same_workbook_comes_back_in_its_order_with_columns_and_the_match_said(at):
    rows = [
        [1, "仇德福", NUMBERS["仇德福"]],
        [2, "外来人", STRANGER],
        [3, "单小明", f" {NUMBERS['单小明'][:6]} {NUMBERS['单小明'][6:]} "],
        [4, "王翠花", NUMBERS["王翠花"].lower()],
    ]
    office = at("office")
    address = bring(office, lists.book(HEADS, rows, under=["合计", None, 4]))
    text = office.get(address).content.decode()
    assert "按 C 列（证件号码）查找，共 4 行" in text and "唯一" in text and "未找到" in text
    content = take(
        office, address, "household.household_no", "household.village", "income.net_income_per_capita", "member.name"
    )
    back = lists.read(content)
    assert back[1] == [*HEADS, "户编号", "行政村", "登记姓名", "人均纯收入(元)", "匹配说明"]
    assert [row[:3] for row in back[2:]] == [*rows, ["合计", None, 4]], "nothing of the list itself changes"
    assert [row[3:] for row in back[2:]] == [
        ["H0004", "前屯村委会", "仇德福", None, "唯一"],
        [None, None, None, None, "未找到"],
        ["H0001", "东胜村委会", "单小明", 5700, "唯一"],
        ["H0003", "西胜村委会", "王翠花", None, "唯一"],
        [None] * 5,
    ]
    page = openpyxl.load_workbook(io.BytesIO(content))["名单"]
    assert page["B3"].font.color.rgb == "00FF0000" and page["A1"].value == lists.TITLE
    assert page["D2"].font.name == "黑体" and page["D2"].fill.fgColor.rgb == "00DDEBF7", "new headings look like theirs"
    assert page.row_dimensions[2].height == 33 and "A1:C1" in {str(one) for one in page.merged_cells.ranges}
    assert lists.read(content, "说明") == [["请于月底前报回"]], "other sheets stay as they are"


def test_somebody_out_of_reach_looks_exactly_like_nobody(at):
    rows = [[1, "仇德福", NUMBERS["仇德福"]], [2, "外来人", STRANGER], [3, "单小明", NUMBERS["单小明"]]]
    township = at("township")
    back = lists.read(take(township, bring(township, lists.book(HEADS, rows))))
    assert back[2][3:] == back[3][3:] == [None, None, "未找到"]
    assert back[4][3:] == ["H0001", "东胜村委会", "唯一"]
    by_number = lists.book(["户编号", "备注"], [["H0004", "甲"], ["H9999", "乙"], ["H0002", "丙"]])
    back = lists.read(take(township, bring(township, by_number)))
    assert [row[2:] for row in back[2:]] == [
        [None, None, "未找到"],
        [None, None, "未找到"],
        ["H0002", "东胜村委会", "唯一"],
    ]


def test_who_died_and_who_moved_away_is_said(at, people, homes):
    for name, reason in (("王翠花", "death"), ("仇德福", "moved_out")):
        head = Membership.objects.get(person__name=name)
        spouse = head.household.membership_set.exclude(pk=head.pk).get()
        members.leave(
            membership=head, reason=reason, true_to=datetime.date(2018, 6, 1), new_head=spouse, entered_on=TODAY, by=None
        )  # fmt: skip
    office = at("office")
    rows = [[at, name, NUMBERS[name]] for at, name in enumerate(("王翠花", "仇德福", "单小明"), start=1)]
    back = lists.read(take(office, bring(office, lists.book(HEADS, rows))))
    assert [row[3:] for row in back[2:]] == [
        ["H0003", "西胜村委会", "已去世"], ["H0004", "前屯村委会", "已迁出（迁出）"], ["H0001", "东胜村委会", "唯一"],
    ]  # fmt: skip


def test_a_number_kept_as_a_figure_is_refused_by_name_and_the_others_are_found(at):
    rows = [
        [1, "单小明", float(NUMBERS["单小明"])],
        [2, "王翠花", NUMBERS["王翠花"]],
        [3, "仇德福", NUMBERS["仇德福"][:-1] + ("1" if NUMBERS["仇德福"][-1] != "1" else "2")],
        [4, "没填的", None],
        [5, "短的", "22082119650102"],
    ]
    office = at("office")
    address = bring(office, lists.book(HEADS, rows))
    told = [row[-1] for row in lists.read(take(office, address))[2:]]
    assert told[0].startswith("未找到：证件号码被存成了数值，后几位已经丢失")
    assert told[1] == "唯一"
    assert told[2] == "未找到：证件号码校验位不对，请核对最后一位"
    assert told[3] == "未找到：没有填证件号码"
    assert told[4] == "未找到：证件号码应为 18 位（残疾人证 20 或 22 位），现为 14 位，请核对"
    page = office.get(address).content.decode()
    assert "后几位已经丢失" in page and NUMBERS["王翠花"] not in page


def test_long_household_numbers_and_accounts_are_not_taken_for_id_numbers(at, homes):
    Household.objects.filter(pk=homes.east.pk).update(household_no="220821101200000001")
    HouseholdCard.objects.filter(pk=homes.east.pk).update(household_no="220821101200000001")
    rows = [["220821101200000001", "6228480402564890018"], ["220821101200000002", "6228480402564890019"]]
    office = at("office")
    back = lists.read(take(office, bring(office, lists.book(["户编号", "一卡通账号"], rows))))
    assert [row[-1] for row in back[2:]] == ["唯一", "未找到"]
    floats = [[1, "单小明", 2.2080019401e17]]
    told = lists.read(take(office, bring(office, lists.book(HEADS, floats))))[2][-1]
    assert "后几位已经丢失" in told, "where all are figures the heading says what they were"


def test_people_of_one_name_are_chosen_by_a_person_for_this_list_only(at, people, homes):
    household("H0009", "220821101200", "曾守田", 8)
    office = at("office")
    heads = ["乡镇", "行政村", "姓名"]
    rows = [["东屏镇", "东胜村", "曾守田"], ["东屏", "西胜村委会", "王 翠花"], ["大屯镇", "东胜村", "单小明"]]
    address = bring(office, lists.book(heads, rows))
    assert "按 C 列（乡镇、村和姓名）查找" in office.get(address).content.decode()
    back = lists.read(take(office, address))
    assert [row[3:] for row in back[2:]] == [
        [None, None, "重名 2 人"], ["H0003", "西胜村委会", "唯一"], [None, None, "未找到"],
    ]  # fmt: skip
    text = office.get(f"{address}choose/").content.decode()
    assert "第 3 行：东屏镇 东胜村 曾守田" in text and "141100********00" in text and "1965年生" in text
    meant = Person.objects.get(name="曾守田", membership__household__household_no="H0009")
    wrong = Person.objects.get(name="单小明")
    office.post(f"{address}choose/", {"r-2": wrong.pk})
    assert lists.read(take(office, address))[2][3:] == [None, None, "重名 2 人"], "only a candidate can be chosen"
    assert office.post(f"{address}choose/", {"r-2": meant.pk}).status_code == 302
    assert lists.read(take(office, address))[2][3:] == ["H0009", "东胜村委会", "唯一"]
    again = bring(office, lists.book(heads, rows))
    assert lists.read(take(office, again))[2][3:] == [None, None, "重名 2 人"], "another list is decided anew"


def test_a_list_without_anything_to_look_up_by_is_refused_with_what_it_needs(at):
    office = at("office")
    data = lists.book(["序号", "姓名", "金额"], [[1, "单小明", 300]])
    answer = office.post(PAGE, {"file": SimpleUploadedFile("金额.xlsx", data)})
    assert answer.status_code == 422 and "没有找到可以查找的列" in answer.content.decode()
    assert not ForeignBook.objects.exists() and not Upload.objects.exists()
    assert office.post(PAGE).status_code == 422
    long = lists.book(HEADS, [[1, "单", STRANGER]] * 5_010)
    answer = office.post(PAGE, {"file": SimpleUploadedFile("长.xlsx", long)})
    assert "一次最多 5000 行" in answer.content.decode()


FORMATS = {
    "csv": lambda rows: text(rows, "gb18030"),
    "txt": lambda rows: text(rows, "utf-16", "\t"),
    "ods": lambda rows: ods({"名单": rows}),
    "xlsb": lambda rows: xlsb({"名单": rows}),
}


@pytest.mark.parametrize("form", FORMATS)
def test_a_list_of_another_format_comes_back_as_a_workbook_with_the_same_rows(at, form):
    rows = [["户编号", "姓名"], ["H0003", "王翠花"], ["H0777", "=1+1"]]
    office = at("office")
    address = bring(office, FORMATS[form](rows), f"名单.{form}")
    book = openpyxl.load_workbook(io.BytesIO(take(office, address)))
    told = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert told == [
        ["户编号", "姓名", "户编号", "行政村", "匹配说明"],
        ["H0003", "王翠花", "H0003", "西胜村委会", "唯一"],
        ["H0777", "=1+1", None, None, "未找到"],
    ]
    assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)


def test_the_trail_says_how_many_rows_and_which_columns_and_no_number(at, people):
    office = at("office")
    rows = [[1, "单小明", NUMBERS["单小明"]], [2, "外来人", STRANGER]]
    address = bring(office, lists.book(HEADS, rows))
    take(office, address)
    event = AuditEvent.objects.get(kind="list.filled")
    assert event.params["rows"] == 2 and event.params["columns"] == "户编号、行政村"
    assert AuditSubject.objects.filter(event=event).count() == 1
    assert NUMBERS["单小明"] not in str(list(AuditEvent.objects.values_list("params", flat=True)))
    assert 'value="household.village" checked' in office.get(address).content.decode(), (
        "what was ticked is ticked next time"
    )
    assert 'value="household.poverty_status" checked' not in office.get(address).content.decode()


def test_the_list_lies_sealed_only_its_owner_sees_it_and_after_a_week_it_is_gone(at, settings, monkeypatch):
    office = at("office")
    address = bring(office, lists.book(HEADS, [[1, "单小明", NUMBERS["单小明"]]]))
    book = ForeignBook.objects.select_related("upload").get()
    stored = (settings.UPLOAD_DIR / book.upload.stored_as).read_bytes()
    assert not stored.startswith(b"PK") and "单小明".encode() not in bytes(book.found)
    township = at("township")
    for method, end in (("get", ""), ("get", "choose/"), ("post", "workbook/")):
        assert getattr(township, method)(f"{address}{end}").status_code == 404
    assert at("secretary").get(PAGE).status_code == 403
    late = periods.now() + datetime.timedelta(days=8)
    monkeypatch.setattr(periods, "now", lambda: late)
    assert foreign_books.forget_old() == 1
    assert not ForeignBook.objects.exists() and not (settings.UPLOAD_DIR / book.upload.stored_as).exists()


def test_columns_are_those_the_account_may_see_and_never_sealed_numbers(at, people):
    office = at("office")
    address = bring(office, lists.book(HEADS, [[1, "单小明", NUMBERS["单小明"]]]))
    text = office.get(address).content.decode()
    assert "income.net_income_per_capita" in text and "member.disease" in text and "list.last_visit" in text
    assert not any(f'value="{word}"' in text for word in ("household.phone", "member.id_number", "helper.phone"))


def test_a_key_column_that_was_guessed_wrongly_is_chosen_by_hand_and_looked_up_again(at):
    heads = ["序号", "经办人证件号码", "乡镇", "村", "受益人"]
    office = at("office")
    rows = [[1, NUMBERS["仇德福"], "东屏镇", "东胜村", "单小明"], [2, NUMBERS["仇德福"], "东屏镇", "西胜村", "王翠花"]]
    address = bring(office, lists.book(heads, rows))
    assert [row[5] for row in lists.read(take(office, address))[2:]] == ["H0004", "H0004"], "the wrong people"
    page = office.get(f"{address}key/").content.decode()
    assert "E　受益人" in page and '<option value="1" selected>B　经办人证件号码' in page
    refused = office.post(f"{address}key/", {"kind": "name", "column": "4"})
    assert refused.status_code == 422 and "要有乡镇或村的列" in refused.content.decode()
    assert office.post(f"{address}key/", {"kind": "id", "column": "4"}).status_code == 422
    assert office.post(f"{address}key/", {"kind": "name", "column": "99"}).status_code == 422
    sent = {"kind": "name", "column": "4", "town": "2", "village": "3"}
    assert office.post(f"{address}key/", sent).headers["Location"] == address
    assert "按 E 列（乡镇、村和姓名）查找，共 2 行" in office.get(address).content.decode()
    assert [row[5] for row in lists.read(take(office, address))[2:]] == ["H0001", "H0003"]


def two_lists() -> bytes:
    """A list of two by number, and on a sheet of its own the one that is meant, shorter and by place and name."""
    book = openpyxl.load_workbook(
        io.BytesIO(lists.book(HEADS, [[1, "仇德福", NUMBERS["仇德福"]], [2, "外来人", STRANGER]]))
    )
    page = book.create_sheet("补充名单")
    for row in (["乡镇", "村", "姓名"], ["东屏镇", "东胜村", "单小明"]):
        page.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_of_several_sheets_the_one_that_is_meant_is_chosen_by_hand(at):
    office = at("office")
    address = bring(office, two_lists())
    assert "工作表“名单”，按 C 列" in office.get(address).content.decode()
    page = office.get(f"{address}key/?sheet=2").content.decode()
    assert '<option value="2" selected>补充名单' in page and '<option value="name" selected>' in page
    assert '<option value="2" selected>C　姓名' in page and "证件号码</option>" in page
    sent = {"sheet": "2", "kind": "name", "column": "2", "town": "0", "village": "1"}
    assert office.post(f"{address}key/", {**sent, "town": "", "village": ""}).status_code == 422
    assert office.post(f"{address}key/", sent).headers["Location"] == address
    assert "工作表“补充名单”，按 C 列（乡镇、村和姓名）查找，共 1 行" in office.get(address).content.decode()
    content = take(office, address)
    assert lists.read(content, "补充名单")[1][:4] == ["东屏镇", "东胜村", "单小明", "H0001"]
    assert len(lists.read(content)[1]) == len(HEADS), "the other list is as it came"


def test_a_sheet_without_anything_to_look_up_says_so_and_the_list_stays_as_it_was_read(at):
    office = at("office")
    address = bring(office, two_lists())
    page = office.get(f"{address}key/?sheet=1").content.decode()
    assert '<option value="1" selected>说明' in page
    refused = office.post(f"{address}key/", {"sheet": "1", "kind": "id", "column": "0"})
    assert refused.status_code == 422 and "没有可以查找的内容" in refused.content.decode()
    assert office.get(f"{address}key/?sheet=99").status_code == 200
    assert "工作表“名单”，按 C 列" in office.get(address).content.decode()
