"""Who may not read health learns no disability from the digits of a certificate, an income line or a reason."""

import datetime

import pytest

from households.actions import members, records
from households.actions.register import NewPerson
from households.models import Person
from povertycase.models import Account, Post
from tests.register_cast import ENTRY, TODAY, number

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
DAY = datetime.date(2018, 10, 8)
BASE = number("429000", "19710303", 7)
CERTIFICATE = BASE + "43"  # 肢体 三级
TRACES = ("残疾", "disab", "因残", '"illness"', "因病", "*" * 10, "4,321.00", "4321.00")


@pytest.fixture
def canary(homes):
    """A household of 西胜村: a certificate as number, disability subsidies, a pupil who left school for illness."""
    home = homes.west
    child = NewPerson("王小冬", id_number=CERTIFICATE)
    said = {"entered_on": TODAY, "by": None}
    row = members.join(household=home, person=child, relation="son", reason="registered", true_from=ENTRY, **said)
    records.record(
        household=home,
        part="income",
        true_from=DAY,
        values={
            "period_start": datetime.date(2017, 10, 1),
            "period_end": datetime.date(2018, 9, 30),
            "member_count": 3,
            "transfer_disability": 4321,
            "transfer_other": 1000,
        },
        **said,
    )
    values = {"health": ["disabled"], "disability_type": 4, "disability_grade": 3, "dropout_reason": "disability"}
    records.record_condition(person=row.person, true_from=DAY, values=values, **said)
    relapsed = {"attr": "general", "poverty_status": "relapsed", "exit_year": 2017, "relapse_year": 2018}
    records.record(
        household=home, part="status", true_from=DAY, values={**relapsed, "relapse_cause": "illness"}, **said
    )
    return home


def pages(client, role):
    account = Account.objects.create(username=f"h-{role}", display_name="某", must_change_password=False)
    Post.objects.create(account=account, role=role, division_id="220821000000", valid_from=ENTRY)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    found = [client.get("/households/H0003/"), client.get("/api/v1/households/H0003/"), client.get("/households/")]
    found.append(client.get("/api/v1/households/"))
    assert [answer.status_code for answer in found] == [200] * 4
    return [answer.content.decode() for answer in found]


@pytest.mark.parametrize("role", ["department", "organisation"])
def test_a_department_sees_an_ordinary_number_and_the_subsidies_among_other_transfers(client, canary, role):
    page, api, *lists = pages(client, role)
    assert f"{BASE[:6]}********{BASE[-4:]}" in page and f"{BASE[:6]}********{BASE[-4:]}" in api
    assert "5,321.00" in page and '"transfer_other":"5321.00"' in api
    for told in (page, api, *lists):
        for trace in TRACES:
            found = told.replace('transfer_disability":null', "")
            assert trace not in found, trace


def test_the_county_office_reads_the_certificate_and_the_line(client, canary):
    page, api, *_lists = pages(client, "county_office")
    assert f"{BASE[:6]}********{BASE[-4:]}**" in page and "4,321.00" in page and "残疾人两项补贴" in page
    assert '"transfer_disability":"4321.00"' in api
    assert Person.objects.get(name="王小冬").id_type == "disability_cert"
