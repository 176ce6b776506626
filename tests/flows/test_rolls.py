"""自定义花名册: households or persons, the columns one chose in one's order, kept and shared, with rights and 合并同户."""

import datetime
import io
import re

import openpyxl
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from households.models import HouseholdCard, SavedRoll
from households.sheets.roll_columns import COLUMNS, usable
from povertycase import audit, jobs
from povertycase.actions import list_exports, list_files
from povertycase.models import Account, AuditEvent, ClearExport, ListFile, Post
from tests.register_cast import ENTRY, number

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PERSON = {
    "kind": "person",
    "column": ["household.household_no", "household.village", "member.name", "member.id_number"],
}
HEAD_ID = number("141100", "19650102", 1)


@pytest.fixture
def at(people, homes):
    def sign_in(name):
        client = Client()
        client.force_login(getattr(people, name) if isinstance(name, str) else name, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def reviewer(people):
    account = Account.objects.create(username="reviewer", display_name="审核员", must_change_password=False)
    Post.objects.create(account=account, role="county_reviewer", division_id="220821000000", valid_from=ENTRY)
    return account


def book(answer):
    assert answer.status_code == 200, answer.content.decode()[:500]
    return openpyxl.load_workbook(io.BytesIO(answer.getvalue()))


def rows_of(answer):
    return [list(row) for row in book(answer).worksheets[0].iter_rows(min_row=3, values_only=True)]


def save(client, name="人员花名册", **more):
    return client.post("/rolls/new/", {**PERSON, "name": name, "act": "save", **more})


def test_every_member_is_a_row_with_the_columns_in_my_order(at):
    lines = rows_of(at("office").post("/rolls/take/", PERSON))
    assert lines[0] == ["户编号", "行政村", "姓名", "证件号码"]
    assert lines[1] == ["H0001", "东胜村委会", "单小明", "141100********" + HEAD_ID[-4:]]
    assert lines[2] == ["H0001", "东胜村委会", "张春燕", None]
    assert len(lines) == 9


def test_every_household_is_a_row_and_dated_columns_are_those_in_force(at):
    columns = ["household.household_no", "household.main_cause", "living.grade", "living.arable_mu", "income.wage_work"]
    columns += ["helper.name", "helper.unit", "household.planned_exit_year", "living.food_secure"]
    lines = rows_of(at("office").post("/rolls/take/", {"kind": "household", "column": columns}))
    assert lines[1] == ["H0001", "因病", "B级", 12, 9000, "赵国强", "县水利局", 2018, "是"]
    assert lines[2][:3] == ["H0002", "缺劳力", None] and len(lines) == 5


def test_the_conditions_narrow_the_roll_and_stand_on_its_last_sheet(at):
    sent = {**PERSON, "status": "exited"}
    found = book(at("office").post("/rolls/take/", sent))
    assert [row[2].value for row in found.worksheets[0].iter_rows(min_row=4)] == ["王翠花", "李桂兰"]
    about = {row[0]: row[1] for row in found.worksheets[-1].iter_rows(values_only=True)}
    assert found.sheetnames[-1] == "导出说明" and "已脱贫" in about["条件"]
    assert (about["行数"], about["导出人"]) == ("2", "office") and about["导出时间"][:4].isdigit()


def test_with_the_household_merged_its_cells_stand_once_beside_its_members(at):
    found = book(at("office").post("/rolls/take/", {**PERSON, "joined": "yes"})).worksheets[0]
    merged = {str(one) for one in found.merged_cells.ranges}
    assert {"A4:A5", "B4:B5", "A6:A7"} <= merged and not any(one.startswith("C") for one in merged)
    assert found["A5"].value is None


def test_columns_move_up_and_down_and_leave_without_being_saved(at):
    office = at("office")
    page = office.post("/rolls/new/", {**PERSON, "move": "up:member.name"}).content.decode()
    assert page.index('value="member.name"') < page.index('value="household.village"')
    page = office.post("/rolls/new/", {**PERSON, "move": "drop:member.name"}).content.decode()
    assert 'type="hidden" name="column" value="member.name"' not in page
    page = office.post("/rolls/new/", {**PERSON, "add": ["member.sex"], "act": "add"}).content.decode()
    assert 'type="hidden" name="column" value="member.sex"' in page and not SavedRoll.objects.exists()


def test_a_kept_roll_is_taken_by_one_button_and_shared_with_the_townships(at):
    office, township = at("office"), at("township")
    assert save(office).status_code == 302
    roll = SavedRoll.objects.get()
    assert "人员花名册" not in township.get("/rolls/").content.decode()
    assert township.get(f"/rolls/{roll.pk}/").status_code == 404
    save(office, "全县人员", share="yes")
    shared = SavedRoll.objects.get(name="全县人员")
    assert "全县人员" in township.get("/rolls/").content.decode()
    lines = rows_of(township.post(f"/rolls/{shared.pk}/export/", {"village": ""}))
    assert {line[0] for line in lines[1:]} == {"H0001", "H0002", "H0003"}, "as far as its own reach"
    assert len(rows_of(office.post(f"/rolls/{shared.pk}/export/", {"village": "220821102200"}))) == 3
    assert township.post(f"/rolls/{shared.pk}/delete/").status_code == 404
    assert office.post(f"/rolls/{shared.pk}/delete/").status_code == 302
    kinds = set(AuditEvent.objects.values_list("kind", flat=True))
    assert {"roll.saved", "roll.shared", "roll.deleted", "households.exported"} <= kinds


def test_a_name_with_a_number_or_without_letters_is_refused(at):
    office = at("office")
    for name in ("", f"名单{HEAD_ID}"):
        assert save(office, name).status_code == 422
    assert save(office).status_code == 302 and save(office).status_code == 422, "one of a name"


def test_who_has_no_right_to_a_column_does_not_get_it(at, people):
    assert at("secretary").post("/rolls/take/", PERSON).status_code == 403
    assert at("leader").get("/rolls/").status_code == 403
    codes = {column.code for column in usable(people.liaison, "person")}
    assert "member.name" in codes
    assert not codes & {"member.id_number", "member.health", "household.main_cause", "income.wage_work"}
    assert all(COLUMNS[code].cell for code in codes)


def test_a_roll_comes_as_text_too_and_a_formula_in_it_is_dead(at, homes):
    HouseholdCard.objects.filter(pk=homes.east.pk).update(head_name='=HYPERLINK("x")')
    columns = ["household.household_no", "household.head_name"]
    answer = at("office").post("/rolls/take/", {"kind": "household", "column": columns, "as": "csv"})
    data = answer.getvalue()
    assert data.startswith(b"\xef\xbb\xbf") and ".csv" in answer.headers["Content-Disposition"]
    lines = data.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "户编号,户主姓名" and lines[1].startswith("H0001,\"'=HYPERLINK")
    assert "导出说明" in lines
    cell = book(at("office").post("/rolls/take/", {"kind": "household", "column": columns})).worksheets[0]["B4"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ('=HYPERLINK("x")', "s", True)


def test_a_long_roll_is_made_by_a_job(at, monkeypatch):
    monkeypatch.setattr(list_exports, "MOST_AT_ONCE", 3)
    office = at("office")
    answer = office.post("/rolls/take/", PERSON)
    file = ListFile.objects.get()
    assert answer.url == f"/lists/{file.pk}/"
    assert jobs.run_to_end(file.job).state == "done"
    assert len(rows_of(office.post(f"/lists/{file.pk}/fetch/"))) == 9


# --- clear numbers by a second person -------------------------------------------------------------------------


def ask(client, **more):
    return client.post("/rolls/clear/", {**PERSON, "name": "发放名单", "reason": "payout", "words": "给农商行", **more})


def test_clear_numbers_come_only_when_a_second_person_agreed_and_only_to_who_asked(at, people, reviewer):
    office, second = at("office"), at(reviewer)
    assert ask(office).status_code == 302
    row = ClearExport.objects.get()
    assert "待审批的完整号码导出" in second.get("/").content.decode()
    page = second.get("/exports/clear/").content.decode()
    assert "给农商行" in page and 'value="agree"' in page and HEAD_ID not in page
    assert office.post(f"/exports/clear/{row.pk}/decide/", {"act": "agree"}).status_code == 403
    second.post(f"/exports/clear/{row.pk}/decide/", {"act": "agree"})
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("agreed", reviewer)
    assert jobs.run_to_end(row.file.job).state == "done"
    assert second.post(f"/lists/{row.file_id}/fetch/").status_code == 404
    found = book(office.post(f"/lists/{row.file_id}/fetch/"))
    assert found.worksheets[0]["D4"].value == HEAD_ID
    made = AuditEvent.objects.get(kind="clear_export.made")
    assert "office" in audit.sentence(made) and "审核员" in audit.sentence(made)
    assert "office" in audit.sentence(AuditEvent.objects.get(kind="clear_export.agreed"))
    trail = str(list(AuditEvent.objects.values()))
    assert HEAD_ID not in trail and HEAD_ID not in str(list(ClearExport.objects.values()))


def test_nobody_agrees_to_his_own_request_or_twice_and_a_refusal_makes_nothing(at, reviewer):
    own = at(reviewer)
    ask(own)
    row = ClearExport.objects.get()
    assert 'value="agree"' not in own.get(f"/exports/clear/{row.pk}/").content.decode()
    answer = own.post(f"/exports/clear/{row.pk}/decide/", {"act": "agree"}, follow=True)
    assert "由另一人审批" in answer.content.decode() and ClearExport.objects.get().state == "asked"
    ask(at("office"))
    other = ClearExport.objects.exclude(pk=row.pk).get()
    own.post(f"/exports/clear/{other.pk}/decide/", {"act": "refuse"})
    assert "没有同意" in at("office").get(f"/exports/clear/{other.pk}/").content.decode()
    answer = own.post(f"/exports/clear/{other.pk}/decide/", {"act": "agree"}, follow=True)
    assert "已由审核员办理" in answer.content.decode() and ListFile.objects.get(pk=other.file_id).job is None


def test_a_request_is_over_after_a_day_and_so_is_its_file(at, reviewer):
    office, second = at("office"), at(reviewer)
    ask(office)
    ask(office)
    late, good = ClearExport.objects.order_by("pk")
    ClearExport.objects.filter(pk=late.pk).update(asked_at=timezone.now() - datetime.timedelta(hours=25))
    answer = second.post(f"/exports/clear/{late.pk}/decide/", {"act": "agree"}, follow=True)
    assert "超过 24 小时" in answer.content.decode() and ClearExport.objects.get(pk=late.pk).state == "asked"
    second.post(f"/exports/clear/{good.pk}/decide/", {"act": "agree"})
    good.refresh_from_db()
    jobs.run_to_end(good.file.job)
    ListFile.objects.filter(pk=good.file_id).update(expires_at=timezone.now() - datetime.timedelta(minutes=1))
    assert office.post(f"/lists/{good.file_id}/fetch/").status_code == 302, "over before the nightly sweep"
    assert list_files.forget_old() == 1
    assert "已超过 24 小时被删除" in office.get(f"/exports/clear/{good.pk}/").content.decode()


def test_without_an_agreement_a_job_makes_no_clear_file(at, people):
    ask(at("office"))
    file = list_files.make(file=ClearExport.objects.get().file)
    job = jobs.run_to_end(file.job)
    assert job.state == "failed" and "没有经第二人同意" in job.error
    answer = at("office").post("/rolls/take/", {**PERSON, "clear": "yes"})
    assert rows_of(answer)[1][3] != HEAD_ID, "a form cannot ask for clear numbers by itself"


def test_the_purpose_is_asked_for_and_a_township_is_decided_within_reach(at, reviewer, people):
    office = at("office")
    assert ask(office, reason="").status_code == 400
    assert ask(office, reason="other", words="").status_code == 400
    assert at("secretary").post("/rolls/clear/", PERSON).status_code in (403, 404)
    ask(at("township"))
    row = ClearExport.objects.get()
    assert office.get(f"/exports/clear/{row.pk}/").status_code == 404, "neither one's own nor one's to decide"
    assert at(reviewer).get(f"/exports/clear/{row.pk}/").status_code == 200


def test_the_list_of_changes_is_taken_out_too(at):
    found = book(at("office").post("/changes/export/?tab=all"))
    assert found.worksheets[0]["A1"].value == "修改申请清单" and found.sheetnames[-1] == "导出说明"
    assert at("secretary").post("/changes/export/").status_code == 403


@pytest.mark.parametrize("kind", ["household", "person", "visit", "measure"])
def test_in_english_every_column_of_the_desk_is_named_in_english(at, kind):
    office = at("office")
    office.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = office.get(f"/rolls/new/?kind={kind}").content.decode()
    ticks = re.findall(r'name="add" value="[^"]+"> ([^<]+)<', page)
    picked = re.findall(r'<input type="hidden" name="column"[^>]*><span>([^<]+)<', page)
    assert len(ticks) > 50 and picked
    assert [words for words in (*ticks, *picked) if re.search(r"[\u3400-\u9fff]", words)] == []


def test_the_paper_of_a_roll_has_the_headings_that_an_import_reads_in_every_language(at):
    office = at("office")
    office.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = book(office.post("/rolls/take/", {**PERSON, "name": "人员花名册"})).worksheets[0]
    assert {"户编号", "姓名"} < {cell.value for row in page.iter_rows(max_row=4) for cell in row}
