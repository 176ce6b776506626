"""Households named one by one are looked at in as few ranges as their ids allow."""

from povertycase.rules import ranges


def test_ids_in_a_row_are_one_range_and_nobody_else_comes_with_them():
    assert ranges.near([7, 5, 6, 9, 5]) == [(5, 7), (9, 9)]
    assert ranges.near([]) == []


def test_with_a_span_what_lies_near_comes_along():
    assert ranges.near([1, 40, 99, 101, 250], 100) == [(1, 99), (101, 101), (250, 250)]
