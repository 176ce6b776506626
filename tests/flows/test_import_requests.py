"""A township's file enters new households; what it changes about registered ones is asked for, not written."""

import datetime

import pytest

from households.actions import windows
from households.models import ChangeRequest, Household, HousingAppraisal, Income, Membership, Pairing
from povertycase.models import Account, Bureau, Division, Post
from tests import register_books as books
from tests.flows.test_import_adds_up import adds_up
from tests.flows.test_import_register import family, more
from tests.register_books import book, bring_in, check, household, member, numbers, said

DAY = datetime.date
NUMBER = "22080001"


@pytest.fixture(autouse=True)
def county(db):
    books.load_divisions()


def account(role: str, division: str, bureau: str = "") -> Account:
    made = Account.objects.create(username=role, display_name=role, must_change_password=False)
    Post.objects.create(account=made, role=role, division_id=division, bureau=bureau, valid_from=DAY(2018, 1, 1))
    return made


@pytest.fixture
def clerk():
    return account("township_clerk", "220821102000")


def dearer() -> bytes:
    """Another income and grade, another helper, and a household that is new."""
    sheets, parts = family(), more()
    parts["income"][0]["wage_work"] = 100
    parts["living"][0]["grade"] = "D级"
    parts["helper"] = [{"household_no": NUMBER, "name": "孙丽", "unit": "镇赉县教育局", "helps_from": DAY(2018, 11, 1)}]
    sheets["household"].append(household("22080009"))
    sheets["member"].append(member("22080009", "周九", 41))
    return book(**sheets, **parts)


def open_window() -> None:
    days = {
        "collect_from": DAY(2018, 8, 1),
        "collect_to": DAY(2018, 12, 1),
        "entry_to": DAY(2018, 12, 10),
        "town_clean_to": DAY(2018, 12, 20),
        "audit_to": DAY(2018, 12, 31),
    }
    place = Division.objects.get(pk="220821000000")
    windows.announce(division=place, year=2018, days=days, document="镇扶办〔2018〕9号", by=None)
    account("department", "220821000000", Bureau.HOUSING)


def test_a_townships_changes_become_requests_and_its_new_households_go_in(clerk):
    open_window()
    bring_in(book(**family(), **more()))
    batch = bring_in(dearer(), by=clerk)
    assert Household.objects.filter(household_no="22080009").exists()
    assert Income.objects.known().get().wage_work == 12000
    assert HousingAppraisal.objects.known().get().grade == "B"
    asked = {request.kind: request for request in ChangeRequest.objects.filter(state="open")}
    assert set(asked) == {"income", "housing"}, said(batch, "change_not_asked")
    assert asked["income"].proposed_by == clerk and asked["income"].reason == f"导入批次 {batch.pk}"
    # Who answers for whom is the township's to arrange.
    assert Pairing.objects.known().filter(cadre__name="孙丽").exists()
    assert (numbers(batch).new, numbers(batch).requested, numbers(batch).refused) == (1, 1, 0)
    assert adds_up(batch)["收入"]["requested"] == 1


def test_outside_the_window_nothing_is_written_and_the_reason_is_told(clerk):
    bring_in(book(**family(), **more()))
    sheets = more()
    sheets["income"][0]["wage_work"] = 100
    batch = bring_in(book(**family(), income=sheets["income"]), by=clerk)
    assert Income.objects.known().get().wage_work == 12000
    assert not ChangeRequest.objects.exists() and numbers(batch).refused == 1
    assert "收入没有转为修改申请" in said(batch, "change_not_asked")[0]
    adds_up(batch)


def test_the_county_office_writes_what_its_file_says():
    bring_in(book(**family(), **more()))
    batch = bring_in(dearer(), by=account("county_office", "220821000000"))
    assert Income.objects.known().get().wage_work == 100 and not ChangeRequest.objects.exists()
    assert numbers(batch).changed == 1


def test_a_birth_in_a_townships_file_waits_for_its_confirmation(clerk):
    open_window()
    bring_in(book(**family()))
    sheets = family()
    sheets["member"].append(
        member(NUMBER, "李梅", 10, "之女", id_number=books.id_number("20180901", 10), joined_on=DAY(2018, 9, 1),
               start_reason="新生儿", education=None)
    )  # fmt: skip
    batch = bring_in(book(**sheets), by=clerk)
    assert Membership.objects.known().count() == 2
    assert [request.kind for request in ChangeRequest.objects.all()] == ["join"], said(batch, "change_not_asked")
    assert "确认后再填报" in said(batch, "change_not_asked")[0]


def test_the_same_township_file_again_asks_for_nothing_twice(clerk):
    open_window()
    bring_in(book(**family(), **more()))
    bring_in(dearer(), by=clerk)
    before = ChangeRequest.objects.count()
    again = check(dearer(), by=clerk)
    assert (numbers(again).same, numbers(again).changed) == (1, 1)
    bring_in(dearer(), by=clerk)
    assert ChangeRequest.objects.count() == before
