"""The canary: marked rows of one village appear nowhere an account of another village can look.

Every address of the house is asked for with the ids of the marked village and with every filter; what is hidden
answers as what does not exist, to the byte.
"""

import datetime
import io
import itertools
import re
import zipfile
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.http import HttpResponse

from assistance.actions import measures, visits
from households.actions import pairing, records
from households.models import Cadre, Household, HouseholdCard, HouseholdDivision, Unit
from povertycase import jobs, secrets
from povertycase.access.guards import PUBLIC
from povertycase.actions import imports
from povertycase.models import Account, Division, ImportBatch, JobRun, Post
from povertycase.periods import Month
from supervision.actions import bulletins, exit_runs
from supervision.sheets.bulletin_xlsx import of_bulletin
from tests import register_books as books
from tests.access.test_closed_doors import addresses
from tests.register_cast import ENTRY, FRONT, TODAY, household, number

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
COUNTY, TOWN = "220821000000", "220821102000"
# A character that stands in nothing else, the household's number, and digits of its sealed numbers.
MARK, SAFE = "鵟", "鸎"
HIDDEN_NO, MISSING_NO = "H0999888", "H0777666"
ID = number("141100", "19650102", 9)
PHONE = "13955667788"
MARKS = (MARK, HIDDEN_NO, ID, PHONE, "22089777", f"{MARK}3")
WHO = ("secretary", "helper", "township", "clerk")
MISSING_PK = 987654321


@pytest.fixture
def planted(people, homes):
    """The canary of 前屯村 and everything that can be made of it: a run, a bulletin, an import, jobs, a search."""
    home = household(HIDDEN_NO, FRONT, f"{MARK}金雀", 9)
    HouseholdDivision.objects.filter(household=home).update(group_name=f"{MARK}家屯")
    HouseholdCard.objects.filter(household=home).update(group_name=f"{MARK}家屯")
    unit = Unit.objects.create(name=f"{MARK}局")
    sealed, index = secrets.seal("phone", PHONE)
    cadre = Cadre.objects.create(cadre_no="G0999", name=f"{MARK}助人", unit=unit, phone=sealed, phone_index=index)
    pairing.open(household=home, cadre=cadre, true_from=ENTRY, entered_on=TODAY, by=None)
    _life(home, cadre)
    clerk = Account.objects.create(username="far", display_name=f"{MARK}专干", must_change_password=False)
    Post.objects.create(account=clerk, role="township_clerk", division_id=TOWN, valid_from=ENTRY)
    found = SimpleNamespace(home=home, cadre=cadre, clerk=clerk, measure=home.measure_set.get().pk)
    found.run, found.county_run = _check(TOWN), _check(COUNTY)
    found.bulletin = _bulletin(people)
    found.batch = _batch(clerk)
    found.job = found.batch.job
    return found


def _life(home: Household, cadre: Cadre) -> None:
    """A row with the mark in every section of the household's file."""
    day = datetime.date(2018, 10, 8)
    said = {"true_from": day, "entered_on": TODAY, "by": None}
    records.record(household=home, part="housing", values={"grade": "D", "certificate_no": f"{MARK}鉴1"}, **said)
    records.record(household=home, part="residence", values={"state": "away", "place": f"{MARK}城"}, **said)
    supporter = {"name": f"{MARK}强", "relation": "son", "ability": "weak"}
    records.record(household=home, part="supporter", values=supporter, **said)
    head = home.membership_set.get(relation="head").person
    records.record_condition(person=head, values={"disease": f"{MARK}病", "health": ["chronic"]}, **said)
    phone, index = secrets.seal("phone", PHONE)
    Household.objects.filter(pk=home.pk).update(phone=phone, phone_index=index)
    visits.enter(
        household=home, kind="home", visited_on=day, findings=f"{MARK}口", need=f"{MARK}需", solved_on_site=False,
        cadre=cadre, entered_on=TODAY, by=None,
    )  # fmt: skip
    measures.plan(household=home, kind="health", content=f"{MARK}羊", cause="illness", entered_on=TODAY, by=None)


def _check(place: str) -> int:
    division = Division.objects.get(code=place)
    run = exit_runs.start(
        standard="national-household", as_of=TODAY, division=division, population="all", by=None
    )  # fmt: skip
    assert jobs.run_to_end(run.job).state == "done"
    return run.pk


def _bulletin(people: SimpleNamespace) -> int:
    """September's and October's bulletin, October's issued."""
    for month in (9, 10):
        division = Division.objects.get(code=COUNTY)
        made = bulletins.start(month=Month(2018, month), division=division, on=TODAY, by=people.office)
        assert jobs.run_to_end(made.job).state == "done"
        made.refresh_from_db()
        reviewer = Account.objects.create(username=f"reviewer{month}", must_change_password=False)
        Post.objects.create(account=reviewer, role="county_reviewer", division_id=COUNTY, valid_from=ENTRY)
        bulletins.issue(bulletin=made, number=f"镇〔2018〕{month}号", on=TODAY, by=reviewer, write=of_bulletin)
    return made.pk


