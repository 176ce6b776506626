"""What stands 现行判定: each household's verdict from one change to the next, and why it changed."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from households.actions import dated, records
from households.models import Household, HouseholdStatus
from povertycase.models import Account, AuditEvent, Post
from povertycase.rules import sheet
from supervision.actions import standing
from supervision.models import Shortfall, StandingVerdict
from tests.exit_county import COUNTY, DAY, TODAY, TOWN, VILLAGE, county, house, household, member

__all__ = ["county"]


def judged(*, day=TODAY):
    """Everything judged as one range of a stored sheet, as the monthly run does it."""
    rulings = standing.in_force(day)
    nodes = [criterion for ruling in rulings for criterion in ruling.standard.criteria]
    table = sheet.create("household", as_of=day, codes=standing.CONCERN, nodes=nodes)
    ids = Household.objects.order_by("pk").values_list("pk", flat=True)
    sheet.fill(table, ids[0], ids.last())
    return table, standing.judge_range(table=table, rulings=rulings, lo=ids[0], hi=ids.last())


def outcomes(**wanted):
    """[(standard, outcome)] of a household's verdicts, oldest first."""
    return list(StandingVerdict.objects.filter(**wanted).order_by("pk").values_list("standard_code", "outcome"))


def drawn():
    """Households of every kind that the national standard tells apart."""
    household(1)
    household(2, per_head=1000)
    household(3, grade="D", water=None)
    household(4, status="exited", food=False)
    household(5, certificate="", children=1)
    household(6, status="gone")
    member(household(7), 2, ins_resident_medical=None, ins_employee_medical=None)
    household(8, plan=2019, per_head=500)


@pytest.mark.django_db
def test_the_range_and_the_reference_engine_say_the_same(county) -> None:
    drawn()
    table, counts = judged()
    rows = {row["subject_id"]: row for row in sheet.rows(table)}
    ruling = standing.in_force(TODAY)[0]
    kept = StandingVerdict.objects.filter(current=True)
    assert {row.household_id for row in kept} == set(rows)
    for row in kept:
        outcome, results = ruling.standard.judge(rows[row.household_id], ruling.given)
        assert row.outcome == outcome
        assert [bool(row.met >> n & 1) for n in range(len(results))] == [one is True for one in results]
        assert [bool(row.unmet >> n & 1) for n in range(len(results))] == [one is False for one in results]
    assert counts["judged"] == counts["stored"] == 7


@pytest.mark.django_db
def test_judging_again_stores_nothing_where_nothing_changed(county) -> None:
    drawn()
    judged()
    _table, counts = judged()
    assert (counts["judged"], counts["stored"], counts["opened"], counts["moved"], counts["gone"]) == (7, 0, 0, 0, 0)


@pytest.mark.django_db
def test_only_the_changed_household_gets_a_new_verdict_and_the_one_before_stays_as_history(county) -> None:
    drawn()
    judged()
    home = Household.objects.get(household_no="H00001")
    house(home, "D", on=TODAY)
    _table, counts = judged()
    assert counts["stored"] == 1
    assert outcomes(household=home) == [("national-household", 1), ("national-household", 0)]
    assert list(StandingVerdict.objects.filter(household=home).order_by("pk").values_list("current", flat=True)) == [
        False, True,
    ]  # fmt: skip


@pytest.mark.django_db
def test_one_household_judged_at_once_is_what_the_range_would_have_said(county) -> None:
    drawn()
    judged()
    home = Household.objects.get(household_no="H00002")
    house(home, "D", on=TODAY)
    standing.rejudge([home.pk], day=TODAY, event=None)
    row = StandingVerdict.objects.get(household=home, current=True)
    assert (row.outcome, row.village_code) == (0, VILLAGE)
    assert StandingVerdict.objects.filter(household=home).count() == 2
    _table, counts = judged()
    assert counts["stored"] == 0


