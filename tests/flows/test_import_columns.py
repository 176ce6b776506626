"""The office's own headings: shown as they were read, set right by a person, remembered for the next file of the place."""

import datetime

import pytest
from django.test import Client
from django.utils import translation

from povertycase import jobs
from povertycase.actions import imports
from povertycase.models import Account, AuditEvent, ImportBatch, ImportMapping, Post
from tests import register_books as books
from tests.register_books import TODAY, book, check, household, member, numbers, said


@pytest.fixture(autouse=True)
def divisions(db):
    books.load_divisions()
    yield
    translation.deactivate()


def account_in(name: str, role: str, division: str) -> Account:
    account = Account.objects.create(username=name, display_name=name, must_change_password=False)
    Post.objects.create(account=account, role=role, division_id=division, valid_from=datetime.date(2018, 1, 1))
    return account


@pytest.fixture
def officer():
    return account_in("officer", "county_office", "220821000000")


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def own_headings(**more) -> bytes:
    """A workbook whose office calls 与户主关系 称谓一栏 and 主要致贫原因 困难根源."""
    headings = {"relation": "称谓一栏", **more}
    people = [member("1", "李四", 1), member("1", "王芳", 2, "配偶")]
    return book(headings=headings, household=[household("1")], member=people)


def columns_of(client: Client, batch: ImportBatch) -> str:
    return client.get(f"/imports/{batch.pk}/columns/").content.decode()


def correct(client: Client, batch: ImportBatch, **fields):
    """Save the form: fields by sheet__letter index, as the page names them."""
    sent = {name.replace("__", ":"): value for name, value in fields.items()}
    return client.post(f"/imports/{batch.pk}/columns/correct/", sent)


def read_again(batch: ImportBatch) -> ImportBatch:
    batch.refresh_from_db()
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    return batch


def index_of(batch: ImportBatch, sheet: str, heading: str) -> int:
    return next(index for index, text in batch.counts["headers"][sheet]["whole"] if text == heading)


def test_a_file_refused_for_its_own_heading_is_read_when_somebody_says_what_it_means(officer):
    client = signed_in(officer)
    batch = check(own_headings(), by=officer)
    assert batch.state == "refused" and "缺少列：与户主关系" in batch.refusal
    assert "在这里选定各列对应的项目" in client.get(f"/imports/{batch.pk}/").content.decode()
    page = columns_of(client, batch)
    assert "称谓一栏" in page and "不认识" in page and "必须有，没有这一列不能导入" in page
    answer = correct(client, batch, **{f"member__{index_of(batch, '成员', '称谓一栏')}": "relation"})
    assert answer.url == f"/imports/{batch.pk}/"
    batch = read_again(batch)
    assert batch.state == "checked" and numbers(batch).new == 1
    assert "按记住的对应关系读作“与户主关系”" in said(batch, "heading_remembered")[0]
    event = AuditEvent.objects.get(kind="import.columns_corrected")
    assert event.by_id == officer.pk and event.params == {"columns": 1}


def test_the_next_file_of_that_place_needs_no_choice_and_another_place_is_not_concerned(officer):
    batch = check(own_headings(), by=officer)
    correct(signed_in(officer), batch, **{f"member__{index_of(batch, '成员', '称谓一栏')}": "relation"})
    read_again(batch)
    assert check(own_headings(registered_on="建档时间一"), by=officer).state == "checked"
    clerk = account_in("clerk", "township_clerk", "220821101000")
    assert check(own_headings(), by=clerk).state == "refused"


def test_a_column_may_be_left_out_and_is_not_spoken_of_again(officer):
    client = signed_in(officer)
    batch = check(own_headings(relation="与户主关系", education="备忘"), by=officer)
    assert [problem.heading for problem in batch.problems.filter(code="heading_unknown")] == ["备忘"]
    correct(client, batch, **{f"member__{index_of(batch, '成员', '备忘')}": ""})
    batch = read_again(batch)
    assert not batch.problems.filter(code="heading_unknown").exists()
    assert "按记住的对应关系不导入" in columns_of(client, batch)


def test_two_columns_for_one_field_are_refused_in_words(officer):
    client = signed_in(officer)
    batch = check(own_headings(relation="与户主关系", education="备忘"), by=officer)
    answer = correct(client, batch, **{f"member__{index_of(batch, '成员', '备忘')}": "name"})
    assert answer.status_code == 422
    assert "都选作“姓名”，一个项目只能读一列" in answer.content.decode()
    assert not ImportMapping.objects.exists()
    batch.refresh_from_db()
    assert batch.state == "checked"


