"""Setting the columns of a file right: what a heading means is said once, kept for the place, and the file read again."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from povertycase import audit, jobs, slots
from povertycase.actions.imports import ImportRefused
from povertycase.exchange import batch as steps
from povertycase.exchange import mapping, staging
from povertycase.models import Account, ImportBatch, ImportMapping

State = ImportBatch.State


@transaction.atomic
def correct(
    *,
    batch: ImportBatch,
    chosen: Mapping[str, Mapping[int, str]],
    sheets: Mapping[int, str] | None = None,
    by: Account,
) -> ImportBatch:
    """Keep what headings mean and which sheets those of other names are, and have the file read again.

    chosen: by sheet code, by the column's index: a key, nothing for a column that is left out, mapping.UNSAID.
    sheets: by the place among mapping.unread the code of a declared sheet, or nothing.
    Raises ImportRefused for a batch that is past that, MappingRefused for a choice that cannot stand.
    """
    batch = ImportBatch.objects.select_for_update(no_key=True).select_related("upload").get(pk=batch.pk)
    if not may_correct(batch):
        told = {"batch": batch.pk, "state": batch.get_state_display()}
        raise ImportRefused(_("批次 %(batch)s 的状态是“%(state)s”，列对应已不能更正；请重新上传。") % told)
    number = mapping.name_sheets(batch, sheets or {}, by)
    for found in mapping.recognised(batch):
        changed = mapping.corrections(found, chosen.get(found.sheet.code, {}))
        number += mapping.remember(batch, found.sheet, changed, by)
    if not number:
        raise ImportRefused(_("没有改动，不需要重新读取。"))
    staging.drop(batch.pk)
    batch.sent.all().delete()
    batch.problems.all().delete()
    batch.state, batch.refusal, batch.refusal_words, batch.refusal_params = State.READING, "", "", None
    batch.counts = {name: batch.counts[name] for name in ("told_by",) if name in batch.counts}
    audit.record("import.columns_corrected", by=by, about=str(batch.pk), params={"columns": number})
    batch.job = jobs.enqueue(
        steps.stage_code(batch.kind), key=str(batch.pk), params={"batch": batch.pk}, by=by, division=batch.division_code
    )
    batch.save()
    return batch


def may_correct(batch: ImportBatch) -> bool:
    """May the columns still be read otherwise: nothing was written, the file is there, a job reads files of its kind?"""
    return (
        steps.stage_code(batch.kind) in slots.JOB_KINDS
        and batch.state in (State.CHECKED, State.REFUSED)
        and batch.upload.deleted_at is None
        and bool(batch.counts.get("headers") or batch.counts.get("unread"))
    )


@transaction.atomic
def forget(*, remembered: ImportMapping, by: Account) -> None:
    """Let a heading mean again what it says itself; batches that were read stay as they are."""
    about = remembered.pk
    remembered.delete()
    audit.record("import.heading_forgotten", by=by, about=str(about))
