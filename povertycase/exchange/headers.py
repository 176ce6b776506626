"""Finding the header of a sheet: title and unit rows above it, merged groups, typing errors, foreign column orders."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop as _

from povertycase.exchange.cleaning import CLEANED, WARNING, Note, tidy
from povertycase.exchange.columns import Column, Sheet, plain_heading
from povertycase.exchange.files import FileRefused
from povertycase.exchange.findings import Findings, Place, letter

LOOK_AT = 10
UNIT = re.compile(r"[(（]([^)）]*)[)）]\s*$")
# What a heading's unit is worth in the unit of the column (reference.md 7.3 #21).
SCALES = {("万元", "元"): 10_000, ("公顷", "亩"): 15, ("里", "公里"): 0.5, ("米", "公里"): 0.001, ("天", "月"): 1 / 30}
# What the workbook that goes back for correction says beside a row; when it is uploaded again nobody reads that column.
HINTS = "系统提示"
SERIAL = {"序号", "编号", "NO", HINTS}
ALIKE = 0.8
# A sheet of another name is taken for one whose columns so many of its headings name.
ENOUGH = 3


@dataclass
class Header:
    """The declared columns found: their place in the sheet, their heading there, the scale of their unit."""

    last_row: int
    index: dict[str, int] = field(default_factory=dict)
    heading: dict[str, str] = field(default_factory=dict)
    scale: dict[str, float] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """The header as the batch keeps it, for those who look at its rows later."""
        columns = [[key, index, self.heading[key]] for key, index in self.index.items()]
        return {"last_row": self.last_row, "columns": columns}

    def place(self, sheet: str, key: str, row: int | None) -> Place:
        """Where the cell of a declared column stands."""
        if key not in self.index:
            return Place(sheet, row)
        return Place(sheet, row, letter(self.index[key]), self.heading[key])


def recognise(sheets: Sequence[Sheet], rows: list[list[Any]]) -> Sheet | None:
    """The sheet whose columns most cells of one row name, if it names enough of them and none other as many."""
    hits = {sheet.code: max((_named(sheet, row) for row in rows), default=0) for sheet in sheets}
    best = sorted(hits.values(), reverse=True)[:2]
    if not best or best[0] < ENOUGH or best[0] == (best[1] if len(best) > 1 else 0):
        return None
    return next(sheet for sheet in sheets if hits[sheet.code] == best[0])


def _named(sheet: Sheet, row: list[Any]) -> int:
    known = {name for column in sheet.columns for name in column.names()}
    return len({plain_heading(tidy(cell)) for cell in row} & known)


def find(sheet: Sheet, columns: list[list[Any]], left: int, findings: Findings) -> Header:
    """The header among the first ten rows. Raises FileRefused when there is none or required columns are missing."""
    rows = [[tidy(column[row]) for column in columns] for row in range(min(LOOK_AT, len(columns[0]) if columns else 0))]
    known = {name: column for column in sheet.columns for name in column.names()}
    hits = [sum(plain_heading(cell) in known for cell in row if cell) for row in rows]
    if not hits or max(hits) < min(2, len(sheet.columns)):
        wanted = "、".join(column.heading for column in sheet.columns[:4])
        raise FileRefused(
            _("工作表“%(sheet)s”的前 %(rows)s 行中没有找到表头（%(wanted)s……），请按模板的表头填写。"),
            {"sheet": sheet.title, "rows": LOOK_AT, "wanted": wanted},
        )
    best = hits.index(max(hits))
    # A row under the header belongs to it when it names columns too (national codes); one word may be data.
    near = {best: 1, best - 1: 1, best - 2: 1, best + 1: 3}
    used = [row for row, least in near.items() if 0 <= row < len(rows) and hits[row] >= least]
    header = Header(max(used) + 1)
    for at in range(len(columns)):
        _place(header, sheet, known, [rows[row][at] for row in used], left + at, findings)
    _guess(header, sheet, rows[best], left, findings)
    _check(header, sheet)
    return header


def _place(
    header: Header, sheet: Sheet, known: dict[str, Column], cells: list[str], at: int, findings: Findings
) -> None:
    """Give a column of the file to the declared column that one of its heading cells names."""
    for cell in cells:
        column = known.get(plain_heading(cell)) if cell else None
        if column is None:
            continue
        if column.key in header.index:
            first = {"letter": letter(header.index[column.key])}
            note = Note(WARNING, "heading_twice", _("与 %(letter)s 列重复，只读前一列"), first)
            findings.add(Place(sheet.title, None, letter(at), cell), note)
            return
        _take(header, column, cell, at)
        return


def _take(header: Header, column: Column, cell: str, at: int) -> None:
    header.index[column.key] = at
    header.heading[column.key] = cell
    unit = UNIT.search(cell)
    if unit and column.unit and (scale := SCALES.get((unit.group(1), column.unit))):
        header.scale[column.key] = scale


def _guess(header: Header, sheet: Sheet, cells: list[str], left: int, findings: Findings) -> None:
    """Headings with a typing error, and those that nobody knows: both are told."""
    missing = {plain_heading(c.heading): c for c in sheet.columns if c.key not in header.index and len(c.heading) > 2}
    for at, cell in enumerate(cells, start=left):
        plain = plain_heading(cell)
        if not plain or at in header.index.values() or plain in SERIAL or _is_known(sheet, plain):
            continue
        close = difflib.get_close_matches(plain, missing, n=2, cutoff=ALIKE) if len(plain) > 2 else []
        place = Place(sheet.title, None, letter(at), cell[:60])
        if len(close) == 1:
            column = missing.pop(close[0])
            _take(header, column, cell, at)
            findings.add(place, Note(CLEANED, "heading_alike", _("表头按“%(heading)s”读取"), {"heading": column.heading}))
        else:
            findings.add(place, Note(WARNING, "heading_unknown", _("不认识这一列，没有导入；需要时请改成模板的表头")))


def _is_known(sheet: Sheet, plain: str) -> bool:
    return any(plain in column.names() for column in sheet.columns)


def _check(header: Header, sheet: Sheet) -> None:
    needed = [column for column in sheet.columns if column.required or column.key in sheet.keys]
    lost = [column.heading for column in needed if column.key not in header.index]
    if lost:
        words = _("工作表“%(sheet)s”缺少列：%(columns)s。请按模板补上这些列后再导入。")
        raise FileRefused(words, {"sheet": sheet.title, "columns": "、".join(lost)})
