"""A register workbook from the file to the register: what goes in, what a second time does, what a correction does."""

import datetime

import pytest

from households.models import (
    Cadre,
    Cause,
    Household,
    HouseholdCard,
    HouseholdStatus,
    HousingAppraisal,
    Income,
    LegalSupporter,
    LivingObservation,
    Membership,
    Pairing,
    Person,
    PersonCondition,
    WaterAppraisal,
)
from povertycase import jobs, secrets
from povertycase.actions import imports
from povertycase.exchange import staging
from povertycase.exchange.receipt import receipt
from povertycase.models import AuditEvent, AuditSubject, JobChunk
from tests import register_books as books
from tests.register_books import book, bring_in, check, household, id_number, member, numbers, said

DAY = datetime.date


@pytest.fixture(autouse=True)
def county(db):
    books.load_divisions()


def family(number: str = "22080001", order: int = 1) -> dict:
    """A couple: one household with two members."""
    return {
        "household": [household(number, head_name="李四", phone="13900010001", bank_account="6228480000000000018")],
        "member": [member(number, "李四", order), member(number, "王芳", order + 1, "配偶")],
    }


def more(number: str = "22080001") -> dict:
    """Income, conditions, helper and supporter of a household."""
    return {
        "income": [
            {
                "household_no": number,
                "calculated_on": DAY(2018, 10, 12),
                "period_start": DAY(2017, 10, 1),
                "period_end": DAY(2018, 9, 30),
                "member_count": 2,
                "wage_work": 12000,
                "business_expense": 1000.5,
            }
        ],
        "living": [
            {
                "household_no": number,
                "checked_on": DAY(2018, 9, 20),
                "arable_mu": 12.5,
                "has_power": "是",
                "appraised_on": DAY(2018, 8, 1),
                "grade": "B级",
                "certificate_no": "镇住建〔2018〕7号",
                "water_assessed_on": DAY(2018, 8, 2),
                "source": "自来水",
                "water_safe": "是",
            }
        ],
        "helper": [
            {
                "household_no": number,
                "name": "赵强",
                "unit": "镇赉县教育局",
                "unit_level": "县",
                "phone": "13900020002",
                "cadre_no": "22082100001",
                "helps_from": DAY(2016, 5, 1),
            }
        ],
        "supporter": [{"household_no": number, "name": "李小", "relation": "儿子", "yearly_amount": 1200}],
    }


def test_a_workbook_becomes_households_members_and_everything_dated():
    batch = bring_in(book(**family(), **more()))
    assert numbers(batch).__dict__ == {"new": 1, "changed": 0, "same": 0, "refused": 0}
    home = Household.objects.get(household_no="22080001")
    assert secrets.open("phone", home.phone, home.phone_index) == "13900010001"
    assert Membership.objects.filter(household=home, relation="head").get().person.name == "李四"
    assert {person.sex for person in Person.objects.all()} == {"male", "female"}
    assert PersonCondition.objects.filter(health=["healthy"], true_from=DAY(2018, 9, 30)).count() == 2
    assert Income.objects.get().net_income == 12000 - 1000.5
    assert LivingObservation.objects.get().true_from == DAY(2018, 9, 20)
    assert HousingAppraisal.objects.get().true_from == DAY(2018, 8, 1)
    assert WaterAppraisal.objects.get().source == "tap"
    assert Pairing.objects.get().cadre == Cadre.objects.get(cadre_no="22082100001", unit__name="镇赉县教育局")
    assert LegalSupporter.objects.get().yearly_amount == 1200
    card = HouseholdCard.objects.get()
    assert (card.head_name, card.head_initials, card.member_count) == ("李四", "ls", 2)
    assert card.village_code == "220821102200"
    assert card.helper_name == "赵强"


def test_the_same_file_again_changes_nothing_and_says_so():
    data = book(**family(), **more())
    bring_in(data)
    again = check(data)
    assert numbers(again).__dict__ == {"new": 0, "changed": 0, "same": 1, "refused": 0}
    assert receipt(again)[0] == "与登记内容一致，没有变化。"
    with pytest.raises(imports.ImportRefused, match="没有变化"):
        imports.confirm(batch=again, by=None)
    assert imports.same_file(again) is not None


def test_a_changed_value_of_the_same_date_supersedes_the_old_row():
    bring_in(book(**family(), **more()))
    sheets = more()
    sheets["living"][0]["grade"] = "D级"
    batch = bring_in(book(**family(), **sheets))
    assert numbers(batch).changed == 1
    old, new = HousingAppraisal.objects.order_by("pk")
    assert (old.grade, old.superseded_by, new.grade) == ("B", new, "D")
    assert old.superseded_at == new.recorded_at
    assert LivingObservation.objects.count() == 1 and WaterAppraisal.objects.count() == 1


