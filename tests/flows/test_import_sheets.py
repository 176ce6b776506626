"""A sheet nobody recognised is said to be one of ours by hand, and next time the same workbook is known by itself."""

import datetime
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from povertycase import jobs
from povertycase.models import Account, ImportBatch, ImportMapping, Post
from tests import register_books as books
from tests.register_books import book, household, member, numbers


@pytest.fixture(autouse=True)
def divisions(db):
    books.load_divisions()
    yield
    translation.deactivate()


def signed_in(name: str, role: str = "county_office", division: str = "220821000000") -> Client:
    account = Account.objects.create(username=name, display_name=name, must_change_password=False)
    Post.objects.create(account=account, role=role, division_id=division, valid_from=datetime.date(2018, 1, 1))
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def officer() -> Client:
    return signed_in("officer")


def own_book(names: dict[str, str], headings: dict[str, str] | None = None) -> bytes:
    """The register in an office's own words: its sheets, and its headings by key."""
    data = book(headings=headings, household=[household("1")], member=[member("1", "李四", 1)])
    found = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in found.worksheets:
        sheet.title = names.get(sheet.title, sheet.title)
    out = io.BytesIO()
    found.save(out)
    return out.getvalue()


def send(client: Client, data: bytes, kind: str = ""):
    return client.post("/imports/upload/", {"file": SimpleUploadedFile("村里.xlsx", data), "kind": kind})


def last() -> ImportBatch:
    batch = ImportBatch.objects.latest("pk")
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    return batch


# Nothing in it is called as we call it.
STRANGE = {"household_no": "门牌", "name": "唤作", "relation": "称谓", "town": "街", "village": "屯里"}
STRANGE |= {
    "group_name": "小队",
    "attr": "类别",
    "poverty_status": "状况",
    "registered_on": "哪天",
    "main_cause": "缘由",
}
STRANGE |= {"registered_year": "哪年", "effective_on": "何时起", "id_number": "公民号", "education": "念书"}
STRANGE |= {"health": "身子", "joined_on": "何时来", "collected_on": "何时看"}


def test_a_sheet_of_another_name_is_said_to_be_one_of_ours_and_the_file_is_read_again(officer):
    data = own_book({"户": "一览", "成员": "花名"}, {"household_no": "户编号"})
    answer = send(officer, own_book({"户": "一览", "成员": "花名"}, STRANGE), "register")
    assert answer.status_code == 302, "chosen by hand it is kept, for its author to say what is what"
    batch = last()
    assert batch.state == "refused" and "没有找到工作表" in batch.refusal
    page = officer.get(f"/imports/{batch.pk}/").content.decode()
    assert "在这里选定是哪一张表" in page
    page = officer.get(f"/imports/{batch.pk}/columns/").content.decode()
    assert "没有认出的工作表" in page and "一览" in page and "花名" in page
    sent = {"unread:0": "household", "unread:1": "member"}
    assert officer.post(f"/imports/{batch.pk}/columns/correct/", sent).status_code == 302
    batch = last()
    assert "没有找到表头" in batch.refusal, "now the headings are asked for"
    page = officer.get(f"/imports/{batch.pk}/columns/").content.decode()
    assert "门牌" in page and "必须有，没有这一列不能导入" in page
    assert send(officer, data).status_code == 302, "remembered by the names of its sheets"
    assert last().state == "checked"


def mapped(client: Client, batch: ImportBatch) -> None:
    """Say of every strange heading of the sheets that are asked for what it means."""
    meant = {heading: key for key, heading in STRANGE.items()}
    titles = {sheet.title: code for code, sheet in books.TITLES.items()}
    sent = {
        f"{titles[title]}:{index}": meant[text]
        for title, told in batch.counts["headers"].items()
        for index, text in told["whole"]
        if text in meant
    }
    assert client.post(f"/imports/{batch.pk}/columns/correct/", sent).status_code == 302


