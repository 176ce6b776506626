"""Asking for a job: the row in PostgreSQL first, the message after the commit; Redis may be emptied at any time."""

import logging
import os
from typing import Any

from celery import Celery
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from povertycase import audit, slots
from povertycase.jobs.kinds import JobError, kind_of
from povertycase.models import Account, JobRun

log = logging.getLogger(__name__)

TASK = "povertycase.tasks.work"
# First class of our session advisory locks: (this number, job id) is held by whoever runs the job.
RUNNER_LOCK = 7301
# One quick second try: a web request must not wait for a broker that is away.
IMPATIENT = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}

# Only to send by name: the web must not need the worker's task modules.
_sender = Celery("povertycase-sender", set_as_current=False)
_sender.config_from_object("django.conf:settings", namespace="CELERY")

slots.AUDIT_KINDS.add(slots.AuditKind("job.cancelled", _("取消任务"), _("{by}取消了任务 {about}")))
slots.AUDIT_KINDS.add(slots.AuditKind("job.retried", _("重试任务"), _("{by}重试了任务 {about}")))

_INSERT = """
INSERT INTO povertycase_jobrun (kind, key, params, division_code, by_id, state, step, attempts, version,
                                done, total, result, error)
VALUES (%s, %s, %s::jsonb, %s, %s, 'queued', 0, 0, 0, 0, 0, '{}', '')
ON CONFLICT (kind, key) WHERE state IN ('queued', 'running') DO NOTHING
RETURNING id
"""

_SILENT = """
UPDATE povertycase_jobrun SET heartbeat_at = now()
WHERE id IN (
    SELECT j.id FROM povertycase_jobrun j
    WHERE (j.state = 'queued' AND coalesce(j.heartbeat_at, j.created_at) < now() - make_interval(secs => %(unsent)s))
       OR (j.state = 'running' AND j.heartbeat_at < now() - make_interval(secs => %(silent)s))
       -- The lock of a runner goes with its connection: nobody holds it, so nobody runs this job.
       OR (j.state = 'running' AND j.heartbeat_at < now() - make_interval(secs => %(orphan)s)
           AND NOT EXISTS (SELECT FROM pg_locks l
                           WHERE l.locktype = 'advisory' AND l.classid = %(lock)s AND l.objid = j.id::int8::oid
                             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())))
    FOR UPDATE OF j SKIP LOCKED)
RETURNING id
"""


def enqueue(kind: str, *, key: str, params: dict[str, Any], by: Account | None, division: str = "") -> JobRun:
    """Put a job on the list, in the caller's transaction; the open one of the same kind and key where there is one.

    params hold ids, codes and ISO dates only. The message goes out on commit; a broker that is away costs nothing but
    time, the sweeper sends again. Raises JobError for an unknown kind.
    """
    with transaction.atomic():
        kind_of(JobRun(kind=kind))
        job = _insert(kind, key, params, by, division)
        transaction.on_commit(lambda: send(job.pk, times=2))
    return job


def _insert(kind: str, key: str, params: dict[str, Any], by: Account | None, division: str) -> JobRun:
    field = JobRun._meta.get_field("params")
    values = [kind, key, field.get_db_prep_value(params, connection), division, by.pk if by else None]
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, values)
            made = cursor.fetchone()
        if made:
            return JobRun.objects.get(pk=made[0])
        # Between the refusal and this look the open one may have ended: then try again.
        if job := JobRun.objects.filter(kind=kind, key=key, state__in=JobRun.OPEN).first():
            return job


def send(job_id: int, *, times: int = 1) -> bool:
    """Tell the workers about a job; False when the broker did not take it (the sweeper will)."""
    if os.environ.get("PC_STARTED_ALONE"):
        # A command with a database of its own: no broker is there, it does the job itself.
        return False
    try:
        for _ in range(times):
            _sender.send_task(TASK, args=[job_id], retry=True, retry_policy=IMPATIENT)
    except Exception as error:
        # Whatever the broker's client raises: the row is safe, the request must not fail.
        log.warning("job %s waits for the sweeper, the broker did not answer: %s", job_id, type(error).__name__)
        return False
    return True


def sweep() -> list[int]:
    """Send open jobs again that nobody works on; returns their ids.

    Running without a heartbeat for 60 s, running without any runner, or queued and never taken up.
    """
    ages = {
        "silent": getattr(settings, "JOB_SILENT_SECONDS", 60),
        "unsent": getattr(settings, "JOB_UNSENT_SECONDS", 15),
        "orphan": getattr(settings, "JOB_ORPHAN_SECONDS", 8),
        "lock": RUNNER_LOCK,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, ages)
        found = [row[0] for row in cursor.fetchall()]
    for job_id in found:
        send(job_id, times=2)
    return found


@transaction.atomic
def cancel(*, job: JobRun, by: Account | None) -> JobRun:
    """Stop a job before its next chunk; what is done stays done. Raises JobError when it has ended."""
    job = JobRun.objects.select_for_update(no_key=True).get(pk=job.pk)
    if not job.is_open:
        told = {"job": job.pk, "state": job.get_state_display()}
        raise JobError(gettext("任务 %(job)s 已经结束（%(state)s），不能再取消。") % told)
    close(job, JobRun.State.CANCELLED)
    audit.record("job.cancelled", by=by, about=str(job.pk), job=job)
    return job


@transaction.atomic
def retry(*, job: JobRun, by: Account | None) -> JobRun:
    """Take a failed job up again where it stopped: chunks that are done stay done. Raises JobError."""
    job = JobRun.objects.select_for_update(no_key=True).get(pk=job.pk)
    if job.state != JobRun.State.FAILED:
        told = {"job": job.pk, "state": job.get_state_display()}
        raise JobError(gettext("任务 %(job)s 的状态是“%(state)s”，只有未完成的任务可以重试。") % told)
    if JobRun.objects.filter(kind=job.kind, key=job.key, state__in=JobRun.OPEN).exists():
        raise JobError(gettext("同样的任务已经在等待或进行中，请在任务页查看。"))
    JobRun.objects.filter(pk=job.pk).update(
        state=JobRun.State.QUEUED, attempts=0, error="", finished_at=None, heartbeat_at=None
    )
    audit.record("job.retried", by=by, about=str(job.pk), job=job)
    transaction.on_commit(lambda: send(job.pk, times=2))
    job.refresh_from_db()
    return job


def close(job: JobRun, state: str, error: str = "") -> None:
    """End a locked job in the caller's transaction; its kind hears of a failure or a cancellation."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE povertycase_jobrun SET state = %s, error = %s, finished_at = clock_timestamp(),"
            " version = version + 1 WHERE id = %s",
            [state, error, job.pk],
        )
    job.refresh_from_db()
    if state == JobRun.State.DONE:
        return
    try:
        told = kind_of(job).on_failed
    except JobError:
        return
    if told:
        told(job)
