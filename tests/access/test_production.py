"""The production profile at the door: headers, cookies, pauses, ends of sessions, passwords (trust.md 7.1)."""

import datetime
import re
import time

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import ValidationError
from django.utils import timezone

from povertycase.access import limits, second
from povertycase.actions import accounts
from povertycase.models import Account, AuditEvent
from tests.production import Visitor, production, visitor

__all__ = ["production", "visitor"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PASSWORD = "Hd7-spring-wheat"
CSP = "script-src 'self' 'nonce-"


@pytest.fixture
def leader(cast):
    """An account that neither reveals nor exports: a password is enough."""
    accounts.change_password(account=cast.leader, password=PASSWORD, by=cast.leader)
    return cast.leader


def sign_in(visitor, username, password=PASSWORD, **more):
    return visitor.post("/accounts/login/", {"username": username, "password": password}, **more)


def whole(account):
    """A browser signed in with both steps."""
    client = Visitor(raise_request_exception=False)
    client.force_login(account, backend=BACKEND)
    session = client.session
    session[second.SESSION] = True
    session.save()
    return client


# --- 3.x headers and cookies -------------------------------------------------------------------------------


def answers(visitor, cast):
    """One answer of every status a browser may get."""
    desk = whole(cast.county_office)
    yield 200, visitor.get("/accounts/login/")
    yield 200, desk.get("/")
    yield 200, desk.get("/account/")
    yield 200, desk.get("/api/v1/session/")
    yield 302, visitor.get("/")
    yield 400, desk.get("/households/450300195807021017/")
    yield 401, visitor.get("/api/v1/session/")
    yield 403, desk.get("/audit/")
    yield 404, desk.get("/jobs/4711/")
    yield 405, desk.get("/accounts/logout/")
    yield 503, visitor.get("/readyz")


def test_every_answer_carries_the_headers_of_a_closed_house(visitor, cast):
    for status, answer in answers(visitor, cast):
        told = answer.headers
        assert answer.status_code == status
        assert told["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
        policy = told["Content-Security-Policy"]
        assert "unsafe" not in policy and "script-src 'self'" in policy
        for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert part in policy
        assert (told["X-Content-Type-Options"], told["X-Frame-Options"]) == ("nosniff", "DENY")
        assert (told["Referrer-Policy"], told["Cross-Origin-Opener-Policy"]) == ("same-origin", "same-origin")
        assert "Access-Control-Allow-Origin" not in told and "Server" not in told and "X-Powered-By" not in told
        assert "no-store" in told["Cache-Control"]
        assert told["Content-Type"] in ("text/html; charset=utf-8", "application/json")


def test_scripts_carry_the_nonce_of_their_own_answer(visitor):
    seen = set()
    for _ in range(2):
        answer = visitor.get("/accounts/login/")
        nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"]).group(1)
        tags = re.findall(r"<script[^>]*>", answer.content.decode())
        assert tags and all(f'nonce="{nonce}"' in tag for tag in tags)
        seen.add(nonce)
    assert len(seen) == 2


def test_no_page_holds_a_style_or_a_script_of_its_own(visitor, cast):
    for _status, answer in answers(visitor, cast):
        page = answer.content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_every_cookie_is_bound_to_this_host_and_to_tls(visitor, leader):
    visitor.get("/accounts/login/")
    sign_in(visitor, leader.username)
    visitor.post("/language/", {"language": "en", "next": "/"})
    visitor.get("/account/")
    assert set(visitor.cookies) == {"__Host-session", "__Host-csrf", "__Host-language"}
    for name, cookie in visitor.cookies.items():
        assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax", name
        assert cookie["path"] == "/" and not cookie["domain"], name


def test_plain_http_is_sent_to_tls_and_another_host_refused(production):
    client = Visitor()
    assert client.get("/accounts/login/", headers={"x-forwarded-proto": "http"}).status_code == 301
    assert (
        Visitor(raise_request_exception=False).get("/accounts/login/", headers={"host": "evil.example"}).status_code
        == 400
    )


def test_a_form_without_its_token_is_refused(production, leader):
    client = Visitor(enforce_csrf_checks=True)
    assert sign_in(client, leader.username).status_code == 403


def test_signing_out_clears_the_browser(visitor, leader):
    sign_in(visitor, leader.username)
    assert visitor.post("/accounts/logout/").headers["Clear-Site-Data"] == '"cache", "storage"'
    assert SESSION_KEY not in visitor.session


# --- 6.x sign-in, pauses ------------------------------------------------------------------------------------


def test_five_failures_pause_an_account_and_the_pause_grows(visitor, leader):
    for _ in range(5):
        answer = sign_in(visitor, leader.username, "wrong")
    assert answer.status_code == 429 and "最长 1 小时" in answer.content.decode()
    assert sign_in(visitor, leader.username).status_code == 429
    assert [limits.pause(n) for n in (5, 9, 10, 15, 200)] == [
        datetime.timedelta(minutes=minutes) for minutes in (15, 15, 30, 60, 60)
    ]
    past = timezone.now() - datetime.timedelta(minutes=16)
    AccessAttempt.objects.update(attempt_time=past)
    AccessFailureLog.objects.update(attempt_time=past)
    for _ in range(5):
        answer = sign_in(visitor, leader.username, "wrong")
    assert answer.status_code == 429
    assert limits.pause_of(leader.username) == datetime.timedelta(minutes=30)
    AccessAttempt.objects.update(attempt_time=past)
    assert sign_in(visitor, leader.username).status_code == 429, "16 minutes are not enough the second time"


def test_a_stranger_who_goes_on_does_not_make_the_pause_longer(visitor, leader):
    for _ in range(12):
        sign_in(visitor, leader.username, "wrong")
    assert AccessFailureLog.objects.count() == 5
    AccessAttempt.objects.update(attempt_time=timezone.now() - datetime.timedelta(minutes=16))
    assert sign_in(visitor, leader.username).status_code == 302


def test_colleagues_behind_one_address_are_not_locked_out_with_him(visitor, leader, cast):
    for _ in range(6):
        sign_in(visitor, "cast-helper", "wrong")
    assert sign_in(visitor, leader.username).status_code == 302


def test_a_hundred_failures_from_one_address_in_a_minute_are_enough(visitor, leader):
    AccessFailureLog.objects.bulk_create(
        AccessFailureLog(username=f"guess{n}", ip_address="10.1.2.3", user_agent="x", path_info="/") for n in range(100)
    )
    answer = sign_in(visitor, leader.username)
    assert answer.status_code == 429 and "一分钟后再试" in answer.content.decode()
    there = {"headers": {"host": "office.example", "x-forwarded-proto": "https", "x-forwarded-for": "10.9.9.9"}}
    assert sign_in(visitor, leader.username, **there).status_code == 302


def test_a_failure_is_noted_by_the_account_and_nothing_else_of_what_was_typed(visitor, leader):
    sign_in(visitor, leader.username, "玉米丰收三百斤")
    sign_in(visitor, "22082119610203041X", PASSWORD)
    sign_in(visitor, "nobody", PASSWORD)
    event = AuditEvent.objects.get(kind="account.refused")
    assert (event.by, event.about, event.address) == (None, leader.username, "10.1.2.3")
    assert not AccessAttempt.objects.filter(username__contains="22082119610203041").exists()
    assert not AccessAttempt.objects.filter(post_data__contains="玉米").exists()


def test_a_first_password_is_over_after_three_days(visitor, cast):
    account, password = accounts.create(username="sun.wei", display_name="孙伟", by=None)
    Account.objects.filter(pk=account.pk).update(password_set_at=timezone.now() - datetime.timedelta(hours=73))
    answer = sign_in(visitor, "sun.wei", password)
    assert answer.status_code == 200 and "初始密码已过 72 小时" in answer.content.decode()
    fresh = accounts.reset_password(account=account, by=None)
    assert sign_in(visitor, "sun.wei", fresh).status_code == 302


# --- 7.x sessions -------------------------------------------------------------------------------------------


def test_signing_in_makes_a_new_session(visitor, leader):
    visitor.get("/accounts/login/")
    before = visitor.session.session_key
    sign_in(visitor, leader.username)
    assert visitor.session.session_key != before


def later(visitor, **ago):
    session = visitor.session
    session.update({name: int(time.time()) - seconds for name, seconds in ago.items()})
    session.save()


def test_a_desk_is_left_for_half_an_hour_and_a_phone_for_half_a_day(visitor, leader):
    sign_in(visitor, leader.username)
    later(visitor, seen=31 * 60)
    assert visitor.get("/").status_code == 302
    phone = {"user-agent": "Mozilla/5.0 (Linux; Android 9) Chrome/70 Mobile Safari", "host": "office.example"}
    visitor.post(
        "/accounts/login/", {"username": leader.username, "password": PASSWORD},
        headers=phone | {"x-forwarded-proto": "https"},
    )  # fmt: skip
    later(visitor, seen=11 * 3600)
    assert visitor.get("/").status_code == 200
    assert visitor.session["stale"], "numbers ask for a new sign-in"
    later(visitor, seen=13 * 3600)
    assert visitor.get("/").status_code == 302


def test_no_session_outlives_a_day_however_busy(visitor, leader):
    sign_in(visitor, leader.username)
    later(visitor, since=24 * 3600 + 1)
    assert visitor.get("/").status_code == 302
    assert visitor.get("/accounts/login/").status_code == 200


def test_an_account_nobody_used_for_ninety_days_is_ended_but_no_administrator(production, cast):
    past = timezone.now() - datetime.timedelta(days=91)
    Account.objects.update(created_at=past, last_login=None)
    accounts.issue_token(account=cast.department, by=None)
    Account.objects.filter(pk=cast.leader.pk).update(last_login=timezone.now())
    day = datetime.date(2018, 11, 30)
    assert accounts.end_idle(None, day) == 11
    living = set(Account.objects.filter(is_active=True).values_list("username", flat=True))
    kept = ("leader", "department", "system_admin", "security_admin", "audit_admin")
    assert living == {f"cast-{role}" for role in kept}
    assert accounts.end_idle(day, day) == 0
    production.DEMO = True
    Account.objects.update(is_active=True)
    assert accounts.end_idle(day, day) == 0, "the demo ends nobody"


# --- passwords ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("Ab3$efghi", "10"),
        ("abcdefghijk", "至少三类"),
        ("abcdefg1234", "至少三类"),
        ("Password123!", "常"),
        ("Zhenlai-2018", "常用词"),
        ("镇赉Fupin2026", None),
        ("Fupin@2026", "常用词"),
        ("Cast-leader1", "相似"),
        ("x" * 61 + "A1-", None),
    ],
)  # fmt: skip
def test_the_rules_of_profile_dengbao(production, leader, password, said):
    def change():
        accounts.change_password(account=leader, password=password, by=leader)

    if said is None:
        change()
        assert Account.objects.get(pk=leader.pk).check_password(password)
        return
    with pytest.raises(ValidationError) as refused:
        change()
    assert said in "".join(refused.value.messages)


