"""The workbook as it goes back for correction 改错表: the rows as they were sent, what is wrong marked and said beside."""

import datetime
import io
from collections import defaultdict
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from povertycase.exchange import sent
from povertycase.exchange.findings import message
from povertycase.exchange.headers import HINTS
from povertycase.exchange.template import BODY, HEADER
from povertycase.models import ImportBatch

TONES = {"error": "#F8CBAD", "warning": "#FFE699"}
WIDTH = 60
Marks = dict[int, dict[str, Any]]


def workbook(batch: ImportBatch) -> bytes:
    """Every sheet that was read, its rows in their places; the last column says what to put right."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
        styles = _Styles(book)
        for title, header in batch.counts.get("headers", {}).items():
            _sheet(book.add_worksheet(title[:31]), batch, title, header, styles)
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


def _sheet(page: Any, batch: ImportBatch, title: str, header: dict[str, Any], styles: _Styles) -> None:
    marks = _marks(batch, title)
    declared = sent.declared_columns(batch, title)
    texts = {index for index, (_heading, column) in declared.items() if column.secret or column.type == "code"}
    last = header["last_row"]
    page.freeze_panes(last, 0)
    for row, left, cells in sent.rows(batch, title):
        found = marks.get(row, {})
        for index, value in enumerate(cells, start=left):
            tone = found.get("tones", {}).get(index, "") if row > last else ""
            _write(page, row - 1, index, value, styles, "text" if index in texts else "plain", tone)
        aside = left + len(cells)
        if row == last:
            page.set_column(aside, aside, WIDTH)
            page.write_string(row - 1, aside, HINTS, styles.head)
        elif found and row > last:
            page.write_string(row - 1, aside, "\n".join(found["words"]), styles.of["wrap", found["tone"]])


def _marks(batch: ImportBatch, title: str) -> Marks:
    """By row: the sentences, the worst severity, and the severity at each column."""
    marks: Marks = defaultdict(lambda: {"words": [], "tone": "", "tones": {}})
    found = batch.problems.filter(sheet=title, row__isnull=False, severity__in=TONES).order_by("severity", "pk")
    for problem in found.iterator(chunk_size=2_000):
        mark = marks[problem.row or 0]
        mark["words"].append(message(problem))
        mark["tone"] = mark["tone"] or problem.severity  # errors come first
        if problem.column:
            mark["tones"].setdefault(_index(problem.column), problem.severity)
    return dict(marks)


def _index(letters: str) -> int:
    at = 0
    for character in letters:
        at = at * 26 + ord(character) - 64
    return at - 1


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
    return _("%(name)s-待改正.xlsx") % {"name": batch.upload.name.removesuffix(".xlsx")}
