"""Keeping what stands 现行判定: every household judged by the county's standards, its changes kept as history."""

import datetime
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction

from povertycase.models import RuleVersion, SheetTable
from povertycase.rules import facts, ranges, sheet, standing, thresholds, versions
from povertycase.rules.standing import CONCERN, Ruling
from supervision.models import Shortfall, StandingVerdict, UsedLines
from supervision.queries import standards

TABLES = standing.Tables(StandingVerdict._meta.db_table, Shortfall._meta.db_table)


def in_force(day: datetime.date, *, among: Iterable[RuleVersion] | None = None) -> list[Ruling]:
    """The household standards offered to the installation's county on a day, each with the lines it judges with.

    Shortfalls follow the standard of the nearest division: the national one asks the same where a province asks more.
    among: standards and thresholds that the caller has asked for already.
    """
    rules = versions.all_of("standard", "threshold") if among is None else list(among)
    ours = standards.ours(settings.COUNTY, day, rules)
    nearest = max((len(version.division_code) for version in ours), default=0)
    found = []
    for version in ours:
        standard = standards.of(version)
        given, used, _warnings = thresholds.given(standard.thresholds(), day, settings.COUNTY, among=rules)
        opens = len(version.division_code) == nearest
        found.append(Ruling(standard, version.pk, given, _lines(used), opens))
    return found


def _lines(used: dict) -> int:
    """The key of the thresholds used: kept once, whatever names them."""
    row, _new = UsedLines.objects.get_or_create(sha256=versions.sha256(used), defaults={"body": used})
    return row.pk


def judge_range(
    *, table: SheetTable, rulings: Sequence[Ruling], lo: int, hi: int, cause: int | None = None
) -> dict[str, int]:
    """Judge a range of a sheet by all rulings and keep the changed verdicts, and the shortfalls that follow.

    Set-based; returns the counts judged, stored, gone, opened, moved. Belongs into the transaction that filled the
    range. cause: the audit event that moved them.
    """
    return standing.judge(table, rulings, TABLES, lo=lo, hi=hi, cause=cause) if rulings else {}


@transaction.atomic
def rejudge(household_ids: Iterable[int], *, day: datetime.date, event: int | None) -> None:
    """A change of these households moved what stands: judge them again, in the transaction of the change."""
    rulings = in_force(day)
    if not rulings:
        return
    known_on = facts.moment()
    nodes = [criterion for ruling in rulings for criterion in ruling.standard.criteria]
    table = sheet.unsaved("household", as_of=day, known_on=known_on, codes=CONCERN, nodes=nodes, labels=False)
    # In a row only: a neighbour's verdict is not moved by this event.
    for lo, hi in ranges.near(household_ids):
        judge_range(table=table, rulings=rulings, lo=lo, hi=hi, cause=event)
