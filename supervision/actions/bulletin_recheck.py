"""Making an issued bulletin again: as known at its issue (equal to the byte), and as known today (what changed since).

Nothing stored is used for the figures: both are computed from the dated rows. The sheets of today stay for a day, so
that the differences can be read household by household.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from povertycase import audit, jobs
from povertycase.models import Account, JobRun, SheetTable
from povertycase.periods import Month
from povertycase.rules import sheet as fact_sheets
from supervision.actions import bulletins
from supervision.models import Bulletin
from supervision.queries import bulletin_rules
from supervision.queries.bulletin_figures import SUBJECTS, FiguresError, figures

JOB = "bulletin.recheck"
Writer = Callable[[Bulletin], bytes]


def kind(write: Writer, permission: str, url: Callable[[JobRun], str]) -> jobs.JobKind:
    """The job kind; `write` makes the workbook of a bulletin with figures."""

    def finish(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
        return _finish(job, write)

    return jobs.JobKind(
        code=JOB,
        label=_("重新计算通报"),
        steps=(jobs.Step(_plan, _fill, _("取数")), jobs.Step(lambda job: [{}], finish, _("核对"))),
        permission=permission,
        url=url,
    )


@transaction.atomic
def start(*, bulletin: Bulletin, by: Account | None) -> JobRun:
    """Ask for it; the open one where there is one. Raises BulletinError for a bulletin that is not issued."""
    if bulletin.state != Bulletin.State.ISSUED:
        raise bulletins.BulletinError(gettext("只有已印发的通报才需要重新计算；草稿请重新生成。"))
    job = jobs.enqueue(
        JOB, key=str(bulletin.pk), params={"bulletin": bulletin.pk}, by=by, division=bulletin.division_code
    )
    audit.record("bulletin.recomputed", by=by, about=Month.parse(bulletin.month).label(), job=job)
    return job


def note_export(*, bulletin: Bulletin, rows: int, by: Account) -> None:
    """The list of what changed since the issue left the system as a workbook."""
    audit.record("bulletin.changes_exported", by=by, about=Month.parse(bulletin.month).label(), params={"rows": rows})


def _plan(job: JobRun) -> list[dict[str, Any]]:
    bulletin = Bulletin.objects.get(pk=job.params["bulletin"])
    rules = bulletin_rules.recorded(bulletin)
    then = bulletins.make_sheets(rules=rules, known_on=bulletin.known_on, by=job.by)
    now = bulletins.make_sheets(rules=rules, known_on=None, by=job.by)
    for name, sheets in (("then", then), ("now", now)):
        job.result[name] = {subject: sheets[subject].pk for subject in SUBJECTS}
    return [
        {"sheet": sheet.pk, "lo": lo, "hi": hi}
        for sheet in (*then.values(), *now.values())
        for lo, hi in fact_sheets.chunks(sheet)
    ]


def _fill(job: JobRun, params: dict[str, Any]) -> None:
    jobs.again_after_a_crash()
    fact_sheets.fill(SheetTable.objects.get(pk=params["sheet"]), params["lo"], params["hi"])


def _finish(job: JobRun, write: Writer) -> dict[str, Any]:
    bulletin = Bulletin.objects.get(pk=job.params["bulletin"])
    rules = bulletin_rules.recorded(bulletin)
    then, now = (sheets_of(job, name) for name in ("then", "now"))
    for sheet in (*then.values(), *now.values()):
        fact_sheets.complete(sheet)
    try:
        replayed, today = figures(rules, then), figures(rules, now)
    except FiguresError as reason:
        raise jobs.JobError(str(reason)) from reason
    same = replayed == bulletin.figures
    bulletin.figures = replayed
    same = same and hashlib.sha256(write(bulletin)).hexdigest() == bulletin.workbook_sha256
    for sheet in then.values():
        fact_sheets.drop(sheet, now=timezone.now())
    return {"same": same, "rows": [row for row in today["rows"] if row["level"] != "village"]}


def sheets_of(job: JobRun, name: str) -> dict[str, SheetTable]:
    """The sheets that a recheck made: `then` as known at the issue, `now` as known today."""
    found = SheetTable.objects.in_bulk(job.result[name].values())
    return {subject: found[pk] for subject, pk in job.result[name].items()}
