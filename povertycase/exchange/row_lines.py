"""The rows of a small import in a table of their own: as looked at, as written, and for seven days what each one wrote.

Rows that hang together have one part: a part is written as a whole, in the order of the file, by one chunk.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection

from povertycase.exchange.batch import Staging
from povertycase.exchange.staging import BY_HAND, SCHEMA
from povertycase.models import ImportBatch

Change = tuple[str, str, str]  # label, before, after
LINES = "lines"
WAITING = "outcome IN ('new', 'changed') AND NOT done"


@dataclass(frozen=True)
class Line:
    """A row of a batch as it was looked at, for those who confirm it."""

    sheet: str
    row: int
    outcome: str
    about: str
    changes: list[Change]
    part: int = 0


@dataclass(frozen=True)
class Wrote:
    """What a row wrote: the key of what it made, the key of what that superseded, and what else taking it back needs."""

    made: int | str
    old: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """A written row that may be taken back."""

    place: int
    sheet: str
    row: int
    wrote: Wrote


def lines(batch: ImportBatch, outcome: str = "") -> list[Line]:
    """The rows of a batch that waits for its confirmation, in the order of the file; nothing once they are written."""
    table = _table(batch)
    if not _exists(table):
        return []
    chosen = "outcome = %(outcome)s" if outcome else "true"
    names = "sheet, row, outcome, about, changes::text, part"
    found = _rows(f"SELECT {names} FROM {table} WHERE {chosen} ORDER BY place", {"outcome": outcome})
    return [Line(sheet, row, what, about, json.loads(said), part) for sheet, row, what, about, said, part in found]


def keep(stage: Staging, found: Sequence[Line]) -> None:
    """Write the list of a file's rows anew."""
    table = stage.table(LINES)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(
            f"CREATE TABLE {table} (place integer PRIMARY KEY, part integer, sheet text, row integer, outcome text,"
            f" about text, changes jsonb, done boolean DEFAULT false, wrote jsonb, UNIQUE (sheet, row)) {BY_HAND}"
        )
        cursor.execute(
            f"INSERT INTO {table} SELECT x.place, x.part, x.sheet, x.row, x.outcome, x.about, x.changes::jsonb FROM"
            " unnest(%(part)s::int[], %(sheet)s::text[], %(row)s::int[], %(outcome)s::text[], %(about)s::text[],"
            " %(changes)s::text[]) WITH ORDINALITY AS x (part, sheet, row, outcome, about, changes, place)",
            {
                "part": [line.part for line in found],
                "sheet": [line.sheet for line in found],
                "row": [line.row for line in found],
                "outcome": [line.outcome for line in found],
                "about": [line.about for line in found],
                "changes": [json.dumps(line.changes, ensure_ascii=False) for line in found],
            },
        )
        cursor.execute(f"CREATE INDEX ON {table} (part); ANALYZE {table} (part, outcome, done)")


def chunks(stage: Staging, size: int) -> list[tuple[int, int]]:
    """Ranges of parts with about `size` rows each that are not written yet."""
    return _ranges(f"{stage.table(LINES)} WHERE {WAITING}", size)


def waiting(stage: Staging, low: int, high: int) -> dict[str, list[int]]:
    """Rows of a range of parts that are not written yet, by sheet."""
    found = _rows(
        f"SELECT sheet, array_agg(row ORDER BY place) FROM {stage.table(LINES)} WHERE part BETWEEN %(low)s AND %(high)s"
        f" AND {WAITING} GROUP BY sheet ORDER BY min(place)",
        {"low": low, "high": high},
    )
    return dict(found)


def note_done(stage: Staging, code: str, row: int, outcome: str, wrote: Wrote | None) -> None:
    """What became of a row, and what it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {stage.table(LINES)} SET done = true, outcome = %s, wrote = %s WHERE sheet = %s AND row = %s",
            [outcome, json.dumps(asdict(wrote), ensure_ascii=False, default=str) if wrote else None, code, row],
        )


def counted(stage: Staging) -> dict[tuple[str, str], int]:
    """How many rows of each sheet have each outcome."""
    found = _rows(f"SELECT sheet, outcome, count(*) FROM {stage.table(LINES)} GROUP BY 1, 2")
    return {(sheet, outcome): number for sheet, outcome, number in found}


# --- what is kept to take it back ---------------------------------------------------------------------------


def keep_written(stage: Staging) -> None:
    """Keep what the rows wrote; the list itself goes with the rest of the staging tables."""
    kept = _kept(stage.batch)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DROP TABLE IF EXISTS {kept}; CREATE TABLE {kept} {BY_HAND} AS SELECT place, part, sheet, row, wrote,"
            f" false AS done FROM {stage.table(LINES)} WHERE wrote IS NOT NULL"
        )
        cursor.execute(f"CREATE INDEX ON {kept} (part);")


def forget(batch: ImportBatch) -> None:
    """Drop what is kept of a written batch."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_kept(batch)}")


def is_kept(batch: ImportBatch) -> bool:
    """Is it still known what the rows of a batch wrote?"""
    return _exists(_kept(batch))


def number_written(batch: ImportBatch) -> int:
    """How many rows of a batch wrote something."""
    return int(_rows(f"SELECT count(*) FROM {_kept(batch)}")[0][0])


def chunks_written(batch: ImportBatch, size: int) -> list[tuple[int, int]]:
    """Ranges of parts with about `size` written rows each that are not taken back yet."""
    return _ranges(f"{_kept(batch)} WHERE NOT done", size)


def written(batch: ImportBatch, low: int, high: int) -> list[Written]:
    """The written rows of a range of parts, the last one first: what came later may stand on what came before."""
    found = _rows(
        f"SELECT place, sheet, row, wrote::text FROM {_kept(batch)} WHERE part BETWEEN %(low)s AND %(high)s AND NOT done"
        " ORDER BY place DESC",
        {"low": low, "high": high},
    )
    return [Written(place, sheet, row, Wrote(**json.loads(wrote))) for place, sheet, row, wrote in found]


def note_taken_back(batch: ImportBatch, line: Written) -> None:
    """A row was taken back, or stays for good."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {_kept(batch)} SET done = true WHERE place = %s", [line.place])


def _ranges(chosen: str, size: int) -> list[tuple[int, int]]:
    return _rows(
        f"""SELECT min(part), max(part) FROM (
                SELECT part, ((sum(number) OVER (ORDER BY part))::bigint - 1) / %(size)s AS chunk
                FROM (SELECT part, count(*) AS number FROM {chosen} GROUP BY 1) o) x GROUP BY chunk ORDER BY 1""",
        {"size": size},
    )


def _table(batch: ImportBatch) -> str:
    return Staging(batch, {}, {}).table(LINES)


def _kept(batch: ImportBatch) -> str:
    return f"{SCHEMA}.kept{int(batch.pk)}_rows"


def _exists(table: str) -> bool:
    return _rows("SELECT to_regclass(%(table)s) IS NOT NULL", {"table": table})[0][0]


def _rows(query: str, params: Mapping[str, Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


__all__ = ["Change", "Line", "Written", "Wrote", "lines"]
