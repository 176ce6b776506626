"""The demo workbooks through the office's own import path: take in, read, confirm, apply, by the same jobs."""

import contextlib
import datetime
import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import redis
from django.conf import settings

from povertycase import jobs
from povertycase.actions import imports
from povertycase.celery import HEARTBEAT_KEY
from povertycase.models import ImportBatch, JobRun

KIND = "register"
# A workbook is read while another one is written: two worker processes, two workbooks on their way.
LANES = 2
State = ImportBatch.State


class FillError(Exception):
    """Why the demo county could not be filled; the sentence says what to do."""


def worker_answers(patience: float = 0.0) -> bool:
    """Does a Celery worker hear us? Waits up to `patience` seconds for one that is starting."""
    line = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    until = time.monotonic() + patience
    while True:
        with contextlib.suppress(redis.RedisError, OSError):
            if line.get(HEARTBEAT_KEY) is not None:
                return True
        if time.monotonic() >= until:
            return False
        time.sleep(0.3)


def finish(job: JobRun, by_worker: bool) -> None:
    """Wait for a job, or do it here where no worker runs. Raises FillError when it did not end well."""
    if by_worker:
        while job.is_open:
            time.sleep(0.15)
            job.refresh_from_db()
    else:
        job = jobs.run_to_end(job)
    if job.state != JobRun.State.DONE:
        raise FillError(f"任务 {job.pk} 没有完成：{job.error or job.get_state_display()}")


def bring_in(
    files: list[Path], day: datetime.date, by_worker: bool, tell: Callable[[int, ImportBatch], None],
    meanwhile: Iterator[object],
) -> None:  # fmt: skip
    """Import the workbooks in order; `tell(done, batch)` after each, `meanwhile` is advanced while workers work."""
    waiting = list(files)
    running: list[ImportBatch] = []
    done = 0
    while waiting or running:
        while waiting and len(running) < (LANES if by_worker else 1):
            running.append(_take_in(waiting.pop(0), day))
        if not by_worker:
            finish(running[0].job or _lost(running[0]), by_worker=False)
        for batch in list(running):
            batch.refresh_from_db()
            if _step(batch):
                running.remove(batch)
                done += 1
                tell(done, batch)
        if by_worker and running and next(meanwhile, None) is None:
            time.sleep(0.1)
    for _ in meanwhile:
        pass


def _lost(batch: ImportBatch) -> JobRun:
    raise FillError(f"导入批次 {batch.pk} 没有任务，请运行 make reset 后重试。")


def _take_in(file: Path, day: datetime.date) -> ImportBatch:
    """The batch of a file: the one of an interrupted fill goes on where it stopped."""
    data = file.read_bytes()
    known = ImportBatch.objects.filter(kind=KIND, upload__sha256=hashlib.sha256(data).hexdigest(), by=None)
    batch = known.exclude(state__in=(State.REFUSED, State.CANCELLED)).order_by("-pk").first()
    return batch or imports.take_in(kind=KIND, name=file.name, data=data, business_date=day, by=None)


def _step(batch: ImportBatch) -> bool:
    """Move a batch on when it waits for a decision; True when it has arrived."""
    if batch.state == State.APPLIED:
        return True
    if batch.state in (State.REFUSED, State.CANCELLED):
        raise FillError(f"演示工作簿“{batch.upload.name}”没有导入：{batch.refusal or batch.get_state_display()}")
    if batch.state == State.CHECKED:
        if not any(batch.counts["households"].get(key) for key in ("new", "changed")):
            return True
        imports.confirm(batch=batch, by=None)
    elif batch.job is not None and batch.job.state == JobRun.State.FAILED:
        raise FillError(f"导入批次 {batch.pk} 的任务没有完成：{batch.job.error}")
    return False
