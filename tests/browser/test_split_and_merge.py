"""A family changes in a real browser: the heir's relations fill themselves, nothing stands in the way, few clicks."""

import datetime

import pytest

from households.actions import members
from households.actions.register import NewPerson
from households.models import ChangeRequest, Membership
from tests.browser.test_editing_pages import BACKEND, PHOTO
from tests.browser.window import window
from tests.register_cast import ENTRY, TODAY

pytest_plugins = ["tests.register_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
CHANGE = "/households/H0001/change"


@pytest.fixture
def family(homes, monkeypatch):
    """H0001: a couple, their son, his wife, their boy; {name: person}."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    for name, sex, relation in (
        ("单强", "male", "son"),
        ("李红", "female", "daughter_in_law"),
        ("单小宝", "male", "grandson"),
    ):
        born = NewPerson(name, sex=sex, birth_date=datetime.date(1990, 5, 1))
        members.join(household=homes.east, person=born, relation=relation, reason="registered", true_from=ENTRY,
                     entered_on=TODAY, by=None)  # fmt: skip
    rows = Membership.objects.known().filter(household=homes.east).select_related("person")
    return {row.person.name: row.person_id for row in rows}


@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_have_no_barrier_and_fit_the_screen(client, chromium, people, homes, family, width):
    client.force_login(people.secretary, backend=BACKEND)
    paths = [f"{CHANGE}/split/", f"{CHANGE}/merge/", f"{CHANGE}/merge/{homes.single.pk}/", f"{CHANGE}/head/",
             f"{CHANGE}/leave/{family['单小明']}/"]  # fmt: skip
    for screen in window(client, chromium, width):
        assert screen.looked_through(paths, ["zh-hans"]) == []
        page = screen.open(f"{CHANGE}/split/")
        page.select_option(f"[name=members_{family['单强']}]", "head")
        page.click("button[value=check]")
        page.wait_for_selector("#effects")
        assert screen.barriers() == [] and screen.sticking_out() == [] and screen.faults == []


def test_a_new_head_brings_the_relations_that_follow_and_what_was_chosen_stays(client, chromium, people, family):
    client.force_login(people.secretary, backend=BACKEND)

    def chosen(page):
        return {
            name: page.input_value(f"[name=relations_{family[name]}]")
            for name in ("单小明", "张春燕", "李红", "单小宝")
        }

    for screen in window(client, chromium, 360):
        page = screen.open(f"{CHANGE}/head/")
        page.select_option("[name=new_head]", str(family["单强"]))
        assert not page.is_visible(f"[name=relations_{family['单强']}]"), "the head has no relation to himself"
        assert chosen(page) == {"单小明": "father", "张春燕": "mother", "李红": "", "单小宝": ""}
        page.select_option(f"[name=relations_{family['李红']}]", "spouse")
        page.select_option("[name=new_head]", str(family["张春燕"]))
        assert chosen(page) == {"单小明": "spouse", "张春燕": "", "李红": "spouse", "单小宝": "grandson"}
        page = screen.open(f"{CHANGE}/leave/{family['单小明']}/")
        page.check(f"[name=also][value='{family['单小宝']}']")
        assert not page.is_visible(f"[name=relations_{family['单小宝']}]"), "who leaves as well has none"
        assert screen.faults == []


def test_a_split_is_proposed_on_the_phone_with_one_choice_a_person(client, chromium, people, family):
    client.force_login(people.secretary, backend=BACKEND)
    for screen in window(client, chromium, 360):
        page = screen.open("/households/H0001/")
        page.click("#members a[href$='/change/split/']")
        for name, relation in (("单强", "head"), ("李红", "spouse"), ("单小宝", "son")):
            page.select_option(f"[name=members_{family[name]}]", relation)
        page.click("button[value=check]")
        page.wait_for_selector("#id_ask-reason")
        page.fill("#id_ask-reason", "已分灶吃饭")
        page.set_input_files("#id_ask-proof", PHOTO)
        page.click("button[value=propose]")
        page.wait_for_selector("text=已提出修改申请")
    assert ChangeRequest.objects.get().kind == "split"
