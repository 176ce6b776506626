"""The same workbook back: red where it is wrong, as it was elsewhere; mended and uploaded it goes on where it stopped."""

import io
import shutil
import subprocess
import zipfile

import openpyxl
import pytest
from django.test import Client
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from households.models import Household
from povertycase import jobs
from povertycase.actions import imports
from povertycase.exchange import child, returned, to_mend
from povertycase.models import Account, AuditEvent, ListFile, Post
from tests import register_books as books
from tests import workbook_formats
from tests.flows.test_import_sent_rows import PHONE, WRONG, faulty
from tests.register_books import book, bring_in, check, household, id_number, member, numbers

RED, YELLOW = "FFFFC7CE", "FFFFEB9C"


@pytest.fixture(autouse=True)
def divisions(db):
    books.load_divisions()


@pytest.fixture
def officer():
    account = Account.objects.create(username="officer", display_name="officer", must_change_password=False)
    Post.objects.create(account=account, role="county_office", division_id="220821000000", valid_from="2018-01-01")
    return account


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def dressed(data: bytes) -> bytes:
    """The workbook as an office dresses it: fonts, widths, a title merged, a sheet and comment of its own, a formula."""
    opened = openpyxl.load_workbook(io.BytesIO(data))
    homes = opened["户"]
    homes.merge_cells("A1:F1")
    homes["A1"].font = Font(name="方正小标宋", size=22, bold=True)
    homes.column_dimensions["C"].width = 33
    homes["A3"].fill = PatternFill("solid", fgColor="FF92D050")
    homes["C4"].comment = Comment("老李去核实", "老李")
    homes.cell(2, homes.max_column + 1, "序号")
    homes.cell(3, homes.max_column, "=1+1")
    own = opened.create_sheet("草稿")
    own["A1"] = "=SUM(B1:B2)"
    own["B1"], own["B2"] = 3, 4
    return saved(opened)


def saved(workbook) -> bytes:
    """The workbook as Excel saves it: formulas with their values."""
    written, out = io.BytesIO(), io.BytesIO()
    workbook.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            text = text.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
            new.writestr(part, text.replace(b"<f>SUM(B1:B2)</f><v />", b"<f>SUM(B1:B2)</f><v>7</v>"))
    return out.getvalue()


def given_back(account: Account, batch) -> bytes:
    answer = signed_in(account).post(f"/imports/{batch.pk}/give-back/")
    assert answer.status_code == 200, answer.headers
    return answer.content


def opened(data: bytes, **how):
    return openpyxl.load_workbook(io.BytesIO(data), **how)


def at(page, row: int, heading: str):
    """The cell of a row under a heading (the header stands in row 2)."""
    return page.cell(row, [cell.value for cell in page[2]].index(heading) + 1)


def mend(data: bytes) -> bytes:
    """What a clerk does with the five planted faults."""
    back = opened(data)
    homes, people = back["户"], back["成员"]
    at(homes, 4, "行政村").value = books.VILLAGE
    at(homes, 5, "主要致贫原因").value = "因病"
    at(homes, 6, "识别日期").value = "2014-04-01"
    at(people, 6, "证件号码").value = id_number("19600101", 7)
    people.cell(7, 1).value = "4"
    at(people, 7, "与户主关系").value = "配偶"
    return saved(back)


def test_five_planted_faults_come_back_red_with_their_reasons_and_everything_else_as_it_was(officer):
    sent = dressed(faulty())
    batch = check(sent, by=officer)
    back, came = opened(given_back(officer, batch)), opened(sent)
    assert back.sheetnames == [*came.sheetnames, "待改正"]
    homes, people = back["户"], back["成员"]
    wrong = [at(homes, 4, "行政村"), at(homes, 5, "主要致贫原因"), at(homes, 6, "识别日期")]
    wrong += [at(people, 6, "证件号码"), people.cell(7, 1)]
    assert [cell.fill.fgColor.rgb for cell in wrong] == [RED] * 5
    assert all(cell.comment.author == to_mend.AUTHOR for cell in wrong)
    assert "没有村“没有的村”" in wrong[0].comment.text and "老李去核实" in wrong[0].comment.text
    for page in came.worksheets:
        for row in page.iter_rows():
            for cell in row:
                there = back[page.title][cell.coordinate]
                assert there.value == cell.value and repr(there.font) == repr(cell.font), cell.coordinate
                assert there.number_format == cell.number_format
                if not there.comment or there.comment.author != to_mend.AUTHOR:
                    assert repr(there.fill) == repr(cell.fill), cell.coordinate
    assert homes.column_dimensions["C"].width == 33 and str(homes.merged_cells) == "A1:F1"
    assert homes["A1"].font.size == 22 and homes["A3"].fill.fgColor.rgb == "FF92D050"


def test_the_last_sheet_lists_sheet_row_column_heading_value_reason_and_leads_to_the_cell(officer):
    batch = check(dressed(faulty()), by=officer)
    page = opened(given_back(officer, batch))["待改正"]
    assert [cell.value for cell in page[1]] == [heading for heading, _width in to_mend.HEADINGS]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    assert ["退回", "户", 4, "C", "行政村", "没有的村"] in [row[:6] for row in rows]
    assert ["成员", 6, "C", "证件号码"] in [row[1:5] for row in rows]
    assert WRONG not in str(rows)
    line = next(row for row in page.iter_rows(min_row=2) if row[2].value == 4)
    assert line[2].hyperlink.location == "'户'!C4"


