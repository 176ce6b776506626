"""Signing in and out, one's password, the language, the demo's accounts."""

import pytest
from django.urls import reverse

from povertycase.actions import accounts
from povertycase.models import AuditEvent

pytestmark = pytest.mark.django_db
PASSWORD = "Hd7-spring-wheat"


@pytest.fixture
def office(cast):
    accounts.change_password(account=cast.county_office, password=PASSWORD, by=cast.county_office)
    return cast.county_office


def sign_in(client, username, password, **more):
    return client.post("/accounts/login/", {"username": username, "password": password, **more})


def test_who_signs_in_comes_to_where_he_wanted_and_it_is_noted(client, office):
    answer = sign_in(client, office.username, PASSWORD, next="/jobs/")
    assert (answer.status_code, answer.url) == (302, "/jobs/")
    assert AuditEvent.objects.filter(kind="account.signed_in", by=office).count() == 1


def test_a_leader_begins_on_the_one_page_and_the_workbench_stays_in_the_menu(client, cast):
    accounts.change_password(account=cast.leader, password=PASSWORD, by=cast.leader)
    answer = sign_in(client, cast.leader.username, PASSWORD)
    assert answer.url == reverse("overview")
    assert f'href="{reverse("workbench")}"' in client.get(answer.url).content.decode()


def test_nobody_is_led_away_to_another_site(client, office):
    assert sign_in(client, office.username, PASSWORD, next="https://example.com/").url == "/"


@pytest.mark.parametrize("username", ["cast-county_office", "nobody"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_sentence(client, office, username):
    answer = sign_in(client, username, "wrong")
    page = answer.content.decode()
    assert "用户名或密码不对，请核对大小写后再试。" in page
    assert "<title>错误：登录" in page


def test_five_wrong_passwords_pause_signing_in_even_with_the_right_one(client, office):
    for _ in range(5):
        answer = sign_in(client, office.username, "wrong")
    assert answer.status_code == 429
    assert "暂停登录 15 分钟" in answer.content.decode()
    assert sign_in(client, office.username, PASSWORD).status_code == 429


def test_signing_out_needs_a_form_and_clears_the_browser(client, office):
    sign_in(client, office.username, PASSWORD)
    assert client.get("/accounts/logout/").status_code == 405
    answer = client.post("/accounts/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/").status_code == 302


def test_the_language_is_remembered_and_the_way_back_stays_within_the_site(client, office):
    sign_in(client, office.username, PASSWORD)
    answer = client.post("/language/", {"language": "en", "next": "//example.com/x"})
    assert answer.url == "/"
    assert '<html lang="en">' in client.get("/").content.decode()
    client.post("/language/", {"language": "zh-hans", "next": "/"})
    assert '<html lang="zh-Hans">' in client.get("/").content.decode()


def test_a_new_password_works_at_once_and_the_old_one_no_more(client, office):
    sign_in(client, office.username, PASSWORD)
    fields = {"old_password": PASSWORD, "new_password1": "Qm4-autumn-maize", "new_password2": "Qm4-autumn-maize"}
    assert client.post(reverse("password"), fields).url == "/"
    assert client.get("/").status_code == 200
    client.post("/accounts/logout/")
    assert sign_in(client, office.username, PASSWORD).status_code == 200
    assert sign_in(client, office.username, "Qm4-autumn-maize").status_code == 302


def test_the_demo_lists_one_account_a_role_and_twelve_at_most(client, settings, tmp_path, cast):
    settings.DATA_DIR = tmp_path
    roles = ["county_office", "county_office", "county_reviewer", "team_member", "helper", "leader", "audit_admin"]
    rows = [f"{role},{role}-{n},pw,220821000000,镇赉县" for n, role in enumerate(roles)]
    text = "\n".join(["role,username,password,division_code,division_name", *rows])
    (tmp_path / "demo-accounts.csv").write_text(text, encoding="utf-8")
    page = client.get("/accounts/login/").content.decode()
    assert "county_office-0" in page
    assert "county_office-1" not in page
    assert page.count("data-fill-username") == 5
    settings.DEMO = False
    assert "county_office-0" not in client.get("/accounts/login/", secure=True).content.decode()


def test_pages_are_chinese_until_somebody_chooses_whatever_the_browser_prefers(client, office):
    asked = {"HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9"}
    assert '<html lang="zh-Hans">' in client.get("/accounts/login/", **asked).content.decode()
    sign_in(client, office.username, PASSWORD)
    assert '<html lang="zh-Hans">' in client.get("/", **asked).content.decode()


def test_two_missing_pages_are_the_same_to_the_byte(client, office):
    sign_in(client, office.username, PASSWORD)
    first, second = client.get("/jobs/4711/"), client.get("/jobs/4712/?page=2")
    assert first.status_code == 404
    assert first.content == second.content
