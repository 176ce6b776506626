"""The pages of columns and of remembered headings, and proposals beside findings: no barrier, nothing too wide."""

from collections.abc import Iterator

import pytest

from povertycase.actions import import_mapping
from tests import register_books as books
from tests.browser.window import WIDTHS, Window, window
from tests.flows.test_import_columns import index_of, officer, own_headings, read_again
from tests.register_books import book, check, household, member

__all__ = ["officer"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.fixture
def addresses(officer) -> list[str]:
    """A file that was refused for a heading, one read as remembered, one with proposals; what is remembered."""
    books.load_divisions()
    refused = check(own_headings(), by=officer)
    known = check(
        own_headings(relation="与户主关系", education="一个很长很长的自己的表头（请各村如实填写）"), by=officer
    )
    at = index_of(known, "成员", "一个很长很长的自己的表头（请各村如实填写）")
    read_again(import_mapping.correct(batch=known, chosen={"member": {at: "education"}}, by=officer))
    homes = [
        household("1", main_cause="因并"),
        household("2", village="公合勒村"),
        household("3", registered_on="2018-2-30"),
    ]
    people = [member(str(number), "李四", number, education="小雪") for number in (1, 2, 3)]
    proposed = check(book(household=homes, member=people), by=officer)
    pages = [f"/imports/{batch.pk}/{part}" for batch in (refused, known) for part in ("", "columns/")]
    return [*pages, f"/imports/{proposed.pk}/", f"/imports/{proposed.pk}/row/?sheet=户&row=3", "/imports/remembered/"]


@pytest.fixture(params=WIDTHS)
def screen(request, client, chromium, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield from window(client, chromium, request.param)


def test_the_pages_of_columns_have_no_barrier_and_fit_the_screen(screen, client, addresses, officer):
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert screen.looked_through(addresses) == []


def test_a_choice_is_made_and_saved_by_hand(screen, client, addresses, officer):
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    page = screen.open(addresses[1])
    page.locator("tr", has_text="称谓一栏").locator("select").select_option(label="与户主关系")
    page.get_by_role("button", name="保存并重新读取").click()
    page.wait_for_url("**/imports/*/")
    assert "已记住列的对应关系" in page.content()
