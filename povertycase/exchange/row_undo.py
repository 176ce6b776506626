"""Taking back what a small import wrote, row by row and each as an act of its own; what was touched since stays, and is told."""

import datetime
import logging
from dataclasses import replace
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from povertycase import audit, jobs, periods, slots
from povertycase.access.permissions import Permission
from povertycase.exchange import row_acts, row_lines
from povertycase.exchange.batch import address, batch_of
from povertycase.exchange.cleaning import WARNING, Note
from povertycase.exchange.findings import Findings, Place
from povertycase.models import Account, ImportBatch, JobRun

logger = logging.getLogger(__name__)

KIND = "import.rows.undo"
CHUNK_ROWS = 100
_GONE = jobs.ending(gettext_noop("导入批次 %(batch)s 的写入记录已超过保留期，不能撤销。"))


def start(batch: ImportBatch, by: Account | None) -> JobRun:
    """Ask for the job that takes a batch back; `extra["undo"]` of every small kind. Raises JobError."""
    if not row_lines.is_kept(batch):
        raise jobs.JobError(_GONE % {"batch": batch.pk})
    params = {"batch": batch.pk}
    return jobs.enqueue(KIND, key=str(batch.pk), params=params, by=by, division=batch.division_code)


def _plan(job: JobRun) -> list[dict[str, Any]]:
    found = row_lines.chunks_written(ImportBatch.objects.get(pk=job.params["batch"]), CHUNK_ROWS)
    return [{"lo": low, "hi": high} for low, high in found]


def _undo(job: JobRun, params: dict[str, Any]) -> dict[str, int]:
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    kind, findings, kept = slots.IMPORT_KINDS[batch.kind], Findings(), 0
    titles = {sheet.code: sheet.title for sheet in kind.sheets}
    take_back, on = kind.brings("rows").take_back, datetime.date.fromisoformat(batch.counts["undo_asked"]["on"])
    found = row_lines.written(batch, params["lo"], params["hi"])
    # Where two rows of the file wrote about one thing: what came back in place of the first one's row is its row now.
    again: dict[int | str, int | str] = {}
    for line in found:
        note = None
        try:
            with transaction.atomic():
                wrote = replace(line.wrote, made=again.get(line.wrote.made, line.wrote.made))
                back = take_back(wrote, by=job.by, on=on)
            if back and wrote.old:
                again[wrote.old] = back
        except (OperationalError, InterfaceError):
            raise  # the chunk is done again
        except (row_acts.RowRefused, *row_acts.REFUSALS) as error:
            note = row_acts.notes(error, WARNING, "row_kept")[0][1]
        except Exception as error:
            logger.exception("a row of import batch %s was not taken back: row %s", batch.pk, line.row)
            words = gettext_noop("没有撤销，系统出错（%(error)s），请把批次号和行号告诉管理员")
            note = Note(WARNING, "row_kept", words, {"error": type(error).__name__})
        if note:
            kept += 1
            findings.add(Place(titles[line.sheet], line.row), note)
        row_lines.note_taken_back(batch, line)
    findings.append(batch.pk)
    return {"undone": len(found) - kept, "kept": kept}


def _one(job: JobRun) -> list[dict[str, Any]]:
    return [{}]


def _finish(job: JobRun, params: dict[str, Any]) -> None:
    batch = batch_of(job)
    kept = batch.problems.filter(code="row_kept").count()
    numbers = {"done": row_lines.number_written(batch) - kept, "kept": kept}
    with override("zh-hans"):
        label = str(slots.IMPORT_KINDS[batch.kind].label)
    audit.record("import.rows_undone", by=job.by, about=str(batch.pk), job=job, params={**numbers, "kind": label})
    batch.counts = {**batch.counts, "undo": {**numbers, "by": job.by_id, "at": periods.now().isoformat()}}
    batch.state, batch.job = ImportBatch.State.UNDONE, job
    batch.save(update_fields=["counts", "state", "job"])
    row_lines.forget(batch)


def job_kind() -> jobs.JobKind:
    """The job kind, for slots.JOB_KINDS."""
    steps = (jobs.Step(_plan, _undo, _("恢复原状")), jobs.Step(_one, _finish, _("收尾")))
    return jobs.JobKind(KIND, _("撤销逐行导入"), steps, Permission.IMPORT_RUN, url=address, order=12)
