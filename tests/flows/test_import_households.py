"""Household by household before an import is confirmed: what is new, what changes field by field, what is missing."""

import datetime
import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.models import Household, HouseholdCard
from povertycase import jobs
from povertycase.actions import imports
from povertycase.models import AuditEvent, ImportBatch
from tests import register_books as books
from tests.flows.test_import_adds_up import adds_up
from tests.flows.test_import_pages import signed_in
from tests.flows.test_import_register import family, more
from tests.flows.test_import_undo import changed_book
from tests.register_books import book, bring_in, check, household, member, numbers

DAY = datetime.date


@pytest.fixture(autouse=True)
def county(db):
    books.load_divisions()


@pytest.fixture
def officer():
    return signed_in("officer", "county_office", "220821000000")


def page(client, batch, show: str = "", **asked) -> str:
    answer = client.get(f"/imports/{batch.pk}/households/", {"show": show, **asked})
    assert answer.status_code == 200
    return answer.content.decode()


def four() -> dict[str, list]:
    """Two households in one village, two in another."""
    other = {"village": "蒙古索口村委会"}
    return {
        "household": [household("1"), household("2"), household("3", **other), household("4", **other)],
        "member": [member(str(at), name, at * 2 - 1) for at, name in enumerate(("李一", "李二", "李三", "李四"), 1)],
    }


def test_every_changed_field_stands_old_beside_new_and_numbers_are_masked(officer):
    bring_in(book(**family(), **more()))
    batch = check(changed_book())
    text = page(officer, batch, "changed")
    for word in (
        "低保贫困户",
        "一般贫困户",
        "B级",
        "D级",
        "12000",
        "孙丽",
        "李梅",
        "王芳芳",
        "因残",
        "139****0001",
        "139****0009",
    ):
        assert word in text, word
    for number in ("13900010001", "13900010009", "6228480000000000018", "6228480000000000026"):
        assert number not in text
    bring_in(changed_book())
    batch = ImportBatch.objects.last()
    assert "B级" in page(officer, batch, "changed") and "D级" in page(officer, batch, "changed")


def test_new_same_refused_and_missing_households_are_told(officer):
    bring_in(book(**four()))
    sheets = four()
    sheets["household"] = sheets["household"][:3] + [household("5")]
    sheets["household"][1]["poverty_status"] = "富裕"
    sheets["member"] = sheets["member"][:3] + [member("5", "王五", 21)]
    batch = check(book(**sheets))
    assert batch.counts["gone"] == 1
    assert "王五" in page(officer, batch, "new")
    assert "李一" in page(officer, batch, "same") and "李三" in page(officer, batch, "same")
    assert "“户”表 第 4 行 脱贫属性" in page(officer, batch, "refused")
    gone = page(officer, batch, "gone")
    assert "李四" in gone and "李一" not in gone and "不会删除" in gone


def test_a_new_household_is_unfolded_by_who_wants_it_and_what_changes_stands_open(officer):
    new = page(officer, check(book(**family())), "new")
    assert "家庭成员：李四、王芳" in new and "新登记" in new and "139****0001" in new
    assert '<details class="more">' in new and ">登记的<" not in new, "nothing stands on the other side"
    bring_in(book(**family(), **more()))
    compared, _mark, added = page(officer, check(changed_book()), "changed").partition('<details class="more" open>')
    assert ">登记的<" in compared and "B级" in compared and "D级" in compared and "李梅" not in compared
    assert "李梅" in added and "孙丽" in added, "a child and a helper nobody had registered"


def test_what_a_household_holds_is_said_in_english_too(officer):
    officer.cookies["django_language"] = "en"
    text = page(officer, check(book(**family())), "new")
    assert "Members: 李四, 王芳" in text and "fields registered anew" in text
    assert ">Health<" in text and "健康状况" not in text


def test_what_is_not_ticked_is_not_imported_and_is_counted(officer):
    batch = check(book(**four()))
    officer.post(
        f"/imports/{batch.pk}/households/choose/", {"listed": ["1", "2", "3", "4"], "ticked": ["1", "3"], "show": "new"}
    )
    batch.refresh_from_db()
    assert numbers(batch).left == 2 and numbers(batch).new == 2
    assert adds_up(batch)["户"]["left"] == 2
    officer.post(f"/imports/{batch.pk}/households/choose/", {"listed": ["2"], "ticked": ["2"], "show": "new"})
    officer.post(f"/imports/{batch.pk}/confirm/")
    batch.refresh_from_db()
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    assert set(Household.objects.values_list("household_no", flat=True)) == {"1", "2", "3"}
    assert numbers(batch).left == 1 and adds_up(batch)["成员"]["left"] == 1
    receipt = officer.get(f"/imports/{batch.pk}/").content.decode()
    assert "未导入" in receipt and "没有选中的 1 户未导入" in receipt
    assert numbers(check(book(**four()))).__dict__ == {"new": 1, "changed": 0, "same": 3, "refused": 0}


