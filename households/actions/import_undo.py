"""The job that takes an import of the register back, some households in a chunk; what follows from an import follows."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from households.actions import register_apply_choice as choice
from households.actions.register_apply_undo import chunks_to_undo, take_back_helpers, undo_chunk, written
from povertycase import audit, jobs, periods, slots
from povertycase.access.permissions import Permission
from povertycase.exchange.batch import batch_of
from povertycase.exchange.cleaning import WARNING, Note
from povertycase.exchange.findings import Findings, Place
from povertycase.models import Account, ImportBatch, JobRun

KIND = "import.register.undo"
CHUNK_HOUSEHOLDS = 500
_CHANGED = gettext_noop("户编号 %(household)s 在导入后又有改动（或与改动过的户有同一个人），没有撤销，请逐户核对")
_GONE = jobs.ending(gettext_noop("导入批次 %(batch)s 的写入记录已超过保留期，不能撤销。"))


def start(batch: ImportBatch, by: Account | None) -> JobRun:
    """Ask for the job that undoes a batch; `extra["undo"]` of the register's import kind. Raises JobError."""
    if choice.staging_of(batch) is None:
        raise jobs.JobError(_GONE % {"batch": batch.pk})
    params = {"batch": batch.pk}
    return jobs.enqueue(KIND, key=str(batch.pk), params=params, by=by, division=batch.division_code)


def _one(job: JobRun) -> list[dict[str, Any]]:
    return [{}]


def _begin(job: JobRun, params: dict[str, Any]) -> None:
    batch = batch_of(job)
    if batch.counts.get("undo"):
        return  # taken up again: the event stands already
    event = audit.record("import.undone", by=job.by, about=str(batch.pk), households=written(batch), job=job)
    batch.counts = {**batch.counts, "undo": {"event": event, "by": job.by_id, "done": 0, "kept": 0}}
    batch.save(update_fields=["counts"])


def _plan(job: JobRun) -> list[dict[str, Any]]:
    found = chunks_to_undo(ImportBatch.objects.get(pk=job.params["batch"]), CHUNK_HOUSEHOLDS)
    return [{"lo": low, "hi": high} for low, high in found]


def _undo(job: JobRun, params: dict[str, Any]) -> dict[str, int]:
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    undone, kept = undo_chunk(batch, params["lo"], params["hi"], batch.counts["undo"]["event"])
    findings = Findings()
    place = Place(slots.IMPORT_KINDS[batch.kind].sheets[0].title)
    for number in kept:
        note = Note(WARNING, "changed_since_import", _CHANGED, {"household": number})
        findings.add(place, note, number)
    findings.append(batch.pk)
    return {"undone": len(undone), "kept": len(kept)}


def _finish(job: JobRun, params: dict[str, Any]) -> None:
    batch = batch_of(job)
    kept = batch.problems.filter(code="changed_since_import").count()
    on = datetime.date.fromisoformat(batch.counts["undo_asked"]["on"])
    helpers = take_back_helpers(batch, on=on, job=job)
    told = {"done": len(written(batch)) - kept, "kept": kept, **helpers, "at": periods.now().isoformat()}
    batch.counts = {**batch.counts, "undo": {**batch.counts["undo"], **told}}
    batch.state, batch.job = ImportBatch.State.UNDONE, job
    batch.save(update_fields=["counts", "state", "job"])
    choice.forget(batch)
    for after in slots.REGISTER_IMPORTED:
        after.tell(batch)


def job_kind(url: Any) -> jobs.JobKind:
    """The job kind, for slots.JOB_KINDS; url(job) is the receipt's."""
    steps = (
        jobs.Step(_one, _begin, _("准备")),
        jobs.Step(_plan, _undo, _("恢复原状")),
        jobs.Step(_one, _finish, _("收尾")),
    )
    return jobs.JobKind(KIND, _("撤销导入"), steps, Permission.IMPORT_RUN, url=url, order=12)
