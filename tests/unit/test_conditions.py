"""Conditions: what may be written, what is refused and how, and how they read in both languages."""

import datetime
from decimal import Decimal

import pytest
from django.utils import translation

from povertycase.rules import conditions
from povertycase.rules.conditions import ConditionError, Given, check, parse

GIVEN = Given(datetime.date(2018, 11, 30), {"poverty_line": Decimal(3535)})


@pytest.mark.parametrize(
    "body",
    [
        "net_income > 3535",
        {},
        {"fact": "has_tv"},
        {"fact": "has_tv", "equals": 1},
        {"fact": "has_tv", "is_true": False},
        {"fact": "has_tv", "is_true": True, "is_false": True},
        {"fact": "house_grade", "one_of": []},
        {"fact": "house_area", "between": [1]},
        {"fact": "house_area", "above": {"sql": "1; DROP TABLE x"}},
        {"all": []},
        {"all": [{"any": [{"all": [{"fact": "has_tv", "is_true": True}]}]}]},
        {"members": {"where": []}, "at_least": 1},
        {"members": {"where": [{"fact": "age", "above": {"threshold": "poverty_line"}}]}, "at_least": 1},
        {"members": {"where": [{"fact": "age", "above": 1}]}, "one_of": [1]},
    ],
)
def test_what_is_not_in_the_closed_set_is_refused_in_plain_words(body):
    with pytest.raises(ValueError, match="写法不对"):
        parse(body)


@pytest.mark.parametrize(
    ("body", "words"),
    [({"fact": "no_such_fact", "is_true": True}, "没有名为"), ({"fact": "age", "above": 1}, "不能用在 household")],
)
def test_a_condition_names_only_facts_of_its_subject(body, words):
    with pytest.raises(ConditionError, match=words):
        check(parse(body), "household")


@pytest.mark.parametrize(
    ("body", "chinese", "english"),
    [
        (
            {"fact": "net_income_per_capita", "above": {"threshold": "poverty_line"}},
            "人均纯收入高于扶贫标准（3,535元）",
            "above",
        ),
        ({"fact": "house_grade", "one_of": ["A", "B"]}, "住房鉴定等级为A级、B级", "A"),
        ({"fact": "planned_exit_year", "one_of": [{"as_of": "year"}]}, "计划脱贫年度为2018", "2018"),
        ({"members": {"where": [{"fact": "age", "at_least": 60}]}, "at_least": 1}, "符合“周岁不低于60岁”的成员人数不低于1", "60"),
    ],
)  # fmt: skip
def test_a_condition_reads_as_a_sentence_in_both_languages(body, chinese, english):
    with translation.override("zh-hans"):
        assert parse(body).words(GIVEN) == chinese
    with translation.override("en"):
        said = parse(body).words(GIVEN)
    assert english in said
    assert not any("\u4e00" <= character <= "\u9fff" for character in said), said


def test_all_is_false_if_one_is_false_otherwise_unknown_if_one_is_unknown():
    both = parse({"all": [{"fact": "has_tv", "is_true": True}, {"fact": "has_power", "is_true": True}]})
    assert both.holds({"has_tv": False, "has_power": None}) is False
    assert both.holds({"has_tv": True, "has_power": None}) is None
    assert both.unknown_facts({"has_tv": True, "has_power": None}) == ["has_power"]
    assert both.unknown_facts({"has_tv": False, "has_power": None}) == []


def test_an_unknown_member_counts_only_where_it_decides():
    old = parse({"members": {"where": [{"fact": "age", "at_least": 60}]}, "at_least": 2})
    assert old.holds({"members_list": [{"age": 70}, {"age": 65}, {"age": None}]}) is True
    assert old.holds({"members_list": [{"age": 70}, {"age": None}]}) is None
    assert old.holds({"members_list": [{"age": 20}, {"age": None}]}) is False


def test_no_line_for_the_year_makes_the_condition_unknown():
    above = parse({"fact": "net_income_per_capita", "above": {"threshold": "poverty_line"}})
    assert above.holds({"net_income_per_capita": Decimal(9000)}, Given(GIVEN.as_of, {"poverty_line": None})) is None


def test_a_text_in_a_rule_cannot_leave_its_quotes():
    wild = parse({"fact": "house_grade", "one_of": ["A'; DROP TABLE x; --", "100%"]})
    assert wild.sql({"house_grade": "g"}) == "(g IN ('A''; DROP TABLE x; --', '100%%'))"
    assert conditions.TESTS[0] == "above"
