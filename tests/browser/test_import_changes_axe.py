"""The pages of an import household by household, its receipt and its undoing: no barrier, no page wider than its screen."""

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from povertycase import jobs
from povertycase.actions import imports
from povertycase.models import Account, Post
from tests import register_books as books
from tests.browser.window import WIDTHS, Window, window
from tests.flows.test_import_households import four
from tests.flows.test_import_register import family, more
from tests.flows.test_import_undo import changed_book
from tests.register_books import book, bring_in, check, household, member

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.fixture
def officer(db) -> Account:
    books.load_divisions()
    made = Account.objects.create(username="officer", display_name="陈主任", must_change_password=False)
    Post.objects.create(
        account=made, role="county_office", division_id="220821000000", valid_from=datetime.date(2018, 1, 1)
    )
    return made


@pytest.fixture
def addresses(officer) -> list[str]:
    """A batch that waits with new, changed, same, refused and missing households; one that was written, one undone."""
    bring_in(book(**family(), **more()))
    undone = bring_in(book(household=[household("9")], member=[member("9", "周九", 41)]), by=officer)
    jobs.run_to_end(imports.undo(batch=undone, by=officer, on=books.TODAY).job)
    written = bring_in(changed_book(), by=officer)
    sheets = four()
    sheets["household"][3]["poverty_status"] = "富裕"
    waiting = check(book(**sheets), by=officer)
    imports.choose(batch=waiting, left=["1"], by=officer)
    pages = [f"/imports/{waiting.pk}/households/?show={show}" for show in ("new", "same", "refused", "gone")]
    return [
        *pages,
        f"/imports/{written.pk}/households/?show=changed",
        *(f"/imports/{batch.pk}/" for batch in (waiting, written, undone)),
    ]


@pytest.fixture(params=WIDTHS)
def desk(request, client, chromium, officer, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    yield from window(client, chromium, request.param)


def test_the_pages_of_an_import_have_no_barrier_and_fit_the_screen(desk, addresses):
    assert desk.looked_through(addresses) == []
    if folder := os.environ.get("PICTURES"):
        for at, address in enumerate(addresses):
            desk.open(address)
            desk.page.screenshot(
                path=str(Path(folder) / f"{desk.page.viewport_size['width']}-{at}.png"), full_page=True
            )
