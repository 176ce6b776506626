"""Calling a household (E-46): one tap in one's own village or for one's own pairing, a purpose for everybody else."""

import datetime
import re

import pytest
from django.test import Client

from households.actions import pairing
from households.models import Pairing
from povertycase.models import Account, AuditEvent, Post
from tests.register_cast import WEST

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
URL, PHONE, HELPERS = "/households/H0001/reveal/", "13944112233", "13844556677"
FIVE = ["比对", "补办证件", "发放补助", "核实情况", "其他"]


def desk_of(account):
    client = Client(headers={"HX-Request": "true"})  # as the page's script asks
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def at(people, homes):
    return lambda name: desk_of(getattr(people, name))


@pytest.mark.parametrize("who", ["secretary", "helper"])
def test_the_own_household_is_called_by_one_tap_which_is_noted(at, homes, who):
    desk = at(who)
    page = desk.get("/households/H0001/").content.decode()
    form = re.search(r'<form class="call[^"]*"[^>]*>.*?</form>', page, re.S).group()
    assert 'action="/households/H0001/reveal/"' in form and 'value="call"' in form and PHONE not in page
    answer = desk.post(URL, {"field": "phone", "reason": "call"})
    assert answer.content.decode() == PHONE and "no-store" in answer["Cache-Control"]
    event = AuditEvent.objects.get(kind="secret.revealed")
    assert event.params == {"field": "联系电话", "reason": "拨打电话"}
    assert list(event.subject_rows.values_list("household", flat=True)) == [homes.east.pk]


@pytest.mark.parametrize(("who", "taps"), [("secretary", 1), ("helper", 1), ("township", 0), ("office", 0)])
def test_the_list_calls_the_own_households_as_their_files_do(at, homes, who, taps):
    page = at(who).get("/households/").content.decode()
    buttons = re.findall(r'<button[^>]*formaction="([^"]+)"[^>]*value="call" data-call', page)
    assert buttons == [URL] * taps and PHONE not in page
    if taps:
        assert '<input type="hidden" name="field" value="phone">' in page


@pytest.mark.parametrize("who", ["office", "township", "supervisor"])
def test_everybody_else_gives_one_of_five_purposes(at, who):
    desk = at(who)
    page = desk.get("/households/H0001/").content.decode()
    assert 'class="call' not in page
    boxes = re.findall(r'<form class="drop-box"[^>]*data-reveal>.*?</form>', page, re.S)
    assert boxes
    for box in boxes:
        assert re.findall(r'name="reason" value="\w+">([^<]+)<', box) == FIVE
    answer = desk.post(URL, {"field": "phone", "reason": "call"})
    assert answer.status_code == 422 and "本村户和结对户" in answer.content.decode()
    assert desk.post(URL, {"field": "phone", "reason": "verify"}).content.decode() == PHONE


def test_an_id_takes_a_purpose_from_the_own_village_too(at, homes):
    head = homes.east.membership_set.get(relation="head").person_id
    desk = at("secretary")
    assert desk.post(URL, {"field": f"member-{head}", "reason": "call"}).status_code == 422
    assert desk.post(URL, {"field": f"member-{head}", "reason": "verify"}).status_code == 200


def test_the_helpers_own_number_is_called_from_the_village(at, homes):
    cadre = Pairing.objects.get(household=homes.east).cadre_id
    assert at("secretary").post(URL, {"field": f"cadre-{cadre}", "reason": "call"}).content.decode() == HELPERS


def test_another_village_is_not_there_and_an_ended_pairing_calls_no_more(at, homes):
    assert at("clerk").post(URL, {"field": "phone", "reason": "call"}).status_code == 404
    row = Pairing.objects.get(household=homes.east)
    pairing.close(pairing=row, true_to=datetime.date(2018, 11, 1), entered_on=datetime.date(2018, 11, 2), by=None)
    assert at("helper").post(URL, {"field": "phone", "reason": "call"}).status_code == 404


def test_a_second_post_in_the_county_does_not_widen_the_one_tap(people, homes):
    both = Account.objects.create(username="both", display_name="两岗", must_change_password=False)
    for role, place in (("village_clerk", WEST), ("county_office", "220821000000")):
        Post.objects.create(account=both, role=role, division_id=place, valid_from=datetime.date(2018, 1, 1))
    desk = desk_of(both)
    assert desk.get("/households/H0001/").status_code == 200
    assert desk.post(URL, {"field": "phone", "reason": "call"}).status_code == 422
    assert 'class="call' not in desk.get("/households/H0001/").content.decode()


def test_a_phone_that_lay_about_asks_for_a_new_sign_in_before_a_number(at):
    desk = at("secretary")
    session = desk.session
    session["stale"] = True
    session.save()
    answer = desk.post(URL, {"field": "phone", "reason": "call"})
    assert answer.status_code == 422 and "再登录" in answer.content.decode()
