"""Workbooks that go out: the empty template of an import kind, and plain tables. All from declarations, all by xlsxwriter."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from povertycase import slots
from povertycase.exchange.columns import Column, Sheet
from povertycase.exchange.paper import Head, Paper, write

HEADER = {"bold": True, "font_name": "宋体", "font_size": 10.5, "align": "center", "valign": "vcenter"} | {
    "text_wrap": True,
    "border": 1,
}
BODY = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter"}
FORM_ROWS = 2_000
# Excel takes a list of choices of at most 255 characters inside a rule; longer ones stand on a sheet of their own.
INLINE_CHOICES = 255
CODES = "代码表"
NOTES = "填写说明"
TYPES = {
    "text": "文字",
    "group": "文字",
    "name": "姓名",
    "code": "编号，按文本填写",
    "int": "整数",
    "year": "四位年份",
    "dec": "数字",
    "date": "日期，如 2018-05-01",
    "bool": "是 / 否",
    "enum": "从下拉列表选",
    "multi": "可填几项，用顿号分开",
    "id": "按文本填写",
    "phone": "按文本填写",
    "bank": "按文本填写",
}


def template(kind: slots.ImportKind) -> bytes:
    """The empty workbook of an import kind: its sheets with drop-downs, the code lists, the notes last."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        formats = {
            "head": book.add_format(HEADER),
            "text": book.add_format({**BODY, "num_format": "@"}),
            "date": book.add_format({**BODY, "num_format": "yyyy-mm-dd"}),
            "plain": book.add_format(BODY),
            "wrap": book.add_format({**BODY, "text_wrap": True}),
        }
        pages = {sheet.code: book.add_worksheet(sheet.title) for sheet in kind.sheets}
        codes = _Codes(book, formats)
        for sheet in kind.sheets:
            _form(pages[sheet.code], sheet, formats, codes)
        _notes(book.add_worksheet(NOTES), kind, formats)
    return buffer.getvalue()


class _Codes:
    """The sheet of long code lists, made when the first list needs it."""

    def __init__(self, book: Any, formats: dict[str, Any]) -> None:
        self.book, self.formats, self.used = book, formats, 0
        self.page: Any = None

    def place(self, column: Column) -> str:
        """Write a list and return its address."""
        if self.page is None:
            self.page = self.book.add_worksheet(CODES)
        at, labels = self.used, [label for _value, label in column.choices]
        self.page.write_string(0, at, column.heading, self.formats["head"])
        for row, label in enumerate(labels, start=1):
            self.page.write_string(row, at, label, self.formats["plain"])
        self.used += 1
        name = xlsxwriter.utility.xl_col_to_name(at)
        return f"={CODES}!${name}$2:${name}${len(labels) + 1}"


def _form(page: Any, sheet: Sheet, formats: dict[str, Any], codes: _Codes) -> None:
    page.freeze_panes(1, 1)
    page.set_row(0, 36)
    page.set_landscape()
    page.set_paper(8 if len(sheet.columns) > 16 else 9)  # A3 or A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for at, column in enumerate(sheet.columns):
        kind = "date" if column.type == "date" else "text" if column.secret or column.type == "code" else "plain"
        page.set_column(at, at, column.width, formats[kind])
        page.write_string(0, at, column.title, formats["head"])
        if rule := _rule(column, codes):
            page.data_validation(1, at, FORM_ROWS, at, rule)
    page.ignore_errors(
        {"number_stored_as_text": f"A1:{xlsxwriter.utility.xl_col_to_name(len(sheet.columns))}{FORM_ROWS}"}
    )


def _rule(column: Column, codes: _Codes) -> dict[str, Any] | None:
    if column.type == "bool":
        return {"validate": "list", "source": ["是", "否"]}
    if column.type != "enum" or not column.choices:
        return None
    labels = [label for _value, label in column.choices]
    short = len(",".join(labels)) <= INLINE_CHOICES and not any("," in label for label in labels)
    return {"validate": "list", "source": labels if short else codes.place(column), "error_type": "warning"}


def _notes(page: Any, kind: slots.ImportKind, formats: dict[str, Any]) -> None:
    page.set_column(0, 0, 16)
    page.set_column(1, 1, 26)
    page.set_column(2, 2, 10)
    page.set_column(3, 3, 26)
    page.set_column(4, 4, 60)
    lines: list[Sequence[str]] = [("工作表", "列", "必填", "填法", "说明")]
    for sheet in kind.sheets:
        lines.append((sheet.title, "", "可不填整表" if sheet.optional else "", "", sheet.note))
        lines += [
            (sheet.title, column.title, "必填" if column.required else "", TYPES[column.type], _help(column))
            for column in sheet.columns
        ]
    for row, line in enumerate(lines):
        for at, text in enumerate(line):
            page.write_string(row, at, text, formats["head" if row == 0 else "wrap"])


def _help(column: Column) -> str:
    values = "、".join(label for _value, label in column.choices) if column.choices else ""
    return "；".join(part for part in (column.help, values) if part)


def table(title: str, headings: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]], note: str = "") -> bytes:
    """A plain table as a workbook, headings in row 1: (heading, width) pairs and rows; a note stands on the last sheet."""
    heads = tuple(Head(heading, width, "long" if width >= 40 else "text") for heading, width in headings)
    buffer = io.BytesIO()
    write([(Paper("", heads, page=title[:31], about=(("说明", note),)), rows)], buffer)
    return buffer.getvalue()
