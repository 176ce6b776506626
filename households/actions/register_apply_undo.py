"""Taking an import back 撤销导入, set-based: what it wrote is superseded by what was in force before, recorded now.

Nothing is deleted: what was known in between stays known for its moment. A household that was changed since, by hand or
by another import, keeps everything, with those it shares a person with; the others are as before the import.
"""

import datetime
from typing import Any

from django.db import models

from households.actions import cards
from households.actions.register_apply_choice import Kept
from households.actions.register_apply_dated import PARTS
from households.actions.register_apply_helpers import COLUMNS
from households.actions.register_apply_lists import KEY, lists_made, rows, run
from households.actions.register_apply_people import HOUSEHOLD, PERSON
from households.actions.register_apply_status import STATUS
from households.models import Cadre, ChangeRequest, Household, Membership, Person, Unit
from households.models.dated import Recorded, tables_of_household
from povertycase import audit
from povertycase.models import ImportBatch, JobRun

TABLES = {part.code: part.table for part in (*PARTS, STATUS)} | {
    code: table for code, (table, _names) in COLUMNS.items()
}
TABLES["membership"] = "households_membership"
MODELS: dict[str, type[models.Model]] = {"household": Household, "person": Person}


def chunks_to_undo(batch: ImportBatch, size: int) -> list[tuple[int, int]]:
    """Ranges of ordinals with about `size` written households each."""
    found = rows(
        f"""SELECT min(ordinal), max(ordinal) FROM (
                SELECT ordinal, (dense_rank() OVER (ORDER BY ordinal) - 1) / %(size)s AS chunk
                FROM {Kept(batch, {}, {}).table("unit")} WHERE done) x GROUP BY chunk ORDER BY 1""",
        {"size": size},
    )
    return [(low, high) for low, high in found]


def written(batch: ImportBatch) -> list[int]:
    """The households that the batch wrote."""
    unit = Kept(batch, {}, {}).table("unit")
    return [row[0] for row in rows(f"SELECT household_id FROM {unit} WHERE after IS NOT NULL")]


def undo_chunk(batch: ImportBatch, low: int, high: int, event: int) -> tuple[list[int], list[str]]:
    """Undo the households of a range; returns the keys of those undone and the numbers of those changed since."""
    stage = Kept(batch, {}, {})
    span: dict[str, Any] = {"low": low, "high": high, "event": event}
    _hold(stage, span)
    kept = _changed_since(stage, batch.counts["event"], span)
    unit = stage.table("unit")
    span["kept"] = kept
    chosen = "done AND ordinal BETWEEN %(low)s AND %(high)s AND ordinal <> ALL(%(kept)s)"
    chosen_units = f"SELECT household_id FROM {unit} WHERE {chosen}"
    made = lists_made(stage)
    for code in made:
        if code in TABLES:
            _give_back(stage, code, span)
    for code in ("household", "person"):
        _restore(stage, code, span)
    _empty_new(stage, chosen, span)
    homes = [row[0] for row in rows(chosen_units, span)]
    cards.refresh(homes, day=batch.business_date)
    run(
        f"DELETE FROM households_householdcard WHERE household_id IN ({chosen_units} AND is_new)",
        span,
    )
    # What is undone or kept is at an end: a job that is taken up again does not ask for it.
    run(f"UPDATE {unit} SET done = false WHERE done AND ordinal BETWEEN %(low)s AND %(high)s", span)
    numbers = rows(f"SELECT {KEY} FROM {unit} WHERE after IS NOT NULL AND ordinal = ANY(%(kept)s) ORDER BY 1", span)
    return homes, [row[0] for row in numbers]


def _hold(stage: Kept, span: dict[str, Any]) -> None:
    run(
        f"""SELECT FROM households_household h JOIN {stage.table("unit")} u ON u.household_id = h.id
            WHERE u.done AND u.ordinal BETWEEN %(low)s AND %(high)s ORDER BY h.id FOR NO KEY UPDATE OF h""",
        span,
    )


def _changed_since(stage: Kept, event: int, span: dict[str, Any]) -> list[int]:
    """The ordinals of households whose version went on, and of new ones about which somebody wrote anything."""
    unit = stage.table("unit")
    inside = "u.done AND u.ordinal BETWEEN %(low)s AND %(high)s"
    asked = [
        f"""SELECT u.ordinal FROM {unit} u JOIN households_household h ON h.id = u.household_id
            WHERE {inside} AND h.version IS DISTINCT FROM u.after""",
        f"""SELECT u.ordinal FROM {unit} u JOIN {ChangeRequest._meta.db_table} r ON r.household_id = u.household_id
            WHERE {inside} AND u.is_new AND r.state IN ('open', 'returned')""",
    ]
    asked += [
        f"""SELECT u.ordinal FROM {unit} u JOIN {model._meta.db_table} t ON t.household_id = u.household_id
            WHERE {inside} AND u.is_new AND t.superseded_at IS NULL AND t.event_id IS DISTINCT FROM %(written)s"""
        for model in tables_of_household()
    ]
    # A person whose membership goes may have been entered elsewhere since: his days would stand twice.
    asked += [
        f"""SELECT o.ordinal FROM {stage.table("do_membership")} o JOIN {Membership._meta.db_table} t
              ON t.person_id = o.person_id AND t.superseded_at IS NULL AND t.event_id > %(written)s
            WHERE o.ordinal BETWEEN %(low)s AND %(high)s"""
        for code in lists_made(stage)
        if code == "membership"
    ]
    found = rows(" UNION ".join(asked), {**span, "written": event})
    return [row[0] for row in found]


