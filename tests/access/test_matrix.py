"""Role × page: an account enters exactly the pages its post carries the permission for."""

import pytest

from povertycase import slots
from povertycase.access.guards import PUBLIC
from tests.access.test_closed_doors import addresses, permission_of

PAGES = [
    (f"/{address}", permission_of(view))
    for address, name, view in addresses()
    if name not in PUBLIC and "<" not in address and "(?P" not in address
]


@pytest.mark.django_db
@pytest.mark.parametrize("role", slots.ROLES.codes())
def test_a_role_enters_its_pages_and_no_other(client, cast, role):
    client.force_login(getattr(cast, role), backend="django.contrib.auth.backends.ModelBackend")
    client.raise_request_exception = False
    for address, permission in PAGES:
        status = client.get(address).status_code
        if permission in slots.ROLES[role].permissions:
            assert status in (200, 302, 405), f"{role} at {address}: {status}"
        else:
            assert status in (403, 404, 405), f"{role} at {address}: {status}"


@pytest.mark.django_db
def test_nobody_enters_without_signing_in(client):
    for address, _permission in PAGES:
        status = client.get(address).status_code
        assert status == (401 if address.startswith("/api/") else 302) or status == 405, f"{address}: {status}"