def test_formulas_of_the_file_stay_with_their_values_and_words_of_findings_are_never_formulas(officer):
    data = book(household=[household("1", village="=1+1")], member=[member("1", "李四", 1)])
    batch = check(dressed(data), by=officer)
    content = given_back(officer, batch)
    back = opened(content)
    assert back["草稿"]["A1"].value == "=SUM(B1:B2)" and back["户"].cell(3, back["户"].max_column).value == "=1+1"
    assert opened(content, data_only=True)["草稿"]["A1"].value == 7
    cells = [cell for row in back["待改正"].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells) and "=1+1" in [cell.value for cell in cells]


def test_the_mended_workbook_goes_on_where_it_stopped(officer):
    first = bring_in(dressed(faulty()), by=officer)
    assert numbers(first).new == 1 and numbers(first).refused == 3
    content = given_back(officer, first)
    unchanged = Household.objects.get(household_no="1").version
    again = bring_in(mend(content), by=officer)
    assert not again.problems.filter(severity="error").exists(), list(again.problems.values_list("message"))
    assert (numbers(again).new, numbers(again).same, numbers(again).changed) == (3, 1, 0)
    assert Household.objects.get(household_no="1").version == unchanged
    assert Household.objects.count() == 4
    # Neither the last sheet nor the comments are spoken of.
    assert not again.problems.filter(sheet__startswith="待改正").exists()
    assert not again.problems.filter(message__contains="批注").exists()


def test_what_was_mended_is_no_longer_red_when_the_rest_comes_back_once_more(officer):
    first = check(dressed(faulty()), by=officer)
    half = opened(given_back(officer, first))
    at(half["户"], 4, "行政村").value = books.VILLAGE
    again = opened(given_back(officer, check(saved(half), by=officer)))
    cell = at(again["户"], 4, "行政村")
    assert cell.fill.fill_type is None and cell.comment.text == "老李去核实"
    assert at(again["户"], 5, "主要致贫原因").fill.fgColor.rgb == RED
    assert again.sheetnames.count("待改正") == 1 and again.sheetnames[-1] == "待改正"
    assert returned.name(first) == "登记簿-待改正.xlsx"


def test_warnings_are_yellow_and_an_unknown_heading_too(officer):
    data = book(
        headings={"phone": "某种电话"}, household=[household("1", phone=PHONE)], member=[member("1", "李四", 1)]
    )
    people = opened(data)
    people["成员"]["B3"] = "李　四"
    page = opened(given_back(officer, check(data, by=officer)))["户"]
    head = next(cell for cell in page[2] if cell.value == "某种电话")
    assert head.fill.fgColor.rgb == YELLOW and "不认识这一列" in head.comment.text


def test_a_text_file_comes_back_as_a_new_workbook_with_the_same_list(officer):
    rows = workbook_formats.rows_of(faulty())["户"][1:]
    whole = bring_in(book(household=[household("9")], member=[member("9", "李四", 1)]), by=officer)
    assert numbers(whole).new == 1
    batch = check(workbook_formats.text(rows, "gb18030"), name="户.csv", by=officer)
    assert batch.state == "checked", batch.refusal
    back = opened(given_back(officer, batch))
    assert back.sheetnames == ["户", "待改正"]
    assert back["户"].cell(3, 3).fill.fgColor.rgb == RED
    assert back["户"].cell(1, back["户"].max_column).value == "系统提示"


def test_a_long_workbook_comes_back_by_a_job_that_only_its_sender_sees(officer, monkeypatch):
    batch = check(faulty(), by=officer)
    monkeypatch.setattr(returned, "AT_ONCE", 10)
    answer = signed_in(officer).post(f"/imports/{batch.pk}/give-back/")
    file = ListFile.objects.get()
    assert answer.url == f"/lists/{file.pk}/"
    assert jobs.run_to_end(file.job).state == "done"
    assert AuditEvent.objects.filter(kind="import.given_back", by=officer).count() == 1
    content = signed_in(officer).post(f"/lists/{file.pk}/fetch/").content
    assert "待改正" in opened(content).sheetnames
    other = Account.objects.create(username="other", display_name="other", must_change_password=False)
    Post.objects.create(account=other, role="county_office", division_id="220821000000", valid_from="2018-01-01")
    assert signed_in(other).get(f"/lists/{file.pk}/").status_code == 404
    signed_in(other).post(f"/imports/{batch.pk}/give-back/")
    assert ListFile.objects.count() == 1


def test_more_than_five_thousand_rows_come_back_as_a_new_workbook(officer, monkeypatch):
    batch = check(dressed(faulty()), by=officer)
    monkeypatch.setattr(returned, "MAX_ROWS", 3)
    back = opened(returned.workbook(batch))
    assert back.sheetnames == ["户", "成员", "待改正"]
    assert at(back["户"], 4, "行政村").fill.fgColor.rgb == RED


def test_a_workbook_that_cannot_be_opened_for_marking_comes_back_as_a_new_one(officer, monkeypatch):
    batch = check(faulty(), by=officer)
    monkeypatch.setattr(child, "MEMORY", 20 * 1024 * 1024)
    assert opened(returned.workbook(batch)).sheetnames == ["户", "成员", "待改正"]


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not on this machine")
def test_libreoffice_opens_the_workbook_that_came_back(officer, tmp_path):
    batch = check(dressed(faulty()), by=officer)
    (tmp_path / "back.xlsx").write_bytes(imports.give_back(batch=batch, by=officer))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/office",
            "--headless",
            "--convert-to",
            "ods",
            "back.xlsx",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=180,
    )
    assert (tmp_path / "back.ods").stat().st_size > 1000
