"""The pages of warnings, policies and frequencies: no barrier, no page wider than its screen, both languages."""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from povertycase.models import RuleVersion
from tests.browser.window import WIDTHS, Window, window
from tests.flows.test_watch import DISASTER, GAP, NEAR, county, office_day, place

__all__ = ["county", "office_day", "place"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.fixture(params=WIDTHS)
def desk(request, client, chromium, place, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    client.force_login(place.office, backend="django.contrib.auth.backends.ModelBackend")
    yield from window(client, chromium, request.param)


def test_pages_of_warnings_and_policies_have_no_barrier_and_fit_the_screen(desk):
    base = RuleVersion.objects.get(kind="policy", code=GAP)
    addresses = [
        reverse("watch"),
        *(reverse("watch-list", args=[code]) for code in (GAP, NEAR)),
        f"{reverse('watch-list', args=[DISASTER])}?place=220821101",
        "/households/H00001/",
        f"/households/?policy={GAP}",
        f"{reverse('rule-draft-new')}?kind=policy&base={base.pk}",
    ]
    assert desk.looked_through(addresses) == []
