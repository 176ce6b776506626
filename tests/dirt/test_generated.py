"""Workbooks with all kinds of dirt: every planted fault is found at its cell, no other is told, good households go in."""

import pytest

from households.models import Household, Membership
from tests import register_books as books
from tests.dirt.generator import make
from tests.dirt.judge import judge


@pytest.fixture(autouse=True)
def county(db):
    books.load_divisions()


def test_the_generator_knows_every_kind_of_dirt():
    kinds = sum((make(seed)[1].kinds for seed in range(8)), start=make(99)[1].kinds)
    assert set(range(1, 33)) <= set(kinds), sorted(set(range(1, 33)) - set(kinds))
    assert make(3)[1] == make(3)[1]


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_every_fault_of_a_dirty_workbook_is_told_and_no_other(seed):
    data, truth = make(seed)
    batch = books.check(data)
    assert batch.state == "checked", batch.refusal
    verdict = judge(batch, truth)
    assert (verdict.missed, verdict.false) == ([], [])
    assert verdict.planted > 200
    for title, skipped in truth.skipped.items():
        assert batch.counts["sheets"][title]["skipped"] == skipped
    numbers = books.numbers(batch)
    assert (numbers.new, numbers.refused) == (truth.households - len(truth.refused), len(truth.refused))


def test_the_good_households_of_a_dirty_workbook_go_in():
    data, truth = make(5)
    batch = books.bring_in(data)
    assert judge(batch, truth).missed == []
    assert Household.objects.count() == truth.households - len(truth.refused) > 5
    assert Membership.objects.count() == truth.persons
    again = books.check(data)
    assert books.numbers(again).new == books.numbers(again).changed == 0
