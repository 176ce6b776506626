"""The fact sheet: all facts needed, for all subjects, computed once inside PostgreSQL into one table (house.md 2).

A sheet is one LOGGED table of schema `sheet`, filled in ranges of subject ids; a range is DELETE + INSERT in the
caller's transaction, so a chunk may be done again. Every range asks for the same day and the same moment known, so a
household edited between two ranges counts once. Issued sheets are frozen; the others go after 24 hours.
"""

import contextlib
import datetime
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from povertycase.models import SheetTable
from povertycase.rules import facts, sheet_select
from povertycase.rules.conditions import Given, Node
from povertycase.rules.operands import literal
from povertycase.rules.sheet_select import SheetError

# A county is shared out in ranges of 5,000; a province in wider ones, so that beginning and ending a range stays cheap.
CHUNK, WIDEST, PARTS = 5_000, 25_000, 16
_NARROW = 5  # columns; rows of fewer cost so little that a range of them may be four times as long
_KEEP, _WAIT_SECONDS = datetime.timedelta(hours=24), 300


def create(
    subject: str,
    *,
    as_of: datetime.date,
    known_on: datetime.datetime | None = None,
    period: tuple[datetime.date, datetime.date] | None = None,
    division: str = "",
    codes: Iterable[str] = (),
    nodes: Iterable[Node] = (),
    rules: Iterable[str] = (),
    population: Mapping[str, Any] | None = None,
) -> SheetTable:
    """An empty sheet with a column for every fact of `codes` and for everything that `nodes` ask.

    division: prefix of village codes ("" = all). rules: hashes of the rules it is made for.
    population: a condition over facts of the subject's base source; only such subjects get a row.
    known_on None = the moment after older writing transactions ended. Runs in its own transaction, or the caller's.
    """
    nodes = list(nodes)
    asked = facts.Asked.on(as_of, known_on or settled(), period)
    with transaction.atomic():
        sheet = SheetTable.objects.create(
            subject=subject,
            as_of=as_of,
            known_on=asked.known_on,
            period_start=asked.period_start,
            period_end=asked.period_end,
            division_code=division,
            columns=columns_of(subject, codes, nodes),
            rules=sorted(rules),
            population=dict(population or {}),
        )
        columns = ", ".join(f"{column[0]} {column[1]}" for column in sorted(sheet.columns, key=_stored))
        with connection.cursor() as cursor:
            # Written once and read whole: to tidy and analyse it meanwhile takes a processor from those who fill it.
            cursor.execute(
                f"CREATE TABLE sheet.{sheet.table} (subject_id bigint PRIMARY KEY, division_code text, {columns})"
                " WITH (autovacuum_enabled = off)"
            )
    return sheet


def _stored(column: Sequence[str]) -> tuple[bool, int]:
    """Where a column stands in a stored row: the counts, never empty, first; what has a fixed width before the rest."""
    fixed = ("integer", "date", "boolean")
    return len(column) == 2, fixed.index(column[1]) if column[1] in fixed else len(fixed)


def columns_of(
    subject: str, codes: Iterable[str], nodes: Iterable[Node] = (), *, labels: bool = True
) -> list[list[str]]:
    """[[code, SQL type], …] of a sheet: its labels, the facts, the member counts (with their condition)."""
    wanted = dict.fromkeys(facts.SUBJECTS[subject].labels if labels else ())
    counts: dict[str, str] = {}
    wanted.update(dict.fromkeys(codes))
    for node in nodes:
        wanted.update(dict.fromkeys(sorted(node.facts())))
        counts.update(node.counts())
    columns = [[code, facts.TYPES[facts.get(code).type]] for code in wanted]
    for code in sorted(counts):
        columns.append([code, "integer", counts[code]])
    return columns


