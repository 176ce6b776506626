"""The same lists as text, for programs that read no workbook: UTF-8 with its mark, so that Excel and WPS open it right.

GB18030 would need a choice of encoding wherever the system's language is not Chinese; the mark needs none.
"""

import csv
import datetime
import io
from typing import IO, Any

from povertycase.exchange.paper import EXPLAINED, Paper, Rows, explained
from povertycase.exchange.paper_rows import LIVE

CSV = "text/csv; charset=utf-8"


def write(paper: Paper, rows: Rows, file: IO[bytes]) -> int:
    """Headings in the first line, rows, an empty line, 导出说明; returns how many rows. Leaves the file open."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    lines, width, number = csv.writer(text), len(paper.heads), 0
    lines.writerow(["".join((*head.group, head.label)) for head in paper.heads])
    for row in rows:
        number += 1
        lines.writerow([_cell(value) for value in row[:width]])
    lines.writerow([])
    lines.writerow([EXPLAINED])
    lines.writerows([_cell(label), _cell(words)] for label, words in explained(paper, number))
    text.flush()
    text.detach()
    return number


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula begins with an apostrophe; figures stay figures."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(LIVE) else value
    return value.isoformat() if isinstance(value, datetime.date) else value