def test_only_some_villages_go_in(officer):
    batch = check(book(**four()))
    codes = [line.split('"')[0] for line in page(officer, batch, "new").split('name="villages" value="')[1:]]
    assert len(codes) == 2
    officer.post(f"/imports/{batch.pk}/households/choose/", {"villages": codes[:1]})
    batch.refresh_from_db()
    assert (numbers(batch).new, numbers(batch).left) == (2, 2)
    officer.post(f"/imports/{batch.pk}/households/choose/", {"all": "1"})
    batch.refresh_from_db()
    assert numbers(batch).new == 4


def test_households_that_share_a_person_go_in_together_or_not_at_all(officer):
    sheets = four()
    sheets["member"][0] |= {"left_on": DAY(2018, 6, 1), "end_reason": "嫁出"}
    sheets["member"].append(member("1", "张大", 31))
    sheets["member"][-1]["joined_on"] = DAY(2018, 6, 2)
    sheets["member"].append(member("2", "李一", 1, "之儿媳", joined_on=DAY(2018, 6, 2), start_reason="嫁入"))
    batch = check(book(**sheets))
    assert numbers(batch).new == 4
    imports.choose(batch=batch, left=["2"], taken=["1"], by=None)
    batch.refresh_from_db()
    assert (numbers(batch).new, numbers(batch).left) == (2, 2)


def test_a_page_of_many_households_asks_as_often_as_one_of_few(officer):
    bring_in(book(**four()))
    sheets = four()
    for row in sheets["household"]:
        row["main_cause"] = "因残"
    few = check(book(household=sheets["household"][:1], member=sheets["member"][:1]))
    many = check(book(**sheets))
    asked = []
    for batch in (few, many):
        page(officer, batch, "changed")
        with CaptureQueriesContext(connection) as queries:
            page(officer, batch, "changed")
        asked.append(len(queries))
    assert asked[0] == asked[1] < 60, asked


def test_another_township_sees_none_of_it_and_changes_nothing():
    own = signed_in("own", "township_clerk", "220821102000")
    other = signed_in("other", "township_clerk", "220821103000")
    batch = check(book(**four()), by=None)
    ImportBatch.objects.filter(pk=batch.pk).update(division_code="220821102000")
    assert own.get(f"/imports/{batch.pk}/households/").status_code == 200
    for path in ("households/", "households/choose/", "undo/"):
        address = f"/imports/{batch.pk}/{path}"
        assert (other.get if path == "households/" else other.post)(address).status_code == 404


def test_an_officer_undoes_from_the_receipt_and_it_says_who_and_when(officer):
    batch = bring_in(book(**four()))
    assert "撤销这次导入" in officer.get(f"/imports/{batch.pk}/").content.decode()
    officer.post(f"/imports/{batch.pk}/undo/")
    batch.refresh_from_db()
    assert "撤销中" in officer.get(f"/imports/{batch.pk}/").content.decode()
    jobs.run_to_end(batch.job)
    text = officer.get(f"/imports/{batch.pk}/").content.decode()
    assert "已撤销" in text and "4 户恢复为导入前的内容" in text and "officer" in text
    assert "撤销这次导入" not in text and not HouseholdCard.objects.exists()
    assert "只保留到写入后 7 天" in page(officer, batch, "new")


def test_what_changes_leaves_as_a_file_field_by_field_masked_and_noted(officer):
    bring_in(book(**family(), **more()))
    batch = check(changed_book())
    answer = officer.post(f"/imports/{batch.pk}/households/export/", {"show": "changed"})
    assert answer.status_code == 200
    opened = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = [[cell.value for cell in row] for row in opened.worksheets[0].iter_rows()]
    at = next(place for place, row in enumerate(rows) if row[0] == "户编号" or "户编号" in row)
    words = {str(cell) for row in rows[at:] for cell in row}
    assert {"低保贫困户", "一般贫困户", "B级", "D级"} <= words
    assert any("****" in word for word in words) and not any(re.fullmatch(r"[0-9]{17}[0-9X]", word) for word in words)
    assert AuditEvent.objects.filter(kind="import.list_exported", about=str(batch.pk)).count() == 1
    assert officer.post(f"/imports/{batch.pk}/households/export/", {"show": "nonsense"}).status_code == 200


def test_a_refused_household_leaves_with_its_faults_and_a_batch_out_of_reach_does_not(officer):
    batch = check(book(household=[household("1"), household("2")], member=[member("1", "李四", 1)]))
    file = officer.post(f"/imports/{batch.pk}/households/export/", {"show": "refused", "as": "csv"})
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    assert "“成员”表中没有这一户的人口" in text
    clerk = signed_in("far", "township_clerk", "220821101000")
    assert clerk.post(f"/imports/{batch.pk}/households/export/", {"show": "refused"}).status_code == 404
