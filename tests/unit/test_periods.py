"""Months, cut-off days and the business date."""

import datetime

import pytest

from povertycase import periods
from povertycase.periods import Month, age_on

D = datetime.date


def test_the_business_date_is_the_offices_where_it_is_set(settings):
    settings.OFFICE_DATE = D(2018, 11, 30)
    assert periods.today() == D(2018, 11, 30)


def test_without_one_it_is_the_day_in_shanghai(settings, monkeypatch):
    settings.OFFICE_DATE = None
    late = datetime.datetime(2018, 10, 31, 23, 0, tzinfo=datetime.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: late)
    assert periods.today() == D(2018, 11, 1)


@pytest.mark.parametrize(("text", "month"), [("2018-10", Month(2018, 10)), (" 2018-1 ", Month(2018, 1))])
def test_a_month_is_read_as_written(text, month):
    assert Month.parse(text) == month
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize("text", ["2018-13", "2018", "十月", "2018/10", ""])
def test_a_wrong_month_says_how_to_write_it(text):
    with pytest.raises(ValueError, match="2018-10"):
        Month.parse(text)


def test_months_know_their_days_and_neighbours():
    assert (Month(2016, 2).first, Month(2016, 2).last) == (D(2016, 2, 1), D(2016, 2, 29))
    assert Month(2018, 12).next() == Month(2019, 1)
    assert Month(2018, 1).previous() == Month(2017, 12)
    assert Month(2018, 9) < Month(2018, 10) < Month(2019, 1)


def test_a_month_with_a_cut_off_day_begins_after_the_one_before():
    assert Month(2018, 10).window() == (D(2018, 10, 1), D(2018, 10, 31))
    assert Month(2018, 10).window(25) == (D(2018, 9, 26), D(2018, 10, 25))
    assert Month(2018, 3).window(30) == (D(2018, 3, 1), D(2018, 3, 30))
    assert Month(2018, 2).window(30) == (D(2018, 1, 31), D(2018, 2, 28))


def test_windows_neither_overlap_nor_leave_a_day_out():
    for cutoff in (0, 1, 25, 28, 29, 30, 31):
        month = Month(2015, 12)
        for _ in range(40):
            after = month.next()
            assert after.window(cutoff)[0] == month.window(cutoff)[1] + datetime.timedelta(days=1)
            month = after


def test_full_years_of_age_turn_on_the_birthday():
    assert age_on(D(2002, 11, 30), D(2018, 11, 29)) == 15
    assert age_on(D(2002, 11, 30), D(2018, 11, 30)) == 16
    assert age_on(D(2000, 2, 29), D(2018, 2, 28)) == 17