def _batch(clerk: Account) -> ImportBatch:
    """A batch of the other township that waits for its clerk, with a finding that quotes a cell."""
    homes = [books.household("22089777", town="大屯镇", village="前屯村委会", head_name=f"{MARK}三")]
    homes.append(books.household("22089778", town="大屯镇", village=f"{MARK}村"))
    people = [books.member("22089777", f"{MARK}三", 31), books.member("22089778", f"{MARK}四", 33)]
    batch = books.check(books.book(household=homes, member=people), name=f"{MARK}.xlsx", by=clerk)
    assert batch.state == "checked" and batch.problems.exists()
    return batch


@pytest.fixture
def at(client, people):
    def sign_in(name):
        client.force_login(getattr(people, name), backend=BACKEND)
        client.raise_request_exception = False
        return client

    return sign_in


def ids(planted: SimpleNamespace) -> dict[str, list[int]]:
    """The keys of the marked village's objects by the first word of the addresses they stand in."""
    jobs_of = list(JobRun.objects.values_list("pk", flat=True))
    return {
        "exit": [planted.run, planted.county_run],
        "exit-runs": [planted.run, planted.county_run],
        "bulletins": [planted.bulletin],
        "imports": [planted.batch.pk],
        "jobs": jobs_of,
        "households": [planted.measure],
    }


PLACED = (f"?village={FRONT}", f"?village={TOWN}", "?status=poor", "?cause=illness", "?sort=-head&page=2&size=20")
JUDGED = (f"?place={FRONT}", f"?place={TOWN}&outcome=unmet", "?outcome=unmet", "?criterion=housing&result=unmet")


def lists(planted: SimpleNamespace) -> list[str]:
    """Every list, with every filter that could bring the canary out."""
    runs = [f"/exit/{pk}/households/" for pk in (planted.run, planted.county_run)]
    runs += [f"/api/v1/exit-runs/{pk}/verdicts/" for pk in (planted.run, planted.county_run)]
    found = [f"{address}{chosen}" for address in ("/households/", "/api/v1/households/") for chosen in PLACED]
    found += [f"{address}{chosen}" for address in runs for chosen in JUDGED]
    found += [f"/bulletins/{planted.bulletin}/compare/?row={code}" for code in (FRONT, TOWN, COUNTY)]
    return [*found, "/imports/?page=1", f"/imports/{planted.batch.pk}/?severity=error", "/jobs/?page=1", "/exit/?page=1"]


def paths(planted: SimpleNamespace) -> list[tuple[str, str]]:
    """Every address that takes GET, with hidden ids and with ids that nothing has."""
    columns = ["registered_households", "helpers", "visited_households", "no_such_figure"]
    found = []
    for pattern, name, _view in addresses():
        if name in PUBLIC:
            continue
        words = pattern.replace("api/v1/", "").split("/")[0]
        pks = ids(planted).get(words, [MISSING_PK])
        codes = [FRONT, TOWN] if "<str:code>" in pattern else [""]
        for pk, code, column in itertools.product(pks, codes, columns if "<slug:column>" in pattern else [""]):
            hidden = _filled(pattern, pk, HIDDEN_NO, code, column)
            missing = _filled(pattern, MISSING_PK, MISSING_NO, code and "220821999999", column)
            found.append((f"/{hidden}", f"/{missing}"))
    return found


def _filled(pattern: str, pk: int, household_no: str, code: str, column: str) -> str:
    parts = {"<int:pk>": str(pk), "<str:household_no>": household_no, "<str:code>": code, "<slug:column>": column}
    for hole, value in parts.items():
        pattern = pattern.replace(hole, value)
    assert "<" not in pattern, f"{pattern}: the canary does not know this id"
    return pattern


def text(answer: HttpResponse) -> str:
    """All that an answer says, workbooks unpacked, without what differs from one answer to the next."""
    if getattr(answer, "streaming", False):
        body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    else:
        body = answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    words = body.decode("utf-8", "replace") + str(dict(answer.headers))
    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken[^0-9A-Za-z]+)[0-9A-Za-z]+', r"\1", words)


def without(words: str, *typed: str) -> str:
    """The answer without what the asker typed himself."""
    for value in typed:
        words = words.replace(value, "")
    return re.sub(r"'Content-Length': '\d+'", "", words)


def clean(words: str, address: str) -> None:
    for mark in MARKS:
        if mark not in address:
            assert mark not in words, f"{mark} at {address}"


@pytest.mark.parametrize("who", WHO)
def test_no_address_shows_the_canary_and_hidden_answers_as_missing(at, planted, who):
    client = at(who)
    seen = set()
    for hidden, missing in paths(planted):
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
    lists = ("/", "/households/", "/households/?status=poor", "/api/v1/households/", "/households/H0001/")
    before = {(who, address): text(at(who).get(address)) for who in WHO for address in lists}
    home = household(HIDDEN_NO, FRONT, f"{MARK}金雀", 9)
    pairing.open(household=home, cadre=Cadre.objects.get(cadre_no="G0002"), true_from=ENTRY, entered_on=TODAY, by=None)
    for (who, address), words in before.items():
        assert text(at(who).get(address)) == words, (who, address)


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
