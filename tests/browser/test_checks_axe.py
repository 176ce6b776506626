"""The pages of suspicious data: no barrier, no page wider than its screen, both languages; answered with one tap."""

from collections.abc import Iterator

import pytest

from tests.browser.window import WIDTHS, Window, window
from tests.flows.test_checks import answer, county, item_of, office_day, send, village

__all__ = ["county", "office_day", "village"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(params=WIDTHS)
def desk(request, client, chromium, village, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    client.force_login(village.township, backend=BACKEND)
    yield from window(client, chromium, request.param)


def test_pages_of_suspicious_data_have_no_barrier_and_fit_the_screen(desk, client, village):
    batch = send(village)
    item = item_of(batch)
    answer(item, village.secretary, "special", words="户主住院", expires_on=batch.deadline)
    pages = [
        (
            village.township,
            ["/checks/", "/checks/?all=1", "/checks/batches/", "/checks/items/", f"/checks/items/{item.pk}/"],
        ),
        (village.office, [f"/checks/batches/{batch.pk}/", "/checks/send/", "/checks/superior/"]),
        (
            village.secretary,
            ["/checks/items/?turn=mine", "/checks/sheet/", f"/households/{village.poor.household_no}/"],
        ),
    ]
    for account, addresses in pages:
        client.force_login(account, backend=BACKEND)
        assert desk.looked_through(addresses) == []
