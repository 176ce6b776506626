"""The first ten minutes of a newcomer: from a name to a file, from a figure to its list to one household's reason."""

import io

import openpyxl
import pytest

from assistance.models import Visit
from households.actions import cards
from households.models import Cadre, Person
from povertycase import jobs
from supervision.models import ExitRun
from tests.browser.window import Window, window
from tests.bulletin_county import TODAY, county, draft, where

__all__ = ["county"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
PASSWORD = "Zhenlai-2018-11"
POOR_INCOME = 14  # a planned household whose income is surely unmet (tests/bulletin_county.py)


@pytest.fixture
def desk(client, chromium, county, monkeypatch):
    """The office's screen, with the index cards the list reads and a name to look for."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    Person.objects.filter(name=f"人{POOR_INCOME}-0").update(name="王福山")
    Cadre.objects.filter(name="干部60").update(account=county.secretary)
    cards.refresh(None, day=TODAY)
    for account in (county.office, county.secretary):
        account.set_password(PASSWORD)
        account.save()
    yield from window(client, chromium, 1440)


def sign_in(desk: Window, username: str) -> None:
    page = desk.open("/accounts/login/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.click(".sign-in button[type=submit]")
    page.wait_for_selector("#todo")


def download(desk: Window, button: str) -> openpyxl.Workbook:
    """The workbook that a click brings."""
    with desk.page.expect_download() as started:
        desk.page.click(button)
    return openpyxl.load_workbook(io.BytesIO(started.value.path().read_bytes()))


def test_the_first_ten_minutes_of_a_newcomer(desk, client, county):
    page = desk.page
    sign_in(desk, "office")

    # One Enter finds the name, one click opens the file.
    page.fill("[data-search]", "王")
    page.press("[data-search]", "Enter")
    page.wait_for_selector("table [href^='/households/']")
    assert page.locator("tbody tr").count() == 1
    page.click("tbody td.lead a")
    page.wait_for_selector("#members")
    for section in ("members", "income", "living", "helpers", "visits", "exit"):
        assert page.locator(f"#{section}").count() == 1, section
    assert "王" not in page.title(), "the title of a page goes into the browser's history: a number, no name"

    # The exit check of the county, watched to its end.
    desk.open("/exit/start/")
    page.click("main form button[type=submit]")
    page.wait_for_selector("[id^=exit-] progress")
    run = ExitRun.objects.get()
    desk.open(f"/exit/{run.pk}/")
    page.wait_for_selector(f"#exit-{run.pk} progress")
    jobs.run_to_end(run.job)
    page.wait_for_selector("#criteria", timeout=8000)
    figure = page.locator("#criteria a[href*='criterion=income'][href*='result=unmet']")
    count = int(figure.inner_text())
    assert count == len(where(lambda i: i % 12 == 2))
    figure.click()
    page.wait_for_selector("tbody td.lead a")
    assert page.locator("tbody tr").count() == count
    page.click("text=王福山")
    page.wait_for_selector("#reasons")
    assert "收入未达标" in page.inner_text("#reasons") and "2,000" in page.inner_text("#reasons")

    # Last month's bulletin: a figure, its list, the list as a workbook, in English too.
    bulletin = draft(county)
    desk.open(f"/bulletins/{bulletin.pk}/")
    assert "左右滚动" in page.inner_text("main")
    figure = page.locator(f"a[href='/bulletins/{bulletin.pk}/rows/220821000000/poor_households/']")
    count = int(figure.inner_text())
    figure.click()
    page.wait_for_selector(".pager")
    assert str(count) in page.inner_text(".pager")
    book = download(desk, "main form[action$='/export/'] button")
    assert sum(1 for row in book.worksheets[0].iter_rows(values_only=True) if str(row[0] or "").isdigit()) == count
    page.click("text=English")
    page.wait_for_selector("html[lang=en]")
    assert "Export" in page.inner_text(".page-head .acts")
    desk.open(f"/bulletins/{bulletin.pk}/")
    annex = download(desk, f"a[href='/bulletins/{bulletin.pk}/workbook/']")
    heading = [str(cell) for row in annex.worksheets[0].iter_rows(max_row=3, values_only=True) for cell in row if cell]
    assert any("2018年10月" in text and "汇总表" in text for text in heading), "a paper keeps its own language"
    assert desk.faults == []


def test_a_first_secretary_enters_a_visit_on_a_phone(desk, county):
    page = desk.page
    page.set_viewport_size({"width": 360, "height": 800})
    sign_in(desk, "secretary")
    todo = page.locator("#todo a").first
    count = int(todo.locator(".n").inner_text())
    todo.click()
    page.wait_for_selector("tbody td.lead a")
    assert f"{count}" in page.inner_text(".pager")
    taps = 2
    page.click("tbody td.lead a")
    number = page.inner_text("#basics .num-id")
    page.click("#visits a:has-text('登记走访')")
    page.fill("#id_findings", "秋粮已卖完，大儿子在沈阳打工，孩子在镇里上学。")
    page.click("main form button[type=submit]")
    page.wait_for_selector("text=走访已登记")
    taps += 3
    assert taps <= 12
    assert "秋粮已卖完" in page.inner_text("#visits")
    seen = Visit.objects.get(household__household_no=number, visited_on=TODAY)
    assert seen.cadre.account == county.secretary
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    # One household less to visit, on the workbench and in its list.
    desk.open("/")
    left = page.locator("#todo a .n")
    assert (int(left.first.inner_text()) if left.count() else 0) == count - 1
    assert desk.faults == []
