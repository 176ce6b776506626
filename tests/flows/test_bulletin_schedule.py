"""The schedule makes the draft of every ended month, catching up, and leaves an issued month alone."""

import datetime
import zoneinfo

import pytest
from django.urls import reverse

from assistance.choices import FACE_TO_FACE
from assistance.models import Visit
from households.models import Household
from povertycase import jobs, periods
from povertycase.models import Duty, JobRun
from povertycase.periods import Month
from supervision.actions import bulletins
from supervision.models import Bulletin
from supervision.queries.bulletin_figures import row_of
from supervision.sheets.bulletin_xlsx import of_bulletin
from tests.bulletin_county import COUNTY, OCTOBER, TODAY, county, draft

__all__ = ["county"]
pytestmark = pytest.mark.django_db


def _made(day: datetime.date = TODAY) -> list[str]:
    return [month for kind, month in jobs.tick(day) if kind == "bulletin"]


def _drafts() -> list[tuple[str, str, datetime.date]]:
    for bulletin in Bulletin.objects.filter(state="making"):
        jobs.run_to_end(bulletin.job)
    return list(Bulletin.objects.order_by("pk").values_list("month", "state", "drafted_on"))


def _enter_visit(day: datetime.date) -> None:
    """A household at home that nobody had seen in October is entered on a day."""
    seen = set(Visit.objects.filter(kind__in=FACE_TO_FACE).values_list("household", flat=True))
    household = Household.objects.exclude(pk__in=seen).exclude(residence__state="away").first()
    Visit.objects.create(household=household, kind="home", visited_on=datetime.date(2018, 10, 30), entered_on=day)


def _visited(bulletin: Bulletin) -> int:
    return row_of(bulletin.figures, COUNTY)["cells"]["visited_households"]


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
    assert _made(datetime.date(2018, 12, 1)) == ["2018-11"]


def test_a_county_that_cuts_on_the_25th_has_its_draft_on_the_26th(county, settings):
    settings.BULLETIN_CUTOFF_DAY = 25
    Duty.objects.create(kind="bulletin", last_period="2018-09")
    assert _made(datetime.date(2018, 10, 25)) == []
    assert _made(datetime.date(2018, 10, 26)) == ["2018-10"]
    assert _drafts() == [("2018-10", "draft", datetime.date(2018, 10, 26))]
    assert Bulletin.objects.get().as_of == datetime.date(2018, 10, 25)


def test_the_schedule_begins_a_day_at_two_in_the_morning(settings, monkeypatch):
    settings.OFFICE_DATE = None
    for hour, day in ((1, 31), (2, 1)):
        moment = datetime.datetime(2018, 11, 1, hour, 30, tzinfo=zoneinfo.ZoneInfo("Asia/Shanghai"))
        monkeypatch.setattr("django.utils.timezone.now", lambda moment=moment: moment)
        assert periods.night_work_day().day == day


def test_when_the_days_of_grace_are_over_the_schedule_makes_its_draft_once_more_with_what_came_in(county):
    first, last, after = (datetime.date(2018, 11, day) for day in (1, 3, 4))
    Duty.objects.create(kind="bulletin", last_period="2018-09")
    assert _made(first) == ["2018-10"]
    assert _drafts() == [("2018-10", "draft", first)]
    _enter_visit(last)
    assert jobs.tick(last) == []
    assert jobs.tick(after) == [("bulletin.again", "2018-10")]
    assert _drafts() == [("2018-10", "replaced", first), ("2018-10", "draft", after)]
    old, new = Bulletin.objects.order_by("pk")
    assert _visited(new) == _visited(old) + 1
    assert jobs.tick(after) == [] and len(_drafts()) == 2


def test_a_draft_that_a_person_made_is_left_and_its_page_says_to_make_it_again(client, county, settings):
    day = datetime.date(2018, 11, 2)
    Duty.objects.create(kind="bulletin.again", last_period="2018-09")
    bulletin = bulletins.start(month=OCTOBER, division=county.division, on=day, by=county.office)
    jobs.run_to_end(bulletin.job)
    jobs.tick(datetime.date(2018, 11, 4))
    assert _drafts() == [("2018-10", "draft", day)]
    client.force_login(county.reviewer, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("bulletin", args=[bulletin.pk])
    settings.OFFICE_DATE = day
    assert "期满后请重新生成草稿再印发" in client.get(address).content.decode()
    settings.OFFICE_DATE = TODAY
    assert "此后按时录入的没有计入，请重新生成草稿再印发" in client.get(address).content.decode()
    assert "没有计入" not in client.get(reverse("bulletin", args=[draft(county).pk])).content.decode()


def test_a_draft_made_after_the_days_of_grace_and_an_issued_one_are_not_made_again(county):
    Duty.objects.create(kind="bulletin", last_period="2018-09")
    Duty.objects.create(kind="bulletin.again", last_period="2018-09")
    assert [kind for kind, _month in jobs.tick(datetime.date(2018, 11, 4))] == ["bulletin", "bulletin.again"]
    assert len(_drafts()) == 1
    Duty.objects.filter(kind="bulletin.again").update(last_period="2018-09")
    made = Bulletin.objects.get()
    Bulletin.objects.update(drafted_on=datetime.date(2018, 11, 1))
    bulletins.issue(bulletin=made, number="镇脱贫组发〔2018〕21号", on=TODAY, by=county.reviewer, write=of_bulletin)
    assert jobs.tick(TODAY) == [("bulletin.again", "2018-10")]
    assert [(month, state) for month, state, _day in _drafts()] == [("2018-10", "issued")]


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
    assert job.state == "failed" and "2015-03 没有在册的建档立卡户" in job.error
    bulletin.refresh_from_db()
    assert bulletin.state == "replaced"


def test_the_workbench_counts_drafts_to_issue_and_visits_of_one_s_own_division(client, county):
    bulletin = draft(county)
    client.force_login(county.reviewer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/").content.decode()
    assert "待印发的通报" in page and "2018年10月入户走访" in page
    listed = client.get(f"{reverse('bulletins')}?state=draft")
    assert [one for one, _month in listed.context["rows"]] == [bulletin]
