"""How every list leaves the house: one form (county-officer.md 2.5), one workbook writer, 导出说明 as the last sheet.

A floor says what its list is (Paper) and gives its rows; nobody else writes a workbook of rows.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import groupby
from typing import IO, Any
from zipfile import ZipFile

import xlsxwriter
from django.conf import settings
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from povertycase.exchange.paper_file import Body, Drawn, pack
from povertycase.exchange.paper_rows import Face, Written

DEMO_LINE = "演示数据，纯属虚构"
USE = "仅供工作使用，不得公示、张贴和外传。"
EXPLAINED = "导出说明"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A3, A4, MOST_ON_A4 = 8, 9, 16
CM = 1 / 2.54
ROW, HEAD_ROW, TITLE_ROW, LINE_ROW = 24, 30, 40, 22  # heights in points
# Texts stand in their cells, without a table of their own, and stay texts, so that no cell is ever a formula.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


@dataclass(frozen=True)
class Head:
    """A column of a list on paper.

    kind: text (centred) | long (left, wrapped) | key (a number kept as text, left) | count | number (as it is) | money (0.00)
    | rate (0.00) | date; group: headings merged above it, the topmost first; joined: its cells are merged over the rows of a block;
    choices: what is filled in there is chosen from a list (short words, 255 characters together).
    """

    label: str
    width: float = 14
    kind: str = "text"
    group: tuple[str, ...] = ()
    joined: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """A list on paper, without its rows.

    title "" leaves title and lines away, the headings stand in row 1. left and right: the line under the title
    (截止日期 …, 单位：户、人). below: lines under the table. foot: stands left at the foot of every page.
    blocks: rows carry the key of their block behind their cells; columns that are `joined` are merged over it.
    about: what 导出说明 says beside by, taken_at, conditions and how many rows; demo None: as the installation is.
    """

    title: str
    heads: tuple[Head, ...]
    page: str = "名单"
    annex: str = ""
    left: str = ""
    right: str = ""
    below: tuple[str, ...] = ()
    foot: str = ""
    blocks: bool = False
    by: str = ""
    taken_at: str = ""
    conditions: str = ""
    about: tuple[tuple[str, str], ...] = ()
    demo: bool | None = None

    @property
    def is_demo(self) -> bool:
        return settings.DEMO if self.demo is None else self.demo

    @property
    def depth(self) -> int:
        """How many rows the headings take."""
        return 1 + max(len(head.group) for head in self.heads)

    @property
    def top(self) -> int:
        """How many rows stand above the headings."""
        return (1 if self.annex else 0) + (2 if self.title else 0)


Rows = Iterable[Sequence[Any]]


def write(sheets: Sequence[tuple[Paper, Rows]], file: IO[bytes]) -> int:
    """The workbook of one or several lists into an open file, 导出说明 last; returns how many rows they have together."""
    papers = [paper for paper, _rows in sheets]
    return pack(file, [_body(paper, rows) for paper, rows in sheets], partial(_drawn, papers))


def _body(paper: Paper, rows: Rows) -> Body:
    joined = [place for place, head in enumerate(paper.heads) if head.joined] if paper.blocks else []
    return Body(rows, paper.top + paper.depth, [head.width for head in paper.heads], joined)


def _drawn(papers: Sequence[Paper], written: Sequence[Written]) -> Drawn:
    """The workbook around rows that are written by somebody else."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as book:
        faces = _faces(book)
        found = [_sheet(book, faces, paper, rows) for paper, rows in zip(papers, written, strict=True)]
        _explain(book, papers[0], sum(rows.number for rows in written))
    return Drawn(ZipFile(content), found)


def explained(paper: Paper, number: int) -> list[tuple[str, str]]:
    """The lines of 导出说明: what the list is, who took it when by which conditions, what it may be used for."""
    lines = [
        ("名单", paper.title or paper.page),
        ("条件", paper.conditions),
        ("行数", str(number)),
        ("导出人", paper.by),
        ("导出时间", paper.taken_at),
        *paper.about,
        ("说明", USE),
        ("数据性质", DEMO_LINE if paper.is_demo else ""),
    ]
    return [(label, words) for label, words in lines if words]


def _sheet(book: Workbook, faces: dict[str, Any], paper: Paper, written: Written) -> list[Face]:
    """Everything of a sheet but its rows; returns the faces of its columns."""
    sheet = book.add_worksheet(paper.page)
    first, number = paper.top + paper.depth, written.number
    _set_page(sheet, paper, first)
    _write_top(sheet, paper, faces)
    _write_heads(sheet, paper, faces)
    sheet.merge.extend(written.merged)
    for place, head in enumerate(paper.heads):
        if head.choices and number:
            rule = {"validate": "list", "source": list(head.choices)}
            sheet.data_validation(first, place, first + number - 1, place, rule)
    for place, line in enumerate(paper.below, start=first + number + 1):
        sheet.write_string(place, 0, line, faces["line"])
    # Numbers that are texts on purpose: no green triangles.
    sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(len(paper.heads) - 1)}{first + number + 1}"})
    return [Face.of(faces, head.kind) for head in paper.heads]


