"""Taking a list out of the house: at once where it is short, else by a job; noted by the list's own audit entry."""

import datetime
from collections.abc import Mapping
from typing import IO, Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from povertycase import audit, jobs, slots
from povertycase.actions import list_files
from povertycase.exchange import listed, taken
from povertycase.exchange.listed import Listed
from povertycase.models import Account, ClearExport, JobRun, ListFile

KIND = "lists.file"
MOST = 50_000
# A longer list is made by a job and fetched when it is ready.
MOST_AT_ONCE = 5_000
_NO_RIGHT = jobs.ending(later("导出人现在没有导出名单的权限，名单没有制作。"))
_NOTHING = jobs.ending(later("名单里已经没有内容，或不在导出人的范围内，名单没有制作。"))
_NOT_AGREED = jobs.ending(later("完整号码的导出没有经第二人同意，名单没有制作。"))


class Nothing(LookupError):
    """What was asked for is not there any more, or not for this account."""


def find(*, code: str, asked: Mapping[str, Any], day: datetime.date, by: Account) -> Listed:
    """The list as this account may take it. Raises Nothing."""
    found: Listed = slots.LIST_EXPORTS[code].of(by, asked, day)
    return found


def at_once(*, found: Listed, file_type: str, by: Account) -> IO[bytes]:
    """Write the file now and note it."""
    file, number = listed.to_file(found, file_type, str(by))
    found.note(rows=number, by=by, job=None)
    return file


def start(*, code: str, asked: Mapping[str, Any], day: datetime.date, file_type: str, by: Account) -> ListFile:
    """Have the file made by a job; the account's language and what it asked for are kept sealed with it."""
    return list_files.start(kind=KIND, asked=sealed_asked(code, asked, day, file_type), by=by)


def sealed_asked(code: str, asked: Mapping[str, Any], day: datetime.date, file_type: str) -> dict[str, Any]:
    """What a job needs to make the file, kept sealed with it."""
    return {**asked, "list": code, "day": day.isoformat(), "as": file_type, "language": translation.get_language()}


def make(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    """The job's one chunk: read, write, seal, note, all in one transaction."""
    file = ListFile.objects.select_related("by", "job").get(pk=job.params["file"])
    asked = taken.asked(file)
    if not file.by.can(slots.LIST_EXPORTS[asked["list"]].permission):
        raise jobs.JobError(_NO_RIGHT)
    second = _second(file) if asked.get("clear") else None
    with translation.override(asked["language"]):
        found = _found(file, asked)
        made, number = listed.to_file(found, asked["as"], str(file.by))
        name = listed.named(found, asked["as"])
    list_files.complete(file=file, name=name, rows=number, make=made.read)
    found.note(rows=number, by=file.by, job=job)
    if second:
        params = {"rows": number, "second": str(second)}
        audit.record("clear_export.made", by=file.by, about=str(file.clear.pk), job=job, params=params)
    return {"file": file.pk, "rows": number}


def _second(file: ListFile) -> Account:
    """Who agreed to clear numbers. Raises JobError: without a second person no clear number leaves the house."""
    row = ClearExport.objects.filter(file=file, state=ClearExport.State.AGREED).select_related("decided_by").first()
    if row is None or row.decided_by is None or row.decided_by_id == file.by_id:
        raise jobs.JobError(_NOT_AGREED)
    return row.decided_by


def _found(file: ListFile, asked: dict[str, Any]) -> Listed:
    day = datetime.date.fromisoformat(asked["day"])
    try:
        found = find(code=asked["list"], asked=asked, day=day, by=file.by)
    except Nothing as reason:
        raise jobs.JobError(_NOTHING) from reason
    if not found.number:
        raise jobs.JobError(_NOTHING)
    return found


def _failed(job: JobRun) -> None:
    list_files.give_up(file=ListFile.objects.select_related("job").get(pk=job.params["file"]))


def kind(url: Any) -> jobs.JobKind:
    """The job kind. Nobody but its author sees it: the list is that person's reach, not the county's."""
    steps = (jobs.Step(lambda job: [{}], make, _("制表")),)
    return jobs.JobKind(KIND, _("导出名单"), steps, "", on_failed=_failed, url=url)
