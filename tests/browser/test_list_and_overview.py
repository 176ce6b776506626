"""The list under the hands of an officer: keys, choosing all that match, the way back; the charts under the policy."""

import io

import openpyxl
import pytest

from households.actions import cards
from households.models import HouseholdCard, Pairing
from tests.browser.window import HOST, Window, window
from tests.bulletin_county import TODAY, county, draft

__all__ = ["county"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
HEADS = 3  # the title, the line under it, the headings
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def desk(client, chromium, county, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    cards.refresh(None, day=TODAY)
    client.force_login(county.office, backend=BACKEND)
    yield from window(client, chromium, 1440)


def test_an_officer_works_through_the_list_by_keyboard_and_comes_back_to_the_row(desk: Window):
    page = desk.open("/households/?status=poor&size=20&page=2")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.inner_text("[data-chosen-count]") == "1" and page.is_visible("[data-batch]")
    page.keyboard.press("x")
    assert not page.is_visible("[data-batch]")
    number = page.inner_text("tr.at td:nth-child(3)")
    page.keyboard.press("Enter")
    page.wait_for_selector("#basics")
    assert number in page.url
    page.keyboard.press("u")
    page.wait_for_selector("tr.at")
    assert "page=2" in page.url and page.inner_text("tr.at td:nth-child(3)") == number
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    assert desk.faults == []


def test_all_that_match_are_chosen_on_a_second_click_and_taken_out(desk: Window):
    page = desk.open("/households/?status=poor&size=20")
    page.check("[data-all-rows]")
    assert page.inner_text("[data-chosen-count]") == "20"
    page.check("[data-all-matching] input")
    with page.expect_download() as started:
        page.click("[data-batch] button >> nth=0")
    book = openpyxl.load_workbook(io.BytesIO(started.value.path().read_bytes()))
    assert book.worksheets[0].max_row - HEADS == HouseholdCard.objects.filter(poverty_status="poor").count() > 20
    page.uncheck("tbody tr:first-child [data-row]")
    assert not page.is_visible("[data-all-matching]") and not page.is_checked("[data-all-matching] input")
    with page.expect_download() as started:
        page.click("[data-batch] button >> nth=0")
    book = openpyxl.load_workbook(io.BytesIO(started.value.path().read_bytes()))
    assert book.worksheets[0].max_row - HEADS == 19, "a row taken off means single rows again"
    assert desk.faults == []


def test_conditions_are_kept_and_households_handed_over_by_clicks(desk: Window):
    page = desk.open("/households/?status=poor&size=20")
    page.click("button[data-open=keep]")
    page.fill("#keep-name", "没有脱贫的")
    page.click("#keep button[type=submit]")
    page.wait_for_selector(".kept >> text=没有脱贫的")
    assert desk.barriers() == []
    page.check("tbody tr:nth-child(1) [data-row]")
    page.check("tbody tr:nth-child(2) [data-row]")
    page.click("[data-batch] >> text=更换帮扶责任人")
    page.fill("#id_to", "C62")
    assert desk.barriers() == []
    page.click("text=下一步")
    page.wait_for_selector("#consequences")
    assert "干部62" in page.inner_text("#consequences") and desk.barriers() == []
    page.click("text=确认更换")
    page.wait_for_selector("text=2 户的帮扶责任人已更换")
    assert Pairing.objects.known().true_on(TODAY).filter(cadre__cadre_no="C62").count() == 2
    assert desk.faults == []


def test_charts_are_drawn_from_their_tables_under_the_content_policy(desk: Window, client, county):
    draft(county)
    page = desk.open("/overview/")
    page.wait_for_selector(".chart.drawn canvas")
    assert desk.until("document.querySelectorAll('.chart.drawn').length === document.querySelectorAll('.chart').length")
    assert page.locator(".chart canvas").count() == page.locator(".chart table").count() >= 3
    page.click(".chart summary >> nth=0")
    assert page.is_visible(".chart table >> nth=0") and desk.barriers() == []
    page.keyboard.press("Tab")
    page.focus(".tiles a >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector(".grid.bulletin")
    page.wait_for_selector(".chart.drawn canvas >> nth=1")
    assert "/towns/" in page.url
    assert desk.faults == []


def test_a_table_opened_before_its_chart_is_drawn_stays_open_and_in_its_place(desk: Window, county):
    draft(county)
    page, late = desk.page, []
    page.route("**/echarts*", lambda route: late.append(route))
    page.goto(f"{HOST}/overview/", wait_until="domcontentloaded")
    page.click(".chart summary >> nth=0")
    page.wait_for_selector(".chart table >> nth=0")
    top = page.locator(".chart summary >> nth=1").bounding_box()
    late[0].fallback()
    page.wait_for_selector(".chart.drawn canvas >> nth=1")
    assert page.is_visible(".chart table >> nth=0") and page.is_hidden(".chart table >> nth=1")
    assert page.locator(".chart summary >> nth=1").bounding_box() == top


def test_where_the_drawing_library_does_not_come_the_tables_stand_open(desk: Window, county):
    draft(county)
    desk.page.route("**/echarts*", lambda route: route.abort())
    page = desk.open("/overview/")
    page.wait_for_selector(".chart table >> nth=1")
    assert page.is_visible(".chart table >> nth=0") and page.is_hidden(".plot >> nth=0")


def test_a_phone_reads_the_tables_and_loads_no_drawing_library(desk: Window, county):
    draft(county)
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.page.set_viewport_size({"width": 360, "height": 800})
    page = desk.open("/overview/")
    assert page.is_visible(".chart table >> nth=0") and page.locator("canvas").count() == 0
    assert not any("echarts" in url for url in asked)
