"""A few households in three villages, written by the register's own actions, and the people who look at them."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from assistance.actions import measures, visits
from households.actions import members, pairing, records, register
from households.actions.register import NewPerson
from households.models import Cadre, Household, Unit
from povertycase import secrets
from povertycase.actions import divisions
from povertycase.models import Account, Division, Post
from povertycase.secrets import identity

TODAY = datetime.date(2018, 11, 30)
ENTRY = datetime.date(2014, 6, 1)
EAST, WEST, FRONT = "220821101200", "220821101201", "220821102200"
ROWS = [
    ("town", "220821101000", "东屏镇", "220821", "镇赉县"),
    ("village", EAST, "东胜村委会", "220821101", "东屏镇"),
    ("village", WEST, "西胜村委会", "220821101", "东屏镇"),
    ("town", "220821102000", "大屯镇", "220821", "镇赉县"),
    ("village", FRONT, "前屯村委会", "220821102", "大屯镇"),
]
POSTS = {
    "office": ("county_office", "220821000000"),
    "township": ("township_clerk", "220821101000"),
    "secretary": ("first_secretary", EAST),
    "clerk": ("village_clerk", WEST),
    "helper": ("helper", None),
    "liaison": ("unit_liaison", None),
    "supervisor": ("supervisor", "220821000000"),
    "leader": ("leader", "220821000000"),
    "auditor": ("audit_admin", None),
}


def number(area: str, birth: str, order: int) -> str:
    """A made-up ID number whose check character is right."""
    base = f"{area}{birth}{order:03d}"
    return base + identity.CHECK[sum(int(d) * w for d, w in zip(base, identity.WEIGHTS, strict=True)) % 11]


@pytest.fixture
def people(db: Any) -> SimpleNamespace:
    """people.office, .township, .secretary (东胜村), .clerk (西胜村), .helper, .supervisor, .leader, .stranger …"""
    keys = ("level", "code12", "name", "parent_code", "parent_name")
    divisions.load(rows=[dict(zip(keys, row, strict=True)) for row in ROWS], source="cast", by=None)
    found = {}
    for name, (role, place) in POSTS.items():
        found[name] = Account.objects.create(username=name, display_name=name, must_change_password=False)
        Post.objects.create(account=found[name], role=role, division_id=place, valid_from=ENTRY)
    found["stranger"] = Account.objects.create(username="stranger", display_name="无岗", must_change_password=False)
    return SimpleNamespace(**found)


def household(no: str, village: str, head: str, order: int, **options: Any) -> Household:
    """A household with its head, entered by the system."""
    status = {"attr": "general", "poverty_status": "poor", "registered_year": 2014, "planned_exit_year": 2018}
    return register.register(
        household_no=no,
        village=Division.objects.get(pk=village),
        group_name="一社",
        head=NewPerson(head, id_number=number("141100", "19650102", order)),
        status=status | options.pop("status", {}),
        main_cause=options.pop("cause", "illness"),
        true_from=ENTRY,
        entered_on=TODAY,
        by=None,
    )


@pytest.fixture
def homes(people: SimpleNamespace) -> SimpleNamespace:
    """homes.east, .single, .west, .front: four households; the helper answers for `east`."""
    made = {
        "east": household("H0001", EAST, "单小明", 1),
        "single": household("H0002", EAST, "曾守田", 3, cause="labour"),
        "west": household("H0003", WEST, "王翠花", 2, status={"poverty_status": "exited", "exit_year": 2017}),
        "front": household("H0004", FRONT, "仇德福", 5, cause="schooling"),
    }
    for at, home in enumerate(made.values()):
        who = NewPerson("李桂兰" if at else "张春燕", sex="female", birth_date=datetime.date(1970, 3, at + 1))
        members.join(
            household=home,
            person=who,
            relation="spouse",
            reason="registered",
            true_from=ENTRY,
            entered_on=TODAY,
            by=None,
        )
    _filled(made["east"], people)
    return SimpleNamespace(**made)


def _filled(home: Household, people: SimpleNamespace) -> None:
    """One household with something in every section."""
    unit = Unit.objects.create(name="县水利局")
    sealed, index = secrets.seal("phone", "13844556677")
    helper = Cadre.objects.create(
        cadre_no="G0001", name="赵国强", unit=unit, account=people.helper, phone=sealed, phone_index=index
    )
    Cadre.objects.create(cadre_no="G0002", name="孙立军", unit=unit, account=people.liaison)
    pairing.open(household=home, cadre=helper, true_from=datetime.date(2018, 1, 1), entered_on=TODAY, by=None)
    day = datetime.date(2018, 10, 8)
    parts: dict[str, dict[str, Any]] = {
        "income": {
            "period_start": datetime.date(2017, 10, 1),
            "period_end": datetime.date(2018, 9, 30),
            "member_count": 2,
            "wage_work": 9000,
            "transfer_dibao": 2400,
        },
        "housing": {"grade": "B", "certificate_no": "ZJ-2018-001", "area": 60},
        "water": {"water_safe": True, "assessed_by": "县水利局", "piped_on": day},
        "living": {"arable_mu": 12, "has_power": True, "food_secure": True, "clothing_secure": True},
        "residence": {"state": "at_home"},
        "supporter": {"name": "单强", "relation": "son", "ability": "weak"},
    }
    for part, values in parts.items():
        records.record(household=home, part=part, true_from=day, values=values, entered_on=TODAY, by=None)
    head = home.membership_set.get(relation="head").person
    records.record_condition(
        person=head,
        true_from=day,
        values={"education": "primary", "health": ["chronic"], "disease": "高血压", "ins_resident_medical": True},
        entered_on=TODAY,
        by=None,
    )
    phone, phone_index = secrets.seal("phone", "13944112233")
    Household.objects.filter(pk=home.pk).update(phone=phone, phone_index=phone_index)
    visits.enter(
        household=home,
        kind="home",
        visited_on=datetime.date(2018, 10, 13),
        findings="玉米收完了，等价。",
        need="西屋墙角返潮",
        solved_on_site=False,
        cadre=helper,
        entered_on=datetime.date(2018, 10, 14),
        by=people.helper,
    )
    measures.plan(
        household=home, kind="health", content="家庭医生签约随访", cause="illness", entered_on=TODAY, by=people.helper
    )
