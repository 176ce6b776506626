"""Imports 导入: take a file in, confirm or give up what was read, forget old files."""

import contextlib
import datetime
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from povertycase import audit, jobs, periods, slots
from povertycase.exchange import batch as steps
from povertycase.exchange import files, mapping, returned, staging
from povertycase.exchange.files import FileRefused
from povertycase.exchange.findings import Findings
from povertycase.exchange.headers import SheetsMissing
from povertycase.exchange.matching import match_sheets
from povertycase.exchange.places import reached_prefixes
from povertycase.exchange.reader import Workbook
from povertycase.exchange.recognise import CHOSEN
from povertycase.models import Account, ImportBatch, SentRows, Upload

State = ImportBatch.State
KEEP_DAYS = 30
UNDO_DAYS = 7
UNDO_TIME = datetime.timedelta(days=UNDO_DAYS)


class ImportRefused(ValueError):
    """A batch that cannot be confirmed or given up as it stands; the text says why."""


@transaction.atomic
def take_in(
    *,
    kind: str,
    name: str,
    data: bytes,
    division: str = "",
    business_date: datetime.date,
    by: Account | None,
    how: str = CHOSEN,
    sheets_later: bool = False,
) -> ImportBatch:
    """Store a file and have it read by a job; returns the batch. Raises FileRefused for what is no workbook.

    how: how the kind was told (exchange.recognise), for the page that says it; sheets_later: a file whose sheets are
    called otherwise is kept, so that its author may say which they are.
    """
    division = division or division_of(by)
    try:
        _look_at(slots.IMPORT_KINDS[kind], name, data, division)
    except SheetsMissing:
        if not sheets_later:
            raise
    upload = files.store(name, data, by)
    return _begin(kind, upload, division, business_date, by, how)


@transaction.atomic
def read_as(*, batch: ImportBatch, kind: str, business_date: datetime.date, by: Account) -> ImportBatch:
    """Read the same file as another kind; what was read of it is given up. Raises ImportRefused, FileRefused."""
    batch = ImportBatch.objects.select_for_update(no_key=True).select_related("upload").get(pk=batch.pk)
    if kind == batch.kind:
        raise ImportRefused(_("这个文件已按这一种表读取。"))
    if batch.state not in (State.CHECKED, State.REFUSED):
        raise ImportRefused(_("批次 %(batch)s 的状态是“%(state)s”，不能改按另一种表读取。") % _named(batch))
    with contextlib.suppress(SheetsMissing):  # the page of its columns asks which they are
        _look_at(slots.IMPORT_KINDS[kind], batch.upload.name, files.load(batch.upload), batch.division_code)
    give_up(batch=batch, by=by)
    return _begin(kind, batch.upload, batch.division_code, business_date, by, CHOSEN)


def _begin(
    kind: str, upload: Upload, division: str, business_date: datetime.date, by: Account | None, how: str
) -> ImportBatch:
    made = ImportBatch.objects.create(
        kind=kind, upload=upload, division_code=division, business_date=business_date, by=by, counts={"told_by": how}
    )
    audit.record("import.taken_in", by=by, about=str(made.pk), params={"bytes": upload.size})
    made.job = jobs.enqueue(
        steps.stage_code(kind), key=str(made.pk), params={"batch": made.pk}, by=by, division=made.division_code
    )
    made.save(update_fields=["job"])
    return made


def _look_at(kind: slots.ImportKind, name: str, data: bytes, division: str) -> None:
    """Refuse at once what the job would refuse for its sheets. Raises FileRefused.

    The parser is asked only where the names of the sheets do not settle it.
    """
    sheets, known = files.check(name, data), mapping.known(kind.code, division)
    if sheets is not None:
        with contextlib.suppress(FileRefused):
            match_sheets(kind, [(sheet, True) for sheet in sheets], name, Findings(), known=known)
            return
    with Workbook(name, data) as book:
        match_sheets(kind, book.sheets, name, Findings(), book.heads, known)


def division_of(by: Account | None) -> str:
    """The division a batch belongs to: the widest place the author's posts reach, as a 12-digit code."""
    prefixes = reached_prefixes(by)
    prefix = min(prefixes, key=len) if prefixes and "" not in prefixes else settings.COUNTY
    return prefix.ljust(12, "0")


