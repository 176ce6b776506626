"""What was sent stays sealed beside the findings: a row is shown masked, the workbook goes back for correction."""

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from povertycase import jobs
from povertycase.actions import imports
from povertycase.exchange.findings import message
from povertycase.exchange.receipt import refusal
from povertycase.models import Account, ImportBatch, ImportProblem, JobRun, Post, SentRows, Upload
from tests import register_books as books
from tests.register_books import book, check, household, id_number, member

PHONE, BANK = "13904310001", "6228480012345678901"
GOOD, WRONG = id_number("19600101", 1), id_number("19600101", 7)[:17] + "0"
if id_number("19600101", 7) == WRONG:
    WRONG = WRONG[:17] + "1"
SECRETS = (PHONE, BANK, GOOD, WRONG)


@pytest.fixture(autouse=True)
def divisions(db):
    books.load_divisions()
    yield
    translation.deactivate()  # a page read in English leaves its language behind


@pytest.fixture
def officer():
    account = Account.objects.create(username="officer", display_name="officer", must_change_password=False)
    Post.objects.create(account=account, role="county_office", division_id="220821000000", valid_from="2018-01-01")
    return account


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def faulty() -> bytes:
    """Five planted faults: a wrong check digit, an unknown village, a code value, a date, a missing number."""
    homes = [
        household("1", phone=PHONE, bank_account=BANK),
        household("2", village="没有的村"),
        household("3", main_cause="不知道"),
        household("4", registered_on="2014-13-40"),
    ]
    people = [
        member("1", "李四", 1, id_number=GOOD),
        member("2", "张三", 3),
        member("3", "王五", 5),
        member("4", "赵六", 7, id_number=WRONG),
        member("", "孙七", 9),
    ]
    return book(household=homes, member=people)


