"""Tasks at a desk, each as short as the pages let it be (tests/browser/test_clicks.py counts). They begin on the workbench
unless they start() elsewhere: then that page is where the day's work stands open."""

from supervision.models import Bulletin
from tests import foreign_lists
from tests.browser.hand import Hand

HOME, HEAD = "H000009", "王守仓"
COUNTY = "220821000000"


# --- households, changes, the exit check ---------------------------------------------------------------------


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


def fills_a_list(hand: Hand) -> None:
    """A bureau's list gets one column more than last time."""
    heads, rows = ["序号", "户编号"], [[at, f"H{at:06d}"] for at in range(1, 60)]
    hand.click("nav.menu a[href='/lists/fill/']", "#file")
    hand.give("#file", "两癌检查.xlsx", foreign_lists.book(heads, rows))
    hand.click("#upload button[type=submit]", "#columns")
    hand.click("#columns input[value='household.attr']")
    hand.download("form[action$='/workbook/'] button[type=submit]")


def fills_a_form(hand: Hand) -> None:
    """A superior's form whose headings were understood."""
    hand.click("nav.menu a[href='/lists/form/']", "#file")
    hand.give("#file", "统计表.xlsx", foreign_lists.form(["镇赉镇", "坦途镇"]))
    hand.click("#upload button[type=submit]", "#headings")
    hand.download("form[action$='/workbook/'] button[type=submit]")


def exports_the_unvisited(hand: Hand) -> None:
    hand.start("/households/?visited=no")
    hand.click("thead input[type=checkbox]")
    hand.download("[data-batch] button:has-text('导出')")


def hands_a_household_over(hand: Hand) -> None:
    hand.start("/households/?visited=no")
    hand.click("tbody [data-row]")
    hand.click("[data-batch] button:has-text('更换帮扶责任人')", "#id_to")
    hand.fill("#id_to", "C4")  # answers for a household of the town already
    hand.click("main button[value=ask]", "#consequences")
    hand.click("main button[value=confirm]", "text=/帮扶责任人已更换/")


def shows_a_number_with_a_purpose(hand: Hand) -> None:
    hand.start(f"/households/{HOME}/")
    hand.click("#basics details[data-drop] summary")
    hand.click("#basics button[value=verify]", "#basics .shown")


def agrees_to_a_change(hand: Hand) -> None:
    hand.start("/changes/")
    hand.click("main tbody a[href*='/changes/']", "#opinions")
    hand.click("main button[value=agree]", "text=/已同意|已办结|生效/")


def sends_a_change_back(hand: Hand) -> None:
    hand.start("/changes/")
    hand.click("main tbody a[href*='/changes/']", "#id_words")
    hand.fill("#id_words", "请补户口簿照片")
    hand.click("main button[value=return]", "text=/退回/")


def looks_at_the_proof(hand: Hand) -> None:
    hand.start("/changes/")
    hand.click("main tbody a[href*='/changes/']", "#why")
    hand.click("#why summary")
    assert hand.screen.until("document.querySelector('#why img').naturalWidth > 0")


def starts_an_exit_check(hand: Hand) -> None:
    hand.click("nav a[href='/exit/']", "h1")
    hand.click("main a[href='/exit/start/']", "main form")
    hand.click("main form button[type=submit]", "main progress")


def asks_why_a_household_is_unmet(hand: Hand) -> None:
    hand.start("/exit/")
    hand.click("main tbody a[href^='/exit/']", "#criteria")
    hand.click("#criteria a[href*='criterion=housing'][href*='result=unmet']", "tbody td.lead a")
    hand.click("tbody td.lead a", "#reasons")


# --- the bulletin and the overview -----------------------------------------------------------------------------


def _october() -> str:
    return f"/bulletins/{Bulletin.objects.get(month='2018-10').pk}/"


def opens_a_figure(hand: Hand) -> None:
    hand.start(_october())
    hand.click(f"a[href$='/rows/{COUNTY}/poor_households/']", ".pager")


def takes_a_figure_to_excel(hand: Hand) -> None:
    opens_a_figure(hand)
    hand.download("main form[action$='/export/'] button")


def compares_with_the_month_before(hand: Hand) -> None:
    hand.click("nav a[href='/bulletins/']", "h1")
    hand.click("main tbody a:has-text('2018年10月')", ".grid.bulletin")
    hand.click("main a[href$='/compare/']", "h1:has-text('比较')")


def takes_the_annex(hand: Hand) -> None:
    hand.click("nav a[href='/bulletins/']", "h1")
    hand.download("main tbody a[href$='/workbook/']")


def issues_the_bulletin(hand: Hand) -> None:
    hand.start(_october())
    hand.click("[data-open=issue]")
    hand.fill("#id_number", "镇扶办发〔2018〕31号")
    hand.click("#issue button[type=submit]", "text=镇扶办发〔2018〕31号")


