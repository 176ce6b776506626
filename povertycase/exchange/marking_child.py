"""Marks cells of somebody's own workbook, in a process of its own: opening a foreign file may cost anything.

Run as a script (no Django). On stdin, behind its length, a marshal record: the workbook; by sheet the cells as (row,
column, colour, words); the author of the words; title, headings and lines of a last sheet. On stdout the workbook,
behind its length; nothing where it could not be made. Rows and columns count from 1.

No cell is moved and none written into. Marks of an earlier time go: whoever sees red shall find something to mend.
"""

import datetime
import io
import marshal
import re
import resource
import struct
import sys
import zipfile
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.hyperlink import Hyperlink

LONGEST = 2_000
ALIVE = ("=", "+", "-", "@", "\t", "\r")
BEFORE = "\n----\n"
# A cell with a formula as openpyxl writes it, without a value.
FORMULA = re.compile(r'<c r="([A-Z]+\d+)"((?: s="\d+")?)>(<f[^>]*?(?:/>|>[^<]*</f>))<v ?/></c>')
BLANK = PatternFill()
HEAD = PatternFill("solid", fgColor="FFD9E1F2")
THIN = Side("thin", color="FFBFBFBF")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)


def main() -> None:
    """Answer one order, then end."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    (size,) = struct.unpack("<Q", sys.stdin.buffer.read(8))
    content = marked(marshal.loads(sys.stdin.buffer.read(size)))
    sys.stdout.buffer.write(struct.pack("<Q", len(content)))
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def marked(order: dict[str, Any]) -> bytes:
    """The workbook with everything the order says."""
    book = openpyxl.load_workbook(io.BytesIO(order["data"]), rich_text=True)
    for page in book.worksheets:
        unmark(page, order["author"])
        for row, column, colour, words in order["cells"].get(page.title, ()):
            mark(page, row, column, colour, words, order["author"])
    add_list(book, order)
    out = io.BytesIO()
    book.save(out)
    return with_values(out, order["data"]) if any(map(has_formulas, book.worksheets)) else out.getvalue()


def has_formulas(page: Any) -> bool:
    """Does any cell of a sheet hold a formula?"""
    return any(cell.data_type == "f" for row in page.iter_rows() for cell in row)


def with_values(book: io.BytesIO, data: bytes) -> bytes:
    """The workbook with what its formulas showed when it came: openpyxl keeps one or the other, whoever reads it needs both."""
    came = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    parts = {f"xl/worksheets/sheet{number}.xml": page for number, page in enumerate(came.worksheets, start=1)}
    out = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            if part in parts:
                page = parts[part]
                content = FORMULA.sub(partial(valued, page=page), content.decode()).encode()
            new.writestr(part, content)
    return out.getvalue()


def valued(found: re.Match[str], page: Any) -> str:
    """A formula's cell with the value that stood there."""
    place, style, formula = found.groups()
    cell = page[place]
    value, kind = cell.value, {"b": "b", "e": "e", "s": "str"}.get(cell.data_type, "")
    if value is None:
        return found.group()
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        value = to_excel(value, page.parent.epoch)
    text = escape(str(int(value) if isinstance(value, bool) else value))
    told = f' t="{kind}"' if kind else ""
    return f'<c r="{place}"{style}{told}>{formula}<v>{text}</v></c>'


def unmark(page: Any, author: str) -> None:
    """Take off what was marked when the file went back before; the office's own comment comes forth again."""
    for row in page.iter_rows():
        for cell in row:
            if cell.comment is not None and cell.comment.author == author:
                _ours, _line, own = cell.comment.text.partition(BEFORE)
                cell.comment = Comment(own, "") if own else None
                cell.fill = BLANK


def mark(page: Any, row: int, column: int, colour: str, words: str, author: str) -> None:
    """Colour a cell and say why; of a merged one its first cell."""
    cell = page.cell(row, column)
    if isinstance(cell, MergedCell):
        within = (area for area in page.merged_cells.ranges if cell.coordinate in area)
        area = next(within, None)
        if area is None:
            return
        cell = page.cell(area.min_row, area.min_col)
    cell.fill = PatternFill("solid", fgColor=colour)
    if not words:
        return
    text = clean(words)[:LONGEST]
    if cell.comment is not None and cell.comment.author == author:
        text = f"{cell.comment.text}\n{text}"[:LONGEST]
    elif cell.comment is not None:
        text += BEFORE + cell.comment.text
    cell.comment = Comment(text, author, width=320, height=min(60 + 18 * (len(text) // 20 + text.count("\n")), 400))


def add_list(book: Any, order: dict[str, Any]) -> None:
    """The last sheet: all that is to be put right, each line leading to its cell. Words never become a formula."""
    if order["title"] in book.sheetnames:
        old = book[order["title"]]
        if old["A1"].value == order["headings"][0][0]:
            book.remove(old)
    page = book.create_sheet(order["title"])
    for column, (heading, width) in enumerate(order["headings"], start=1):
        cell = page.cell(1, column, heading)
        cell.font, cell.fill, cell.border = Font(bold=True), HEAD, BOX
        page.column_dimensions[get_column_letter(column)].width = width
    for row, line in enumerate(order["lines"], start=2):
        for column, value in enumerate(line, start=1):
            put(page.cell(row, column), value)
        if line[2] and line[1] in book.sheetnames:
            at = "'{}'!{}{}".format(line[1].replace("'", "''"), line[3] or "A", line[2])
            cell = page.cell(row, 3)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=at)
            cell.font = Font(color="FF0563C1", underline="single")
    page.freeze_panes = "A2"
    page.sheet_view.zoomScale = 100


def put(cell: Any, value: Any) -> None:
    """One cell of the list."""
    cell.border, cell.alignment = BOX, Alignment(vertical="top", wrap_text=True)
    if isinstance(value, str):
        cell.value = clean(value)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(ALIVE)
    else:
        cell.value = value


def clean(text: str) -> str:
    """Without the characters that no workbook may hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)


if __name__ == "__main__":
    main()
