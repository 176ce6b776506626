"""What the checks find in one household at this moment, and which members it is about."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from povertycase.models import SheetTable
from povertycase.rules import check, facts, sheet
from povertycase.rules.check import Check
from supervision.queries import checks


@dataclass(frozen=True)
class Found:
    """A rule that holds now: the values that make it so, the names of the members it is about."""

    check: Check
    values: dict[str, Any]
    members: list[str]


def table_of(wanted: Iterable[Check], day: datetime.date) -> SheetTable:
    """A sheet that is not stored, of what is known at this very moment."""
    return sheet.unsaved("household", as_of=day, known_on=facts.moment(), nodes=wanted, labels=False)


def of_household(
    household_id: int, codes: Iterable[str] | None, day: datetime.date, *, kinds: Sequence[str] = (checks.CHECK,)
) -> dict[str, Found]:
    """By code, the rules that hold for a household now; codes None = all rules in force of the kinds."""
    rules = checks.in_force(day, kinds=kinds)
    wanted = [one for one in rules.checks if codes is None or one.code in set(codes)]
    if not wanted:
        return {}
    table = table_of(wanted, day)
    found = check.found(table, wanted, rules.given, household_id)
    about = check.members(table, [one for one, _values in found], rules.given, household_id)
    return {one.code: Found(one, values, about.get(one.code, [])) for one, values in found}
