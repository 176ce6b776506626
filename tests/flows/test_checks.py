"""Suspicious data from the nightly run to the county's word: sent down, answered, passed, closed, and not back again."""

import datetime
import io

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from households.models import HouseholdCard, Person
from povertycase import audit, jobs, secrets
from povertycase.models import Account, AuditEvent, AuditSubject, JobRun, Post
from povertycase.periods import today
from povertycase.secrets import identity
from supervision.actions import check_answers, check_batches, check_hits, check_upload, full_run
from supervision.models import CheckBatch, CheckHit, CheckItem
from supervision.queries import check_items, checks
from supervision.sheets import check_sheet
from tests.exit_county import COUNTY, DAY, TODAY, TOWN, VILLAGE, county, household, income

__all__ = ["audit", "county"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
RULE = "exited_below_line"
BORN = "22080019650301001"
DUE = TODAY + datetime.timedelta(days=10)


@pytest.fixture(autouse=True)
def office_day(settings):
    settings.OFFICE_DATE = TODAY


@pytest.fixture
def village(county):
    """An exited household below the line, one that is fine, and the people of three levels."""
    county.poor = household(1, status="exited", per_head=2000)
    county.fine = household(2, status="exited")
    for name, (role, place) in {
        "township": ("township_reviewer", TOWN),
        "reviewer": ("county_reviewer", COUNTY),
    }.items():
        account = Account.objects.create(username=name, display_name=name, must_change_password=False)
        Post.objects.create(account=account, role=role, division_id=place, valid_from=DAY)
        setattr(county, name, account)
    run()
    return county


def run():
    job = jobs.run_to_end(full_run.start(day=today(), by=None))
    assert job.state == "done", job.error


def send(village, **also):
    told = {"title": "十一月疑点", "codes": [RULE], "places": [TOWN], "deadline": DUE, "division_code": COUNTY}
    return check_batches.send(**{**told, **also}, day=TODAY, by=village.office)


def item_of(batch) -> CheckItem:
    return batch.items.get()


def answer(item, by, how="confirmed", **also):
    return check_answers.answer(versions={item.pk: item.version}, answer=how, on=TODAY, by=by, **also)


def settle(item, village, how="confirmed", **also):
    """From the village to the county's word."""
    answer(item, village.secretary, how, **also)
    item.refresh_from_db()
    check_answers.passed(versions={item.pk: item.version}, on=TODAY, by=village.township)
    item.refresh_from_db()
    check_answers.close(versions={item.pk: item.version}, on=TODAY, by=village.reviewer)
    item.refresh_from_db()


def better(village):
    """The village corrects the income."""
    income(village.poor, 5000, 2, on=TODAY)


def test_the_nightly_run_finds_the_household_once_and_not_the_one_that_is_fine(village):
    hit = CheckHit.objects.get(rule_code=RULE)
    assert hit.household == village.poor and hit.village_code == VILLAGE and hit.first_found_on == TODAY
    assert hit.values == {"exit_year": 2016, "net_income_per_capita": 2000.0}
    run()
    assert CheckHit.objects.filter(rule_code=RULE).count() == 1


def test_a_correction_ends_the_suspicion_at_once_and_it_may_come_again(village):
    better(village)
    check_hits.recheck([village.poor.pk], day=TODAY)
    hit = CheckHit.objects.get(rule_code=RULE)
    assert hit.gone_on == TODAY
    income(village.poor, 1000, 2, on=TODAY)
    check_hits.recheck([village.poor.pk], day=TODAY)
    assert CheckHit.objects.filter(rule_code=RULE, gone_on=None).get().pk != hit.pk


def test_other_figures_of_the_same_suspicion_replace_the_old_ones(village):
    income(village.poor, 1500, 2, on=TODAY)
    check_hits.recheck([village.poor.pk], day=TODAY)
    hit = CheckHit.objects.get(rule_code=RULE)
    assert hit.values["net_income_per_capita"] == 1500 and hit.first_found_on == TODAY and hit.gone_on is None


def test_a_batch_has_the_number_of_its_month_and_the_items_of_its_places(village):
    household(3, status="exited", per_head=2000, village="220821102200")
    run()
    batch = send(village)
    item = item_of(batch)
    assert batch.number == "YD-2018-11-001" and item.household == village.poor
    assert (item.rule_words, item.state) == ("脱贫户人均纯收入低于扶贫标准", "sent")
    assert send(village, places=["220821102000"]).number == "YD-2018-11-002"
    with pytest.raises(ValidationError, match="都已下发"):
        send(village)


def test_a_deadline_of_yesterday_and_no_rule_are_refused_beside_their_fields(village):
    with pytest.raises(ValidationError) as refused:
        send(village, codes=[], deadline=TODAY - datetime.timedelta(days=1), title=" ")
    assert set(refused.value.message_dict) == {"title", "checks", "deadline"}
    assert not CheckBatch.objects.exists()


def test_three_people_settle_an_item_and_it_does_not_come_back_until_its_facts_change(village):
    item = item_of(send(village))
    settle(item, village)
    assert item.state == "closed" and item.county_by == village.reviewer
    run()
    hits = CheckHit.objects.filter(rule_code=RULE)
    assert hits.get().gone_on is None and not hits.filter(checks.present(TODAY)).exists()
    with pytest.raises(ValidationError, match="没有需要下发"):
        send(village)
    income(village.poor, 1800, 2, on=TODAY)
    run()
    assert hits.filter(checks.present(TODAY)).get().values["net_income_per_capita"] == 1800
    assert AuditSubject.objects.filter(household=village.poor.pk, event__kind="check.closed").exists()


def test_a_special_case_says_why_and_until_when_and_is_asked_again_afterwards(village):
    item = item_of(send(village))
    with pytest.raises(ValidationError) as refused:
        answer(item, village.secretary, "special")
    assert set(refused.value.message_dict) == {"words", "expires_on"}
    until = TODAY + datetime.timedelta(days=60)
    settle(item, village, "special", words="户主住院，收入暂时减少", expires_on=until)
    hits = CheckHit.objects.filter(rule_code=RULE)
    assert not hits.filter(checks.present(until)).exists()
    assert hits.filter(checks.present(until + datetime.timedelta(days=1))).exists()


def test_corrected_is_taken_only_when_the_register_no_longer_shows_it(village):
    item = item_of(send(village))
    with pytest.raises(ValidationError, match="系统中仍是") as refused:
        answer(item, village.secretary, "corrected")
    assert "2,000" not in str(refused.value), "the village does not read amounts beside the line"
    with pytest.raises(ValidationError, match="2,000元/人"):
        answer(item, village.office, "corrected")
    better(village)
    answer(item, village.secretary, "corrected")
    item.refresh_from_db()
    assert (item.state, item.answer) == ("answered", "corrected")
    assert CheckHit.objects.get(rule_code=RULE).gone_on == TODAY


def test_an_answer_sent_back_comes_again_with_its_reason(village):
    item = item_of(send(village))
    answer(item, village.secretary)
    item.refresh_from_db()
    check_answers.send_back(versions={item.pk: item.version}, words="没有说明原因", on=TODAY, by=village.township)
    item.refresh_from_db()
    assert (item.state, item.returned_words, item.returned_times) == ("sent", "没有说明原因", 1)
    settle(item, village)
    assert item.state == "closed" and item.returned_words == ""


def test_nobody_passes_his_own_answer_and_nobody_closes_what_he_passed(village):
    item = item_of(send(village))
    clerk = Account.objects.create(username="both", display_name="both", must_change_password=False)
    Post.objects.create(account=clerk, role="township_clerk", division_id=TOWN, valid_from=DAY)
    answer(item, clerk)
    item.refresh_from_db()
    with pytest.raises(PermissionDenied, match="三个人"):
        check_answers.passed(versions={item.pk: item.version}, on=TODAY, by=clerk)
    assert check_items.acts(item, clerk) == [] and check_items.acts(item, village.township) == ["pass", "return"]


def test_who_comes_second_is_told_and_changes_nothing(village, client):
    item = item_of(send(village))
    seen = f"{item.pk}.{item.version}"
    answer(item, village.secretary)
    client.force_login(village.secretary, backend=BACKEND)
    said = client.post("/checks/items/act/", {"item": seen, "act": "confirmed", "back": "/checks/items/"})
    assert said.status_code == 409 and "已由别人办理" in said.content.decode()
    item.refresh_from_db()
    assert item.version == 2


def test_several_are_answered_passed_and_closed_with_one_click_each(village, client):
    household(4, status="exited", per_head=2100)
    run()
    batch = send(village)
    HouseholdCard.objects.get(household=village.poor)
    for account, act, state in (
        (village.secretary, "confirmed", "answered"), (village.township, "pass", "passed"), (village.reviewer, "close", "closed")
    ):  # fmt: skip
        client.force_login(account, backend=BACKEND)
        mine = client.get("/checks/items/?turn=mine").content.decode()
        assert mine.count('name="item"') == 2 == check_items.waiting(account).count()
        told = [f"{item.pk}.{item.version}" for item in batch.items.all()]
        assert client.post("/checks/items/act/", {"item": told, "act": act}).status_code == 302
        assert set(batch.items.values_list("state", flat=True)) == {state}


def test_the_desk_counts_what_the_list_shows(village, client):
    send(village)
    client.force_login(village.secretary, backend=BACKEND)
    page = client.get("/").content.decode()
    assert "待我办理的疑点" in page and "/checks/items/?turn=mine" in page
    assert check_items.waiting(village.secretary).count() == 1 and check_items.waiting(village.office).count() == 0


def test_the_file_shows_what_is_found_now_and_where_it_stands(village, client):
    client.force_login(village.secretary, backend=BACKEND)
    address = f"/households/{village.poor.household_no}/"
    page = client.get(address).content.decode()
    assert "脱贫户人均纯收入低于扶贫标准" in page and "未下发" in page
    send(village)
    assert "待核实" in client.get(address).content.decode()
    better(village)
    assert "脱贫户人均纯收入低于扶贫标准" not in client.get(address).content.decode()


def test_the_item_shows_amounts_beside_the_line_to_the_township_and_above(village, client):
    item = item_of(send(village))
    for account, reads in ((village.secretary, False), (village.township, True)):
        client.force_login(account, backend=BACKEND)
        page = client.get(f"/checks/items/{item.pk}/").content.decode()
        assert ("2,000元/人" in page) is reads


def test_precision_is_the_share_answered_corrected_and_a_noisy_rule_is_marked(village, client):
    item = item_of(send(village))
    answer(item, village.secretary)
    row = next(row for row in check_items.by_rule(village.office, TODAY) if row["check"] and row["check"].code == RULE)
    assert (row["sent"], row["answered_times"], row["corrected"], row["precision"]) == (1, 1, 0, 0.0)
    assert not row["noisy"], "one answer says nothing of a rule"
    item = CheckItem.objects.get()
    for number in range(10, 30):
        home = household(number, status="exited")
        CheckItem.objects.create(
            batch=item.batch, household=home, rule_code=RULE, rule_words=item.rule_words, village_code=VILLAGE,
            state="answered", answer="confirmed", answered_by=village.secretary, answered_on=TODAY,
        )  # fmt: skip
    client.force_login(village.office, backend=BACKEND)
    assert "误报多" in client.get("/checks/").content.decode()


def test_a_batch_is_sent_down_by_the_page_and_its_sheet_is_taken(village, client):
    client.force_login(village.office, backend=BACKEND)
    form = {"title": "十一月疑点", "deadline": "2018-12-10", "checks": [RULE], "places": [TOWN]}
    answer = client.post("/checks/send/", form)
    batch = CheckBatch.objects.get()
    assert answer.status_code == 302 and answer.headers["Location"] == f"/checks/batches/{batch.pk}/"
    assert batch.number in client.get("/checks/batches/").content.decode()
    assert "东胜村委会" in client.get(f"/checks/batches/{batch.pk}/").content.decode()
    file = client.post(f"/checks/batches/{batch.pk}/sheets/")
    assert file.status_code == 200 and b"".join(file.streaming_content).startswith(b"PK")
    assert client.post("/checks/send/", {**form, "deadline": "2018-01-01"}).status_code == 422


def taken(batch, village, **answers) -> bytes:
    """The batch's 核实表 as the office hands it out, with cells filled in: {heading: text} in its first row."""
    rows = check_items.lines(check_items.for_list(batch.items.all()), village.office, TODAY)
    file, _name, _sheets, _rows = check_sheet.of_batch(batch, rows)
    book = openpyxl.load_workbook(file)
    sheet = book["疑点核实"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    for heading, text in answers.items():
        sheet.cell(4, heads[heading]).value = text
    filled = io.BytesIO()
    book.save(filled)
    return filled.getvalue()


def upload(data, village):
    return check_upload.answers(name="东胜村.xlsx", data=data, on=TODAY, by=village.secretary)


def test_an_unchanged_sheet_changes_nothing(village):
    batch = send(village)
    receipt = upload(taken(batch, village), village)
    assert (receipt.done, receipt.same, receipt.problems) == (0, 1, [])
    assert item_of(batch).version == 1


def test_a_sheet_is_filled_in_and_read_back_row_by_row(village, client):
    batch = send(village)
    data = taken(batch, village, 核实结果="特殊情况说明", 情况说明="户主住院", 说明有效期至="2019-03-31")
    client.force_login(village.secretary, backend=BACKEND)
    page = client.post("/checks/sheet/", {"file": SimpleUploadedFile("东胜村.xlsx", data)})
    assert page.status_code == 200 and "办理 1 条" in page.content.decode()
    item = item_of(batch)
    assert (item.state, item.answer, item.words) == ("answered", "special", "户主住院")
    assert item.expires_on == datetime.date(2019, 3, 31)
    again = upload(taken(batch, village), village)
    assert (again.done, again.same, again.problems) == (0, 1, [])


def test_corrected_on_the_sheet_is_refused_while_the_register_still_shows_it(village):
    batch = send(village)
    receipt = upload(taken(batch, village, 核实结果="已核改"), village)
    assert receipt.done == 0 and "第 4 行" in receipt.problems[0] and "系统中仍是" in receipt.problems[0]
    better(village)
    assert upload(taken(batch, village, 核实结果="已核改"), village).done == 1


def test_more_than_a_request_may_wait_for_go_down_by_a_job_town_by_town_and_are_noted_once(
    village, client, monkeypatch
):
    monkeypatch.setattr(check_batches, "AT_ONCE", 1)
    household(3, status="exited", per_head=2000, village="220821102200")
    run()
    client.force_login(village.office, backend=BACKEND)
    form = {"title": "全县", "checks": [RULE], "places": ["220821101000", "220821102000"], "deadline": DUE.isoformat()}
    answer = client.post("/checks/send/", form)
    batch = CheckBatch.objects.get()
    job = check_batches.under_way(batch)
    assert answer.url == f"/jobs/{job.pk}/" and not batch.items.exists()
    job = jobs.run_to_end(job)
    assert job.state == "done" and job.result["items"] == 2, job.error
    assert {item.village_code for item in batch.items.all()} == {VILLAGE, "220821102200"}
    event = AuditEvent.objects.get(kind="check.sent")
    assert event.params["items"] == 2 and event.by == village.office
    assert check_batches.under_way(batch) is None
    assert client.get(f"/checks/batches/{batch.pk}/").status_code == 200
    whole = JobRun(kind="checks.send", params={"places": ["220821"]})
    assert [one["place"] for one in check_batches.plan_places(whole)] == ["220821101", "220821102"]


def superior(village, client, *rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "疑点清单"
    for row in rows:
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    client.force_login(village.office, backend=BACKEND)
    form = {"source": "province", "title": "省比对疑点", "document": "省扶办〔2018〕9号", "deadline": "2018-12-15"}
    return client.post("/checks/superior/", {**form, "file": SimpleUploadedFile("省.xlsx", data.getvalue())})


def test_a_superiors_list_names_persons_by_their_number_or_by_village_and_name(village, client):
    """Sealed numbers are compared sealed; of two people of one name nobody is chosen."""
    number = BORN + identity.check_character(BORN)
    person = Person.objects.get(name="H00002-0")
    person.id_number, person.id_index = secrets.seal("id", number)
    person.save()
    Person.objects.filter(name="H00001-1").update(name="李双")
    Person.objects.filter(name="H00002-1").update(name="李双")
    answer = superior(
        village, client, ["乡镇", "村", "姓名", "身份证号", "疑点规则", "疑点内容"],
        ["", "", "", number, "购买车辆", "小型轿车 1 辆"], ["东屏镇", "东胜村", "H00001-0", "", "购买商品房", "1 套"],
        ["东屏镇", "东胜村", "李双", "", "购买车辆", "1 辆"], ["", "", "H00001-0", "", "购买车辆", "1 辆"],
        ["", "", "", "", "购买车辆", "1 辆"],
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 200
    assert {(item.household, item.rule_words) for item in CheckItem.objects.all()} == {
        (village.fine, "购买车辆"), (village.poor, "购买商品房"),
    }  # fmt: skip
    for said in ("第 4 行：村里没有这个姓名", "第 5 行：只有姓名，缺少村名", "第 6 行：没有户编号、证件号码"):
        assert said in page, page
    assert number not in page


def test_a_superiors_list_becomes_a_batch_and_needs_words_when_corrected(village, client):
    page = superior(
        village,
        client,
        ["户编号", "疑点规则", "疑点内容"],
        ["H00002", "购买车辆", "小型轿车 1 辆"],
        ["H99999", "购买车辆", "1 辆"],
    )
    assert page.status_code == 200 and "没有户编号为 H99999 的户" in page.content.decode()
    item = CheckItem.objects.get()
    assert (item.household, item.batch.source, item.values) == (village.fine, "province", {"": "小型轿车 1 辆"})
    with pytest.raises(ValidationError, match="改了什么"):
        answer(item, village.secretary, "corrected")
    settle(item, village, "corrected", words="车辆已过户")
    assert item.state == "closed"
