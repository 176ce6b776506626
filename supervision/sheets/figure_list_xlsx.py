"""The list behind a figure as a workbook: title, unit headings, rows streamed; 导出说明 last."""

import io
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from supervision.queries.bulletin_form import cut_off_words
from supervision.queries.bulletin_lists import FigureList, Heading
from supervision.sheets import list_form
from supervision.sheets.bulletin_xlsx import DEMO_LINE

SLICE = 5_000


def of_list(listed: FigureList, title: str) -> bytes:
    """The xlsx file of a figure's list."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, list_form.OPTIONS)
    styles = list_form.faces(book)
    demo = listed.rules.record["demo"]
    sheet = book.add_worksheet("名单")
    list_form.set_page(sheet, len(listed.headings), width=18, demo=demo)
    sheet.merge_range(0, 0, 0, len(listed.headings) - 1, title, styles["title"])
    cut_off = f"数据截止时间：{cut_off_words(listed.rules.as_of)}{'　' + DEMO_LINE if demo else ''}"
    sheet.write_string(1, 0, cut_off, styles["line"])
    for place, heading in enumerate(listed.headings):
        sheet.write_string(2, place, _words(heading), styles["head"])
    for start in range(0, len(listed), SLICE):
        for offset, row in enumerate(listed[start : start + SLICE]):
            _write_row(sheet, 3 + start + offset, row, listed.headings, styles)
    list_form.explain(book, _about(listed, title), styles)
    book.close()
    return file.getvalue()


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


def _about(listed: FigureList, title: str) -> list[tuple[str, str]]:
    return [
        ("名单", title),
        ("行数", str(len(listed))),
        ("数据截止时间", cut_off_words(listed.rules.as_of)),
        ("取数时点", f"{listed.sheet.known_on:%Y-%m-%d %H:%M:%S}"),
        ("说明", "名单与通报数字取自同一张事实表；仅供工作使用，不得公示、张贴和外传。"),
        *([("数据性质", DEMO_LINE)] if listed.rules.record["demo"] else []),
    ]
