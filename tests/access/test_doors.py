"""At the door: signed in or not, first password, no number in an address, nothing kept by the browser."""

import time

import pytest
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from povertycase.access.middleware import address_of
from povertycase.actions import accounts
from povertycase.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, cast):
    client.force_login(cast.county_office, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page_and_back(client):
    answer = client.get("/")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/")
    answer = client.get(reverse("password"))
    assert answer.url == "/accounts/login/?next=%2Faccounts%2Fpassword%2F"


def test_a_first_password_must_be_changed_before_anything_else(client, cast):
    account, _password = accounts.create(username="new.one", display_name="新人", by=None)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/").url == reverse("password")


def test_an_account_without_a_post_enters_nowhere(client, cast):
    account, _password = accounts.create(username="no.post", display_name="无岗位", by=None, must_change_password=False)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/")
    assert answer.status_code == 403
    assert "岗位" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "q=450300195807021017",
        "q=42900020120901003x",
        "q=４５０３００１９５８０７０２１０１７",
        "village=x 450300195807021018 y",
    ],
)
def test_an_18_digit_number_in_an_address_is_refused_with_the_sentence(office, query):
    answer = office.get(f"/?{query}")
    assert answer.status_code == 400
    assert "网址中不能带证件号码" in answer.content.decode()


def test_spaces_and_certificates_do_not_hide_a_number(office):
    for value in ("450300 19580702 1017", "45030019580702101743"):
        assert office.get("/", {"q": value}).status_code == 400


def test_a_number_in_the_path_or_to_the_api_is_refused_too(office):
    assert office.get("/households/450300195807021017/").status_code == 400
    answer = office.get("/api/v1/session/?search=450300195807021017")
    assert answer.status_code == 400
    assert "证件号码" in answer.json()["detail"]


def test_ordinary_words_and_other_long_numbers_pass(office):
    for value in ("王小明", "wxm", "22082110120000000123", "1234567890123456789"):
        assert office.get("/", {"q": value}).status_code == 200


def test_pages_are_kept_by_nobody(office):
    assert office.get("/").headers["Cache-Control"] == "no-store, private"


@pytest.fixture
def outside(office, settings):
    """The same session in production, its second step taken."""
    settings.DEMO = False
    session = office.session
    session["second"] = True
    session.save()
    return office


def test_an_idle_session_ends_after_half_an_hour_in_production(outside):
    office = outside
    assert office.get("/").status_code == 200
    session = office.session
    session["seen"] = int(time.time()) - 31 * 60
    session.save()
    assert office.get("/").status_code == 302
    assert SESSION_KEY not in office.session


def test_a_session_ends_after_a_day_however_busy(outside):
    office = outside
    office.get("/")
    session = office.session
    session["since"] = int(time.time()) - 25 * 3600
    session.save()
    assert office.get("/").status_code == 302


def test_a_deactivated_account_is_out_at_the_next_click(office, cast):
    assert office.get("/").status_code == 200
    accounts.deactivate(account=cast.county_office, by=cast.system_admin)
    assert office.get("/").status_code == 302


def test_the_trail_notes_from_where(client, cast):
    cast.county_office.set_password("玉米丰收三百斤")
    cast.county_office.save()
    answer = client.post(
        "/accounts/login/", {"username": "cast-county_office", "password": "玉米丰收三百斤"}, REMOTE_ADDR="10.1.2.3"
    )
    assert answer.status_code == 302
    event = AuditEvent.objects.get(kind="account.signed_in")
    assert (event.by, event.address) == (cast.county_office, "10.1.2.3")


def test_behind_the_proxy_only_its_own_word_counts(rf, settings):
    asked = rf.get("/", headers={"X-Forwarded-For": "6.6.6.6, 10.9.8.7"}, REMOTE_ADDR="172.18.0.5")
    assert address_of(asked) == "172.18.0.5"
    settings.DEMO = False
    assert address_of(asked) == "10.9.8.7"
    assert address_of(rf.get("/", headers={"X-Forwarded-For": "'; --"}, REMOTE_ADDR="")) is None


def test_health_is_open_and_tells_what_is_missing(client, settings, tmp_path):
    assert client.get("/healthz").json() == {"alive": True}
    answer = client.get("/readyz")
    found = answer.json()
    assert found["database"] and found["broker"] and not found["worker"]
    assert answer.status_code == 503
    settings.DATA_DIR = tmp_path
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "step").write_text("正在准备演示县数据", encoding="utf-8")
    assert client.get("/readyz").json()["step"] == "正在准备演示县数据"


def test_a_lost_broker_is_said_not_raised(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (503, False)


def test_the_session_path_says_who_is_signed_in(office, cast):
    found = office.get("/api/v1/session/").json()
    assert found["username"] == "cast-county_office"
    assert found["posts"][0]["division_code"] == "220821000000"
    assert "household_view" in found["permissions"]


def test_a_program_enters_by_token_and_only_while_its_account_lives(client, cast):
    assert client.get("/api/v1/session/").status_code == 401
    header = {"Authorization": f"Token {accounts.issue_token(account=cast.county_office, by=None)}"}
    assert client.get("/api/v1/session/", headers=header).status_code == 200
    accounts.deactivate(account=cast.county_office, by=None)
    assert client.get("/api/v1/session/", headers=header).status_code == 401


def test_a_token_of_a_first_password_account_waits(client, cast):
    account, _password = accounts.create(username="robot", display_name="程序", by=None)
    header = {"Authorization": f"Token {accounts.issue_token(account=account, by=None)}"}
    answer = client.get("/api/v1/session/", headers=header)
    assert answer.status_code == 403
    assert "初始密码" in answer.json()["detail"]


def test_the_schema_is_open(client):
    assert client.get("/api/v1/schema/").status_code == 200
