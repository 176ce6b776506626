"""The register import 登记簿导入, second half: write a checked workbook in chunks of whole households.

Everything is set-based SQL over the batch's staging tables. The comparison lists hold the very rows to insert, so the
receipt before confirming and the register afterwards cannot disagree; when the register was changed in between,
prepare() compares again.
"""

from households.actions import cards, import_requests
from households.actions.register_apply_choice import choose, keep, leave_out, left_numbers, note_before, open_before
from households.actions.register_apply_chunk import mark_written, touched_by, write_chunk, written_in
from households.actions.register_apply_counts import at_the_end, counted, households
from households.actions.register_apply_dated import PARTS, write
from households.actions.register_apply_helpers import COLUMNS, follow_cadres, write_cadres, write_intervals
from households.actions.register_apply_lists import (
    few_statistics,
    index_lists,
    lists_made,
    make_units,
    ordinals,
    rows,
    run,
)
from households.actions.register_apply_people import write_households, write_memberships, write_persons
from households.actions.register_apply_requests import set_aside
from households.actions.register_apply_status import STATUS
from households.actions.register_compare import compare, watermark
from households.models import HouseholdCard
from povertycase import audit, jobs
from povertycase.exchange.batch import Staging
from povertycase.exchange.cleaning import ERROR
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


def prepare(stage: Staging, job: JobRun) -> None:
    """Compare again if the register was changed since the check; write units and cadres; record the one event."""
    batch = stage.batch
    if "event" in batch.counts:
        return  # a cancelled job is taken up again: the chunks that are left follow the lists as they are
    if watermark() != batch.counts["watermark"]:
        _compare_again(stage)
    leave_out(stage)
    if import_requests.must_ask(batch.by):
        set_aside(stage)
    open_before(stage)
    if "helper" in stage:
        write_cadres(stage)
        follow_cadres(stage)
    index_lists(stage, ["unit", *(f"do_{code}" for code in lists_made(stage))])
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
    # The rows of the sheets are counted at the end, when it is known what became of them.
    batch.counts = {**batch.counts, **counted(stage, lists, len(stage.findings.refused))}
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
