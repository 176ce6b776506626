"""The second step of signing in, and one's own sessions: production only, for whoever administers, reveals or exports."""

import datetime
import re
import time

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import ValidationError
from django.utils import timezone

from povertycase import secrets
from povertycase.access import second
from povertycase.actions import accounts, second_factor
from povertycase.models import AccountSession, AuditEvent, RecoveryCode, SecondFactor
from tests.production import Visitor, production, visitor

__all__ = ["production", "visitor"]
pytestmark = pytest.mark.django_db
PASSWORD = "Hd7-spring-wheat"


@pytest.fixture
def security(cast):
    accounts.change_password(account=cast.security_admin, password=PASSWORD, by=cast.security_admin)
    return cast.security_admin


def sign_in(visitor, account, password=PASSWORD):
    return visitor.post("/accounts/login/", {"username": account.username, "password": password})


def code_of(account, drift=0):
    """What the phone shows, `drift` steps from now."""
    sealed = bytes(SecondFactor.objects.get(account=account).sealed)
    key = secrets.open_bytes(f"second-factor:{account.pk}", sealed)
    return TOTP(key, 6, SHA1(), 30).generate(int(time.time()) + 30 * drift).decode()


def wait(account):
    """As if the last code had been used a minute ago."""
    SecondFactor.objects.filter(account=account).update(last_step=0)


@pytest.fixture
def with_phone(visitor, security):
    """An account that has set the second step up; its recovery codes."""
    sign_in(visitor, security)
    visitor.post("/account/second/", {"act": "begin"})
    page = visitor.post("/account/second/", {"act": "confirm", "code": code_of(security)}).content.decode()
    visitor.post("/accounts/logout/")
    wait(security)
    return re.findall(r"<li><code>([^<]+)</code>", page)


# --- setting it up ------------------------------------------------------------------------------------------


def test_who_needs_it_sets_it_up_before_anything_else(visitor, security):
    sign_in(visitor, security)
    assert visitor.get("/posts/").url == "/account/second/"
    assert visitor.get("/api/v1/session/").status_code == 403
    assert "必须设置" in visitor.get("/account/second/").content.decode()
    visitor.post("/account/second/", {"act": "begin"})
    answer = visitor.get("/account/second/")
    page = answer.content.decode()
    assert re.search(r'<svg[^>]*class="qr"', page) and "style=" not in page
    assert "no-store" in answer.headers["Cache-Control"]
    wrong = visitor.post("/account/second/", {"act": "confirm", "code": "000000"})
    assert wrong.status_code == 422 and "验证码不对" in wrong.content.decode()
    done = visitor.post("/account/second/", {"act": "confirm", "code": code_of(security)})
    assert len(re.findall(r"<li><code>\d-\w{5}-\w{5}</code>", done.content.decode())) == 8
    assert visitor.get("/posts/").status_code == 200
    assert AuditEvent.objects.filter(kind="second.confirmed", by=security).count() == 1


def test_who_neither_reveals_nor_administers_needs_none(visitor, cast):
    accounts.change_password(account=cast.leader, password=PASSWORD, by=cast.leader)
    sign_in(visitor, cast.leader)
    assert visitor.get("/").status_code == 200
    needing = {role for role, account in vars(cast).items() if second.needed(account)}
    assert {"system_admin", "security_admin", "audit_admin", "county_office", "county_reviewer", "helper"} <= needing
    assert not needing & {"leader", "organisation", "department", "unit_liaison"}


def test_the_secret_lies_sealed_and_opens_for_its_own_account_only(with_phone, security, cast):
    factor = SecondFactor.objects.get(account=security)
    key = secrets.open_bytes(f"second-factor:{security.pk}", bytes(factor.sealed))
    assert len(key) == 20 and key not in bytes(factor.sealed)
    with pytest.raises(secrets.SecretError):
        secrets.open_bytes(f"second-factor:{cast.helper.pk}", bytes(factor.sealed))
    kept = RecoveryCode.objects.filter(account=security)
    assert kept.count() == 8 and all(row.hash.startswith("argon2") for row in kept)
    with pytest.raises(ValidationError, match="不再显示"):
        second_factor.secret_of(factor)


