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
import posixpath
import re
import resource
import struct
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from queue import SimpleQueue
from threading import Semaphore, Thread
from types import SimpleNamespace
from typing import Any, BinaryIO
from xml.etree import ElementTree

from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

BLOCK_ROWS = 2_000
HEAD_ROWS = 10
PACKED = (b"PK", bytes.fromhex("d0cf11e0a1b11ae1"))
# A text file (CSV, or Excel's “Unicode text”): its encodings, what may stand between cells.
ENCODINGS = ("utf-8-sig", "gb18030")
MARKS = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = ",\t;|"
LONGEST_CELL = 1024 * 1024
WAITING = 4  # blocks parsed and not yet taken, about 1 MB each
PLAIN = {str, float, int, bool}
PIECE = 1024 * 1024
WRONG = re.compile(rb'<c [^>]*?\br="([A-Z]+)(\d+)"[^>]*?\bt="e"[^>]*>(?:<f.*?(?:/>|</f>))?<v>([^<]+)</v>', re.S)
MAX_WRONG = 10_000
Faults = dict[int, list[tuple[int, str]]]


def main() -> None:
    """Answer one workbook, then end."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    source, answers = sys.stdin.buffer, Answers(sys.stdout.buffer)
    (size,) = struct.unpack("<Q", source.read(8))
    try:
        data = source.read(size)
        book = opened(data)
        answers.give(("sheets", [(m.name, m.visible == SheetVisibleEnum.Visible) for m in book.sheets_metadata]))
        what, names = asked(source)
        while what == "heads":
            answers.give(("heads", {name: head(book, name) for name in names}))
            what, names = asked(source)
        for record in records(book, names, data):
            answers.give(record)
    except UnicodeError:
        answers.give(("error", "encoding"))
    except PasswordError:
        answers.give(("error", "password"))
    except MemoryError:
        answers.give(("error", "too_large"))
    except Exception as reason:
        # Whatever the parser says about a damaged file: the office needs one sentence, not its trace.
        answers.give(("error", type(reason).__name__))
    answers.give(("end",))
    answers.end()


class TextSheet:
    """Rows of a text file, all of one width, as calamine gives those of a sheet. Raises UnicodeError at once."""

    start = (0, 0)
    merged_cell_ranges: list[Any] = []

    def __init__(self, data: bytes) -> None:
        csv.field_size_limit(LONGEST_CELL)
        self._text = decoded(data)
        self._separator = separator(self._text)
        # One look to learn its form: a row may be shorter than the longest, and a cell may hold a line break.
        self.height, self.width = 0, 0
        for row in self._rows():
            self.height, self.width = self.height + 1, max(self.width, len(row))

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
    for encoding in ENCODINGS[:-1]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode(ENCODINGS[-1])


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
    what, names = json.loads(source.readline() or '["read", []]')
    return what, names


def head(book: Book, name: str) -> list[list[Any]]:
    """The first rows of a sheet."""
    rows: Iterator[Sequence[Any]] = book.get_sheet_by_name(name).iter_rows()
    return [plain(row) for row in islice(rows, HEAD_ROWS)]


def records(book: Book, names: list[str], data: bytes) -> Iterator[tuple]:
    """The sheets one after the other, the smallest first, as far as a megabyte makes a difference."""
    sizes = {name: size_of(data, name) // PIECE for name in names}
    for name in sorted(names, key=sizes.__getitem__):
        yield from read(book, name, data)


def read(book: Book, name: str, data: bytes) -> Iterator[tuple]:
    """One sheet as blocks: ("rows", number of the first row, columns)."""
    with ThreadPoolExecutor(1) as beside:
        # The parser works outside Python: looking for formulas that went wrong beside it costs no time.
        looking = beside.submit(faults, data, name)
        sheet = book.get_sheet_by_name(name)
        wrong = looking.result()
    left = sheet.start[1] if sheet.start else 0
    yield ("sheet", name, left, sheet.height, sheet.width, sheet.merged_cell_ranges)
    rows, first = sheet.iter_rows(), 1
    while block := list(islice(rows, BLOCK_ROWS)):
        columns = [plain(column) for column in zip(*block, strict=True)]
        for row in range(first, first + len(block)) if wrong else ():
            for at, words in wrong.get(row, ()):
                if 0 <= at - left < len(columns):
                    columns[at - left][row - first] = words
        yield ("rows", first, columns)
        first += len(block)


def faults(data: bytes, name: str) -> Faults:
    """Cells of a sheet whose formula went wrong: by Excel row, (column counted from 0, what Excel shows)."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            part = part_of(book, name)
            found = WRONG.findall(book.read(part)) if part and holds_errors(book, part) else []
    except (zipfile.BadZipFile, KeyError, EOFError, ElementTree.ParseError):
        # Whether the file can be read at all is for the parser to say.
        return {}
    wrong: Faults = {}
    for letters, row, words in found[:MAX_WRONG]:
        at = 0
        for letter in letters:
            at = at * 26 + letter - 64
        wrong.setdefault(int(row), []).append((at - 1, words.decode("utf-8", "replace")))
    return wrong


def size_of(data: bytes, name: str) -> int:
    """How large a sheet is unpacked; 0 when it cannot be told."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            part = part_of(book, name)
            return book.getinfo(part).file_size if part else 0
    except (zipfile.BadZipFile, KeyError, EOFError, ElementTree.ParseError):
        return 0


def part_of(book: zipfile.ZipFile, name: str) -> str:
    """The part of the file that holds a sheet; nothing when it cannot be told."""
    sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter()
    key = next((sheet for sheet in sheets if sheet.tag.endswith("}sheet") and sheet.get("name") == name), None)
    wanted = {value for label, value in key.items() if label.endswith("}id")} if key is not None else set()
    for link in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels")):
        if link.get("Id") in wanted:
            return posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))).lstrip("/")
    return ""


def holds_errors(book: zipfile.ZipFile, part: str) -> bool:
    """Does any cell show an error? Read in pieces: a whole sheet in memory only where there is something to find."""
    with book.open(part) as file:
        tail = b""
        while piece := file.read(PIECE):
            if b't="e"' in piece or b't="e"' in tail + piece[:8]:
                return True
            tail = piece[-8:]
    return False


def plain(column: Sequence[Any]) -> list[Any]:
    """A column or row without values that cannot travel."""
    if set(map(type, column)) <= PLAIN:
        return list(column)
    return [value if type(value) in PLAIN else told(value) for value in column]


def told(value: Any) -> str:
    """A cell that marshal cannot carry, as text: a day as NUL d and ISO date, anything else as NUL x and its words."""
    if isinstance(value, datetime.datetime):
        return "\0d" + value.date().isoformat()
    if isinstance(value, datetime.date):
        return "\0d" + value.isoformat()
    return "\0x" + str(value)


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
        body = marshal.dumps(record, 2)
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
