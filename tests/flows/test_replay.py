"""What was known then is recomputed to the byte, whatever was corrected since; with today's knowledge only that differs."""

import json

import pytest
from django.db import transaction

from households.actions import dated
from households.models import Household, Income, LivingObservation, WaterAppraisal
from povertycase import audit, periods
from povertycase.rules import facts, sheet
from supervision.models import ExitRun
from supervision.queries import verdicts
from tests.bulletin_county import OCTOBER, TODAY, county
from tests.exit_county import check

__all__ = ["county"]
pytestmark = pytest.mark.django_db
HOMES, TIMES = 50, 10
EVERY = [fact.code for fact in facts.of_subject("household")]


@transaction.atomic
def correct(homes) -> int:
    """500 corrections: ten of each household, of its income, its water and what was seen at home."""
    made = 0
    event = audit.record("household.corrected", by=None, about="", households=[home.pk for home in homes])
    for turn in range(TIMES):
        for home in homes:
            model = (Income, Income, WaterAppraisal, LivingObservation)[turn % 4]
            row = model.objects.known().get(household=home)
            values = {
                Income: lambda row=row: {"wage_work": row.wage_work + 400},
                WaterAppraisal: lambda row=row: {"water_safe": not row.water_safe},
                LivingObservation: lambda row=row: {"clothing_secure": not row.clothing_secure},
            }[model]()
            dated.replace(row, values, entered_on=TODAY, event=event)
            made += 1
    return made


def of_month(known_on) -> dict[str, bytes]:
    """October's facts of every household, all of them, by household number."""
    start, end = OCTOBER.window(31)
    table = sheet.create("household", as_of=end, known_on=known_on, period=(start, end), codes=EVERY)
    for lo, hi in sheet.chunks(table):
        sheet.fill(table, lo, hi)
    sheet.complete(table)
    return {row["household_no"]: json.dumps(row, default=str, sort_keys=True).encode() for row in sheet.rows(table)}


def of_run(county, known_on) -> tuple[ExitRun, dict[str, bytes]]:
    run = check(county.division, population="all", known_on=known_on)
    found = {one["household_no"]: json.dumps(one, default=str).encode() for one in verdicts.objects(run)}
    return run, found


def differing(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    assert before.keys() == after.keys()
    return sorted(number for number in before if before[number] != after[number])


def test_after_500_corrections_the_old_month_and_the_old_check_are_equal_to_the_byte(county):
    homes = list(Household.objects.order_by("household_no")[:HOMES])
    run, verdicts_then = of_run(county, None)
    month_then = of_month(run.known_on)
    assert len(month_then) == len(verdicts_then) == 120
    counts_then = run.counts

    assert correct(homes) == 500

    again, verdicts_again = of_run(county, run.known_on)
    assert b"".join(verdicts_again.values()) == b"".join(verdicts_then.values())
    assert (again.counts, again.thresholds) == (counts_then, run.thresholds)
    assert b"".join(of_month(run.known_on).values()) == b"".join(month_then.values())

    corrected = [home.household_no for home in homes]
    _today, verdicts_now = of_run(county, None)
    assert differing(verdicts_then, verdicts_now) == corrected
    assert differing(month_then, of_month(periods.now())) == corrected
