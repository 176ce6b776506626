"""The pages of rule drafts in a real browser: no barrier at three widths, rows come and go without a page load."""

from collections.abc import Iterator

import pytest

from povertycase.models import Account, Post
from povertycase.rules import versions
from supervision.actions import comparisons, drafts
from supervision.models import RuleDraft
from tests.browser.window import WIDTHS, Window, window
from tests.exit_county import COUNTY, DAY, TODAY, county, household

__all__ = ["county"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
BACKEND = "django.contrib.auth.backends.ModelBackend"
LOOKED_THROUGH = {360: "zh-hans", 768: "en", 1440: "zh-hans"}
BODY = {
    "name": "人均纯收入低于4000元",
    "level": "warn",
    "family": "逻辑",
    "question": "请核对收入各项",
    "shows": ["net_income_per_capita"],
    "test": {
        "any": [
            {"fact": "net_income_per_capita", "below": 4000},
            {"members": {"where": [{"fact": "age", "at_least": 60}]}, "at_least": 1},
        ]
    },
    "valid_from": TODAY.isoformat(),
}


@pytest.fixture(autouse=True)
def office_day(settings, monkeypatch):
    settings.OFFICE_DATE = TODAY
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def written(county):
    """A draft that was compared and proposed, one still being written, and a standard."""
    household(1, per_head=3600)
    county.reviewer = Account.objects.create(username="reviewer", display_name="审核", must_change_password=False)
    Post.objects.create(account=county.reviewer, role="county_reviewer", division_id=COUNTY, valid_from=DAY)
    told = {"kind": "check", "body": BODY, "document": "", "on": TODAY, "by": county.office}
    county.proposed, county.draft = drafts.start(**told), drafts.start(**told)
    county.compared = comparisons.compare(draft=county.proposed, choice="today", day=TODAY, by=county.office)
    drafts.propose(draft=county.proposed, on=TODAY, by=county.office)
    body = next(body for body in versions.shipped("standard") if body["code"] == "national-household")
    told |= {"kind": "standard", "body": {**body, "code": "jilin-2019"}, "document": "吉办发〔2019〕3号"}
    county.standard = drafts.start(**told)
    return county


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_have_no_barrier_and_fit_the_screen(client, chromium, written, width):
    pages = [
        "/rules/drafts/",
        "/rules/drafts/new/",
        "/rules/drafts/new/?kind=threshold",
        "/rules/drafts/new/?kind=standard",
        "/rules/drafts/new/?kind=warning",
        "/rules/drafts/new/?kind=frequency",
        "/rules/drafts/new/?kind=policy",
        f"/rules/drafts/{written.draft.pk}/",
        f"/rules/drafts/{written.draft.pk}/edit/",
        f"/rules/drafts/{written.standard.pk}/",
        f"/rules/comparisons/{written.compared.pk}/",
        f"/rules/comparisons/{written.compared.pk}/households/?turn=0-1",
    ]
    for account, paths in ((written.office, pages), (written.reviewer, [f"/rules/drafts/{written.proposed.pk}/"])):
        client.force_login(account, backend=BACKEND)
        for desk in window(client, chromium, width):
            assert desk.looked_through(paths, [LOOKED_THROUGH[width]]) == []


@pytest.fixture
def desk(client, chromium, written) -> Iterator[Window]:
    client.force_login(written.office, backend=BACKEND)
    yield from window(client, chromium, 1440)


def test_a_check_is_put_together_row_by_row_without_a_page_load(desk):
    page = desk.open("/rules/drafts/new/")
    page.evaluate("window.same = true")
    page.fill("#id_name", "人均住房面积不足")
    page.fill("#id_question", "请核对")
    page.select_option("#b0-r0-left", "house_area_per_person")
    page.wait_for_selector("#b0-r0-test")
    page.select_option("#b0-r0-test", "below")
    page.fill("#b0-r0-value", "13")
    page.get_by_role("button", name="加一行").click()
    page.wait_for_selector("#b0-r1-left")
    page.select_option("#b0-r1-left", "house_grade")
    page.wait_for_selector("#b0-r1-code-3")
    page.check("#b0-r1-code-3")
    page.wait_for_selector(".condition-words >> text=，且")
    assert "人均住房面积低于13" in page.inner_text(".condition-words")
    assert page.evaluate("window.same") is True and page.input_value("#id_name") == "人均住房面积不足"
    page.get_by_role("button", name="保存草稿").last.click()
    page.wait_for_url("**/rules/drafts/*/")
    draft = RuleDraft.objects.latest("pk")
    assert draft.body["test"]["all"][0] == {"fact": "house_area_per_person", "below": 13}
    assert draft.body["test"]["all"][1].keys() == {"fact", "one_of"}
    assert desk.faults == []


def test_on_a_slow_line_nothing_typed_is_lost_and_no_row(desk):
    page = desk.open("/rules/drafts/new/")
    page.select_option("#b0-r0-left", "house_area_per_person")
    page.wait_for_selector("#b0-r0-test")
    desk.hold()
    page.select_option("#b0-r0-test", "below")
    page.fill("#b0-r0-value", "13")
    page.get_by_role("button", name="加一行").click()
    page.fill("#b0-r0-value", "14")
    desk.let_go()
    page.wait_for_selector("#b0-r1-left")
    assert page.input_value("#b0-r0-value") == "14" and page.input_value("#b0-r0-test") == "below"
    page.wait_for_selector(".condition-words >> text=人均住房面积低于14")
