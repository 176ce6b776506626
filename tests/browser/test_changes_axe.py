"""The pages of changes: no barrier, no page wider than its screen, both languages."""

import datetime
from collections.abc import Iterator

import pytest

from households.actions import changes
from tests.browser.window import WIDTHS, Window, window
from tests.change_cast import proof_of
from tests.register_cast import TODAY

pytest_plugins = ["tests.change_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
DAY = datetime.date(2018, 11, 28)


@pytest.fixture
def addresses(homes, desk) -> list[str]:
    """A list with something on it, a request to decide, one that came back, the window's form."""
    said = {"true_from": DAY, "reason": "房屋已改造", "entered_on": TODAY, "by": desk.secretary}
    values = {"grade": "D", "certificate_no": "ZJ-2018-311-0000000000-0000000000"}
    asked = [
        changes.propose(kind="housing", household=home, values=values, proof=proof_of(desk.secretary), **said)
        for home in (homes.east, homes.single)
    ]
    changes.send_back(request=asked[1], words="照片看不清，请重拍", by=desk.township, on=TODAY)
    return ["/changes/?tab=todo", "/changes/?tab=all", *(f"/changes/{one.pk}/" for one in asked), "/changes/window/"]


@pytest.fixture(params=WIDTHS)
def screen(request, client, chromium, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield from window(client, chromium, request.param)


def test_the_pages_of_changes_have_no_barrier_and_fit_the_screen(screen, client, addresses, desk):
    for path in addresses:
        who = desk.office if "window" in path else desk.township
        client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
        assert screen.looked_through([path]) == []
