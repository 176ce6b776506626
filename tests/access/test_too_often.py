"""Ten exports an hour, 120 searches a minute: beyond that a page says what, why and when again, and the trail notes it."""

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import Client

from povertycase import audit
from povertycase.actions import accounts
from povertycase.models import AuditEvent

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
EXPORT, ROWS = "/households/batch/export/", {"row": ["H0001"]}


@pytest.fixture(autouse=True)
def fresh():
    """The counts of tests that ran before belong to other people of the same number."""
    line = redis.Redis.from_url(settings.REDIS_URL)
    for key in line.keys(f"often:{connection.settings_dict['NAME']}:*"):
        line.delete(key)


def desk_of(account) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def office(people, homes):
    return desk_of(people.office)


def test_the_eleventh_export_of_an_hour_is_refused_with_what_why_and_when(office):
    assert [office.post(EXPORT, ROWS).status_code for _ in range(10)] == [200] * 10
    answer = office.post(EXPORT, ROWS)
    words = answer.content.decode()
    assert answer.status_code == 429 and 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert "每个账号一小时内最多导出名单 10 次" in words and "请在 60 分钟以后再试" in words and "冒用" in words
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert AuditEvent.objects.filter(kind="households.exported").count() == 10


def test_every_export_of_the_house_counts_into_the_same_ten(office, people, monkeypatch):
    monkeypatch.setitem(settings.LIMITS, "export", (1, 3600))
    assert office.post(EXPORT, ROWS).status_code == 200
    for address in (EXPORT, "/exit/1/export/", "/bulletins/1/rows/220821000000/helpers/export/"):
        assert office.post(address, ROWS).status_code == 429, address
    assert desk_of(people.township).post(EXPORT, ROWS).status_code == 200, "another account has its own"


def test_the_trail_notes_the_first_refusal_of_a_span_and_not_a_thousand(office, people, monkeypatch):
    monkeypatch.setitem(settings.LIMITS, "export", (1, 3600))
    for _ in range(5):
        office.post(EXPORT, ROWS)
    event = AuditEvent.objects.get(kind="limit.reached")
    assert event.by == people.office and "导出名单太频繁" in audit.sentence(event)


def test_in_english_it_is_said_in_english(office, people, monkeypatch):
    monkeypatch.setitem(settings.LIMITS, "export", (1, 3600))
    office.post(EXPORT, ROWS)
    people.office.language = "en"
    people.office.save()
    words = office.post(EXPORT, ROWS).content.decode()
    assert "export lists at most 1 times an hour" in words and "Try again" in words and "每个账号" not in words


def test_a_search_is_counted_and_leafing_through_the_list_is_not(office, monkeypatch):
    monkeypatch.setitem(settings.LIMITS, "search", (2, 60))
    assert office.get("/households/?q=王").status_code == 200
    assert office.post("/households/search/", {"number": "13900000000"}).status_code == 302
    answer = office.get("/households/?q=李")
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 60
    assert "一分钟内最多查找登记信息 2 次" in answer.content.decode()
    for address in ("/households/", "/households/?status=poor&page=2", "/households/H0001/"):
        assert office.get(address).status_code == 200, address


def test_the_span_slides_instead_of_beginning_anew(office, people, monkeypatch):
    """What is older than a minute no longer counts, one by one."""
    monkeypatch.setitem(settings.LIMITS, "search", (2, 60))
    line = redis.Redis.from_url(settings.REDIS_URL)
    office.get("/households/?q=王")
    # The other process of a test run has a database, and so a count, of its own.
    place = f"often:{connection.settings_dict['NAME']}:search:{people.office.pk}"
    (first, moment), *_none = line.zrange(place, 0, -1, withscores=True)
    line.zadd(place, {first: moment - 30})
    assert office.get("/households/?q=王").status_code == 200
    refused = office.get("/households/?q=王")
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) <= 30
    line.zadd(place, {first: moment - 61})
    assert office.get("/households/?q=王").status_code == 200


def test_a_program_is_told_when_to_come_again(client, people, homes, monkeypatch):
    monkeypatch.setitem(settings.LIMITS, "search", (1, 60))
    header = {"Authorization": f"Token {accounts.issue_token(account=people.office, by=None)}"}
    address = "/api/v1/households/?search=王"
    assert client.get(address, headers=header).status_code == 200
    answer = client.get(address, headers=header)
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 60
    assert "最多查找登记信息 1 次" in answer.json()["detail"]
    assert client.get("/api/v1/households/?page=1", headers=header).status_code == 200
    assert AuditEvent.objects.filter(kind="limit.reached", by=people.office).count() == 1
    described = client.get("/api/v1/schema/", headers={"Accept": "application/json"}).json()["paths"]
    assert [path for path, told in described.items() if "429" in told["get"]["responses"]] == ["/api/v1/households/"]


def test_who_may_not_enter_uses_nothing_up(people, homes, monkeypatch):
    monkeypatch.setitem(settings.LIMITS, "export", (1, 3600))
    for _ in range(3):
        assert desk_of(people.secretary).post(EXPORT, ROWS).status_code == 403


def test_without_the_broker_people_go_on_working(office, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert [office.post(EXPORT, ROWS).status_code for _ in range(12)] == [200] * 12
