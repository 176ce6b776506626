"""Two job kinds for tests: one writes rows into fault_row, one refuses its second chunk."""

import time
from typing import Any

from django.db import connection

from povertycase import slots
from povertycase.jobs import JobError, JobKind, Step
from povertycase.models import JobRun

TABLE = "CREATE TABLE IF NOT EXISTS fault_row (job bigint, step int, n int)"


def _plan(job: JobRun) -> list[dict[str, Any]]:
    return [{"n": n} for n in range(job.params["chunks"])]


def _write(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    """The row is written first and the work takes time: a kill in between must undo it."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO fault_row VALUES (%s, %s, %s)", [job.pk, job.step, params["n"]])
    time.sleep(job.params["seconds"])
    return {"rows": 1}


def _count(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM fault_row WHERE job = %s", [job.pk])
        return {"counted": cursor.fetchone()[0]}


def _refuse(job: JobRun, params: dict[str, Any]) -> None:
    if params["n"] == 1:
        raise JobError("第 1 块不能处理，请核对后重试。")


def register() -> None:
    """Put the kinds into the slot, once."""
    if "fault.write" not in slots.JOB_KINDS:
        one = Step(lambda job: [{}], _count, "核对")
        write = Step(_plan, _write, "写入")
        slots.JOB_KINDS.add(JobKind("fault.write", "写入", (write, write, one), "job.view"))
        slots.JOB_KINDS.add(JobKind("fault.refuse", "拒绝", (Step(_plan, _refuse, "拒绝"),), "job.view"))
