"""The workbook of the monthly bulletin: 附件1 as it is printed and passed on (county-officer.md 2.4, 2.5).

The same figures give the same bytes: the file carries no time of its making.
"""

import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils import timezone, translation
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from povertycase.rules import cautions, versions
from supervision.models import Bulletin
from supervision.queries import bulletin_rules
from supervision.queries.bulletin_figures import of_level
from supervision.queries.bulletin_form import HEADER_ROWS, Column, Form, cut_off_words
from supervision.queries.bulletin_rules import BulletinRules

DEMO_LINE = "演示数据，纯属虚构"
HEADER_TOP = 3  # annex, title, cut-off line stand above the header rows
BODY_TOP = HEADER_TOP + HEADER_ROWS
A3, A4 = 8, 9
CM = 1 / 2.54
NOTE_WIDTH = 110  # Chinese characters that one line of notes holds across the table
WIDTHS = {"serial": 4.6, "name": 15.5, "remarks": 9}
FIGURE_WIDTH = 6.3


@dataclass(frozen=True)
class Paper:
    """What stands on the paper beside the figures. `about`: lines of the sheet 导出说明, (what, value)."""

    month_label: str
    cut_off: datetime.date
    rows: Sequence[Mapping[str, Any]]  # 合计 first; each {"name": …, "cells": {column code: figure}}
    notes: list[str]
    about: list[tuple[str, str]]
    demo: bool = False


def of_bulletin(bulletin: Bulletin) -> bytes:
    """The workbook of a bulletin whose figures are there. Always Chinese: it is a paper of the office."""
    with translation.override("zh-hans"):
        rules = bulletin_rules.recorded(bulletin)
        rows = [*of_level(bulletin.figures, "whole"), *of_level(bulletin.figures, "town")]
        paper = Paper(
            month_label=rules.month.label(),
            cut_off=rules.as_of,
            rows=rows,
            notes=rules.form.notes(rows[0]["cells"], rules.grace_days),
            about=_about(bulletin, rules, rows[0]["name"]),
            demo=rules.record["demo"],
        )
        return workbook(rules.form, paper)


def _about(bulletin: Bulletin, rules: BulletinRules, place: str) -> list[tuple[str, str]]:
    """Where the figures come from: enough to make them again."""
    issued = bulletin.state == Bulletin.State.ISSUED
    first, last = rules.period
    known_on = timezone.localtime(bulletin.known_on) if bulletin.known_on else None
    lines = [
        ("通报", rules.form.title(rules.month.label())),
        ("地区", f"{place}（{bulletin.division_code}）"),
        ("状态", "已印发" if issued else "草稿，未印发，仅供核对"),
        *([("文号", bulletin.number), ("印发日期", str(bulletin.issued_on))] if issued else []),
        ("数据截止时间", cut_off_words(rules.as_of)),
        ("走访统计期间", f"{first} 至 {last}，截止后{rules.grace_days}日内录入的计入"),
        ("取数时点", f"{known_on:%Y-%m-%d %H:%M:%S.%f}（北京时间）" if known_on else ""),
        ("退出达标预审标准", f"{rules.standard.name}；{rules.standard.document}"),
    ]
    for line in rules.record["thresholds"].values():
        checked = "" if line["verified"] else "；未核对原文"
        lines.append((line["label"], f"{line['value']}{line['unit']}；{line['document']}{checked}"))
    lines += [("说明", warning) for warning in cautions.say_all(rules.record["warnings"])]
    return [
        *lines,
        ("表式版本", rules.record["form"]),
        ("标准版本", rules.record["standard"]),
        ("指标版本", versions.sha256(rules.record["indicators"])),
    ]