def test_the_key_column_cannot_be_dropped(officer):
    batch = check(own_headings(relation="与户主关系"), by=officer)
    answer = correct(signed_in(officer), batch, member__0="")
    assert answer.status_code == 422
    assert "工作表“成员”必须有一列读作“户编号”" in answer.content.decode()


def test_two_columns_may_change_places(officer):
    data = book(headings={"name": "户主姓名称呼", "employer": "姓名"}, household=[household("1")],
                member=[member("1", "李四", 1, employer="砖厂")])  # fmt: skip
    batch = check(data, by=officer)
    there = index_of(batch, "成员", "户主姓名称呼"), index_of(batch, "成员", "姓名")
    correct(signed_in(officer), batch, **{f"member__{there[0]}": "name", f"member__{there[1]}": "employer"})
    batch = read_again(batch)
    columns = {key: at for key, at, _heading in batch.counts["headers"]["成员"]["columns"]}
    assert (columns["name"], columns["employer"]) == there


def test_nonsense_is_no_choice(officer):
    batch = check(own_headings(), by=officer)
    client = signed_in(officer)
    index = index_of(batch, "成员", "称谓一栏")
    assert correct(client, batch, **{f"member__{index}": "no_such_key"}).status_code == 422
    assert correct(client, batch, member__9999="name", other__1="x", noise="1").status_code == 302
    assert not ImportMapping.objects.exists()


def test_what_was_written_is_read_no_other_way(officer):
    batch = books.bring_in(own_headings(relation="与户主关系"), by=officer)
    client = signed_in(officer)
    assert "<select" not in columns_of(client, batch)
    assert correct(client, batch, member__1="employer").status_code == 302
    assert not ImportMapping.objects.exists()


def test_a_remembered_heading_is_forgotten_again(officer):
    client = signed_in(officer)
    batch = check(own_headings(), by=officer)
    correct(client, batch, **{f"member__{index_of(batch, '成员', '称谓一栏')}": "relation"})
    page = client.get("/imports/remembered/").content.decode()
    assert "称谓一栏" in page and "与户主关系" in page and "镇赉县" in page
    kept = ImportMapping.objects.get()
    clerk = signed_in(account_in("clerk", "township_clerk", "220821101000"))
    assert "称谓一栏" not in clerk.get("/imports/remembered/").content.decode()
    assert clerk.post(f"/imports/remembered/{kept.pk}/forget/").status_code == 404
    assert client.post(f"/imports/remembered/{kept.pk}/forget/").url == "/imports/remembered/"
    assert not ImportMapping.objects.exists()
    assert AuditEvent.objects.filter(kind="import.heading_forgotten").count() == 1
    assert check(own_headings(), by=officer).state == "refused"


def test_missing_columns_are_listed_with_what_follows_and_foreign_sheets_are_named(officer):
    batch = check(own_headings(relation="与户主关系"), by=officer)
    page = columns_of(signed_in(officer), batch)
    assert "已登记的内容不变，新增的留空" in page and "文件中没有的列" in page


def test_a_format_whose_errors_nobody_sees_says_so(officer):
    batch = check(own_headings(relation="与户主关系"), by=officer)
    client = signed_in(officer)
    assert "按空白读取" not in columns_of(client, batch)
    ImportBatch.objects.filter(pk=batch.pk).update(counts={**batch.counts, "format": "xls"})
    assert "按空白读取" in columns_of(client, batch)


def test_who_only_looks_may_not_set_columns_right(officer):
    batch = check(own_headings(), by=officer)
    reviewer = signed_in(account_in("reviewer", "county_reviewer", "220821000000"))
    assert "<select" not in columns_of(reviewer, batch)
    assert correct(reviewer, batch, member__1="name").status_code == 403


def test_the_page_of_columns_is_read_in_english(officer):
    batch = check(own_headings(), by=officer)
    client = signed_in(officer)
    client.cookies["django_language"] = "en"
    page = columns_of(client, batch)
    assert "Nobody knows it" in page and "Without this column nothing is imported" in page


def test_a_second_correction_replaces_the_first(officer):
    client = signed_in(officer)
    batch = check(own_headings(relation="与户主关系", education="备忘"), by=officer)
    at = index_of(batch, "成员", "备忘")
    correct(client, batch, **{f"member__{at}": "education"})
    batch = read_again(batch)
    correct(client, batch, **{f"member__{at}": ""})
    batch = read_again(batch)
    assert ImportMapping.objects.get().key == ""
    assert batch.sent.filter(sheet="成员").count() == 1 and batch.state == "checked"
    assert imports.take_in(kind="register", name="a.xlsx", data=own_headings(), business_date=TODAY, by=officer)
