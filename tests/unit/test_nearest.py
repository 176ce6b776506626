"""The smallest change that would turn a verdict: which facts stand in the way, and how far a number is from its line."""

import datetime
from decimal import Decimal

from povertycase.rules import nearest
from povertycase.rules.compile import Standard
from povertycase.rules.conditions import Given, parse

DAY = datetime.date(2018, 11, 30)
GIVEN = Given(DAY, {"poverty_line": Decimal(3535)})
INCOME = {"fact": "net_income_per_capita", "above": {"threshold": "poverty_line"}}
HOUSE = {"fact": "house_grade", "one_of": ["A", "B"]}
WATER = {"fact": "water_safe", "is_true": True}


def needed(body, **values):
    return [(need.fact, need.gap) for need in nearest.needs(parse(body), values, GIVEN)]


def test_a_number_below_its_line_is_that_far_from_it():
    assert needed(INCOME, net_income_per_capita=Decimal("3200.50")) == [("net_income_per_capita", Decimal("334.50"))]


def test_what_holds_needs_nothing():
    assert needed(INCOME, net_income_per_capita=Decimal(4000)) == []


def test_what_is_not_known_has_to_be_supplied():
    need = nearest.needs(parse(WATER), {}, GIVEN)[0]
    assert not need.is_known and "尚不清楚" in need.words()


def test_all_of_several_need_each_one_that_fails_and_any_needs_the_cheapest():
    both = {"all": [HOUSE, WATER]}
    assert needed(both, house_grade="D", water_safe=False) == [("house_grade", None), ("water_safe", None)]
    assert needed(both, house_grade="A", water_safe=False) == [("water_safe", None)]
    either = {"any": [both, INCOME]}
    assert needed(either, house_grade="D", water_safe=False, net_income_per_capita=Decimal(3000)) == [
        ("net_income_per_capita", Decimal(535))
    ]


def test_members_in_the_way_are_counted():
    node = parse({"members": {"where": [{"fact": "relation", "one_of": ["son"]}]}, "at_most": 1})
    need = nearest.needs(node, {"members_list": [{"relation": "son"}] * 3}, GIVEN)[0]
    assert need.members == 2


def standard(**also):
    tests = {
        "income": ("net_income_per_capita", INCOME),
        "house": ("house_grade", HOUSE),
        "water": ("water_safe", WATER),
    }
    criteria = [
        {"code": code, "name": code, "gap": code, "value": value, "test": test, **also.get(code, {})}
        for code, (value, test) in tests.items()
    ]
    scored = {"pass_points": also["pass_points"]} if "pass_points" in also else {}
    return Standard.parse({"code": "s", "name": "s", "level": "household", "criteria": criteria, **scored})


def test_a_standard_takes_every_criterion_that_is_not_met():
    found = nearest.steps(
        standard(), {"net_income_per_capita": Decimal(3000), "house_grade": "D", "water_safe": True}, GIVEN
    )
    assert [step.criterion.code for step in found] == ["income", "house"]


def test_a_scored_standard_takes_its_vetoes_and_the_fewest_others():
    scored = standard(pass_points=6, income={"veto": True, "points": 2}, house={"points": 4}, water={"points": 3})
    found = nearest.steps(
        scored, {"net_income_per_capita": Decimal(3000), "house_grade": "D", "water_safe": False}, GIVEN
    )
    assert [step.criterion.code for step in found] == ["income", "house"]


def test_doing_what_is_needed_turns_the_verdict():
    values = {"net_income_per_capita": Decimal(3000), "house_grade": "D", "water_safe": None}
    cure = {"net_income_per_capita": Decimal(3536), "house_grade": "B", "water_safe": True}
    for step in nearest.steps(standard(), values, GIVEN):
        values |= {need.fact: cure[need.fact] for need in step.needs}
    assert nearest.steps(standard(), values, GIVEN) == []
    assert standard().judge(values, GIVEN)[0] == 1


def test_a_met_number_says_how_far_above_its_line_it_is():
    found = nearest.margins(standard(), {"net_income_per_capita": Decimal(3600)}, GIVEN)
    assert [(need.fact, need.gap) for need in found] == [("net_income_per_capita", Decimal(65))]
