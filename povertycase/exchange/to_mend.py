"""What is to be put right in a workbook that goes back: which cells, in which colour, with which words; and as a list."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from povertycase import slots
from povertycase.exchange.findings import column_index, words_of
from povertycase.models import ImportBatch, ImportProblem

# The last sheet of a workbook that goes back; a sheet called so is never read, nor missed, when it comes in again.
TITLE = "待改正"
# Who writes the comments: by this name they are told from the office's own when the file comes again.
AUTHOR = "系统提示"
SEVERITIES = ("error", "warning")
# Excel opens slowly with more; the colours and the list go on.
MOST_COMMENTS = 3_000
MOST_LINES = 20_000
# Chinese in every language of the page, as the office's workbooks are; by the first one the sheet is known again.
HEADINGS = (
    ("处理", 8),
    ("工作表", 14),
    ("行", 7),
    ("列", 6),
    ("表头", 18),
    ("单元格内容", 24),
    ("原因", 56),
    ("建议填写", 20),
)


@dataclass
class Mark:
    """A cell that is wrong or doubtful: its worst severity, and what is to be said beside it."""

    severity: str
    words: list[str] = field(default_factory=list)


Marks = dict[tuple[int, int], Mark]


def found(batch: ImportBatch) -> Iterator[ImportProblem]:
    """What is to be put right, sheet by sheet and row by row; what stops a row first."""
    kind = slots.IMPORT_KINDS.get(batch.kind)
    order = {sheet.title: at for at, sheet in enumerate(kind.sheets)} if kind else {}
    problems = batch.problems.filter(severity__in=SEVERITIES)
    yield from sorted(
        problems, key=lambda each: (order.get(each.sheet, len(order)), each.row or 0, each.severity, each.pk)
    )


def names(batch: ImportBatch) -> dict[str, str]:
    """What the file itself calls each sheet, by the title it goes by here."""
    return {title: told.get("name") or title for title, told in batch.counts.get("headers", {}).items()}


def marks(batch: ImportBatch, problems: Iterable[ImportProblem]) -> dict[str, Marks]:
    """By the sheet's title, by row and column (counted from 1): what is wrong there.

    A finding about a whole row stands at its key, one about a column at its heading.
    """
    told = batch.counts.get("headers", {})
    made: dict[str, Marks] = defaultdict(dict)
    for problem in problems:
        if place := _place(problem, told.get(problem.sheet)):
            mark = made[problem.sheet].setdefault(place, Mark(problem.severity))
            mark.severity = min(mark.severity, problem.severity)
            mark.words.append(said(problem))
    return dict(made)


def _place(problem: ImportProblem, header: Mapping[str, Any] | None) -> tuple[int, int] | None:
    if header is None or not (problem.row or problem.column):
        return None
    first = min((index for _key, index, _heading in header["columns"]), default=0)
    column = column_index(problem.column) if problem.column else first
    return problem.row or header["last_row"], column + 1


def said(problem: ImportProblem) -> str:
    """The reason in words and, where something near is known, what the cell should probably say."""
    words = words_of(problem)
    if not problem.proposal:
        return words
    return _("%(words)s（建议填写：%(proposal)s）") % {"words": words, "proposal": problem.proposal}


def lines(problems: Iterable[ImportProblem], called: Mapping[str, str]) -> list[list[Any]]:
    """The rows of the last sheet, under HEADINGS; called: what the file calls the sheets."""
    made: list[list[Any]] = []
    for problem in problems:
        if len(made) == MOST_LINES:
            made.append(["", "", "", "", "", "", _("还有更多，改好这些后再上传。"), ""])
            break
        sheet = called.get(problem.sheet, problem.sheet)
        words = [problem.heading, problem.value, words_of(problem), problem.proposal]
        made.append([problem.get_severity_display(), sheet, problem.row or "", problem.column, *words])
    return made


__all__ = [
    "AUTHOR",
    "HEADINGS",
    "MOST_COMMENTS",
    "TITLE",
    "Mark",
    "Marks",
    "found",
    "lines",
    "marks",
    "names",
    "said",
]
