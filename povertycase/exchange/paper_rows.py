"""The rows of a list as XML, written straight into the sheet that xlsxwriter has open.

xlsxwriter makes everything around the rows: styles, headings, page, other sheets. Its cells cost 4 µs each, a county's
list has 1.4 million: the rows are put together here, in the form that its constant_memory mode writes (texts inline).
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

EPOCH = datetime.date(1899, 12, 30)
# What would be a formula, or run a command, if a program read the text as it is typed.
LIVE = ("=", "+", "-", "@", "\t", "\r")
_ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NUMBERS = frozenset({int, float, Decimal})
LINE, LOWEST, MOST_LINES = 15.0, 24.0, 20  # points


@dataclass(frozen=True)
class Face:
    """The numbers of a column's formats inside the workbook: usual, and for texts that would be formulas."""

    usual: int
    quoted: int
    day: int
    is_long: bool

    @classmethod
    def of(cls, faces: dict[str, Any], kind: str) -> "Face":
        """The face of a kind of column, from formats by name."""
        number, quoted, day = (faces[name]._get_xf_index() for name in (kind, f"q-{kind}", "date"))
        return cls(number, quoted, day, kind == "long")


def write_rows(
    sheet: Worksheet,
    first: int,
    faces: Sequence[Face],
    widths: Sequence[float],
    rows: Iterable[Sequence[Any]],
    joined: Sequence[int] = (),
) -> int:
    """Write rows from row `first` (counted from 0) on; returns how many.

    Cells: text, int, float, Decimal, date or None. joined: columns whose cells are merged over rows that carry the
    same key behind their cells.
    """
    sheet._write_single_row(first)  # what stands above goes into the file before
    out, number = sheet.fh.write, first
    makers = [_Cells(xl_col_to_name(place), face) for place, face in enumerate(faces)]
    wrapped = [(place, widths[place]) for place, face in enumerate(faces) if face.is_long]
    block = _Block(sheet, joined)
    for row in rows:
        number += 1
        cells = [make(number, value) for make, value in zip(makers, row, strict=False)]
        height = _height(row, wrapped) if wrapped else ""
        out(f'<row r="{number}"{height}>{"".join(cells)}</row>')
        if joined:
            block.see(number - 1, row[-1])
    block.end(number)
    sheet.previous_row = number
    if sheet.dim_rowmax is None or number > sheet.dim_rowmax:
        sheet.dim_rowmax = max(number - 1, 0)
    return number - first


class _Cells:
    """Makes the cells of one column."""

    def __init__(self, letters: str, face: Face) -> None:
        self.start = f'<c r="{letters}'
        self.text = f'" s="{face.usual}" t="inlineStr"><is><t>'
        self.kept = f'" s="{face.usual}" t="inlineStr"><is><t xml:space="preserve">'
        self.quoted = f'" s="{face.quoted}" t="inlineStr"><is><t xml:space="preserve">'
        self.number = f'" s="{face.usual}"><v>'
        self.day = f'" s="{face.day}"><v>'
        self.empty = f'" s="{face.usual}"/>'

    def __call__(self, row: int, value: Any) -> str:
        if value is None or value == "":
            return f"{self.start}{row}{self.empty}"
        if isinstance(value, str):
            if value.isalnum():  # most cells; nothing in them needs a second look
                return f"{self.start}{row}{self.text}{value}</t></is></c>"
            return self._odd_text(row, value)
        if isinstance(value, datetime.date):
            return f"{self.start}{row}{self.day}{(value - EPOCH).days}</v></c>"
        if type(value) in NUMBERS:
            return f"{self.start}{row}{self.number}{value}</v></c>"
        if isinstance(value, bool):
            return self(row, "是" if value else "否")
        return self(row, str(value))

    def _odd_text(self, row: int, value: str) -> str:
        opening = self.text
        if value.startswith(LIVE):
            opening = self.quoted
        elif value[0].isspace() or value[-1].isspace():
            opening = self.kept
        clean = _ODD.sub("", value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return f"{self.start}{row}{opening}{clean[:32767]}</t></is></c>"


def _height(row: Sequence[Any], wrapped: Sequence[tuple[int, float]]) -> str:
    """The height of a row whose wrapped cells need more than a line."""
    lines = max(_lines(row[place], width) for place, width in wrapped)
    if lines < 2:
        return ""
    return f' ht="{max(LOWEST, LINE * min(lines, MOST_LINES) + 4):g}" customHeight="1"'


def _lines(value: Any, width: float) -> int:
    if not isinstance(value, str) or len(value) * 2 <= width:
        return 1
    return sum(
        -(-sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line) // max(int(width) - 1, 1))
        for line in value.split("\n")
    )


class _Block:
    """Rows of one household: cells of its columns are merged over them."""

    def __init__(self, sheet: Worksheet, columns: Sequence[int]) -> None:
        self.sheet, self.columns = sheet, columns
        self.key: Any = None
        self.first = -1

    def see(self, row: int, key: Any) -> None:
        if self.first < 0 or key != self.key:
            self.end(row)
            self.key, self.first = key, row

    def end(self, row: int) -> None:
        """The block ended above this row."""
        if 0 <= self.first < row - 1:
            self.sheet.merge.extend([self.first, column, row - 1, column] for column in self.columns)
