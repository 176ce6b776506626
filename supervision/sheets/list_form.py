"""The form that every list of households leaves the house in: one face, one page, 导出说明 as the last sheet."""

from collections.abc import Iterable
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from supervision.sheets.bulletin_xlsx import A4, DEMO_LINE

# Row by row to disk: memory stays flat for a county; texts stay texts, so that no cell is ever a formula.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
TOP = 3  # title, line and headings stand above the rows


def faces(book: Workbook) -> dict[str, Any]:
    """The faces of a list, by name: title, line, head, text, figure."""
    song = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter"}
    black = {**song, "font_name": "黑体", "align": "center"}
    return {
        "title": book.add_format({**black, "font_size": 14}),
        "line": book.add_format(song),
        "head": book.add_format({**black, "text_wrap": True, "border": 1}),
        "text": book.add_format({**song, "border": 1}),
        "figure": book.add_format({**song, "border": 1, "align": "right", "indent": 1}),
    }


def set_page(sheet: Worksheet, columns: int, *, width: int, left: str = "", demo: bool) -> None:
    """A4 landscape, one page wide, headings repeated. width: of a column, in characters. left: foot of every page."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(TOP - 1)
    sheet.set_footer(f"{'&L' + left if left else ''}&C第 &P 页 共 &N 页{'&R' + DEMO_LINE if demo else ''}")
    sheet.freeze_panes(TOP, 0)
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, columns - 1, width)


def explain(book: Workbook, lines: Iterable[tuple[str, str]], faces: dict[str, Any]) -> None:
    """The last sheet 导出说明: what the list is, cut off and taken when, what it may be used for."""
    sheet = book.add_worksheet("导出说明")
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, label, faces["text"])
        sheet.write_string(row, 1, text, faces["text"])
