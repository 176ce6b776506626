"""The canary: marked rows of one village appear nowhere an account of another village can look.

Every address of the house is asked for with the ids of the marked village and with every filter; what is hidden
answers as what does not exist, to the byte.
"""

import itertools
import re
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from households.actions import pairing
from households.actions.change_kinds import KINDS
from households.models import Cadre
from povertycase.access.guards import PUBLIC
from povertycase.actions import imports
from povertycase.models import JobRun
from tests.access.test_closed_doors import addresses
from tests.planted import COUNTY, HIDDEN_NO, ID, MARK, MARKS, MISSING_NO, MISSING_PK, PHONE, SAFE, TOWN
from tests.planted_addresses import filled, text, without
from tests.register_cast import ENTRY, FRONT, TODAY, household, number

pytest_plugins = ["tests.register_cast", "tests.planted"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
WHO = ("secretary", "helper", "township", "clerk")


@pytest.fixture
def at(client, people):
    def sign_in(name):
        client.force_login(getattr(people, name), backend=BACKEND)
        client.raise_request_exception = False
        return client

    return sign_in


PLACED = (f"?village={FRONT}", f"?village={TOWN}", "?status=poor", "?cause=illness", "?sort=-head&page=2&size=20")
JUDGED = (f"?place={FRONT}", f"?place={TOWN}&outcome=unmet", "?outcome=unmet", "?criterion=housing&result=unmet")


def lists(planted: SimpleNamespace) -> list[str]:
    """Every list, with every filter that could bring the canary out."""
    runs = [f"/exit/{pk}/households/" for pk in (planted.run, planted.county_run)]
    runs += [f"/api/v1/exit-runs/{pk}/verdicts/" for pk in (planted.run, planted.county_run)]
    found = [f"{address}{chosen}" for address in ("/households/", "/api/v1/households/") for chosen in PLACED]
    found += [f"{address}{chosen}" for address in runs for chosen in JUDGED]
    found += [f"/bulletins/{planted.bulletin}/compare/?row={code}" for code in (FRONT, TOWN, COUNTY)]
    found += [f"/duplicates/?tab={tab}" for tab in ("waiting", "todo", "done")] + [f"/duplicates/?village={FRONT}"]
    found += [f"/differences/?tab={tab}" for tab in ("open", "true", "agreed")] + ["/reconciliations/"]
    found += ["/changes/?tab=all", "/changes/?tab=mine", "/changes/?tab=todo"]
    return [
        *found,
        "/imports/?page=1",
        f"/imports/{planted.batch.pk}/?severity=error",
        "/jobs/?page=1",
        "/exit/?page=1",
    ]


def paths(everywhere: SimpleNamespace) -> list[tuple[str, str]]:
    """Every address that takes GET, with hidden ids and with ids that nothing has."""
    columns = ["registered_households", "helpers", "visited_households", "no_such_figure"]
    at, found = everywhere.at, []
    hidden = [at["front"], at["county"], {**at["county"], "code": TOWN}]
    hidden += [{**at["front"], "job": pk} for pk in JobRun.objects.values_list("pk", flat=True)]
    for pattern, name, _view in addresses():
        if name in PUBLIC:
            continue
        chosen = columns if "<slug:column>" in pattern else [""]
        found += [
            (filled(pattern, keys, column), filled(pattern, at["missing"], column))
            for keys in hidden
            for column in chosen
        ]
    return sorted(set(found))


def clean(words: str, address: str) -> None:
    for mark in MARKS:
        if mark not in address:
            assert mark not in words, f"{mark} at {address}"


@pytest.mark.parametrize("who", WHO)
def test_no_address_shows_the_canary_and_hidden_answers_as_missing(at, everywhere, who):
    client = at(who)
    seen = set()
    for hidden, missing in paths(everywhere):
        one = client.get(hidden)
        assert one.status_code < 500, hidden
        seen.add(one.status_code)
        clean(without(text(one), hidden), hidden)
        if one.status_code == 404:
            other = client.get(missing)
            assert other.status_code == 404, missing
            assert without(text(one), hidden) == without(text(other), missing), hidden
    assert seen >= {200, 404}


@pytest.mark.parametrize("who", WHO)
def test_no_filter_no_page_and_no_order_brings_the_canary_out(at, planted, who):
    client = at(who)
    for address in lists(planted):
        answer = client.get(address)
        assert answer.status_code < 500, address
        clean(without(text(answer), quote(address)), address)


@pytest.mark.parametrize(
    ("who", "place"), [("secretary", "east"), ("helper", "east"), ("township", "west"), ("clerk", "west")]
)
def test_no_form_and_no_page_of_an_own_household_offers_the_canary(at, everywhere, who, place):
    """Dropdowns, suggestions, neighbours: every page about one's own things, the form of every kind of change."""
    client = at(who)
    own, opened = everywhere.at[place], 0
    kinds = [f"/households/{own['household_no']}/change/{kind}/" for kind in KINDS]
    pages = [filled(pattern, own) for pattern, name, _view in addresses() if name not in PUBLIC and "<" in pattern]
    for address in [*kinds, *pages, "/households/new/"]:
        answer = client.get(address)
        assert answer.status_code < 500, address
        clean(text(answer), address)
        opened += answer.status_code == 200
    assert opened > 10


def test_a_batch_takes_no_foreign_household_and_an_export_of_all_is_ones_own(at, everywhere, homes):
    client = at("township")
    for address in ("/households/batch/export/", "/households/batch/hand-over/"):
        one, other = (client.post(address, {"row": ["H0001", no]}) for no in (HIDDEN_NO, MISSING_NO))
        assert one.status_code == other.status_code == 404
        assert text(one) == text(other)
    answer = client.post("/households/batch/export/", {"query": "", "all": "yes"})
    assert answer.status_code == 200
    words = text(answer)
    assert homes.east.household_no in words
    clean(words, "")


NAMES = (
    (MARK, SAFE), (f"{MARK}金雀", f"{SAFE}金雀"), (HIDDEN_NO, MISSING_NO), (HIDDEN_NO[:5], MISSING_NO[:5]),
    (f"{MARK}家屯", f"{SAFE}家屯"), (f"{MARK}助人", f"{SAFE}助人"), ("kjq", "qqq"),
)  # fmt: skip
NUMBERS = ((ID, number("141100", "19650102", 77)), (PHONE, "13912340000"))


@pytest.mark.parametrize("who", WHO)
def test_a_search_for_the_canary_answers_as_a_search_for_nobody(at, planted, who):
    client = at(who)
    for address, (there, nowhere) in itertools.product(("/households/?q=", "/api/v1/households/?search="), NAMES):
        one, other = (client.get(address + quote(words)) for words in (there, nowhere))
        assert one.status_code == other.status_code == 200
        assert without(text(one), there, quote(there)) == without(text(other), nowhere, quote(nowhere)), there
    for there, nowhere in NUMBERS:
        assert _found(client, there) == _found(client, nowhere)


def _found(client, typed: str) -> str:
    """What a search by a full number answers, without the key that stands for it."""
    answer = client.post("/households/search/", {"number": typed})
    assert answer.status_code == 302
    assert typed not in answer.url
    return without(text(client.get(answer.url)), answer.url.partition("s=")[2])


def test_a_search_saved_by_another_account_is_nobodys(at, planted, people):
    office = at("office")
    key = office.post("/households/search/", {"number": ID}).url.partition("s=")[2]
    assert MARK in office.get(f"/households/?s={key}").content.decode()
    client = at("secretary")
    assert MARK not in text(client.get(f"/households/?s={key}"))
    one, other = client.get(f"/households/?s={key}"), client.get(f"/households/?s={'0' * len(key)}")
    assert without(text(one), key) == without(text(other), "0" * len(key))


ACTS = (
    ("/households/{home}/reveal/", {"field": "phone", "reason": "核实情况"}),
    ("/households/{home}/visits/new/", {"kind": "home", "visited_on": "2018-11-20"}),
    ("/households/{home}/measures/new/", {"kind": "health", "content": "x"}),
    ("/households/{home}/measures/{measure}/", {"kind": "health", "content": "x"}),
    ("/imports/{batch}/confirm/", {}),
    ("/imports/{batch}/give-up/", {}),
    ("/jobs/{job}/cancel/", {}),
    ("/jobs/{job}/retry/", {}),
    ("/bulletins/{bulletin}/rows/" + FRONT + "/helpers/export/", {}),
)


@pytest.mark.parametrize("who", WHO)
def test_nothing_can_be_done_to_the_canary(at, planted, who):
    client = at(who)
    there = {"home": HIDDEN_NO, "measure": planted.measure, "batch": planted.batch.pk, "job": planted.job.pk}
    nowhere = dict.fromkeys(there, MISSING_PK) | {"home": MISSING_NO}
    for address, data in ACTS:
        hidden = address.format(**there, bulletin=planted.bulletin)
        missing = address.format(**nowhere, bulletin=MISSING_PK)
        one, other = client.post(hidden, data), client.post(missing, data)
        assert one.status_code == other.status_code in (403, 404), address
        assert without(text(one), hidden) == without(text(other), missing), address
    planted.batch.refresh_from_db()
    assert planted.batch.state == "checked"
    assert planted.home.visit_set.count() == planted.home.measure_set.count() == 1


def test_the_house_looks_the_same_with_and_without_the_canary(at, people, homes):
    """Counts, order, pages: a village's own pages do not move when another village gets rows."""
    # The file first: it stands on the workbench once it was opened.
    lists = ("/households/H0001/", "/", "/households/", "/households/?status=poor", "/api/v1/households/")

    def seen(who: str, address: str) -> str:
        return re.sub(r"(\d\d-\d\d) \d\d:\d\d", r"\1", text(at(who).get(address)))  # the minute it is printed

    for who, address in itertools.product(WHO, lists):
        at(who).get(address)  # 最近打开 is filled before it is compared
    before = {(who, address): seen(who, address) for who in WHO for address in lists}
    home = household(HIDDEN_NO, FRONT, f"{MARK}金雀", 9)
    pairing.open(household=home, cadre=Cadre.objects.get(cadre_no="G0002"), true_from=ENTRY, entered_on=TODAY, by=None)
    for (who, address), words in before.items():
        assert seen(who, address) == words, (who, address)


def test_whose_village_it_is_sees_all_of_it(at, planted, client):
    """The marks are really there: the canary's own clerk meets them on every one of these pages."""
    client.force_login(planted.clerk, backend=BACKEND)
    pk = planted.run
    for address in (
        "/households/", f"/households/{HIDDEN_NO}/", "/api/v1/households/", f"/api/v1/households/{HIDDEN_NO}/",
        f"/exit/{pk}/households/", f"/exit/{pk}/households/{HIDDEN_NO}/", f"/imports/{planted.batch.pk}/", "/imports/",
        f"/bulletins/{planted.bulletin}/rows/{FRONT}/registered_households/", f"/households/?q={quote(MARK)}",
    ):  # fmt: skip
        assert MARK in text(client.get(address)), address
    assert imports.give_up(batch=planted.batch, by=planted.clerk).state == "cancelled"
