"""The register import 登记簿导入: check and compare a staged workbook, then write it in chunks of whole households.

Everything is set-based SQL over the batch's staging tables. The comparison lists hold the very rows to insert, so the
receipt before confirming and the register afterwards cannot disagree; when the register was changed in between,
prepare() compares again.
"""

from typing import Any

from django.utils.translation import gettext_noop as _

from households.actions import cards, import_requests
from households.actions.register_apply_checks import (
    check_clashes,
    check_households,
    check_persons,
    check_places,
    drop_from_lists,
    drop_twins,
)
from households.actions.register_apply_choice import choose, keep, leave_out, left_numbers, note_before, open_before
from households.actions.register_apply_chunk import mark_written, touched_by, write_chunk, written_in
from households.actions.register_apply_counts import at_the_end, counted, gone, households
from households.actions.register_apply_dated import PARTS, compare_all, write
from households.actions.register_apply_families import check_families
from households.actions.register_apply_helpers import (
    COLUMNS,
    compare_intervals,
    follow_cadres,
    write_cadres,
    write_intervals,
)
from households.actions.register_apply_known import check_gone, check_masked
from households.actions.register_apply_lists import (
    drop_refused,
    few_statistics,
    index_chunks,
    link,
    lists_made,
    make_units,
    make_who,
    ordinals,
    rows,
    run,
)
from households.actions.register_apply_people import (
    compare_people,
    write_households,
    write_memberships,
    write_persons,
)
from households.actions.register_apply_requests import set_aside
from households.actions.register_apply_rows import check_rows
from households.actions.register_apply_status import STATUS, compare_status
from households.actions.register_apply_years import check_years
from households.models import HouseholdCard
from povertycase import audit, jobs
from povertycase.exchange.batch import Staging
from povertycase.exchange.cleaning import ERROR, Note
from povertycase.models import JobRun

CHUNK_HOUSEHOLDS = 600
# Of the cards the columns alone: what their index of names is made of takes longer than all the rest.
CARD = ", ".join(str(field.column) for field in HouseholdCard._meta.concrete_fields)
# Of wide tables what their rows are looked up by; autovacuum looks at the rest.
SOUGHT = {
    "households_household": "id, household_no",
    "households_householdcard": CARD,
    "households_person": "id, person_no, id_index, name",
    "households_personcondition": "id, person_id, true_from, superseded_at",
}
IDENTITIES = {"households_household", "households_householdcard", "households_person", "households_membership"}
DATED = {part.code: part for part in (*PARTS, STATUS)}


def check(stage: Staging) -> dict[str, Any]:
    """Check a staged workbook and compare it with the register; returns the counts the receipt shows."""
    few_statistics()
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
    lists = compare(stage)
    return {**counted(stage, lists), "gone": gone(stage), "watermark": _watermark()}


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


def compare(stage: Staging) -> list[str]:
    """Make the lists of what is to be written; returns their names."""
    params = {"today": stage.batch.business_date}
    drop_refused(stage)
    if "member" in stage:
        make_who(stage)
        link(stage)
    lists = compare_people(stage, params) + compare_all(stage, params) + compare_intervals(stage, params)
    if "household" in stage and compare_status(stage, params):
        lists.append("status")
    if clashed := check_clashes(stage):
        drop_from_lists(stage, clashed, lists)
    _mark_touched(stage, lists)
    return lists


def _mark_touched(stage: Staging, lists: list[str]) -> None:
    """A new household is in the lists by itself; of a known one the lists must be asked."""
    listed = " OR ".join(f"household_id IN (SELECT household FROM {stage.table(f'do_{code}')})" for code in lists)
    run(f"UPDATE {stage.table('unit')} SET touched = true WHERE NOT touched AND ({listed})")


def _watermark() -> int:
    return rows("SELECT coalesce(max(id), 0) FROM povertycase_auditevent WHERE subjects > 0")[0][0]


# --- applying ---------------------------------------------------------------------------------------------


