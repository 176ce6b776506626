"""Reads a workbook in a process of its own, so that a hostile file cannot take the worker's memory or time.

Run as a script (no Django): the workbook comes on stdin behind its length, answers go to stdout as length-framed
marshal records: the sheets; then, as often as asked, the first rows of some; then, for the names asked for, blocks of
columns, behind each block the same once more compressed, to be kept. Small sheets come first: they are cleaned there
while the large one is parsed here.

Dates travel as "\\0d2018-05-01", formulas that went wrong as what Excel shows (#REF!): the parser gives them as empty cells.
"""

import csv
import datetime
import io
import json
import marshal
import os
import re
import resource
import struct
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from queue import SimpleQueue
from threading import Semaphore, Thread
from types import SimpleNamespace
from typing import Any, BinaryIO

from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))  # -I leaves it out

from povertycase.exchange.reading_cut import parsed
from povertycase.exchange.reading_parts import (
    ARCHIVE,
    BESIDE,
    PIECE,
    SMALL_PART,
    Odd,
    look,
    pieces,
    size_of,
)

BLOCK_ROWS, HEAD_ROWS = 2_000, 10
PACKED = (ARCHIVE, bytes.fromhex("d0cf11e0a1b11ae1"))
# A text file (CSV, or Excel's “Unicode text”): its marks, what may stand between cells.
MARKS = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = ",\t;|"
LONGEST_CELL = 32_767  # characters, as Excel has it
LONGEST_LINE = re.compile(r"[^\r\n]{1048576}")
MAX_BREAKS = 200  # line breaks in one cell of a text: somebody forgot to close a quote
WAITING = 4  # blocks parsed and not yet taken, about 1 MB each
USUAL_FRAME, MAX_FRAME = 4 * 1024 * 1024, 64 * 1024 * 1024
PLAIN = {str, float, int, bool}


def main() -> None:
    """Answer one workbook, then end."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    source, answers = sys.stdin.buffer, Answers(sys.stdout.buffer)
    (size,) = struct.unpack("<Q", source.read(8))
    try:
        data = source.read(size)
        verify(data)
        book = opened(data)
        known = {shown(sheet.name): sheet.name for sheet in book.sheets_metadata}
        seen = [(shown(sheet.name), sheet.visible == SheetVisibleEnum.Visible) for sheet in book.sheets_metadata]
        answers.give(("sheets", seen))
        what, names = asked(source)
        while what == "heads":
            answers.give(("heads", {name: head(book, known.get(name, name), data) for name in names}))
            what, names = asked(source)
        for record in records(book, [known.get(name, name) for name in names], data):
            answers.give(record)
    except BaseException as reason:
        # Whatever the parser says about a damaged file (its own panics are no Exception): the office needs a sentence.
        answers.give(("error", *complaint(reason)))
    answers.give(("end",))
    answers.end()


def complaint(reason: BaseException) -> tuple[str, dict[str, Any]]:
    """The code of the sentence about a file that cannot be read, and what stands in it."""
    if isinstance(reason, Odd):
        return reason.code, reason.told
    known = {UnicodeError: "encoding", PasswordError: "password", MemoryError: "too_large"}
    return next((code for kind, code in known.items() if isinstance(reason, kind)), type(reason).__name__), {}


def verify(data: bytes) -> None:
    """Unpack what the parser reads at once: no longer than it says, unbroken, without entities. Raises Odd."""
    if not data.startswith(PACKED[0]):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            for info in book.infolist():
                if not BESIDE.match(info.filename):
                    for number, piece in enumerate(pieces(book, info.filename)):
                        if not number and (b"<!ENTITY" in piece or "<!ENTITY".encode("utf-16-le") in piece):
                            raise Odd("entities")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as reason:
        raise Odd("broken") from reason


class TextSheet:
    """Rows of a text file, all of one width, as calamine gives those of a sheet. Raises UnicodeError at once."""

    start = (0, 0)
    merged_cell_ranges: list[Any] = []

    def __init__(self, data: bytes) -> None:
        csv.field_size_limit(1024 * 1024)
        self._text = decoded(data).replace("\0", "")
        if LONGEST_LINE.search(self._text):
            raise Odd("endless_line")
        self._separator = separator(self._text)
        # One look to learn its form: a row may be shorter than the longest, and a cell may hold a line break.
        self.height, self.width = 0, 0
        for row in self._rows():
            self.height, self.width = self.height + 1, max(self.width, len(row))
            if any("\n" in cell and cell.count("\n") > MAX_BREAKS for cell in row):
                raise Odd("quotes", row=self.height)

    def iter_rows(self) -> Iterator[list[str]]:
        """Every row, filled up to the common width."""
        for row in self._rows():
            yield row + [""] * (self.width - len(row))

    def _rows(self) -> Iterator[list[str]]:
        # Excel ends lines with \r\n, old systems with \r alone; inside quotes a break belongs to the cell.
        return csv.reader(io.StringIO(self._text, newline=""), delimiter=self._separator)


def decoded(data: bytes) -> str:
    """The text in whichever of the office's encodings fits without a remainder. Raises UnicodeError."""
    if data.startswith(MARKS):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def separator(text: str) -> str:
    """What stands between the cells: the sign that most of the first rows hold most often."""
    rows = list(islice(io.StringIO(text), HEAD_ROWS))
    counted = Counter({sign: sum(row.count(sign) for row in rows) for sign in SEPARATORS})
    return counted.most_common(1)[0][0]


