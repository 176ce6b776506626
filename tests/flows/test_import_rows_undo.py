"""A small import is taken back row by row within seven days: what it had superseded stands again, what was touched stays."""

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assistance.actions import visits
from assistance.models import Visit
from households.actions import bureau_lists
from households.models import Cadre, DivisionFigure, PersonCondition, Posting
from povertycase import audit, jobs, periods
from povertycase.actions import imports
from povertycase.exchange import row_undo, staging
from povertycase.models import Account, AuditEvent, AuditSubject, Division, ImportBatch, Post, VillageGroup
from tests.flows.test_import_kinds import KINDS, TABLES, figure, number, person, place, posting, visit
from tests.kind_books import book, bring_in, check, counted
from tests.register_cast import EAST, TODAY, homes, people  # noqa: F401

DAY = datetime.date
BACKEND = "django.contrib.auth.backends.ModelBackend"
OWN = ("id", "recorded_at", "superseded_by_id", "superseded_at", "event_id")


@pytest.fixture(autouse=True)
def there(homes):  # noqa: F811
    return homes


def officer_of(kind: str) -> Account:
    """Who brings such a list in: the county office, for postings the organisation department."""
    role = "organisation" if kind == "postings" else "county_office"
    account, made = Account.objects.get_or_create(username="officer", display_name="县办", must_change_password=False)
    if made:
        Post.objects.create(account=account, role=role, division_id="220821000000", valid_from=DAY(2018, 1, 1))
    return account


def of(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


def by_the_page(client: Client, kind: str, rows: list[dict[str, Any]]) -> ImportBatch:
    """A file dropped on the import page, looked at, confirmed and written."""
    sent = {"file": SimpleUploadedFile("来表.xlsx", book(kind, rows)), "kind": kind}
    address = client.post("/imports/upload/", sent).headers["Location"]
    batch = ImportBatch.objects.latest("pk")
    jobs.run_to_end(batch.job)
    client.post(f"{address}confirm/")
    return worked(batch)


def worked(batch: ImportBatch) -> ImportBatch:
    batch.refresh_from_db()
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    return batch


def undone(client: Client, batch: ImportBatch) -> str:
    """The page after the import was taken back on it."""
    page = client.get(f"/imports/{batch.pk}/").content.decode()
    assert "撤销这次导入" in page and "行不撤销，逐行列出" in page
    client.post(f"/imports/{batch.pk}/undo/")
    assert worked(batch).state == "undone"
    return client.get(f"/imports/{batch.pk}/").content.decode()


def in_force(kind: str) -> list[str]:
    """What is known now, without keys and moments."""
    model = TABLES[kind]
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in OWN]
    rows = model.objects.known() if hasattr(model.objects.all(), "known") else model.objects.all()
    return sorted(map(str, rows.values_list(*names)))


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_new_is_taken_back_by_the_page_and_the_file_comes_in_again(kind):
    client, good = of(officer_of(kind)), KINDS[kind][0]
    before, rows = in_force(kind), TABLES[kind].objects.count()
    batch = by_the_page(client, kind, [good])
    assert batch.state == "applied" and sum(counted(batch)[:2]) == 1 and in_force(kind) != before
    page = undone(client, batch)
    assert "1 行恢复为导入前的内容" in page and "行没有撤销" not in page
    assert in_force(kind) == before
    if kind != "divisions":
        assert TABLES[kind].objects.count() > rows, "what was known in between stays known"
    assert sum(counted(check(kind, [good], by=officer_of(kind)))[:2]) == 1
    told = audit.sentence(AuditEvent.objects.get(kind="import.rows_undone"))
    assert "1 行恢复原状，0 行没有撤销" in told and "县办" in told


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_changed_stands_again_as_before(kind):
    good, other, *_rest = KINDS[kind]
    client = of(officer_of(kind))
    by_the_page(client, kind, [good])
    before = in_force(kind)
    batch = by_the_page(client, kind, [other])
    assert counted(batch) == (0, 1, 0, 0) and in_force(kind) != before
    page = undone(client, batch)
    assert "1 行恢复为导入前的内容" in page and in_force(kind) == before
    assert counted(check(kind, [good], by=officer_of(kind))) == (0, 0, 1, 0)


