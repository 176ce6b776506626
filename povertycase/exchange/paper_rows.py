"""The rows of a list as the XML of a sheet.

xlsxwriter makes everything around the rows: styles, headings, page, other sheets. Its cells cost 4 µs each, a county's
list has 1.4 million: the rows are put together here, in the form that its constant_memory mode writes (texts inline).
"""

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple
from unicodedata import east_asian_width

from xlsxwriter.utility import xl_col_to_name

EPOCH = datetime.date(1899, 12, 30)
# What would be a formula, or run a command, if a program read the text as it is typed.
LIVE = ("=", "+", "-", "@", "\t", "\r")
_ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NUMBERS = frozenset({int, float, Decimal})
LINE, LOWEST, MOST_LINES = 15.0, 24.0, 20  # points
AT_ONCE, MOST_KEPT = 100, 400  # rows put together at once; values of a column whose form is remembered: a year's days


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


class Written(NamedTuple):
    """Rows that were written: how many; cells merged over them, each as first row and column, last row and column."""

    number: int = 0
    merged: Sequence[Sequence[int]] = ()


def write_rows(
    put: Callable[[bytes], Any],
    first: int,
    faces: Sequence[Face],
    widths: Sequence[float],
    rows: Iterable[Sequence[Any]],
    joined: Sequence[int] = (),
) -> Written:
    """Put rows from row `first` (counted from 0) on, piece by piece.

    Cells: text, int, float, Decimal, date or None. joined: columns whose cells are merged over rows that carry the
    same key behind their cells.
    """
    number = first
    makers = [_Tails(face) for face in faces]
    starts = [f'<c r="{xl_col_to_name(place)}' for place in range(len(faces))]
    wrapped = [(place, widths[place]) for place, face in enumerate(faces) if face.is_long]
    block, rows = _Block(joined), iter(rows)
    while part := list(islice(rows, AT_ONCE)):
        numbers = list(map(str, range(number + 1, number + len(part) + 1)))
        cells = [
            [f"{start}{at}{tails[value]}" for at, value in zip(numbers, _without_bools(column), strict=True)]
            for start, tails, column in zip(starts, makers, zip(*part, strict=True), strict=False)
        ]
        heights = [_height(row, wrapped) for row in part] if wrapped else [""] * len(part)
        lines = zip(numbers, heights, map("".join, zip(*cells, strict=True)), strict=True)
        put("".join([f'<row r="{at}"{height}>{line}</row>' for at, height, line in lines]).encode())
        if joined:
            for down, row in enumerate(part, start=number):
                block.see(down, row[-1])
        number += len(part)
    block.end(number)
    return Written(number - first, block.merged)


def _without_bools(column: Sequence[Any]) -> Sequence[Any]:
    """The column with 是 and 否 for what is true and false: in a dictionary True and 1 are one key."""
    if bool not in set(map(type, column)):
        return column
    return [("是" if value else "否") if isinstance(value, bool) else value for value in column]


class _Tails(dict[Any, str]):
    """How a cell of one column goes on behind its place, by its value; most values of a column come again and again."""

    def __init__(self, face: Face) -> None:
        self.text = f'" s="{face.usual}" t="inlineStr"><is><t>'
        self.kept = f'" s="{face.usual}" t="inlineStr"><is><t xml:space="preserve">'
        self.quoted = f'" s="{face.quoted}" t="inlineStr"><is><t xml:space="preserve">'
        self.number = f'" s="{face.usual}"><v>'
        self.day = f'" s="{face.day}"><v>'
        self.empty = f'" s="{face.usual}"/>'

    def __missing__(self, value: Any) -> str:
        tail = self._tail(value)
        if len(self) < MOST_KEPT:
            self[value] = tail
        return tail

    def _tail(self, value: Any) -> str:
        if value is None or value == "":
            return self.empty
        if isinstance(value, datetime.date):
            return f"{self.day}{(value - EPOCH).days}</v></c>"
        if type(value) in NUMBERS:
            return f"{self.number}{value}</v></c>"
        text = str(value)
        # In most cells nothing needs a second look.
        return f"{self.text}{text}</t></is></c>" if text.isalnum() else self._odd_text(text)

    def _odd_text(self, text: str) -> str:
        opening = self.text
        if text.startswith(LIVE):
            opening = self.quoted
        elif text[0].isspace() or text[-1].isspace():
            opening = self.kept
        clean = _ODD.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return f"{opening}{clean[:32767]}</t></is></c>"


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

    def __init__(self, columns: Sequence[int]) -> None:
        self.columns = columns
        self.merged: list[list[int]] = []
        self.key: Any = None
        self.first = -1

    def see(self, row: int, key: Any) -> None:
        if self.first < 0 or key != self.key:
            self.end(row)
            self.key, self.first = key, row

    def end(self, row: int) -> None:
        """The block ended above this row."""
        if 0 <= self.first < row - 1:
            self.merged += [[self.first, column, row - 1, column] for column in self.columns]
