"""The list behind a figure as a workbook: title, unit headings, rows streamed; 导出说明 last."""

import io
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from supervision.queries.bulletin_form import cut_off_words
from supervision.queries.bulletin_lists import FigureList, Heading
from supervision.sheets.bulletin_xlsx import DEMO_LINE

SLICE = 5_000
A4 = 9
# Row by row to disk: memory stays flat for a county; texts stay texts, so that no cell is ever a formula.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


def of_list(listed: FigureList, title: str) -> bytes:
    """The xlsx file of a figure's list."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    song = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter"}
    styles = {
        "title": book.add_format({"font_name": "黑体", "font_size": 14, "align": "center", "valign": "vcenter"}),
        "line": book.add_format(song),
        "head": book.add_format({**song, "font_name": "黑体", "align": "center", "text_wrap": True, "border": 1}),
        "text": book.add_format({**song, "border": 1}),
        "figure": book.add_format({**song, "border": 1, "align": "right"}),
    }
    demo = listed.rules.record["demo"]
    sheet = book.add_worksheet("名单")
    _set_page(sheet, len(listed.headings), demo)
    sheet.merge_range(0, 0, 0, len(listed.headings) - 1, title, styles["title"])
    cut_off = f"数据截止时间：{cut_off_words(listed.rules.as_of)}{'　' + DEMO_LINE if demo else ''}"
    sheet.write_string(1, 0, cut_off, styles["line"])
    for place, heading in enumerate(listed.headings):
        sheet.write_string(2, place, _words(heading), styles["head"])
    for start in range(0, len(listed), SLICE):
        for offset, row in enumerate(listed[start : start + SLICE]):
            _write_row(sheet, 3 + start + offset, row, listed.headings, styles)
    _explain(book.add_worksheet("导出说明"), listed, title, styles)
    book.close()
    return file.getvalue()


def _set_page(sheet: Worksheet, columns: int, demo: bool) -> None:
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.set_footer(f"&C第 &P 页 共 &N 页{'&R' + DEMO_LINE if demo else ''}")
    sheet.freeze_panes(3, 0)
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, columns - 1, 18)


def _words(heading: Heading) -> str:
    return f"{heading.label}（{heading.unit}）" if heading.unit else str(heading.label)


def _write_row(sheet: Worksheet, at: int, row: list[Any], headings: list[Heading], styles: dict[str, Any]) -> None:
    for place, (value, heading) in enumerate(zip(row, headings, strict=True)):
        style = styles["figure" if heading.figure else "text"]
        if value is None or value == "":
            sheet.write_blank(at, place, None, style)
        elif heading.figure and not isinstance(value, str):
            sheet.write_number(at, place, float(value), style)
        else:
            sheet.write_string(at, place, str(value), style)


def _explain(sheet: Worksheet, listed: FigureList, title: str, styles: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    lines = [
        ("名单", title),
        ("行数", str(len(listed))),
        ("数据截止时间", cut_off_words(listed.rules.as_of)),
        ("取数时点", f"{listed.sheet.known_on:%Y-%m-%d %H:%M:%S}"),
        ("说明", "名单与通报数字取自同一张事实表；仅供工作使用，不得公示、张贴和外传。"),
        *([("数据性质", DEMO_LINE)] if listed.rules.record["demo"] else []),
    ]
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, label, styles["text"])
        sheet.write_string(row, 1, text, styles["text"])
