"""Thirteen months of visits and the measures: rates, kinds and texts as an office knows them."""

import calendar
import datetime
from collections import Counter, defaultdict

import pytest

from supervision.demo import measures, visits
from supervision.demo.county import generate

DAY = datetime.date(2018, 11, 30)


@pytest.fixture(scope="module")
def county():
    return generate("141126", 1)


@pytest.fixture(scope="module")
def ids(county):
    households = {household.number: place for place, household in enumerate(county.households)}
    return visits.Ids(households, {cadre.number: place for place, cadre in enumerate(county.helpers.cadres)})


@pytest.fixture(scope="module")
def drawn(county, ids):
    return [visit for town in county.by_town() for visit in visits.Visits(county, town, ids, DAY).draw()]


def test_the_rate_of_every_month_is_that_of_the_table(county, drawn):
    due = {place for place, household in enumerate(county.households) if household.residence != "away"}
    seen = defaultdict(set)
    for visit in drawn:
        last = datetime.date(visit.day.year, visit.day.month, calendar.monthrange(visit.day.year, visit.day.month)[1])
        if visit.kind in ("home", "meeting") and visit.entered <= last + datetime.timedelta(days=3):
            seen[visit.day.year, visit.day.month].add(visit.household)
    for month, rate in visits.RATES.items():
        assert len(seen[month] & due) / len(due) * 100 == pytest.approx(rate, abs=0.6)


def test_families_away_are_called_and_not_visited(county, drawn):
    away = {place for place, household in enumerate(county.households) if household.residence == "away"}
    assert {visit.kind for visit in drawn if visit.household in away} == {"phone"}


def test_nobody_is_visited_on_new_years_eve_and_nothing_is_entered_before_it_happened(drawn):
    assert not any(visit.day == datetime.date(2018, 2, 15) for visit in drawn)
    assert all(visit.day <= visit.entered <= DAY for visit in drawn)


def test_the_texts_are_many_and_some_are_hollow(drawn):
    texts = Counter(visit.findings for visit in drawn if visit.kind == "home")
    assert len(texts) > len(drawn) * 0.3
    assert texts["一切正常。"] > 10
    lengths = sorted(len(visit.findings) for visit in drawn)
    assert 25 <= lengths[len(lengths) // 2] <= 60
    assert 0.08 < sum(bool(visit.need) for visit in drawn) / len(drawn) < 0.14


def test_no_text_keeps_an_unfilled_slot(drawn):
    assert not any("{" in visit.findings + visit.follow_up for visit in drawn)


def test_the_same_seed_draws_the_same_visits(county, ids):
    town = next(iter(county.by_town()))
    again = [visits.line(visit) for visit in visits.Visits(county, town, ids, DAY).draw()]
    assert again == [visits.line(visit) for visit in visits.Visits(county, town, ids, DAY).draw()]


def test_nearly_every_household_has_three_to_nine_measures_that_fit_it(county, ids):
    given = [given for town in county.by_town() for given in measures.Measures(county, town, ids).draw()]
    counts = Counter(one.household for one in given)
    fitting = sum(3 <= counts[place] <= 9 for place in range(len(county.households)))
    assert fitting / len(county.households) > 0.95
    ill = {place for place, household in enumerate(county.households) if household.main_cause == "illness"}
    assert ill <= {one.household for one in given if one.kind == "health"} | {p for p in ill if counts[p] < 2}
    assert all((one.state == "done") == (one.done is not None) for one in given)
