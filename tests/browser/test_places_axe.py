"""The pages of bureaus' figures and of village and county checks: no barrier, no page wider than its screen."""

from collections.abc import Iterator

import pytest

from supervision.actions import places
from supervision.models import Shortfall
from tests.browser.window import WIDTHS, Window, window
from tests.exit_county import COUNTY, TODAY, TOWN, VILLAGE, county, household
from tests.flows.test_places import said_everything, say, share

__all__ = ["county"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.fixture
def addresses(county):
    """Every page there is with something on it: met, unmet and unknown, papers and what is missing."""
    household(1)
    said_everything(VILLAGE, bus=False)
    say("approval", share(COUNTY, 372, 398), unit="省第三方评估组", sample=398)
    runs = [
        places.check(standard=code, as_of=TODAY, division=county.division, by=county.office, on=TODAY).pk
        for code in ("national-village", "national-county", "yueyang-village")
    ]
    return [
        "/figures/",
        f"/figures/incidence/{TOWN}/",
        f"/figures/approval/{COUNTY}/",
        f"/figures/bus/{TOWN}/",
        "/exit/places/",
        "/exit/places/start/",
        *(f"/exit/places/{pk}/" for pk in runs),
        f"/exit/places/{runs[0]}/{VILLAGE}/",
        f"/exit/places/{runs[2]}/{VILLAGE}/",
        "/shortfalls/?whose=place",
        f"/shortfalls/{Shortfall.objects.get(division_id=VILLAGE).pk}/",
    ]


@pytest.fixture(params=WIDTHS)
def desk(request, client, chromium, county, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    client.force_login(county.office, backend="django.contrib.auth.backends.ModelBackend")
    yield from window(client, chromium, request.param)


def test_pages_have_no_barrier_and_fit_the_screen(desk, addresses):
    assert desk.looked_through(addresses) == []
