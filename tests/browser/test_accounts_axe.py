"""Pages of accounts, posts, the audit trail and one's own account: no barrier, no page wider than its screen."""

from collections.abc import Iterator

import pytest

from povertycase import audit, jobs
from povertycase.access import second
from povertycase.actions import audit_check, second_factor
from povertycase.models import AccountSession, AuditEvent
from tests.access.conftest import cast, places  # noqa: F401 - the cast plays here too
from tests.browser.window import WIDTHS, Window, window

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(params=WIDTHS)
def glass(request, client, chromium, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield from window(client, chromium, request.param)


def test_the_system_administrators_pages(glass, client, cast):  # noqa: F811
    other = cast.helper.pk
    client.force_login(cast.system_admin, backend=BACKEND)
    assert glass.looked_through(["/accounts/", "/accounts/new/", f"/accounts/{other}/"]) == []


def test_the_security_administrators_pages(glass, client, cast):  # noqa: F811
    other, post = cast.village_clerk.pk, cast.village_clerk.post_set.get().pk
    client.force_login(cast.security_admin, backend=BACKEND)
    person = f"/posts/accounts/{other}/"
    assert glass.looked_through(["/posts/", "/posts/accounts/", person, f"{person}new/", f"/posts/{post}/end/"]) == []


def test_the_auditors_pages(glass, client, cast):  # noqa: F811
    for n in range(60):
        params = {"field": "联系电话", "reason": "核实情况"}
        audit.record("secret.revealed", by=cast.helper, about=f"2208210{n:04}", households=[n], params=params)
    audit._seal_batch(None)
    jobs.run_to_end(audit_check.start(by=cast.audit_admin))
    event = AuditEvent.objects.filter(kind="secret.revealed").latest("pk").pk
    client.force_login(cast.audit_admin, backend=BACKEND)
    assert glass.looked_through(["/audit/", f"/audit/{event}/"]) == []


def test_ones_own_account_and_the_second_step(glass, client, cast, settings):  # noqa: F811
    settings.DEMO = False
    client.force_login(cast.helper, backend=BACKEND)
    for device in ("Chrome · Windows", "微信 · Android"):
        AccountSession.objects.create(account=cast.helper, session_key=device, device=device)
    AccountSession.objects.create(
        account=cast.helper, session_key=client.session.session_key, device="Chrome · Windows"
    )
    second_factor.begin(by=cast.helper)
    session = client.session
    session[second.SESSION] = True
    session.save()
    assert glass.looked_through(["/account/", "/account/second/", "/accounts/password/"]) == []
