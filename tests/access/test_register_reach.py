"""Nobody of one village learns anything of another: not on a page, in a count, a list to choose from, or the API."""

import pytest
from django.urls import reverse

from povertycase.models import Account
from tests.register_cast import number

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
# What only the village 西胜 and its household know.
MARKS = ("王翠花", "H0003", "西胜村委会", "220821101201")


@pytest.fixture
def at(client, people, homes):
    def sign_in(name):
        client.force_login(getattr(people, name), backend=BACKEND)
        return client

    return sign_in


def pages(home):
    """Addresses that show rows, and some that would like to."""
    return [
        "/",
        "/households/",
        "/households/?q=王",
        "/households/?q=wch",
        "/households/?village=220821101201",
        "/households/?village=220821101000",
        "/households/?status=exited",
        "/households/?page=2&size=20",
        "/households/H0001/",
        "/households/H0001/visits/new/",
        "/households/H0001/measures/new/",
        "/api/v1/households/",
        "/api/v1/households/?search=王翠花",
        "/api/v1/households/?village=220821101201",
        "/api/v1/households/H0001/",
    ]


@pytest.mark.parametrize("who", ["secretary", "helper"])
def test_the_marked_village_appears_on_no_page_of_another_village(at, homes, who):
    client = at(who)
    for address in pages(homes.east):
        answer = client.get(address)
        # The words that somebody typed himself come back in the search box only.
        text = answer.content.decode().replace('value="王"', "")
        assert answer.status_code == 200, address
        for mark in MARKS:
            if mark in address:
                text = text.replace(mark, "", text.count(mark) if answer["Content-Type"] != "application/json" else 0)
            assert mark not in text, f"{mark} at {address}"


def test_counts_hold_only_what_may_be_seen(at):
    counts = {"office": 4, "township": 3, "secretary": 2, "clerk": 1, "helper": 1, "supervisor": 4, "liaison": 1}
    for who, count in counts.items():
        assert at(who).get("/api/v1/households/").json()["count"] == count, who


@pytest.mark.parametrize("address", ["", "reveal/", "visits/new/", "measures/new/", "measures/1/"])
def test_hidden_and_missing_look_the_same(at, address):
    client = at("secretary")
    send = client.post if address == "reveal/" else client.get
    hidden, missing = send(f"/households/H0003/{address}"), send(f"/households/H0777/{address}")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content.replace(b"H0003", b"") == missing.content.replace(b"H0777", b"")
    assert client.get("/api/v1/households/H0003/").content == client.get("/api/v1/households/H0777/").content


def test_a_number_of_another_village_is_not_found_by_its_owner(at):
    client = at("secretary")
    answer = client.post("/households/search/", {"number": number("141100", "19650102", 2)})
    assert "王翠花" not in client.get(answer.url).content.decode()


def test_who_may_not_read_health_reads_no_causes(at, homes):
    client = at("liaison")
    text = client.get("/households/H0001/").content.decode() + client.get("/households/").content.decode()
    for words in ("因病", "因残", "长期慢性病", "高血压", 'id="causes"'):
        assert words not in text, words
    one = client.get("/api/v1/households/H0001/").json()
    assert one["cause"] is None and "chronic" not in str(one) and "高血压" not in str(one)
    assert {row["part"] for row in one["conditions"]} & {"cause"} == set()
    # Nor by trying: the filter by cause does nothing for him.
    assert client.get("/api/v1/households/", {"cause": "labour"}).json()["count"] == 1


def test_who_has_no_household_rights_is_turned_away_with_words(at):
    for who in ("leader", "auditor", "stranger"):
        client = at(who)
        assert client.get("/households/").status_code == 403
        assert client.get("/households/H0001/").status_code == 403
        assert client.get("/api/v1/households/").status_code == 403


def test_the_api_wants_a_login(client):
    assert client.get("/api/v1/households/").status_code == 401
    assert client.get("/api/v1/households/H0001/").status_code == 401
    assert client.get(reverse("households")).status_code == 302
    assert Account.objects.count() == 0


def test_a_supervisor_writes_no_visit_and_a_liaison_reveals_no_number(at):
    assert at("supervisor").get("/households/H0001/visits/new/").status_code == 403
    assert at("liaison").post("/households/H0001/reveal/", {"field": "phone", "reason": "call"}).status_code == 403
