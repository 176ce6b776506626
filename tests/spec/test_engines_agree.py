"""On random sheets SQL and the plain reference judge every household alike, values and masks included."""

import datetime
import random
from decimal import Decimal

import pytest
from django.db import connection

from povertycase import periods
from povertycase.rules import check, facts, member_counts, sheet, versions
from povertycase.rules.compile import Standard
from povertycase.rules.conditions import Given, parse
from povertycase.rules.operands import literal
from supervision.queries import verdicts

DAY = datetime.date(2018, 11, 30)
MILLION = 1_000_000
ROWS, FEW, BATCH = 2_000, 400, 500
# Lines near the values that are drawn, so that they decide.
NEAR = {"poverty_line": [3534, 3535], "incidence_limit": [2, 3], "collective_income_line": [9, 3535]}
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
    return (
        Decimal(dice.choice([0, 1, 2, 3, 5, 6, 13, 60, 90, 95, 97, 98, 100, 3534, 3535, 3536, 9000]))
        + Decimal(dice.randrange(100)) / 100
    )


def line_of(dice: random.Random, name: str) -> Decimal | None:
    """A line near what is judged by it; every fifth year has none."""
    return None if dice.random() < 0.2 else Decimal(dice.choice(NEAR.get(name, [2, 3, 90, 98, 30_000])))


def some_count(dice: random.Random) -> int:
    """How many members surely, and how many perhaps, as a sheet keeps it."""
    return member_counts.packed(dice.choice([0, 0, 1, 2]), dice.choice([0, 0, 1, 2]))


def random_sheet(nodes, seed: int, subject: str = "household", size: int = ROWS):
    """A stored sheet with random rows, and the rows as the reference sees them."""
    dice = random.Random(seed)
    table = sheet.create(subject, as_of=DAY, nodes=nodes)
    names = [column[0] for column in table.columns]
    rows = []
    for number in range(1, size + 1):
        row = {"subject_id": number, "division_code": f"2208211002{number % 30:02}"}
        for name in names:
            row[name] = some_count(dice) if name.startswith("m_") else some_value(dice, name)
        if "members" in row:
            row["members"] = row["members"] or 0
        rows.append(row)
    with connection.cursor() as cursor:
        for start in range(0, size, BATCH):
            some = rows[start : start + BATCH]
            values = ", ".join("(" + ", ".join(literal(row[name]) for name in rows[0]) + ")" for row in some)
            cursor.execute(f"INSERT INTO sheet.{table.table} ({', '.join(rows[0])}) VALUES {values}", {})
    return table, rows


def compare(standard: Standard, given: Given, seed: int, size: int) -> int:
    """Judge one random sheet by both engines; the number of findings compared: each criterion of each subject."""
    table, rows = random_sheet(standard.criteria, seed, standard.subject, size)
    with connection.cursor() as cursor:
        cursor.execute(standard.verdict_select(table, given), {"lo": 1, "hi": size})
        names = [column.name for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    sheet.drop(table, now=periods.now())
    assert len(found) == size
    for row, by_sql in zip(rows, found, strict=True):
        expected, results = standard.judge(row, given)
        words = [{True: "met", False: "unmet", None: "unknown"}[result] for result in results]
        assert by_sql["outcome"] == expected, (standard.code, row)
        assert verdicts.results_of(standard, by_sql["met"], by_sql["unmet"]) == words, (standard.code, row)
        judged = zip(standard.criteria, by_sql["judged"], strict=True)
        assert [facts.from_number(c.value, value) for c, value in judged] == [
            criterion.shown(row, given) for criterion in standard.criteria
        ]
        assert by_sql["division_code"] == row["division_code"]
        assert ("members" in by_sql) == (standard.subject == "household")
    return size * len(standard.criteria)


def compare_checks(seed: int, size: int) -> int:
    """The same for every check 疑点规则: what SQL says of each household, unknown included, and whom it finds."""
    checks = check.read(versions.shipped("check"))
    dice = random.Random(-seed)
    names = sorted(set().union(*(one.thresholds() for one in checks)))
    given = Given(DAY, {name: line_of(dice, name) for name in names})
    table, rows = random_sheet(checks, seed, size=size)
    tests = ", ".join(one.sql(sheet.own_columns(table), given) for one in checks)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {tests} FROM sheet.{table.table} ORDER BY subject_id", {})
        answers = cursor.fetchall()
        cursor.execute(check.hits_select(table, checks, given), {"lo": 1, "hi": size})
        hits: dict[int, set] = {}
        for subject, _place, number, _values in cursor.fetchall():
            hits.setdefault(subject, set()).add((subject, number))
    sheet.drop(table, now=periods.now())
    for row, by_sql in zip(rows, answers, strict=True):
        expected = [one.holds(row, given) for one in checks]
        assert list(by_sql) == expected, (row["subject_id"], [one.code for one in checks])
        sure = {number for number, answer in enumerate(expected, 1) if answer is True}
        assert {(row["subject_id"], number) for number in sure} == hits.pop(row["subject_id"], set())
    return size * len(checks)


def standards() -> list[Standard]:
    return [Standard.parse(body) for body in versions.shipped("standard")]


@pytest.mark.parametrize("standard", standards(), ids=lambda standard: standard.code)
@pytest.mark.parametrize("lines", [True, False], ids=["with lines", "without lines"])
def test_sql_and_reference_judge_alike(db, standard, lines):
    dice = random.Random(standard.code)
    given = Given(DAY, {name: line_of(dice, name) if lines else None for name in sorted(standard.thresholds())})
    assert compare(standard, given, seed=len(standard.code), size=FEW) == FEW * len(standard.criteria)


def test_every_check_agrees(db):
    assert compare_checks(seed=1, size=FEW) >= 80 * FEW


@pytest.mark.slow
def test_a_million_findings_of_random_counties_agree(db):
    """Counties drawn anew, with other lines each, until the standards and the checks have made a million findings."""
    compared = county = 0
    while compared < MILLION:
        county += 1
        dice = random.Random(county)
        for standard in standards():
            given = Given(DAY, {name: line_of(dice, name) for name in sorted(standard.thresholds())})
            compared += compare(standard, given, seed=county, size=ROWS)
        compared += compare_checks(seed=county, size=ROWS)
    assert compared >= MILLION


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
