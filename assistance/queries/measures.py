"""Measures of a household: what is done for it, cause by cause."""

import datetime
from typing import Any

from assistance.choices import MEASURE_KINDS
from assistance.models import Measure
from households.choices import CauseCode
from households.models import Household
from households.queries import file
from povertycase.access.permissions import Permission
from povertycase.models import Account


def section(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """帮扶措施: every measure, newest first, and the causes with the measures that answer them."""
    health = account.can(Permission.HEALTH_VIEW)
    rows = list(
        Measure.objects.known()
        .filter(household=household)
        .select_related("person", "unit")
        .order_by("-year", "-done_on", "-pk")
    )
    for row in rows:
        row.kind_words = MEASURE_KINDS[row.kind].words if row.kind in MEASURE_KINDS else row.kind
    return {
        "rows": rows,
        "causes": _answers(household, rows, as_of) if health else [],
        "shows_causes": health,
        "may_edit": account.can(Permission.MEASURE_EDIT),
    }


def _answers(household: Household, rows: list[Measure], as_of: datetime.date) -> list[dict[str, Any]]:
    """Each cause in force with its measures; one that nothing answers is a gap."""
    found = [row.code for row in file.cause_rows(household)
             if row.true_from <= as_of and (row.true_to is None or row.true_to >= as_of)]  # fmt: skip
    live = [row for row in rows if row.state != "stopped"]
    return [{"label": CauseCode(code).label, "rows": [row for row in live if _meets(row, code)]}
            for code in found]  # fmt: skip


def _meets(row: Measure, cause: str) -> bool:
    """The measure names the cause, or names none and its kind answers it."""
    if row.cause:
        return row.cause == cause
    return row.kind in MEASURE_KINDS and cause in MEASURE_KINDS[row.kind].causes
