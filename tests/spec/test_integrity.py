"""The rules of the township's sample have their drawn tables, and both engines decide them as drawn."""

import datetime
from pathlib import Path

import pytest

from povertycase.rules import check, spec, versions
from povertycase.rules.conditions import Given
from tests.spec.engines import by_sql

DAY = datetime.date(2018, 11, 30)
RULES = {one.code: one for one in check.read(versions.shipped("integrity"))}
TABLES = spec.read(Path(__file__).parent / "integrity.txt")


def test_each_rule_of_the_sample_is_drawn():
    assert sorted(table.criterion for table in TABLES) == sorted(RULES)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.criterion)
def test_both_engines_decide_as_drawn(db, table):
    for example in table.examples():
        given, expected = Given(DAY, example.lines), spec.OUTCOMES[example.outcome]
        assert RULES[table.criterion].holds(example.values, given) is expected, example
        assert by_sql(RULES[table.criterion].node, dict(example.values), given) is expected, example
