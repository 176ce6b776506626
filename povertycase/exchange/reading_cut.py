"""A sheet as the parser gives it; a large one of an xlsx file piece by piece, the first rows while the others wait.

The parser takes a sheet as a whole, and goes through it a second time in search of its merged cells. Here each piece
goes to it as a workbook of its own, with some of the rows and no merged cells to look for: half the time, and no large
sheet is ever whole in memory. Of the reading child alone (reading_child.py): no Django.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import chain, repeat
from typing import Any, NamedTuple

from python_calamine import CalamineSheet, CalamineWorkbook

from povertycase.exchange.reading_parts import (
    BESIDE,
    MAX_COLUMNS,
    ROWS_END,
    SMALL_PART,
    Odd,
    Ranges,
    pieces,
    sheet_part,
    size_of,
)

PIECE_BYTES = 4 * 1024 * 1024
# What is needed beside the sheet (names, formats, shared texts) is parsed with every piece: a piece is larger by far.
TIMES_OTHERS = 4
UNUSED = re.compile(r"xl/(?:pivotCache|externalLinks|drawings|charts|printerSettings)/|customXml/")
ROWS_BEGIN, ROW, CLOSED = b"<sheetData>", b'<row r="', ROWS_END + b"</worksheet>"
REMARK = re.compile(rb"<!")
NO_MERGED = b"<mergeCells></mergeCells>"
Rows = Iterator[list[Any]]


class Parsed(NamedTuple):
    """A sheet: index of its first column, how many columns, its rows in runs of one width behind the number of the first.

    height, merged: as the parser tells them, nothing of a sheet in pieces (reading_parts.look tells them).
    """

    left: int
    width: int
    runs: Iterator[tuple[int, Rows]]
    height: int | None = None
    merged: Ranges | None = None


def parsed(book: Any, data: bytes, name: str) -> Parsed:
    """A sheet of an opened workbook (`data` as it came). Raises Odd, and whatever the parser says of a damaged one."""
    cut = _cut(data, name)
    if cut is None:
        sheet = _checked(book.get_sheet_by_name(name), name)
        left = sheet.start[1] if sheet.start else 0
        return Parsed(left, sheet.width, iter([(1, sheet.iter_rows())]), sheet.height, sheet.merged_cell_ranges)
    first = next(cut, None)
    return Parsed(0, _width(first), _spread(chain([first], cut))) if first else Parsed(0, 0, iter(()))


def _checked(sheet: CalamineSheet, name: str) -> CalamineSheet:
    if sheet.width > MAX_COLUMNS:
        raise Odd("too_wide", sheet=name, columns=sheet.width, limit=MAX_COLUMNS)
    return sheet


def _width(sheet: CalamineSheet) -> int:
    return (sheet.end[1] if sheet.end else 0) + 1


def _spread(sheets: Iterator[CalamineSheet]) -> Iterator[tuple[int, Rows]]:
    """The rows of each piece from column A on, as wide as the widest so far, behind the blank rows before them."""
    first, width = 1, 0
    for sheet in sheets:
        (top, left), own = sheet.start or (0, 0), _width(sheet)
        width = max(width, own)
        before, behind = [""] * left, [""] * (width - own)
        rows = iter(sheet.to_python())
        if before or behind:
            rows = ([*before, *row, *behind] for row in rows)
        yield min(first, top + 1), chain(repeat([""] * width, top + 1 - first), rows)
        first = top + sheet.height + 1


def _cut(data: bytes, name: str) -> Iterator[CalamineSheet] | None:
    """A large sheet in pieces that hold something; nothing for what the parser takes whole."""
    where = sheet_part(data, name)
    if where is None or size_of(data, name) <= SMALL_PART:
        return None
    book, part = where
    needed = [info for info in book.infolist() if not (BESIDE.match(info.filename) or UNUSED.match(info.filename))]
    needed = [info for info in needed if info.filename != part]
    size = max(PIECE_BYTES, TIMES_OTHERS * sum(info.file_size for info in needed))
    head, begin, rows = next(pieces(book, part)).partition(ROWS_BEGIN)
    if book.getinfo(part).file_size <= size or not rows.lstrip().startswith(ROW) or REMARK.search(rows):
        return None
    others = [(info.filename, book.read(info)) for info in needed]
    return _sheets(others, part, name, head + NO_MERGED + begin, _rows(book, part, size))


def _sheets(
    others: list[tuple[str, bytes]], part: str, name: str, head: bytes, rows: Iterator[bytes]
) -> Iterator[CalamineSheet]:
    for piece in rows:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as book:
            for other, content in others:
                book.writestr(other, content)
            book.writestr(part, head + piece)
        packed.seek(0)
        sheet = _checked(CalamineWorkbook.from_filelike(packed).get_sheet_by_name(name), name)
        if sheet.start:
            yield sheet


def _rows(book: zipfile.ZipFile, part: str, size: int) -> Iterator[bytes]:
    """The rows of a sheet in pieces of about `size` bytes, each closed behind its last row.

    A piece begins with a row that tells its number. From a remark or a raw text on nothing is cut: they may hold
    anything. What ends before its rows are closed stays open, and the parser says so.
    """
    source = pieces(book, part)
    waiting = [next(source).partition(ROWS_BEGIN)[2]]
    length = len(waiting[0])
    for more in source:
        waiting.append(more)
        length += len(more)
        if length < size:
            continue
        whole, length = b"".join(waiting), 0
        at = whole.rfind(ROW) if not REMARK.search(whole) else 0
        if at > 0 and ROWS_END not in whole:
            yield whole[:at] + CLOSED
            whole = whole[at:]
        waiting = [whole]
    rows, end, _behind = b"".join(waiting).partition(ROWS_END)
    yield rows + CLOSED if end else rows


__all__ = ["Parsed", "parsed"]
