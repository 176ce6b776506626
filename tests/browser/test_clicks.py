"""Clicks a task costs, against the counts an officer would bear (county-officer.md section 7), in a real browser.

A click, a tap, an Enter and a choice from a list count one each; on the phone a tap into a field counts too. Typing and
signing in do not count. Every task starts on the workbench unless it says otherwise.
"""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Error

from households.actions import cards, changes
from households.models import Cadre, ChangeRequest, Household, Membership, Person
from povertycase import secrets
from povertycase.actions import desk
from povertycase.models import Account, Post
from supervision.models import Bulletin
from tests.browser.newcomer import download
from tests.browser.window import Window, window
from tests.bulletin_county import COUNTY, DAY, TODAY, TOWNS, VILLAGES, county, draft
from tests.change_cast import proof_of
from tests.exit_county import check

__all__ = ["county"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
BACKEND = "django.contrib.auth.backends.ModelBackend"
MORE = {
    "village": ("village_clerk", VILLAGES[0], ""), "town": ("township_clerk", TOWNS[0], ""),
    "housing": ("department", COUNTY, "housing"), "supervisor": ("supervisor", COUNTY, ""),
    "system": ("system_admin", None, ""), "security": ("security_admin", None, ""), "auditor": ("audit_admin", None, ""),
}  # fmt: skip
HOME, HEAD = "H000009", "王守仓"


class Hand:
    """A hand on the mouse or the screen that counts what it does."""

    def __init__(self, screen: Window, phone: bool) -> None:
        self.screen, self.page, self._phone, self.clicks = screen, screen.page, phone, 0

    def start(self, path: str = "/") -> None:
        self.screen.open(path)
        self.clicks = 0

    def click(self, selector: str, wait: str = "") -> None:
        self.page.locator(selector).locator("visible=true").first.click()
        self.clicks += 1
        if wait:
            self.page.wait_for_selector(wait)

    def enter(self, wait: str) -> None:
        self.page.keyboard.press("Enter")
        self.clicks += 1
        self.page.wait_for_selector(wait)

    def fill(self, selector: str, text: str) -> None:
        self.page.fill(selector, text)
        self.clicks += self._phone

    def choose(self, selector: str, value: str) -> None:
        self.page.select_option(selector, value)
        self.clicks += 1

    def download(self, selector: str) -> None:
        download(self.screen, selector)
        self.clicks += 1


# --- tasks at the desk ------------------------------------------------------------------------------------------


def finds_a_household(hand: Hand) -> None:
    hand.page.fill("[data-search]", HEAD)
    hand.page.focus("[data-search]")
    hand.enter("tbody td.lead a")
    hand.click("tbody td.lead a", "#members")


def exports_a_saved_roster(hand: Hand) -> None:
    hand.start("/households/")
    hand.click("text=本年度拟脱贫", "tbody td.lead a")
    hand.click("thead input[type=checkbox]")
    hand.click("[data-all-matching] input")
    hand.download("[data-batch] button:has-text('导出')")


def takes_a_figure_to_excel(hand: Hand) -> None:
    opens_a_figure(hand)
    hand.download("main form[action$='/export/'] button")


def opens_a_figure(hand: Hand) -> None:
    hand.start(f"/bulletins/{Bulletin.objects.get().pk}/")
    hand.click("a[href$='/rows/220821000000/poor_households/']", ".pager")


def starts_an_exit_check(hand: Hand) -> None:
    hand.click("nav a[href='/exit/']", "h1")
    hand.click("main a[href='/exit/start/']", "main form")
    hand.click("main form button[type=submit]", "h1")


def asks_why_a_household_is_unmet(hand: Hand) -> None:
    hand.start("/exit/")
    hand.click("main tbody a[href^='/exit/']", "#criteria")
    hand.click("#criteria a[href*='criterion=housing'][href*='result=unmet']", "tbody td.lead a")
    hand.click("tbody td.lead a", "#reasons")


def agrees_to_a_change(hand: Hand) -> None:
    hand.start("/changes/")
    hand.click("main tbody a[href*='/changes/']", "#opinions")
    hand.click("main button[value=agree]", "text=/已同意|已办结|生效/")


def exports_the_unvisited(hand: Hand) -> None:
    hand.start("/households/?visited=no")
    hand.click("thead input[type=checkbox]")
    hand.download("[data-batch] button:has-text('导出')")


def issues_the_bulletin(hand: Hand) -> None:
    hand.start(f"/bulletins/{Bulletin.objects.get().pk}/")
    hand.click("[data-open=issue]")
    hand.fill("#id_number", "镇扶办发〔2018〕31号")
    hand.click("#issue button[type=submit]", "text=镇扶办发〔2018〕31号")


def opens_an_account(hand: Hand) -> None:
    hand.click("nav a[href='/accounts/']", "h1")
    hand.click("main a[href='/accounts/new/']", "#id_username")
    hand.fill("#id_username", "zhao.min")
    hand.fill("#id_display_name", "赵敏")
    hand.click("main form button[type=submit]", "code")


def appoints(hand: Hand) -> None:
    hand.start("/posts/accounts/")
    hand.click("main tbody a:has-text('newcomer')", "h1")
    hand.click("main a[href$='/new/']", "#id_role")
    hand.choose("#id_role", "county_office")
    hand.fill("#id_valid_from", "2018-11-30")
    hand.click("main form button[type=submit]", "text=/已任命/")


def sees_what_happened_to_a_household(hand: Hand) -> None:
    hand.start("/audit/")
    hand.click("[data-open=by-household]", "#number")
    hand.fill("#number", HOME)
    hand.click("#by-household button[type=submit]", ".chips")


DESK = (
    # role, task, clicks the officer bears
    ("office", finds_a_household, 2),
    ("office", exports_a_saved_roster, 4),
    ("office", takes_a_figure_to_excel, 2),
    ("office", asks_why_a_household_is_unmet, 3),
    ("town", agrees_to_a_change, 2),
    ("town", exports_the_unvisited, 2),
    ("town", finds_a_household, 2),
    ("town", asks_why_a_household_is_unmet, 3),
    ("housing", agrees_to_a_change, 2),
    ("supervisor", finds_a_household, 2),
    ("supervisor", opens_a_figure, 1),
    ("supervisor", asks_why_a_household_is_unmet, 3),
    ("reviewer", takes_a_figure_to_excel, 2),
    ("reviewer", issues_the_bulletin, 2),
    ("system", opens_an_account, 4),
    ("security", appoints, 5),
    ("office", starts_an_exit_check, 3),
    ("auditor", sees_what_happened_to_a_household, 3),
)


# --- tasks on the phone ---------------------------------------------------------------------------------------


def calls_one_not_yet_visited(hand: Hand) -> None:
    hand.click("#todo a", "tbody td.lead a")
    hand.click("tbody td.lead a", "#basics")
    hand.click("#basics form.call button")


def looks_up_what_a_family_gets(hand: Hand) -> None:
    hand.page.fill("[data-search]", HEAD)
    hand.page.focus("[data-search]")
    hand.enter("tbody td.lead a")
    hand.click("tbody td.lead a", "#measures")


def enters_a_visit(hand: Hand) -> None:
    hand.click("#todo a", "tbody td.lead a")
    hand.click("tbody td.lead a", "#visits")
    hand.click("#visits a:has-text('登记走访')", "#id_findings")
    hand.fill("#id_findings", "秋粮已卖完，大儿子在沈阳打工。")
    hand.click("main form button[type=submit]", "text=走访已登记")


def reports_a_death(hand: Hand, number: str = HOME) -> None:
    hand.start(f"/households/{number}/")
    hand.click("#members a[href*='/change/leave/'] >> nth=1", "#id_true_from")
    hand.choose("#id_reason", "death")
    hand.click("main button[value=check]", "#id_ask-reason")
    hand.fill("#id_ask-reason", "因病去世，村委会已核实。")
    photo = {"name": "证明.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(64)}
    hand.page.set_input_files("#id_ask-proof", photo)
    hand.clicks += 2  # the camera and its shutter
    hand.click("main button[value=propose]", "text=已提出修改申请")


def reports_another_death(hand: Hand) -> None:
    reports_a_death(hand, "H000021")


PHONE = (
    ("secretary", looks_up_what_a_family_gets, 2),
    ("secretary", enters_a_visit, 12),
    ("secretary", reports_a_death, 8),
    ("village", looks_up_what_a_family_gets, 2),
    ("village", reports_another_death, 8),
    ("helper", enters_a_visit, 15),
    ("secretary", calls_one_not_yet_visited, 3),
)


@pytest.fixture
def people(county) -> dict[str, Account]:
    cards.refresh(None, day=TODAY)
    for username, (role, place, bureau) in MORE.items():
        account = Account.objects.create(username=username, display_name=username, must_change_password=False)
        Post.objects.create(account=account, role=role, division_id=place, bureau=bureau, valid_from=DAY)
    Account.objects.create(username="newcomer", display_name="newcomer")
    return {account.username: account for account in Account.objects.all()}


@pytest.fixture
def work(people, county) -> None:
    """Something to do for everybody: a check, a draft, a saved condition, two changes, phones to call."""
    head = Membership.objects.get(household__household_no=HOME, relation="head").person_id
    Person.objects.filter(pk=head).update(name=HEAD)
    sealed, index = secrets.seal("phone", "13944112233")
    Household.objects.update(phone=sealed, phone_index=index)
    Cadre.objects.filter(name="干部60").update(account=people["secretary"])
    Cadre.objects.filter(name="干部1").update(account=people["helper"])
    cards.refresh(None, day=TODAY)
    check(county.division, by=county.office)
    draft(county, by=county.office)
    saved = {"listing": "households", "params": {"planned": "2018"}}
    desk.save_filter(**saved, name="本年度拟脱贫", by=people["office"])
    _proposed("H000003", people["village"])
    changes.agree(request=_proposed("H000039", people["village"]), words="", by=people["town"], on=TODAY)


def _proposed(number: str, by: Account) -> ChangeRequest:
    return changes.propose(
        kind="housing", household=Household.objects.get(household_no=number), true_from=TODAY, reason="已改造",
        values={"grade": "B", "certificate_no": "9"}, proof=proof_of(by), entered_on=TODAY, by=by,
    )  # fmt: skip


Task = tuple[str, Callable[[Hand], None], int]


def counted(hand: Hand, client: Client, people: dict[str, Account], tasks: tuple[Task, ...]) -> list[str]:
    """What cost more than its officer bears, task by task."""
    found = []
    for username, task, most in tasks:
        client.force_login(people[username], backend=BACKEND)
        hand.start()
        try:
            task(hand)
        except Error as fault:
            raise AssertionError(f"{username} {task.__name__}: {fault}") from fault
        if hand.clicks > most:
            found.append(f"{username} {task.__name__}: {hand.clicks} clicks, {most} are borne")
    return found


@pytest.mark.parametrize(("width", "tasks"), [(1440, DESK), (360, PHONE)], ids=["desk", "phone"])
def test_no_common_task_costs_more_clicks_than_an_officer_bears(
    client, chromium, people, work, monkeypatch, width, tasks
):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    for screen in window(client, chromium, width):
        screen.page.set_default_timeout(8000)
        assert counted(Hand(screen, width < 500), client, people, tasks) == []
        assert screen.faults == []
