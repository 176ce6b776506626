"""Rolls and verification sheets in a browser: no barrier, clicks counted, two taps to agree, two sides of A4 on paper."""

import re
from collections.abc import Iterator

import pytest

from households.models import SavedRoll
from povertycase.models import Account, ClearExport, Post
from tests.browser.hand import Hand
from tests.browser.newcomer import download
from tests.browser.window import WIDTHS, Window, window
from tests.register_cast import EAST, ENTRY, number

pytest_plugins = ["tests.register_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
BACKEND = "django.contrib.auth.backends.ModelBackend"
COLUMNS = ["household.household_no", "household.village", "member.name", "member.id_number", "member.birth_date"]
PAGE_OF_PDF = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture
def reviewer(people) -> Account:
    account = Account.objects.create(username="reviewer", display_name="审核员", must_change_password=False)
    Post.objects.create(account=account, role="county_reviewer", division_id="220821000000", valid_from=ENTRY)
    return account


@pytest.fixture
def roll(people, homes) -> SavedRoll:
    return SavedRoll.objects.create(by=people.office, name="人员花名册", kind="person", columns=COLUMNS, joined=True)


def asked(client, people) -> ClearExport:
    client.force_login(people.office, backend=BACKEND)
    sent = {"kind": "person", "column": COLUMNS, "name": "发放名单", "reason": "payout", "words": "农商行"}
    client.post("/rolls/clear/", sent)
    return ClearExport.objects.latest("pk")


@pytest.fixture(params=WIDTHS)
def screen(request, client, chromium, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield from window(client, chromium, request.param)


@pytest.fixture
def desk(client, chromium, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield from window(client, chromium, WIDTHS[-1])


def test_the_pages_of_rolls_have_no_barrier_and_fit_the_screen(screen, client, people, roll, reviewer):
    row = asked(client, people)
    pages = [
        "/visits/?period=",
        "/measures/",
        "/rolls/new/?kind=visit",
        "/rolls/",
        "/rolls/new/?kind=person",
        f"/rolls/{roll.pk}/",
        f"/households/collations/?village={EAST}",
    ]
    assert screen.looked_through([*pages, "/households/H0001/collation/", "/exports/clear/"]) == []
    client.force_login(reviewer, backend=BACKEND)
    assert screen.looked_through([f"/exports/clear/{row.pk}/"]) == []


def test_a_kept_roll_is_two_clicks_from_the_workbench(desk, client, people, roll):
    client.force_login(people.office, backend=BACKEND)
    hand = Hand(desk, phone=False)
    hand.start()
    hand.click('a[href="/rolls/"]', wait="h1:has-text('花名册')")
    with desk.page.expect_download() as started:
        hand.click(f'button[formaction="/rolls/{roll.pk}/export/"]')
    assert started.value.suggested_filename == "2018年11月人员花名册.xlsx"
    assert hand.clicks == 2, "county-officer.md 2.1 bears 4"


def test_a_second_person_agrees_with_two_taps(desk, client, people, homes, reviewer):
    row = asked(client, people)
    client.force_login(reviewer, backend=BACKEND)
    hand = Hand(desk, phone=False)
    hand.start()
    hand.click('a[href="/exports/clear/"]', wait="button[value=agree]")
    hand.click("button[value=agree]", wait="text=审批人")
    row.refresh_from_db()
    assert (row.state, row.decided_by, hand.clicks) == ("agreed", reviewer, 2)


def test_the_desk_puts_a_roll_together_without_a_mouse_wheel_of_pages(desk, client, people, homes):
    client.force_login(people.office, backend=BACKEND)
    page = desk.open("/rolls/new/?kind=person")
    page.check('input[name=add][value="member.ethnicity"]')
    page.click("button[name=act][value=add]")
    page.wait_for_selector('input[type=hidden][value="member.ethnicity"]', state="attached")
    page.click('button[value="up:member.ethnicity"]')
    page.wait_for_selector("#chosen")
    book = download(desk, 'button[formaction="/rolls/take/"]')
    heads = [cell.value for cell in book.worksheets[0][3]]
    assert "民族" in heads and heads.index("民族") == len(heads) - 2, "one place up from the end"
    assert book.sheetnames[-1] == "导出说明"


def test_a_household_takes_two_sides_of_paper_and_a_village_two_for_each(desk, client, people, homes, tmp_path):
    client.force_login(people.secretary, backend=BACKEND)
    page = desk.open("/households/H0001/collation/")
    assert len(PAGE_OF_PDF.findall(page.pdf(prefer_css_page_size=True, path=str(tmp_path / "one.pdf")))) == 2
    page = desk.open(f"/households/collations/?village={EAST}")
    page.click('form[action="/households/collations/village/"] button[type=submit]')
    page.wait_for_selector("article.collation")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(PAGE_OF_PDF.findall(printed)) == 4
    assert number("141100", "19650102", 1) not in page.content()
