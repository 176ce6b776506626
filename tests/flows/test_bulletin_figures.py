"""The monthly bulletin: what each column counts, and that every figure opens its list."""

import pytest

from households.models import Household
from supervision.queries import bulletin_rules
from supervision.queries.bulletin_figures import of_level, row_of
from supervision.queries.bulletin_lists import FigureList
from tests import bulletin_county as is_
from tests.bulletin_county import COUNTY, TOWNS, VILLAGES, county, draft, where

__all__ = ["county"]
pytestmark = pytest.mark.django_db


def _due(i):
    return not is_.away(i)


@pytest.fixture
def cells(county):
    return row_of(draft(county).figures, COUNTY)["cells"]


def test_the_register_stands_in_the_columns_3_to_12(cells):
    poor, plan = where(lambda i: not is_.exited(i)), where(is_.planned)
    assert cells["villages"] == 3 and cells["poor_villages"] == 2
    assert (cells["registered_households"], cells["registered_persons"]) == (120, 300)
    assert cells["exited_households"] == 120 - len(poor) and cells["poor_households"] == len(poor)
    assert cells["poor_persons"] == sum(map(is_.members, poor))
    assert (cells["planned_households"], cells["planned_persons"]) == (len(plan), sum(map(is_.members, plan)))


def test_planned_households_are_judged_by_the_national_standard_as_of_the_cut_off(cells):
    failed = where(is_.planned, is_.unmet)
    assert cells["exit_unmet"] == len(failed) > 0
    assert cells["exit_unknown"] == len(where(is_.planned, is_.unknown)) > 0
    assert cells["exit_met"] == cells["planned_households"] - cells["exit_unmet"] - cells["exit_unknown"]
    assert cells["unmet_income"] == len(where(is_.planned, lambda i: "income" in is_.unmet(i)))
    assert cells["unmet_housing"] == len(where(is_.planned, lambda i: "housing" in is_.unmet(i)))
    assert cells["unmet_income"] + cells["unmet_housing"] > cells["exit_unmet"], "一户多项分别计入"


def test_families_away_stand_in_their_own_column_and_phones_do_not_count_as_visits(cells):
    assert cells["away_households"] == len(where(is_.away))
    assert cells["visits_due"] == 120 - len(where(is_.away))
    assert cells["visited_households"] == len(where(_due, is_.visited))
    assert cells["away_contacted"] == len(where(is_.away, lambda i: not is_.late(i)))
    assert cells["late_visits"] == len(where(_due, is_.late)) > 0
    assert cells["visit_rate"] == f"{cells['visited_households'] / cells['visits_due'] * 100:.2f}"


def test_a_household_without_a_helper_stays_due_and_shows_in_its_column(cells):
    assert cells["unpaired_households"] == 1 and cells["helpers"] == 60
    assert cells["registered_households"] == cells["visits_due"] + cells["away_households"]
    assert cells["posted_staff"] == 3


def test_towns_without_registered_households_do_not_stand_in_the_table_and_the_total_is_recomputed(county):
    figures = draft(county).figures
    assert [row["code"] for row in of_level(figures, "town")] == list(TOWNS)
    assert [row["code"] for row in of_level(figures, "village")] == list(VILLAGES)
    whole = row_of(figures, COUNTY)["cells"]
    towns = [row["cells"] for row in of_level(figures, "town")]
    assert whole["visited_households"] == sum(town["visited_households"] for town in towns)
    visited, due = (sum(town[code] for town in towns) for code in ("visited_households", "visits_due"))
    assert whole["visit_rate"] == f"{visited / due * 100:.2f}"


def test_every_figure_opens_a_list_of_exactly_that_many_rows(county):
    bulletin = draft(county)
    rules = bulletin_rules.recorded(bulletin)
    opened = 0
    for row in bulletin.figures["rows"]:
        for column in rules.form.columns:
            if not column.lists:
                continue
            listed = FigureList(bulletin, rules, rules.indicators[column.lists], row)
            wanted = row["cells"][column.lists]
            assert len(listed) == wanted == len(listed[0:5000]), (row["name"], column.code)
            assert all(len(line) == len(listed.headings) for line in listed[0:7])
            opened += 1
    assert opened == 6 * 26


def test_pages_of_a_list_follow_on_each_other(county):
    bulletin = draft(county)
    rules = bulletin_rules.recorded(bulletin)
    for code in ("registered_persons", "registered_households", "helpers"):
        listed = FigureList(bulletin, rules, rules.indicators[code], row_of(bulletin.figures, COUNTY))
        whole = listed[0 : len(listed)]
        assert [row[0] for row in whole] == list(range(1, len(listed) + 1))
        assert [line for start in range(0, len(listed), 50) for line in listed[start : start + 50]] == whole


def test_what_is_unknown_about_residence_does_not_take_a_household_out_of_the_visits(county):
    nowhere = Household.objects.filter(residence__isnull=True).count()
    assert nowhere > 0
    cells = row_of(draft(county).figures, COUNTY)["cells"]
    assert cells["visits_due"] == 120 - len(where(is_.away))
