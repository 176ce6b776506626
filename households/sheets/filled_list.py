"""The list of another office with its new columns: its own workbook, or a new one with the same rows."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from households.actions.list_fill import MOST_ROWS, Contents
from povertycase.exchange import formats, tables, written
from povertycase.exchange.tables import Table
from povertycase.exchange.template import BODY, HEADER

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def of(name: str, data: bytes, contents: Contents) -> bytes:
    """The workbook that goes back. An xlsx is filled in as it is; of another format a new one has the same rows."""
    if formats.of(data)[0] == formats.XLSX:
        try:
            return written.write(data, _order(contents))
        except written.NotWritten:
            pass  # what openpyxl cannot open the reader could: the rows are there all the same
    return _anew(tables.read(name, data, most_rows=MOST_ROWS), contents)


def file_name(name: str) -> str:
    """名单（补列）.xlsx"""
    return f"{Path(name).stem[:100]}（{_('补列')}）.xlsx"


def _headings(contents: Contents) -> list[str]:
    return [*(column.label for column in contents.columns), _("匹配说明")]


def _order(contents: Contents) -> written.Order:
    key, labels = contents.key, _headings(contents)
    first = key.end + 1
    order = written.Order(key.sheet)
    if key.head >= 0:
        order.cells += [(key.head + 1, first + at, label, key.end) for at, label in enumerate(labels)]
    for row, cells, words in contents.lines:
        order.cells += [(row + 1, first + at, value, key.end) for at, value in enumerate([*cells, words])]
    order.widths = [(first + at, max(10.0, min(len(label) * 2.2 + 2, 30.0))) for at, label in enumerate(labels)]
    return order


def _anew(sheets: Sequence[Table], contents: Contents) -> bytes:
    """All sheets row by row as they were read; the columns stand beside the rows of the list."""
    buffer = io.BytesIO()
    beside = {row: [*cells, words] for row, cells, words in contents.lines}
    if contents.key.head >= 0:
        beside[contents.key.head] = list(_headings(contents))
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        head, body = book.add_format(HEADER), book.add_format(BODY)
        for table in sheets:
            page = book.add_worksheet(table.name[:31] or None)
            is_list = table.name == contents.key.sheet
            page.set_column(table.left, contents.key.end + len(contents.columns) + 1, 16)
            for row, cells in enumerate(table.rows):
                style = head if is_list and row == contents.key.head else body
                _write_row(page, row, table.left, cells, style)
                if is_list and row in beside:
                    _write_row(page, row, contents.key.end, beside[row], style)
    return buffer.getvalue()


def _write_row(page: Any, row: int, left: int, cells: Sequence[Any], style: Any) -> None:
    for at, value in enumerate(cells, start=left):
        if isinstance(value, bool):
            page.write_boolean(row, at, value, style)
        elif isinstance(value, int | float):
            page.write_number(row, at, value, style)
        elif value not in (None, ""):
            page.write_string(row, at, str(value).removeprefix("\0d").removeprefix("\0x"), style)
