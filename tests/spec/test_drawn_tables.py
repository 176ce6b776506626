"""Every criterion of every shipped standard has a drawn table, and both engines decide it as drawn."""

import datetime
from pathlib import Path

import pytest

from povertycase.rules import spec, versions
from povertycase.rules.compile import Standard
from povertycase.rules.conditions import Given
from tests.spec.engines import by_sql

HERE = Path(__file__).parent
DAY = datetime.date(2018, 11, 30)


def standards() -> list[Standard]:
    return [Standard.parse(body) for body in versions.shipped("standard")]


def drawn() -> list:
    cases = []
    for standard in standards():
        for table in spec.read(HERE / f"{standard.code}.txt"):
            cases.append(pytest.param(standard, table, id=f"{standard.code}-{table.criterion}"))
    return cases


@pytest.mark.parametrize("standard", standards(), ids=lambda standard: standard.code)
def test_every_criterion_is_drawn_with_all_three_outcomes(standard):
    tables = {table.criterion: table for table in spec.read(HERE / f"{standard.code}.txt")}
    assert list(tables) == [criterion.code for criterion in standard.criteria]
    for criterion in standard.criteria:
        table = tables[criterion.code]
        assert {example.outcome for example in table.examples()} == {"met", "unmet", "unknown"}
        assert criterion.node.facts() <= set(table.columns)


@pytest.mark.parametrize(("standard", "table"), drawn())
def test_both_engines_decide_as_drawn(db, standard, table):
    criterion = standard.criterion(table.criterion)
    for example in table.examples():
        given = Given(DAY, example.lines)
        expected = spec.OUTCOMES[example.outcome]
        assert criterion.holds(example.values, given) is expected, example
        assert by_sql(criterion, dict(example.values), given) is expected, example
