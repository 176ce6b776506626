"""The register import 登记簿导入: check and compare a staged workbook, then write it in chunks of whole households.

Everything is set-based SQL over the batch's staging tables. The comparison lists hold the very rows to insert, so the
receipt before confirming and the register afterwards cannot disagree; when the register was changed in between,
prepare() compares again.
"""

from typing import Any

from django.utils.translation import gettext_noop as _

from households.actions import cards
from households.actions.register_apply_checks import (
    check_clashes,
    check_heads,
    check_households,
    check_persons,
    check_places,
    drop_from_lists,
    drop_twins,
)
from households.actions.register_apply_dated import PARTS, compare_all, write
from households.actions.register_apply_helpers import (
    COLUMNS,
    compare_intervals,
    follow_cadres,
    write_cadres,
    write_intervals,
)
from households.actions.register_apply_lists import (
    drop_refused,
    few_statistics,
    link,
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
from households.actions.register_apply_rows import check_rows
from households.actions.register_apply_status import STATUS, compare_status
from households.actions.register_apply_years import check_years
from povertycase import audit
from povertycase.exchange.batch import Staging
from povertycase.exchange.cleaning import ERROR, Note
from povertycase.models import JobRun

CHUNK_HOUSEHOLDS = 1_000
IDENTITIES = {
    "households_household",
    "households_householdcard",
    "households_person",
    "households_membership",
}
DATED = {part.code: part for part in (*PARTS, STATUS)}


def check(stage: Staging) -> dict[str, Any]:
    """Check a staged workbook and compare it with the register; returns the counts the receipt shows."""
    few_statistics()
    drop_twins(stage)
    check_rows(stage)
    check_years(stage)
    make_units(stage)
    check_places(stage)
    check_households(stage)
    check_heads(stage)
    check_persons(stage)
    _tell_refused(stage)
    lists = compare(stage)
    return _counts(stage, lists)


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


def _counts(stage: Staging, lists: list[str]) -> dict[str, Any]:
    unit = stage.table("unit")
    new, changed, same = rows(
        f"""SELECT count(*) FILTER (WHERE is_new AND touched), count(*) FILTER (WHERE NOT is_new AND touched),
                   count(*) FILTER (WHERE NOT touched) FROM {unit}"""
    )[0]
    entries, corrected = {}, {}
    for code in lists:
        entries[code], corrected[code] = _size(stage, code)
    people = entries.get("person", 0)
    return {
        "households": {"new": new, "changed": changed, "same": same, "refused": len(stage.findings.refused)},
        "people": {"new": people - corrected.get("person", 0), "changed": corrected.get("person", 0)},
        "entries": entries,
        "lists": lists,
        "corrected": [code for code in lists if corrected[code]],
        "watermark": _watermark(),
    }


def _size(stage: Staging, code: str) -> tuple[int, int]:
    """How many rows a list has, and how many of them change rows of the register."""
    old = "NOT is_new" if code in ("household", "person") else "old_id IS NOT NULL"
    return rows(f"SELECT count(*), count(*) FILTER (WHERE {old}) FROM {stage.table(f'do_{code}')}")[0]  # type: ignore[return-value]


def _watermark() -> int:
    return rows("SELECT coalesce(max(id), 0) FROM povertycase_auditevent WHERE subjects > 0")[0][0]


# --- applying ---------------------------------------------------------------------------------------------


def prepare(stage: Staging, job: JobRun) -> None:
    """Compare again if the register was changed since the check; write units and cadres; record the one event."""
    batch = stage.batch
    if "event" in batch.counts:
        return  # a cancelled job is taken up again: the chunks that are left follow the lists as they are
    lists = batch.counts["lists"]
    if _watermark() != batch.counts["watermark"]:
        lists = _compare_again(stage)
    if "helper" in stage:
        write_cadres(stage)
        follow_cadres(stage)
    touched = [row[0] for row in rows(f"SELECT household_id FROM {stage.table('unit')} WHERE touched")]
    event = audit.record(
        "import.applied",
        by=batch.by,
        about=str(batch.pk),
        households=touched,
        job=job,
        params=batch.counts["households"],
    )
    batch.counts = {**batch.counts, "lists": lists, "event": event}
    batch.save(update_fields=["counts"])


def _compare_again(stage: Staging) -> list[str]:
    """What was new may be known by now; what was refused stays refused."""
    batch = stage.batch
    stage.findings.refused = set(
        batch.problems.filter(severity=ERROR).exclude(household_no="").values_list("household_no", flat=True)
    )
    make_units(stage)
    lists = compare(stage)
    batch.counts = {**batch.counts, **_counts(stage, lists)}
    stage.findings.append(batch.pk)
    return lists


def chunks(stage: Staging) -> list[tuple[int, int]]:
    """Ranges of whole households, about a thousand each."""
    return ordinals(stage, CHUNK_HOUSEHOLDS)


def apply(stage: Staging, low: int, high: int) -> dict[str, int]:
    """Write one chunk: identities, dated rows, intervals, index cards; returns how many rows of each."""
    counts = stage.batch.counts
    params = {"low": low, "high": high, "event": counts["event"], "corrected": counts["corrected"]}
    # Later changes of this transaction in the field history point to the event.
    run(
        "SELECT set_config('pc.event', %(event)s::text, true), set_config('pghistory.context_id', gen_random_uuid()::text, true),"
        " set_config('pghistory.context_metadata', jsonb_build_object('event', %(event)s)::text, true)",
        {"event": counts["event"]},
    )
    written = {"households": write_households(stage, params)}
    for code in counts["lists"]:
        if code == "person":
            written["people"] = write_persons(stage, params)
        elif code == "membership":
            written["memberships"] = write_memberships(stage, params)
        elif code in DATED:
            written[code] = write(stage, DATED[code], params)
        elif code in COLUMNS:
            written[code] = write_intervals(stage, code, params)
    touched = rows(
        f"""UPDATE {stage.table("unit")} SET done = true WHERE touched AND ordinal BETWEEN %(low)s AND %(high)s
            RETURNING household_id""",
        params,
    )
    cards.refresh([row[0] for row in touched], day=stage.batch.business_date)
    return written


def finish(stage: Staging, job: JobRun) -> None:
    """New rows by the ten thousand: the planner must know before the next list or check asks for them.

    A rough idea is enough for that: autovacuum follows with a careful look.
    """
    lists = stage.batch.counts["lists"]
    tables = {DATED[code].table for code in lists if code in DATED} | {
        COLUMNS[code][0] for code in lists if code in COLUMNS
    }
    few_statistics(10)
    # In one order, so that two batches that end together wait for each other instead of locking up.
    run(f"ANALYZE {', '.join(sorted(tables | IDENTITIES))}")
