"""The problem list of a batch as a workbook, for those who correct the file."""

from django.utils.translation import gettext, gettext_noop

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


def problem_list(batch: ImportBatch) -> bytes:
    """All findings of a batch, errors first."""
    found = list(batch.problems.order_by("-severity", "sheet", "row", "pk"))
    for problem in found:
        problem.message = message(problem)
    headings = [(column.title, column.width) for column in SHEET.columns]
    return table(SHEET.title, headings, lines(resource_of(SHEET, ImportProblem), found), gettext(NOTE))
