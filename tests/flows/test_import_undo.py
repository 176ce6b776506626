"""An import is taken back within seven days: the register is as before, and what was known in between stays known."""

import datetime
from typing import Any

import pytest
from django.db.models import F

from households.actions import records
from households.models import (
    Cadre,
    Cause,
    Household,
    HouseholdCard,
    HousingAppraisal,
    Income,
    Membership,
    Pairing,
    Person,
)
from households.models.dated import tables_of_household
from households.queries import handover
from povertycase import audit, jobs, periods, secrets
from povertycase.actions import imports
from povertycase.exchange import staging
from povertycase.models import Account, AuditEvent, ImportBatch, Post
from tests import register_books as books
from tests.flows.test_import_register import family, more
from tests.register_books import book, bring_in, check, household, id_number, member, numbers, said

DAY = datetime.date
NUMBER = "22080001"


@pytest.fixture(autouse=True)
def county(db):
    books.load_divisions()


def undo(batch: ImportBatch) -> ImportBatch:
    batch = imports.undo(batch=batch, by=None, on=books.TODAY)
    job = jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    assert batch.state == "undone", job.error
    return batch


def in_force() -> dict[str, Any]:
    """The content of everything that is known now, without keys and moments."""
    own = ("id", "recorded_at", "superseded_by_id", "superseded_at", "event_id")
    found: dict[str, Any] = {}
    for model in tables_of_household():
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in own]
        found[model.__name__] = sorted(map(str, model._default_manager.known().values_list(*names)))
    found["cards"] = sorted(map(str, HouseholdCard.objects.values_list()))
    found["people"] = sorted(map(str, Person.objects.values_list("name", "birth_date", "sex")))
    for home in Household.objects.order_by("household_no"):
        numbers = [bytes(index or b"").hex() for index in (home.phone_index, home.bank_index)]
        found[home.household_no] = (*numbers, home.bank_name, home.bank_holder)
    return found


def an_hour_passes() -> datetime.datetime:
    """Everything written so far was written an hour ago (a test is one transaction, with one moment); half an hour ago."""
    hour = datetime.timedelta(hours=1)
    for model in tables_of_household():
        rows = model._default_manager.all()
        rows.update(recorded_at=F("recorded_at") - hour)
        rows.filter(superseded_at__isnull=False).update(superseded_at=F("superseded_at") - hour)
    return periods.now() - hour / 2


def changed_book() -> bytes:
    """Everything about the household is different, and it has a child more."""
    sheets, parts = family(), more()
    sheets["household"][0] |= {
        "attr": "低保贫困户", "main_cause": "因残", "effective_on": DAY(2018, 11, 1), "phone": "13900010009",
        "bank_account": "6228480000000000026",
    }  # fmt: skip
    sheets["member"][1]["name"] = "王芳芳"
    sheets["member"].append(member(NUMBER, "李梅", 10, "之女", id_number=id_number("20180901", 10)))
    parts["living"][0]["grade"] = "D级"
    parts["income"][0]["wage_work"] = 100
    parts["helper"] = [{"household_no": NUMBER, "name": "孙丽", "unit": "镇赉县教育局", "helps_from": DAY(2018, 11, 1)}]
    return book(**sheets, **parts)


def test_a_change_is_taken_back_and_the_household_is_as_before():
    bring_in(book(**family(), **more()))
    before = in_force()
    batch = bring_in(changed_book())
    assert in_force() != before
    between = an_hour_passes()
    undo(batch)
    after = in_force()
    # A person who was entered stays an identity that belongs to no household.
    assert len(after.pop("people")) == len(before.pop("people")) + 1
    assert after == before
    assert Membership.objects.known(between).count() == 3
    assert HousingAppraisal.objects.known(between).get().grade == "D"
    assert Pairing.objects.known(between).count() == 2 and Cause.objects.known(between).count() == 2
    home = Household.objects.get()
    assert secrets.open("phone", home.phone, home.phone_index) == "13900010001"
    assert Person.objects.filter(name="王芳").exists()


def test_nothing_is_deleted_and_every_row_says_what_took_its_place():
    bring_in(book(**family(), **more()))
    batch = bring_in(changed_book())
    rows = {model: model._default_manager.count() for model in tables_of_household()}
    undo(batch)
    for model, number in rows.items():
        assert model._default_manager.count() >= number
    first, second, third = HousingAppraisal.objects.order_by("recorded_at", "pk")
    assert (first.superseded_by, second.superseded_by, third.superseded_by) == (second, third, None)
    assert (first.grade, second.grade, third.grade) == ("B", "D", "B")
    event = AuditEvent.objects.get(kind="import.undone")
    assert third.event_id == event.pk and event.subjects == 1


def test_new_households_are_in_no_list_and_come_in_again_as_the_first_time():
    data = book(**family(), **more())
    first = bring_in(data)
    seen, before = an_hour_passes(), in_force()
    undo(first)
    assert not HouseholdCard.objects.exists() and not Membership.objects.known().exists()
    assert not Income.objects.known().exists() and Income.objects.known(seen).count() == 1
    assert Household.objects.get().phone is None
    second = check(data)
    assert second.counts["households"] == first.counts["households"]
    assert second.counts["people"] == first.counts["people"]
    bring_in(data)
    assert in_force() == before
    assert numbers(check(data)).same == 1


