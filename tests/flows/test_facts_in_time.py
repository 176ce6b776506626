"""Facts as of a day and as known at a moment: each source shows that day's row, and a correction is seen as one."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from assistance.models import Measure, Visit
from households.models import (
    Cadre,
    Cause,
    HouseholdStatus,
    HousingAppraisal,
    Income,
    LegalSupporter,
    LivingObservation,
    Membership,
    Pairing,
    PersonCondition,
    Posting,
    Residence,
    Unit,
    VillageRecord,
    WaterAppraisal,
)
from povertycase.rules import sheet
from tests.exit_county import DAY, TODAY, VILLAGE, county, household, income

__all__ = ["county"]
pytestmark = pytest.mark.django_db
EARLIER, LATER = datetime.date(2018, 6, 30), datetime.date(2018, 10, 25)
SAID = {"entered_on": LATER, "true_from": LATER}


def asked(
    code: str, on: datetime.date = TODAY, known: datetime.datetime | None = None, subject: str = "household"
) -> Any:
    """The value of a fact of the only subject of its kind."""
    table = sheet.create(subject, as_of=on, known_on=known, codes=[code])
    for lo, hi in sheet.chunks(table):
        sheet.fill(table, lo, hi)
    found = [row[code] for row in sheet.rows(table) if subject != "village" or row["division_code"] == VILLAGE]
    return found[0] if found else None


def cadre() -> Cadre:
    unit, _new = Unit.objects.get_or_create(name="县教育局")
    return Cadre.objects.get_or_create(cadre_no="C1", defaults={"name": "干部", "unit": unit})[0]


def replaced(model: Any, old: Any, **values: Any) -> None:
    """A correction: a new row in the place of the old one, recorded now."""
    fields = {
        field.attname: getattr(old, field.attname)
        for field in model._meta.concrete_fields
        if field.name not in ("id", "recorded_at", "superseded_by", "superseded_at") and not field.generated
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    model.objects.filter(pk=old.pk).update(superseded_at=now)
    new = model.objects.create(**{**fields, **values})
    model.objects.filter(pk=old.pk).update(superseded_by=new)
    # Everything of a test is written in one transaction, whose now() is its beginning.
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET recorded_at = %s WHERE id = %s", [now, new.pk])


# --- as of a day ------------------------------------------------------------------------------------------

HAPPENED: list[tuple[str, str, Callable[[Any], Any], Any, Any]] = [
    ("household", "attr", lambda home: HouseholdStatus.objects.create(
        household=home, attr="dibao", poverty_status="poor", **SAID), "general", "dibao"),
    ("household", "cause_illness", lambda home: Cause.objects.create(
        household=home, code="illness", is_main=True, **SAID), None, True),
    ("household", "residence_state", lambda home: Residence.objects.create(
        household=home, state="away", **SAID), None, "away"),
    ("household", "legal_supporters", lambda home: LegalSupporter.objects.create(
        household=home, name="单强", relation="son", **SAID), 0, 1),
    ("household", "net_income_per_capita", lambda home: income(home, 9000, 2, on=LATER), Decimal(5000), Decimal(9000)),
    ("household", "arable_mu", lambda home: LivingObservation.objects.create(
        household=home, arable_mu=3, **SAID), Decimal(20), Decimal(3)),
    ("household", "house_grade", lambda home: HousingAppraisal.objects.create(
        household=home, grade="D", certificate_no="1", **SAID), "A", "D"),
    ("household", "water_safe", lambda home: WaterAppraisal.objects.create(
        household=home, water_safe=False, **SAID), True, False),
    ("household", "members", lambda home: Membership.objects.filter(
        household=home, relation="spouse").update(true_to=LATER - datetime.timedelta(days=1)), 2, 1),
    ("household", "members_sick", lambda home: PersonCondition.objects.create(
        person=home.membership_set.get(relation="head").person, health=["chronic"], **SAID), 0, 1),
    ("household", "helpers", lambda home: Pairing.objects.create(household=home, cadre=cadre(), **SAID), 0, 1),
    ("household", "measures_industry", lambda home: Measure.objects.create(
        household=home, kind="industry", content="养羊", year=2018, entered_on=LATER), 0, 1),
    ("household", "visits_ever", lambda home: Visit.objects.create(
        household=home, kind="home", visited_on=LATER, entered_on=LATER), 0, 1),
    ("village", "village_population", lambda home: VillageRecord.objects.create(
        division_id=VILLAGE, population=900, **SAID), None, 900),
    ("village", "team_members_on_duty", lambda home: Posting.objects.create(
        cadre=cadre(), village_id=VILLAGE, role="team_member", **SAID), 0, 1),
    ("town", "town_postings_on_duty", lambda home: Posting.objects.create(
        cadre=cadre(), village_id=VILLAGE, role="team_member", **SAID), 0, 1),
    ("posting", "posting_role", lambda home: Posting.objects.create(
        cadre=cadre(), village_id=VILLAGE, role="team_member", **SAID), None, "team_member"),
    ("pairing", "pairing_cadre_households", lambda home: Pairing.objects.create(
        household=home, cadre=cadre(), **SAID), None, 1),
    ("unit", "unit_households", lambda home: Pairing.objects.create(
        household=home, cadre=cadre(), **SAID), 0, 1),
    ("unit", "unit_postings", lambda home: Posting.objects.create(
        cadre=cadre(), village_id=VILLAGE, role="team_member", **SAID), 0, 1),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "code", "happens", "before", "after"), HAPPENED, ids=[row[1] for row in HAPPENED])
def test_a_day_sees_what_was_so_on_that_day(county, subject, code, happens, before, after):
    home = household(1)
    cadre()
    happens(home)
    assert asked(code, LATER - datetime.timedelta(days=1), subject=subject) == before
    assert asked(code, LATER, subject=subject) == after


# --- known at a moment ------------------------------------------------------------------------------------

CORRECTED: list[tuple[str, Callable[[Any], Any], dict[str, Any], Any, Any]] = [
    ("attr", lambda home: HouseholdStatus.objects.get(household=home), {"attr": "tekun"}, "general", "tekun"),
    ("net_income", lambda home: Income.objects.get(household=home), {"wage_work": 12000}, Decimal(10000), Decimal(12000)),
    ("transfer_dibao", lambda home: Income.objects.get(household=home), {"transfer_dibao": 600}, None, Decimal(600)),
    ("arable_mu", lambda home: LivingObservation.objects.get(household=home), {"arable_mu": 4}, Decimal(20), Decimal(4)),
    ("house_grade", lambda home: HousingAppraisal.objects.get(household=home), {"grade": "C"}, "A", "C"),
    ("water_safe", lambda home: WaterAppraisal.objects.get(household=home), {"water_safe": None}, True, None),
    ("members_healthy", lambda home: PersonCondition.objects.filter(person__membership__household=home).first(),
     {"health": None}, 2, None),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "values", "before", "after"), CORRECTED, ids=[row[0] for row in CORRECTED])
def test_a_correction_is_seen_from_the_moment_it_was_recorded(county, code, old, values, before, after):
    home = household(1)
    moment = sheet.settled()
    row = old(home)
    replaced(type(row), row, **values)
    assert asked(code, known=moment) == before
    assert asked(code) == after


def test_corrections_are_counted_from_the_moment_they_were_recorded(county):
    home = household(1)
    moment = sheet.settled()
    replaced(WaterAppraisal, WaterAppraisal.objects.get(household=home), water_safe=False, entered_on=TODAY)
    assert asked("corrections_within_15_days", known=moment) == 0
    assert asked("corrections_within_15_days") == 1
    assert asked("corrections_within_15_days", TODAY + datetime.timedelta(days=15)) == 0
    assert asked("last_corrected_on", TODAY + datetime.timedelta(days=15)) == TODAY


def test_income_is_pending_before_it_was_computed_and_the_last_period_stands_beside_it(county):
    home = household(1, income=False)
    income(home, 3000, 2, on=datetime.date(2017, 10, 20), year=2017)
    assert asked("net_income_per_capita", EARLIER) is None and asked("transfer_dibao", EARLIER) is None
    assert asked("last_net_income_per_capita", EARLIER) == Decimal(3000)
    income(home, 5000, 2)
    assert asked("net_income_per_capita") == Decimal(5000)


def test_a_posting_counts_its_days_of_the_period(county):
    Posting.objects.create(
        cadre=cadre(), village_id=VILLAGE, role="team_member", true_from=datetime.date(2018, 11, 11), entered_on=DAY
    )
    assert asked("posting_days_in_period", subject="posting") == 20
    assert asked("posting_days_so_far", subject="posting") == 20
