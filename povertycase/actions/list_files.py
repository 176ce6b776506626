"""Long lists as files: asked for, made by a job, fetched by who asked, deleted after a week."""

import datetime
import secrets as random_names
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q

from povertycase import audit, jobs, periods
from povertycase.exchange import taken
from povertycase.models import Account, JobRun, ListFile

KEEP = datetime.timedelta(days=7)


def until(file: ListFile) -> datetime.datetime:
    """When the file will be deleted."""
    return file.expires_at or file.created_at + KEEP


def start(*, kind: str, asked: dict[str, Any], by: Account) -> ListFile:
    """Have a list made; the one still being made where the same account asked for the same already."""
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=by.pk)
        open_ones = ListFile.objects.filter(by=by, kind=kind, ready_at=None, job__state__in=JobRun.OPEN)
        for file in open_ones:
            if taken.asked(file) == asked:
                return file
        return make(file=prepare(kind=kind, asked=asked, by=by))


def prepare(*, kind: str, asked: dict[str, Any], by: Account) -> ListFile:
    """A place for a file, with what is asked for sealed in it; nothing makes it yet."""
    stored_as = random_names.token_hex(20)
    return ListFile.objects.create(kind=kind, asked=taken.seal_asked(stored_as, asked), stored_as=stored_as, by=by)


def make(*, file: ListFile) -> ListFile:
    """Have a prepared file made by its job, in the name of who asked for it."""
    file.job = jobs.enqueue(file.kind, key=str(file.pk), params={"file": file.pk}, by=file.by)
    file.save(update_fields=["job", "expires_at"])
    return file


def complete(*, file: ListFile, name: str, rows: int, make: Callable[[], bytes]) -> None:
    """Make the file and put it in its place, in the transaction of the job's last chunk."""
    content = make()
    taken.store(file, content)
    file.name, file.rows, file.size, file.ready_at = name, rows, len(content), periods.now()
    file.save(update_fields=["name", "rows", "size", "ready_at"])


def give_up(*, file: ListFile) -> None:
    """Drop what a job that failed or was cancelled has made; a retry begins with the rows it still has to read."""
    if file.job and file.job.state == JobRun.State.CANCELLED:
        taken.forget(file)


def fetch(*, file: ListFile, by: Account) -> bytes | None:
    """The file in clear for who asked for it, noted; None when its time is over or it is not made yet."""
    if file.by_id != by.pk or file.ready_at is None or file.deleted_at is not None or until(file) <= periods.now():
        return None
    try:
        content = taken.load(file)
    except FileNotFoundError:
        return None
    with transaction.atomic():
        audit.record("list_file.fetched", by=by, about=str(file.pk), job=file.job, params={"rows": file.rows})
    return content


def forget_old(*, by: Account | None = None) -> int:
    """Delete the files older than 7 days and those whose own time is over; returns how many."""
    now = periods.now()
    over = Q(expires_at__isnull=True, created_at__lt=now - KEEP) | Q(expires_at__lt=now)
    old = list(ListFile.objects.filter(over, deleted_at=None).select_related("job"))
    old = [file for file in old if file.job is None or not file.job.is_open]
    if not old:
        return 0
    with transaction.atomic():
        for file in old:
            taken.forget(file)
        ListFile.objects.filter(pk__in=[file.pk for file in old]).update(deleted_at=periods.now(), asked=b"")
        audit.record("list_file.deleted", by=by, params={"files": len(old)})
    return len(old)