class TextBook:
    """A text file as a workbook of one sheet, whatever name the sheet is asked for by."""

    def __init__(self, data: bytes) -> None:
        self.sheets_metadata = [SimpleNamespace(name="", visible=SheetVisibleEnum.Visible)]
        self._sheet = TextSheet(data)

    def get_sheet_by_name(self, name: str) -> TextSheet:
        return self._sheet


Book = CalamineWorkbook | TextBook


def opened(data: bytes) -> Book:
    """The workbook; what is neither an archive nor a file of the old Office is text."""
    return CalamineWorkbook.from_filelike(io.BytesIO(data)) if data.startswith(PACKED) else TextBook(data)


def asked(source: BinaryIO) -> tuple[str, list[str]]:
    """What the parent wants next: ("heads" | "read", sheet names)."""
    return tuple(json.loads(source.readline() or '["read", []]'))  # type: ignore[return-value]


def shown(name: str) -> str:
    """A sheet's name as a sentence may carry it: no line end, no sign to a machine, no page of text."""
    return "".join(character for character in name if character.isprintable())[:100]


def head(book: Book, name: str, data: bytes) -> list[list[Any]]:
    """The first rows of a sheet."""
    _first, rows = next(parsed(book, data, name).runs, (1, iter(())))
    return [plain(row) for row in islice(rows, HEAD_ROWS)]


def records(book: Book, names: list[str], data: bytes) -> Iterator[tuple]:
    """The sheets one after the other, the smallest first, as far as a megabyte makes a difference."""
    names = sorted(names, key=lambda name: size_of(data, name) // PIECE)
    with ThreadPoolExecutor(1) as beside:
        # The parser works outside Python: looking for formulas that went wrong beside it costs no time.
        looking = {name: beside.submit(look, data, name) for name in names}
        for name in names:
            yield from read(book, name, data, looking[name])


def read(book: Book, name: str, data: bytes, looking: Future[dict[str, Any]]) -> Iterator[tuple]:
    """One sheet as blocks: ("rows", number of the first row, columns). Raises Odd for what is no table."""
    if size_of(data, name) <= SMALL_PART:
        looking.result()
    sheet = parsed(book, data, name)
    seen = looking.result()
    wrong, height, merged = seen.pop("wrong", {}), seen.pop("height", 0), seen.pop("merged", [])
    if sheet.height is not None:
        height, merged = sheet.height, sheet.merged
    yield ("sheet", shown(name), sheet.left, height, sheet.width, merged, seen)
    for first, rows in sheet.runs:
        while block := list(islice(rows, BLOCK_ROWS)):
            columns = [plain(column) for column in zip(*block, strict=True)]
            for row in range(first, first + len(block)) if wrong else ():
                for at, words in wrong.get(row, ()):
                    if 0 <= at - sheet.left < len(columns):
                        columns[at - sheet.left][row - first] = words
            yield ("rows", first, columns)
            first += len(block)


def plain(column: Sequence[Any]) -> list[Any]:
    """A column or row without values that cannot travel. The same value is one object, which travels once a block."""
    kinds = set(map(type, column))
    if not kinds <= PLAIN:
        words = {value: told(value) for value in set(column) if type(value) not in PLAIN}
        column = [words.get(value, value) for value in column]
    if len(kinds - {str}) > 1:
        return list(column)  # a dictionary takes 1, 1.0 and True for one value
    known: dict[Any, Any] = {}
    found = list(map(known.setdefault, column, column))
    if max(lengths(known), default=0) > LONGEST_CELL and sum(lengths(found)) > USUAL_FRAME:
        raise Odd("long_cell", limit=LONGEST_CELL)
    return found


def lengths(values: Iterable[Any]) -> list[int]:
    """The lengths of the texts among some values."""
    return [len(value) for value in values if type(value) is str]


def told(value: Any) -> str:
    """A cell that marshal cannot carry, as text: a day as NUL d and ISO date, anything else as NUL x and its words."""
    if isinstance(value, datetime.datetime):
        return "\0d" + value.date().isoformat()
    if isinstance(value, datetime.date):
        return "\0d" + value.isoformat()
    return "\0x" + str(value)


def longest(record: Any) -> int:
    """The length of the longest text in a record."""
    if isinstance(record, dict | list | tuple):
        return max(map(longest, record.values() if isinstance(record, dict) else record), default=0)
    return len(record) if isinstance(record, str) else 0


class Answers:
    """Hands records over in a thread of its own, so that the next sheet is parsed while the last one is cleaned there."""

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self._waiting: SimpleQueue[list[bytes]] = SimpleQueue()
        self._room = Semaphore(WAITING)
        self._thread = Thread(target=self._hand_over, daemon=True)
        self._thread.start()

    def give(self, record: tuple) -> None:
        """Put a record on its way; waits while too many are under way. Rows go a second time, compressed."""
        body = marshal.dumps(record)
        if len(body) > USUAL_FRAME and longest(record) > LONGEST_CELL:
            raise Odd("long_cell", limit=LONGEST_CELL)
        if len(body) > MAX_FRAME:
            raise Odd("too_large")
        self._room.acquire()
        self._waiting.put([body, zlib.compress(body, 1)] if record[0] == "rows" else [body])

    def end(self) -> None:
        """Wait until everything is handed over."""
        self._waiting.put([])
        self._thread.join()

    def _hand_over(self) -> None:
        while frames := self._waiting.get():
            try:
                for frame in frames:
                    self._sink.write(struct.pack("<Q", len(frame)))
                    self._sink.write(frame)
                self._sink.flush()
            except OSError:
                os._exit(1)  # nobody reads any more
            self._room.release()


if __name__ == "__main__":
    main()
