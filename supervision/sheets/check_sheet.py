"""核实表: the items of one village on one A4 sheet, filled in and read back; a batch of several villages as a zip."""

import io
import tempfile
import zipfile
from collections.abc import Iterable
from itertools import groupby
from typing import IO, Any

from django.utils import translation

from povertycase.exchange.paper import Head, Paper, write
from supervision.models import CheckBatch, CheckItem

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
    told = (
        f"{town}{village}",
        f"批次 {batch.number}",
        f"来源 {batch.get_source_display()}",
        f"请于 {batch.deadline} 前报回",
    )
    answers = tuple(str(label) for _value, label in CheckItem.Answer.choices)
    paper = Paper(
        f"{batch.title}核实表",
        tuple(
            Head(heading, width, "long" if width > 16 else "text", choices=answers if heading == ANSWER else ())
            for heading, width in zip(HEADINGS, WIDTHS, strict=True)
        ),
        page=TITLE,
        left="　".join(told),
        foot=batch.number,
        below=("填表人：　　　　　　村负责人：　　　　　　乡镇审核人：　　　　　　日期：",),
        about=_about(batch),
    )
    data = io.BytesIO()
    write([(paper, map(_cells, rows))], data)
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


def _about(batch: CheckBatch) -> tuple[tuple[str, str], ...]:
    return (
        ("批次", f"{batch.number} {batch.title}"),
        ("来源", f"{batch.get_source_display()} {batch.document}".strip()),
        ("填写", "在“核实结果”中选择：已核改、核实无误、特殊情况说明；特殊情况要写情况说明和有效期。"),
        ("已核改", "先在系统中改正数据，再填“已核改”；系统中仍有此疑点的不能通过。"),
        ("报回", "填好后在系统“疑点核实”中上传，没有填写核实结果的行不变。"),
    )
