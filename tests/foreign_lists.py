"""Lists as other offices send them: a title, headings, people by number or by place and name."""

import datetime
import io
from typing import Any

import openpyxl
from openpyxl.styles import Font, PatternFill

from households.actions import list_fill
from households.sheets import list_keys
from povertycase.actions import foreign_books
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


FORM_HEADS = (
    ("序号", "序号"), ("乡镇", "乡镇"), ("建档立卡情况", "户数"), ("建档立卡情况", "人口数"),
    ("已脱贫人口数（人）", "已脱贫人口数（人）"), ("2018年计划脱贫户数（户）", "2018年计划脱贫户数（户）"),
    ("走访率（%）", "走访率（%）"), ("产业项目资金（万元）", "产业项目资金（万元）"), ("备注", "备注"),
)  # fmt: skip


def form(places: list[str], total: bool = True, above: str = "乡镇") -> bytes:
    """A superior's empty form: title, a line of who and unit, headings in two rows with merged cells, 合计 with formulas."""
    out = openpyxl.Workbook()
    page = out.active
    page.title = "附表"
    page.append(["2018年脱贫攻坚情况统计表"])
    page.merge_cells("A1:I1")
    page.append(["填报单位：镇赉县扶贫办", None, None, None, None, None, "单位：户、人"])
    for row in (0, 1):
        page.append([above if pair[row] == "乡镇" else pair[row] for pair in FORM_HEADS])
    page.merge_cells("C3:D3")
    for letter in "ABEFGHI":
        page.merge_cells(f"{letter}3:{letter}4")
    first, last = 5 + total, 4 + total + len(places)
    if total:
        page.append(["合计", None, *(f"=SUM({letter}{first}:{letter}{last})" for letter in "CDEF")])
        page.merge_cells("A5:B5")
    for at, name in enumerate(places, start=1):
        page.append([at, name])
    page["C3"].fill = PatternFill("solid", fgColor="FFF2CC")
    for row in page.iter_rows(min_row=5, min_col=3):
        for cell in row:
            cell.font = Font(name="仿宋_GB2312", size=12)
    page.append(["填表人：", None, None, "审核人："])
    buffer = io.BytesIO()
    out.save(buffer)
    return buffer.getvalue()


def bring(kind: str, content: bytes, by: Account, name: str = "名单.xlsx") -> ForeignBook:
    """A workbook as this account brought it."""
    if kind == ForeignBook.FORM:
        return foreign_books.take_in(kind=kind, name=name, data=content, found={}, by=by)
    key, asked = list_keys.read(name, content)
    return list_fill.take_in(name=name, data=content, key=key, asked=asked, day=datetime.date(2018, 11, 30), by=by)
