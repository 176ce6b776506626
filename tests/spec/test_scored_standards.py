"""Scored standards, vetoes and multiples of a line: SQL and the plain reference decide every combination alike."""

import datetime
import itertools
from decimal import Decimal

import pytest
from django.db import connection

from povertycase.rules import sheet
from povertycase.rules.compile import MET, UNKNOWN, UNMET, Standard
from povertycase.rules.conditions import ConditionError, Given, parse
from tests.spec.engines import by_sql

DAY = datetime.date(2018, 11, 30)


def _criterion(code, fact, **more):
    return {"code": code, "name": code, "gap": code, "value": fact, "test": {"fact": fact, "is_true": True}, **more}


SCORED = {
    "code": "scored",
    "name": "计分标准",
    "level": "household",
    "pass_points": 70,
    "criteria": [
        _criterion("veto", "food_secure", veto=True),
        _criterion("forty", "has_tv", points=40),
        _criterion("thirty", "has_power", points=30),
        _criterion("twenty", "has_toilet", points=29.5),
    ],
}
FACTS = ("food_secure", "has_tv", "has_power", "has_toilet")


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((True, True, True, False), MET),  # 70 are enough
        ((True, True, False, True), UNMET),  # 69.5 are not
        ((False, True, True, True), UNMET),  # 一票否决
        ((None, True, True, True), UNKNOWN),  # points enough, the veto is not known
        ((None, False, True, True), UNMET),  # no veto can help: 59.5 at most
        ((True, True, None, True), UNKNOWN),
        ((True, True, True, None), MET),  # enough whatever the last one is
        ((True, False, None, None), UNMET),  # 59.5 at the very best
        ((None, None, None, None), UNKNOWN),
        ((False, None, None, None), UNMET),
    ],
)
def test_points_and_vetoes_decide(answers, outcome):
    assert Standard.parse(SCORED).judge(dict(zip(FACTS, answers, strict=True)), Given(DAY))[0] == outcome


def test_sql_agrees_on_every_combination_and_the_points_are_those_of_the_met_bits(db):
    standard, given = Standard.parse(SCORED), Given(DAY)
    rows = list(itertools.product((True, False, None), repeat=4))
    table = sheet.create("household", as_of=DAY, nodes=standard.criteria)
    with connection.cursor() as cursor:
        for number, row in enumerate(rows, 1):
            cursor.execute(
                f"INSERT INTO sheet.{table.table} (subject_id, division_code, members, {', '.join(FACTS)}) "
                "VALUES (%s, '220821100201', 1, %s, %s, %s, %s)",
                [number, *row],
            )
        cursor.execute(standard.verdict_select(table, given), {"lo": 1, "hi": len(rows)})
        found = cursor.fetchall()
    for row, (_id, _place, _members, outcome, met, unmet, _values) in zip(rows, found, strict=True):
        values = dict(zip(FACTS, row, strict=True))
        assert outcome == standard.judge(values, given)[0], row
        assert [met >> n & 1 for n in range(4)] == [int(answer is True) for answer in row]
        assert [unmet >> n & 1 for n in range(4)] == [int(answer is False) for answer in row]
        points = zip((0, 40, 30, Decimal("29.5")), row, strict=True)
        assert standard.points_of(met) == sum(number for number, answer in points if answer)


def test_a_standard_whose_points_cannot_be_reached_or_mean_nothing_is_refused():
    for wrong in ({"pass_points": 100}, {"pass_points": 0}, {"pass_points": None}):
        with pytest.raises(ConditionError, match="scored"):
            Standard.parse({**SCORED, **wrong})
    with pytest.raises(ConditionError, match="level"):
        Standard.parse({**SCORED, "level": "town"})


def test_a_line_may_be_taken_times_a_number(db):
    node = parse({"fact": "net_income_per_capita", "at_most": {"threshold": "poverty_line", "times": 1.05}})
    for line, income, expected in (
        (3535, "3711.75", True),
        (3535, "3711.76", False),
        (None, "3000", None),
        (3535, None, None),
    ):
        given = Given(DAY, {"poverty_line": None if line is None else Decimal(line)})
        values = {"net_income_per_capita": None if income is None else Decimal(income)}
        assert node.holds(values, given) is expected
        assert by_sql(node, values, given) is expected
    assert "1.05倍" in node.words(Given(DAY, {"poverty_line": Decimal(3535)}))
    assert node.thresholds() == {"poverty_line"}
