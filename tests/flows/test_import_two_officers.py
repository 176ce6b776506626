"""Two officers at the same rows at the same time, and a household nobody foresaw: nothing doubled, nothing lost."""

import datetime
from collections import Counter

import pytest
from django.db import connection

from households.actions import records, register_apply, register_compare
from households.models import (
    Cause,
    Household,
    HouseholdCard,
    HouseholdStatus,
    Income,
    Membership,
    Person,
    PersonCondition,
)
from povertycase import jobs
from povertycase.actions import imports
from povertycase.models import ImportBatch
from tests import register_books as books
from tests.flows.test_import_adds_up import adds_up
from tests.register_books import book, bring_in, check, household, member, numbers, said

DAY = datetime.date
HOMES = 12


@pytest.fixture(autouse=True)
def county(db):
    books.load_divisions()


def homes(**cells) -> dict[str, list]:
    return {
        "household": [household(f"22{at:03d}", **cells) for at in range(HOMES)],
        "member": [member(f"22{at:03d}", "李四", at * 2 + 1) for at in range(HOMES)],
        "income": [
            {
                "household_no": f"22{at:03d}",
                "calculated_on": DAY(2018, 10, 12),
                "period_start": DAY(2017, 10, 1),
                "period_end": DAY(2018, 9, 30),
                "member_count": 1,
                "wage_work": 1000,
            }
            for at in range(HOMES)
        ],
    }


def confirmed(data: bytes) -> ImportBatch:
    return imports.confirm(batch=check(data), by=None)


def side_by_side(*batches: ImportBatch) -> None:
    """Each job in turn does one thing, as two workers do."""
    for _ in range(200):
        for batch in batches:
            jobs.work(batch.job.pk, seconds=0)
            batch.refresh_from_db()
        if all(batch.state == "applied" for batch in batches):
            return
    raise AssertionError([(batch.state, batch.job.error) for batch in batches])


def nothing_twice() -> None:
    """One row in force for each subject and date, one number a household, one index a person."""
    for model, subject in (
        (HouseholdStatus, "household_id"),
        (Income, "household_id"),
        (PersonCondition, "person_id"),
        (Cause, "household_id"),
    ):
        keys = Counter(model.objects.known().values_list(subject, "true_from"))
        assert not [key for key, number in keys.items() if number > 1], model
    assert Membership.objects.known().count() == Person.objects.count()


@pytest.mark.parametrize("chunk", [3, 1000])
def test_the_same_new_households_from_two_officers_are_entered_once(monkeypatch, chunk):
    monkeypatch.setattr(register_apply, "CHUNK_HOUSEHOLDS", chunk)
    one, two = confirmed(book(**homes())), confirmed(book(**homes()))
    side_by_side(one, two)
    assert Household.objects.count() == HouseholdCard.objects.count() == HOMES
    nothing_twice()
    assert numbers(one).new + numbers(two).new == HOMES and numbers(two).refused == numbers(one).refused == 0
    for batch in (one, two):
        adds_up(batch)


def test_households_entered_by_another_officer_in_the_middle_of_comparing_are_the_same_and_not_refused(monkeypatch):
    monkeypatch.setattr(register_apply, "CHUNK_HOUSEHOLDS", 3)
    one, two = confirmed(book(**homes())), confirmed(book(**homes()))
    make_who = register_compare.make_who

    def other_officer_first(stage):
        if stage.batch.pk == two.pk and ImportBatch.objects.get(pk=one.pk).state != "applied":
            jobs.run_to_end(one.job)
        make_who(stage)

    monkeypatch.setattr(register_compare, "make_who", other_officer_first)
    jobs.work(one.job.pk, seconds=0)
    jobs.work(one.job.pk, seconds=0)
    side_by_side(two, one)
    assert numbers(one).new == numbers(two).same == HOMES and numbers(two).refused == 0
    nothing_twice()
    adds_up(two)


@pytest.mark.parametrize("chunk", [3, 1000])
def test_two_corrections_of_the_same_rows_stand_one_after_the_other(monkeypatch, chunk):
    monkeypatch.setattr(register_apply, "CHUNK_HOUSEHOLDS", chunk)
    bring_in(book(**homes()))
    dearer, cause = homes(), homes(main_cause="因残", effective_on=DAY(2018, 11, 1))
    for row in dearer["income"]:
        row["wage_work"] = 2000
    for row in cause["income"]:
        row["wage_work"] = 3000
    one, two = confirmed(book(**dearer)), confirmed(book(**cause))
    side_by_side(one, two)
    nothing_twice()
    assert set(Cause.objects.known().filter(true_to=None).values_list("code", flat=True)) == {"disability"}
    rows = Income.objects.filter(household__household_no="22000").order_by("recorded_at", "pk")
    assert len(rows) == 3 and [row.superseded_by_id for row in rows] == [rows[1].pk, rows[2].pk, None]
    assert numbers(two).changed == HOMES


def test_what_was_changed_by_hand_after_confirming_is_not_lost():
    bring_in(book(**homes()))
    dearer = homes()
    for row in dearer["income"]:
        row["wage_work"] = 2000
    batch = confirmed(book(**dearer))
    jobs.work(batch.job.pk, seconds=0)
    jobs.work(batch.job.pk, seconds=0)
    home = Household.objects.get(household_no="22003")
    records.correct(
        row=Income.objects.known().get(household=home), values={"wage_work": 2500}, entered_on=books.TODAY, by=None
    )
    side_by_side(batch)
    nothing_twice()
    rows = Income.objects.filter(household=home).order_by("pk")
    assert {row.wage_work for row in rows} == {1000, 2500, 2000}
    assert [row.superseded_at is None for row in rows].count(True) == 1


def test_a_household_that_the_database_refuses_stays_out_and_the_others_go_in():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE households_income ADD CONSTRAINT planted CHECK (wage_work <> 777)")
    sheets = homes()
    sheets["income"][5]["wage_work"] = 777
    batch = imports.confirm(batch=check(book(**sheets)), by=None)
    job = jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    assert job.state == "done" and batch.state == "applied"
    assert numbers(batch).__dict__ == {"new": HOMES - 1, "changed": 0, "same": 0, "refused": 1}
    assert not Household.objects.filter(household_no="22005").exists()
    assert Income.objects.count() == Membership.objects.count() == HouseholdCard.objects.count() == HOMES - 1
    assert said(batch, "household_surprise") == [
        "“户”表第 8 行 A 列“户编号”：写入户编号 22005 时登记册不接受这一户的内容，本户没有导入，其他户照常；"
        "请核对本户各行，再出现时告诉管理员。"
    ]
    assert adds_up(batch)["收入"]["refused"] == 1
    # Mended and uploaded again it continues: what is in is the same.
    sheets["income"][5]["wage_work"] = 778
    assert numbers(bring_in(book(**sheets))).__dict__ == {"new": 1, "changed": 0, "same": HOMES - 1, "refused": 0}


def test_a_person_registered_meanwhile_elsewhere_is_not_entered_twice():
    one = {"household": [household("1")], "member": [member("1", "李四", 1)]}
    two = {"household": [household("2"), household("3")], "member": [member("2", "李四", 1), member("3", "张三", 3)]}
    first, second = confirmed(book(**one)), confirmed(book(**two))
    side_by_side(first, second)
    assert Person.objects.filter(name="李四").count() == 1
    assert sorted(Household.objects.values_list("household_no", flat=True)) == ["1", "3"]
    assert numbers(second).refused == 1
    adds_up(second)
