"""Reading what stands 现行判定: since when, and how each household's verdict came about."""

import datetime
from dataclasses import dataclass
from typing import Any

from households.models import Household
from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.models import Account, AuditEvent
from povertycase.rules import thresholds
from povertycase.rules.compile import OUTCOMES, Standard
from supervision.models import ExitRun, StandingVerdict
from supervision.queries import standards, verdicts


@dataclass(frozen=True)
class Turn:
    """One entry of the history: the verdict from a day on, which criteria turned, and by what."""

    row: StandingVerdict
    outcome: str
    word: Any
    turned: tuple[tuple[str, Any, Any], ...]  # (criterion, word before, word now)
    event: AuditEvent | None
    act: Any  # what kind of act moved it


def history(household_id: int, account: Account, standard_code: str, *, exited: bool) -> list[Turn]:
    """The verdicts of a household by one standard, newest first; what only moved a value is left out."""
    rows = StandingVerdict.objects.visible_to(account).filter(household=household_id, standard_code=standard_code)
    found = list(rows.select_related("standard").order_by("pk"))
    events = AuditEvent.objects.select_related("by").in_bulk([row.cause for row in found if row.cause])
    words = standards.outcome_words(ExitRun.Population.EXITED if exited else "")
    turns, before = [], {}
    for row in found:
        now = _results(standards.of(row.standard), row)
        turned = tuple(
            (name, standards.OUTCOME_WORDS[before[name]] if name in before else None, standards.OUTCOME_WORDS[result])
            for name, result in now.items()
            if before.get(name) != result and (before or result != "met")
        )
        event = events.get(row.cause) if row.cause else None
        if turned or not before:
            act = slots.AUDIT_KINDS[event.kind].label if event and event.kind in slots.AUDIT_KINDS else None
            outcome = OUTCOMES[row.outcome]
            turns.append(Turn(row, outcome, words[outcome], turned, event, act))
        before = now
    return turns[::-1]


def _results(standard: Standard, row: StandingVerdict) -> dict[str, str]:
    results = verdicts.results_of(standard, row.met, row.unmet)
    return {item.name: result for item, result in zip(standard.criteria, results, strict=True)}


def for_programs(household: Household, account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """What stands of a household by each standard, for programs that ask in somebody's name; amounts as on the page."""
    rows = StandingVerdict.objects.visible_to(account).filter(household=household, current=True)
    amounts = account.can(Permission.AMOUNT_VIEW)
    found = []
    for row in rows.select_related("standard", "lines").order_by("standard_code"):
        standard = standards.of(row.standard)
        given = thresholds.again(row.lines.body, standard.thresholds(), row.as_of)
        found.append(
            {
                "standard": row.standard_code,
                "standard_version": row.standard.sha256,
                "as_of": row.as_of,
                "known_on": row.known_on,
                "outcome": OUTCOMES[row.outcome],
                "criteria": verdicts.criteria_of(standard, given, row.met, row.unmet, row.values, amounts),
            }
        )
    return found
