"""A list ready to leave the house: its paper, its rows as they are read, and the file of it as xlsx or csv."""

import datetime
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import IO, Any

from django.utils import timezone

from povertycase import periods
from povertycase.exchange import paper_csv
from povertycase.exchange.paper import XLSX, Paper, Rows, file_name, moment, write

TYPES = {"xlsx": XLSX, "csv": paper_csv.CSV}


@dataclass(frozen=True)
class Listed:
    """A list and everything the file of it needs.

    rows(): read when the file is written, streamed from the database; number: how many there are (a job beyond 5,000);
    name: of the file, without its ending; note(rows=, by=, job=): the audit entry of taking it;
    more: further sheets, each (paper, rows).
    """

    paper: Paper
    rows: Callable[[], Rows]
    number: int
    name: str
    note: Callable[..., None]
    more: tuple[tuple[Paper, Callable[[], Rows]], ...] = ()


def to_file(listed: Listed, kind: str, by: str) -> tuple[IO[bytes], int]:
    """The open file of a list, at its beginning, and how many rows it holds. kind: xlsx | csv; by: who takes it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer that streams it closes it
    paper = replace(listed.paper, by=by, taken_at=moment(timezone.localtime(periods.now())))
    if kind == "csv":
        number = paper_csv.write(paper, listed.rows(), file)
    else:
        number = write([(paper, listed.rows()), *((one, rows()) for one, rows in listed.more)], file)
        number = min(number, listed.number) if listed.more else number
    file.seek(0)
    return file, number


def named(listed: Listed, kind: str) -> str:
    """The file's name with its ending."""
    return file_name(listed.name, kind)


def day_words(day: datetime.date) -> str:
    """截止日期：2018年11月30日."""
    return f"截止日期：{day.year}年{day.month}月{day.day}日"


def conditions(chips: list[dict[str, Any]]) -> str:
    """The filters of a page as they stand on 导出说明."""
    return "；".join(f"{chip['label']}：{chip['value']}" for chip in chips)
