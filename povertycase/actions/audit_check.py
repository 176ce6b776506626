"""What the audit administrator does: have the trail compared with its seals, and take a part of it along."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from povertycase import audit, jobs, slots
from povertycase.access.permissions import Permission
from povertycase.models import Account, JobRun

CHECK = "audit-check"


def start(*, by: Account) -> JobRun:
    """Compare every event with its seal, in the background; the check that is already running where there is one."""
    with transaction.atomic():
        job = jobs.enqueue(CHECK, key="trail", params={}, by=by)
        audit.record("audit.check_started", by=by, job=job)
    return job


def note_export(*, rows: int, by: Account) -> None:
    """Note that a part of the trail left the house."""
    with transaction.atomic():
        audit.record("audit.exported", by=by, params={"rows": rows})


def _plan(job: JobRun) -> list[dict[str, Any]]:
    return [{}]


def _compare(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    found = audit.verify()
    numbers = {"sealed": found.sealed, "unsealed": found.unsealed, "broken": len(found.broken)}
    audit.record("audit.checked", by=None, job=job, params=numbers)
    return {**numbers, "late": int(not found.broken and not found.ok()), "faults": found.broken[:20]}


slots.JOB_KINDS.add(
    jobs.JobKind(CHECK, _("核对审计日志"), (jobs.Step(_plan, _compare, _("逐条核对")),), Permission.AUDIT_VIEW)
)
