"""Every check has its drawn table: whom it finds, whom it does not, and that what is not known makes nobody suspicious."""

import datetime
import random
from pathlib import Path

import pytest
from django.db import connection

from povertycase.rules import check, conditions, facts, member_counts, spec, versions
from povertycase.rules.conditions import Given
from povertycase.rules.operands import literal
from tests.spec.engines import by_sql

HERE = Path(__file__).parent / "checks"
DAY = datetime.date(2018, 11, 30)
CHECKS = {one.code: one for one in check.read(versions.shipped("check"))}
TABLES = [table for path in sorted(HERE.glob("*.txt")) for table in spec.read(path)]
RULES_OF_EMPTINESS = "is_unknown"


def counted(node, values: dict, given: Given) -> dict:
    """The values with the member counts that the sheet would hold, each decided by SQL."""
    found = dict(values)
    for code, body in node.counts().items():
        where = conditions.member_condition(body)
        said = [by_sql(where, dict(member), given) for member in values["members_list"]]
        found[code] = member_counts.packed(said.count(True), said.count(None))
    return found


def test_there_are_more_than_eighty_checks_and_each_is_drawn_once():
    assert len(CHECKS) >= 80
    assert sorted(table.criterion for table in TABLES) == sorted(CHECKS)


def test_each_names_where_it_was_read_what_it_asks_and_its_level():
    for one in CHECKS.values():
        assert one.sources and one.question and one.family and one.level in ("error", "warn"), one.code
        assert all(source.startswith(("Q-", "GX-")) for source in one.sources), one.code


def test_the_tables_draw_a_hit_and_none_and_every_fact_that_decides():
    for table in TABLES:
        one = CHECKS[table.criterion]
        assert {"hit", "no hit"} <= {example.outcome for example in table.examples()}, table.criterion
        assert one.node.facts() <= set(table.columns), table.criterion


def test_unknown_is_drawn_wherever_it_can_be():
    without = {t.criterion for t in TABLES if "unknown" not in {example.outcome for example in t.examples()}}
    emptiness = {one.code for one in CHECKS.values() if RULES_OF_EMPTINESS in str(one)}
    assert without <= emptiness


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.criterion)
def test_both_engines_decide_as_drawn(db, table):
    one = CHECKS[table.criterion]
    for example in table.examples():
        given = Given(DAY, example.lines)
        expected = spec.OUTCOMES[example.outcome]
        assert one.holds(example.values, given) is expected, example
        assert by_sql(one.node, counted(one.node, dict(example.values), given), given) is expected, example


def test_one_scan_over_a_drawn_sheet_gives_what_the_slow_engine_gives(db):
    """All checks at once over 400 random rows: numbers, values and nothing that is only perhaps so."""
    checks, dice = list(CHECKS.values()), random.Random(5)
    given = Given(DAY, {"poverty_line": 3535})
    names = sorted({code for one in checks for code in one.facts()})
    types = {code: facts.TYPES[facts.get(code).type] for code in names}
    for one in checks:
        types |= dict.fromkeys(one.counts(), "integer")
    rows = [{code: _some(dice, code, kind) for code, kind in types.items()} for _number in range(400)]
    table = _Drawn(types)
    with connection.cursor() as cursor:
        columns = ", ".join(f"{code} {kind}" for code, kind in types.items())
        cursor.execute(f"CREATE TABLE sheet.{table.table} (subject_id bigint, division_code text, {columns})")
        for number, row in enumerate(rows):
            cells = ", ".join(f"{literal(value)}::{types[code]}" for code, value in row.items())
            cursor.execute(f"INSERT INTO sheet.{table.table} SELECT {number}, '220821101200', {cells}", {})
        cursor.execute(check.hits_select(table, checks, given), {"lo": 0, "hi": 400})
        found = {(subject, checks[number - 1].code) for subject, _place, number, _values in cursor.fetchall()}
    slow = {(number, code) for number, row in enumerate(rows) for code in check.hits(checks, row, given)}
    assert found == slow and len(found) > 1000


class _Drawn:
    """A sheet of drawn rows."""

    pk, table, subject = 1, "drawn_checks", "household"

    def __init__(self, types: dict) -> None:
        self.columns = [[code, kind] for code, kind in types.items()]


def _some(dice: random.Random, code: str, kind: str):
    if code.startswith("m_"):
        return member_counts.packed(dice.choice((0, 0, 1, 2)), dice.choice((0, 0, 1, 2)))
    if dice.random() < 0.2:
        return None
    fact = facts.get(code)
    if kind == "boolean":
        return dice.random() < 0.5
    if kind == "text":
        return dice.choice([value for value, _label in fact.choices] or ["某"])
    if kind == "date":
        return DAY - datetime.timedelta(days=dice.randrange(400))
    return dice.choice((0, 0, 1, 2, 60, 99, 2017, 2018, 4000, 200_000))
