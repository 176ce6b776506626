"""A list too long for one request is made by a job; only who asked for it fetches it, sealed until then, a week long."""

import datetime
import io
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.test import Client

from households.models import HouseholdCard
from povertycase import audit, jobs, periods
from povertycase.actions import list_exports, list_files, posts
from povertycase.exchange import taken
from povertycase.models import AuditEvent, AuditSubject, JobChunk, JobRun, ListFile
from tests.register_cast import TODAY

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
EXPORT, ALL = "/households/batch/export/", {"query": "status=poor&q=单", "all": "yes"}


@pytest.fixture(autouse=True)
def long_lists(monkeypatch):
    """A list of two households is a long one here."""
    monkeypatch.setattr(list_exports, "MOST_AT_ONCE", 0)


@pytest.fixture
def at(people, homes):
    def sign_in(name):
        client = Client()
        client.force_login(getattr(people, name), backend=BACKEND)
        return client

    return sign_in


def asked(client, sent=None) -> ListFile:
    answer = client.post(EXPORT, sent or {"query": "status=poor&sort=-number", "all": "yes"})
    assert answer.status_code == 302 and answer.url.startswith("/lists/"), answer.content.decode()[:500]
    return ListFile.objects.get(pk=answer.url.split("/")[2])


def made(client, sent=None) -> ListFile:
    file = asked(client, sent)
    job = jobs.run_to_end(file.job)
    assert job.state == "done", job.error
    file.refresh_from_db()
    return file


def rows_of(answer) -> list[list]:
    """Headings and rows; title and line above them are the paper's."""
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).worksheets[0]
    return [[cell.value for cell in line] for line in sheet.iter_rows(min_row=3)]


def test_a_long_list_is_the_same_workbook_as_a_short_one_fetched_a_little_later(at, monkeypatch):
    office = at("office")
    file = asked(office)
    assert 'hx-trigger="every 2s"' in office.get(f"/lists/{file.pk}/").content.decode()
    jobs.run_to_end(file.job)
    page = office.get(f"/lists/{file.pk}/").content.decode()
    assert "下载" in page and f"户名单3户_{TODAY}.xlsx" in page
    assert f"/lists/{file.pk}/" in office.get(f"/jobs/{file.job_id}/").content.decode()
    fetched = rows_of(office.post(f"/lists/{file.pk}/fetch/"))
    monkeypatch.setattr(list_exports, "MOST_AT_ONCE", 5_000)
    at_once = rows_of(office.post(EXPORT, {"query": "status=poor&sort=-number", "all": "yes"}))
    assert fetched == at_once and len(fetched) == 4


def test_only_who_asked_may_fetch_it_for_others_it_is_missing(at, people):
    file = made(at("office"))
    for who in ("township", "auditor", "clerk", "secretary"):
        client = at(who)
        for call in (client.get(f"/lists/{file.pk}/"), client.post(f"/lists/{file.pk}/fetch/")):
            assert call.status_code in (403, 404), who
    stranger = at("township")
    hidden, missing = stranger.get(f"/lists/{file.pk}/"), stranger.get("/lists/987654321/")
    assert hidden.status_code == missing.status_code == 404 and hidden.content == missing.content
    colleague = posts.Account.objects.create(username="colleague", display_name="同事", must_change_password=False)
    posts.Post.objects.create(
        account=colleague, role="county_office", division_id="220821000000", valid_from=datetime.date(2018, 1, 1)
    )
    client = Client()
    client.force_login(colleague, backend=BACKEND)
    assert client.get(f"/lists/{file.pk}/").status_code == 404, "not even the same office"
    assert client.get(f"/jobs/{file.job_id}/").status_code == 404
    assert list_files.fetch(file=file, by=colleague) is None


def test_the_trail_says_who_had_it_made_with_which_households_and_who_fetched_it(at, people, homes):
    office = at("office")
    file = made(office)
    event = AuditEvent.objects.get(kind="households.exported")
    assert (event.by, event.job_id, event.params["rows"]) == (people.office, file.job_id, 3)
    touched = set(AuditSubject.objects.filter(event=event).values_list("household", flat=True))
    assert touched == set(HouseholdCard.objects.filter(poverty_status="poor").values_list("pk", flat=True))
    for _ in range(2):
        office.post(f"/lists/{file.pk}/fetch/")
    fetched = AuditEvent.objects.filter(kind="list_file.fetched", by=people.office)
    assert fetched.count() == 2 and "3 行" in audit.sentence(fetched[0])