def workbook(form: Form, paper: Paper) -> bytes:
    """The xlsx file of one bulletin: sheet 附件1 in the form of the office, sheet 导出说明 last."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    # A fixed day: xlsxwriter would write the clock into the document properties.
    created = datetime.datetime.combine(paper.cut_off, datetime.time())
    book.set_properties({"title": form.title(paper.month_label), "created": created})
    sheet = book.add_worksheet(form.body["annex"])
    _Annex(book, sheet, form, paper).write()
    _explain(book, paper)
    book.close()
    return file.getvalue()


class _Annex:
    """Sheet 附件1: title, cut-off line, three header rows, 合计, towns, notes."""

    def __init__(self, book: Workbook, sheet: Worksheet, form: Form, paper: Paper) -> None:
        self.sheet, self.form, self.paper = sheet, form, paper
        self.last = len(form.columns) - 1
        centred = {"align": "center", "valign": "vcenter", "text_wrap": True}
        body = {**centred, "font_name": "宋体", "font_size": 10.5, "border": 1}
        song = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        self.styles: dict[str, Format] = {
            "annex": book.add_format({"font_name": "黑体", "font_size": 14, "valign": "vcenter"}),
            "demo": book.add_format({"font_name": "黑体", "font_size": 11, "align": "right", "valign": "vcenter"}),
            "title": book.add_format({**centred, "font_name": "方正小标宋简体", "font_size": 22}),
            "left": book.add_format({**song, "align": "left"}),
            "right": book.add_format({**song, "align": "right"}),
            "head": book.add_format({**centred, "font_name": "黑体", "font_size": 10.5, "border": 1}),
            "text": book.add_format({**body, "num_format": "@"}),
            "count": book.add_format({**body, "num_format": "0"}),
            "rate": book.add_format({**body, "num_format": "0.00"}),
            "note": book.add_format({**song, "font_size": 10.5, "align": "left", "text_wrap": True}),
        }

    def write(self) -> None:
        self._set_page()
        self._write_top()
        self._write_headings()
        for place, row in enumerate(self.paper.rows):
            self._write_row(BODY_TOP + place, place, row)
        self._write_notes(BODY_TOP + len(self.paper.rows))

    def _set_page(self) -> None:
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(A3)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=1.8 * CM, right=1.8 * CM, top=2.0 * CM, bottom=2.0 * CM)
        sheet.repeat_rows(HEADER_TOP, BODY_TOP - 1)
        sheet.center_horizontally()
        mark = f'&R&"宋体,常规"&10{DEMO_LINE}' if self.paper.demo else ""
        sheet.set_footer(f'&C&"宋体,常规"&10第 &P 页 共 &N 页{mark}')
        sheet.freeze_panes(BODY_TOP, 2)
        for place, column in enumerate(self.form.columns):
            sheet.set_column(place, place, WIDTHS.get(column.role, FIGURE_WIDTH))

    def _write_top(self) -> None:
        sheet, paper, half = self.sheet, self.paper, self.last // 2
        sheet.set_row(0, 22)
        sheet.merge_range(0, 0, 0, half, self.form.body["annex"], self.styles["annex"])
        if paper.demo:
            sheet.merge_range(0, half + 1, 0, self.last, DEMO_LINE, self.styles["demo"])
        sheet.set_row(1, 40)
        sheet.merge_range(1, 0, 1, self.last, self.form.title(paper.month_label), self.styles["title"])
        sheet.set_row(2, 22)
        sheet.merge_range(2, 0, 2, half, f"数据截止时间：{cut_off_words(paper.cut_off)}", self.styles["left"])
        sheet.merge_range(2, half + 1, 2, self.last, self.form.body["unit_line"], self.styles["right"])

    def _write_headings(self) -> None:
        for place, height in enumerate((24, 34, 66)):
            self.sheet.set_row(HEADER_TOP + place, height)
        for cell in self.form.headings():
            top = HEADER_TOP + cell.top
            if cell.rows == cell.columns == 1:
                self.sheet.write_string(top, cell.left, cell.text, self.styles["head"])
            else:
                bottom, right = top + cell.rows - 1, cell.left + cell.columns - 1
                self.sheet.merge_range(top, cell.left, bottom, right, cell.text, self.styles["head"])

    def _write_row(self, at: int, serial: int, row: Mapping[str, Any]) -> None:
        """One line of the table; serial 0 is 合计, across the columns 序号 and 乡镇."""
        self.sheet.set_row(at, 27)
        for place, column in enumerate(self.form.columns):
            if column.is_figure:
                self._write_figure(at, place, column, row["cells"].get(column.code))
            elif column.role == "serial" and serial:
                self.sheet.write_number(at, place, serial, self.styles["count"])
            elif column.role == "name" and serial:
                self.sheet.write_string(at, place, row["name"], self.styles["text"])
            elif column.role == "remarks":
                self.sheet.write_blank(at, place, None, self.styles["text"])
        if not serial:
            self.sheet.merge_range(at, 0, at, 1, self.form.body["total"], self.styles["text"])

    def _write_figure(self, at: int, place: int, column: Column, figure: Any) -> None:
        style = self.styles["rate" if column.unit == "%" else "count"]
        if figure is None:
            self.sheet.write_blank(at, place, None, style)
        elif isinstance(figure, str) and not figure[0].isdigit():
            self.sheet.write_string(at, place, figure, self.styles["text"])
        else:
            self.sheet.write_number(at, place, float(Decimal(str(figure))), style)

    def _write_notes(self, top: int) -> None:
        for place, note in enumerate(self.paper.notes):
            text = f"{'说明：' if not place else '　　　'}{place + 1}.{note}"
            lines = -(-len(text) // NOTE_WIDTH)
            self.sheet.set_row(top + place, 17 * lines)
            self.sheet.merge_range(top + place, 0, top + place, self.last, text, self.styles["note"])


def _explain(book: Workbook, paper: Paper) -> None:
    """Sheet 导出说明, always the last one: the superior opens sheet 1."""
    sheet = book.add_worksheet("导出说明")
    song = {"font_name": "宋体", "font_size": 10.5, "valign": "top", "text_wrap": True}
    name, value = book.add_format({**song, "border": 1}), book.add_format({**song, "border": 1, "num_format": "@"})
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 96)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    lines = [*paper.about, *([("数据性质", DEMO_LINE)] if paper.demo else [])]
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, label, name)
        sheet.write_string(row, 1, text, value)
