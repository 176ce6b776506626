"""On random sheets SQL and the plain reference judge every household alike, values and masks included."""

import datetime
import random
from decimal import Decimal

import pytest
from django.db import connection

from povertycase.rules import facts, sheet, versions
from povertycase.rules.compile import Standard
from povertycase.rules.conditions import Given, parse
from povertycase.rules.operands import literal
from supervision.queries import verdicts

DAY = datetime.date(2018, 11, 30)
ROWS = 2_000
LINES = {"poverty_line": Decimal(3535)}


def some_value(dice: random.Random, code: str):
    """A value of the fact's type, near what decides; every fifth is not known."""
    fact = facts.get(code)
    if dice.random() < 0.2:
        return None
    if fact.type == "bool":
        return dice.random() < 0.7
    if fact.type == "text":
        return dice.choice([value for value, _label in fact.choices] or ["某"])
    if fact.type == "date":
        return DAY - datetime.timedelta(days=dice.randrange(4000))
    if fact.type == "int":
        return dice.choice([0, 0, 0, 1, 2, 5])
    return Decimal(dice.choice([0, 1, 5, 6, 13, 3534, 3535, 3536, 9000])) + Decimal(dice.randrange(100)) / 100


def random_sheet(nodes, seed: int):
    """A stored sheet with random rows, and the rows as the reference sees them."""
    dice = random.Random(seed)
    table = sheet.create("household", as_of=DAY, nodes=nodes)
    names = [column[0] for column in table.columns]
    rows = []
    for number in range(1, ROWS + 1):
        row = {"subject_id": number, "division_code": f"2208211002{number % 30:02}"}
        for name in names:
            known = name.startswith("m_")
            row[name] = dice.choice([0, 0, 1, 2]) if known else some_value(dice, name)
        row["members"] = row["members"] or 0
        rows.append(row)
    values = ", ".join("(" + ", ".join(literal(row[name]) for name in rows[0]) + ")" for row in rows)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO sheet.{table.table} ({', '.join(rows[0])}) VALUES {values}", {})
    return table, rows


@pytest.mark.parametrize("body", versions.shipped("standard"), ids=lambda body: body["code"])
@pytest.mark.parametrize("lines", [LINES, {"poverty_line": None}], ids=["with a line", "without a line"])
def test_sql_and_reference_judge_alike(db, body, lines):
    standard = Standard.parse(body)
    given = Given(DAY, lines)
    table, rows = random_sheet(standard.criteria, seed=len(body["code"]))
    with connection.cursor() as cursor:
        cursor.execute(standard.verdict_select(table, given), {"lo": 1, "hi": ROWS})
        found = cursor.fetchall()
    assert len(found) == ROWS
    for row, (_id, place, _members, outcome, met, unmet, values) in zip(rows, found, strict=True):
        expected, results = standard.judge(row, given)
        words = [{True: "met", False: "unmet", None: "unknown"}[result] for result in results]
        assert (outcome, verdicts.results_of(standard, met, unmet)) == (expected, words)
        shown = [facts.from_number(c.value, value) for c, value in zip(standard.criteria, values, strict=True)]
        assert shown == [criterion.shown(row, given) for criterion in standard.criteria]
        assert place == row["division_code"]


MANY = [
    {"fact": "house_area", "between": [13, 40]},
    {"fact": "house_area", "at_least": {"fact": "arable_mu"}},
    {"fact": "returned_forest_mu", "above": {"sum": ["forest_mu", "pasture_mu"]}},
    {"fact": "planned_exit_year", "one_of": [{"as_of": "year"}, 2019]},
    {"fact": "house_appraised_on", "before": {"as_of": "date"}},
    {"fact": "water_assessed_on", "after": "2016-01-01"},
    {"fact": "net_income_per_capita", "at_most": {"threshold": "poverty_line"}},
    {"fact": "house_grade", "is_known": True},
    {"fact": "has_tv", "is_false": True},
    {"fact": "helpers", "is_zero": True},
    {"age_of": "house_appraised_on", "at_least": 3},
    {"months_since": "water_assessed_on", "below": 30},
    {"members": {"where": [{"fact": "age", "at_least": 60}]}, "at_least": 1},
    {"members": {"where": [{"fact": "insured", "is_false": True}]}, "is_zero": True},
    {"any": [{"fact": "has_tv", "is_true": True}, {"all": [{"fact": "helpers", "above": 0}, {"fact": "is_away", "is_true": True}]}]},
]  # fmt: skip


@pytest.mark.parametrize("lines", [LINES, {"poverty_line": None}], ids=["with a line", "without a line"])
def test_every_kind_of_test_agrees(db, lines):
    given = Given(DAY, lines)
    nodes = [parse(body) for body in MANY]
    table, rows = random_sheet(nodes, seed=7)
    cells = ", ".join(node.sql(sheet.own_columns(table), given) for node in nodes)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {cells} FROM sheet.{table.table} ORDER BY subject_id", {})
        found = cursor.fetchall()
    for row, answers in zip(rows, found, strict=True):
        assert list(answers) == [node.holds(row, given) for node in nodes]
