"""The pages of households, exit check, bulletin and imports: no barrier, no page wider than its screen, both languages."""

from collections.abc import Iterator

import pytest

from households.actions import cards
from povertycase import jobs
from supervision.actions import full_run
from supervision.models import Shortfall, Verdict
from tests.browser.window import WIDTHS, Window, window
from tests.bulletin_county import TODAY, county, draft
from tests.exit_county import check

__all__ = ["county"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.fixture
def addresses(county):
    """Every page there is with something on it."""
    cards.refresh(None, day=TODAY)
    run, bulletin = check(county.division, by=county.office), draft(county)
    judged = Verdict.objects.filter(run=run, outcome=0).select_related("household").first()
    number = judged.household.household_no
    assert jobs.run_to_end(full_run.start(day=TODAY, by=None)).state == "done"
    short = Shortfall.objects.order_by("pk").first()
    return [
        "/",
        "/households/?village=220821100000&visited=no",
        "/households/?q=没有这个人",
        f"/households/{number}/",
        f"/households/{number}/visits/new/",
        f"/households/{number}/measures/new/",
        "/exit/",
        "/exit/start/",
        f"/exit/{run.pk}/",
        f"/exit/{run.pk}/households/?outcome=unmet",
        f"/exit/{run.pk}/households/{number}/",
        "/exit/sample/",
        "/shortfalls/",
        f"/shortfalls/{short.pk}/",
        "/overview/",
        "/overview/?map=unpaired",
        "/bulletins/",
        f"/bulletins/{bulletin.pk}/",
        f"/bulletins/{bulletin.pk}/towns/220821101000/",
        f"/bulletins/{bulletin.pk}/rows/220821000000/poor_households/",
        "/imports/",
        "/jobs/",
    ]


@pytest.fixture(params=WIDTHS)
def desk(request, client, chromium, county, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    client.force_login(county.office, backend="django.contrib.auth.backends.ModelBackend")
    yield from window(client, chromium, request.param)


def test_pages_have_no_barrier_and_fit_the_screen(desk, addresses):
    assert desk.looked_through(addresses) == []
