"""Codes have years: a form offers those of the year, an import warns of another year's, an old row keeps its label."""

import pytest

from households import choices
from households.models import PersonCondition
from povertycase.models import ImportProblem
from tests import register_books as books

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(db):
    books.load_divisions()


def test_an_import_warns_of_codes_that_were_not_in_the_list_of_their_year(county):
    homes = [books.household("22082101", main_cause="因丧"), books.household("22082102", other_causes="因婚、因丧")]
    people = [
        books.member("22082101", "单福", 11, labour="弱劳动力"),
        books.member("22082102", "单贵", 13, labour="普通劳动力"),
    ]
    batch = books.check(books.book(household=homes, member=people))
    found = ImportProblem.objects.filter(batch=batch, code="code_of_other_year")
    assert {problem.severity for problem in found} == {"warning"}
    assert sorted((problem.household_no, problem.heading, problem.value) for problem in found) == [
        ("22082101", "主要致贫原因", "因丧"),
        ("22082101", "劳动技能", "弱劳动力或半劳动力"),
        ("22082102", "其他致贫原因", "因丧"),
    ]
    assert not ImportProblem.objects.filter(batch=batch, severity="error").exists()


def test_what_stands_in_the_register_keeps_its_label():
    assert PersonCondition(labour="weak").get_labour_display() == "弱劳动力或半劳动力"


@pytest.mark.parametrize(
    ("item", "code", "year", "valid"),
    [
        ("labour", "weak", 2018, False),
        ("labour", "weak", 2019, True),
        ("labour", "ordinary", 2014, True),
        ("main_cause", "marriage", 2017, False),
        ("others", "marriage", 2018, True),
        ("main_cause", "bereavement", 2018, False),
        ("household_type", "marginal", 2020, False),
        ("household_type", "marginal", 2021, True),
        ("sex", "male", 1990, True),
    ],
)
def test_a_code_may_be_entered_in_its_years(item, code, year, valid):
    assert choices.in_year(item, code, year) is valid
