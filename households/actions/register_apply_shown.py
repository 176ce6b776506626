"""The lists of an import as rows for a page: the households of one outcome, and for some of them old beside new.

A fixed number of queries, however many households stand on the page.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from households.actions.register_apply_choice import BEFORE, Kept
from households.actions.register_apply_counts import gone_from
from households.actions.register_apply_dated import PARTS
from households.actions.register_apply_helpers import COLUMNS
from households.actions.register_apply_lists import KEY, lists_made, rows
from households.actions.register_apply_people import HOUSEHOLD, MEMBERSHIP, PERSON
from households.actions.register_apply_status import STATUS
from povertycase.exchange.batch import Staging

DATED = {part.code: part for part in (*PARTS, STATUS)}
OUTCOMES = {
    "new": "u.is_new AND (u.touched OR u.is_left) AND NOT u.is_failed",
    "changed": "NOT u.is_new AND (u.touched OR u.is_left OR u.is_asked) AND NOT u.is_failed",
    "same": "NOT (u.touched OR u.is_left OR u.is_failed OR u.is_asked)",
}


@dataclass(frozen=True)
class Entry:
    """One row of a list: of which household and person, its day, what stood there before and what comes."""

    household: int
    person: int | None
    day: str | None
    old: dict[str, Any]
    new: dict[str, Any]
    names: tuple[str, ...]
    ends: bool = False


def units(
    stage: Staging, outcome: str, villages: list[str], reach: list[str], first: int, size: int
) -> tuple[int, list[tuple[int, str, str, bool]]]:
    """How many households have an outcome in these villages (none: all), and some: key, number, village, left out."""
    unit = stage.table("unit")
    clauses = f"""FROM {unit} u WHERE {OUTCOMES[outcome]} AND u.known_village LIKE ANY(%(reach)s)
        AND (%(villages)s::text[] = '{{}}' OR u.known_village = ANY(%(villages)s::text[]))"""
    params = {"villages": villages, "reach": [f"{prefix}%" for prefix in reach], "first": first, "size": size}
    number = rows(f"SELECT count(*) {clauses}", params)[0][0]
    names = f"u.household_id, u.{KEY}, u.known_village, u.is_left"
    found = rows(f"SELECT {names} {clauses} ORDER BY u.{KEY} LIMIT %(size)s OFFSET %(first)s", params)
    return int(number), found  # type: ignore[return-value]


def villages(stage: Staging, reach: list[str]) -> list[str]:
    """The villages of the households that a file brings."""
    found = rows(
        f"SELECT DISTINCT known_village FROM {stage.table('unit')} WHERE known_village LIKE ANY(%(reach)s) ORDER BY 1",
        {"reach": [f"{prefix}%" for prefix in reach]},
    )
    return [row[0] for row in found if row[0]]


def gone(stage: Staging, reach: list[str], first: int, size: int) -> tuple[int, list[int]]:
    """Registered households of the file's villages that are not in it: how many, and the keys of some."""
    if isinstance(stage, Kept) or "household" not in stage:
        return 0, []
    params = {"reach": [f"{prefix}%" for prefix in reach], "first": first, "size": size}
    clauses = f"{gone_from(stage)} AND c.village_code LIKE ANY(%(reach)s)"
    found = rows(
        f"SELECT c.household_id {clauses} ORDER BY c.village_code, c.household_no LIMIT %(size)s OFFSET %(first)s",
        params,
    )
    return int(rows(f"SELECT count(*) {clauses}", params)[0][0]), [row[0] for row in found]


def heads(stage: Staging, homes: Sequence[int]) -> dict[int, str]:
    """The heads of new households by the file; known ones have a card."""
    if "do_person" not in {f"do_{code}" for code in lists_made(stage)}:
        return {}
    found = rows(
        f"""SELECT m.household, p.name FROM {stage.table("do_membership")} m
            JOIN {stage.table("do_person")} p ON p.id = m.person_id
            WHERE m.relation = 'head' AND m.household = ANY(%(homes)s) ORDER BY m.true_to DESC NULLS FIRST""",
        {"homes": list(homes)},
    )
    named: dict[int, str] = {}
    for home, name in found:
        named.setdefault(home, name)
    return named


