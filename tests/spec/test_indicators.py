"""Every indicator has its drawn table: what it counts, and that what is not known counts nothing; SQL and reference."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from assistance.queries.frequencies import Frequency
from povertycase.rules import sheet, spec, versions
from povertycase.rules.aggregate import aggregate
from povertycase.rules.compile import Standard
from povertycase.rules.conditions import Given
from povertycase.rules.operands import literal
from supervision.queries import indicators
from tests.spec.engines import by_sql

DAY = datetime.date(2018, 11, 30)
COUNTY, VILLAGE = "220821000000", "220821101200"
TABLES = spec.read(Path(__file__).parent / "indicators.txt")
STANDARD = Standard.parse(next(one for one in versions.shipped("standard") if one["code"] == "national-household"))
INDICATORS = indicators.read(
    {body["code"]: body for body in versions.shipped("indicator")},
    STANDARD,
    [Frequency.parse(body) for body in versions.shipped("frequency")],
)


def test_each_indicator_is_drawn_once():
    assert sorted(table.criterion for table in TABLES) == sorted(INDICATORS)


def test_the_tables_draw_what_decides_and_unknown_wherever_it_can_be():
    for table in TABLES:
        one = INDICATORS[table.criterion]
        outcomes = {example.outcome for example in table.examples()}
        if one.node is None:
            assert outcomes == {"counted"} and one.measured in table.columns, one.code
            continue
        assert outcomes == {"counted", "not counted", "unknown"}, one.code
        judged = STANDARD.facts() - set(table.columns) if one.code.startswith("unmet_") else set()
        assert one.node.facts() - judged <= set(table.columns), one.code


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.criterion)
def test_both_engines_count_as_drawn(db, table):
    node = INDICATORS[table.criterion].node
    for example in table.examples() if node else ():
        given, expected = Given(DAY, example.lines), spec.OUTCOMES[example.outcome]
        assert node.holds(example.values, given) is expected, example
        assert by_sql(node, dict(example.values), given) is expected, example


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.criterion)
def test_the_figure_over_the_drawn_rows_is_the_sum_of_what_is_counted(db, table):
    """Summed, counted or counted once, as the bulletin does it; a size that is not known adds nothing."""
    one, examples = INDICATORS[table.criterion], list(table.examples())
    lines = {name: value for example in examples for name, value in example.lines.items()}
    measured = [one.measured] if one.measured else []
    made = sheet.create(one.subject, as_of=DAY, nodes=[one.node] if one.node else (), codes=measured)
    with connection.cursor() as cursor:
        for number, example in enumerate(examples, 1):
            row = {"subject_id": number, "division_code": VILLAGE, **example.values}
            cells = ", ".join(literal(value) for value in row.values())
            cursor.execute(f"INSERT INTO sheet.{made.table} ({', '.join(row)}) VALUES ({cells})", {})
    kept = [example.values for example in examples if example.outcome == "counted"]
    sizes = [values[one.measured] for values in kept] if one.measured else [1] * len(kept)
    expected = len(set(sizes)) if one.counts_once else sum(size or 0 for size in sizes)
    found = aggregate(made, [one.counted()], ("county",), given=Given(DAY, lines))
    assert Decimal(found[COUNTY][one.code]) == expected
