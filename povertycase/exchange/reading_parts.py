"""The parts of an xlsx file, looked at beside the parser: what it does not tell of a sheet, and what no table is.

Of the reading child alone (reading_child.py): no Django.
"""

import io
import posixpath
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

ARCHIVE = b"PK"
PIECE = 1024 * 1024
OUR_COMMENTS = "系统提示"
WRONG = re.compile(rb'<c [^>]*?\br="([A-Z]+)(\d+)"[^>]*?\bt="e"[^>]*>(?:<f.*?(?:/>|</f>))?<v>([^<]+)</v>', re.S)
UNSAVED = re.compile(rb"<c ([^>]*)>\s*<f(?:\s[^>]*?)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
FORMULA = re.compile(rb"<f[ >]")
FILLED = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>/]*>\s*<(?:v|is|f)\b')
HIDDEN_ROW, HIDDEN_COLUMN = (re.compile(rb'<%s [^>]*?\bhidden="(?:1|true)"' % tag) for tag in (b"row", b"col"))
BESIDE = re.compile(
    r"xl/worksheets/sheet\d+\.xml|xl/media/|Pictures/|Thumbnails/"
)  # unpacked beside the parser, or never
MERGED = re.compile(rb'<mergeCell [^>]*?\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
ROW = re.compile(rb'<row [^>]*?\br="(\d+)"')
VALUE_ENDS, ROWS_END = (b"</v>", b"</is>"), b"</sheetData>"
FROM_1904 = re.compile(rb'\bdate1904="(?:1|true)"')
# A part of this size is searched for lost cells before it is parsed; the parser keeps room for every cell up to them.
SMALL_PART = 8 * 1024 * 1024
MAX_COLUMNS, MAX_CELLS, MAX_WRONG = 1_000, 40_000_000, 10_000
Ranges = list[tuple[tuple[int, int], tuple[int, int]]]
Faults = dict[int, list[tuple[int, str]]]


class Odd(Exception):
    """A file that is no table: the code of the sentence about it, and what stands in that."""

    def __init__(self, code: str, **told: Any) -> None:
        self.code, self.told = code, told


def pieces(book: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part of the file in pieces of a megabyte."""
    with book.open(part) as file:
        while piece := file.read(PIECE):
            yield piece


def look(data: bytes, name: str) -> dict[str, Any]:
    """What the parser does not tell of a sheet of an xlsx file; nothing of other files. Raises Odd.

    wrong: cells whose formula went wrong, by Excel row, (column counted from 0, what Excel shows); hidden_rows,
    hidden_columns, comments: how many; from_1904: its days count from 1904. Of a large sheet also height: the last row
    with something in it, counted from 1; merged: ((row, column), (row, column)) counted from 0, as the parser tells them.
    """
    where = sheet_part(data, name)
    try:
        return _looked(*where, name) if where else {}
    except (KeyError, ElementTree.ParseError):
        return {}  # whether the file can be read at all is for the parser to say
    except (zipfile.BadZipFile, zlib.error, EOFError) as reason:
        raise Odd("broken") from reason


def _looked(book: zipfile.ZipFile, part: str, name: str) -> dict[str, Any]:
    small = book.getinfo(part).file_size <= SMALL_PART
    seen: dict[str, Any] = {"hidden_rows": 0, "hidden_columns": 0, "comments": comments(book, part)}
    seen["from_1904"] = bool(FROM_1904.search(book.read("xl/workbook.xml")))
    tail, searched, ending = b"", False, Ending()
    for piece in pieces(book, part):
        whole = tail + piece
        if b"hidden=" in whole:
            seen["hidden_rows"] += len(HIDDEN_ROW.findall(piece))
            seen["hidden_columns"] += len(HIDDEN_COLUMN.findall(piece))
        searched = searched or b't="e"' in whole or bool(FORMULA.search(whole))
        tail = piece[-8:]
        if not small:
            ending.see(piece)
    if not small:
        seen |= {"height": ending.height, "merged": ending.merged()}
    text = book.read(part) if searched or small else b""
    if small:
        _find_lost_cells(text, name)
    unsaved = [attributes for attributes in UNSAVED.findall(text) if b't="str"' not in attributes]
    if unsaved and "blank-formulas" not in sys.argv:  # an empty form asks nothing of its formulas
        first = re.search(rb'r="([A-Z]+\d+)"', unsaved[0])
        raise Odd("unsaved_formulas", sheet=name, cell=first[1].decode() if first else "", cells=len(unsaved))
    wrong: Faults = {}
    for letters, row, words in WRONG.findall(text)[:MAX_WRONG]:
        wrong.setdefault(int(row), []).append((column_of(letters), words.decode("utf-8", "replace")))
    return seen | {"wrong": wrong}


class Ending:
    """Where a sheet that is seen piece by piece ends, and what stands behind its rows."""

    def __init__(self) -> None:
        self.height = 0
        self._row, self._tail, self._behind = 0, b"", b""

    def see(self, piece: bytes) -> None:
        """The next piece; a row or a cell may lie across two of them."""
        whole = self._tail + piece
        if self._behind:
            self._behind += piece
            return
        if (end := whole.find(ROWS_END)) >= 0:
            self._behind, whole = whole[end:], whole[:end]
        if (filled := max(whole.rfind(sign) for sign in VALUE_ENDS)) >= 0:
            self.height = self._last_row(whole, filled)
        self._row = self._last_row(whole, len(whole))
        self._tail = whole[max(whole.rfind(b"<row "), len(whole) - PIECE, 0) :]

    def merged(self) -> Ranges:
        """The merged cells, which stand behind the rows."""
        found = MERGED.findall(self._behind)
        return [((int(top) - 1, column_of(left)), (int(end) - 1, column_of(right))) for left, top, right, end in found]

    def _last_row(self, rows: bytes, end: int) -> int:
        at = rows.rfind(b"<row ", 0, end)
        found = ROW.match(rows, at) if at >= 0 else None
        return int(found[1]) if found else self._row


def _find_lost_cells(text: bytes, name: str) -> None:
    """A cell far from all others makes the parser keep room for millions of empty ones. Raises Odd."""
    spots = [(column_of(letters), int(row)) for letters, row in FILLED.findall(text)]
    width, height = max((at for at, _row in spots), default=0) + 1, max((row for _at, row in spots), default=0)
    if width > MAX_COLUMNS:
        raise Odd("too_wide", sheet=name, columns=width, limit=MAX_COLUMNS)
    if width * height > MAX_CELLS:
        raise Odd("lost_cell", sheet=name, rows=height, columns=width)


def column_of(letters: bytes) -> int:
    """The number of a column counted from 0: A is 0, AA is 26."""
    at = 0
    for letter in letters:
        at = at * 26 + letter - 64
    return at - 1


def _comments_of_theirs(text: bytes) -> int:
    root = ElementTree.fromstring(text)
    authors = [each.text for each in root.iter() if each.tag.endswith("}author")]
    ours = {str(at) for at, name in enumerate(authors) if name == OUR_COMMENTS}
    return sum(each.tag.endswith("}comment") and each.get("authorId") not in ours for each in root.iter())


def comments(book: zipfile.ZipFile, part: str) -> int:
    """How many cells of a sheet carry a comment; not those that said what was to be put right (to_mend.AUTHOR)."""
    folder, _slash, file = part.rpartition("/")
    try:
        links = ElementTree.fromstring(book.read(f"{folder}/_rels/{file}.rels"))
        told = [link.get("Target", "") for link in links if link.get("Type", "").endswith("/comments")]
        places = (posixpath.normpath(posixpath.join("/", folder, one)).lstrip("/") for one in told)
        return sum(_comments_of_theirs(book.read(place)) for place in places)
    except (KeyError, ElementTree.ParseError):
        return 0


def size_of(data: bytes, name: str) -> int:
    """How large a sheet is unpacked; 0 when it cannot be told."""
    where = sheet_part(data, name)
    return where[0].getinfo(where[1]).file_size if where else 0


def sheet_part(data: bytes, name: str) -> tuple[zipfile.ZipFile, str] | None:
    """An xlsx file and the part of it that holds a sheet; nothing when it cannot be told."""
    if not data.startswith(ARCHIVE):
        return None
    try:
        book = zipfile.ZipFile(io.BytesIO(data))
        part = _part_of(book, name)
        return (book, part) if part in book.namelist() else None
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, ElementTree.ParseError):
        return None


def _part_of(book: zipfile.ZipFile, name: str) -> str:
    """The part of the file that holds a sheet; nothing when it cannot be told."""
    sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter()
    key = next((sheet for sheet in sheets if sheet.tag.endswith("}sheet") and sheet.get("name") == name), None)
    wanted = {value for label, value in key.items() if label.endswith("}id")} if key is not None else set()
    for link in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels")):
        if link.get("Id") in wanted:
            return posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))).lstrip("/")
    return ""
