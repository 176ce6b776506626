"""Masked numbers of another system beside the registered ones: what can be seen of them is compared, inside the job."""

from collections.abc import Iterable
from typing import Any

from households.actions import compare_foreign
from households.actions.compare_foreign import Tables
from povertycase import secrets
from povertycase.exchange.columns import Column
from povertycase.secrets import masks

# kind -> the register's ciphertext; its index stands in compare_foreign.INDEXES.
SEALED = {"id": "p.id_number", "phone": "h.phone", "bank": "h.bank_account"}
STAR = "*"


def agrees(shown: str, clear: str) -> bool:
    """Can a masked number be this one? Digit by digit where it has as many, else by what stands before and after the stars."""
    if len(shown) == len(clear):
        return all(one in (STAR, other) for one, other in zip(shown.upper(), clear.upper(), strict=True))
    before, after = shown.split(STAR, 1)[0], shown.rsplit(STAR, 1)[1]
    return clear.upper().startswith(before) and clear.upper().endswith(after.upper())


def compare(tables: Tables, columns: Iterable[Column], **params: Any) -> int:
    """Keep the differences of the rows low to high whose numbers are masked; returns how many. params: low, high.

    Registered numbers are opened here and nowhere kept: of both sides only the mask is.
    """
    found = []
    for column in columns:
        if column.secret and column.masked:
            found += _differing(tables, column, params)
    if found:
        compare_foreign.run(
            f"""INSERT INTO {tables.diff} (row, item, household, person, village, name, field, ours, theirs, ours_key, theirs_key)
                SELECT k.row, x.item, k.household, x.person, k.village_code, k.name, x.field, x.ours, x.theirs, x.ours_key,
                       convert_to(x.theirs, 'UTF8')
                FROM unnest(%(rows)s::int[], %(items)s::text[], %(people)s::bigint[], %(fields)s::text[], %(ours)s::text[],
                            %(theirs)s::text[], %(keys)s::bytea[])
                     AS x (row, item, person, field, ours, theirs, ours_key) JOIN {tables.match} k ON k.row = x.row""",
            dict(zip(("rows", "items", "people", "fields", "ours", "theirs", "keys"), _lists(found), strict=True)),
        )
    return len(found)


def _lists(found: list[tuple]) -> list[list[Any]]:
    """Columns of rows, each a list."""
    return [list(column) for column in zip(*found, strict=True)]


def _differing(tables: Tables, column: Column, params: dict[str, Any]) -> list[tuple]:
    kind, key, of_person = column.secret, column.key, compare_foreign.is_of_person(column)
    asked = compare_foreign.rows(
        f"""SELECT k.row, k.household, k.person, s."{key}_shown", {SEALED[kind]}, {compare_foreign.INDEXES[kind]}
            FROM {tables.match} k JOIN {tables.people} s ON s.row = k.row
            LEFT JOIN households_person p ON p.id = k.person LEFT JOIN households_household h ON h.id = k.household
            WHERE k.fate = 'found' AND k.row BETWEEN %(low)s AND %(high)s AND s."{key}_shown" IS NOT NULL""",
        params,
    )
    numbers = secrets.open_many(kind, [(row[4], row[5]) for row in asked])  # type: ignore[arg-type]
    found = []
    for (row, household, person, shown, _sealed, index), clear in zip(asked, numbers, strict=True):
        if of_person and person is None or clear and agrees(shown, clear):
            continue
        item = f"p{person}:{key}" if of_person else f"h{household}:{key}"
        sides = (masks.mask(kind, clear), _veiled(kind, shown))
        found.append((row, item, person if of_person else None, key, *sides, index))
    return found


def _veiled(kind: Any, shown: str) -> str:
    """Their mask with no more digits than ours shows."""
    if kind != "phone":
        return masks.mask(kind, shown)
    return shown[:3] + STAR * (len(shown) - 7) + shown[-4:] if len(shown) > 7 else STAR * len(shown)


__all__ = ["agrees", "compare"]