def people(stage: Staging, keys: Sequence[int]) -> dict[int, str]:
    """Names of persons, new or known."""
    new = "UNION ALL SELECT id, name FROM {} WHERE id = ANY(%(keys)s)"
    more = new.format(stage.table("do_person")) if "person" in lists_made(stage) else ""
    known = "SELECT id, name FROM households_person WHERE id = ANY(%(keys)s)"
    return dict(rows(f"{known} {more}", {"keys": list(keys)}))  # type: ignore[arg-type]


def cadres(stage: Staging, keys: Sequence[int]) -> dict[int, str]:
    """Names of helpers, new or known."""
    known = "SELECT id, name FROM households_cadre WHERE id = ANY(%(keys)s)"
    there = rows("SELECT to_regclass(%(name)s)", {"name": stage.table("do_cadre")})[0][0]
    more = f"UNION ALL SELECT id, name FROM {stage.table('do_cadre')} WHERE id = ANY(%(keys)s)" if there else ""
    return dict(rows(f"{known} {more}", {"keys": list(keys)}))  # type: ignore[arg-type]


def entries(stage: Staging, code: str, homes: Sequence[int]) -> list[Entry]:
    """The rows of one list for some households, each with the row it corrects or follows."""
    query, names = _query(stage, code)
    params = {"homes": list(homes), "event": stage.batch.counts.get("event", 0)}
    found = rows(query, params)
    return [_entry(code, names, _read(new), _read(old)) for new, old in found]


def _query(stage: Staging, code: str) -> tuple[str, tuple[str, ...]]:
    out = stage.table(f"do_{code}")
    chosen = "WHERE o.household = ANY(%(homes)s)"
    if code in ("household", "person"):
        kept = isinstance(stage, Kept)
        before = stage.table(f"before_{code}") if kept else BEFORE[f"before_{code}"]
        join = f"LEFT JOIN {before} t ON t.id = o.id AND NOT o.is_new"
        return (
            f"SELECT to_jsonb(o), to_jsonb(t) FROM {out} o {join} {chosen} ORDER BY o.id",
            HOUSEHOLD if code == "household" else PERSON,
        )
    if code in DATED:
        part = DATED[code]
        return (
            f"""SELECT to_jsonb(o), (SELECT to_jsonb(t) FROM {part.table} t
                    WHERE t.{part.subject} = o.subject_id AND t.true_from <= o.true_from AND t.id <> o.id
                      AND t.event_id IS DISTINCT FROM %(event)s AND (t.superseded_at IS NULL OR t.id = o.old_id)
                    ORDER BY t.id = o.old_id DESC NULLS LAST, t.true_from DESC, t.id DESC LIMIT 1)
                FROM {out} o {chosen} ORDER BY o.true_from, o.id""",
            tuple(part.names()),
        )
    table, names = ("households_membership", MEMBERSHIP) if code == "membership" else COLUMNS[code]
    more = tuple(name for name in ("true_from", "true_to") if name not in names)
    join = f"LEFT JOIN {table} t ON t.id = o.old_id"
    return f"SELECT to_jsonb(o), to_jsonb(t) FROM {out} o {join} {chosen} ORDER BY o.true_from, o.id", (*names, *more)


def _read(text: str | None) -> dict[str, Any]:
    return json.loads(text, parse_float=Decimal) if text else {}


def _entry(code: str, names: tuple[str, ...], new: dict[str, Any], old: dict[str, Any]) -> Entry:
    person = new.get("person_id") or (new["id"] if code == "person" else None)
    if code == "condition":
        person = new["subject_id"]
    return Entry(new["household"], person, new.get("true_from"), old, new, names, ends=new.get("stays") is False)
