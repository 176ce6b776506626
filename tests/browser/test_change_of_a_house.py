"""The second half of a newcomer's first hour: a wrong fact put right by three people, seen by the auditor without a name."""

import re

import pytest
from django.test import Client

from households.actions import cards
from households.models import Household, Membership, Person
from povertycase.models import Account, Post
from supervision.models import Verdict
from tests.browser.test_ten_minutes import PASSWORD, sign_in
from tests.browser.window import Window, window
from tests.bulletin_county import COUNTY, DAY, TODAY, TOWNS, VILLAGES, county
from tests.exit_county import check

__all__ = ["county"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
NUMBER, HEAD = "H000009", "王守仓"  # its house was appraised D (tests/bulletin_county.py)
PEOPLE = {
    "clerk1": ("村信息员刘", "village_clerk", VILLAGES[0], ""),
    "town1": ("镇专干孙", "township_clerk", TOWNS[0], ""),
    "house1": ("住建局周", "department", COUNTY, "housing"),
    "audit1": ("审计员吴", "audit_admin", None, ""),
}
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def desk(client: Client, chromium, county, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    head = Membership.objects.get(household__household_no=NUMBER, relation="head").person_id
    Person.objects.filter(pk=head).update(name=HEAD)
    cards.refresh(None, day=TODAY)
    for username, (name, role, place, bureau) in PEOPLE.items():
        account = Account.objects.create(username=username, display_name=name, must_change_password=False)
        Post.objects.create(account=account, role=role, division_id=place, bureau=bureau, valid_from=DAY)
    for account in Account.objects.filter(username__in=[*PEOPLE, "office"]):
        account.set_password(PASSWORD)
        account.save()
    yield from window(client, chromium, 1440)


def as_who(desk: Window, client: Client, username: str) -> None:
    """Somebody else sits down: the last one signed out, this one signs in."""
    client.cookies.clear()
    sign_in(desk, username)


def propose(desk: Window) -> None:
    """The village clerk puts the house right: form, consequences, reason and photo of the certificate."""
    page = desk.open(f"/households/{NUMBER}/")
    page.click("#living a[href$='/change/housing/']")
    page.select_option("#id_grade", "B")
    page.fill("#id_certificate_no", "住建鉴2018-311")
    page.fill("#id_true_from", "2018-11-28")
    page.click("main button[value=check]")
    page.wait_for_selector("#effects")
    told = page.inner_text("#effects")
    assert re.search(r"住房安全有保障\s+未达标\s+达标", told) and "元" not in told, told
    page.fill("#id_ask-reason", "危房改造已完工，住建部门重新鉴定为 B 级。")
    page.set_input_files("#id_ask-proof", {"name": "鉴定.png", "mimeType": "image/png", "buffer": PHOTO})
    page.click("main button[value=propose]")
    page.wait_for_selector("text=已提出修改申请")


def agree(desk: Window, words: str) -> None:
    """From the workbench's count to its list to the request, and one click."""
    page = desk.open("/")
    todo = page.locator("#todo a[href*='/changes/']").first
    assert todo.locator(".n").inner_text() == "1"
    todo.click()
    page.wait_for_selector("main tbody tr")
    assert page.locator("main tbody tr").count() == 1
    page.click("main tbody a[href*='/changes/']")
    page.fill("#id_words", words)
    page.click("main button[value=agree]")
    page.wait_for_selector("#opinions")


def test_a_house_is_put_right_by_village_township_and_bureau(desk, client, county):
    run = check(county.division, by=county.office)
    home = Household.objects.get(household_no=NUMBER)
    stored = Verdict.objects.get(run=run, household=home)
    page = desk.page

    # The count of 住房 unmet, its list in one town, one household's reason.
    sign_in(desk, "office")
    desk.open(f"/exit/{run.pk}/")
    page.click("#criteria a[href*='criterion=housing'][href*='result=unmet']")
    page.wait_for_selector("tbody td.lead a")
    page.click(f"text={HEAD}")
    page.wait_for_selector("#reasons")
    assert "住房" in page.inner_text("#reasons") and "未达标" in page.inner_text("#reasons")

    as_who(desk, client, "clerk1")
    propose(desk)
    as_who(desk, client, "town1")
    agree(desk, "已入户核对")
    as_who(desk, client, "house1")
    agree(desk, "鉴定证书属实")
    told = page.inner_text("main")
    assert all(PEOPLE[who][0] in told for who in ("clerk1", "town1", "house1"))
    assert "未达标" in page.inner_text("#effects") and "达标" in page.inner_text("#effects")

    # Judged again today; what the check of before had found stays.
    as_who(desk, client, "office")
    desk.open(f"/households/{NUMBER}/")
    living = page.inner_text("#living")
    assert "住建鉴2018-311" in living and "未达标" not in page.inner_text("#exit tr:has-text('住房')")
    assert Verdict.objects.get(run=run, household=home).unmet == stored.unmet
    desk.open(f"/exit/{run.pk}/households/{NUMBER}/")
    assert "未达标" in page.inner_text("#reasons tr:has-text('住房')")

    as_who(desk, client, "audit1")
    desk.open("/audit/")
    told = page.inner_text("main")
    assert "修改申请" in told and PEOPLE["house1"][0] in told
    assert HEAD not in page.content() and "住建鉴2018-311" not in page.content()
    assert desk.faults == []