def test_the_last_five_passwords_do_not_come_back(production, leader):
    for n in range(1, 6):
        accounts.change_password(account=leader, password=f"Qm{n}-autumn-maize", by=leader)
    for used in ("Qm1-autumn-maize", "Qm5-autumn-maize"):
        with pytest.raises(ValidationError, match="最近 5 次"):
            accounts.change_password(account=leader, password=used, by=leader)
    accounts.change_password(account=leader, password=PASSWORD, by=leader)


def test_a_password_is_changed_after_ninety_days(visitor, leader):
    sign_in(visitor, leader.username)
    Account.objects.filter(pk=leader.pk).update(password_set_at=timezone.now() - datetime.timedelta(days=91))
    assert visitor.get("/").url == "/accounts/password/"
    assert "用满 90 天" in visitor.get("/accounts/password/").content.decode()
    fields = {"old_password": PASSWORD, "new_password1": "Qm4-autumn-maize", "new_password2": "Qm4-autumn-maize"}
    assert visitor.post("/accounts/password/", fields).status_code == 302
    assert visitor.get("/").status_code == 200


def test_the_rules_of_profile_asvs(monkeypatch, request, leader):
    monkeypatch.setenv("PASSWORD_RULES", "asvs")
    settings = request.getfixturevalue("production")
    assert settings.PASSWORD_DAYS is None
    with pytest.raises(ValidationError, match="15"):
        accounts.change_password(account=leader, password="Ab3$efghijk", by=leader)
    accounts.change_password(account=leader, password="correct horse battery", by=leader)
