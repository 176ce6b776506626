"""What-if on a random sheet: SQL turns exactly the households that the plain reference turns, village by village."""

from collections import Counter
from decimal import Decimal

import pytest

from povertycase.rules import sheet, simulate, versions
from povertycase.rules.compile import Standard
from povertycase.rules.conditions import Given, parse
from povertycase.rules.simulate import Finds, Judges, Turned
from tests.spec.test_engines_agree import DAY, LINES, random_sheet

GIVEN = Given(DAY, LINES)
OTHER = Given(DAY, {"poverty_line": Decimal(5000)})
CHECKS = [
    (None, {"fact": "house_area", "below": 13}),
    ({"fact": "house_area", "below": 6}, {"fact": "house_area", "at_most": 13}),
    ({"fact": "helpers", "is_zero": True}, {"any": [{"fact": "helpers", "is_zero": True}, {"fact": "has_tv", "is_false": True}]}),
    (
        {"members": {"where": [{"fact": "age", "at_least": 60}]}, "at_least": 1},
        {"members": {"where": [{"fact": "insured", "is_false": True}]}, "above": 0},
    ),
]  # fmt: skip


def standard(code):
    return Standard.parse(next(body for body in versions.shipped("standard") if body["code"] == code))


def pairs():
    for was, now in CHECKS:
        yield Finds(parse(was) if was else None, GIVEN), Finds(parse(now), GIVEN)
    yield Judges(standard("national-household"), GIVEN), Judges(standard("national-household"), OTHER)
    yield Judges(standard("national-household"), GIVEN), Judges(standard("guangxi-household-2018"), GIVEN)


@pytest.mark.parametrize("number", range(6))
def test_counts_and_lists_are_those_of_the_reference(db, number):
    before, after = list(pairs())[number]
    asked = [*before.asks(), *after.asks()]
    table, rows = random_sheet(asked, seed=11 + number)
    expected: dict[str, Counter] = {}
    for row in rows:
        expected.setdefault(row["division_code"], Counter())[before.of(row), after.of(row)] += 1
    assert simulate.flips(table, before, after) == expected
    assert simulate.lacking(table, [before, after]) == []
    for was, now in {pair for cells in expected.values() for pair in cells}:
        node = Turned(before, after, was, now)
        ids = [row["subject_id"] for row in sheet.rows(table, node, columns=["members"])]
        assert sorted(ids) == [row["subject_id"] for row in rows if node.holds(row)]


def test_what_a_sheet_lacks_is_named(db):
    table, _rows = random_sheet([parse({"fact": "house_area", "below": 13})], seed=1)
    wanted = Finds(parse({"all": [{"fact": "house_area", "below": 13}, {"fact": "has_tv", "is_true": True}]}), GIVEN)
    assert simulate.lacking(table, [wanted]) == ["has_tv"]
