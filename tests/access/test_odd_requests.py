"""What no browser of the house sends: every address with odd parameters, odd paths, odd bodies and odd methods.

No answer is a 5xx, and none shows what is not the asker's. The parameters are read off the code, so a new one joins.
Each odd request to an address is made by one of the roles that may open it, in turn.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django import forms
from django.conf import settings
from django.db import transaction
from django.test import Client

from povertycase import slots
from tests.access import doors
from tests.access.test_closed_doors import outward_files
from tests.planted import MARKS
from tests.planted_addresses import filled, text, without

pytest_plugins = ["tests.register_cast", "tests.planted"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
# Roles of one town or village, or of one household: nothing of 前屯村 is theirs.
NARROW = {
    "township_clerk", "township_reviewer", "first_secretary", "team_member", "village_clerk", "helper", "unit_liaison",
}  # fmt: skip
VALUES = (
    "-1", "0", "99999999", "9" * 30, "9" * 5_000, "x", ";--", "' OR 1=1 --", "2018-13", "9999-99", "2018-02-30", "0000-00-00",
    "%00", "%FF", "%ED%A0%80", quote("²"), quote("١٢"), "1e999", "NaN", "%", "..%2F..%2Fetc", quote("{{7*7}}<script>"), quote("鵬" * 10_000),
)  # fmt: skip
PATHS = (
    "0",
    "9" * 30,
    "9" * 5_000,
    "-1",
    "%00",
    "%FF",
    "..",
    "%2e%2e%2f",
    quote("鵬" * 3_000),
    "x%0D%0ASet-Cookie:a=b",
    "%25",
)
# Prime, so that a walk in steps over addresses × values meets all of both.
STEP = 11
METHODS = ("HEAD", "OPTIONS", "TRACE", "PROPFIND")
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=XX"
PART = 'Content-Disposition: form-data; name="file"; filename="a.xlsx"\r\n'
BODIES = (
    ("application/json", b'{"a":'), ("application/json", b"[" * 5_000), ("text/xml", b"<!DOCTYPE x><x/>"), ("", b"x"),
    ("multipart/form-data", b"x"), (MULTIPART, b""), (MULTIPART, b"--XX\r\nnonsense"),
    (MULTIPART, f"--XX\r\n{PART}\r\nPK\r\n".encode()), (MULTIPART, f"--XX\r\n{PART}Content-Transfer-Encoding: base64\r\n\r\n*\r\n--XX--".encode()),
    (f"{FORM}; charset=nonsense", b"a=b"), (FORM, b"&".join(b"n%d=1" % n for n in range(1_200))), (FORM, b"%FF=%FF&\xff\xfe=\x00"),
)  # fmt: skip


def parameters() -> list[str]:
    """The names that the code reads from an address, and the filters of the household list."""
    asked = {
        name for file in outward_files() for name in re.findall(r'GET\.get(?:list)?\("(\w+)"', file.read_text("utf-8"))
    }
    queries = (
        path
        for app in ("households", "supervision", "povertycase")
        for path in (settings.BASE_DIR / app).glob("queries/*.py")
    )
    asked |= {name for file in queries for name in re.findall(r'wanted\.get\("(\w+)"', file.read_text("utf-8"))}
    usual = "outcome criterion result place tab row page page_size size sort s month search next before after"
    return sorted(asked | set(slots.LIST_FILTERS.codes()) | set(usual.split()))


def fields() -> list[str]:
    """The names of every form of the house, and those the code reads from a body by itself."""
    kinds, found = [forms.BaseForm], set()
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        found |= set(getattr(kind, "base_fields", {}))
    read = (re.findall(r'POST\.get(?:list)?\("(\w+)"', file.read_text("utf-8")) for file in outward_files())
    return sorted(found.union(*read))


@pytest.fixture
def ask(roles, everywhere, mine):
    """ask(name, …): one request to an address by the next role that may open it, with an object of its own; its faults."""
    clients = {role: Client(raise_request_exception=False) for role in roles}
    for role, client in clients.items():
        client.force_login(roles[role], backend=BACKEND)
    turns = {
        name: itertools.cycle([role for role, cell in doors.cells(name) if cell != "."]) for name, _pattern in doors.listed()
    }  # fmt: skip
    own = {role: everywhere.at["east"] | mine(role) for role in roles}
    faults: list[str] = []

    def one(name: str, method: str, pattern: str, query: str, sent: dict[str, Any]) -> int:
        role = next(turns[name])
        address = (filled(pattern, own[role]) if "<" in pattern else f"/{pattern}") + query
        with transaction.atomic():
            answer = clients[role].generic(method, address, **sent)
            words = without(text(answer), address)
            transaction.set_rollback(True)
        what = f"{role} {method} {address[:150]} {str(sent)[:150]}"
        if answer.status_code >= 500:
            faults.append(f"{answer.status_code} {what}")
        shown = [mark for mark in MARKS if mark in words] if role in NARROW else []
        if shown:
            faults.append(f"shows {shown}: {what}")
        return 1

    one.faults = faults  # type: ignore[attr-defined]
    return one


Request = tuple[str, str, str, str, dict[str, Any]]  # name, method, pattern, query, body


def opened(method: str) -> Iterator[tuple[str, str]]:
    """Name and pattern of every address that takes a method."""
    known = doors.table()
    yield from ((name, pattern) for name, pattern in doors.listed() if method in known[name]["methods"].split())


def odd_parameters() -> Iterator[Request]:
    names = parameters()
    twice = "?" + "&".join(f"{one}=1&{one}=2&{one}[]=3&{one}" for one in names) + "&=&%FF=1&;;"
    queries = [
        "?" + "&".join(f"{one}={value}" for one in (names if len(value) < 1_000 else names[:4])) for value in VALUES
    ]
    for (name, pattern), query in itertools.product(opened("GET"), [*queries, twice]):
        yield name, "GET", pattern, query, {}


def odd_paths() -> Iterator[Request]:
    for (name, pattern), value in itertools.product(doors.listed(), PATHS):
        if "<" in pattern:
            method = doors.table()[name]["methods"].split()[0]
            yield name, method, re.sub(r"<\w+:\w+>", value, pattern), "", {}


def odd_bodies() -> Iterator[Request]:
    names = fields()
    filled_in = [
        (FORM, "&".join(f"{one}={value}" for one in (names if len(value) < 1_000 else names[::9]))) for value in VALUES
    ]  # fmt: skip
    for (name, pattern), (kind, body) in itertools.product(opened("POST"), [*BODIES, *filled_in]):
        yield name, "POST", pattern, "", {"data": body, "content_type": kind}


def odd_methods() -> Iterator[Request]:
    for (name, pattern), method in itertools.product(doors.listed(), METHODS):
        yield name, method, pattern, "", {}


def test_the_parameters_and_fields_are_found_in_the_code():
    assert {"page", "q", "village", "outcome", "month"} <= set(parameters())
    assert {"username", "number", "to", "visited_on"} <= set(fields())


@pytest.mark.parametrize("step", [STEP, pytest.param(1, marks=pytest.mark.slow)])
def test_no_odd_request_breaks_a_page_or_brings_out_what_is_not_ones_own(ask, step):
    """One in eleven of 4,300 requests, which meets every address and every odd value; all of them in `make slow`."""
    wanted = itertools.chain(odd_parameters(), odd_paths(), odd_bodies(), odd_methods())
    asked = sum(ask(*request) for request in itertools.islice(wanted, 0, None, step))
    assert asked > 4_000 // step
    assert not ask.faults, "\n".join(ask.faults)
