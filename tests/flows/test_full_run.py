"""The full run 全量核查: every household judged by all rules, nightly, after an import, or by a button."""

import datetime

import pytest

from households.models import Household
from povertycase import jobs
from povertycase.models import AuditEvent, JobChunk, JobRun, SheetTable
from supervision.actions import full_run
from supervision.models import Shortfall, StandingVerdict
from supervision.queries import full_runs
from tests.exit_county import TODAY, county, household

__all__ = ["county"]


def run(*, by=None, day=TODAY):
    job = jobs.run_to_end(full_run.start(day=day, by=by))
    assert job.state == "done", job.error
    return job


@pytest.mark.django_db
def test_a_full_run_judges_every_household_and_its_sheet_is_the_last_one(county) -> None:
    household(1)
    household(2, per_head=1000)
    assert full_runs.last() is None
    job = run()
    assert job.result["households"] == 2 and job.result["verdicts_changed"] == 2
    assert StandingVerdict.objects.filter(current=True).count() == 2
    assert Shortfall.objects.get().criterion == "income"
    sheet = full_runs.last()
    assert sheet is not None and sheet.complete and sheet.as_of == TODAY
    assert {"net_income_per_capita", "days_until_met"} <= {column[0] for column in sheet.columns}
    assert full_runs.figures(job)["220821000000"]


@pytest.mark.django_db
def test_a_second_run_changes_nothing_and_takes_the_place_of_the_first_sheet(county) -> None:
    household(1)
    run()
    first = full_runs.last()
    job = run()
    assert (job.result["verdicts_changed"], job.result["shortfalls_opened"]) == (0, 0)
    assert full_runs.last() != first
    assert not SheetTable.objects.get(pk=first.pk).frozen, "the one before goes with the next cleaning"


@pytest.mark.django_db
def test_a_run_that_has_not_begun_serves_everybody_who_asks(county) -> None:
    first = full_run.start(day=TODAY, by=county.office)
    assert full_run.start(day=TODAY, by=None) == first
    assert AuditEvent.objects.filter(kind="rules_run.started").count() == 1


@pytest.mark.django_db
def test_what_comes_while_a_run_is_under_way_gets_a_run_of_its_own(county) -> None:
    first = full_run.start(day=TODAY, by=None)
    JobRun.objects.filter(pk=first.pk).update(step=1)
    second = full_run.start(day=TODAY, by=None)
    assert second != first
    assert full_run.start(day=TODAY, by=None) == second


@pytest.mark.django_db
def test_a_range_done_twice_changes_nothing_the_second_time(county) -> None:
    household(1)
    household(2, per_head=1000)
    job = run()
    before = list(StandingVerdict.objects.order_by("pk").values_list("pk", "current"))
    sheet = SheetTable.objects.get(pk=job.result["sheet"])
    SheetTable.objects.filter(pk=sheet.pk).update(frozen=False)
    chunk = JobChunk.objects.filter(job=job, step=1).first()
    assert full_run.judge_range(job, chunk.params)["verdicts_changed"] == 0
    assert list(StandingVerdict.objects.order_by("pk").values_list("pk", "current")) == before


@pytest.mark.django_db
def test_the_night_begins_a_run_once_a_day(county) -> None:
    jobs.day_tick(TODAY)
    jobs.day_tick(TODAY)
    assert JobRun.objects.filter(kind="rules.run").count() == 1
    jobs.day_tick(TODAY + datetime.timedelta(days=1))
    assert JobRun.objects.filter(kind="rules.run").count() == 1, "the first has not begun yet"


@pytest.mark.django_db
def test_a_line_of_a_new_year_is_another_verdict_although_nobody_wrote(county) -> None:
    household(1)
    run()
    run(day=datetime.date(2019, 1, 5))
    home = Household.objects.get()
    assert list(StandingVerdict.objects.filter(household=home).order_by("pk").values_list("outcome", flat=True)) == [
        1,
        2,
    ]
