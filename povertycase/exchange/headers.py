"""Finding the header of a sheet: title and unit rows above it, merged groups, typing errors, foreign column orders."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop as _

from povertycase.exchange import header_rows
from povertycase.exchange.cleaning import CLEANED, WARNING, Note, tidy
from povertycase.exchange.columns import Column, Sheet, plain_heading
from povertycase.exchange.files import FileRefused
from povertycase.exchange.findings import LONG_NUMBER, Findings, Place, letter
from povertycase.exchange.header_rows import LOOK_AT, Heading, Names

UNIT = re.compile(r"[(（]([^)）]*)[)）]\s*$")
# What a heading's unit is worth in the unit of the column (reference.md 7.3 #21).
SCALES = {("万元", "元"): 10_000, ("公顷", "亩"): 15, ("里", "公里"): 0.5, ("米", "公里"): 0.001, ("天", "月"): 1 / 30}
# What the workbook that goes back for correction says beside a row; when it is uploaded again nobody reads that column.
HINTS = "系统提示"
SERIAL = {"序号", "编号", "NO", HINTS}
ALIKE = 0.8
# A sheet of another name is taken for one whose columns so many of its headings name.
ENOUGH = 3
# As long as a remembered heading may be.
LONGEST = 120


class SheetsMissing(FileRefused):
    """A file without a sheet that its kind needs; `names` are those it has, for who says which one it is."""

    def __init__(self, words: str, params: Mapping[str, Any], names: Sequence[str]) -> None:
        super().__init__(words, params)
        self.names = list(names)


class ColumnsMissing(FileRefused):
    """A sheet without columns that it needs; `headers` says which were found, for who sets the columns right."""

    def __init__(self, words: str, params: Mapping[str, Any], headers: dict[str, Any]) -> None:
        super().__init__(words, params)
        self.headers = headers


@dataclass
class Header:
    """The declared columns found: their place in the sheet, their heading there, the scale of their unit.

    name: the sheet as the file calls it; whole: the heading of every column of the file, its group before it;
    how: columns that were not read by their own heading ("alike", "remembered"); left_out: other columns and why
    ("unknown", "serial", "twice", "left_out").
    """

    last_row: int
    index: dict[str, int] = field(default_factory=dict)
    heading: dict[str, str] = field(default_factory=dict)
    scale: dict[str, float] = field(default_factory=dict)
    name: str = ""
    whole: dict[int, str] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of_told(cls, told: Mapping[str, Any]) -> "Header":
        """The header as a batch has kept it."""
        columns = told["columns"]
        places, headings = {key: at for key, at, _text in columns}, {key: text for key, _at, text in columns}
        return cls(told["last_row"], places, headings, name=told.get("name", ""))

    def told(self) -> dict[str, Any]:
        """The header as the batch keeps it, for those who look at its rows later and who set its columns right."""
        return {
            "last_row": self.last_row,
            "columns": [[key, index, self.heading[key]] for key, index in self.index.items()],
            "name": self.name,
            "whole": [[index, LONG_NUMBER.sub("*", text)[:LONGEST]] for index, text in self.whole.items()],
            "how": self.how,
            "left_out": [[index, why] for index, why in self.left_out.items()],
        }

    def place(self, sheet: str, key: str, row: int | None) -> Place:
        """Where the cell of a declared column stands."""
        if key not in self.index:
            return Place(sheet, row)
        return Place(sheet, row, letter(self.index[key]), self.heading[key])


def remembered_as(heading: str) -> str:
    """A heading as its meaning is remembered by."""
    return plain_heading(heading)[:LONGEST]


def recognise(
    sheets: Sequence[Sheet], rows: list[list[Any]], known: Mapping[str, Mapping[str, str]] | None = None
) -> Sheet | None:
    """The sheet whose columns most cells of one row name, if it names enough of them and none other as many.

    known: by sheet code what is remembered of headings, as for find.
    """
    found = likest(sheets, rows, known)
    return found[0] if len(found) == 1 else None


def likest(
    sheets: Sequence[Sheet], rows: list[list[Any]], known: Mapping[str, Mapping[str, str]] | None = None
) -> list[Sheet]:
    """The sheets whose columns most cells of one row name; several where what is two sheets of ours stands in one."""
    said = known or {}
    hits = {
        sheet.code: max((len(named(sheet, row, said.get(sheet.code))) for row in rows), default=0) for sheet in sheets
    }
    most = max(hits.values(), default=0)
    return [sheet for sheet in sheets if hits[sheet.code] == most] if most >= ENOUGH else []


def named(sheet: Sheet, row: Sequence[Any], said: Mapping[str, str] | None = None) -> set[str]:
    """The keys of the columns that the cells of a row name, by their heading or by what is remembered of it."""
    columns = {name: column.key for column in sheet.columns for name in column.names()}
    columns |= {heading: key for heading, key in (said or {}).items() if key in columns.values()}
    return {columns[name] for cell in row for name in header_rows.spellings(tidy(cell)) if name in columns}


def find(
    sheet: Sheet,
    columns: list[list[Any]],
    left: int,
    findings: Findings,
    known: Mapping[str, str] | None = None,
    merged: header_rows.Merged = (),
    name: str = "",
) -> Header:
    """The header among the first ten rows. Raises FileRefused when there is none or required columns are missing.

    known: what somebody said that headings mean, by remembered_as: a column's key, or nothing for a column that is
    left out; merged: cells of the sheet, counted from 0; name: what the sheet is called in the file.
    """
    rows = [[tidy(column[row]) for column in columns] for row in range(min(LOOK_AT, len(columns[0]) if columns else 0))]
    names: Names = {name: column for column in sheet.columns for name in column.names()}
    declared = {column.key: column for column in sheet.columns}
    said = {heading: declared.get(key) for heading, key in (known or {}).items() if not key or key in declared}
    block = header_rows.rows_of(rows, set(names) | set(said), left, merged)
    if block is None or block.hits < min(2, len(sheet.columns)):
        wanted = "、".join(column.heading for column in sheet.columns[:4])
        told = {sheet.title: _guessed(rows, left, name).told()}
        raise ColumnsMissing(
            _("工作表“%(sheet)s”的前 %(rows)s 行中没有找到表头（%(wanted)s……），请按模板的表头填写。"),
            {"sheet": sheet.title, "rows": LOOK_AT, "wanted": wanted},
            told,
        )
    header = Header(block.last + 1, name=name)
    headings = header_rows.headings(rows, block, left)
    header.whole = {item.index: item.whole for item in headings if item.whole}
    _recall(header, sheet, headings, said, findings)
    for item in headings:
        _place(header, sheet, names, item, findings)
    _guess(header, sheet, names, headings, findings)
    _units_above(header, sheet, rows[: block.names[0]], findings)
    _check(header, sheet)
    return header


def _guessed(rows: list[list[str]], left: int, name: str) -> Header:
    """The row that looks most like a header where nobody knows a heading, for who says what they mean."""
    texts = [{cell for cell in row if cell and not any(letter.isdigit() for letter in cell)} for row in rows]
    best = max(range(len(rows)), key=lambda at: len(texts[at]), default=0)
    whole = {left + at: cell for at, cell in enumerate(rows[best]) if cell} if rows else {}
    return Header(best + 1, name=name, whole=whole, left_out=dict.fromkeys(whole, "unknown"))


def _recall(
    header: Header, sheet: Sheet, headings: list[Heading], said: Mapping[str, Column | None], findings: Findings
) -> None:
    """What somebody said goes before what the headings say themselves."""
    for item in headings:
        spelt = next((name for name in map(remembered_as, (item.whole, *item.own)) if name and name in said), None)
        if spelt is None:
            continue
        column = said[spelt]
        if column is None:
            header.left_out[item.index] = "left_out"
        elif column.key in header.index:
            _twice(header, sheet, column, item, item.whole, findings)
        else:
            _take(header, column, item.own[0], item.index, "remembered")
            words = _("按记住的对应关系读作“%(heading)s”")
            place = Place(sheet.title, None, letter(item.index), item.whole[:60])
            findings.add(place, Note(CLEANED, "heading_remembered", words, {"heading": column.heading}))


def _place(header: Header, sheet: Sheet, names: Names, item: Heading, findings: Findings) -> None:
    """Give a column of the file to the declared column that its heading names, with its group or by itself."""
    if item.index in header.left_out or item.index in header.index.values():
        return
    for cell in (item.whole, *item.own):
        column = header_rows.meant(names, cell)
        if column is None:
            continue
        if column.key in header.index:
            _twice(header, sheet, column, item, cell, findings)
        else:
            _take(header, column, cell, item.index)
        return


def _twice(header: Header, sheet: Sheet, column: Column, item: Heading, cell: str, findings: Findings) -> None:
    header.left_out[item.index] = "twice"
    first = {"letter": letter(header.index[column.key])}
    note = Note(WARNING, "heading_twice", _("与 %(letter)s 列重复，只读 %(letter)s 列"), first)
    findings.add(Place(sheet.title, None, letter(item.index), cell[:60]), note)


def _take(header: Header, column: Column, cell: str, at: int, how: str = "") -> None:
    header.index[column.key] = at
    header.heading[column.key] = cell
    if how:
        header.how[column.key] = how
    unit = UNIT.search(cell)
    if unit and column.unit and (scale := SCALES.get((unit.group(1), column.unit))):
        header.scale[column.key] = scale


def _guess(header: Header, sheet: Sheet, names: Names, headings: list[Heading], findings: Findings) -> None:
    """Headings with a typing error, and those that nobody knows: both are told."""
    missing = {plain_heading(c.heading): c for c in sheet.columns if c.key not in header.index and len(c.heading) > 2}
    for item in headings:
        cell = item.own[0] if item.own else ""
        plain = plain_heading(cell)
        if not plain or item.index in header.index.values() or item.index in header.left_out:
            continue
        if plain in SERIAL:
            header.left_out[item.index] = "serial"
            continue
        close = difflib.get_close_matches(plain, missing, n=2, cutoff=ALIKE) if len(plain) > 2 else []
        place = Place(sheet.title, None, letter(item.index), item.whole[:60])
        if len(close) == 1:
            column = missing.pop(close[0])
            _take(header, column, cell, item.index, "alike")
            findings.add(
                place, Note(CLEANED, "heading_alike", _("表头按“%(heading)s”读取"), {"heading": column.heading})
            )
        else:
            header.left_out[item.index] = "unknown"
            words = _("不认识这一列，没有导入；需要时请在“看列对应”中选定它对应的项目，或改成模板的表头")
            findings.add(place, Note(WARNING, "heading_unknown", words))


def _units_above(header: Header, sheet: Sheet, rows: list[list[str]], findings: Findings) -> None:
    """A unit written over the whole table counts for the columns whose heading has none (reference.md 7.3 #16, #21)."""
    units = header_rows.units_above(rows)
    for key, at in header.index.items() if units else ():
        column, cell = sheet[key], header.heading[key]
        unit = next((unit for unit in units if (unit, column.unit) in SCALES), "")
        if not unit or UNIT.search(cell):
            continue
        header.scale[key] = SCALES[unit, column.unit]
        words = _("表头上方的单位是%(unit)s，这一列没有另写单位，已换算成%(own)s，请核对")
        told = {"unit": unit, "own": column.unit}
        findings.add(Place(sheet.title, None, letter(at), cell[:60]), Note(WARNING, "unit_above", words, told))


def _check(header: Header, sheet: Sheet) -> None:
    needed = [column for column in sheet.columns if column.required or column.key in sheet.keys]
    lost = [column.heading for column in needed if column.key not in header.index]
    if lost:
        words = _("工作表“%(sheet)s”缺少列：%(columns)s。请按模板补上这些列后再导入。")
        if header.name and plain_heading(header.name) != plain_heading(sheet.title):
            words = _("工作表“%(own)s”按“%(sheet)s”表读取，缺少列：%(columns)s。请按模板补上这些列后再导入。")
        told = {"sheet": sheet.title, "own": header.name, "columns": "、".join(lost)}
        raise ColumnsMissing(words, told, {sheet.title: header.told()})
