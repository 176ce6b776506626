"""Writes cells into somebody's own workbook, in a process of its own: opening a foreign file may cost anything.

Run as a script (no Django). On stdin, behind its length, a marshal record: the workbook, the sheet, the cells as
(row, column, value, column whose look is taken over or 0), widths of columns, and the lines of a last sheet. On stdout
the workbook, behind its length; nothing where it could not be written. Rows and columns count from 1.

A formula stays what it is, and so does whatever already stands in a cell that was to be filled.
"""

import datetime
import io
import marshal
import resource
import struct
import sys
from copy import copy
from typing import Any

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter


def main() -> None:
    """Answer one order, then end."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    (size,) = struct.unpack("<Q", sys.stdin.buffer.read(8))
    content = written(marshal.loads(sys.stdin.buffer.read(size)))
    sys.stdout.buffer.write(struct.pack("<Q", len(content)))
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def written(order: dict[str, Any]) -> bytes:
    """The workbook with everything the order says."""
    book = openpyxl.load_workbook(io.BytesIO(order["data"]))
    page = book[order["sheet"]]
    for row, column, value, like in order["cells"]:
        put(page, row, column, value, like)
    for column, width in order["widths"]:
        page.column_dimensions[get_column_letter(column)].width = width
    if order["title"]:
        add_lines(book, order["title"], order["lines"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(page: Any, row: int, column: int, value: Any, like: int) -> None:
    """One cell, unless something stands in it; words never become a formula."""
    cell = page.cell(row, column)
    if isinstance(cell, MergedCell) or cell.value not in (None, ""):
        return
    if like:
        source = page.cell(row, like)
        if source.has_style:
            cell._style = copy(source._style)
            cell._style.numFmtId = 0  # General: the neighbour may be a day or an amount
    if isinstance(value, str) and value.startswith("\0d"):
        cell.value = datetime.date.fromisoformat(value[2:])
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, str):
        cell.value = value
        cell.data_type = "s"
    elif value is not None:
        cell.value = value


def add_lines(book: Any, title: str, lines: list[list[str]]) -> None:
    """A last sheet of words; one that is called so already makes way for a number behind the name."""
    page = book.create_sheet(title)
    for row, words in enumerate(lines, start=1):
        for column, text in enumerate(words, start=1):
            cell = page.cell(row, column, text)
            cell.data_type = "s"
    for column, width in ((1, 28), (2, 60), (3, 40)):
        page.column_dimensions[get_column_letter(column)].width = width


if __name__ == "__main__":
    main()
