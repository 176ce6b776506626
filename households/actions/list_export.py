"""The job that makes a long household list into a file: keys first, then rows in chunks, then the workbook."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from households.actions import lists
from households.queries import list_rows, listing, selection
from households.queries.selection import Selection
from povertycase import jobs
from povertycase.access.permissions import Permission
from povertycase.actions import list_files
from povertycase.exchange import taken
from povertycase.models import Account, JobChunk, JobRun, ListFile
from povertycase.slots import ListColumn

KIND = "households.list"
CHUNK = 1_000
_NO_RIGHT = jobs.ending(later("导出人现在没有导出名单的权限，名单没有制作。"))
_NOTHING = jobs.ending(later("符合条件的户已经没有了，或不在导出人的范围内，名单没有制作。"))
# (rows, columns, how many, day, by) -> the workbook and its name
Writer = Callable[[Iterable[Sequence[Any]], list[ListColumn], int, str, Account], tuple[bytes, str]]


def kind(write: Writer, url: Callable[[JobRun], str]) -> jobs.JobKind:
    """The job kind. Nobody but its author sees it: the list is that person's reach, not the county's."""

    def finish(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
        return _finish(job, write)

    steps = (jobs.Step(_plan, _read, _("取数")), jobs.Step(lambda job: [{}], finish, _("制表")))
    return jobs.JobKind(KIND, _("导出户名单"), steps, "", on_failed=_failed, url=url)


def start(*, chosen: Selection, day: datetime.date, by: Account) -> ListFile:
    """Have the chosen households made into a file, with the columns that the account sees now, in its language."""
    asked = {
        "query": chosen.query,
        "all": "yes" if chosen.whole else "",
        "row": list(chosen.numbers),
        "day": day.isoformat(),
        "columns": [column.code for column in listing.shown_columns(by)],
        "language": translation.get_language(),
    }
    return list_files.start(kind=KIND, asked=asked, by=by)


def _plan(job: JobRun) -> list[dict[str, Any]]:
    file, asked = _file(job)
    sent = QueryDict(mutable=True)
    sent["query"], sent["all"] = asked["query"], asked["all"]
    sent.setlist("row", asked["row"])
    try:
        chosen = selection.select(file.by, sent, datetime.date.fromisoformat(asked["day"]))
    except selection.ForeignHousehold as reason:
        raise jobs.JobError(_NOTHING) from reason
    keys = list(chosen.ordered().values_list("pk", flat=True))
    if not keys:
        raise jobs.JobError(_NOTHING)
    starts = range(0, len(keys), CHUNK)
    return [{"number": at, "households": keys[start : start + CHUNK]} for at, start in enumerate(starts)]


def _read(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    file, asked = _file(job)
    with translation.override(asked["language"]):
        rows = list_rows.of_keys(file.by, params["households"], _columns(file.by, asked))
        taken.keep(file, params["number"], rows)
    return {"rows": len(rows)}


def _finish(job: JobRun, write: Writer) -> dict[str, Any]:
    file, asked = _file(job)
    columns, number = _columns(file.by, asked), int(job.result["rows"])
    with translation.override(asked["language"]):
        content, name = write(taken.rows(file), columns, number, asked["day"], file.by)
        labels = [str(column.label) for column in columns]
    list_files.complete(file=file, name=name, rows=number, make=lambda: content)
    chunks = JobChunk.objects.filter(job=job, step=1).values_list("params", flat=True)
    keys = [key for params in chunks for key in params["households"]]
    lists.note_export(households=keys, columns=labels, by=file.by, job=job)
    return {"file": file.pk}


def _columns(by: Account, asked: dict[str, Any]) -> list[ListColumn]:
    """The columns asked for that the account may see."""
    return [column for column in listing.usable_columns(by) if column.code in asked["columns"]]


def _file(job: JobRun) -> tuple[ListFile, dict[str, Any]]:
    file = ListFile.objects.select_related("by", "job").get(pk=job.params["file"])
    if not file.by.can(Permission.HOUSEHOLD_EXPORT):
        raise jobs.JobError(_NO_RIGHT)
    return file, taken.asked(file)


def _failed(job: JobRun) -> None:
    list_files.give_up(file=ListFile.objects.select_related("job").get(pk=job.params["file"]))

