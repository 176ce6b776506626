"""Warnings, policies and visit frequencies have their drawn tables, and both engines decide them as drawn."""

import datetime
from pathlib import Path

import pytest

from assistance.queries.frequencies import Frequency, due
from povertycase.rules import spec, versions
from povertycase.rules.conditions import ConditionError, Given
from povertycase.rules.policy import Policy
from supervision.queries import checks
from tests.spec.engines import by_sql

HERE = Path(__file__).parent
DAY = datetime.date(2018, 11, 30)
FILES = {"warning": "warnings", "policy": "policies", "frequency": "frequencies"}
RULES = {
    kind: {body["code"]: Frequency.parse(body) if kind == "frequency" else checks.parse(kind, body)
           for body in versions.shipped(kind)}
    for kind in FILES
}  # fmt: skip
TABLES = [(kind, table) for kind, name in FILES.items() for table in spec.read(HERE / f"{name}.txt")]


@pytest.mark.parametrize("kind", FILES)
def test_each_is_drawn_once(kind):
    assert sorted(table.criterion for of, table in TABLES if of == kind) == sorted(RULES[kind])


@pytest.mark.parametrize(("kind", "table"), TABLES, ids=lambda one: getattr(one, "criterion", one))
def test_both_engines_decide_as_drawn(db, kind, table):
    node = RULES[kind][table.criterion].node
    assert node.facts() <= set(table.columns)
    assert {example.outcome for example in table.examples()} == {"hit", "no hit", "unknown"}
    for example in table.examples():
        given, expected = Given(DAY, example.lines), spec.OUTCOMES[example.outcome]
        assert node.holds(example.values, given) is expected, example
        assert by_sql(node, dict(example.values), given) is expected, example


def test_no_two_rules_that_find_households_share_a_code():
    codes = [body["code"] for kind in checks.PARSERS for body in versions.shipped(kind)]
    assert len(codes) == len(set(codes))


def test_no_policy_says_that_its_paper_was_read_and_each_names_where_it_comes_from():
    for body in versions.shipped("policy"):
        assert body["sources"] and body["verified"] is False and body["department"]


def test_a_policy_must_say_what_answers_it():
    body = {"code": "x", "name": "x", "question": "x", "test": {"fact": "members", "above": 0}}
    with pytest.raises(ConditionError, match="怎样算已享受"):
        Policy.parse(body)
    with pytest.raises(KeyError, match="measures_none"):
        Policy.parse({**body, "measures": ["none"]})


@pytest.mark.parametrize(
    ("also", "sentence"),
    [
        ({"visits": 0}, "写法不对"),
        ({"visits": True}, "写法不对"),
        ({"span": "week"}, "写法不对"),
        ({"test": {"fact": "net_income_per_capita", "below": 4000}}, "不能用指标事实"),
        ({"test": {"members": {"where": [{"fact": "age", "above": 60}]}, "above": 0}}, "只能按户"),
    ],
)
def test_a_frequency_asks_only_what_the_list_knows(also, sentence):
    body = {"code": "x", "name": "x", "visits": 1, "span": "month", "test": {"fact": "is_away", "is_false": True}}
    assert Frequency.parse(body).words == "每月不少于1次"
    with pytest.raises(ConditionError, match=sentence):
        Frequency.parse({**body, **also})


def test_without_any_frequency_nobody_is_due(db):
    assert all(due([]).holds({"is_away": away}) is not True for away in (True, False, None))
