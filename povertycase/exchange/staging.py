"""Staging: the cleaned rows of a workbook in tables of their own, secrets sealed, one table per batch and sheet.

Rows travel block by block from the reading child through the cleaners into COPY; no sheet is ever whole in memory.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import compress
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop as _

from povertycase.exchange import headers, seen, sent
from povertycase.exchange.cells import NULL, CellReader, layout_of
from povertycase.exchange.cleaning import CLEANED, ERROR, Note, is_blank, tidy
from povertycase.exchange.columns import HOUSEHOLD, Column, Sheet, plain_heading
from povertycase.exchange.findings import Findings, Place, letter, shown
from povertycase.exchange.headers import Header
from povertycase.exchange.reader import Block, SheetStart
from povertycase.models import SentRows

SCHEMA = "staging"
# A staging table lives minutes and is analysed by those who fill it; DROP would wait for an autovacuum that looks at it.
BY_HAND = "WITH (autovacuum_enabled = false)"
# Rows that are no data: sums, remarks, signatures (reference.md 7.3 #18).
NOT_DATA = re.compile(
    r"^(合 ?计|小 ?计|总 ?计|共 ?计|填报|填表|审核|单位负责人|负责人|制表|经办|签字|签章|盖章|注[:：]|说明|备注[:：]"
    r"|联系电话[:：]|单位[:：]|日期[:：]|以下空白|以下无)"
)
SIGNED = re.compile(r"(签字|签名|签章|盖章|公章|负责人|经办人|填报人|制表人|填表人)[）)]?[:：]?\s*\S{0,6}$")


@dataclass
class Staged:
    """A sheet in its staging table: what was declared, which columns the file has, how many rows went in."""

    sheet: Sheet
    table: str
    header: Header
    rows: int = 0
    lost: int = 0  # rows without their key: reported, not staged
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def present(self) -> frozenset[str]:
        """Keys of the declared columns that the file carries."""
        return frozenset(self.header.index)


def table_name(batch_id: int, code: str) -> str:
    """The staging table of one sheet of a batch, with its schema; `code` is the sheet's, never what a file says."""
    return f"{SCHEMA}.b{batch_id}_{code}"


def create(batch_id: int, sheet: Sheet) -> str:
    """Make the empty staging table of a sheet; returns its name."""
    table = table_name(batch_id, sheet.code)
    columns = ", ".join(f'"{name}" {kind}' for name, kind in layout(sheet))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        cursor.execute(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} ({columns}) {BY_HAND}")
    return table


