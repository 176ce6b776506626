"""A list of households in words as a workbook, in the office's form for lists."""

import datetime
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO

from povertycase.exchange.listed import day_words
from povertycase.exchange.paper import Head, Paper, write


def of_rows(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    day: datetime.date,
    conditions: str,
    note: str = "",
) -> tuple[IO[bytes], int]:
    """The xlsx file and the number of its rows."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer that streams it closes it
    about = (("说明", note),) if note else ()
    heads = tuple(Head(heading, 16) for heading in headings)
    paper = Paper(title, heads, left=day_words(day), conditions=conditions or "全部", about=about)
    number = write([(paper, rows)], file)
    file.seek(0)
    return file, number
