"""Generated calls over the whole API as every role: never a 5xx, never an answer that its description does not know."""

import random
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks

from povertycase.actions import accounts

pytest_plugins = ["tests.register_cast", "tests.planted"]
pytestmark = pytest.mark.django_db
HOLDS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
QUICK, MANY = 2_000, 20_000
NASTY = ("\x00", "9" * 30, "-1", "0", "2018-13-45", "鵟", "' OR 1=1 --", "%", "_", "a" * 5_000, "\ud7ff", "1e9", "null")


@pytest.fixture
def api() -> Iterator[Any]:
    """The API's own description, asked of the house as a program would; the test's connection stays open between calls."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/", WSGIHandler())
    for signal in signals:
        signal.connect(close_old_connections)


def known(everywhere: SimpleNamespace) -> dict[str, list[Any]]:
    """Values that lead somewhere, by the parameter's name: of things in reach and out of it."""
    at = everywhere.at.values()
    pks = sorted({keys[kind] for keys in at for kind in ("run", "job", "bulletin")})
    codes = sorted({str(keys["code"]) for keys in at})
    return {
        "id": pks,
        "pk": pks,
        "household_no": [keys["household_no"] for keys in at],
        "code": codes,
        "village": [*codes, "220821", "2208"],
        "column": ["registered_households", "helpers", "visited_households", "poor_households"],
        "month": ["2018-09", "2018-10"],
        "status": ["poor", "exited"],
        "cause": ["illness", "labour"],
        "outcome": ["met", "unmet", "unknown"],
        "page": [1, 2],
        "page_size": [1, 200],
    }


def steered(case: schemathesis.Case, chance: random.Random, values: dict[str, list[Any]]) -> None:
    """Half of the parameters get a value that leads somewhere, some of the query's a nasty one."""
    for holder in (case.path_parameters, case.query):
        for name in list(holder or {}):
            if chance.random() < 0.5 and name in values:
                holder[name] = chance.choice(values[name])
            elif holder is case.query and chance.random() < 0.2:
                holder[name] = chance.choice(NASTY)


def called(case: schemathesis.Case, token: str) -> str:
    """What is wrong with the answer to one call; nothing for a good one. Its traces are taken back."""
    with transaction.atomic():
        answer = case.call(headers={"Authorization": f"Token {token}"})
        transaction.set_rollback(True)
    try:
        case.validate_response(answer, checks=HOLDS)
    except BaseException as fault:  # a group of failures is no Exception everywhere
        if isinstance(fault, KeyboardInterrupt):
            raise
        return f"{answer.status_code} {case.method} {case.formatted_path} {case.query}\n{fault}"
    return ""


def play_one(operation: Any, number: int, start: int, token: str, values: dict[str, list[Any]]) -> dict[str, str]:
    """The faults of one operation by their status, after so many calls."""
    good = operation.as_strategy()
    bad = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE) if operation.query else good
    faults: dict[str, str] = {}

    @seed(start)
    @settings(
        max_examples=number, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=good | bad, chance=st.randoms(use_true_random=False))
    def one(case: schemathesis.Case, chance: random.Random) -> None:
        steered(case, chance, values)
        fault = called(case, token)
        if fault:
            faults.setdefault(f"{operation.label} {fault[:3]}", fault)

    one()
    return faults


def play(api: Any, number: int, everywhere: SimpleNamespace, roles: dict[str, Any]) -> dict[str, str]:
    """The first fault of each operation, after this many calls shared out evenly over operations and roles."""
    values, faults = known(everywhere), {}
    operations = [found.ok() for found in api.get_all_operations()]
    each = number // (len(operations) * len(roles)) + 1
    for at, (role, account) in enumerate(roles.items()):
        token = accounts.issue_token(account=account, by=None)
        for order, operation in enumerate(operations):
            found = play_one(operation, each, at * 1000 + order, token, values)
            faults = {label: f"{role}: {fault}" for label, fault in found.items()} | faults
    return faults


@pytest.mark.parametrize("number", [QUICK, pytest.param(MANY, marks=[pytest.mark.slow, pytest.mark.timeout(3_600)])])
def test_whatever_a_program_asks_the_api_keeps_its_word(api, everywhere, roles, number):
    faults = play(api, number, everywhere, roles)
    assert not faults, "\n\n".join(faults.values())
