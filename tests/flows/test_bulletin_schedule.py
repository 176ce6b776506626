"""The schedule makes the draft of every ended month, catching up, and leaves an issued month alone."""

import datetime

import pytest
from django.urls import reverse

from povertycase import jobs
from povertycase.models import Duty, JobRun
from povertycase.periods import Month
from supervision.actions import bulletins
from supervision.models import Bulletin
from supervision.sheets.bulletin_xlsx import of_bulletin
from tests.bulletin_county import OCTOBER, TODAY, county, draft

__all__ = ["county"]
pytestmark = pytest.mark.django_db


def _made() -> list[str]:
    return [month for kind, month in jobs.tick(TODAY) if kind == "bulletin"]


def test_missing_months_are_drafted_oldest_first_and_none_twice(county):
    Duty.objects.create(kind="bulletin", last_period="2018-08")
    assert _made() == ["2018-09", "2018-10"]
    for bulletin in Bulletin.objects.order_by("pk"):
        jobs.run_to_end(bulletin.job)
    assert list(Bulletin.objects.order_by("pk").values_list("month", "state", "prepared_by")) == [
        ("2018-09", "draft", None), ("2018-10", "draft", None),
    ]  # fmt: skip
    assert _made() == []


def test_a_month_that_is_issued_already_is_left_alone(county):
    made = draft(county)
    bulletins.issue(bulletin=made, number="镇脱贫组发〔2018〕21号", on=TODAY, by=county.reviewer, write=of_bulletin)
    Duty.objects.create(kind="bulletin", last_period="2018-09")
    assert _made() == ["2018-10"]
    assert Bulletin.objects.exclude(state="replaced").get() == made


def test_the_running_month_is_not_drafted_before_it_has_ended(county):
    Duty.objects.create(kind="bulletin", last_period="2018-10")
    assert _made() == []
    assert [month for _kind, month in jobs.tick(datetime.date(2018, 12, 1))] == ["2018-11"]


def test_a_cancelled_draft_frees_its_month(county):
    bulletin = bulletins.start(month=OCTOBER, division=county.division, on=TODAY, by=county.office)
    jobs.cancel(job=bulletin.job, by=county.office)
    bulletin.refresh_from_db()
    assert bulletin.state == "replaced"
    assert draft(county).state == "draft"


def test_a_failed_draft_that_is_tried_again_does_not_push_out_a_newer_one(county):
    failed = jobs.run_to_end(
        bulletins.start(month=Month(2015, 3), division=county.division, on=TODAY, by=county.office).job
    )
    again = jobs.run_to_end(jobs.retry(job=failed, by=county.office))
    assert again.state == "failed" and "请在“月督查通报”页重新生成草稿" in again.error


def test_asking_twice_for_a_draft_in_the_making_gives_the_same_one(county):
    first = bulletins.start(month=OCTOBER, division=county.division, on=TODAY, by=None)
    again = bulletins.start(month=OCTOBER, division=county.division, on=TODAY, by=county.office)
    assert first == again and JobRun.objects.filter(kind="bulletin.draft").count() == 1


def test_a_month_without_any_register_ends_with_a_sentence(county):
    bulletin = bulletins.start(month=Month(2015, 3), division=county.division, on=TODAY, by=None)
    job = jobs.run_to_end(bulletin.job)
    assert job.state == "failed" and "2015年3月没有在册的建档立卡户" in job.error
    bulletin.refresh_from_db()
    assert bulletin.state == "replaced"


def test_the_workbench_counts_drafts_to_issue_and_visits_of_one_s_own_division(client, county):
    bulletin = draft(county)
    client.force_login(county.reviewer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/").content.decode()
    assert "待印发的通报" in page and "2018年10月入户走访" in page
    listed = client.get(f"{reverse('bulletins')}?state=draft")
    assert [one for one, _month in listed.context["rows"]] == [bulletin]
