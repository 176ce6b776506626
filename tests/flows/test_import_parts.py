"""A workbook that brings members, incomes, conditions or helpers alone: its households are registered already."""

import datetime

import pytest

from households.models import ChangeRequest, Household, Income, LivingObservation, Membership, Pairing, Person
from povertycase.models import Account, Post
from tests import register_books as books
from tests.flows.test_import_requests import open_window
from tests.register_books import book, bring_in, check, household, member, numbers, said

DAY = datetime.date


@pytest.fixture(autouse=True)
def registered(db):
    books.load_divisions()
    homes = [household("1"), household("2", town="大屯镇", village="英台村委会")]
    bring_in(book(household=homes, member=[member("1", "李四", 1), member("2", "王五", 3)]))


def income(number: str, **cells) -> dict:
    usual = {"calculated_on": DAY(2018, 10, 10), "period_start": DAY(2017, 10, 1), "period_end": DAY(2018, 9, 30)}
    return {"household_no": number, **usual, "wage_work": 6000, **cells}


PARTS = {
    "member": lambda no: member(no, "王芳", 8 + 2 * int(no), "配偶", joined_on=DAY(2018, 5, 1)),
    "income": income,
    "living": lambda no: {"household_no": no, "checked_on": DAY(2018, 10, 10), "arable_mu": 12},
    "helper": lambda no: {"household_no": no, "name": "赵国强", "unit": "县水利局", "helps_from": DAY(2018, 1, 1)},
}
TABLES = {"member": Membership, "income": Income, "living": LivingObservation, "helper": Pairing}


@pytest.mark.parametrize("part", PARTS)
def test_one_sheet_alone_goes_in_for_households_that_are_registered(part):
    before = TABLES[part].objects.count()
    batch = bring_in(book(**{part: [PARTS[part]("1")]}))
    assert numbers(batch).changed == 1 and numbers(batch).refused == 0
    assert TABLES[part].objects.filter(household__household_no="1").count() == before + (part != "member")
    assert Household.objects.count() == 2 and Person.objects.count() == 2 + (part == "member")


@pytest.mark.parametrize("part", PARTS)
def test_the_same_sheet_again_changes_nothing(part):
    data = book(**{part: [PARTS[part]("1")]})
    bring_in(data)
    assert numbers(check(data)).same == 1 and numbers(check(data)).changed == 0


@pytest.mark.parametrize("part", PARTS)
def test_rows_of_a_household_nobody_knows_are_refused_and_the_others_go_in(part):
    batch = bring_in(book(**{part: [PARTS[part]("9"), PARTS[part]("1")]}))
    assert (numbers(batch).changed, numbers(batch).refused) == (1, 1)
    words = said(batch, "household_unknown")
    assert len(words) == 1 and "第 3 行 A 列“户编号”：登记册中没有这一户，文件中也没有“户”表" in words[0]
    assert not Household.objects.filter(household_no="9").exists()


def test_a_township_cannot_bring_in_incomes_of_another_one():
    clerk = Account.objects.create(username="clerk", display_name="经办", must_change_password=False)
    town = Household.objects.get(household_no="1").card.village_code[:9].ljust(12, "0")
    Post.objects.create(account=clerk, role="township_clerk", division_id=town, valid_from=DAY(2018, 1, 1))
    open_window()
    batch = bring_in(book(income=[income("1"), income("2")]), by=clerk)
    assert (numbers(batch).requested, numbers(batch).refused) == (1, 1)
    assert "管辖范围以外" in said(batch, "household_out_of_reach")[0]
    asked = ChangeRequest.objects.values_list("household__household_no", "kind")
    assert list(asked) == [("1", "income")] and not Income.objects.exists()


def test_a_second_head_of_a_registered_household_is_refused():
    batch = check(book(member=[member("1", "王芳", 8)]))
    assert numbers(batch).refused == 1