def _set_page(sheet: Worksheet, paper: Paper, first: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(A3 if len(paper.heads) > MOST_ON_A4 else A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=1.8 * CM, right=1.8 * CM, top=2.0 * CM, bottom=2.0 * CM)
    sheet.center_horizontally()
    sheet.repeat_rows(paper.top, first - 1)
    song = '&"宋体,常规"&10'
    left, right = f"&L{song}{paper.foot}" if paper.foot else "", f"&R{song}{DEMO_LINE}" if paper.is_demo else ""
    sheet.set_footer(f"{left}&C{song}第 &P 页 共 &N 页{right}")
    sheet.freeze_panes(first, 0)
    sheet.set_default_row(ROW)
    for place, head in enumerate(paper.heads):
        sheet.set_column(place, place, head.width)


def _write_top(sheet: Worksheet, paper: Paper, faces: dict[str, Any]) -> None:
    if not paper.title:
        return
    at, last = 0, len(paper.heads) - 1
    if paper.annex:
        sheet.set_row(0, LINE_ROW)
        sheet.write_string(0, 0, paper.annex, faces["annex"])
        at = 1
    sheet.set_row(at, TITLE_ROW)
    _across(sheet, at, 0, at, last, paper.title, faces["title"])
    sheet.set_row(at + 1, LINE_ROW)
    words = "　".join(part for part in (paper.left, DEMO_LINE if paper.is_demo else "") if part)
    sheet.write_string(at + 1, 0, words, faces["line"])
    if paper.right and last:
        sheet.write_string(at + 1, last, paper.right, faces["unit"])


def _write_heads(sheet: Worksheet, paper: Paper, faces: dict[str, Any]) -> None:
    """Headings, groups merged over their columns, a heading without groups merged down to the last row."""
    for row in range(paper.depth):
        sheet.set_row(paper.top + row, HEAD_ROW)
    # Row by row: what stands in a row that is left cannot be written any more.
    for row in range(paper.depth):
        for left, right, text, rows in _headings(paper, row):
            _across(sheet, paper.top + row, left, paper.top + row + rows - 1, right, text, faces["head"])
        for place, head in enumerate(paper.heads):
            if len(head.group) < row:  # under a heading that reaches down: its border
                sheet.write_blank(paper.top + row, place, None, faces["head"])


def _headings(paper: Paper, row: int) -> Iterable[tuple[int, int, str, int]]:
    """The cells that begin in one row of the headings: first and last column, text, how many rows they take."""

    def above(place: int) -> tuple[Any, ...]:
        group = paper.heads[place].group
        return (row, *group[: row + 1]) if row < len(group) else (row, "", place)

    for _key, found in groupby(range(len(paper.heads)), key=above):
        places = list(found)
        head = paper.heads[places[0]]
        if row < len(head.group):
            yield places[0], places[-1], head.group[row], 1
        elif row == len(head.group):
            yield places[0], places[0], head.label, paper.depth - row


def _across(sheet: Worksheet, top: int, left: int, bottom: int, right: int, text: str, face: Any) -> None:
    """A text over one or several cells. merge_range would write the rows below as well, which are not open yet."""
    sheet.write_string(top, left, text, face)
    for place in range(left + 1, right + 1):
        sheet.write_blank(top, place, None, face)
    if (top, left) != (bottom, right):
        sheet.merge.append([top, left, bottom, right])


def _explain(book: Workbook, paper: Paper, number: int) -> None:
    """Always the last sheet: the superior opens sheet 1."""
    sheet = book.add_worksheet(EXPLAINED)
    face = book.add_format(
        {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter", "border": 1, "text_wrap": True}
    )
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    for row, (label, words) in enumerate(explained(paper, number)):
        sheet.write_string(row, 0, label, face)
        sheet.write_string(row, 1, words, face)


def _faces(book: Workbook) -> dict[str, Any]:
    """The faces of a list by name. No colour anywhere; q-… is for a text that would be a formula if it were typed."""
    song = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter"}
    black = {**song, "font_name": "黑体", "align": "center", "text_wrap": True}
    cell = {**song, "border": 1, "align": "center"}
    bodies: dict[str, dict[str, Any]] = {
        "text": {**cell, "num_format": "@"},
        "long": {**cell, "num_format": "@", "align": "left", "text_wrap": True},
        "key": {**cell, "num_format": "@", "align": "left"},
        "count": {**cell, "num_format": "0"},
        "number": {**cell, "num_format": "General"},
        "money": {**cell, "num_format": "0.00", "align": "right"},
        "rate": {**cell, "num_format": "0.00"},
        "date": {**cell, "num_format": "yyyy-mm-dd"},
    }
    others: dict[str, dict[str, Any]] = {
        "annex": {**song, "font_name": "黑体", "font_size": 14},
        "title": {**black, "font_name": "方正小标宋简体", "font_size": 22},
        "line": {**song, "font_size": 11},
        "unit": {**song, "font_size": 11, "align": "right"},
        "head": {**black, "border": 1},
    }
    quoted = {f"q-{name}": {**body, "quote_prefix": True} for name, body in bodies.items()}
    return {name: book.add_format(body) for name, body in {**bodies, **others, **quoted}.items()}


def file_name(words: str, ending: str = "xlsx") -> str:
    """A name as the office writes it; characters that a file system refuses are left out."""
    return "".join(letter for letter in words if letter not in '\\/:*?"<>|\r\n\t') + f".{ending}"


def moment(now: datetime.datetime) -> str:
    """2018-11-30 09:12."""
    return f"{now:%Y-%m-%d %H:%M}"
