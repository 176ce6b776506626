"""What somebody probably meant is proposed where one word is near, and nothing where two are."""

import pytest

from households.sheets.register import HOUSEHOLD, MEMBER
from povertycase.exchange.cleaning import enum_cleaner
from povertycase.exchange.dates import date_cleaner
from povertycase.exchange.near import nearest
from tests.register_books import TODAY


def proposed(cleaner, raw) -> str:
    _text, note = cleaner(raw)
    return note.proposal if note else ""


@pytest.mark.parametrize(
    ("column", "written", "meant"),
    [
        (HOUSEHOLD["main_cause"], "因并", "因病"),
        (HOUSEHOLD["main_cause"], "缺老动力", "缺劳力"),
        (MEMBER["education"], "小雪", "小学"),
        (MEMBER["relation"], "配藕", "配偶"),
        (HOUSEHOLD["main_cause"], "不知道", ""),
        (HOUSEHOLD["main_cause"], "因", ""),
        (HOUSEHOLD["main_cause"], "因某", ""),
    ],
)
def test_a_code_value_written_wrong_proposes_the_one_that_sounds_or_looks_like_it(column, written, meant):
    labels = dict(column.choices).values()
    found = proposed(enum_cleaner(column), written)
    assert found == meant, labels


def test_two_that_are_equally_near_propose_nothing():
    assert nearest("张甲", {"张乙": "张乙", "张丙": "张丙"}) == ""
    assert nearest("", {"张乙": "张乙"}) == ""
    assert nearest("x" * 500, {"张乙": "张乙"}) == ""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2018-13-05", "2018-05-13"),
        ("2018年2月30日", "2018-02-28"),
        ("2018-13-40", ""),
        ("2018.5", "2018-05-01"),
        ("18.5.1", "2018-05-01"),
        ("0000-00-00", ""),
        ("9999-13-12", ""),
    ],
)
def test_a_day_that_is_not_proposes_the_one_that_was_probably_meant(written, meant):
    assert proposed(date_cleaner(HOUSEHOLD["registered_on"], TODAY), written) == meant
