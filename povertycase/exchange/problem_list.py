"""The problem list of a batch: its order, and itself as a workbook for those who correct the file."""

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext, gettext_noop

from povertycase import slots
from povertycase.exchange.columns import Sheet, of
from povertycase.exchange.findings import message
from povertycase.exchange.resources import lines, resource_of
from povertycase.exchange.template import table
from povertycase.models import ImportBatch, ImportProblem

SHEET = Sheet(
    "problems",
    "问题清单",
    (
        of(ImportProblem, "severity", heading="处理", width=12),
        of(ImportProblem, "sheet", width=14),
        of(ImportProblem, "row", width=8),
        of(ImportProblem, "column", width=8),
        of(ImportProblem, "heading", width=20),
        of(ImportProblem, "value", width=24),
        of(ImportProblem, "household_no", heading="户编号", width=20),
        of(ImportProblem, "message", width=80),
        of(ImportProblem, "proposal", width=20),
    ),
)
NOTE = gettext_noop(
    "“退回”的户整户没有导入，请在原工作簿中改正后重新导入整个文件，已导入的户不会重复；“提醒”已导入，请核对；“已自动整理”只列例子。"
)


def in_order(batch: ImportBatch) -> "QuerySet[ImportProblem]":
    """The findings of a batch: what sends a household back before everything else, each sheet by sheet as in the file."""
    kind = slots.IMPORT_KINDS.get(batch.kind)
    titles = [sheet.title for sheet in kind.sheets] if kind else []
    severity = _rank("severity", ImportProblem.Severity.values)
    found: QuerySet[ImportProblem] = batch.problems.order_by(severity, _rank("sheet", titles), "sheet", "row", "pk")
    return found


def _rank(field: str, values: list[str]) -> Case:
    whens = (When(**{field: value}, then=Value(at)) for at, value in enumerate(values))
    return Case(*whens, default=Value(len(values)), output_field=IntegerField())


def problem_list(batch: ImportBatch) -> bytes:
    """All findings of a batch, in their order."""
    found = list(in_order(batch))
    for problem in found:
        problem.message = message(problem)
    headings = [(column.title, column.width) for column in SHEET.columns]
    return table(SHEET.title, headings, lines(resource_of(SHEET, ImportProblem), found), gettext(NOTE))
