"""A county of 120 households in two towns for the bulletin's tests; every trait follows from the household's number."""

import datetime
from types import SimpleNamespace

import pytest

from assistance.models import Visit
from households.models import (
    Cadre,
    Household,
    HouseholdDivision,
    HouseholdStatus,
    HousingAppraisal,
    Income,
    LivingObservation,
    Membership,
    Pairing,
    Person,
    PersonCondition,
    Posting,
    Residence,
    Unit,
    VillageRecord,
    WaterAppraisal,
)
from povertycase import jobs
from povertycase.actions import divisions
from povertycase.models import Account, Division, Post
from povertycase.periods import Month
from supervision.actions import bulletins

SIZE = 120
COUNTY = "220821000000"
TOWNS = ("220821100000", "220821101000")
VILLAGES = ("220821100200", "220821100201", "220821101200")
ROWS = [
    ("town", "220821001000", "鹤城街道", "220821", "镇赉县"),
    ("village", "220821001001", "庆生社区", "220821001", "鹤城街道"),
    ("town", TOWNS[0], "镇赉镇", "220821", "镇赉县"),
    ("village", "220821100011", "到保农场社区", "220821100", "镇赉镇"),
    ("village", VILLAGES[0], "长安村委会", "220821100", "镇赉镇"),
    ("village", VILLAGES[1], "街北村委会", "220821100", "镇赉镇"),
    ("town", TOWNS[1], "坦途镇", "220821", "镇赉县"),
    ("village", VILLAGES[2], "坦途村委会", "220821101", "坦途镇"),
]
OCTOBER = Month(2018, 10)
TODAY = datetime.date(2018, 11, 30)
DAY = datetime.date(2017, 1, 1)


def village(i: int) -> str:
    return VILLAGES[i % 3]


def members(i: int) -> int:
    return 1 + i % 4


def exited(i: int) -> bool:
    return i % 6 < 2


def planned(i: int) -> bool:
    return i % 6 in (2, 3, 4)


def away(i: int) -> bool:
    return i % 10 == 7


def visited(i: int) -> bool:
    """Seen face to face in October, entered in time."""
    return i % 8 != 3 and not late(i)


def late(i: int) -> bool:
    """Seen face to face in October, entered three weeks after the cut-off."""
    return i % 20 == 5


def unmet(i: int) -> set[str]:
    """The criteria that household i surely fails."""
    found = {"income"} if i % 12 == 2 else set()
    return found | ({"housing"} if i % 24 == 2 or i % 30 == 9 else set())


def unknown(i: int) -> bool:
    """Something is not known of household i, and nothing is surely unmet."""
    return i % 15 == 4 and not unmet(i)


def where(*tests) -> list[int]:
    """The numbers of the households that pass all tests."""
    return [i for i in range(SIZE) if all(test(i) for test in tests)]


@pytest.fixture
def county(db):
    """The register of the county, and accounts by role: office, reviewer, clerk (坦途镇), secretary, helper, leader."""
    keys = ("level", "code12", "name", "parent_code", "parent_name")
    divisions.load(rows=[dict(zip(keys, row, strict=True)) for row in ROWS], source="cast", by=None)
    _households()
    _help()
    for code in VILLAGES:
        VillageRecord.objects.create(division_id=code, true_from=DAY, entered_on=DAY, is_poor=code != VILLAGES[1])
    return SimpleNamespace(division=Division.objects.get(code=COUNTY), **_accounts())


def _accounts() -> dict[str, Account]:
    posts = {
        "office": ("county_office", COUNTY), "reviewer": ("county_reviewer", COUNTY), "leader": ("leader", COUNTY),
        "clerk": ("township_clerk", TOWNS[1]), "secretary": ("first_secretary", VILLAGES[0]),
        "helper": ("helper", None),
    }  # fmt: skip
    people = {}
    for name, (role, place) in posts.items():
        people[name] = Account.objects.create(username=name, display_name=name, must_change_password=False)
        Post.objects.create(account=people[name], role=role, division_id=place, valid_from=DAY)
    return people


