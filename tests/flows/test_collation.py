"""信息对照表: what the register says beside an empty column, for one household or a whole village, two sides each."""

import re

import pytest
from django.test import Client

from households.models import HouseholdCard
from povertycase.models import AuditEvent, AuditSubject
from tests.register_cast import EAST, number

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
VILLAGE = "/households/collations/village/"


@pytest.fixture
def at(people, homes):
    def sign_in(name):
        client = Client()
        client.force_login(getattr(people, name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def test_every_item_has_what_the_system_says_and_an_empty_cell_for_the_visit(at):
    page = at("secretary").get("/households/H0001/collation/").content.decode()
    assert '<th scope="row">主要致贫原因</th><td>因病</td><td></td>' in page
    assert '<th scope="row">住房鉴定等级</th><td>B级</td><td></td>' in page
    assert '<th scope="row">耕地面积(亩)</th><td>12</td><td></td>' in page
    assert page.count('<section class="side">') == 2 and "核实人（二）签字" in page and "户主签字" in page
    members = page.partition('<table class="grid ruled people">')[2].partition("</table>")[0]
    assert members.index("单小明") < members.index("张春燕") and members.count('class="found"') == 2


def test_numbers_are_masked_and_compared_by_their_visible_digits(at):
    page = at("secretary").get("/households/H0001/collation/").content.decode()
    clear = number("141100", "19650102", 1)
    assert clear not in page and f"141100********{clear[-4:]}" in page and "139****2233" in page


def test_a_whole_village_is_one_print_in_order_of_group_and_noted(at, homes):
    HouseholdCard.objects.filter(pk=homes.east.pk).update(group_name="二社")
    secretary = at("secretary")
    page = secretary.get("/households/collations/", {"village": EAST}).content.decode()
    assert "一社" in page and "二社" in page
    sheets = secretary.post(VILLAGE, {"village": EAST}).content.decode()
    assert re.findall(r'<article class="collation" lang="zh-Hans" aria-label="(\w+)"', sheets) == ["H0002", "H0001"]
    event = AuditEvent.objects.get(kind="households.printed")
    touched = set(AuditSubject.objects.filter(event=event).values_list("household", flat=True))
    assert event.params == {"rows": 2} and touched == {homes.east.pk, homes.single.pk}
    one = secretary.post(VILLAGE, {"village": EAST, "group": "二社"}).content.decode()
    assert one.count('<article class="collation"') == 1


def test_only_ones_own_reach_is_printed_and_who_visits_nobody_prints_nothing(at):
    assert at("clerk").post(VILLAGE, {"village": EAST}).status_code == 404
    assert at("clerk").get("/households/H0001/collation/").status_code == 404
    assert at("supervisor").get("/households/H0001/collation/").status_code == 403
    assert at("secretary").post(VILLAGE, {}).status_code == 400
    assert "对照表" in at("secretary").get("/households/H0001/").content.decode()


def test_the_questions_do_not_grow_with_the_village(at, django_assert_max_num_queries):
    client = at("secretary")
    with django_assert_max_num_queries(30):
        client.post(VILLAGE, {"village": EAST})
