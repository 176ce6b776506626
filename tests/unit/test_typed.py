"""Numbers that somebody typed into an address or a form."""

import pytest

from povertycase.access.typed import whole


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("0", 0), ("007", 7), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("9" * 5_000, None)]
    + [(text, None) for text in ("", "-1", "1.5", " 7", "²", "١٢", "７", "1e3", "x")],
)
def test_only_a_whole_number_that_a_key_has_room_for_is_read(text, number):
    assert whole(text) == number


def test_more_digits_than_can_be_meant_are_no_number():
    assert (whole("2018", 4), whole("20181", 4)) == (2018, None)