def _give_back(stage: Kept, code: str, span: dict[str, Any]) -> None:
    """Supersede what the import wrote into one table, by copies of what it had superseded."""
    table = TABLES[code]
    unit, out = stage.table("unit"), stage.table(f"do_{code}")
    mine = f"""{out} o JOIN {unit} u ON u.household_id = o.household
        WHERE u.done AND o.ordinal BETWEEN %(low)s AND %(high)s AND o.ordinal <> ALL(%(kept)s)"""
    run(f"UPDATE {table} t SET superseded_at = now() FROM {mine} AND t.id = o.id AND t.superseded_at IS NULL", span)
    names = ", ".join(f'"{name}"' for name in _columns(table))
    run("DROP TABLE IF EXISTS pg_temp.given_back")
    number = run(
        f"""CREATE TEMP TABLE given_back ON COMMIT DROP AS
            SELECT nextval('{table}_id_seq') AS id, x.old_id, x.made FROM (
                SELECT o.old_id, min(o.id) AS made FROM {mine} AND o.old_id IS NOT NULL GROUP BY 1) x""",
        span,
    )
    if not number:
        return
    run(
        f"""INSERT INTO {table} (id, event_id, recorded_at, {names})
            SELECT g.id, %(event)s, now(), {names} FROM given_back g JOIN {table} t ON t.id = g.old_id""",
        span,
    )
    run(f"UPDATE {table} t SET superseded_by_id = g.id FROM given_back g WHERE t.id = g.made")


def _columns(table: str) -> list[str]:
    """The columns of a dated table that are its content."""
    found = rows(
        """SELECT column_name FROM information_schema.columns WHERE table_name = %(table)s
           AND table_schema = 'public' AND is_generated = 'NEVER' ORDER BY ordinal_position""",
        {"table": table},
    )
    own = {"id", "recorded_at", "superseded_by_id", "superseded_at", "event_id"}
    return [name for (name,) in found if name not in own]


def _restore(stage: Kept, code: str, span: dict[str, Any]) -> None:
    """Identities that the import corrected get back what they had; the field history keeps both."""
    names = ", ".join(f"{name} = b.{name}" for name in (HOUSEHOLD if code == "household" else PERSON))
    run(
        f"""UPDATE households_{code} t SET version = t.version + 1, {names} FROM {stage.table(f"before_{code}")} b
            WHERE b.id = t.id AND b.ordinal BETWEEN %(low)s AND %(high)s AND b.ordinal <> ALL(%(kept)s)""",
        span,
    )


def take_back_helpers(batch: ImportBatch, *, on: datetime.date, job: JobRun) -> dict[str, int]:
    """Cadres and units that the batch brought and nobody answers to or has touched since go; returns how many.

    Like a household they keep their number and their past, not their telephone. Whom the batch only corrected stays as
    corrected: others answer to him.
    """
    listed = Kept(batch, {}, {}).table("do_cadre")
    if not rows("SELECT to_regclass(%(name)s)", {"name": listed})[0][0]:
        return {"cadres": 0, "units": 0}
    mine = "k.version = 1 AND k.taken_back_on IS NULL"
    cadres = rows(
        f"""SELECT k.id FROM households_cadre k JOIN {listed} c USING (id)
            WHERE c.is_new AND {mine} AND k.account_id IS NULL AND {_unused(Cadre)} ORDER BY 1 FOR NO KEY UPDATE OF k"""
    )
    gone: dict[str, Any] = {"on": on, "cadres": [key for (key,) in cadres]}
    units = rows(
        f"""SELECT k.id FROM households_unit k WHERE {mine} AND {_unused(Unit)}
              AND k.name IN (SELECT unit FROM {listed} WHERE unit_is_new)
              AND NOT EXISTS (SELECT FROM households_cadre c WHERE c.unit_id = k.id AND c.taken_back_on IS NULL
                                AND c.id <> ALL(%(cadres)s)) ORDER BY 1 FOR NO KEY UPDATE OF k""",
        gone,
    )
    gone["units"] = [key for (key,) in units]
    told = {"cadres": len(cadres), "units": len(units)}
    if cadres or units:
        audit.record("import.helpers_undone", by=job.by, about=str(batch.pk), job=job, params=told)
    run(
        """UPDATE households_cadre SET taken_back_on = %(on)s, phone = NULL, phone_index = NULL, version = version + 1
           WHERE id = ANY(%(cadres)s)""",
        gone,
    )
    run(
        "UPDATE households_unit SET taken_back_on = %(on)s, version = version + 1 WHERE id = ANY(%(units)s)",
        gone,
    )
    return told


def _unused(model: type[models.Model]) -> str:
    """No row that is known now names it, on any floor."""
    named = [item for item in model._meta.related_objects if issubclass(item.related_model, Recorded)]
    tables = [(item.related_model._meta.db_table, item.field.column) for item in named]
    return " AND ".join(
        f"NOT EXISTS (SELECT FROM {table} t WHERE t.{column} = k.id AND t.superseded_at IS NULL)"
        for table, column in tables
    )


def _empty_new(stage: Kept, chosen: str, span: dict[str, Any]) -> None:
    """A household that is entered no more keeps its number and its past, not its telephone and account.

    The versions of the others go on, so that whoever holds an older one hears of it.
    """
    unit = stage.table("unit")
    run(
        f"""UPDATE households_household h SET version = h.version + 1, phone = NULL, phone_index = NULL,
                   bank_name = '', bank_account = NULL, bank_index = NULL, bank_holder = ''
            WHERE h.id IN (SELECT household_id FROM {unit} WHERE {chosen} AND is_new)""",
        span,
    )
    run(
        f"""UPDATE households_household h SET version = h.version + 1 FROM {unit} u
            WHERE h.id = u.household_id AND u.{chosen.replace(" ordinal", " u.ordinal")} AND NOT u.is_new
              AND h.version = u.after""",
        span,
    )
