"""Pages that no link leads to: before signing in, after a mistake, with something chosen or a dialog open, when all fails.

A stage opens a page and does what a person would do to see it so. Nothing is ever sent that changes the register.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass

import xlsxwriter
from django.http import HttpResponse
from django.shortcuts import render
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import Page

from povertycase.pages import errors, qr

Do = Callable[[Page], None]
FAULT = "/stage/"  # answered here, not by the house


@dataclass(frozen=True)
class Stage:
    """A picture's name, who looks (blank: nobody signed in), where it begins, what is done there, and whether it is
    done at a desk alone."""

    name: str
    role: str
    path: str
    do: Do = lambda page: None
    wide: bool = False


def _first(page: Page, selector: str, wait: str) -> None:
    page.locator(selector).locator("visible=true").first.click()
    page.wait_for_selector(wait)


def _tick_two(page: Page) -> None:
    for box in page.locator("tbody [data-row]").all()[:2]:
        box.check(force=True)


def _open(dialog: str) -> Do:
    return lambda page: page.evaluate(f"document.getElementById('{dialog}')?.showModal()")


def _house_form(page: Page) -> None:
    _first(page, "tbody td.lead a", "#living")
    _first(page, "#living a[href$='/change/housing/']", "#id_grade")


def _consequences(page: Page) -> None:
    _house_form(page)
    page.select_option("#id_grade", "D")
    page.fill("#id_certificate_no", "住建鉴2018-311")
    _first(page, "main button[value=check]", "#effects")


def _mistakes(page: Page) -> None:
    _house_form(page)
    page.fill("#id_true_from", "2019-01-01")
    _first(page, "main button[value=check]", ".error-box")


def _hand_over(page: Page) -> None:
    _tick_two(page)
    _first(page, "[data-batch] button:has-text('更换帮扶责任人'), [data-batch] button:nth-of-type(2)", "#id_to")


def _receipt(page: Page) -> None:
    """A hand-over in the background from a day before all others: every household is refused with its reason."""
    name = page.locator("tbody tr").first.locator("td[data-label='帮扶责任人'], td[data-label='Helper']").inner_text()
    page.check("[data-all-rows]")
    _first(page, "[data-batch] button:has-text('更换帮扶责任人'), [data-batch] button:nth-of-type(2)", "#id_to")
    page.fill("#id_to", name.strip())
    page.fill("#id_day", "2012-01-01")
    _leads(page, "main button[value=ask]")
    if page.locator("input[name=which]").count():
        page.locator("input[name=which]").first.check()
        _leads(page, "main button[value=ask]")
    _leads(page, "main button[value=confirm]")
    _until_done(page)


def _until_done(page: Page) -> None:
    """A job's page, opened again until the job has ended; done in a moment at a county's size."""
    for _turn in range(60):
        page.reload()
        if not page.locator("progress").count():
            break
        page.wait_for_timeout(1000)


def _issue(page: Page) -> None:
    _first(page, "main tbody td.lead a", ".grid.bulletin")
    _open("issue")(page)


def _compare(page: Page) -> None:
    _first(page, "main tbody td.lead a", ".grid.bulletin")
    _first(page, "main a[href$='/compare/']", "main table")


def _leads(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).locator("visible=true").first.click()


def _sheets_of_a_village(page: Page) -> None:
    with page.expect_navigation():  # choosing sends the form
        page.select_option("#f-village", index=1)


def _sheets_of_a_group(page: Page) -> None:
    _sheets_of_a_village(page)
    page.select_option("#f-group", index=1)
    _leads(page, "main form[method=post] button")


def _checked_village(page: Page) -> None:
    _leads(page, "tbody tr:has-text('村') td.lead a, tbody tr:has-text('illage') td.lead a")
    _leads(page, "tbody .lead a")


def _bring(name: str, content: bytes) -> Do:
    def do(page: Page) -> None:
        page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": content})
        _leads(page, "main form[enctype] button[type=submit]")

    return do


def _list(page: Page) -> None:
    """A list of five households, as another office would send it: numbers and nothing else."""
    page.wait_for_selector("tbody [data-row]")
    numbers = page.locator("tbody td.num-id").all_inner_texts()[:5]
    page.goto(page.url.split("/households/")[0] + "/lists/fill/")
    _bring("名单.csv", "\n".join(["户编号", *numbers]).encode("utf-8-sig"))(page)


def _namesakes(page: Page) -> None:
    """A list of names and their township, where two people of the demo answer to the same name."""
    rows = ["乡镇,村,姓名", *(f"镇赉镇,,{name}" for name in ("王欣琦", "孙艺", "包启国", "李义"))]
    _bring("参会名单.csv", "\n".join(rows).encode("utf-8-sig"))(page)
    _leads(page, "main a[href$='/choose/']")


def _form() -> bytes:
    """A superior's empty form of three townships."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("附表")
    rows = [["乡镇", "建档立卡户（户）", "未脱贫户（户）"], ["镇赉镇"], ["坦途镇"], ["东屏镇"]]
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    return content.getvalue()