def prepare(stage: Staging, job: JobRun) -> None:
    """Compare again if the register was changed since the check; write units and cadres; record the one event."""
    batch = stage.batch
    if "event" in batch.counts:
        return  # a cancelled job is taken up again: the chunks that are left follow the lists as they are
    if _watermark() != batch.counts["watermark"]:
        _compare_again(stage)
    leave_out(stage)
    if import_requests.must_ask(batch.by):
        set_aside(stage)
    open_before(stage)
    if "helper" in stage:
        write_cadres(stage)
        follow_cadres(stage)
    index_chunks(stage, CHUNK_HOUSEHOLDS)
    touched = [row[0] for row in rows(f"SELECT household_id FROM {stage.table('unit')} WHERE touched")]
    event = audit.record(
        "import.applied",
        by=batch.by,
        about=str(batch.pk),
        households=touched,
        job=job,
        params={**batch.counts["households"], **households(stage, batch.counts["households"]["refused"])},
    )
    batch.counts = {**batch.counts, "event": event}
    batch.save(update_fields=["counts"])


def _compare_again(stage: Staging) -> None:
    """What was new may be known by now; what was refused stays refused."""
    batch = stage.batch
    stage.findings.refused = set(
        batch.problems.filter(severity=ERROR).exclude(household_no="").values_list("household_no", flat=True)
    )
    left = left_numbers(stage)
    make_units(stage)
    lists = compare(stage)
    choose(stage, left, is_left=True)
    counts = counted(stage, lists)
    # The rows of the sheets are counted at the end, when it is known what became of them.
    counts.pop("per_sheet")
    batch.counts = {**batch.counts, **counts}
    stage.findings.append(batch.pk)


def chunks(stage: Staging) -> list[tuple[int, int]]:
    """Ranges of whole households, about a thousand each."""
    return ordinals(stage, CHUNK_HOUSEHOLDS)


def apply(stage: Staging, low: int, high: int) -> dict[str, int]:
    """Write one chunk: identities, dated rows, intervals, index cards; returns how many households it brought."""
    jobs.again_after_a_crash()
    asks = import_requests.must_ask(stage.batch.by)
    again = write_chunk(stage, low, high, _write, None if asks else compare)
    if again:
        audit.record(
            "import.compared_again", by=stage.batch.by, about=str(stage.batch.pk), households=touched_by(stage, again)
        )
    asked = import_requests.ask(stage, low, high)
    stage.findings.append(stage.batch.pk)
    written = written_in(stage, low, high)
    if rows("SELECT FROM pg_class WHERE oid = 'households_membership'::regclass AND reltuples < 0"):
        # The first rows of a new register: a planner that knows nothing reads whole tables for every chunk.
        _analyze(stage)
    cards.refresh(written, day=stage.batch.business_date)
    return {"households": len(written), "requests": asked}


def _write(stage: Staging, low: int, high: int, again: bool) -> None:
    """The rows of a range of ordinals, then the versions by which others see that the households changed."""
    counts = stage.batch.counts
    # Lists that were empty at the comparison may have rows by now, of households compared again.
    made = lists_made(stage) if again else counts["lists"]
    corrected = made if again else counts["corrected"]
    params = {"low": low, "high": high, "event": counts["event"], "corrected": corrected}
    # Later changes of this transaction in the field history point to the event.
    run(
        "SELECT set_config('pc.event', %(event)s::text, true), set_config('pghistory.context_id', gen_random_uuid()::text, true),"
        " set_config('pghistory.context_metadata', jsonb_build_object('event', %(event)s)::text, true)",
        {"event": counts["event"]},
    )
    for code in ("household", "person"):
        if code in corrected:
            note_before(stage, code, params)
    write_households(stage, params)
    for code in made:
        if code == "person":
            write_persons(stage, params)
        elif code == "membership":
            write_memberships(stage, params)
        elif code in DATED:
            write(stage, DATED[code], params)
        elif code in COLUMNS:
            write_intervals(stage, code, params)
    mark_written(stage, params)


def finish(stage: Staging, job: JobRun) -> None:
    """New rows by the ten thousand: the planner must know before the next list or check asks for them."""
    batch = stage.batch
    batch.counts = at_the_end(stage)
    batch.save(update_fields=["counts"])
    keep(stage)
    _analyze(stage)


def _analyze(stage: Staging) -> None:
    """A rough idea of the tables that the import writes is enough: autovacuum follows with a careful look."""
    lists = stage.batch.counts["lists"]
    tables = {DATED[code].table for code in lists if code in DATED} | {
        COLUMNS[code][0] for code in lists if code in COLUMNS
    }
    few_statistics(10)
    # In one order, so that two batches that end together wait for each other instead of locking up.
    named = (f"{table} ({SOUGHT[table]})" if table in SOUGHT else table for table in sorted(tables | IDENTITIES))
    run(f"ANALYZE {', '.join(named)}")