def test_a_later_date_adds_a_row_and_leaves_the_old_one_in_force_before_it():
    bring_in(book(**family(), **more()))
    sheets = more()
    sheets["living"].append({**sheets["living"][0], "appraised_on": DAY(2018, 11, 5), "grade": "A级"})
    bring_in(book(**family(), **sheets))
    grades = HousingAppraisal.objects.order_by("true_from").values_list("grade", "superseded_at")
    assert list(grades) == [("B", None), ("A", None)]
    assert HousingAppraisal.objects.latest_as_of(DAY(2018, 10, 31)).get().grade == "B"


def test_earlier_dates_see_the_household_as_it_was_then():
    exited = household(
        "22080002",
        poverty_status="已脱贫（享受政策）",
        planned_exit_year=2016,
        planned_on=DAY(2016, 3, 1),
        exit_year=2016,
        exited_on=DAY(2016, 12, 28),
    )
    bring_in(book(household=[exited], member=[member("22080002", "张三", 3)]))
    rows = HouseholdStatus.objects.order_by("true_from").values_list("true_from", "poverty_status", "planned_exit_year")
    assert list(rows) == [
        (DAY(2014, 4, 1), "poor", None),
        (DAY(2016, 3, 1), "poor", 2016),
        (DAY(2016, 12, 28), "exited", 2016),
    ]


def test_an_attribute_that_changed_is_true_from_its_day_and_not_before():
    bring_in(book(**family()))
    sheets = family()
    sheets["household"][0] |= {"attr": "低保贫困户", "effective_on": DAY(2018, 11, 1)}
    bring_in(book(**sheets))
    rows = HouseholdStatus.objects.order_by("true_from").values_list("true_from", "attr", "superseded_at")
    assert list(rows) == [(DAY(2014, 4, 1), "general", None), (DAY(2018, 11, 1), "dibao", None)]


def test_a_cause_that_changed_ends_the_day_before():
    bring_in(book(**family()))
    sheets = family()
    sheets["household"][0] |= {"main_cause": "因残", "effective_on": DAY(2018, 11, 1)}
    bring_in(book(**sheets))
    rows = Cause.objects.known().order_by("true_from").values_list("code", "true_from", "true_to")
    assert list(rows) == [
        ("illness", DAY(2014, 4, 1), DAY(2018, 10, 31)),
        ("disability", DAY(2018, 11, 1), None),
    ]


def test_a_new_helper_ends_the_one_before():
    bring_in(book(**family(), **more()))
    sheets = more()
    sheets["helper"] = [
        {"household_no": "22080001", "name": "孙丽", "unit": "镇赉县教育局", "helps_from": DAY(2018, 11, 1)}
    ]
    bring_in(book(**family(), **sheets))
    rows = Pairing.objects.known().order_by("true_from").values_list("cadre__name", "true_from", "true_to")
    assert list(rows) == [("赵强", DAY(2016, 5, 1), DAY(2018, 10, 31)), ("孙丽", DAY(2018, 11, 1), None)]
    assert Cadre.objects.count() == 2


def test_a_daughter_who_married_over_leaves_one_household_and_joins_the_other():
    one, other = family("22080001", 1), family("22080003", 5)
    one["member"].append(member("22080001", "李梅", 10, "之女"))
    bring_in(book(household=one["household"] + other["household"], member=one["member"] + other["member"]))
    one["member"][2] |= {"left_on": DAY(2018, 6, 1), "end_reason": "嫁出"}
    over = member("22080003", "李梅", 10, "之儿媳", joined_on=DAY(2018, 6, 2), start_reason="嫁入")
    data = book(household=one["household"] + other["household"], member=one["member"] + other["member"] + [over])
    assert numbers(bring_in(data)).changed == 2
    person = Person.objects.get(name="李梅")
    rows = Membership.objects.known().filter(person=person).order_by("true_from")
    assert [(row.household.household_no, row.true_to) for row in rows] == [
        ("22080001", DAY(2018, 6, 1)),
        ("22080003", None),
    ]
    assert numbers(check(data)).same == 2


def test_the_widow_becomes_the_head_on_the_day_after():
    bring_in(book(**family()))
    dead = member("22080001", "李四", 1, left_on=DAY(2018, 5, 3), end_reason="死亡")
    before = member("22080001", "王芳", 2, "配偶", left_on=DAY(2018, 5, 3), end_reason="户主变更")
    after = member("22080001", "王芳", 2, "户主", joined_on=DAY(2018, 5, 4))
    data = book(household=[household("22080001")], member=[dead, before, after])
    bring_in(data)
    assert HouseholdCard.objects.get().head_name == "王芳"
    assert Membership.objects.known().filter(relation="head").count() == 2
    assert numbers(check(data)).same == 1


def test_a_sheet_without_a_column_leaves_what_it_would_fill():
    bring_in(book(**family(), **more()))
    sheets = more()
    sheets["living"] = [{"household_no": "22080001", "checked_on": DAY(2018, 11, 6), "has_power": "否"}]
    bring_in(book(**family(), living=sheets["living"]))
    row = LivingObservation.objects.latest_as_of(DAY(2018, 11, 30)).get()
    assert (row.has_power, row.arable_mu) == (False, 12.5)