def drop(batch_id: int) -> None:
    """Remove every staging table of a batch."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables WHERE schemaname = %s AND tablename LIKE %s",
            [SCHEMA, f"b{int(batch_id)}\\_%"],
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {table}")


def layout(sheet: Sheet) -> list[tuple[str, str]]:
    """The columns of the staging table and their types: row, then every declared column with what derives from it."""
    found = [("row", "integer")]
    for column in sheet.columns:
        found += layout_of(column)
    return found


class SheetStager:
    """Takes the blocks of one sheet, cleans them and copies them into the staging table."""

    def __init__(
        self,
        batch_id: int,
        sheet: Sheet,
        start: SheetStart,
        findings: Findings,
        today: date,
        known: Mapping[str, str] | None = None,
    ) -> None:
        self.sheet, self.start, self.findings, self.today = sheet, start, findings, today
        self.known = known  # what the place's own headings mean
        self.staged = Staged(sheet, create(batch_id, sheet), Header(0))
        self.batch_id = batch_id
        self.readers: dict[str, CellReader] = {}
        self.fill: dict[int, Any] = {}
        self.left = 0
        seen.tell(sheet.title, start, findings)
        self.sent: list[SentRows] = []

    def copy(self, records: Iterator[SheetStart | Block]) -> SheetStart | None:
        """Clean and copy the blocks up to the next sheet, and return that. Raises FileRefused without a header."""
        pulled = Pulled(self, records)
        with connection.cursor() as cursor:
            # One COPY a sheet that asks for block after block: the server takes one in while the next is cleaned.
            cursor.copy_expert(f"COPY {self.staged.table} FROM STDIN", pulled)
        if pulled.failure:
            raise pulled.failure
        SentRows.objects.bulk_create(self.sent, batch_size=4)
        return pulled.following

    def take(self, block: Block) -> bytes:
        """Clean one block; returns its rows as COPY text. Raises FileRefused when the first one shows no header."""
        if not self.readers:
            self.left = block.left
            self._find_header(block)
        self.sent.append(sent.sealed(self.batch_id, self.sheet.title, block))
        self._fill_merged(block)
        first, columns = block.first, block.columns
        if (cut := self.staged.header.last_row - first + 1) > 0:
            first, columns = first + cut, [column[cut:] for column in columns]
        return self._lines(first, block.left, columns) if columns and columns[0] else b""

    def _find_header(self, block: Block) -> None:
        header = headers.find(
            self.sheet, block.columns, block.left, self.findings, self.known, self.start.merged, self.start.name
        )
        self.staged.header = header
        # Where another number finds the row, the mask of a number is what an export wrote there.
        numbered = all(self.sheet[key].type == "code" for key in self.sheet.keys)
        from_1904 = bool(self.start.seen.get("from_1904"))
        self.readers = {
            column.key: CellReader(column, self.today, header.scale.get(column.key, 1), numbered, from_1904)
            for column in self.sheet.columns
        }

    def _fill_merged(self, block: Block) -> None:
        """Fill values down inside merged cells of the data, and only there (reference.md 7.3 #17)."""
        last = block.first + block.height - 2  # both counted from 0 like the merged ranges
        for (top, left), (bottom, right) in self.start.merged:
            if bottom == top or left != right or bottom < self.staged.header.last_row or top > last:
                continue
            cells = block.columns[left - block.left] if 0 <= left - block.left < len(block.columns) else []
            begin = top - block.first + 1
            if 0 <= begin < len(cells):
                self.fill[left] = cells[begin]
                self._tell_merged(top, bottom, left)
            for row in range(max(begin, 0), min(bottom - block.first + 2, len(cells))):
                cells[row] = self.fill.get(left, "")

    def _tell_merged(self, top: int, bottom: int, left: int) -> None:
        """A declared cell that stands for the rows under it says so."""
        key = next((key for key, index in self.staged.header.index.items() if index == left), "")
        if key and top >= self.staged.header.last_row:
            note = Note(
                CLEANED, "merged_filled", _("合并单元格，以下 %(rows)s 行按同一内容读取"), {"rows": bottom - top}
            )
            self.findings.add(self.staged.header.place(self.sheet.title, key, top + 1), note)

    def _lines(self, first: int, left: int, columns: list[list[Any]]) -> bytes:
        rows = list(range(first, first + len(columns[0])))
        header = self.staged.header
        raws = {key: columns[index - left] for key, index in header.index.items()}
        keys = [self.readers[key].read(raws[key]) for key in self.sheet.keys]
        # A finding is told with the household it is about, where the sheet is one of households.
        numbers_of = keys[0] if self.sheet.key == HOUSEHOLD else [""] * len(rows)
        keep = self._keep(rows, keys, columns, raws)
        if not all(keep):
            rows = list(compress(rows, keep))
            raws = {key: list(compress(cells, keep)) for key, cells in raws.items()}
            numbers_of = list(compress(numbers_of, keep))
        if not rows:
            return b""
        lines: list[Iterable[str]] = [map(str, rows)]
        for column in self.sheet.columns:
            cells = raws.get(column.key)
            reader = self.readers[column.key]
            lines += reader.columns(cells) if cells is not None else [[NULL] * len(rows)] * len(layout_of(column))
            self._report(column, reader, cells or [], rows, numbers_of)
        self.staged.rows += len(rows)
        return ("\n".join(map("\t".join, zip(*lines, strict=True))) + "\n").encode()

    def _keep(
        self, rows: list[int], keys: list[list[str]], columns: list[list[Any]], raws: dict[str, list[Any]]
    ) -> list[bool]:
        """Which rows are data: those whose key is filled, a household number in most sheets."""
        keep = [text != NULL for text in keys[0]]
        for more in keys[1:]:
            keep = [kept and text != NULL for kept, text in zip(keep, more, strict=True)]
        if all(keep):
            return keep
        for at, good in enumerate(keep):
            if not good:
                lost = next(key for key, texts in zip(self.sheet.keys, keys, strict=True) if texts[at] == NULL)
                self._set_aside(rows[at], [column[at] for column in columns], lost, raws[lost][at])
        return keep

    def _set_aside(self, row: int, cells: list[Any], key: str, raw: Any) -> None:
        """Count a row that is no data, or report one that lost its key."""
        texts = [text for text in map(tidy, cells) if not is_blank(text)]
        reason = "blank" if not texts else "no_data" if _is_no_data(texts) or self._is_header(texts) else ""
        if reason:
            self.staged.skipped[reason] = self.staged.skipped.get(reason, 0) + 1
            return
        self.staged.lost += 1
        reader = self.readers[key]
        note = reader.notes.get(raw) or _missing(reader.column)
        place = self.staged.header.place(self.sheet.title, key, row)
        self.findings.add(place, note, "", shown(reader.column, raw))
        self._report_rest(row, key, cells)

    def _report_rest(self, row: int, lost: str, cells: list[Any]) -> None:
        """What else is wrong in a row that cannot be staged: whoever mends it shall see everything at once."""
        for column in self.sheet.columns:
            if column.key != lost and column.key in self.staged.header.index:
                cell = [cells[self.staged.header.index[column.key] - self.left]]
                self.readers[column.key].columns(cell)
                self._report(column, self.readers[column.key], cell, [row], [""])

    def _is_header(self, texts: list[str]) -> bool:
        """The header once more, as at the head of a printed page."""
        headings = {plain_heading(text) for text in self.staged.header.heading.values()}
        return len(headings.intersection(map(plain_heading, texts))) >= headers.ENOUGH

    def _report(self, column: Column, reader: CellReader, cells: list[Any], rows: list[int], keys: list[str]) -> None:
        """Hand the findings of a column on, with their places; a required cell that is empty is one."""
        if column.key not in self.staged.header.index:
            return
        index, heading = self.staged.header.index[column.key], self.staged.header.heading[column.key]
        for at, note in reader.hits(cells):
            place = Place(self.sheet.title, rows[at], letter(index), heading)
            self.findings.add(place, note, keys[at], shown(column, cells[at]))
        if column.required:
            for at in reader.blanks(cells):
                place = Place(self.sheet.title, rows[at], letter(index), heading)
                self.findings.add(place, Note(ERROR, "required", _("必填，请补上")), keys[at])


def _missing(key: Column) -> Note:
    if key.key == HOUSEHOLD:
        return Note(ERROR, "household_no_missing", _("没有户编号，整行不能导入，请补上"))
    return Note(ERROR, "key_missing", _("没有%(heading)s，整行不能导入，请补上"), {"heading": key.heading})


def _is_no_data(texts: list[str]) -> bool:
    numbered = [text for text in texts if text.isdigit()]
    signed = len(texts) <= 4 and any(SIGNED.search(text) for text in texts[:1])
    return signed or bool(NOT_DATA.match(texts[0])) or numbered == [str(n + 1) for n in range(len(texts))]


class Pulled:
    """The file COPY reads from: one block of a sheet a call, cleaned when it is asked for."""

    def __init__(self, stager: SheetStager, records: Iterator[SheetStart | Block]) -> None:
        self.stager, self.records = stager, records
        self.following: SheetStart | None = None
        self.failure: Exception | None = None

    def read(self, size: int) -> bytes:
        """The next block as COPY text, however long; nothing at the end of the sheet."""
        try:
            for record in self.records:
                if isinstance(record, SheetStart):
                    self.following = record
                    break
                if body := self.stager.take(record):
                    return body
        except Exception as failure:
            # Kept for the caller: through COPY it would come back as an error of the database.
            self.failure = failure
        return b""
