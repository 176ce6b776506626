"""Figures counted in SQL are the figures of the slow reference engine, for every division and every indicator."""

from decimal import Decimal

import pytest

from povertycase.rules import sheet as fact_sheets
from povertycase.rules.aggregate import LEVELS, CriterionIs, Measure, OutcomeIs, aggregate
from supervision.queries import bulletin_rules
from supervision.queries.bulletin_figures import SUBJECTS
from tests.bulletin_county import county, draft

__all__ = ["county"]
pytestmark = pytest.mark.django_db


def _slow(rows, measure, given):
    kept = [row for row in rows if measure.where is None or measure.where.holds(row, given) is True]
    if measure.sum:
        return sum(row[measure.sum] or 0 for row in kept)
    return len({row[measure.distinct] for row in kept}) if measure.distinct else len(kept)


def test_every_indicator_agrees_with_the_reference_engine_everywhere(county):
    bulletin = draft(county)
    rules = bulletin_rules.recorded(bulletin)
    for subject in SUBJECTS:
        sheet = getattr(bulletin, f"{subject}_sheet")
        measures = [item.counted() for item in rules.of_subject(subject).values()]
        rows = fact_sheets.rows(sheet)
        found = aggregate(sheet, measures, given=rules.given)
        codes = {row["division_code"][:digits].ljust(12, "0") for row in rows for digits in LEVELS.values()}
        assert set(found) == codes
        for code, cells in found.items():
            inside = [row for row in rows if row["division_code"].startswith(_prefix(code))]
            assert cells == {one.code: _slow(inside, one, rules.given) for one in measures}, code


def test_verdicts_and_criteria_as_conditions_split_the_rows_into_met_unmet_and_unknown(county):
    bulletin = draft(county)
    rules = bulletin_rules.recorded(bulletin)
    nodes = [(lambda outcome, code=code: CriterionIs(rules.standard, outcome, code)) for code in ("income", "water")]
    nodes.append(lambda outcome: OutcomeIs(rules.standard, outcome))
    rows = fact_sheets.rows(bulletin.household_sheet)
    for node in nodes:
        measures = [Measure(outcome, where=node(outcome)) for outcome in ("met", "unmet", "unknown")]
        cells = aggregate(bulletin.household_sheet, measures, ("county",), given=rules.given)["220821000000"]
        assert cells == {one.code: _slow(rows, one, rules.given) for one in measures}
        assert sum(Decimal(value) for value in cells.values()) == len(rows)


def _prefix(code: str) -> str:
    return code[:6] if code.endswith("000000") else code[:9] if code.endswith("000") else code