def tables_of(schema: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        return [name for (name,) in cursor.fetchall()]


def dumped(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(string_agg(t::text, '\n'), '') FROM {table} t")
        return cursor.fetchone()[0]


def in_hex(text: str) -> str:
    return text.encode().hex()


def test_clear_numbers_stand_in_no_table_of_an_import(officer):
    batch = check(faulty(), by=officer)
    assert batch.state == "checked" and batch.sent.count() == 2
    tables = [f"staging.{name}" for name in tables_of("staging")]
    tables += ["povertycase_sentrows", "povertycase_importproblem", "povertycase_importbatch", "povertycase_jobrun"]
    assert len(tables) > 8
    for table in tables:
        text = dumped(table)
        for secret in SECRETS:
            assert secret not in text and in_hex(secret) not in text, table


def test_the_row_of_a_finding_is_shown_as_it_was_sent_with_its_numbers_masked(officer):
    batch = check(faulty(), by=officer)
    client = signed_in(officer)
    finding = batch.problems.get(code="id_check")
    assert f"/imports/{batch.pk}/row/?sheet=" in client.get(f"/imports/{batch.pk}/").content.decode()
    page = client.get(f"/imports/{batch.pk}/row/", {"sheet": finding.sheet, "row": finding.row}).content.decode()
    assert "校验位不对" in page and "赵六" in page and "小学" in page
    assert WRONG not in page and f"{WRONG[:6]}********{WRONG[14:]}" in page
    page = client.get(f"/imports/{batch.pk}/row/", {"sheet": "户", "row": 4}).content.decode()
    assert "没有的村" in page
    assert client.get(f"/imports/{batch.pk}/row/", {"sheet": "户", "row": 3}).status_code == 404
    assert client.get(f"/imports/{batch.pk}/row/").status_code == 302


def test_only_who_sent_the_file_gets_it_back(officer):
    batch = check(faulty(), by=officer)
    other = Account.objects.create(username="other", display_name="other", must_change_password=False)
    Post.objects.create(account=other, role="county_office", division_id="220821000000", valid_from="2018-01-01")
    client = signed_in(other)
    assert "下载改错表" not in client.get(f"/imports/{batch.pk}/").content.decode()
    answer = client.post(f"/imports/{batch.pk}/give-back/", follow=True)
    assert "只给上传的人" in answer.content.decode()


def test_sent_rows_go_with_the_file(officer, settings):
    batch = check(faulty(), by=officer)
    Upload.objects.filter(pk=batch.upload_id).update(created_at="2018-01-01 00:00+08")
    imports.forget_old()
    assert not SentRows.objects.exists()
    client, finding = signed_in(officer), batch.problems.get(code="id_check")
    page = client.get(f"/imports/{batch.pk}/row/", {"sheet": finding.sheet, "row": finding.row}).content.decode()
    assert "已超过保存期" in page and "赵六" not in page


def test_a_block_that_was_moved_to_another_batch_does_not_open(officer):
    one, other = check(faulty(), by=officer), check(faulty(), by=officer)
    taken = one.sent.get(sheet="户").sealed
    other.sent.filter(sheet="户").update(sealed=taken)
    client = signed_in(officer)
    client.raise_request_exception = False
    assert client.get(f"/imports/{other.pk}/row/", {"sheet": "户", "row": 4}).status_code == 500


def test_findings_and_refusals_are_read_in_the_language_of_the_reader(officer):
    batch = check(faulty(), by=officer)
    finding = batch.problems.get(code="unknown_village")
    assert message(finding) == finding.message == "“户”表第 4 行 C 列“行政村”：“东屏镇”没有村“没有的村”，请核对村名。"
    with translation.override("en"):
        said = message(finding)
    assert (
        said
        == "Sheet “户”, row 4, column C “行政村”: “东屏镇” has no village “没有的村”; please check the village name."
    )
    client = signed_in(officer)
    client.cookies["django_language"] = "en"
    page = client.get(f"/imports/{batch.pk}/").content.decode()
    assert "has no village" in page and "请核对村名" not in page
    home, head = household("1"), member("1", "李四", 1)
    short = check(book(headings={"attr": "某某"}, household=[home], member=[head]), by=officer)
    assert short.refusal == "工作表“户”缺少列：贫困户属性。请按模板补上这些列后再导入。"
    with translation.override("en"):
        assert refusal(short).startswith("Sheet “户” lacks the columns: 贫困户属性.")


def test_a_finding_from_before_its_words_were_kept_still_says_them(officer):
    batch = check(faulty(), by=officer)
    old = ImportProblem.objects.create(
        batch=batch,
        sheet="成员",
        row=3,
        column="B",
        heading="姓名",
        code="old",
        severity="error",
        message="旧的一句话。",
    )
    ImportBatch.objects.filter(pk=batch.pk).update(state="refused", refusal="旧的退回。")
    batch.refresh_from_db()
    with translation.override("en"):
        assert (message(old), refusal(batch)) == ("旧的一句话。", "旧的退回。")
    assert "旧的一句话。" in signed_in(officer).get(f"/imports/{batch.pk}/").content.decode()


def test_a_row_shows_an_unknown_column_with_its_long_numbers_masked(officer):
    data = book(household=[household("1")], member=[member("1", "李四", 1, employer=PHONE, education="不明白")])
    batch = check(data, by=officer)
    finding = batch.problems.get(code="not_in_list")
    counts = batch.counts
    columns = counts["headers"]["成员"]["columns"]
    counts["headers"]["成员"]["columns"] = [column for column in columns if column[0] != "employer"]
    ImportBatch.objects.filter(pk=batch.pk).update(counts=counts)
    page = signed_in(officer).get(f"/imports/{batch.pk}/row/", {"sheet": "成员", "row": finding.row}).content.decode()
    assert PHONE not in page and "139******01" in page


def test_why_a_job_failed_is_read_in_the_language_of_the_reader():
    trouble = JobRun(error="任务处理中出错，已试 3 次，请联系管理员，并告知任务编号 7。")
    halted = JobRun(error="导入批次 5 的状态是“已放弃”，不能写入。")
    own = JobRun(error="这句话没有译文。")
    assert [jobs.why(job) for job in (trouble, halted, own)] == [trouble.error, halted.error, own.error]
    with translation.override("en"):
        assert (
            jobs.why(trouble) == "The job went wrong 3 times; please tell the administrator the number of the job, 7."
        )
        assert jobs.why(halted) == "Import batch 5 is “Dropped” and cannot be written."
        assert (jobs.why(own), jobs.why(JobRun())) == (own.error, "")


def test_five_planted_faults_are_five_errors_in_the_order_of_the_workbook(officer):
    batch = check(faulty(), by=officer)
    errors = batch.problems.filter(severity="error")
    places = [("户", 4, "C"), ("户", 5, "K"), ("户", 6, "J"), ("成员", 6, "C"), ("成员", 7, "A")]
    assert sorted(errors.values_list("sheet", "row", "column")) == sorted(places)
    page = signed_in(officer).get(f"/imports/{batch.pk}/").content.decode()
    shown = [page.index(f'row={row}"') for _sheet, row, _column in places]
    assert shown == sorted(shown) and 'aria-current="step">核对' in page
