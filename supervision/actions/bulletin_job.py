"""The job that makes a bulletin's draft: sheets in ranges, then figures and workbook; each piece one transaction."""

import datetime
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from povertycase import jobs
from povertycase.models import Division, JobRun, SheetTable
from povertycase.periods import Month
from povertycase.rules import sheet as fact_sheets
from supervision.actions import bulletins
from supervision.models import Bulletin
from supervision.queries import bulletin_rules

DUTY, AGAIN = "bulletin", "bulletin.again"
_REPLACED = jobs.ending(gettext_noop("这份草稿已经放弃或被新草稿替代，请在“月督查通报”页重新生成草稿。"))

ONE_DAY = datetime.timedelta(days=1)
Writer = Callable[[Bulletin], bytes]


def kind(write: Writer, permission: str, url: Callable[[JobRun], str]) -> jobs.JobKind:
    """The job kind; `write` makes the workbook of a bulletin with figures."""

    def finish(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
        return _finish(job, write)

    return jobs.JobKind(
        code=bulletins.JOB,
        label=_("月督查通报草稿"),
        steps=(
            jobs.Step(_plan_sheets, _fill, _("取数")),
            jobs.Step(_plan_figures, finish, _("汇总制表")),
        ),
        permission=permission,
        on_failed=_failed,
        url=url,
    )


def due(month: Month) -> datetime.date:
    """The first day on which the schedule owes a month's draft: after its cut-off day."""
    return month.window(settings.BULLETIN_CUTOFF_DAY)[1] + ONE_DAY


def due_again(month: Month) -> datetime.date:
    """The first day on which no visit of the month can be entered in time any more."""
    return due(month) + settings.BULLETIN_ENTRY_GRACE_DAYS * ONE_DAY


def make_due(month: Month, division: Division, day: datetime.date) -> JobRun | None:
    """The schedule's draft of a month whose cut-off has passed; nothing where somebody has issued it already."""
    if _of(month, division).filter(state=Bulletin.State.ISSUED).exists():
        return None
    return bulletins.start(month=month, division=division, on=day, by=None).job


def make_again(month: Month, division: Division, day: datetime.date) -> JobRun | None:
    """The schedule's own draft once more when the days of grace are over, with what was entered in them.

    A draft that a person made is left to that person; its page says what it misses.
    """
    untouched = _of(month, division).filter(state=Bulletin.State.DRAFT, prepared_by=None)
    if not untouched.filter(drafted_on__lt=due_again(month)).exists():
        return None
    return bulletins.start(month=month, division=division, on=day, by=None).job


def _of(month: Month, division: Division) -> QuerySet[Bulletin]:
    return Bulletin.objects.filter(month=str(month), division_code=division.code)


def _plan_sheets(job: JobRun) -> list[dict[str, Any]]:
    bulletin = _bulletin(job)
    sheets = bulletins.make_sheets(rules=bulletin_rules.recorded(bulletin), known_on=None, by=job.by)
    bulletins.attach_sheets(bulletin=bulletin, sheets=sheets, by=job.by)
    return [
        {"sheet": sheet.pk, "lo": lo, "hi": hi} for sheet in sheets.values() for lo, hi in fact_sheets.chunks(sheet)
    ]


def _fill(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    sheet = SheetTable.objects.get(pk=params["sheet"])
    jobs.again_after_a_crash()
    return {sheet.subject: fact_sheets.fill(sheet, params["lo"], params["hi"])}


def _plan_figures(job: JobRun) -> list[dict[str, Any]]:
    return [{}]


def _finish(job: JobRun, write: Writer) -> dict[str, Any]:
    try:
        bulletin = bulletins.store_draft(bulletin=_bulletin(job), write=write, job=job, by=job.by)
    except bulletins.FiguresError as reason:
        raise jobs.JobError(str(reason)) from reason
    return {"bulletin": str(bulletin.pk)}


def _failed(job: JobRun) -> None:
    bulletins.abandon(bulletin=Bulletin.objects.get(pk=job.params["bulletin"]), by=None)


def _bulletin(job: JobRun) -> Bulletin:
    related = ("household_sheet", "village_sheet", "pairing_sheet")
    found = Bulletin.objects.select_related(*related).get(pk=job.params["bulletin"])
    if found.state != Bulletin.State.MAKING:
        raise jobs.JobError(_REPLACED)
    return found
