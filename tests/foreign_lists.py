"""Lists as other offices send them: a title, headings, people by number or by place and name."""

import datetime
import io
from typing import Any

import openpyxl
from openpyxl.styles import Font, PatternFill

from households.actions import list_fill
from households.sheets import list_keys
from povertycase.models import Account, ForeignBook

TITLE = "2018年农村妇女“两癌”免费检查人员名单"


def book(heads: list[str], rows: list[list[Any]], title: str = TITLE, under: list[Any] | None = None) -> bytes:
    """An xlsx of one sheet 名单: a merged title, headings in row 2, rows from 3; red words in the second column."""
    out = openpyxl.Workbook()
    page = out.active
    page.title = "名单"
    page.append([title])
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(heads))
    page.append(heads)
    for cell in page[2]:
        cell.font = Font(name="黑体", bold=True)
        cell.fill = PatternFill("solid", fgColor="DDEBF7")
    for row in rows:
        page.append(row)
        page.cell(page.max_row, 2).font = Font(color="FF0000")
    if under:
        page.append(under)
    page.row_dimensions[2].height = 33
    out.create_sheet("说明")["A1"] = "请于月底前报回"
    buffer = io.BytesIO()
    out.save(buffer)
    return buffer.getvalue()


def read(content: bytes, sheet: str = "名单") -> list[list[Any]]:
    """The rows of a workbook as they came back."""
    page = openpyxl.load_workbook(io.BytesIO(content))[sheet]
    return [[cell.value for cell in row] for row in page.iter_rows()]


def by_number() -> bytes:
    """Two households by their numbers, one of them unknown."""
    return book(["序号", "户编号"], [[1, "H0001"], [2, "H0777"]])


def bring(kind: str, content: bytes, by: Account, name: str = "名单.xlsx") -> ForeignBook:
    """A workbook as this account brought it."""
    key, asked = list_keys.read(name, content)
    return list_fill.take_in(name=name, data=content, key=key, asked=asked, day=datetime.date(2018, 11, 30), by=by)
