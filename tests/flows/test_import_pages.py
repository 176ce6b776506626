"""The import pages: an officer uploads, looks, confirms and gets a receipt; others see what their posts reach."""

import datetime
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from households.models import Household
from povertycase import jobs
from povertycase.models import Account, ImportBatch, Post
from tests import kind_books
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


def test_what_sends_a_household_back_is_told_before_everything_else_on_the_page_and_in_the_file(officer):
    address = send(officer, two_households()).headers["Location"]
    work()
    page = officer.get(address).content.decode().partition('id="problems"')[2]
    # Of the last sheet, before what is only told of the first.
    assert page.index("校验位不对") < page.index("工作表“户”")
    opened = openpyxl.load_workbook(io.BytesIO(officer.get(address + "problems.xlsx").content))
    told = [row[0].value for row in opened["问题清单"].iter_rows(min_row=2)]
    ranks = [["退回", "提醒", "已自动整理"].index(word) for word in told]
    assert ranks == sorted(ranks) and len(set(ranks)) > 1


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
    bad.write_bytes(book(member=[member("99", "李四", 1)]))
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


# --- what a dropped file is -----------------------------------------------------------------------------------


def visits(sheet: str = "") -> bytes:
    row = {"household_no": "1", "visited_on": DAY(2018, 11, 5), "kind": "入户", "visitor": "赵国强", "findings": "在家"}
    return kind_books.book("visits", [row], sheet)


@pytest.mark.parametrize(
    ("sheet", "words"), [("", "按工作表名称识别"), ("Sheet1", "按表头识别"), ("走访登记表", "按工作表名称识别")]
)
def test_a_dropped_file_is_recognised_and_the_page_says_as_what(officer, sheet, words):
    page = officer.get(send(officer, visits(sheet), "十一月.xlsx").headers["Location"]).content.decode()
    assert "走访登记表" in page and words in page


def test_a_file_taken_for_something_else_is_read_as_what_the_officer_says(officer):
    first = send(officer, visits("户")).headers["Location"]  # its sheet is called as the register's
    work()
    page = officer.get(first).content.decode()
    assert "识别为 <strong>建档立卡登记簿" in page and "文件没有导入" in page
    second = officer.post(f"{first}as/", {"kind": "visits"}).headers["Location"]
    batch = work()
    assert second != first and (batch.kind, batch.state) == ("visits", "checked")
    page = officer.get(second).content.decode()
    assert "走访登记表" in page and "上传时选定" in page
    assert ImportBatch.objects.get(kind="register").state == "cancelled"


def test_a_chosen_kind_counts_more_than_what_the_file_looks_like(officer):
    answer = officer.post(
        "/imports/upload/", {"file": SimpleUploadedFile("表.xlsx", visits("Sheet1")), "kind": "visits"}
    )
    assert "上传时选定" in officer.get(answer.headers["Location"]).content.decode()


def test_a_file_that_is_none_of_the_kinds_says_what_to_do(officer):
    answer = send(officer, "日期,值班人,电话\n11-01,甲,1\n".encode(), "值班.csv")
    assert answer.status_code == 422 and "没有认出文件“值班.csv”是哪一种表" in answer.content.decode()


def test_a_superiors_list_is_led_to_the_page_that_asks_until_when(officer):
    data = kind_books.book("check_list", [{"household_no": "1", "rule": "有车", "value": "小轿车"}])
    answer = send(officer, data, "省级疑点.xlsx")
    assert answer.headers["Location"] == "/checks/superior/" and not ImportBatch.objects.exists()
    assert "这是上级疑点清单，请在本页上传。" in officer.get("/checks/superior/").content.decode()


def test_the_rows_are_shown_before_they_are_written_and_counted_as_rows(officer):
    send(officer, two_households())
    work()
    officer.post(f"/imports/{ImportBatch.objects.get().pk}/confirm/")
    work()
    address = send(officer, visits(), "走访.xlsx").headers["Location"]
    work()
    page = officer.get(address).content.decode()
    assert "将要写入的行" in page and "1 2018-11-05 赵国强" in page and "确认后写入 1 行" in page and "1 户" not in page
    assert "1 2018-11-05 赵国强" in officer.get(f"{address}lines/?outcome=new").content.decode()
    assert "没有符合条件" in officer.get(f"{address}lines/?outcome=same").content.decode()
    officer.post(f"{address}confirm/")
    work()
    page = officer.get(address).content.decode()
    assert "行：新增 1，变更 0，一致 0，退回 0" in page and "登记册" not in page.split("<main", 1)[-1]
    listing = officer.get("/imports/?kind=visits").content.decode()
    assert "走访.xlsx" in listing and "东屏镇.xlsx" not in listing


def test_every_kind_one_may_import_has_its_template(officer):
    page = officer.get("/imports/").content.decode()
    assert "户、成员、收入、生产生活条件、帮扶责任人、法定赡养人" in page
    for kind in ("register", "visits", "figures", "bureau_list", "divisions", "check_list"):
        assert f"template.xlsx?kind={kind}" in page
        assert officer.get(f"/imports/template.xlsx?kind={kind}").content.startswith(b"PK")
    assert "kind=postings" not in page and officer.get("/imports/template.xlsx?kind=postings").status_code == 404


def test_an_office_imports_what_is_its_own_and_sees_nothing_of_the_register(officer):
    address = send(officer, two_households()).headers["Location"]
    work()
    cadres = signed_in("cadres", "organisation", "220821000000")
    page = cadres.get("/imports/").content.decode()
    assert "驻村选派名单" in page and "登记簿模板" not in page and "东屏镇.xlsx" not in page
    assert cadres.get(address).status_code == 404 and cadres.post(f"{address}confirm/").status_code == 404
    assert "没有认出" in send(cadres, two_households()).content.decode()
    row = {"town": "东屏镇", "village": "公和勒村", "name": "赵国强", "role": "第一书记", "true_from": DAY(2018, 5, 1)}
    own = send(cadres, kind_books.book("postings", [row]), "选派.xlsx").headers["Location"]
    work()
    assert "没有登记过干部“赵国强”" in cadres.get(own).content.decode()
    assert officer.get(own).status_code == 404