def _households() -> None:
    said = {"entered_on": DAY, "true_from": DAY}
    all_of = Household.objects.bulk_create(Household(household_no=f"H{i:06}") for i in range(SIZE))
    rows = list(enumerate(all_of))
    HouseholdDivision.objects.bulk_create(
        HouseholdDivision(household=h, village_id=village(i), group_name=f"{i % 5}组", **said) for i, h in rows
    )
    HouseholdStatus.objects.bulk_create(_status(i, h) for i, h in rows)
    Residence.objects.bulk_create(
        Residence(household=h, state="away" if away(i) else "at_home", **said) for i, h in rows if i % 9
    )
    Residence.objects.bulk_create(
        Residence(household=h, state="away", **said) for i, h in rows if away(i) and not i % 9
    )
    _persons(rows)
    seen = {"entered_on": DAY, "true_from": datetime.date(2018, 9, 1)}
    Income.objects.bulk_create(
        Income(
            household=h, period_start=datetime.date(2017, 10, 1), period_end=datetime.date(2018, 9, 30),
            member_count=members(i), wage_work=(2000 if "income" in unmet(i) else 5000) * members(i), **seen,
        )
        for i, h in rows
    )  # fmt: skip
    LivingObservation.objects.bulk_create(
        LivingObservation(household=h, food_secure=True, clothing_secure=True, **seen) for _i, h in rows
    )
    WaterAppraisal.objects.bulk_create(
        WaterAppraisal(household=h, water_safe=None if unknown(i) else True, **seen) for i, h in rows
    )
    HousingAppraisal.objects.bulk_create(
        HousingAppraisal(household=h, grade="D" if "housing" in unmet(i) else "B", certificate_no=f"Z{i}", **seen)
        for i, h in rows
    )


def _status(i: int, household: Household) -> HouseholdStatus:
    return HouseholdStatus(
        household=household,
        attr="general",
        poverty_status="exited" if exited(i) else "poor",
        exit_year=2016 if exited(i) else None,
        planned_exit_year=2018 if planned(i) else None,
        entered_on=DAY,
        true_from=DAY,
    )


def _persons(rows: list[tuple[int, Household]]) -> None:
    people = Person.objects.bulk_create(
        Person(name=f"人{i}-{n}", sex="male", birth_date=datetime.date(1960, 1, 1))
        for i, _h in rows
        for n in range(members(i))
    )
    homes = [(h, n) for i, h in rows for n in range(members(i))]
    said = {"entered_on": DAY, "true_from": DAY}
    Membership.objects.bulk_create(
        Membership(household=h, person=person, relation="other" if n else "head", **said)
        for person, (h, n) in zip(people, homes, strict=True)
    )
    PersonCondition.objects.bulk_create(
        PersonCondition(person=person, education="junior", ins_resident_medical=True, **said) for person in people
    )


def _help() -> None:
    unit = Unit.objects.create(name="县教育局")
    cadres = Cadre.objects.bulk_create(
        Cadre(cadre_no=f"C{n}", name=f"干部{n}", unit=unit) for n in range(SIZE // 2 + 3)
    )
    homes = list(enumerate(Household.objects.order_by("pk")))
    said = {"entered_on": DAY, "true_from": DAY}
    Pairing.objects.bulk_create(Pairing(household=h, cadre=cadres[i // 2], **said) for i, h in homes if i != 11)
    Posting.objects.bulk_create(
        Posting(cadre=cadres[SIZE // 2 + n], village_id=code, role="first_secretary", **said)
        for n, code in enumerate(VILLAGES)
    )
    Visit.objects.bulk_create(visit for i, h in homes for visit in _visits(i, h))


def _visits(i: int, household: Household) -> list[Visit]:
    day = datetime.date(2018, 10, 10)
    if late(i):
        return [Visit(household=household, kind="home", visited_on=day, entered_on=datetime.date(2018, 11, 21))]
    if visited(i):
        return [Visit(household=household, kind="home", visited_on=day, entered_on=day) for _twice in range(1 + i % 2)]
    return [
        Visit(household=household, kind="phone", visited_on=day, entered_on=day),
        Visit(household=household, kind="absent", visited_on=day, entered_on=day),
    ]


def draft(county, by=None):
    """October's draft, made by the job in this process."""
    bulletin = bulletins.start(month=OCTOBER, division=county.division, on=TODAY, by=by)
    job = jobs.run_to_end(bulletin.job)
    assert job.state == "done", job.error
    bulletin.refresh_from_db()
    return bulletin