@pytest.mark.django_db
def test_a_run_that_knew_less_does_not_undo_what_a_later_change_moved(county) -> None:
    drawn()
    rulings = standing.in_force(TODAY)
    nodes = [criterion for ruling in rulings for criterion in ruling.standard.criteria]
    table = sheet.create("household", as_of=TODAY, codes=standing.CONCERN, nodes=nodes)
    home = Household.objects.get(household_no="H00001")
    house(home, "D", on=TODAY)
    standing.rejudge([home.pk], day=TODAY, event=None)
    sheet.fill(table, home.pk, home.pk)
    standing.judge_range(table=table, rulings=rulings, lo=home.pk, hi=home.pk)
    assert outcomes(household=home) == [("national-household", 0)]


@pytest.mark.django_db
def test_a_verdict_that_turns_out_to_stand_when_another_is_written_goes_first(county) -> None:
    """As where somebody judged a household of the range meanwhile: the same code comes twice, and stands once."""
    drawn()
    rulings = standing.in_force(TODAY) * 2
    nodes = [criterion for ruling in rulings for criterion in ruling.standard.criteria]
    table = sheet.create("household", as_of=TODAY, codes=standing.CONCERN, nodes=nodes)
    ids = Household.objects.order_by("pk").values_list("pk", flat=True)
    rows = sheet.fill(table, ids[0], ids.last())
    kept = standing.judge_range(table=table, rulings=rulings, lo=ids[0], hi=ids.last())
    assert kept["stored"] == StandingVerdict.objects.filter(current=True).count() == rows