def same_file(batch: ImportBatch) -> ImportBatch | None:
    """The last applied batch of the very same file, or None."""
    earlier = ImportBatch.objects.filter(kind=batch.kind, upload__sha256=batch.upload.sha256, state=State.APPLIED)
    return earlier.exclude(pk=batch.pk).order_by("-pk").first()


@transaction.atomic
def confirm(*, batch: ImportBatch, by: Account | None) -> ImportBatch:
    """Have the households that passed written into the register by a job. Raises ImportRefused."""
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if batch.state != State.CHECKED:
        raise ImportRefused(_("批次 %(batch)s 的状态是“%(state)s”，不能确认导入。") % _named(batch))
    numbers = batch.numbers
    if not numbers.get("new", 0) + numbers.get("changed", 0):
        raise ImportRefused(
            _("与登记内容一致，没有变化，不需要导入。")
            if numbers.get("same")
            else _("没有可以导入的行，请按问题清单修改后重新上传。")
            if batch.is_of_rows
            else _("没有可以导入的户，请按问题清单修改后重新上传。")
        )
    batch.state = State.APPLYING
    _record_confirmed(batch, by)
    batch.job = jobs.enqueue(
        steps.apply_code(batch.kind), key=str(batch.pk), params={"batch": batch.pk}, by=by, division=batch.division_code
    )
    batch.save(update_fields=["state", "job"])
    return batch


def note_export(*, batch: ImportBatch, rows: int, by: Account) -> None:
    """What an import changes, household by household, left the system as a file."""
    audit.record("import.list_exported", by=by, about=str(batch.pk), params={"rows": rows})


def _record_confirmed(batch: ImportBatch, by: Account | None) -> None:
    if not batch.is_of_rows:
        audit.record("import.confirmed", by=by, about=str(batch.pk), params=batch.numbers)
        return
    with override("zh-hans"):
        label = str(slots.IMPORT_KINDS[batch.kind].label)
    audit.record("import.rows_confirmed", by=by, about=str(batch.pk), params={**batch.numbers, "kind": label})


@transaction.atomic
def resume(*, batch: ImportBatch, by: Account | None) -> ImportBatch:
    """Take up a batch whose job was cancelled or failed; what is written stays, the rest follows. Raises ImportRefused."""
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if not is_halted(batch):
        raise ImportRefused(_("批次 %(batch)s 的状态是“%(state)s”，不需要继续。") % _named(batch))
    audit.record("import.resumed", by=by, about=str(batch.pk))
    batch.job = jobs.enqueue(
        steps.apply_code(batch.kind), key=str(batch.pk), params={"batch": batch.pk}, by=by, division=batch.division_code
    )
    batch.save(update_fields=["job"])
    return batch


def is_halted(batch: ImportBatch) -> bool:
    """Is the batch half written, with nobody at work on it?"""
    return batch.state == State.APPLYING and not (batch.job and batch.job.is_open)


@transaction.atomic
def give_up(*, batch: ImportBatch, by: Account | None) -> ImportBatch:
    """Drop what was read; nothing was written. Raises ImportRefused for a batch that is being or was applied."""
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if batch.state not in (State.CHECKED, State.REFUSED):
        raise ImportRefused(_("批次 %(batch)s 的状态是“%(state)s”，不能放弃。") % _named(batch))
    batch.state = State.CANCELLED
    batch.save(update_fields=["state"])
    staging.drop(batch.pk)
    audit.record("import.given_up", by=by, about=str(batch.pk))
    return batch


@transaction.atomic
def choose(
    *, batch: ImportBatch, left: Sequence[str] = (), taken: Sequence[str] = (), villages: Sequence[str] | None = None,
    by: Account | None,
) -> ImportBatch:  # fmt: skip
    """Leave households of a checked batch out and take others in again; or take in those of some villages only.

    villages: codes; an empty list takes in all. Raises ImportRefused for a batch that waits for nobody.
    """
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    act = slots.IMPORT_KINDS[batch.kind].extra.get("choose")
    if batch.state != State.CHECKED or act is None:
        raise ImportRefused(_("批次 %(batch)s 的状态是“%(state)s”，不能再选择要导入的户。") % _named(batch))
    batch.counts = {**batch.counts, **act(batch, left=left, taken=taken, villages=villages)}
    batch.save(update_fields=["counts"])
    audit.record(
        "import.chosen", by=by, about=str(batch.pk), params={"left": batch.counts["households"].get("left", 0)}
    )
    return batch