def test_the_demo_has_none(client, cast):
    client.force_login(cast.security_admin, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/posts/").status_code == 200
    assert "演示系统没有两步验证" in client.get("/account/second/", follow=True).content.decode()
    assert 'id="second"' not in client.get("/account/").content.decode()
    with pytest.raises(ValidationError):
        second_factor.begin(by=cast.security_admin)


# --- signing in ---------------------------------------------------------------------------------------------


def test_the_password_alone_signs_nobody_in(visitor, security, with_phone):
    assert sign_in(visitor, security).url == "/accounts/login/second/"
    assert SESSION_KEY not in visitor.session
    assert visitor.get("/posts/").url.startswith("/accounts/login/")
    answer = visitor.post("/accounts/login/second/", {"code": code_of(security)})
    assert (answer.status_code, answer.url) == (302, "/")
    assert visitor.get("/posts/").status_code == 200
    assert AuditEvent.objects.filter(kind="account.signed_in", by=security).count() == 2


def test_a_code_counts_once(visitor, security, with_phone):
    code = code_of(security)
    sign_in(visitor, security)
    assert visitor.post("/accounts/login/second/", {"code": code}).status_code == 302
    other = Visitor()
    sign_in(other, security)
    answer = other.post("/accounts/login/second/", {"code": code})
    assert answer.status_code == 422 and "已用过" in answer.content.decode()


def test_a_code_of_half_a_minute_ago_holds_and_an_older_one_does_not(security, with_phone):
    assert not second_factor.check(account=security, code=code_of(security, drift=-3))
    assert second_factor.check(account=security, code=code_of(security, drift=-1))
    assert second_factor.check(account=security, code=code_of(security))
    assert not second_factor.check(account=security, code=code_of(security, drift=-1)), "older than the last used"


def test_five_wrong_codes_pause_also_the_right_one(visitor, security, with_phone):
    sign_in(visitor, security)
    for _ in range(5):
        visitor.post("/accounts/login/second/", {"code": "000000"})
    answer = visitor.post("/accounts/login/second/", {"code": code_of(security)})
    assert answer.status_code == 429 and SESSION_KEY not in visitor.session
    assert AuditEvent.objects.filter(kind="second.refused", by=security).count() == 5
    SecondFactor.objects.update(locked_until=timezone.now() - datetime.timedelta(seconds=1))
    sign_in(visitor, security)
    assert visitor.post("/accounts/login/second/", {"code": code_of(security)}).status_code == 302


def test_a_recovery_code_serves_once_for_a_lost_phone(visitor, security, with_phone):
    sign_in(visitor, security)
    assert visitor.post("/accounts/login/second/", {"code": with_phone[2].lower()}).status_code == 302
    other = Visitor()
    sign_in(other, security)
    assert other.post("/accounts/login/second/", {"code": with_phone[2]}).status_code == 422
    assert other.post("/accounts/login/second/", {"code": with_phone[3]}).status_code == 302


def test_the_half_way_lasts_five_minutes_and_not_beyond_the_account(visitor, security, with_phone):
    assert visitor.get("/accounts/login/second/").url == "/accounts/login/"
    sign_in(visitor, security)
    session = visitor.session
    session["half"] = session["half"] | {"at": int(time.time()) - 301}
    session.save()
    assert visitor.post("/accounts/login/second/", {"code": code_of(security)}).url == "/accounts/login/"
    sign_in(visitor, security)
    accounts.deactivate(account=security, by=None)
    assert visitor.post("/accounts/login/second/", {"code": code_of(security)}).url == "/accounts/login/"


def test_who_must_have_it_cannot_take_it_off_and_it_takes_another_to_do_so(visitor, security, with_phone, cast):
    with pytest.raises(ValidationError, match="不能自己解除"):
        second_factor.remove(account=security, by=security)
    sign_in(visitor, security)
    visitor.post("/accounts/login/second/", {"code": code_of(security)})
    other = cast.helper
    SecondFactor.objects.create(account=other, sealed=b"x", confirmed_at=timezone.now())
    assert visitor.post(f"/posts/accounts/{other.pk}/second/").status_code == 302
    assert not SecondFactor.objects.filter(account=other).exists()
    assert AuditEvent.objects.get(kind="second.removed").by == security


# --- one's own sessions -------------------------------------------------------------------------------------


@pytest.fixture
def helper(cast):
    accounts.change_password(account=cast.helper, password=PASSWORD, by=cast.helper)
    return cast.helper


PHONE = "Mozilla/5.0 (Linux; Android 9; HUAWEI) AppleWebKit Chrome/70 Mobile Safari/537"


def test_sessions_are_listed_by_device_and_ended_one_by_one(client, helper, django_user_model):
    other = type(client)(headers={"user-agent": PHONE})
    sign_in(other, helper)
    sign_in(client, helper)
    page = client.get("/account/").content.decode()
    assert "Chrome · Android" in page and "其他设备" in page and "本设备" in page
    ended = AccountSession.objects.get(device="Chrome · Android")
    assert client.post(f"/account/sessions/{ended.pk}/end/").status_code == 302
    assert other.get("/").status_code == 302 and client.get("/").status_code == 200
    assert "Chrome · Android" not in client.get("/account/").content.decode()


def test_all_others_end_at_once_also_when_the_password_changes(client, helper):
    others = [type(client)() for _ in range(3)]
    for one in others:
        sign_in(one, helper)
    sign_in(client, helper)
    client.post("/account/sessions/end/")
    assert {one.get("/").status_code for one in others} == {302}
    sign_in(others[0], helper)
    fields = {"old_password": PASSWORD, "new_password1": "Qm4-autumn-maize", "new_password2": "Qm4-autumn-maize"}
    client.post("/accounts/password/", fields)
    assert others[0].get("/").status_code == 302 and client.get("/").status_code == 200
    assert client.get("/account/").content.decode().count("本设备") == 1
    assert AuditEvent.objects.get(kind="session.ended").params == {"sessions": 3}


def test_nobody_ends_anothers_session(client, helper, cast):
    accounts.change_password(account=cast.leader, password=PASSWORD, by=cast.leader)
    other = type(client)()
    sign_in(other, cast.leader)
    sign_in(client, helper)
    row = AccountSession.objects.get(account=cast.leader)
    assert client.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert other.get("/").status_code == 200
