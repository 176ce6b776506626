"""Which households of a checked file go in: all that passed, or those somebody chose; what is kept after they did.

Households that share a person are left out together. After writing, the lists stay for seven days beside the staging
tables: what was new and what changed can be read, and the import can be undone.
"""

from collections.abc import Iterable
from typing import Any

from households.actions.register_apply_counts import households, of_sheet
from households.actions.register_apply_lists import KEY, lists_made, rows, run
from povertycase import slots
from povertycase.exchange.batch import Staging
from povertycase.exchange.staging import SCHEMA
from povertycase.models import ImportBatch

BEFORE = {"before_household": "households_household", "before_person": "households_person"}


class Kept(Staging):
    """A batch that was written: its lists under the names they are kept by."""

    def table(self, code: str) -> str:
        return f"{SCHEMA}.kept{self.batch.pk}_{code}"


def staging_of(batch: ImportBatch) -> Staging | None:
    """The lists of a batch, waiting or written; None where there are none any more."""
    present = {code: frozenset(keys) for code, keys in batch.counts.get("columns", {}).items()}
    for found in (Staging(batch, present, {}), Kept(batch, present, {})):
        if rows("SELECT to_regclass(%(name)s)", {"name": found.table("unit")})[0][0]:
            return found
    return None


def choose(stage: Staging, numbers: Iterable[str], *, is_left: bool) -> None:
    """Leave households out, or take them in again, with those they share a person with."""
    unit = stage.table("unit")
    run(
        f"""UPDATE {unit} SET is_left = %(is_left)s WHERE touched AND ordinal IN (
                SELECT ordinal FROM {unit} WHERE {KEY} = ANY(%(numbers)s))""",
        {"is_left": is_left, "numbers": list(numbers)},
    )


def choose_villages(stage: Staging, codes: list[str]) -> None:
    """Take in the households of these villages only; no code takes in all of them."""
    unit = stage.table("unit")
    run(f"UPDATE {unit} SET is_left = false")
    if codes:
        outside = f"SELECT ordinal FROM {unit} WHERE known_village <> ALL(%(codes)s)"
        run(f"UPDATE {unit} SET is_left = true WHERE touched AND ordinal IN ({outside})", {"codes": codes})


def choose_of(
    batch: ImportBatch, *, left: Iterable[str], taken: Iterable[str], villages: Iterable[str] | None
) -> dict[str, Any]:
    """Apply a choice to a checked batch; returns the counts that it changes. `extra["choose"]` of the import kind."""
    present = {code: frozenset(keys) for code, keys in batch.counts["columns"].items()}
    stage = Staging(batch, present, {})
    if villages is None:
        # Left out last: households that share a person go in together or not at all.
        choose(stage, taken, is_left=False)
        choose(stage, left, is_left=True)
    else:
        choose_villages(stage, list(villages))
    counts = batch.counts
    kind = slots.IMPORT_KINDS[batch.kind]
    told = {title: dict(sheet) for title, sheet in counts["sheets"].items()}
    for sheet in kind.sheets:
        if sheet.code in stage:
            told[sheet.title] |= of_sheet(stage, sheet.code, told[sheet.title]["lost"])
    return {"households": households(stage, counts["households"]["refused"]), "sheets": told}


def left_numbers(stage: Staging) -> list[str]:
    """The households that were left out by choice."""
    return [row[0] for row in rows(f"SELECT {KEY} FROM {stage.table('unit')} WHERE is_left")]


def leave_out(stage: Staging) -> None:
    """Take what was left out by choice from the lists: nothing of it is written."""
    unit = stage.table("unit")
    if not run(f"UPDATE {unit} SET touched = false WHERE is_left"):
        return
    for code in lists_made(stage):
        run(
            f"DELETE FROM {stage.table(f'do_{code}')} d USING {unit} u WHERE u.is_left AND u.household_id = d.household"
        )
    if "helper" in stage:
        used = f"SELECT cadre_id FROM {stage.table('do_pairing')}"
        run(f"DELETE FROM {stage.table('do_cadre')} WHERE is_new AND id NOT IN ({used})")


# --- what is kept -------------------------------------------------------------------------------------------


def open_before(stage: Staging) -> None:
    """Empty tables for identities as they were before they are corrected."""
    for code, table in BEFORE.items():
        name = stage.table(code)
        run(f"DROP TABLE IF EXISTS {name}; CREATE TABLE {name} AS SELECT t.*, 0 AS ordinal FROM {table} t WHERE false")


def note_before(stage: Staging, code: str, params: dict) -> None:
    """Keep the households or persons of a range as they are before they are corrected."""
    run(
        f"""INSERT INTO {stage.table(f"before_{code}")} SELECT t.*, o.ordinal
            FROM households_{code} t JOIN {stage.table(f"do_{code}")} o USING (id)
            WHERE NOT o.is_new AND o.ordinal BETWEEN %(low)s AND %(high)s""",
        params,
    )


def keep(stage: Staging) -> None:
    """Keep the lists of a written batch; its sheets go with the rest of its staging tables."""
    forget(stage.batch)
    # Only what was written can be taken back; a request is withdrawn by who made it.
    run(f"UPDATE {stage.table('unit')} SET done = false WHERE after IS NULL")
    cadres = ["do_cadre"] if "helper" in stage else []
    for code in ("unit", *BEFORE, *cadres, *(f"do_{made}" for made in lists_made(stage))):
        kept = Kept(stage.batch, {}, {}).table(code).removeprefix(f"{SCHEMA}.")
        run(f"ALTER TABLE {stage.table(code)} RENAME TO {kept}")


def forget(batch: ImportBatch) -> None:
    """Drop what is kept of a written batch."""
    found = "SELECT tablename FROM pg_tables WHERE schemaname = %(schema)s AND tablename LIKE %(like)s"
    for (name,) in rows(found, {"schema": SCHEMA, "like": f"kept{int(batch.pk)}\\_%"}):
        run(f"DROP TABLE {SCHEMA}.{name}")
