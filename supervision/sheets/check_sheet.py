"""核实表: the items of one village on one A4 sheet, filled in and read back; a batch of several villages as a zip."""

import io
import tempfile
import zipfile
from collections.abc import Iterable
from itertools import groupby
from typing import IO, Any

import xlsxwriter
from django.conf import settings
from django.utils import translation

from supervision.models import CheckBatch, CheckItem
from supervision.sheets import list_form
from supervision.sheets.bulletin_xlsx import DEMO_LINE

TITLE = "疑点核实"
NUMBER, RULE, HOUSEHOLD, HEAD, GROUP, FOUND = "疑点编号", "疑点规则", "户编号", "户主", "组", "系统中的情况"
ANSWER, WORDS, EXPIRES = "核实结果", "情况说明", "说明有效期至"
HEADINGS = (NUMBER, GROUP, HOUSEHOLD, HEAD, RULE, FOUND, ANSWER, WORDS, EXPIRES)
WIDTHS = (9, 8, 14, 10, 26, 34, 14, 28, 13)


def of_batch(batch: CheckBatch, lines: Iterable[dict[str, Any]]) -> tuple[IO[bytes], str, int, int]:
    """A file, its name, how many sheets and rows: one workbook for one village, a zip for several. Always Chinese."""
    with translation.override("zh-hans"):
        parts = [(key, list(rows)) for key, rows in groupby(lines, key=lambda row: (row["town"], row["village"]))]
        rows = sum(len(found) for _key, found in parts)
        if len(parts) == 1:
            (town, village), found = parts[0]
            return io.BytesIO(_workbook(batch, town, village, found)), _name(batch, town, village), 1, rows
        file = tempfile.TemporaryFile()  # noqa: SIM115  the answer that streams it closes it
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as whole:
            for (town, village), found in parts:
                whole.writestr(f"{town}/{_name(batch, town, village)}", _workbook(batch, town, village, found))
        file.seek(0)
        return file, f"{batch.number}疑点核实表.zip", len(parts), rows


def _name(batch: CheckBatch, town: str, village: str) -> str:
    return f"{batch.number}{town}{village}疑点核实表.xlsx"


def _workbook(batch: CheckBatch, town: str, village: str, rows: list[dict[str, Any]]) -> bytes:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {**list_form.OPTIONS, "constant_memory": False, "in_memory": True})
    styles = list_form.faces(book)
    wrap = book.add_format(
        {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter", "border": 1, "text_wrap": True}
    )
    sheet = book.add_worksheet(TITLE)
    list_form.set_page(sheet, len(HEADINGS), width=12, left=batch.number, demo=settings.DEMO)
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, f"{batch.title}核实表", styles["title"])
    told = [
        f"{town}{village}",
        f"批次 {batch.number}",
        f"来源 {batch.get_source_display()}",
        f"请于 {batch.deadline} 前报回",
    ]
    sheet.write_string(1, 0, "　".join([*told, *([DEMO_LINE] if settings.DEMO else [])]), styles["line"])
    for place, heading in enumerate(HEADINGS):
        sheet.write_string(2, place, heading, styles["head"])
    for at, row in enumerate(rows, start=3):
        for place, value in enumerate(_cells(row)):
            sheet.write_string(at, place, value, wrap)
    end = 2 + len(rows)
    answers = [str(label) for _value, label in CheckItem.Answer.choices]
    sheet.data_validation(3, 6, end, 6, {"validate": "list", "source": answers})
    sheet.write_string(
        end + 2, 0, "填表人：　　　　　　村负责人：　　　　　　乡镇审核人：　　　　　　日期：", styles["line"]
    )
    list_form.explain(book, _about(batch, rows), styles)
    book.close()
    return data.getvalue()


def _cells(row: dict[str, Any]) -> list[str]:
    item, card = row["item"], row["card"]
    answered = item.answer if item.state != CheckItem.State.SENT else ""
    return [
        str(item.pk),
        card.group_name,
        card.household_no,
        card.head_name,
        row["rule"],
        row["found"],
        str(item.get_answer_display()) if answered else "",
        item.words if answered else "",
        item.expires_on.isoformat() if answered and item.expires_on else "",
    ]


def _about(batch: CheckBatch, rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [
        ("批次", f"{batch.number} {batch.title}"),
        ("来源", f"{batch.get_source_display()} {batch.document}".strip()),
        ("填写", "在“核实结果”中选择：已核改、核实无误、特殊情况说明；特殊情况要写情况说明和有效期。"),
        ("已核改", "先在系统中改正数据，再填“已核改”；系统中仍有此疑点的不能通过。"),
        ("报回", "填好后在系统“疑点核实”中上传，没有填写核实结果的行不变。"),
        ("行数", str(len(rows))),
        ("说明", "仅供工作使用，不得公示、张贴和外传。"),
    ]