def test_a_corrected_id_number_keeps_the_person():
    sheets = family()
    sheets["member"][0]["person_no"] = "2208210001"
    bring_in(book(**sheets))
    sheets["member"][0]["id_number"] = id_number("19600102", 1)
    batch = bring_in(book(**sheets))
    assert said(batch, "person_no_contradicts_id")
    assert Person.objects.count() == 2
    assert Person.objects.get(person_no="2208210001").birth_date == DAY(1960, 1, 2)


def test_one_import_is_one_event_with_its_households():
    sheets = {
        "household": [household("22080001"), household("22080002")],
        "member": [member("22080001", "李四", 1), member("22080002", "张三", 3)],
    }
    batch = bring_in(book(**sheets))
    event = AuditEvent.objects.get(kind="import.applied")
    assert (event.about, event.subjects) == (str(batch.pk), 2)
    ids = set(Household.objects.values_list("pk", flat=True))
    assert set(AuditSubject.objects.filter(event=event).values_list("household", flat=True)) == ids
    assert set(HouseholdStatus.objects.values_list("event_id", flat=True)) == {event.pk}


def test_an_import_that_was_interrupted_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr("households.actions.register_apply.CHUNK_HOUSEHOLDS", 2)
    homes = [household(f"2208{at:04d}") for at in range(5)]
    people = [member(f"2208{at:04d}", "李四", at * 2 + 1) for at in range(5)]
    batch = imports.confirm(batch=check(book(household=homes, member=people)), by=None)
    monkeypatch.setattr("povertycase.jobs.runner.SLICE_SECONDS", 0.0)
    for _ in range(30):
        jobs.work(batch.job.pk, seconds=0)
        batch.refresh_from_db()
        if batch.state == "applied":
            break
        assert Household.objects.count() in (0, 2, 4, 5)
    assert batch.state == "applied"
    assert Household.objects.count() == 5
    assert JobChunk.objects.filter(job=batch.job, step=2, is_done=True).count() == 3


def test_a_register_that_changed_after_the_check_is_compared_again():
    data = book(**family())
    first, second = check(data), check(data)
    for batch in (first, second):
        batch = imports.confirm(batch=batch, by=None)
        jobs.run_to_end(batch.job)
        batch.refresh_from_db()
        assert batch.state == "applied"
    assert numbers(batch).same == 1
    assert Household.objects.count() == 1 and Membership.objects.count() == 2


def test_nothing_is_left_in_staging_after_the_end(django_db_blocker):
    batch = bring_in(book(**family()))
    given_up = check(book(**family("22080009", 7)))
    imports.give_up(batch=given_up, by=None)
    with staging.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'staging' AND tablename LIKE 'b%'")
        assert cursor.fetchone()[0] == 0
    assert Household.objects.count() == 1 and batch.applied_at


def test_a_cancelled_import_is_taken_up_where_it_stopped(monkeypatch):
    monkeypatch.setattr("households.actions.register_apply.CHUNK_HOUSEHOLDS", 1)
    homes = [household(f"2208{at:04d}") for at in range(4)]
    people = [member(f"2208{at:04d}", "李四", at * 2 + 1) for at in range(4)]
    batch = imports.confirm(batch=check(book(household=homes, member=people)), by=None)
    while Household.objects.count() < 2:
        jobs.work(batch.job.pk, seconds=0)
    jobs.cancel(job=batch.job, by=None)
    batch.refresh_from_db()
    assert imports.is_halted(batch)
    batch = imports.resume(batch=batch, by=None)
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    assert batch.state == "applied" and Household.objects.count() == 4 and Membership.objects.count() == 4
    assert AuditEvent.objects.filter(kind="import.applied").count() == 1
    with pytest.raises(imports.ImportRefused, match="不需要继续"):
        imports.resume(batch=batch, by=None)


def test_a_cadre_that_another_township_entered_meanwhile_stays_one():
    one = check(book(**family("22080001", 1), helper=more("22080001")["helper"]))
    other = check(book(**family("22080005", 5), helper=more("22080005")["helper"]))
    for batch in (one, other):
        batch = imports.confirm(batch=batch, by=None)
        jobs.run_to_end(batch.job)
        batch.refresh_from_db()
        assert batch.state == "applied", batch.job.error
    assert Cadre.objects.count() == 1 and Pairing.objects.count() == 2


def test_an_age_that_contradicts_the_birth_date_is_warned_of_and_never_stored():
    born = {"李四": (58, 1), "王芳": (59, 2), "李小": (40, 3)}  # all born 1960-01-01: 58 on the business date
    people = [
        member("22080001", name, order, "户主" if order == 1 else "其他", age=age)
        for name, (age, order) in born.items()
    ]
    people.append(member("22080001", "李幼", 4, "其他", id_number=None, birth_date=DAY(2018, 3, 1), sex="女", age=0))
    batch = check(book(household=[household("22080001")], member=people))
    found = batch.problems.filter(code="age_contradicts_birth")
    assert [(one.row, one.severity, one.heading) for one in found] == [(5, "warning", "年龄(岁)")]
    assert "按出生日期计算" in found.get().message and numbers(batch).new == 1