@transaction.atomic
def undo(*, batch: ImportBatch, by: Account | None, on: datetime.date) -> ImportBatch:
    """Take back what a batch wrote, within seven days; what was changed since stays and is told.

    on: the business date, for the receipt. Raises ImportRefused.
    """
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if not may_be_undone(batch):
        raise ImportRefused(
            _("批次 %(batch)s 的状态是“%(state)s”，不能撤销；只有写入不到 %(days)s 天的导入可以撤销。")
            % {**_named(batch), "days": UNDO_DAYS}
        )
    audit.record("import.undo_asked", by=by, about=str(batch.pk))
    try:
        job = slots.IMPORT_KINDS[batch.kind].extra["undo"](batch, by)
    except jobs.JobError as reason:
        raise ImportRefused(str(reason)) from reason
    batch.refresh_from_db(fields=["counts"])
    batch.counts = {**batch.counts, "undo_asked": {"by": by.pk if by else None, "on": on.isoformat()}}
    batch.state, batch.job = (State.UNDOING, job) if job else (State.UNDONE, batch.job)
    batch.save(update_fields=["counts", "state", "job"])
    return batch


def may_be_undone(batch: ImportBatch) -> bool:
    """Was it written in the last seven days, or is its undoing half done with nobody at work on it?"""
    kind = slots.IMPORT_KINDS.get(batch.kind)
    if kind is None or "undo" not in kind.extra or batch.applied_at is None:
        return False
    if batch.state == State.UNDOING:
        return not (batch.job and batch.job.is_open)
    return batch.state == State.APPLIED and periods.now() - batch.applied_at < UNDO_TIME


@transaction.atomic
def give_back(*, batch: ImportBatch, by: Account) -> bytes:
    """The workbook as it was sent, with what is to be put right; to who sent it, since its numbers are clear.

    Raises ImportRefused for anybody else and when the rows are no longer kept.
    """
    refuse_others(batch, by)
    audit.record("import.given_back", by=by, about=str(batch.pk))
    return returned.workbook(batch)


def refuse_others(batch: ImportBatch, by: Account) -> None:
    """Raises ImportRefused unless the file may go back to this account."""
    if not may_take_back(batch, by):
        raise ImportRefused(_("改错表含有完整号码，只给上传的人，而且只在文件保存期内。请下载问题清单。"))


def may_take_back(batch: ImportBatch, by: Account) -> bool:
    """Did this account send the file, and are its rows still kept?"""
    return batch.by_id == by.pk and batch.sent.exists()


def _named(batch: ImportBatch) -> dict[str, object]:
    return {"batch": batch.pk, "state": batch.get_state_display()}


@transaction.atomic
def forget_old(*, by: Account | None = None) -> int:
    """Delete the files of uploads older than 30 days; returns how many. Batches never confirmed are given up."""
    before = periods.now() - datetime.timedelta(days=KEEP_DAYS)
    _forget_undo()
    # Proofs of changes are no workbooks: they are kept with their request.
    workbooks = Upload.objects.filter(pk__in=ImportBatch.objects.values("upload"))
    old = list(workbooks.filter(deleted_at__isnull=True, created_at__lt=before))
    for batch in ImportBatch.objects.filter(upload__in=old, state=State.CHECKED):
        give_up(batch=batch, by=by)
    for upload in old:
        files.forget(upload)
    SentRows.objects.filter(batch__upload__in=old).delete()
    Upload.objects.filter(pk__in=[upload.pk for upload in old]).update(deleted_at=periods.now())
    if old:
        audit.record("import.files_deleted", by=by, params={"files": len(old)})
    return len(old)


def _forget_undo() -> None:
    """What an import can be undone by goes with the days in which it may be."""
    before = periods.now() - UNDO_TIME
    written = ImportBatch.objects.filter(state=State.APPLIED, applied_at__lt=before)
    for batch in written.filter(applied_at__gt=before - datetime.timedelta(days=KEEP_DAYS)):
        forget = slots.IMPORT_KINDS[batch.kind].extra.get("forget") if batch.kind in slots.IMPORT_KINDS else None
        if forget:
            forget(batch)
