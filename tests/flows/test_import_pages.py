"""The import pages: an officer uploads, looks, confirms and gets a receipt; others see what their posts reach."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from households.models import Household
from povertycase import jobs
from povertycase.models import Account, ImportBatch, Post
from tests import register_books as books
from tests.register_books import book, check, household, id_number, member

DAY = datetime.date


@pytest.fixture(autouse=True)
def county(db):
    books.load_divisions()


def signed_in(username: str, role: str, division: str | None) -> Client:
    account = Account.objects.create(username=username, display_name=username, must_change_password=False)
    Post.objects.create(account=account, role=role, division_id=division, valid_from=DAY(2018, 1, 1))
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def officer():
    return signed_in("officer", "county_office", "220821000000")


def send(client: Client, data: bytes, name: str = "东屏镇.xlsx"):
    return client.post("/imports/upload/", {"file": SimpleUploadedFile(name, data)})


def work() -> ImportBatch:
    """What the worker does."""
    batch = ImportBatch.objects.order_by("-pk").first()
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    return batch


def two_households() -> bytes:
    wrong = id_number("19600101", 7)[:17] + ("0" if id_number("19600101", 7)[17] != "0" else "1")
    people = [member("1", "李四", 1), member("2", "张三", 7, id_number=wrong)]
    return book(household=[household("1"), household("2")], member=people)


def test_an_officer_uploads_looks_confirms_and_gets_a_receipt(officer):
    answer = send(officer, two_households())
    address = answer.headers["Location"]
    assert "读取中" in officer.get(address).content.decode()
    work()
    page = officer.get(address).content.decode()
    assert "确认后写入 1 户" in page and "校验位不对" in page
    assert not Household.objects.exists()
    officer.post(f"{address}confirm/")
    assert "导入中" in officer.get(address).content.decode()
    work()
    page = officer.get(address).content.decode()
    assert "回执" in page and "户：新增 1，变更 0，与登记内容一致 0，退回 1" in page
    assert Household.objects.get().household_no == "1"


def test_giving_up_writes_nothing(officer):
    address = send(officer, two_households()).headers["Location"]
    work()
    officer.post(f"{address}give-up/")
    assert "没有写入任何内容" in officer.get(address).content.decode()
    officer.post(f"{address}confirm/")
    assert not Household.objects.exists()


def test_a_file_that_is_no_workbook_is_refused_beside_the_field(officer):
    answer = send(officer, b"<html><table><tr><td>1</td></tr></table></html>", "导出.xls")
    assert answer.status_code == 422
    assert "另存为“.xlsx”后再导入" in answer.content.decode()
    assert officer.post("/imports/upload/", {}).status_code == 422
    assert not ImportBatch.objects.exists()


def test_the_problem_list_can_be_filtered_and_downloaded(officer):
    address = send(officer, two_households()).headers["Location"]
    work()
    assert "校验位" in officer.get(address + "?severity=error").content.decode()
    assert "校验位" not in officer.get(address + "?severity=cleaned").content.decode()
    answer = officer.get(address + "problems.xlsx")
    assert answer.status_code == 200 and answer.content.startswith(b"PK")


def test_the_template_is_there_for_everybody_who_may_look(officer):
    answer = officer.get("/imports/template.xlsx")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]


def test_another_township_sees_neither_the_batch_nor_its_findings(officer):
    own = signed_in("own", "township_clerk", "220821102000")
    other = signed_in("other", "township_clerk", "220821103000")
    address = send(own, two_households()).headers["Location"]
    work()
    assert own.get(address).status_code == 200
    for path in (address, address + "problems.xlsx"):
        assert other.get(path).status_code == 404
    assert other.post(address + "confirm/").status_code == 404
    assert "东屏镇.xlsx" not in other.get("/imports/").content.decode()
    assert officer.get(address).status_code == 200


def test_a_first_secretary_and_a_stranger_do_not_import():
    secretary = signed_in("secretary", "first_secretary", "220821102200")
    assert send(secretary, two_households()).status_code == 403
    assert send(Client(), two_households()).status_code == 302


def test_the_command_prints_the_receipt_and_fails_where_nothing_went_in(tmp_path, capsys):
    good, bad = tmp_path / "东屏镇.xlsx", tmp_path / "别的.xlsx"
    good.write_bytes(two_households())
    bad.write_bytes(book(member=[member("1", "李四", 1)]))
    call_command("import_register", str(good), "--dry-run")
    assert not Household.objects.exists()
    call_command("import_register", str(good))
    assert Household.objects.count() == 1
    said = capsys.readouterr().out
    assert "试读，没有写入" in said and "户：新增 1" in said and "退回 “成员”表第 4 行" in said
    call_command("import_register", str(good))
    assert "没有变化" in capsys.readouterr().out
    with pytest.raises(CommandError, match="没有导入"):
        call_command("import_register", str(good), str(bad))
    with pytest.raises(CommandError, match="没有启用的账号"):
        call_command("import_register", str(good), "--by", "nobody")


def test_the_author_of_a_command_is_the_account_named():
    signed_in("clerk", "township_clerk", "220821102000")
    batch = check(two_households(), by=Account.objects.get(username="clerk"))
    assert batch.by.username == "clerk" and batch.division_code == "220821102000"


def test_the_workbench_counts_what_waits_for_a_word_and_opens_just_that(officer):
    send(officer, two_households())
    work()
    page = officer.get("/").content.decode()
    assert "待确认的导入" in page and "/imports/?state=checked" in page
    assert "东屏镇.xlsx" in officer.get("/imports/?state=checked").content.decode()
    assert "东屏镇.xlsx" not in officer.get("/imports/?state=applied").content.decode()
