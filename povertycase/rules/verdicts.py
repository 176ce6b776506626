"""Verdicts written and frames counted from a fact sheet, inside the database."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import connection

from povertycase.models import SheetTable
from povertycase.rules import sheet, sheet_select
from povertycase.rules.compile import Standard
from povertycase.rules.conditions import Given


def write(table: SheetTable, standard: Standard, given: Given, *, into: str, run: int, lo: int, hi: int) -> int:
    """The verdicts of the sheet's subjects lo..hi, made anew as rows of the table `into`. Returns their number.

    Belongs into the transaction that filled the range.
    """
    with sheet.ranged() as cursor:
        cursor.execute(f"DELETE FROM {into} WHERE run_id = %s AND household_id BETWEEN %s AND %s", [run, lo, hi])
        cursor.execute(
            f"INSERT INTO {into} (run_id, household_id, village_code, members, outcome, met, unmet, values) "
            f"SELECT %(run)s, j.subject_id, j.division_code, j.members, j.outcome, j.met, j.unmet, j.judged "
            f"FROM ({standard.verdict_select(table, given)}) j",
            {"run": run, "lo": lo, "hi": hi},
        )
        return cursor.rowcount


def judged(
    table: SheetTable, standard: Standard, given: Given
) -> list[tuple[int, int, int, int, list[Decimal | None]]]:
    """(subject, outcome, met, unmet, values) of every row of a small sheet: villages, counties."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT j.subject_id, j.outcome, j.met, j.unmet, j.judged FROM ({standard.verdict_select(table, given)}) j",
            {"lo": 0, "hi": _LAST},
        )
        return cursor.fetchall()


_LAST = 10**15  # beyond every subject's number


def tally(table: SheetTable, fact: str, size: str, lo: int, hi: int, names: Mapping[bool, str]) -> dict[str, int]:
    """Subjects and their persons (the fact `size`) of an unsaved sheet by a yes-or-no fact, without storing a row.

    {name_households: n, name_persons: m} for both answers.
    """
    cells = ", ".join(
        f"count(*) FILTER (WHERE {test} {fact}), coalesce(sum({size}) FILTER (WHERE {test} {fact}), 0)::bigint"
        for test in ("", "NOT")
    )
    keys = [f"{names[answer]}_{what}" for answer in (True, False) for what in ("households", "persons")]
    with sheet.ranged() as cursor:
        cursor.execute(f"SELECT {cells} FROM ({sheet_select.select(table)}) tallied", sheet.asked(table).params(lo, hi))
        row: tuple[Any, ...] = cursor.fetchone()
    return dict(zip(keys, row, strict=True))
