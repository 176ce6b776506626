"""The pages of duplicates and of comparisons with other systems: no barrier, nothing wider than its screen."""

import datetime
from collections.abc import Iterator

import pytest

from households.actions import compare_people, differences, duplicates
from households.models import Difference, Duplicate
from tests.browser.window import WIDTHS, Window, window
from tests.flows.test_differences import NEW, compare, export, person
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


@pytest.fixture
def compared(homes, desk) -> list[str]:
    """A comparison with differences of every kind; one excluded, one true and noted."""
    rows = [person(education="初中", dibao="是"), person(name="欧阳新来的", clear=NEW), person(name="无号", clear=None)]
    run = compare(export(*rows), desk.township, whole=True)
    found = list(Difference.objects.order_by("pk"))
    said = {"reason": "入户核对了户口簿和部门的名单", "on": TODAY, "by": desk.township}
    differences.exclude(rows=found[:1], **said)
    added = Difference.objects.get(kind="added")
    differences.accept(difference=added, **said)
    gone = Difference.objects.filter(kind="gone").first()
    one = [f"/differences/{row.pk}/" for row in (found[0], found[1], added, gone)]
    return ["/reconciliations/", f"/reconciliations/{run.pk}/", "/differences/", "/differences/?tab=true", *one]


@pytest.fixture(params=WIDTHS)
def screen(request, client, chromium, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield from window(client, chromium, request.param)


def test_the_pages_of_comparisons_have_no_barrier_and_fit_the_screen(screen, client, compared, desk):
    client.force_login(desk.township, backend="django.contrib.auth.backends.ModelBackend")
    assert screen.looked_through(compared) == []


def test_the_pages_of_duplicates_have_no_barrier_and_fit_the_screen(screen, client, addresses, desk):
    client.force_login(desk.township, backend="django.contrib.auth.backends.ModelBackend")
    assert screen.looked_through(addresses) == []
