"""Tasks on a phone of 360 px, as village and helpers do them (tests/browser/test_clicks.py counts the taps)."""

from tests.browser.desk_tasks import HEAD
from tests.browser.hand import Hand
from tests.change_cast import PNG


def calls_one_not_yet_visited(hand: Hand) -> None:
    """The number stands beside the button, the phone rings; no reason is asked for."""
    hand.click("#todo a[href*='visited']", "tbody td.lead a")
    hand.click("tbody tr [data-call]", "tbody tr .shown")


def looks_up_what_a_family_gets(hand: Hand) -> None:
    hand.page.fill("[data-search]", HEAD)
    hand.page.focus("[data-search]")
    hand.enter("tbody td.lead a")
    hand.click("tbody td.lead a", "#measures")


def reads_why_a_family_falls_short(hand: Hand) -> None:
    hand.click("#todo a[href*='visited']", "tbody td.lead a")
    hand.click("tbody td.lead a", "#exit")


def enters_a_visit(hand: Hand) -> None:
    hand.click("#todo a[href*='visited']", "tbody td.lead a")
    hand.click("tbody td.lead a", "#visits")
    hand.click("#visits a[href$='/visits/new/']", "#id_findings")
    hand.fill("#id_findings", "秋粮已卖完，大儿子在沈阳打工。")
    hand.click("main form button[type=submit]", "text=走访已登记")


def enters_a_visit_for_the_helper(hand: Hand) -> None:
    """代录: who went is another than who types."""
    hand.click("#todo a[href*='visited']", "tbody td.lead a")
    hand.click("tbody td.lead a", "#visits")
    hand.click("#visits a[href$='/visits/new/']", "#id_visitor")
    option = hand.page.locator("#id_visitor option[value]:not([value=''])").first.get_attribute("value")
    hand.choose("#id_visitor", option or "")
    hand.fill("#id_findings", "帮扶干部入户，看了院子里的柴火。")
    hand.click("main form button[type=submit]", "text=走访已登记")


def visits_two_households(hand: Hand) -> None:
    """A helper's whole Saturday."""
    enters_a_visit(hand)
    hand.click("a.brand", "#todo")
    enters_a_visit(hand)


def _proposes(hand: Hand, reason: str) -> None:
    hand.click("main button[value=check]", "#id_ask-reason")
    hand.fill("#id_ask-reason", reason)
    hand.page.set_input_files("#id_ask-proof", {"name": "证明.png", "mimeType": "image/png", "buffer": PNG})
    hand.clicks += 2  # the camera and its shutter
    hand.click("main button[value=propose]", "text=已提出修改申请")


def reports_a_death(hand: Hand, number: str = "H000009") -> None:
    hand.start(f"/households/{number}/")
    hand.click("#members a[href*='/change/leave/'] >> nth=1", "#id_true_from")
    hand.choose("#id_reason", "death")
    _proposes(hand, "因病去世，村委会已核实。")


def reports_another_death(hand: Hand) -> None:
    reports_a_death(hand, "H000021")


def reports_a_third_death(hand: Hand) -> None:
    reports_a_death(hand, "H000033")


def reports_a_birth(hand: Hand) -> None:
    hand.start("/households/H000045/")
    hand.click("#members a[href$='/change/join/']", "#id_name")
    hand.choose("#id_reason", "birth")
    hand.choose("#id_relation", "son")
    hand.fill("#id_name", "王新生")
    hand.choose("#id_sex", "male")
    hand.fill("#id_birth_date", "2018-11-20")
    _proposes(hand, "出生医学证明已看。")


def reports_a_family_away(hand: Hand, number: str = "H000057") -> None:
    hand.start(f"/households/{number}/")
    hand.click("#basics a[href$='/change/residence/']", "#id_state")
    hand.choose("#id_state", "away")
    hand.fill("#id_place", "辽宁省沈阳市")
    _proposes(hand, "全家到沈阳务工，邻居和本人电话核实。")


def reports_the_own_family_away(hand: Hand) -> None:
    reports_a_family_away(hand, "H000008")