def test_a_visit_that_stands_again_is_a_row_recorded_now_and_the_household_says_who():
    bring_in("visits", [visit()])
    batch = bring_in("visits", [visit(findings="外出看病")])
    between = periods.now()
    undone(of(officer_of("visits")), batch)
    first, second, third = Visit.objects.filter(visited_on=DAY(2018, 11, 5)).order_by("pk")
    assert (first.superseded_by, second.superseded_by, third.superseded_by) == (second, third, None)
    assert (first.findings, second.findings, third.findings) == ("在家", "外出看病", "在家")
    assert third.entered_on == first.entered_on
    assert Visit.objects.known(between).get(visited_on=DAY(2018, 11, 5)).findings == "外出看病"
    event = AuditEvent.objects.get(kind="visit.taken_back")
    assert third.event_id == event.pk and "撤销" in audit.sentence(event)
    assert AuditSubject.objects.filter(event=event, household=first.household_id).exists()


def test_a_row_edited_since_stays_and_is_told_and_the_others_go():
    batch = bring_in("visits", [visit(), visit(visited_on=DAY(2018, 11, 6))])
    edited = Visit.objects.known().get(visited_on=DAY(2018, 11, 5))
    visits.correct(visit=edited, values={"findings": "改过"}, entered_on=TODAY, by=None)
    page = undone(of(officer_of("visits")), batch)
    assert "1 行恢复为导入前的内容" in page and "1 行没有撤销" in page and "导入后又有更正，没有撤销" in page
    assert Visit.objects.known().get(visited_on=DAY(2018, 11, 5)).findings == "改过"
    assert not Visit.objects.known().filter(visited_on=DAY(2018, 11, 6)).exists()
    batch.refresh_from_db()
    assert batch.problems.get(code="row_kept").row == 3
    assert (batch.counts["undo"]["done"], batch.counts["undo"]["kept"]) == (1, 1)


def test_two_rows_of_one_file_about_one_visit_are_both_taken_back():
    before = in_force("visits")
    batch = bring_in("visits", [visit(), visit(kind="电话", findings="在县医院")])
    assert counted(batch) == (1, 1, 0, 0) or counted(batch) == (2, 0, 0, 0)
    page = undone(of(officer_of("visits")), batch)
    assert "2 行恢复为导入前的内容" in page and in_force("visits") == before


def test_the_rights_of_a_posting_end_with_its_taking_back_and_come_back_with_its_end_taken_back():
    account = Cadre.objects.get(name="孙立军").account
    first = bring_in("postings", [posting()])
    ended = bring_in("postings", [posting(true_to=DAY(2018, 11, 1))])
    client = of(officer_of("postings"))
    undone(client, ended)
    post = Posting.objects.known().get().post
    assert post.valid_to is None and Post.objects.held_on(TODAY).filter(account=account, pk=post.pk).exists()
    assert AuditEvent.objects.filter(kind="post.reopened").exists()
    assert not Posting.objects.known().get().superseded_at
    # The first file's row was closed and reopened since: it is no longer the row that the file wrote.
    assert "1 行没有撤销" in undone(client, first) and Posting.objects.known().count() == 1


def test_a_posting_taken_back_leaves_no_rights():
    account = Cadre.objects.get(name="孙立军").account
    batch = bring_in("postings", [posting()])
    assert Post.objects.held_on(TODAY).filter(account=account, role="first_secretary").exists()
    undone(of(officer_of("postings")), batch)
    assert not Posting.objects.known().exists()
    assert not Post.objects.held_on(TODAY).filter(account=account, role="first_secretary").exists()


def test_a_place_that_is_used_stays_and_one_that_is_not_goes_with_its_township():
    rows = [place("220821150000", "新镇"), place("220821150200", "一村村委会"), place("220821150201", "二村村委会")]
    client = of(officer_of("divisions"))
    batch = by_the_page(client, "divisions", rows)
    VillageGroup.objects.create(village_id="220821150201", name="一社")
    page = undone(client, batch)
    assert "1 行恢复为导入前的内容" in page and "2 行没有撤销" in page and "这个区划已经使用，不能撤销" in page
    left = Division.objects.filter(code__startswith="220821150").values_list("code", flat=True)
    assert sorted(left) == ["220821150000", "220821150201"]


