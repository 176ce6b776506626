"""The register import 登记簿导入, first half: check a staged workbook, then compare it with the register.

The comparison is two chunks of the reading job, so that both workers do it at once; the last step counts what
would become of every household and row, and the batch waits for somebody's word.
"""

from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from households.actions.register_apply_checks import check_households, check_persons, check_places, drop_twins
from households.actions.register_apply_counts import counted, gone, sheet
from households.actions.register_apply_families import check_families
from households.actions.register_apply_known import check_gone, check_masked
from households.actions.register_apply_lists import few_statistics, index_lists, lists_made, make_units, rows
from households.actions.register_apply_rows import check_rows
from households.actions.register_apply_years import check_years
from households.actions.register_compare import SIDES, begin, make_lists, settle, watermark
from povertycase.exchange.batch import Staging, batch_of, staging_of
from povertycase.exchange.cleaning import ERROR, Note
from povertycase.jobs import Step
from povertycase.models import ImportBatch, JobRun

READING, CHECKED = ImportBatch.State.READING, ImportBatch.State.CHECKED


def check(stage: Staging) -> dict[str, Any]:
    """Check what a workbook says by itself and against the register; refused households stay out of what follows."""
    few_statistics()
    seen = watermark()  # whatever is changed from here on is compared again
    drop_twins(stage)
    check_rows(stage)
    check_years(stage)
    check_places(stage)
    make_units(stage)
    check_households(stage)
    check_families(stage)
    check_persons(stage)
    check_masked(stage)
    check_gone(stage)
    _tell_refused(stage)
    begin(stage)
    twins = {code: {"twins": _twins(stage, code)} for code in stage.present}
    return {"watermark": seen, "refused": len(stage.findings.refused), "per_sheet": twins}


def _tell_refused(stage: Staging) -> None:
    """A household is refused whole: its other sheets say so once each."""
    if not stage.findings.refused:
        return
    for code in stage.present:
        found = rows(
            f"SELECT household_no, min(row), count(*) FROM {stage.table(code)} WHERE household_no = ANY(%(refused)s) GROUP BY 1",
            {"refused": list(stage.findings.refused)},
        )
        named = {row[8] for row in stage.findings.rows if row[0] == stage.sheets[code].title and row[6] == ERROR}
        for household_no, row, number in found:
            if household_no not in named:
                place = stage.place(code, row, "household_no")
                words = _("这一户在其他工作表有错误，整户退回，本表 %(rows)s 行没有导入")
                note = Note("warning", "household_refused", words, {"rows": number})
                stage.findings.add(place, note, household_no, household_no)


def _twins(stage: Staging, code: str) -> int:
    """How many rows of a sheet stood in it before and count once."""
    wanted = (stage.sheets[code].title, "row_twice")
    return sum(number for (title, _heading, what), number in stage.findings.kinds.items() if (title, what) == wanted)


# --- the steps that follow ----------------------------------------------------------------------------------


def _sides(job: JobRun) -> list[dict[str, Any]]:
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    return [{"side": side} for side in SIDES] if batch.state == READING else []  # otherwise the file was refused


def _compare(job: JobRun, params: dict[str, Any]) -> None:
    batch = ImportBatch.objects.select_related("upload", "by").get(pk=job.params["batch"])
    stage = staging_of(batch)
    index_lists(stage, [f"do_{code}" for code in make_lists(stage, params["side"])])


def _one_more(job: JobRun) -> list[dict[str, Any]]:
    return [{}]


def _count(job: JobRun, params: dict[str, Any]) -> None:
    batch = batch_of(job)
    if batch.state != READING:
        return
    stage = staging_of(batch)
    clashed = settle(stage, lists_made(stage))
    counts = counted(stage, lists_made(stage), batch.counts["refused"] + len(clashed))
    told = {title: dict(numbers) for title, numbers in batch.counts["sheets"].items()}
    for code in stage.present:
        title = stage.sheets[code].title
        told[title] |= sheet(stage, code, told[title]["lost"])
        told[title]["errors"] += stage.findings.count(title, ERROR)
    stage.findings.append(batch.pk)
    batch.counts = {**batch.counts, **counts, "sheets": told, "gone": gone(stage)}
    batch.state = CHECKED
    batch.save(update_fields=["counts", "state"])


STEPS = (
    Step(_sides, _compare, gettext_lazy("与登记册比对")),
    Step(_one_more, _count, gettext_lazy("收尾")),
)