def reads_the_main_figures(hand: Hand) -> None:
    hand.click("nav a[href='/overview/']", ".stats")


def sees_another_figure_by_town(hand: Hand) -> None:
    reads_the_main_figures(hand)
    hand.click(".switch a[href='?map=met']", ".switch a[href='?map=met'][aria-current]")


def reads_the_figures_of_a_chart(hand: Hand) -> None:
    hand.click("nav a[href='/overview/']", ".chart.drawn")
    hand.click(".chart summary", ".chart table >> nth=0")


def goes_into_a_town(hand: Hand) -> None:
    reads_the_main_figures(hand)
    hand.click(".tiles a", ".grid.bulletin")


def opens_the_last_bulletin(hand: Hand) -> None:
    hand.click("nav a[href='/bulletins/']", "h1")
    hand.click("main tbody td.lead a", ".grid.bulletin")


# --- accounts, posts, the audit trail ----------------------------------------------------------------------------


def opens_an_account(hand: Hand) -> None:
    hand.click("nav a[href='/accounts/']", "h1")
    hand.click("main a[href='/accounts/new/']", "#id_username")
    hand.fill("#id_username", "zhao.min")
    hand.fill("#id_display_name", "赵敏")
    hand.click("main form button[type=submit]", "code")


def _finds_an_account(hand: Hand, name: str) -> None:
    hand.click("nav a[href='/accounts/']", "h1")
    hand.fill("#q", name)
    hand.enter(f"tbody td.lead a:has-text('{name}')")
    hand.click(f"tbody td.lead a:has-text('{name}')", ".facts")


def gives_a_new_password(hand: Hand) -> None:
    _finds_an_account(hand, "newcomer")
    hand.say_yes()
    hand.click("form[action$='/reset/'] button", "code")


def closes_an_account(hand: Hand) -> None:
    _finds_an_account(hand, "newcomer")
    hand.say_yes()
    hand.click("form[action$='/disable/'] button", "form[action$='/enable/']")


def opens_it_again(hand: Hand) -> None:
    _finds_an_account(hand, "newcomer")
    hand.click("form[action$='/enable/'] button", "form[action$='/disable/']")


def lists_the_accounts_in_a_state(hand: Hand) -> None:
    hand.click("nav a[href='/accounts/']", "h1")
    hand.choose("#state", hand.page.get_attribute("#state option >> nth=1", "value") or "")
    hand.page.wait_for_url("**state=**")


def appoints(hand: Hand) -> None:
    hand.start("/posts/accounts/")
    hand.click("main tbody a:has-text('newcomer')", "h1")
    hand.click("main a[href$='/new/']", "#id_role")
    hand.choose("#id_role", "county_office")
    hand.fill("#id_valid_from", "2018-11-30")
    hand.click("main form button[type=submit]", "text=/已任命/")


def ends_a_post(hand: Hand) -> None:
    _finds_who_holds_a_post(hand, "newcomer")
    hand.click("main a[href$='/end/']", "#id_valid_to")
    hand.fill("#id_valid_to", "2018-11-30")
    hand.click("main form button[type=submit]", "text=/已免去|免去/")


def _finds_who_holds_a_post(hand: Hand, name: str) -> None:
    hand.click("nav a[href='/posts/']", "h1")
    hand.fill("#q", name)
    hand.enter(f"tbody td.lead a:has-text('{name}')")
    hand.click(f"tbody td.lead a:has-text('{name}')", "h1")


def sees_what_somebody_may_do(hand: Hand) -> None:
    _finds_who_holds_a_post(hand, "office")


def lists_who_holds_a_role(hand: Hand) -> None:
    hand.click("nav a[href='/posts/']", "h1")
    hand.choose("#role", "first_secretary")
    hand.page.wait_for_url("**role=first_secretary**")


def lists_who_has_no_post(hand: Hand) -> None:
    hand.click("nav a[href='/posts/']", "h1")
    hand.click("main a[href*='without=1']", "tbody tr, .empty")


def sees_what_happened_to_a_household(hand: Hand) -> None:
    hand.start("/audit/")
    hand.click("[data-open=by-household]", "#number")
    hand.fill("#number", HOME)
    hand.click("#by-household button[type=submit]", ".chips")


def sees_what_somebody_did(hand: Hand) -> None:
    hand.click("nav a[href='/audit/']", "tbody tr")
    hand.fill("#who", "village")
    hand.enter("tbody tr")


def reads_one_event(hand: Hand) -> None:
    hand.click("nav a[href='/audit/']", "tbody tr")
    hand.click("tbody td.lead a", ".facts")


def has_the_trail_checked(hand: Hand) -> None:
    hand.click("nav a[href='/audit/']", "#seals")
    hand.click("#seals form button", "#seals:has-text('核对')")


def takes_the_trail_away(hand: Hand) -> None:
    hand.click("nav a[href='/audit/']", "tbody tr")
    hand.download("form[action$='/export/'] button")
