"""What the register knows: masked numbers stay untouched, the dead do not come back, one household has one spouse."""

import datetime

import pytest
from django.db import connection

from households.models import Cadre, Household, Membership, Person, Residence
from povertycase import secrets
from tests import register_books as books
from tests.register_books import book, bring_in, check, household, id_number, member, numbers, said

DAY = datetime.date
PHONE, BANK = "13904310001", "6228480012345678901"
NUMBER = id_number("19600101", 1)
MASKS = {"phone": "139****0001", "bank_account": "6228***********8901", "residence_phone": "139****0001"}


@pytest.fixture(autouse=True)
def county(db):
    books.load_divisions()


def whole(**cells) -> dict:
    secret = {"phone": PHONE, "bank_account": BANK, "residence_state": "整户外出", "residence_phone": PHONE}
    return household("1", **secret, **cells)


def helper(phone: str) -> dict:
    return {"household_no": "1", "name": "赵国强", "unit": "县水利局", "phone": phone, "helps_from": DAY(2018, 1, 1)}


def content() -> dict:
    home, person = Household.objects.get(), Person.objects.get()
    out = Residence.objects.filter(superseded_at=None).latest("true_from")
    return {
        "phone": secrets.open("phone", home.phone, home.phone_index),
        "bank": secrets.open("bank", home.bank_account, home.bank_index),
        "away": secrets.open("phone", out.phone, out.phone_index),
        "id": secrets.open("id", person.id_number, person.id_index),
        "helper": secrets.open("phone", Cadre.objects.get().phone, Cadre.objects.get().phone_index),
        "rows": Residence.objects.count(),
    }


def test_masked_numbers_of_an_export_are_left_untouched_and_count_as_the_same():
    bring_in(book(household=[whole()], member=[member("1", "李四", 1)], helper=[helper(PHONE)]))
    before = content()
    shown = f"{NUMBER[:4]}**********{NUMBER[-4:]}"
    masked = book(
        household=[whole() | MASKS], member=[member("1", "李四", 1, id_number=shown)], helper=[helper("139****0001")]
    )
    batch = check(masked)
    assert (numbers(batch).same, numbers(batch).changed, numbers(batch).refused) == (1, 0, 0)
    assert not batch.problems.exclude(code="sheet_by_headings").exists(), said(batch, "id_masked")
    assert content() == before


def test_a_masked_number_stays_when_something_else_of_the_row_changes():
    bring_in(book(household=[whole()], member=[member("1", "李四", 1)], helper=[helper(PHONE)]))
    before = content()
    changed = whole() | MASKS | {"main_cause": "因学", "residence_place": "长春市", "residence_on": DAY(2018, 10, 1)}
    people = [member("1", "李四", 1, id_number="2208****" + NUMBER[-4:], education="初中")]
    batch = bring_in(book(household=[changed], member=people, helper=[helper("139****0001")]))
    assert numbers(batch).changed == 1
    assert content() == before | {"rows": 2}


def test_a_masked_id_number_of_a_person_nobody_knows_is_refused_by_cell():
    people = [member("1", "李四", 1, id_number="2208**********1234")]
    batch = check(book(household=[household("1")], member=people))
    assert numbers(batch).refused == 1
    assert "登记册的这一户没有这个人；请填完整号码" in said(batch, "id_masked")[0]


def test_a_masked_phone_of_a_household_nobody_knows_is_told_and_left_out():
    batch = check(book(household=[household("1", phone="139****0001")], member=[member("1", "李四", 1)]))
    assert numbers(batch).new == 1 and len(said(batch, "phone_masked")) == 1


def test_a_full_width_mask_is_a_mask_too():
    bring_in(book(household=[whole()], member=[member("1", "李四", 1)]))
    people = [member("1", "李四", 1, id_number="２２０８＊＊＊＊＊＊＊＊＊＊１２３４")]
    assert numbers(check(book(household=[whole()], member=people))).same == 1


def test_who_died_is_not_brought_back_by_an_old_list():
    home, head, wife = household("1"), member("1", "李四", 1), member("1", "王芳", 2, "配偶")
    bring_in(book(household=[home], member=[head, wife]))
    gone = wife | {"left_on": DAY(2018, 10, 1), "end_reason": "死亡", "collected_on": DAY(2018, 10, 2)}
    bring_in(book(household=[home], member=[head, gone]))
    batch = check(book(household=[home], member=[head, wife]))
    assert numbers(batch).refused == 1
    assert "登记册中此人已于 2018-10-01 死亡" in said(batch, "dead_listed")[0]
    assert Membership.objects.filter(person__name="王芳", superseded_at=None).get().true_to == DAY(2018, 10, 1)


def test_who_married_out_and_is_still_listed_is_pointed_out():
    home, head, girl = household("1"), member("1", "李四", 1), member("1", "李红", 2, "之女")
    bring_in(book(household=[home], member=[head, girl]))
    gone = girl | {"left_on": DAY(2018, 10, 1), "end_reason": "嫁出", "collected_on": DAY(2018, 10, 2)}
    bring_in(book(household=[home], member=[head, gone]))
    batch = check(book(household=[home], member=[head, girl]))
    assert "此人已于 2018-10-01 减少（嫁出），本表又列为在册" in said(batch, "left_listed")[0]


def test_two_spouses_in_one_household_are_named_with_both_rows():
    people = [member("1", "李四", 1), member("1", "王芳", 2, "配偶"), member("1", "张兰", 4, "妻子")]
    batch = check(book(household=[household("1")], member=people))
    assert numbers(batch).refused == 1 and "一户有 2 个配偶（第 4、5 行）" in said(batch, "two_spouses")[0]


def test_no_clear_number_is_staged_beside_its_mask():
    bring_in(book(household=[whole()], member=[member("1", "李四", 1)]))
    batch = check(book(household=[whole() | MASKS], member=[member("1", "李四", 1)]))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT phone, phone_kept, bank_account_kept FROM staging.b{batch.pk}_household")
        assert cursor.fetchall() == [(None, True, True)]
