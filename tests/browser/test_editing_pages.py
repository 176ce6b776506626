"""Editing in a real browser: no barrier at three widths, sums while one types, keys, and few clicks."""

import datetime
from collections.abc import Iterator

import pytest

from households.models import ChangeRequest, CollectionWindow
from households.queries.income_sums import sums
from povertycase.models import Account, Division, Post
from tests.browser.window import WIDTHS, Window, window
from tests.register_cast import EAST, ENTRY, number

pytest_plugins = ["tests.register_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
BACKEND = "django.contrib.auth.backends.ModelBackend"
LOOKED_THROUGH = {360: "zh-hans", 768: "en", 1440: "zh-hans"}
PHOTO = {"name": "photo.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 40}


@pytest.fixture
def villager(people, homes, monkeypatch):
    """The clerk of 东胜村, inside the collection window."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    days = {"collect_from": (2018, 10, 1), "collect_to": (2018, 11, 30), "entry_to": (2018, 12, 10)}
    days |= {"town_clean_to": (2018, 12, 12), "audit_to": (2018, 12, 20)}
    dates = {name: datetime.date(*day) for name, day in days.items()}
    county = Division.objects.get(pk="220821000000")
    CollectionWindow.objects.create(division=county, year=2018, document="镇开办〔2018〕41号", **dates)
    account = Account.objects.create(username="villager", display_name="村信息员", must_change_password=False)
    Post.objects.create(account=account, role="village_clerk", division_id=EAST, valid_from=ENTRY)
    return account


@pytest.fixture(params=WIDTHS)
def desk(request, client, chromium, villager) -> Iterator[Window]:
    client.force_login(villager, backend=BACKEND)
    yield from window(client, chromium, request.param)


@pytest.fixture
def phone(client, chromium, villager) -> Iterator[Window]:
    client.force_login(villager, backend=BACKEND)
    yield from window(client, chromium, 360)


@pytest.fixture
def office(client, chromium, villager, people) -> Iterator[Window]:
    client.force_login(people.office, backend=BACKEND)
    yield from window(client, chromium, 1440)


class Hand:
    """One who counts clicks; typing is free, as in county-officer.md section 7."""

    def __init__(self, desk: Window) -> None:
        self.page, self.clicks = desk.open("/"), 0

    def click(self, selector: str) -> "Hand":
        self.clicks += 1
        self.page.click(selector)
        self.page.wait_for_load_state()
        return self

    def choose(self, selector: str, value: str) -> "Hand":
        self.clicks += 1
        self.page.select_option(selector, value)
        return self

    def photograph(self) -> "Hand":
        self.clicks += 1
        self.page.set_input_files("[name=ask-proof]", PHOTO)
        return self

    def find(self, name: str) -> "Hand":
        """Type a name, Enter, open the one row."""
        self.page.fill("header [data-search]", name)
        self.clicks += 1
        self.page.press("header [data-search]", "Enter")
        self.page.wait_for_selector("tbody td.lead a")
        return self.click("tbody td.lead a")


def test_the_pages_of_editing_have_no_barrier_and_fit_the_screen(desk, client, homes):
    head = homes.east.membership_set.get(relation="head").person_id
    change = "/households/H0001/change"
    paths = [
        "/households/H0001/", "/households/H0001/timeline/", "/households/H0001/phone/", "/households/new/",
        f"{change}/income/", f"{change}/causes/", f"{change}/living/", f"{change}/leave/{head}/", f"{change}/join/",
        f"{change}/condition/{head}/", f"{change}/identity/{head}/", f"{change}/move/",
    ]  # fmt: skip
    width = desk.page.viewport_size["width"]
    broken, wide = [], []
    for language in ("zh-hans", "en"):
        client.cookies["django_language"] = language
        for path in paths:
            desk.open(path)
            # What stands in the way does so in every language: each width is looked through in one.
            if language == LOOKED_THROUGH[width]:
                broken += [(path, *fault) for fault in [*desk.barriers(), *_further(desk, path)]]
            wide += [(language, path, *out) for out in [desk.sticking_out()] if out]
    assert broken == [] and wide == [] and desk.faults == []


def _further(desk: Window, path: str) -> list[tuple[str, str]]:
    """Faults of the page with a mistake, and of the page of consequences."""
    if not path.endswith("income/"):
        return []
    page = desk.page
    page.fill("[name=wage_work]", "a lot")
    page.click("button[value=check]")
    page.wait_for_selector(".error-box")
    found = desk.barriers()
    page.fill("[name=wage_work]", "1200")
    page.click("button[value=check]")
    page.wait_for_selector("#effects")
    return found + desk.barriers()


TYPED = (
    {"wage_work": "12000.5", "business_planting": "3000", "business_expense": "1200.25", "member_count": "3"},
    {"transfer_dibao": "2400.10", "business_expense": "9999.99", "member_count": "7"},
    {"property_other": "0", "member_count": "2"},
    {"wage_other": "1，234．5", "member_count": "0"},
    {"member_count": "2"},
)


def test_the_form_adds_up_while_one_types_as_the_register_does(phone):
    page = phone.open("/households/H0001/change/income/?year=2017")
    names = page.evaluate("Array.from(document.querySelectorAll('[data-income] input[inputmode]'), (one) => one.name)")
    for typed in TYPED:
        for name in names:
            page.fill(f"[name={name}]", typed.get(name, ""))
        plain = {name: value.replace("，", "").replace("．", ".") for name, value in typed.items()}
        for total, value in sums(plain).items():
            shown = page.inner_text(f"[data-sum={total}]").replace(",", "")
            if total in ("net_income", "net_income_per_capita") or value:
                assert shown == ("--" if value is None else f"{value:.2f}"), (typed, total)


def test_enter_goes_down_the_income_form_and_ctrl_s_goes_on(phone):
    page = phone.open("/households/H0001/change/income/")
    page.focus("[name=wage_work]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "wage_public_post"
    page.keyboard.type("600")
    page.keyboard.press("Control+s")
    page.wait_for_selector("#effects")


def test_the_file_is_walked_edited_and_printed_by_keyboard(office):
    page = office.open("/households/H0001/")
    page.evaluate("window.print = () => { window.printed = true; }")
    for _ in range(3):
        page.keyboard.press("]")
    assert page.evaluate("document.activeElement.id") == "income" and page.url.endswith("#income")
    page.keyboard.press("[")
    assert page.evaluate("document.activeElement.id") == "causes"
    page.keyboard.press("p")
    assert page.evaluate("window.printed")
    page.keyboard.press("]")
    page.keyboard.press("e")
    page.wait_for_selector("form[data-income]")
    page.click(".form-acts a.btn")
    page.wait_for_selector("#income")
    assert page.url.endswith("/households/H0001/#income"), "one returns to where one was"
    assert office.faults == []


def test_a_death_is_reported_on_the_phone_within_eight_taps_photo_included(phone, homes):
    hand = Hand(phone).find("单小明")
    head = homes.east.membership_set.get(relation="head").person_id
    spouse = homes.east.membership_set.get(relation="spouse").person_id
    hand.click(f"a[href$='/leave/{head}/']").choose("[name=reason]", "death").choose("[name=new_head]", str(spouse))
    hand.click("button[value=check]").photograph().click("button[value=propose]")
    assert hand.clicks <= 8, hand.clicks
    hand.page.wait_for_selector("#history")
    assert ChangeRequest.objects.get().kind == "leave"


def test_a_birth_is_reported_on_the_phone_within_eight_taps_photo_included(phone, homes):
    hand = Hand(phone).find("单小明").click("a[href$='/change/join/']")
    hand.choose("[name=reason]", "birth").choose("[name=relation]", "daughter")
    hand.page.fill("[name=name]", "单小苗")
    hand.page.fill("[name=id_number]", number("429000", "20181015", 4))
    hand.click("button[value=check]").photograph().click("button[value=propose]")
    assert hand.clicks <= 8, hand.clicks
    assert ChangeRequest.objects.get().proof is not None


def test_a_helper_is_changed_and_an_income_entered_within_five_clicks(office):
    for kind, field, typed in (("pairing", "cadre", "孙立军"), ("income", "wage_work", "8000")):
        hand = Hand(office).find("单小明").click(f"a[href$='/change/{kind}/']")
        hand.page.fill(f"[name={field}]", typed)
        hand.click("button[value=check]").click("button[value=propose]")
        assert hand.clicks <= 5, (kind, hand.clicks)
    assert ChangeRequest.objects.count() == 2
