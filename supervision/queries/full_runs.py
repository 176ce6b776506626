"""Reading full runs 全量核查: the newest finished one, its sheet, what every indicator came to."""

from typing import Any

from povertycase.models import JobRun, SheetTable

JOB = "rules.run"


def last_job() -> JobRun | None:
    """The newest full run that came to its end."""
    return JobRun.objects.filter(kind=JOB, state=JobRun.State.DONE).order_by("-finished_at", "-pk").first()


def open_job() -> JobRun | None:
    """The full run under way, or waiting."""
    return JobRun.objects.filter(kind=JOB, state__in=JobRun.OPEN).order_by("-pk").first()


def last() -> SheetTable | None:
    """The sheet of the newest finished run: every fact of households that a rule asks. None before the first run."""
    job = last_job()
    if job is None:
        return None
    return SheetTable.objects.filter(pk=job.result["sheet"], complete=True, dropped_at__isnull=True).first()


def figures(job: JobRun | None) -> dict[str, dict[str, Any]]:
    """{division code: {indicator: figure}} of the county and its towns on the day of a run."""
    return dict(job.result.get("figures", {})) if job else {}