def test_the_job_holds_no_name_and_what_is_stored_is_sealed(at):
    office = at("office")
    file = asked(office, ALL)
    jobs.run_to_end(file.job)
    told = [
        str(list(JobRun.objects.values())),
        str(list(JobChunk.objects.values())),
        str(list(AuditEvent.objects.values())),
    ]
    assert not any(typed in words for words in told for typed in ("单小", "q=", "%E5%8D%95"))
    file.refresh_from_db()
    assert b"%E5%8D%95" not in bytes(file.asked) and "q=%E5%8D%95" in taken.asked(file)["query"]
    stored = (Path(settings.UPLOAD_DIR) / file.stored_as).read_bytes()
    assert not stored.startswith(b"PK") and b"xl/" not in stored
    assert rows_of(office.post(f"/lists/{file.pk}/fetch/"))[1][0].startswith("单")


def test_asked_twice_it_is_made_once(at):
    office = at("office")
    assert asked(office).pk == asked(office).pk
    assert asked(office, ALL).pk != asked(office).pk
    assert JobRun.objects.count() == 2


def test_killed_between_the_file_and_its_record_it_is_made_again_in_the_same_place_and_noted_once(at, monkeypatch):
    office = at("office")
    file = asked(office)
    whole, calls = taken.store, []

    def dies(*said):
        whole(*said)
        calls.append(said)
        if len(calls) == 1:
            raise OSError("killed")

    monkeypatch.setattr(taken, "store", dies)
    monkeypatch.setattr("povertycase.jobs.runner.time.sleep", lambda seconds: None)
    assert jobs.run_to_end(file.job).state == "done"
    first, second = (said[0].stored_as for said in calls)
    assert first == second and [one.name for one in Path(settings.UPLOAD_DIR).glob(f"{first}*")] == [first]
    assert AuditEvent.objects.filter(kind="households.exported").count() == 1
    assert len(rows_of(office.post(f"/lists/{file.pk}/fetch/"))) == 4


def test_who_lost_the_right_in_between_gets_no_list_and_reads_why(at, people):
    file = asked(at("office"))
    people.office.post_set.all().delete()
    job = jobs.run_to_end(file.job)
    assert job.state == "failed" and "没有导出名单的权限" in job.error
    assert not AuditEvent.objects.filter(kind="households.exported").exists()


def test_only_households_still_within_reach_come_into_the_list(at, people, homes):
    file = asked(at("office"))
    HouseholdCard.objects.filter(poverty_status="poor").exclude(pk=homes.east.pk).update(poverty_status="exited")
    jobs.run_to_end(file.job)
    file.refresh_from_db()
    assert file.rows == 1


def test_after_a_week_the_file_is_gone_and_the_page_says_so(at, people):
    office = at("office")
    file = made(office)
    assert list_files.forget_old() == 0
    ListFile.objects.update(created_at=periods.now() - datetime.timedelta(days=8))
    assert list_files.forget_old() == 1 and list_files.forget_old() == 0
    assert not (Path(settings.UPLOAD_DIR) / file.stored_as).exists()
    assert "保存期已过" in office.get(f"/lists/{file.pk}/").content.decode()
    answer = office.post(f"/lists/{file.pk}/fetch/", follow=True)
    assert "需要时请重新导出" in answer.content.decode()
    file.refresh_from_db()
    assert bytes(file.asked) == b"" and AuditEvent.objects.filter(kind="list_file.deleted").count() == 1


def test_a_short_list_still_comes_at_once(at, monkeypatch):
    monkeypatch.setattr(list_exports, "MOST_AT_ONCE", 5_000)
    assert len(rows_of(at("office").post(EXPORT, {"query": "status=poor", "all": "yes"}))) == 4
    assert not ListFile.objects.exists()


def test_in_english_the_list_is_english_though_a_worker_makes_it(at, people):
    people.office.language = "en"
    people.office.save()
    office = at("office")
    file = made(office)
    sheet = rows_of(office.post(f"/lists/{file.pk}/fetch/"))
    assert sheet[0][:2] == ["Head", "Household no."]