def test_what_was_changed_since_stays_and_is_named():
    homes = {
        "household": [household("1"), household("2")],
        "member": [member("1", "李四", 1), member("2", "张三", 3)],
    }
    bring_in(book(**homes))
    for row in homes["household"]:
        row["main_cause"] = "因残"
    batch = bring_in(book(**homes))
    home = Household.objects.get(household_no="2")
    records.record(
        household=home,
        part="residence",
        true_from=books.TODAY,
        values={"state": "at_home"},
        entered_on=books.TODAY,
        by=None,
    )
    batch = undo(batch)
    causes = Cause.objects.known().filter(true_to=None).values_list("household__household_no", "code")
    assert sorted(causes) == [("1", "illness"), ("2", "disability")]
    assert (batch.counts["undo"]["done"], batch.counts["undo"]["kept"]) == (1, 1)
    assert said(batch, "changed_since_import") == [
        "“户”表：户编号 2 在导入后又有改动（或与改动过的户有同一个人），没有撤销，请逐户核对。"
    ]


def test_a_later_import_of_the_same_household_stands():
    bring_in(book(**family(), **more()))
    first = bring_in(changed_book())
    sheets = more()
    sheets["income"][0]["wage_work"] = 55
    bring_in(book(household=[household(NUMBER)], member=family()["member"], income=sheets["income"]))
    batch = undo(first)
    assert (batch.counts["undo"]["done"], batch.counts["undo"]["kept"]) == (0, 1)
    assert Income.objects.known().get().wage_work == 55


def test_an_import_is_undone_once_within_seven_days_and_not_before_it_is_written():
    batch = check(book(**family()))
    with pytest.raises(imports.ImportRefused, match="不能撤销"):
        imports.undo(batch=batch, by=None, on=books.TODAY)
    batch = bring_in(book(**family()))
    old = periods.now() - datetime.timedelta(days=8)
    ImportBatch.objects.filter(pk=batch.pk).update(applied_at=old)
    with pytest.raises(imports.ImportRefused, match="不到 7 天"):
        imports.undo(batch=batch, by=None, on=books.TODAY)
    assert kept_tables()
    imports.forget_old()
    assert not kept_tables()
    again = bring_in(book(**family("22080005", 5)))
    undo(again)
    assert not kept_tables()
    with pytest.raises(imports.ImportRefused, match="已撤销"):
        imports.undo(batch=again, by=None, on=books.TODAY)


def kept_tables() -> int:
    with staging.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'staging' AND tablename LIKE 'kept%'")
        return int(cursor.fetchone()[0])


def test_an_undo_that_was_interrupted_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr("households.actions.import_undo.CHUNK_HOUSEHOLDS", 2)
    homes = [household(f"22{at:03d}") for at in range(5)]
    people = [member(f"22{at:03d}", "李四", at * 2 + 1) for at in range(5)]
    batch = bring_in(book(household=homes, member=people))
    batch = imports.undo(batch=batch, by=None, on=books.TODAY)
    while HouseholdCard.objects.count() > 3:
        jobs.work(batch.job.pk, seconds=0)
    jobs.cancel(job=batch.job, by=None)
    batch.refresh_from_db()
    assert batch.state == "undoing" and imports.may_be_undone(batch)
    batch = undo(batch)
    assert not HouseholdCard.objects.exists() and batch.counts["undo"] | {"at": ""} == batch.counts["undo"] | {
        "at": "", "done": 5, "kept": 0, "cadres": 0, "units": 0
    }  # fmt: skip
    assert AuditEvent.objects.filter(kind="import.undone").count() == 1


def test_a_new_household_somebody_wrote_about_is_not_taken_back():
    batch = bring_in(book(**family()))
    records.record(
        household=Household.objects.get(),
        part="residence",
        true_from=books.TODAY,
        values={"state": "at_home"},
        entered_on=books.TODAY,
        by=None,
    )
    batch = undo(batch)
    assert batch.counts["undo"]["kept"] == 1 and HouseholdCard.objects.exists()


def test_a_helper_and_a_unit_that_only_this_import_brought_go_with_it_and_come_back_with_the_file(client):
    data = book(**family(), **more())
    batch = undo(bring_in(data))
    helper = Cadre.objects.get()
    assert helper.taken_back_on == books.TODAY and helper.phone is None and helper.name
    assert helper.unit.taken_back_on == books.TODAY and not Pairing.objects.known().exists()
    assert (batch.counts["undo"]["cadres"], batch.counts["undo"]["units"]) == (1, 1)
    officer = Account.objects.create(username="officer", display_name="县办", must_change_password=False)
    Post.objects.create(account=officer, role="county_office", division_id="220821000000", valid_from=DAY(2018, 1, 1))
    assert not handover.cadres(officer, helper.name)
    assert "1 名、帮扶单位 1 个" in audit.sentence(AuditEvent.objects.get(kind="import.helpers_undone"))
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert "帮扶责任人 1 名、帮扶单位 1 个一并撤销" in client.get(f"/imports/{batch.pk}/").content.decode()
    bring_in(data)
    helper.refresh_from_db()
    assert helper.taken_back_on is None and helper.unit.taken_back_on is None and helper.phone
    assert Pairing.objects.known().get().cadre == helper and numbers(check(data)).same == 1


def test_a_helper_somebody_answers_to_by_now_stays_with_his_unit():
    batch = bring_in(book(**family(), **more()))
    bring_in(book(**family("22080005", 5), helper=more("22080005")["helper"]))
    batch = undo(batch)
    assert (batch.counts["undo"]["cadres"], batch.counts["undo"]["units"]) == (0, 0)
    assert Cadre.objects.get().taken_back_on is None and Pairing.objects.known().count() == 1


def test_a_helper_whom_the_import_only_named_stays():
    bring_in(book(**family("22080005", 5), helper=more("22080005")["helper"]))
    undo(bring_in(book(**family(), **more())))
    assert Cadre.objects.get().taken_back_on is None and Pairing.objects.known().count() == 1
