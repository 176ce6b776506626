"""Doing a job: chunk by chunk, one transaction each, so that a kill at any point loses nothing and doubles nothing."""

import contextlib
import functools
import gc
import logging
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import psycopg2
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from povertycase.jobs.kinds import JobError, JobKind, ending, kind_of
from povertycase.jobs.queue import RUNNER_LOCK, close, send
from povertycase.models import JobChunk, JobRun

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
# A worker gives way to the short tasks (seal, sweep) after this long and sends the job again.
SLICE_SECONDS = 15.0
# A chunk held by somebody else: a runner that was killed lets go within a moment, a live one needs no company.
PATIENCE_SECONDS = 3.0
POLL_SECONDS = 0.02

_TROUBLE = ending(gettext_noop("任务处理中出错，已试 %(tries)s 次，请联系管理员，并告知任务编号 %(job)s。"))

_CLAIM = """
SELECT id FROM povertycase_jobchunk WHERE job_id = %s AND step = %s AND NOT is_done
ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
"""
# Shared by the chunks of one job, exclusive for the planner: a cancelled job's last chunk and the first of
# the job that follows it under the same key never run side by side.
_FENCE = "SELECT pg_advisory_xact_lock{}(hashtextextended(%s, 7302))"


def work(job_id: int, *, seconds: float = SLICE_SECONDS) -> None:
    """Work on a job for a while: what is left is sent again. Ends quietly when others do the rest."""
    if not _start(job_id):
        return
    until = time.monotonic() + seconds
    with _running(job_id):
        while (state := _turn(job_id)) == "more" and time.monotonic() < until:
            pass
    if state == "more":
        send(job_id)


def run_to_end(job: JobRun, tell: Callable[[JobRun], None] | None = None) -> JobRun:
    """Do a whole job in this process (commands, tests), sharing it with any worker; returns the ended job.

    `tell(job)` hears of the progress about once a second. The job may have failed: look at `state` and `error`.
    """
    if _start(job.pk):
        with _running(job.pk):
            told = time.monotonic()
            while _turn(job.pk) == "more" or _is_open(job.pk):
                if tell and time.monotonic() - told > 1:
                    told = time.monotonic()
                    tell(JobRun.objects.get(pk=job.pk))
    job.refresh_from_db()
    return job


def _is_open(job_id: int) -> bool:
    return JobRun.objects.filter(pk=job_id, state__in=JobRun.OPEN).exists()


@functools.cache
def _keep_what_is_there() -> None:
    """Once a process: what it has loaded stays, the collector of garbage need not go through it during every job."""
    gc.freeze()


@contextlib.contextmanager
def _running(job_id: int) -> Iterator[None]:
    """Hold the runner's lock, which tells the sweeper that somebody lives; it goes with the connection."""
    _keep_what_is_there()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s, %s)", [RUNNER_LOCK, job_id])
    try:
        yield
    finally:
        # A broken connection has lost the lock already.
        with contextlib.suppress(Exception), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s, %s)", [RUNNER_LOCK, job_id])


def _start(job_id: int) -> bool:
    """Mark the job as running; False when it has ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE povertycase_jobrun SET state = 'running', heartbeat_at = clock_timestamp(),"
            " started_at = coalesce(started_at, clock_timestamp()) WHERE id = %s AND state IN ('queued', 'running')",
            [job_id],
        )
        return bool(cursor.rowcount)


def _turn(job_id: int) -> str:
    """One chunk, or the plan of the next step: "more" while there may be work for us, otherwise "over"."""
    job = JobRun.objects.filter(pk=job_id, state__in=JobRun.OPEN).first()
    if job is None:
        return "over"
    try:
        kind = kind_of(job)
        if job.step and _do_chunk(job, kind):
            _beat(job_id, job.step)
            return "more"
        return _advance(job_id, kind)
    except JobError as reason:
        _fail(job_id, str(reason))
        return "over"
    except Exception as error:
        _log(job, error)
        return _count_failure(job_id)


def _log(job: JobRun, error: Exception) -> None:
    """Where and what kind of error: its own text may quote values of the register, so it is left out."""
    reason = type(error).__name__
    cause = error.__cause__
    if isinstance(cause, psycopg2.Error) and cause.diag:
        reason += f" {cause.pgcode} {cause.diag.constraint_name or ''}"
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("job %s (%s) step %s: %s\n%s", job.pk, job.kind, job.step, reason, where)


@transaction.atomic
def _do_chunk(job: JobRun, kind: JobKind) -> bool:
    """Claim one waiting chunk, do it and mark it done, all in this transaction; False when none is free."""
    with connection.cursor() as cursor:
        cursor.execute(_FENCE.format("_shared"), [f"{job.kind} {job.key}"])
        if not _is_open(job.pk):
            return False
        cursor.execute(_CLAIM, [job.pk, job.step])
        claimed = cursor.fetchone()
    if not claimed:
        return False
    chunk = JobChunk.objects.get(pk=claimed[0])
    result = kind.steps[job.step - 1].work(job, chunk.params)
    JobChunk.objects.filter(pk=chunk.pk).update(is_done=True, result=result or {})
    return True


def again_after_a_crash() -> None:
    """This transaction's commit need not wait for the disk: for a chunk that may be done again, marked as done in it.

    A power cut takes both away together, so the chunk is done again; the next commit that waits writes both down.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _beat(job_id: int, step: int) -> None:
    """Heartbeat and progress in a short transaction of their own; the next beat says it again."""
    with transaction.atomic(), connection.cursor() as cursor:
        again_after_a_crash()
        cursor.execute(
            "UPDATE povertycase_jobrun j SET heartbeat_at = clock_timestamp(), attempts = 0, done = greatest(j.done, "
            " (SELECT count(*) FROM povertycase_jobchunk c WHERE c.job_id = j.id AND c.step = %s AND c.is_done))"
            " WHERE j.id = %s AND j.step = %s AND j.state = 'running'",
            [step, job_id, step],
        )