def test_a_source_set_right_once_is_recognised_by_itself_the_next_time(officer):
    data = own_book({"户": "一览", "成员": "花名"}, STRANGE)
    assert send(officer, data).status_code == 422, "of what kind it is nobody can tell"
    send(officer, data, "register")
    batch = last()
    sent = {"unread:0": "household", "unread:1": "member"}
    officer.post(f"/imports/{batch.pk}/columns/correct/", sent)
    for _sheet in ("户", "成员"):
        mapped(officer, last())
    batch = last()
    assert batch.state == "checked" and numbers(batch).new == 1, batch.refusal
    assert send(officer, own_book({"户": "表甲", "成员": "表乙"}, STRANGE)).status_code == 302
    batch = last()
    assert (batch.kind, batch.state) == ("register", "checked"), "by its headings, whatever its sheets are called"
    assert batch.counts["told_by"] == "headings" and numbers(batch).new == 1
    elsewhere = signed_in("clerk", "township_clerk", "220821101000")
    assert send(elsewhere, data).status_code == 422, "another place has its own words"


def test_an_optional_sheet_of_a_file_that_was_read_is_added_by_hand_and_may_be_forgotten(officer):
    living = {"household_no": "1", "checked_on": datetime.date(2018, 9, 30)}
    data = book(household=[household("1")], member=[member("1", "李四", 1)], living=[living])
    found = openpyxl.load_workbook(io.BytesIO(data))
    found["生产生活条件"].title = "屋里屋外"
    for cell in found["屋里屋外"][2]:
        cell.value = {"户编号": "门牌", "核查日期": "哪天看的"}.get(cell.value, cell.value)
    out = io.BytesIO()
    found.save(out)
    send(officer, out.getvalue())
    batch = last()
    assert batch.state == "checked" and "生产生活条件" not in batch.counts["sheets"]
    page = officer.get(f"/imports/{batch.pk}/columns/").content.decode()
    assert "屋里屋外" in page and '<option value="living">生产生活条件' in page
    officer.post(f"/imports/{batch.pk}/columns/correct/", {"unread:0": "living"})
    assert "生产生活条件" in last().counts["headers"]
    page = officer.get("/imports/remembered/").content.decode()
    assert "屋里屋外" in page and "工作表“生产生活条件”" in page
    officer.post(f"/imports/remembered/{ImportMapping.objects.get().pk}/forget/")
    assert not ImportMapping.objects.exists()


def test_two_sheets_for_one_and_a_sheet_that_is_none_of_ours_are_refused_in_words(officer):
    send(officer, own_book({"户": "一览", "成员": "花名"}, STRANGE), "register")
    batch = last()
    address = f"/imports/{batch.pk}/columns/correct/"
    answer = officer.post(address, {"unread:0": "household", "unread:1": "household"})
    assert answer.status_code == 422 and "一张表只能读一张工作表" in answer.content.decode()
    assert officer.post(address, {"unread:0": "nonsense"}).status_code == 422
    assert officer.post(address, {"unread:7": "household"}).status_code == 302
    assert not ImportMapping.objects.exists()


def test_a_roster_that_holds_households_and_members_in_one_sheet_is_told_to_be_taken_apart(officer):
    sheet = openpyxl.Workbook()
    sheet.active.append(["公和勒村建档立卡贫困户花名册"])
    sheet.active.append(
        [
            "序号",
            "乡镇",
            "行政村",
            "户编号",
            "姓名",
            "与户主关系",
            "身份证号码",
            "文化程度",
            "健康状况",
            "主要致贫原因",
            "脱贫状态",
            "联系电话",
        ]
    )
    sheet.active.append([1, "东屏镇", "公和勒村", "1", "赵大山", "户主", "", "小学", "健康", "因病", "未脱贫", ""])
    out = io.BytesIO()
    sheet.save(out)
    answer = send(officer, out.getvalue())
    page = answer.content.decode()
    assert answer.status_code == 422 and not ImportBatch.objects.exists()
    assert "工作表“Sheet”里“户”“成员”的列放在了一起" in page and "每张都要有“户编号”列" in page
    send(officer, out.getvalue(), "register")
    batch = last()
    assert batch.state == "refused" and "分成几张工作表" in batch.refusal, "chosen by hand it is kept and may be read"
    assert "Sheet" in officer.get(f"/imports/{batch.pk}/columns/").content.decode()
