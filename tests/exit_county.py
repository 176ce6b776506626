"""A small county for the exit check: households that meet everything until a test says otherwise."""

import datetime
from types import SimpleNamespace

import pytest

from households.models import (
    Cadre,
    Household,
    HouseholdCard,
    HouseholdDivision,
    HouseholdStatus,
    HousingAppraisal,
    Income,
    LivingObservation,
    Membership,
    Pairing,
    Person,
    PersonCondition,
    Unit,
    WaterAppraisal,
)
from povertycase import jobs
from povertycase.actions import divisions
from povertycase.models import Account, Division, Post
from supervision.actions import exit_runs

COUNTY, TOWN, OTHER_TOWN = "220821000000", "220821101000", "220821102000"
VILLAGE, OTHER_VILLAGE = "220821101200", "220821102200"
ROWS = [
    ("town", TOWN, "东屏镇", "220821", "镇赉县"),
    ("village", VILLAGE, "东胜村委会", "220821101", "东屏镇"),
    ("town", OTHER_TOWN, "大屯镇", "220821", "镇赉县"),
    ("village", OTHER_VILLAGE, "前屯村委会", "220821102", "大屯镇"),
]
TODAY = datetime.date(2018, 11, 30)
DAY = datetime.date(2017, 1, 1)
AUTUMN = datetime.date(2018, 10, 20)
SAID = {"entered_on": DAY, "true_from": DAY}
SEEN = {"entered_on": AUTUMN, "true_from": AUTUMN}
POSTS = {
    "office": ("county_office", COUNTY),
    "clerk": ("township_clerk", OTHER_TOWN),
    "secretary": ("first_secretary", VILLAGE),
    "helper": ("helper", None),
    "leader": ("leader", COUNTY),
}


@pytest.fixture
def county(db):
    """The places, and an account for each post of POSTS."""
    keys = ("level", "code12", "name", "parent_code", "parent_name")
    divisions.load(rows=[dict(zip(keys, row, strict=True)) for row in ROWS], source="cast", by=None)
    people = {}
    for name, (role, place) in POSTS.items():
        people[name] = Account.objects.create(username=name, display_name=name, must_change_password=False)
        Post.objects.create(account=people[name], role=role, division_id=place, valid_from=DAY)
    return SimpleNamespace(division=Division.objects.get(code=COUNTY), **people)


def household(
    number, *, village=VILLAGE, status="poor", plan=2018, per_head=5000, grade="A", children=0, people=2, **also
):
    """A household that meets the national standard unless told otherwise; also: water, food, certificate, income."""
    home = Household.objects.create(household_no=f"H{number:05}")
    HouseholdDivision.objects.create(household=home, village_id=village, group_name="一组", **SAID)
    exit_year = 2016 if status == "exited" else None
    HouseholdStatus.objects.create(
        household=home, attr="general", poverty_status=status, planned_exit_year=plan, exit_year=exit_year, **SAID
    )
    HouseholdCard.objects.create(
        household=home, household_no=home.household_no, village_code=village, head_name=f"户主{number}",
        member_count=people + children, poverty_status=status,
    )  # fmt: skip
    for place in range(people + children):
        member(home, place, child=place >= people)
    if also.get("income", True):
        income(home, per_head, people + children)
    LivingObservation.objects.create(
        household=home, food_secure=also.get("food", True), clothing_secure=True, has_power=True, has_tv=True,
        road_type="concrete", arable_mu=20, **SEEN,
    )  # fmt: skip
    house(home, grade, certificate=also.get("certificate", "住建鉴1号"))
    WaterAppraisal.objects.create(household=home, water_safe=also.get("water", True), **SEEN)
    return home


def member(home, place, *, child=False, **condition):
    """A member with its condition: an insured grown-up or pupil unless told otherwise."""
    birth = datetime.date(2008 if child else 1965, 3, 1)
    person = Person.objects.create(name=f"{home.household_no}-{place}", sex="male", birth_date=birth)
    relation = "head" if place == 0 else "son" if child else "spouse"
    Membership.objects.create(household=home, person=person, relation=relation, **SAID)
    usual = {"student_status": "primary"} if child else {"education": "primary", "labour": "ordinary"}
    known = {"ins_resident_medical": True, "ins_employee_medical": False, "health": ["healthy"], **usual, **condition}
    PersonCondition.objects.create(person=person, **SEEN, **known)
    return person


def income(home, per_head, members, *, on=AUTUMN, year=2018):
    """Income of the accounting period that ends on 30 September of the year."""
    return Income.objects.create(
        household=home, period_start=datetime.date(year - 1, 10, 1), period_end=datetime.date(year, 9, 30),
        member_count=members, wage_work=per_head * members, true_from=on, entered_on=on,
    )  # fmt: skip


def house(home, grade, *, certificate="住建鉴1号", on=AUTUMN, **also):
    """An appraisal of the house."""
    return HousingAppraisal.objects.create(
        household=home, grade=grade, certificate_no=certificate, area=80, true_from=on, entered_on=on, **also
    )


def pair(home, account):
    """The account's cadre answers for the household."""
    unit, _new = Unit.objects.get_or_create(name="县教育局")
    cadre, _new = Cadre.objects.get_or_create(
        account=account, defaults={"cadre_no": "C1", "name": "干部", "unit": unit}
    )
    return Pairing.objects.create(household=home, cadre=cadre, **SAID)


def check(division, *, by=None, **wanted):
    """An exit check run to its end in this process."""
    asked = {"standard": "national-household", "as_of": TODAY, "population": "planned", **wanted}
    run = exit_runs.start(division=division, by=by, **asked)
    job = jobs.run_to_end(run.job)
    assert job.state == "done", job.error
    run.refresh_from_db()
    return run
