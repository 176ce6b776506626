"""What an importer may not confirm himself: the changed facts of registered households, set aside from the lists.

Telephone, account and helpers are arranged by whoever may import; everything else about a registered household goes the
way of a change by hand (county-officer.md 3.2).
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from households.actions.register_apply_lists import lists_made, rows, run
from povertycase.exchange.batch import Staging

DIRECT = ("household", "pairing")


def set_aside(stage: Staging) -> None:
    """Take the changed facts of registered households out of the lists; what is left of these households is written."""
    unit, made = stage.table("unit"), lists_made(stage)
    known = f"SELECT household_id FROM {unit} WHERE NOT is_new AND touched"
    asked = [code for code in made if code not in DIRECT]
    for code in asked:
        out, ask = stage.table(f"do_{code}"), stage.table(f"ask_{code}")
        run(f"DROP TABLE IF EXISTS {ask}; CREATE TABLE {ask} AS SELECT * FROM {out} WHERE household IN ({known})")
        run(f"DELETE FROM {out} WHERE household IN ({known})")
    listed = " UNION ".join(f"SELECT household FROM {stage.table(f'ask_{code}')}" for code in asked)
    direct = " UNION ".join(f"SELECT household FROM {stage.table(f'do_{code}')}" for code in made if code in DIRECT)
    if listed:
        run(f"UPDATE {unit} SET is_asked = true WHERE NOT is_new AND household_id IN ({listed})")
        run(f"UPDATE {unit} SET touched = household_id IN ({direct or 'SELECT NULL'}) WHERE is_asked")


def waiting(stage: Staging, low: int, high: int) -> list[tuple[int, str]]:
    """Key and number of the households of a range whose changes are to be asked for."""
    query = f"""SELECT household_id, household_no FROM {stage.table("unit")}
        WHERE is_asked AND NOT is_proposed AND NOT is_failed AND ordinal BETWEEN %(low)s AND %(high)s
        ORDER BY ordinal, household_no"""
    return rows(query, {"low": low, "high": high})  # type: ignore[return-value]


def set_aside_rows(stage: Staging, homes: Sequence[int]) -> dict[int, dict[str, list[dict[str, Any]]]]:
    """The rows set aside, by household and list."""
    found: dict[int, dict[str, list[dict[str, Any]]]] = defaultdict(dict)
    for code in lists_made(stage):
        if code in DIRECT:
            continue
        query = (
            f"SELECT to_jsonb(o) FROM {stage.table(f'ask_{code}')} o WHERE o.household = ANY(%(homes)s) ORDER BY o.id"
        )
        for (text,) in rows(query, {"homes": list(homes)}):
            row = json.loads(text, parse_float=Decimal)
            found[row["household"]].setdefault(code, []).append(row)
    return found


def note_asked(stage: Staging, home: int, *, is_asked: bool) -> None:
    """Note a household as done; one of which nothing became a request is refused."""
    run(
        f"""UPDATE {stage.table("unit")} SET done = true, is_proposed = true, is_asked = %(is_asked)s,
                   is_failed = is_failed OR (NOT %(is_asked)s AND NOT touched) WHERE household_id = %(home)s""",
        {"home": home, "is_asked": is_asked},
    )