def chunks(sheet: SheetTable, size: int = CHUNK) -> list[list[int]]:
    """[[lo, hi], …]: ranges of about `size` subject ids or more that cover every subject the sheet may hold."""
    subject = facts.SUBJECTS[sheet.subject]
    inside = literal(sheet.division_code + "%")
    ids = facts.PREFIX.sub(rf"\1 LIKE {inside}", subject.ids_within) if sheet.division_code else subject.ids
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), min(subject_id), max(subject_id) FROM ({ids}) s")
        number, first, last = cursor.fetchone()
        wide = min(max(size, -(-number // PARTS)), max(size, WIDEST))
        wide *= 4 if len(sheet.columns) < _NARROW else 1
        if number and last - first < _GAPS * number:
            wide = wide * (last - first + 1) // number
            return [[lo, min(lo + wide - 1, last)] for lo in range(first, last + 1, wide)]
        cursor.execute(_RANGES.format(ids=ids), {"size": wide})
        return [list(row) for row in cursor.fetchall()]


# Ids with so few gaps are shared out by arithmetic; numbering them all takes longer than a range.
_GAPS = 1.1
_RANGES = """
WITH numbered AS (
    SELECT subject_id, row_number() OVER (ORDER BY subject_id) - 1 AS place FROM ({ids}) s)
SELECT min(subject_id), max(subject_id) FROM numbered GROUP BY place / %(size)s ORDER BY 1
"""


def fill(sheet: SheetTable, lo: int, hi: int) -> int:
    """The rows of the subject ids lo..hi, made anew. Returns their number. Belongs into the caller's transaction."""
    _require(sheet)
    if sheet.frozen:
        raise SheetError(_("事实表 {number} 已随通报封存，不能再改；请另建一张。").format(number=sheet.pk))
    names = ", ".join(["subject_id", "division_code", *(column[0] for column in sheet.columns)])
    with ranged() as cursor:
        cursor.execute(f"DELETE FROM sheet.{sheet.table} WHERE subject_id BETWEEN %s AND %s", [lo, hi])
        cursor.execute(
            f"INSERT INTO sheet.{sheet.table} ({names}) {sheet_select.select(sheet)} ORDER BY 1",
            asked(sheet).params(lo, hi),
        )
        return cursor.rowcount


@contextlib.contextmanager
def ranged() -> Iterator[Any]:
    """A cursor planned for one range of ids among many: always by index, never the whole table once a range.

    A scan of all persons for every 5,000 households would make the work grow with the square of the county.
    """
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL {name} = {value}" for name, value in _RANGED.items()))
        yield cursor
        cursor.execute("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in _RANGED))


# The joins stand in a good order as written; searching for a better one would take a tenth of a range's time.
_RANGED = {
    "enable_seqscan": "off",
    "random_page_cost": "1.0",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "join_collapse_limit": "1",
    # Everything comes in the order of its ids: merging needs no table in memory.
    "enable_hashjoin": "off",
}


def computed(sheet: SheetTable, lo: int, hi: int) -> list[dict[str, Any]]:
    """The same rows without storing them: for one household, or a handful. The sheet need not be saved."""
    with transaction.atomic(), ranged() as cursor:
        cursor.execute(f"{sheet_select.select(sheet)} ORDER BY 1", asked(sheet).params(lo, hi))
        return _dicts(cursor)


def unsaved(
    subject: str,
    *,
    as_of: datetime.date,
    known_on: datetime.datetime,
    period: tuple[datetime.date, datetime.date] | None = None,
    codes: Iterable[str] = (),
    nodes: Iterable[Node] = (),
    labels: bool = True,
) -> SheetTable:
    """A sheet without a table, for `computed`; without labels it asks only the sources of the facts named."""
    ask = facts.Asked.on(as_of, known_on, period)
    return SheetTable(
        subject=subject,
        as_of=as_of,
        known_on=known_on,
        period_start=ask.period_start,
        period_end=ask.period_end,
        columns=columns_of(subject, codes, nodes, labels=labels),
    )


def asked(sheet: SheetTable) -> facts.Asked:
    """The dates a sheet was made with."""
    return facts.Asked(sheet.as_of, sheet.known_on, sheet.period_start, sheet.period_end)


def complete(sheet: SheetTable) -> None:
    """All ranges are filled: the sheet may be read."""
    SheetTable.objects.filter(pk=sheet.pk).update(complete=True)
    sheet.complete = True


def freeze(sheet: SheetTable) -> None:
    """The sheet of something issued: kept for good, never filled again; the server looks after it from now on."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {sheet.table}_place ON sheet.{sheet.table} (division_code)")
        cursor.execute(f"ALTER TABLE sheet.{sheet.table} RESET (autovacuum_enabled)")
    SheetTable.objects.filter(pk=sheet.pk).update(frozen=True)
    sheet.frozen = True


def drop(sheet: SheetTable, *, now: datetime.datetime) -> None:
    """Take the table away; the catalogue row stays and says when."""
    if sheet.frozen:
        raise SheetError(_("事实表 {number} 已封存，不能删除。").format(number=sheet.pk))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS sheet.{sheet.table}")
    SheetTable.objects.filter(pk=sheet.pk).update(dropped_at=now)
    sheet.dropped_at = now


def drop_old(*, now: datetime.datetime) -> int:
    """Ad-hoc sheets older than 24 hours go. Returns how many went."""
    old = SheetTable.objects.filter(frozen=False, dropped_at__isnull=True, created_at__lt=now - _KEEP)
    for sheet in old:
        drop(sheet, now=now)
    return len(old)


def rows(
    sheet: SheetTable,
    condition: Node | None = None,
    division: str = "",
    *,
    given: Given | None = None,
    columns: Iterable[str] | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """The rows that fulfil a condition inside a division prefix, by place and id: the list behind a figure."""
    wanted = ", ".join(["subject_id", "division_code", *(columns or [column[0] for column in sheet.columns])])
    page = f" LIMIT {int(limit)} OFFSET {int(offset)}" if limit is not None else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {wanted} FROM sheet.{_require(sheet)} WHERE {where(sheet, condition, division, given)} "
            f"ORDER BY division_code, subject_id{page}",
            {},
        )
        return _dicts(cursor)


def count(sheet: SheetTable, condition: Node | None = None, division: str = "", *, given: Given | None = None) -> int:
    """How many rows `rows` would give."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM sheet.{_require(sheet)} WHERE {where(sheet, condition, division, given)}", {}
        )
        return cursor.fetchone()[0]


def where(sheet: SheetTable, condition: Node | None, division: str = "", given: Given | None = None) -> str:
    """A condition as the WHERE clause over a sheet's own columns."""
    limits = [f"division_code LIKE {literal(division + '%')}"] if division else []
    if condition is not None:
        limits.append(condition.sql(own_columns(sheet), given or Given(sheet.as_of)))
    return " AND ".join(limits) or "TRUE"


def own_columns(sheet: SheetTable) -> dict[str, str]:
    """Fact code -> column of the sheet, for `Node.sql`."""
    return {column[0]: column[0] for column in sheet.columns}


def settled(wait_seconds: float = _WAIT_SECONDS) -> datetime.datetime:
    """A moment by which everything recorded is committed: `known_on` of a sheet made now.

    recorded_at is the start of the writing statement, so a row of an unfinished transaction may still appear with an
    earlier time. Waits until the transactions that were writing dated tables at that moment have ended.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), pg_sleep(0.02)")
        moment = cursor.fetchone()[0]
        cursor.execute(_WRITERS)
        writers = {row[0] for row in cursor.fetchall()}
        deadline = time.monotonic() + wait_seconds
        while writers:
            if time.monotonic() > deadline:
                raise SheetError(_("有数据录入或导入长时间没有结束，事实表暂不能生成；请到“后台任务”查看后重试。"))
            time.sleep(0.05)
            cursor.execute(_WRITERS)
            writers &= {row[0] for row in cursor.fetchall()}
    return moment


# Transactions that hold a write lock on a table with recorded_at, other than this session's own.
_WRITERS = """
SELECT DISTINCT l.virtualtransaction FROM pg_locks l
JOIN pg_attribute a ON a.attrelid = l.relation AND a.attname = 'recorded_at' AND NOT a.attisdropped
WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid()
  AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def _require(sheet: SheetTable) -> str:
    if sheet.dropped_at is not None:
        raise SheetError(_("事实表 {number} 已过保留期被清除，请重新检查后再查看名单。").format(number=sheet.pk))
    return sheet.table


def _dicts(cursor: Any) -> list[dict[str, Any]]:
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
