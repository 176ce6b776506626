"""Role × address × place: every door of the house against the reviewed table tests/access/doors.csv."""

from collections import defaultdict
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client

from povertycase import slots
from tests.access import doors
from tests.planted_addresses import filled, text, without

pytest_plugins = ["tests.register_cast", "tests.planted"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
# Two processes share the roles; each builds the places once.
HALVES = [slots.ROLES.codes()[::2], slots.ROLES.codes()[1::2]]


def ask(client: Client, method: str, address: str) -> SimpleNamespace:
    """The answer to one request, whose traces are taken back: every cell of the table meets the same house."""
    with transaction.atomic():
        answer = client.generic(method, address)
        found = SimpleNamespace(status=answer.status_code, words=without(text(answer), address))
        transaction.set_rollback(True)
    return found


def distinct(pattern: str, places: dict[str, dict]) -> dict[str, str]:
    """The addresses of the places: one where the object is the county's anyhow, each village's where it is theirs."""
    found = {place: filled(pattern, places[place]) for place in doors.LETTERS}
    villages = {found[place] for place in ("east", "west", "front", "abroad")}
    if len(villages) == 1:
        return {
            place: found[place] for place in ("county", "mine") if place == "county" or found[place] not in villages
        }
    others = {"county": found["county"]} if found["county"] not in villages else {}
    return others | {place: found[place] for place in ("east", "west", "front", "abroad")}


def entered(client: Client, method: str, pattern: str, places: dict[str, dict]) -> str:
    """The cell of the table as the house answers it."""
    if "<" not in pattern:
        status = ask(client, method, f"/{pattern}").status
        assert status < 500, f"{method} {pattern}: {status}"
        return "." if status == 403 else "*"
    missing = ask(client, method, filled(pattern, places["missing"]))
    if missing.status == 403:
        # A right is asked before anything is looked for: one place inside every reach and one outside of all tell.
        closed = {ask(client, method, filled(pattern, places[place])).status for place in ("east", "abroad")}
        assert closed == {403}, f"{method} {pattern}: closed for what is missing, {closed} for what is there"
        return "."
    assert missing.status == 404, f"{method} {pattern}: {missing.status} for what does not exist"
    found = refused = ""
    for place, address in distinct(pattern, places).items():
        answer = ask(client, method, address)
        assert answer.status < 500, f"{method} {pattern} in {place}: {answer.status}"
        if answer.status == 403:
            refused += doors.LETTERS[place]
        elif answer.status != 404:
            found += doors.LETTERS[place]
        else:
            assert answer.words == missing.words, f"{method} {pattern} in {place}: hidden differs from missing"
    return found + (f"!{refused}" if refused else "") or "-"


def test_every_address_stands_in_the_table_and_none_that_is_gone():
    """A new address: say in tests/access/doors.csv who may open it and where; the next test says what differs."""
    assert sorted(doors.guarded()) == sorted(doors.table())


@pytest.mark.parametrize("half", [0, 1])
def test_a_role_opens_exactly_the_doors_of_the_table(everywhere, roles, mine, half):
    """The failing line says what to write into the table, once somebody has judged it right."""
    signed_in = {role: Client(raise_request_exception=False) for role in HALVES[half]}
    for role, client in signed_in.items():
        client.force_login(roles[role], backend=BACKEND)
    wrong, table = [], doors.table()
    for name, pattern in doors.listed():
        methods = table[name]["methods"].split()
        for role, client in signed_in.items():
            places = everywhere.at | {"mine": everywhere.at["county"] | mine(role)}
            seen = {method: entered(client, method, pattern, places) for method in methods}
            if set(seen.values()) != {table[name][role]}:
                wrong.append(f"{name} ({pattern}) for {role}: the table says {table[name][role]}, the house {seen}")
    assert not wrong, "\n".join(wrong)


def test_no_door_takes_a_method_that_the_table_does_not_list(everywhere, roles):
    """405 (or 403) and nothing else, asked by who may enter, with the ids of things that are there."""
    table, found = doors.table(), defaultdict(list)
    clients = {role: Client(raise_request_exception=False) for role in slots.ROLES.codes()}
    for role, client in clients.items():
        client.force_login(roles[role], backend=BACKEND)
    for name, pattern in doors.listed():
        opener = next(role for role, cell in doors.cells(name) if cell != ".")
        for method in set(doors.METHODS) - set(table[name]["methods"].split()):
            status = ask(clients[opener], method, filled(pattern, everywhere.at["east"])).status
            if status != 405:
                found[name].append((opener, method, status))
    assert found == {}


def test_nobody_enters_without_signing_in(client, everywhere):
    for name, pattern in doors.listed():
        for method in doors.table()[name]["methods"].split():
            answer = ask(client, method, filled(pattern, everywhere.at["east"]))
            assert answer.status == (401 if pattern.startswith("api/") else 302), f"{method} {pattern}: {answer.status}"