def _advance(job_id: int, kind: JobKind) -> str:
    """Nothing was free: wait for a chunk in other hands, plan the next step, or end the job."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with transaction.atomic():
            job = _locked(job_id)
            if job is None:
                return "over"
            waiting = _waiting(job)
            if not waiting:
                return _plan_next(job, kind)
        if _free(job):
            return "more"
        if time.monotonic() > deadline:
            return "over"
        time.sleep(POLL_SECONDS)


def _locked(job_id: int) -> JobRun | None:
    return JobRun.objects.select_for_update(no_key=True).filter(pk=job_id, state__in=JobRun.OPEN).first()


def _waiting(job: JobRun) -> bool:
    return JobChunk.objects.filter(job=job, step=job.step, is_done=False).exists()


def _free(job: JobRun) -> bool:
    """Is a chunk of the job's step to be had?"""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [job.pk, job.step])
        return cursor.fetchone() is not None


def _plan_next(job: JobRun, kind: JobKind) -> str:
    """In the transaction that holds the job: gather the finished step, plan the next one or end."""
    if job.step == 0:
        with connection.cursor() as cursor:
            cursor.execute(_FENCE.format(""), [f"{job.kind} {job.key}"])
    job.result = {**job.result, **gathered(job)}
    if job.step == len(kind.steps):
        _save(job)
        close(job, JobRun.State.DONE)
        return "over"
    chunks = kind.steps[job.step].plan(job)
    job.step, job.done, job.total = job.step + 1, 0, len(chunks)
    JobChunk.objects.bulk_create(
        [JobChunk(job=job, step=job.step, number=number, params=params) for number, params in enumerate(chunks)],
        batch_size=1000,
    )
    _save(job)
    if len(chunks) > 1 and job.step > 1:
        # The other worker may have left while the step before had work for one only.
        transaction.on_commit(lambda: send(job.pk))
    return "more"


def _save(job: JobRun) -> None:
    """Write the job's progress if nobody else moved it since it was read. Raises JobError for a stale runner."""
    moved = JobRun.objects.filter(pk=job.pk, version=job.version).update(
        step=job.step, done=job.done, total=job.total, result=job.result, attempts=0, version=job.version + 1
    )
    if not moved:
        raise RuntimeError(f"job {job.pk} was moved by another runner")
    job.version += 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE povertycase_jobrun SET heartbeat_at = clock_timestamp() WHERE id = %s", [job.pk])


def gathered(job: JobRun, step: int | None = None) -> dict[str, Any]:
    """What a step's chunks returned: whole numbers added up, of other values the last one."""
    total: dict[str, Any] = {}
    chunks = JobChunk.objects.filter(job=job, step=step or job.step, is_done=True).order_by("number")
    for result in chunks.values_list("result", flat=True):
        for name, value in result.items():
            adds = isinstance(value, int) and not isinstance(value, bool)
            total[name] = total.get(name, 0) + value if adds else value
    return total


def _fail(job_id: int, sentence: str) -> None:
    with transaction.atomic():
        if job := _locked(job_id):
            close(job, JobRun.State.FAILED, sentence)


def _count_failure(job_id: int) -> str:
    """Count a failure that nobody expected; the third without progress ends the job."""
    with transaction.atomic():
        job = _locked(job_id)
        if job is None:
            return "over"
        attempts = job.attempts + 1
        JobRun.objects.filter(pk=job_id).update(attempts=attempts)
        if attempts >= MAX_ATTEMPTS:
            close(job, JobRun.State.FAILED, _TROUBLE % {"tries": attempts, "job": job_id})
            return "over"
    time.sleep(0.5 * attempts)
    return "more"