@pytest.mark.django_db
def test_a_verdict_of_a_household_that_does_not_exist_is_refused_by_the_database(county) -> None:
    home, (ruling,) = household(1), standing.in_force(TODAY)
    row = {"village_code": VILLAGE, "standard_id": ruling.version, "standard_code": "x", "lines_id": ruling.lines,
           "as_of": TODAY, "known_on": timezone.now(), "outcome": 1, "met": 1, "unmet": 0, "values": []}  # fmt: skip
    for wrong in (
        {"household_id": 0},
        {"household_id": home.pk, "standard_id": 0},
        {"household_id": home.pk, "lines_id": 0},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            StandingVerdict.objects.create(**{**row, **wrong})
    StandingVerdict.objects.create(**row, household_id=home.pk)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM supervision_usedlines")


@pytest.mark.django_db
def test_one_verdict_of_a_household_and_standard_is_current_however_many_were_before_it(county) -> None:
    home, (ruling,) = household(1), standing.in_force(TODAY)
    row = {"household": home, "village_code": VILLAGE, "standard_id": ruling.version, "standard_code": "x",
           "lines_id": ruling.lines, "as_of": TODAY, "known_on": timezone.now(), "outcome": 1, "met": 1, "unmet": 0,
           "values": []}  # fmt: skip
    for _before in range(2):
        StandingVerdict.objects.create(**row, current=False)
    StandingVerdict.objects.create(**row)
    with pytest.raises(IntegrityError, match="standing_verdict_one_current"), transaction.atomic():
        StandingVerdict.objects.create(**row)
    StandingVerdict.objects.create(**{**row, "standard_code": "y"})


@pytest.mark.django_db
def test_who_left_the_register_has_no_verdict_that_stands(county) -> None:
    drawn()
    judged()
    home = Household.objects.get(household_no="H00001")
    HouseholdStatus.objects.create(
        household=home, attr="general", poverty_status="gone", true_from=TODAY, entered_on=TODAY
    )
    _table, counts = judged()
    assert counts["gone"] == 1
    assert not StandingVerdict.objects.filter(household=home, current=True).exists()


def gaps(number):
    """{criterion: (state, unknown)} of a household's shortfalls."""
    rows = Shortfall.objects.filter(household__household_no=f"H{number:05}")
    return {row.criterion: (row.state, row.unknown) for row in rows}


@pytest.mark.django_db
def test_shortfalls_are_of_planned_households_and_of_exited_ones_with_a_criterion_unmet(county) -> None:
    drawn()
    judged()
    assert gaps(1) == {}
    assert gaps(2) == {"income": ("open", False)}
    assert gaps(3) == {"housing": ("open", False), "water": ("open", True)}
    assert gaps(4) == {"food": ("open", False)}
    assert gaps(5) == {"housing": ("open", True)}
    assert gaps(8) == {}, "not in this year's plan"


@pytest.mark.django_db
def test_an_improved_fact_moves_a_shortfall_to_be_reviewed_and_a_worse_one_back_on_the_same_row(county) -> None:
    drawn()
    judged()
    home = Household.objects.get(household_no="H00003")
    row = Shortfall.objects.get(household=home, criterion="housing")
    house(home, "B", on=TODAY)
    standing.rejudge([home.pk], day=TODAY, event=None)
    row.refresh_from_db()
    assert (row.state, row.improved_on) == ("recheck", TODAY)
    house(home, "C", on=TODAY)
    standing.rejudge([home.pk], day=TODAY + datetime.timedelta(days=1), event=None)
    row.refresh_from_db()
    assert (row.state, row.improved_on) == ("open", None)
    assert Shortfall.objects.filter(household=home, criterion="housing").count() == 1


@pytest.mark.django_db
def test_a_change_by_hand_moves_what_stands_in_the_same_act(county) -> None:
    home = household(1)
    judged()
    records.record(
        household=home, part="housing", true_from=TODAY, values={"grade": "D", "certificate_no": "住建鉴2号", "area": 60},
        entered_on=TODAY, by=county.office,
    )  # fmt: skip
    row = StandingVerdict.objects.get(household=home, current=True)
    event = AuditEvent.objects.get(kind="household.recorded")
    assert (row.outcome, row.cause) == (0, event.pk)
    assert gaps(1) == {"housing": ("open", False)}


@pytest.mark.django_db
def test_a_change_that_fails_moves_nothing(county) -> None:
    home = household(1)
    judged()
    with pytest.raises(dated.Conflict):
        records.record(
            household=home, part="housing", true_from=TODAY, values={"grade": "D", "certificate_no": "住建鉴2号"},
            entered_on=TODAY, by=county.office, version=99,
        )  # fmt: skip
    assert StandingVerdict.objects.filter(household=home).count() == 1


@pytest.mark.django_db
def test_a_member_loses_the_insurance_and_the_household_has_a_shortfall_at_once(county) -> None:
    home = household(1)
    judged()
    records.record_condition(
        person=Household.objects.get(pk=home.pk).membership_set.first().person, true_from=TODAY,
        values={"ins_resident_medical": False, "ins_employee_medical": False}, entered_on=TODAY, by=county.office,
    )  # fmt: skip
    assert gaps(1) == {"medical": ("open", False)}


@pytest.mark.django_db
def test_programs_read_what_stands_as_far_as_their_account_may(client, county, settings) -> None:
    """Township: value and line; village: neither (E-13); liaison without verdicts: no such part; elsewhere: 404."""
    settings.OFFICE_DATE = TODAY
    home = household(1, per_head=3291)
    judged()
    for name, role, place in (("town", "township_clerk", TOWN), ("organ", "organisation", COUNTY)):
        account = Account.objects.create(username=name, display_name=name, must_change_password=False)
        Post.objects.create(account=account, role=role, division_id=place, valid_from=DAY)
        setattr(county, name, account)

    def asked(account):
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client.get(f"/api/v1/households/{home.household_no}/")

    (stands,) = asked(county.town).json()["standing"]
    income = next(one for one in stands["criteria"] if one["code"] == "income")
    assert (stands["standard"], stands["outcome"]) == ("national-household", "unmet")
    assert (income["outcome"], income["value"], income["threshold"]) == ("unmet", 3291, 3535)
    (stands,) = asked(county.secretary).json()["standing"]
    income = next(one for one in stands["criteria"] if one["code"] == "income")
    assert (income["outcome"], income["value"], income["threshold"]) == ("unmet", None, None)
    assert "standing" not in asked(county.organ).json()
    assert asked(county.clerk).status_code == 404
