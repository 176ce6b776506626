"""A workbook of somebody else, small enough to be looked at as a whole: its sheets with their rows as they stand."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_noop as _

from povertycase.exchange import files
from povertycase.exchange.cleaning import tidy
from povertycase.exchange.files import FileRefused
from povertycase.exchange.reader import SheetStart, Workbook

MOST_BYTES = 16 * 1024 * 1024
Merged = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class Table:
    """A sheet: `rows[n]` is Excel's row n + 1, its first cell stands in the column `left` (counted from 0).

    merged: ((row, column), (row, column)) pairs counted from 0, both ends included.
    """

    name: str
    left: int
    rows: list[list[Any]] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    @cached_property
    def texts(self) -> list[list[str]]:
        """What stands in the cells, tidied."""
        return [["" if value in ("", None) else tidy(value) for value in row] for row in self.rows]

    def text(self, row: int, column: int) -> str:
        """What stands in a cell, tidied; row and column counted from 0, as in the sheet. Nothing outside of it."""
        at = column - self.left
        if not (0 <= row < len(self.rows) and 0 <= at < len(self.rows[row])):
            return ""
        return self.texts[row][at]


def read(name: str, data: bytes, *, most_rows: int, blank_formulas: bool = False) -> list[Table]:
    """The visible sheets of a file, row by row. Raises FileRefused, also for more than `most_rows` rows in a sheet.

    blank_formulas: a formula without a result is a blank cell (reader.Workbook).
    """
    if len(data) > MOST_BYTES:
        raise FileRefused(
            _("文件“%(name)s”超过 %(limit)s MB，请只留要填的工作表，另存后再上传。"),
            {"name": name, "limit": MOST_BYTES // 1024 // 1024},
        )
    files.check(name, data)
    found: list[Table] = []
    with Workbook(name, data, blank_formulas=blank_formulas) as book:
        shown = [sheet for sheet, visible in book.sheets if visible]
        for part in book.read(shown):
            if isinstance(part, SheetStart):
                if part.height > most_rows:
                    raise FileRefused(
                        _("工作表“%(sheet)s”有 %(rows)d 行，一次最多 %(most)d 行，请分成几个文件。"),
                        {"sheet": part.name, "rows": part.height, "most": most_rows},
                    )
                found.append(Table(part.name, 0, merged=[(tuple(a), tuple(b)) for a, b in part.merged]))  # type: ignore[misc]
            else:
                found[-1].left = part.left
                found[-1].rows += [list(row) for row in zip(*part.columns, strict=True)]
    return sorted(found, key=lambda table: shown.index(table.name))