def test_a_merger_of_villages_is_taken_back():
    row = place("220821101201", "西胜村委会", successor=EAST, succeeded_on=DAY(2018, 12, 1))
    batch = bring_in("divisions", [row])
    undone(of(officer_of("divisions")), batch)
    village = Division.objects.get(code="220821101201")
    assert village.successor is None and village.valid_to is None


def test_what_a_bureau_confirmed_is_taken_back_by_nobody_else_and_not_after_something_newer():
    civil, other = (
        Account.objects.create(username=name, display_name=name, must_change_password=False) for name in ("a", "b")
    )
    for account, bureau in ((civil, "civil_affairs"), (other, "education")):
        Post.objects.create(
            account=account, role="department", bureau=bureau, division_id="220821000000", valid_from=DAY(2018, 1, 1)
        )
    batch = bring_in("bureau_list", [person()], by=civil)
    imports.undo(batch=batch, by=other, on=TODAY)
    batch = worked(batch)
    assert batch.counts["undo"]["kept"] == 1
    assert PersonCondition.objects.known().filter(dibao=True).exists()
    assert "由别的部门认定" in batch.problems.get(code="row_kept").message

    second = bring_in("bureau_list", [person(dibao="否", true_from=DAY(2018, 10, 9))], by=civil)
    someone = PersonCondition.objects.known().filter(dibao=False).get().person
    bureau_lists.confirm(
        person=someone, values={"tekun": True}, true_from=DAY(2018, 11, 1), document="文", entered_on=TODAY, by=None
    )
    imports.undo(batch=second, by=civil, on=TODAY)
    assert "导入后又登记了这个人的情况" in worked(second).problems.get(code="row_kept").message


def test_a_row_out_of_the_reach_of_who_undoes_stays():
    batch = bring_in("visits", [visit("H0001"), visit("H0004")])
    clerk = Account.objects.create(username="town", display_name="镇", must_change_password=False)
    Post.objects.create(account=clerk, role="township_clerk", division_id="220821101000", valid_from=DAY(2018, 1, 1))
    imports.undo(batch=batch, by=clerk, on=TODAY)
    batch = worked(batch)
    assert (batch.counts["undo"]["done"], batch.counts["undo"]["kept"]) == (1, 1)
    assert "不在您的管辖范围内" in batch.problems.get(code="row_kept").message


def test_an_undo_that_was_stopped_goes_on_and_takes_nothing_back_twice(monkeypatch):
    monkeypatch.setattr(row_undo, "CHUNK_ROWS", 2)
    before = in_force("figures")
    batch = bring_in("figures", [figure(true_from=DAY(2018, 10, day)) for day in range(1, 8)])
    batch = imports.undo(batch=batch, by=None, on=TODAY)
    while DivisionFigure.objects.known().count() > len(before) + 3:
        jobs.work(batch.job.pk, seconds=0)
    jobs.cancel(job=batch.job, by=None)
    batch.refresh_from_db()
    assert batch.state == "undoing" and imports.may_be_undone(batch)
    imports.undo(batch=batch, by=None, on=TODAY)
    batch = worked(batch)
    assert batch.state == "undone" and batch.counts["undo"]["done"] == 7 and in_force("figures") == before


def test_after_seven_days_nothing_is_taken_back_and_nothing_is_kept_for_it():
    batch = bring_in("figures", [figure()])
    assert kept_tables()
    ImportBatch.objects.filter(pk=batch.pk).update(applied_at=periods.now() - datetime.timedelta(days=8))
    with pytest.raises(imports.ImportRefused, match="不到 7 天"):
        imports.undo(batch=batch, by=None, on=TODAY)
    imports.forget_old()
    assert not kept_tables()


def kept_tables() -> int:
    with staging.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'staging' AND tablename LIKE 'kept%'")
        return int(cursor.fetchone()[0])


def test_what_is_kept_of_a_bureaus_list_holds_no_number():
    bring_in("bureau_list", [person()])
    with staging.connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'staging' AND tablename LIKE 'kept%'")
        (name,) = cursor.fetchone()
        cursor.execute(f"SELECT t::text FROM staging.{name} t")
        assert not any(number("141100", "19650102", 1) in text for (text,) in cursor.fetchall())
