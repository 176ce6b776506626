"""The list of another office with its new columns: its own workbook, or a new one with the same rows."""

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from households.actions.list_fill import MOST_ROWS, Filled
from households.queries import list_match
from households.queries.list_match import Found, Key
from households.sheets import fill_columns
from households.sheets.fill_columns import FillColumn, Values
from povertycase.exchange import formats, tables, written
from povertycase.exchange.tables import Table
from povertycase.exchange.template import BODY, HEADER
from povertycase.models import Account

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class Contents:
    """What is to be written beside the list: the columns, and for each row its cells and the words of its match."""

    key: Key
    columns: Sequence[FillColumn]
    lines: list[tuple[int, list[Any], str]]
    households: list[int]


def contents(filled: Filled, columns: Sequence[FillColumn], *, day: datetime.date, by: Account) -> Contents:
    """The cells of every row, read now: whoever is out of reach by now is not found any more."""
    rows = [filled.decided(row) for row in filled.rows]
    undecided = {row.person for row in rows if row.person and row.household is None}
    homes = {key: row.household_id for key, row in list_match.candidates(undecided, by=by, day=day).items()}
    for row in rows:
        row.household = row.household or homes.get(row.person or 0)
    named = [row for row in rows if row.household]
    known = fill_columns.values(
        by, columns, {row.household or 0 for row in named}, {row.person for row in named if row.person}, day=day
    )
    lines = [_line(row, columns, known) for row in rows]
    return Contents(filled.key, columns, lines, sorted(known.households))


def _line(row: Found, columns: Sequence[FillColumn], known: Values) -> tuple[int, list[Any], str]:
    if row.outcome in list_match.FOUND and row.household not in known.households:
        return row.row, [None] * len(columns), list_match.said()[list_match.NONE]
    return row.row, known.cells(columns, row.household, row.person), list_match.words(row)


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
