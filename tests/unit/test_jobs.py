"""Jobs: asked for once, done chunk by chunk, ended in words."""

import datetime
from typing import Any

import pytest
from django.db import transaction

from povertycase import jobs, slots
from povertycase.jobs import DUTIES, DutyKind, JobError, JobKind, Step
from povertycase.jobs import runner as running
from povertycase.models import AuditEvent, Duty, JobChunk, JobRun
from povertycase.periods import Month

pytestmark = pytest.mark.django_db
TOUCHED: list[Any] = []


def _work(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    TOUCHED.append((job.step, params["n"]))
    if params["n"] == job.params.get("refuse"):
        raise JobError("第 2 块不能处理，请核对后重试。")
    if (
        job.step == 1
        and params["n"] == job.params.get("break")
        and TOUCHED.count((1, params["n"])) <= job.params["times"]
    ):
        raise ValueError("a personal detail")
    return {"rows": 2, "last": f"n{params['n']}"}


def _plan(job: JobRun) -> list[dict[str, Any]]:
    return [{"n": n} for n in range(3)]


@pytest.fixture(autouse=True)
def _kind(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A job kind of two steps; returns what it heard of failures."""
    TOUCHED.clear()
    told: list[str] = []
    monkeypatch.setattr(running.time, "sleep", lambda seconds: None)
    steps = (Step(_plan, _work, "第一步"), Step(_plan, _work, "第二步"))
    kind = JobKind("test.two", "两步", steps, "job_view", on_failed=lambda job: told.append(job.state))
    monkeypatch.setitem(slots.JOB_KINDS._entries, "test.two", kind)
    return told


def _job(**params: Any) -> JobRun:
    return jobs.enqueue("test.two", key="k", params=params, by=None)


def test_a_job_does_its_steps_one_after_the_other_and_adds_up_what_they_say() -> None:
    job = jobs.run_to_end(_job())
    assert (job.state, job.error, job.result) == ("done", "", {"rows": 6, "last": "n2"})
    assert TOUCHED == [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)]
    assert jobs.share(job) == 100 and job.finished_at >= job.started_at


def test_the_same_job_asked_for_twice_is_one_job_until_it_ends() -> None:
    first = _job()
    assert _job().pk == first.pk
    jobs.run_to_end(first)
    assert _job().pk != first.pk


def test_a_job_of_a_transaction_that_is_undone_was_never_asked_for() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _job()
        raise ZeroDivisionError
    assert not JobRun.objects.exists()


def test_a_reason_in_words_ends_the_job_at_once_and_keeps_what_was_done(_kind: list[str]) -> None:
    job = jobs.run_to_end(_job(refuse=1))
    assert (job.state, job.error) == ("failed", "第 2 块不能处理，请核对后重试。")
    assert list(JobChunk.objects.filter(job=job).order_by("number").values_list("is_done", flat=True)) == [
        True, False, False,
    ]  # fmt: skip
    assert _kind == ["failed"]


def test_an_unexpected_error_is_tried_three_times_and_told_without_details() -> None:
    job = jobs.run_to_end(_job(**{"break": 1, "times": 99}))
    assert (job.state, job.attempts) == ("failed", 3)
    assert f"请联系管理员，并告知任务编号 {job.pk}" in job.error and "personal" not in job.error
    assert TOUCHED.count((1, 1)) == 3


def test_an_error_that_passes_costs_nothing() -> None:
    job = jobs.run_to_end(_job(**{"break": 1, "times": 2}))
    assert (job.state, job.result["rows"], job.attempts) == ("done", 6, 0)


def test_a_failed_job_is_taken_up_where_it_stopped() -> None:
    job = jobs.run_to_end(_job(**{"break": 1, "times": 3}))
    assert job.state == "failed"
    job = jobs.run_to_end(jobs.retry(job=job, by=None))
    assert job.state == "done"
    assert TOUCHED.count((1, 0)) == 1
    assert AuditEvent.objects.filter(kind="job.retried", job=job).count() == 1


def test_a_job_that_ended_well_is_not_retried_and_one_that_ended_is_not_cancelled() -> None:
    job = jobs.run_to_end(_job())
    with pytest.raises(JobError, match="只有未完成的任务可以重试"):
        jobs.retry(job=job, by=None)
    with pytest.raises(JobError, match="不能再取消"):
        jobs.cancel(job=job, by=None)


def test_a_cancelled_job_stops_before_its_next_chunk(_kind: list[str]) -> None:
    job = _job()
    running._start(job.pk)
    assert running._turn(job.pk) == "more"  # the plan
    assert running._turn(job.pk) == "more"  # the first chunk
    jobs.cancel(job=job, by=None)
    assert running._turn(job.pk) == "over"
    assert TOUCHED == [(1, 0)] and _kind == ["cancelled"]


def test_progress_never_goes_back() -> None:
    job = _job()
    running._start(job.pk)
    seen = []
    while running._turn(job.pk) == "more":
        job.refresh_from_db()
        seen.append(jobs.share(job))
    assert seen == sorted(seen) and seen[-1] == 100.0 and len(set(seen)) > 5


def test_the_sweeper_sends_again_what_nobody_took_up(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr("povertycase.jobs.queue.send", lambda job_id, times=1: sent.append(job_id))
    job = _job()
    assert jobs.sweep() == []
    long_ago = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    JobRun.objects.filter(pk=job.pk).update(created_at=long_ago)
    assert jobs.sweep() == [job.pk] == sent
    assert jobs.sweep() == [], "once every 15 seconds is enough"
    JobRun.objects.filter(pk=job.pk).update(state="running", heartbeat_at=long_ago)
    assert jobs.sweep() == [job.pk]
    jobs.run_to_end(job)
    JobRun.objects.filter(pk=job.pk).update(heartbeat_at=long_ago)
    assert jobs.sweep() == []


def test_a_job_kind_that_no_longer_exists_is_told_in_words() -> None:
    job = JobRun.objects.create(kind="old.kind", key="k")
    assert "在本版本中不存在" in jobs.run_to_end(job).error
    with pytest.raises(JobError, match="在本版本中不存在"):
        jobs.enqueue("old.kind", key="x", params={}, by=None)


def test_a_duty_makes_every_month_since_the_last_one_oldest_first_and_at_most_twelve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []
    duty = DutyKind("test.monthly", "月", lambda month, day: made.append(str(month)))
    monkeypatch.setattr(DUTIES, "_entries", {"test.monthly": duty})
    assert jobs.tick(datetime.date(2018, 11, 30)) == [], "nothing from before the installation"
    assert jobs.tick(datetime.date(2018, 12, 1)) == [("test.monthly", "2018-11")]
    assert jobs.tick(datetime.date(2018, 12, 2)) == []
    Duty.objects.filter(kind="test.monthly").update(last_period="2016-12")
    made.clear()
    jobs.tick(datetime.date(2018, 11, 30))
    assert made == [f"2017-{n:02d}" for n in range(1, 13)]
    jobs.tick(datetime.date(2018, 11, 30))
    assert made[-1] == str(Month(2018, 10)) and len(made) == 22
