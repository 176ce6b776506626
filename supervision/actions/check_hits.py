"""Finding suspicious data 疑点: in the ranges of the full run, and at once in a household that somebody changed."""

import datetime
from collections.abc import Iterable

from django.db import transaction

from povertycase.models import RuleVersion, SheetTable
from povertycase.rules import check, ranges
from povertycase.rules.conditions import Node
from supervision.models import CheckHit
from supervision.queries import check_live, checks
from supervision.queries.checks import Rules

KINDS = tuple(checks.PARSERS)
SPAN = 100  # neighbours are looked at with them, and found as they are


def in_force(day: datetime.date, *, among: Iterable[RuleVersion] | None = None) -> Rules:
    """Everything that finds households, in one scan: checks, warnings, policies. What it does not find is gone.

    among: versions of KINDS and thresholds that the caller has asked for already.
    """
    return checks.in_force(day, kinds=KINDS, among=among)


def nodes(day: datetime.date) -> list[Node]:
    """What a sheet must have so that the rules of a day can be found in it."""
    return list(in_force(day).checks)


def find_range(*, table: SheetTable, rules: Rules, lo: int, hi: int, day: datetime.date) -> dict[str, int]:
    """Keep the hits of a range of a sheet: new ones stored, gone ones dated, changed ones brought up to date.

    Set-based; returns the counts found, new, changed, gone. Belongs into the transaction that filled the range.
    """
    if not rules.checks:
        return {}
    into = CheckHit._meta.db_table
    return check.keep(table, rules.checks, rules.keys, rules.given, into=into, lo=lo, hi=hi, day=day)


@transaction.atomic
def recheck(household_ids: Iterable[int], *, day: datetime.date, event: int | None = None) -> None:
    """A change of these households may have made or mended a suspicion: look again, in the transaction of the change."""
    rules = in_force(day)
    if not rules.checks:
        return
    table = check_live.table_of(rules.checks, day)
    for lo, hi in ranges.near(household_ids, SPAN):
        find_range(table=table, rules=rules, lo=lo, hi=hi, day=day)
