"""The workbook as it goes back for correction 改错表: the very file that was sent, what is wrong marked and said beside.

An xlsx file of moderate size goes back itself, with its format; of any other a new workbook is made, the rows as they
were sent in their places. Either has a last sheet that lists what is to be put right.
"""

import datetime
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext

from povertycase.exchange import child, files, formats, sent, to_mend
from povertycase.exchange.headers import HINTS
from povertycase.exchange.template import BODY, HEADER
from povertycase.exchange.to_mend import Marks
from povertycase.models import ImportBatch, ImportProblem

SCRIPT = Path(__file__).with_name("marking_child.py")
MAX_ROWS = 5_000
MAX_UNPACKED = 80 * 1024 * 1024
BACK = f"-{to_mend.TITLE}"
# Cells that are marked within two seconds; more are for a job.
AT_ONCE = 30_000
# The colours in which Excel itself shows what is bad and what is neutral.
TONES = {"error": "#FFC7CE", "warning": "#FFEB9C"}
WIDTH = 60


def workbook(batch: ImportBatch) -> bytes:
    """The file that was sent with its cells marked, or a new one where that cannot be. Raises FileRefused when it is gone."""
    data = files.load(batch.upload)
    problems = list(to_mend.found(batch))
    back = _marked(batch, data, problems) if _goes_back_itself(batch, data) else None
    return back or _new(batch, problems)


def is_long(batch: ImportBatch) -> bool:
    """Would making it take longer than somebody waits for a page?"""
    told = batch.counts.get("headers", {})
    sheets = batch.counts.get("sheets", {})
    cells = sum(sheets[title]["rows"] * len(told[title].get("whole", ())) for title in told if title in sheets)
    return cells > AT_ONCE or _rows(batch) > MAX_ROWS


def _rows(batch: ImportBatch) -> int:
    return sum(sheet["rows"] for sheet in batch.counts.get("sheets", {}).values())


def _goes_back_itself(batch: ImportBatch, data: bytes) -> bool:
    if formats.of(data)[0] != formats.XLSX or _rows(batch) > MAX_ROWS:
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sum(part.file_size for part in archive.infolist()) <= MAX_UNPACKED


def _marked(batch: ImportBatch, data: bytes, problems: list[ImportProblem]) -> bytes | None:
    """The file with its cells marked, by a child process under limits; None where it cannot be opened for that."""
    called = to_mend.names(batch)
    cells: dict[str, list[tuple[int, int, str, str]]] = {}
    left = to_mend.MOST_COMMENTS
    for title, marks in to_mend.marks(batch, problems).items():
        for (row, column), mark in marks.items():
            words = "\n".join(mark.words) if left > 0 else ""
            left -= 1
            colour = TONES[mark.severity].replace("#", "FF")
            cells.setdefault(called.get(title, title), []).append((row, column, colour, words))
    lines = to_mend.lines(problems, called)
    if _has_pictures(data):
        lines.append(["", "", "", "", "", "", gettext("原表中的图片没有带回，请以您手里的原表为准。"), ""])
    return child.answer(
        SCRIPT,
        {
            "data": data,
            "cells": cells,
            "author": to_mend.AUTHOR,
            "title": to_mend.TITLE,
            "headings": to_mend.HEADINGS,
            "lines": lines,
        },
    )


def _has_pictures(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return any(name.startswith("xl/media/") for name in archive.namelist())


def _new(batch: ImportBatch, problems: list[ImportProblem]) -> bytes:
    """Every sheet that was read, its rows in their places; the last column says what to put right."""
    buffer = io.BytesIO()
    marks = to_mend.marks(batch, problems)
    with xlsxwriter.Workbook(buffer, {"constant_memory": True, "strings_to_formulas": False}) as book:
        styles = _Styles(book)
        for title, header in batch.counts.get("headers", {}).items():
            _sheet(book.add_worksheet(title[:31]), batch, title, header, styles, marks.get(title, {}))
        _list(book.add_worksheet(to_mend.TITLE), to_mend.lines(problems, {}), styles)
    return buffer.getvalue()


class _Styles:
    """The formats of the workbook: plain, text and date, each of them also in the colours of a finding."""

    def __init__(self, book: Any) -> None:
        colours: dict[str, dict[str, Any]] = {"": {}} | {tone: {"bg_color": colour} for tone, colour in TONES.items()}
        kinds: dict[str, dict[str, Any]] = {
            "plain": {},
            "text": {"num_format": "@"},
            "date": {"num_format": "yyyy-mm-dd"},
            "wrap": {"text_wrap": True},
        }
        self.head = book.add_format(HEADER)
        self.of = {
            (kind, tone): book.add_format({**BODY, **form, **colour})
            for kind, form in kinds.items()
            for tone, colour in colours.items()
        }


def _sheet(page: Any, batch: ImportBatch, title: str, header: dict[str, Any], styles: _Styles, marks: Marks) -> None:
    declared = sent.declared_columns(batch, title)
    texts = {index for index, (_heading, column) in declared.items() if column.secret or column.type == "code"}
    for index, (_heading, column) in declared.items():
        page.set_column(index, index, column.width)
    last = header["last_row"]
    page.freeze_panes(last, 0)
    at_row: dict[int, list[int]] = {}
    for row, at in marks:
        at_row.setdefault(row, []).append(at)
    for row, left, cells in sent.rows(batch, title):
        wrong = at_row.get(row, []) if row > last else []
        for index, value in enumerate(cells, start=left):
            tone = marks[row, index + 1].severity if index + 1 in wrong else ""
            _write(page, row - 1, index, value, styles, "text" if index in texts else "plain", tone)
        aside = left + len(cells)
        if row == last:
            page.set_column(aside, aside, WIDTH)
            page.write_string(row - 1, aside, HINTS, styles.head)
        elif wrong:
            words = [text for at in wrong for text in marks[row, at].words]
            tone = min(marks[row, at].severity for at in wrong)
            page.write_string(row - 1, aside, "\n".join(words), styles.of["wrap", tone])


def _list(page: Any, lines: Sequence[Sequence[Any]], styles: _Styles) -> None:
    """The last sheet: all that is to be put right."""
    page.freeze_panes(1, 0)
    for at, (heading, width) in enumerate(to_mend.HEADINGS):
        page.set_column(at, at, width)
        page.write_string(0, at, heading, styles.head)
    for row, line in enumerate(lines, start=1):
        for at, value in enumerate(line):
            write = page.write_number if isinstance(value, int) else page.write_string
            write(row, at, value, styles.of["wrap", ""])


def _write(page: Any, row: int, at: int, value: Any, styles: _Styles, kind: str, tone: str) -> None:
    """A cell of the kind it came as; a text that begins with = stays text."""
    if value == "":
        if tone:
            page.write_blank(row, at, None, styles.of[kind, tone])
    elif isinstance(value, bool):
        page.write_boolean(row, at, value, styles.of[kind, tone])
    elif isinstance(value, int | float):
        page.write_number(row, at, value, styles.of["plain", tone])
    elif value.startswith("\0d"):
        page.write_datetime(row, at, datetime.datetime.fromisoformat(value[2:]), styles.of["date", tone])
    else:
        page.write_string(row, at, value[2:] if value.startswith("\0") else value, styles.of[kind, tone])


def name(batch: ImportBatch) -> str:
    """What the file is called: the name it came with, and what it is now."""
    return f"{Path(batch.upload.name).stem.removesuffix(BACK)}{BACK}.xlsx"
