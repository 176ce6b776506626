"""Pages of accounts, posts, the audit trail and one's own account: no barrier, no page wider than its screen."""

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from povertycase import audit, jobs
from povertycase.access import second
from povertycase.actions import audit_check, second_factor
from povertycase.models import AccountSession, AuditEvent
from tests.access.conftest import cast, places  # noqa: F401 - the cast plays here too
from tests.browser.window import WIDTHS, Window, window

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
BACKEND = "django.contrib.auth.backends.ModelBackend"
QUIET = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PICTURES = os.environ.get("PC_PICTURES", "")  # a folder: every page is also drawn there, to be looked at


@pytest.fixture(params=WIDTHS)
def glass(request, client, chromium, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield from window(client, chromium, request.param)


def look(glass: Window, client, account, addresses, *, session=None) -> None:
    client.force_login(account, backend=BACKEND)
    if session:
        kept = client.session
        kept.update(session)
        kept.save()
    broken, wide = [], []
    phone = glass.page.viewport_size["width"] == WIDTHS[0]
    for language in ("zh-hans", "en") if phone or PICTURES else ("zh-hans",):  # English words are the longer ones
        client.cookies["django_language"] = language
        for name, path in addresses.items():
            page = glass.open(path)
            found = Axe().run(page, options=QUIET).response["violations"]
            broken += [(language, path, fault["id"], fault["nodes"][0]["html"][:160]) for fault in found]
            wide += [(language, path, *out) for out in [glass.sticking_out()] if out]
            if PICTURES:
                width = page.viewport_size["width"]
                page.screenshot(path=f"{PICTURES}/{name}-{width}-{language[:2]}.png", full_page=True)
    assert broken == [] and wide == [] and glass.faults == []


def test_the_system_administrators_pages(glass, client, cast):  # noqa: F811
    other = cast.helper.pk
    addresses = {"accounts": "/accounts/", "account-new": "/accounts/new/", "account-detail": f"/accounts/{other}/"}
    look(glass, client, cast.system_admin, addresses)


def test_the_security_administrators_pages(glass, client, cast):  # noqa: F811
    other, post = cast.village_clerk.pk, cast.village_clerk.post_set.get().pk
    addresses = {
        "posts": "/posts/", "post-people": "/posts/accounts/", "post-person": f"/posts/accounts/{other}/",
        "post-new": f"/posts/accounts/{other}/new/", "post-end": f"/posts/{post}/end/",
    }  # fmt: skip
    look(glass, client, cast.security_admin, addresses)


def test_the_auditors_pages(glass, client, cast):  # noqa: F811
    for n in range(60):
        params = {"field": "联系电话", "reason": "核实情况"}
        audit.record("secret.revealed", by=cast.helper, about=f"2208210{n:04}", households=[n], params=params)
    audit._seal_batch(None)
    jobs.run_to_end(audit_check.start(by=cast.audit_admin))
    event = AuditEvent.objects.filter(kind="secret.revealed").latest("pk").pk
    addresses = {"audit": "/audit/", "audit-event": f"/audit/{event}/"}
    look(glass, client, cast.audit_admin, addresses)


def test_ones_own_account_and_the_second_step(glass, client, cast, settings):  # noqa: F811
    settings.DEMO = False
    client.force_login(cast.helper, backend=BACKEND)
    for device in ("Chrome · Windows", "微信 · Android"):
        AccountSession.objects.create(account=cast.helper, session_key=device, device=device)
    AccountSession.objects.create(
        account=cast.helper, session_key=client.session.session_key, device="Chrome · Windows"
    )
    second_factor.begin(by=cast.helper)
    addresses = {"account": "/account/", "second-factor": "/account/second/", "password": "/accounts/password/"}
    look(glass, client, cast.helper, addresses, session={second.SESSION: True})
