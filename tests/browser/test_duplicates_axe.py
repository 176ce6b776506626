"""The pages of duplicates and of comparisons with other systems: no barrier, nothing wider than its screen."""

import datetime
from collections.abc import Iterator

import pytest

from households.actions import compare_people, duplicates
from households.models import Duplicate
from tests.browser.window import WIDTHS, Window, window
from tests.flows.test_duplicates import joins
from tests.register_cast import TODAY

pytest_plugins = ["tests.change_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.fixture
def addresses(homes, desk) -> list[str]:
    """A list with pairs of two villages, one pair to decide, one decided."""
    for order, name in ((101, "董守信"), (111, "欧阳守义")):
        joins(homes.east, name=name, order=order)
        joins(homes.west, name=name, order=order + 2, birth=datetime.date(1972, 5, 6))
    compare_people.find(day=TODAY)
    pairs = list(Duplicate.objects.order_by("pk"))
    said = {"state": "same", "kept": 1, "reason": "核对了两户的户口簿，问了两村的村干部"}
    duplicates.decide(duplicate=pairs[0], by=desk.township, on=TODAY, **said)
    return ["/duplicates/", "/duplicates/?tab=todo", *(f"/duplicates/{pair.pk}/" for pair in pairs)]


@pytest.fixture(params=WIDTHS)
def screen(request, client, chromium, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield from window(client, chromium, request.param)


def test_the_pages_of_duplicates_have_no_barrier_and_fit_the_screen(screen, client, addresses, desk):
    client.force_login(desk.township, backend="django.contrib.auth.backends.ModelBackend")
    assert screen.looked_through(addresses) == []
