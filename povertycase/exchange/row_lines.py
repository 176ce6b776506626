"""The rows of a small import in a table of their own: as looked at, as written, and for seven days what each one wrote.

Rows that hang together have one part: a part is written as a whole, in the order of the file, by one chunk.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from django.db import connection
from django.utils.translation import gettext

from povertycase.exchange.batch import Staging
from povertycase.exchange.staging import BY_HAND, SCHEMA
from povertycase.models import ImportBatch
from povertycase.sentences import listed

Change = tuple[str, str | list[str], str | list[str]]  # label, before, after; a list is words of the office
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
    named: str = ""


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


class Lines(Sequence[Line]):
    """The rows of a batch that waits for its confirmation, in the order of the file and in the reader's language.

    Read page by page; nothing once they are written. outcomes: only these, all where none is named.
    """

    def __init__(self, batch: ImportBatch, *outcomes: str) -> None:
        self.table = _table(batch) if _exists(_table(batch)) else ""
        self.chosen = "outcome = ANY(%(outcomes)s)" if outcomes else "true"
        self.params = {"outcomes": list(outcomes)}

    @cached_property
    def number(self) -> int:
        return int(_rows(f"SELECT count(*) FROM {self.table} WHERE {self.chosen}", self.params)[0][0])

    def __len__(self) -> int:
        return self.number if self.table else 0

    def __getitem__(self, at: Any) -> Any:
        if not isinstance(at, slice):
            return self[at : at + 1][0]
        first, last, _step = at.indices(len(self))
        if first >= last:
            return []
        names = "sheet, row, outcome, about, changes::text, part, named"
        found = _rows(
            f"SELECT {names} FROM {self.table} WHERE {self.chosen} ORDER BY place LIMIT %(size)s OFFSET %(first)s",
            {**self.params, "size": last - first, "first": first},
        )
        return [_read(*line) for line in found]


def _read(sheet: str, row: int, outcome: str, about: str, changes: str, part: int, named: str) -> Line:
    said = [
        (gettext(label), listed(before, gettext), listed(after, gettext))
        for label, before, after in json.loads(changes)
    ]
    return Line(sheet, row, outcome, f"{gettext(named)} {about}" if named else about, said, part, named)


def keep(stage: Staging, found: Sequence[Line]) -> None:
    """Write the list of a file's rows anew."""
    table = stage.table(LINES)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(
            f"CREATE TABLE {table} (place integer PRIMARY KEY, part integer, sheet text, row integer, outcome text,"
            f" about text, named text, changes jsonb, done boolean DEFAULT false, wrote jsonb, UNIQUE (sheet, row)) {BY_HAND}"
        )
        cursor.execute(
            f"INSERT INTO {table} SELECT x.place, x.part, x.sheet, x.row, x.outcome, x.about, x.named, x.changes::jsonb FROM"
            " unnest(%(part)s::int[], %(sheet)s::text[], %(row)s::int[], %(outcome)s::text[], %(about)s::text[],"
            " %(named)s::text[], %(changes)s::text[])"
            " WITH ORDINALITY AS x (part, sheet, row, outcome, about, named, changes, place)",
            _columns(found),
        )
        cursor.execute(f"CREATE INDEX ON {table} (part); ANALYZE {table} (part, outcome, done)")
        for code in stage.present:
            cursor.execute(f"CREATE INDEX ON {stage.table(code)} (row)")


def chunks_unlooked(stage: Staging, size: int) -> list[tuple[int, int]]:
    """Ranges of parts with about `size` rows each that nobody looked at yet."""
    return _ranges(f"{stage.table(LINES)} WHERE outcome = ''", size)


def unlooked(stage: Staging, low: int, high: int) -> dict[str, list[int]]:
    """Rows of a range of parts that nobody looked at yet, by sheet."""
    return _of_range(stage, low, high, "outcome = ''")


def note_looked(stage: Staging, found: Sequence[Line]) -> None:
    """What each row would do."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {stage.table(LINES)} l SET outcome = x.outcome, about = x.about, named = x.named,"
            " changes = x.changes::jsonb FROM unnest(%(sheet)s::text[], %(row)s::int[], %(outcome)s::text[],"
            " %(about)s::text[], %(named)s::text[], %(changes)s::text[]) AS x (sheet, row, outcome, about, named, changes)"
            " WHERE l.sheet = x.sheet AND l.row = x.row",
            _columns(found),
        )


def _columns(found: Sequence[Line]) -> dict[str, list[Any]]:
    names = ("part", "sheet", "row", "outcome", "about", "named")
    columns: dict[str, list[Any]] = {name: [getattr(line, name) for line in found] for name in names}
    return columns | {"changes": [json.dumps(line.changes, ensure_ascii=False) for line in found]}


def chunks(stage: Staging, size: int) -> list[tuple[int, int]]:
    """Ranges of parts with about `size` rows each that are not written yet."""
    return _ranges(f"{stage.table(LINES)} WHERE {WAITING}", size)


def waiting(stage: Staging, low: int, high: int) -> dict[str, list[int]]:
    """Rows of a range of parts that are not written yet, by sheet."""
    return _of_range(stage, low, high, WAITING)


def _of_range(stage: Staging, low: int, high: int, chosen: str) -> dict[str, list[int]]:
    found = _rows(
        f"SELECT sheet, array_agg(row ORDER BY place) FROM {stage.table(LINES)} WHERE part BETWEEN %(low)s AND %(high)s"
        f" AND {chosen} GROUP BY sheet ORDER BY min(place)",
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


__all__ = ["Change", "Line", "Lines", "Written", "Wrote"]