def _kept_roll(page: Page) -> None:
    """A roll kept for the next time; what an earlier picture kept is opened again."""
    kept = "main tbody td.lead a[href^='/rolls/']"
    if not page.locator(kept).count():
        page.goto(page.url.split("/rolls/")[0] + "/rolls/new/?kind=household")
        page.fill("#roll-name", "务工户花名册")
        _leads(page, "main button.btn[value=save]")
        page.goto(page.url.split("/rolls/")[0] + "/rolls/")
    _leads(page, kept)


def _clear_numbers(page: Page) -> None:
    """Whole numbers asked for; the second person has not agreed."""
    _open("clear")(page)
    page.fill("#clear-words", "给县医保局核对参保名单")
    _leads(page, "#clear button[type=submit]")


def _own_draft(page: Page) -> None:
    """A check drafted from the one in force, opened again before it is proposed."""
    _leads(page, "main tbody td.lead a")
    _leads(page, "main a[href*='/rules/drafts/new/']")
    _leads(page, "main .form-acts button[value=save]")
    _leads(page, "main a[href$='/edit/']")


def _rechecked(page: Page) -> None:
    """The newest issued bulletin computed again."""
    for row in page.locator("main tbody tr").all():
        row.locator("td.lead a").first.click()
        page.wait_for_selector(".grid.bulletin")
        if page.locator("form[action$='/recheck/'] button, form[action$='/recheck/start/'] button").count():
            break
        page.go_back()
        page.wait_for_selector("main tbody tr")
    _leads(page, "form[action*='/recheck/'] button")
    _until_done(page)


def _cover_passwords(page: Page) -> None:
    page.eval_on_selector_all("td:nth-child(4) code", "all => all.forEach((code) => { code.textContent = '••••••'; })")


STAGES = (
    Stage("login", "", "/accounts/login/", _cover_passwords),
    Stage("parts", "county_office", "/_parts/"),
    Stage("error-403", "county_office", "/audit/"),
    Stage("error-404", "county_office", "/nothing/here/"),
    Stage("error-409", "county_office", f"{FAULT}409"),
    Stage("error-500", "county_office", f"{FAULT}500"),
    Stage("error-503", "county_office", f"{FAULT}503"),
    Stage("households-chosen", "county_office", "/households/?status=poor", _tick_two, wide=True),
    Stage("households-columns", "county_office", "/households/", _open("columns")),
    Stage("households-secret", "county_office", "/households/", _open("secret")),
    Stage("household-hand-over", "township_clerk", "/households/", _hand_over, wide=True),
    Stage("household-hand-over-receipt", "township_clerk", "/households/?status=poor&size=100", _receipt, wide=True),
    Stage("households-none", "county_office", "/households/?q=没有这个人"),
    Stage("household-consequences", "village_clerk", "/households/?status=poor", _consequences),
    Stage("household-mistakes", "village_clerk", "/households/?status=poor", _mistakes),
    Stage("households-village", "village_clerk", "/households/?visited=no"),
    Stage("household-village", "village_clerk", "/households/", lambda page: _first(page, "tbody td.lead a", "#exit")),
    Stage("bulletin-issue", "county_reviewer", "/bulletins/", _issue),
    Stage("bulletin-compare-county", "county_office", "/bulletins/", _compare),
    Stage("collations-chosen", "village_clerk", "/households/collations/", _sheets_of_a_village),
    Stage("collation-village", "village_clerk", "/households/collations/", _sheets_of_a_group),
    Stage("exit-places-place", "county_office", "/exit/places/", _checked_village),
    Stage("list-fill-book", "county_office", "/households/", _list, wide=True),
    Stage("list-fill-choose", "county_office", "/lists/fill/", _namesakes),
    Stage("form-fill-book", "county_office", "/lists/form/", _bring("空表.xlsx", _form()), wide=True),
    Stage("roll", "county_office", "/rolls/", _kept_roll),
    Stage("clear-export", "county_office", "/rolls/", _clear_numbers),
    Stage("rule-draft-edit", "county_office", "/rules/checks/", _own_draft),
    Stage("bulletin-recheck", "county_office", "/bulletins/", _rechecked),
    Stage("overview-leader", "leader", "/overview/?map=met"),
    Stage("second-factor", "county_office", f"{FAULT}second-factor"),
)


def fault(code: str, language: str) -> HttpResponse:
    """The page of a fault that nobody can bring about by a click, or of the second step, which a demo does not have."""
    request = RequestFactory().get("/")
    with translation.override(language):
        if code == "409":
            changes = [
                {"label": _("住房鉴定等级"), "before": _("D级"), "now": _("C级"), "yours": _("B级")},
                {"label": _("鉴定证书编号"), "before": "", "now": "住建鉴2018-118", "yours": "住建鉴2018-311"},
            ]
            return errors.conflict(request, changes, again="/")
        if code == "second-factor":
            key = "EXAM PLEX XXXX XXXX XXXX XXXX XXXX XXXX"
            picture = qr.picture("otpauth://totp/povertycase:county_office1?secret=EXAMPLE")
            return render(request, "accounts/second_factor.html", {"key": key, "qr": picture, "needed": True})
        return errors.unavailable(request) if code == "503" else errors.server_error(request)
