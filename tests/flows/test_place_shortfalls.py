"""Shortfalls of villages and of the county: opened by their check, moved on by what bureaus say, closed by a person."""

import datetime
import io
from decimal import Decimal

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from households.actions import villages
from households.actions.figures import Line
from households.models import Cadre, DivisionFigure, Posting, Unit, VillageRecord
from povertycase import jobs
from povertycase.models import Account, AuditEvent, Division, Post
from supervision.actions import full_run, places
from supervision.models import Shortfall
from tests.exit_county import COUNTY, DAY, OTHER_VILLAGE, TODAY, TOWN, VILLAGE, county, household
from tests.flows.test_places import said_everything, say, share
from tests.flows.test_shortfalls import another_standard

__all__ = ["county"]
pytestmark = pytest.mark.django_db
LATER = TODAY + datetime.timedelta(days=20)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def cast(county):
    """东胜村 lacks a bus and nothing else, 前屯村 is not poor; its village clerk, its township, a county reviewer."""
    for name, role, place in (
        ("village", "village_clerk", VILLAGE),
        ("town", "township_clerk", TOWN),
        ("other", "township_reviewer", TOWN),
        ("reviewer", "county_reviewer", COUNTY),
    ):
        account = Account.objects.create(username=name, display_name=name, must_change_password=False)
        Post.objects.create(account=account, role=role, division_id=place, valid_from=DAY)
        setattr(county, name, account)
    VillageRecord.objects.create(division_id=OTHER_VILLAGE, true_from=DAY, is_poor=False, entered_on=DAY)
    said_everything(VILLAGE, bus=False)
    return county


def checked(cast, standard="national-village", **also):
    asked = {"as_of": TODAY, "division": cast.division, "by": cast.office, "on": TODAY, **also}
    return places.check(standard=standard, **asked)


def only():
    return Shortfall.objects.get()


def enter(client, account):
    client.force_login(account, backend=BACKEND)
    return client


def bus(answer):
    say("bus", Line(Division.objects.get(code=VILLAGE), answer=answer), document=f"公路局〔2018〕{int(answer)}号")


def reviewed(client, row, by, *, door="close", decision="close", words="到村看过，班车已通"):
    row.refresh_from_db()
    told = {"words": words, "decision": decision, "version": row.version}
    return enter(client, by).post(f"/shortfalls/{row.pk}/{door}/", told)


def test_a_check_of_today_makes_unmet_and_unknown_criteria_shortfalls_of_the_village(cast):
    household(1)
    DivisionFigure.objects.filter(code="broadband").delete()
    checked(cast)
    rows = Shortfall.objects.order_by("criterion")
    assert [(row.division_id, row.household, row.criterion, row.unknown, row.state) for row in rows] == [
        (VILLAGE, None, "broadband", True, "open"),
        (VILLAGE, None, "bus", False, "open"),
    ]
    assert AuditEvent.objects.get(kind="shortfall.opened").params == {"opened": 2, "moved": 0}
    checked(cast)
    assert Shortfall.objects.count() == 2, "a second check finds the same rows"


@pytest.mark.parametrize(
    "also",
    [{"standard": "guangxi-village-2018"}, {"as_of": datetime.date(2018, 9, 30)}, {"on": None}],
    ids=["another province's standard", "another day", "no business date"],
)
def test_a_check_for_reference_opens_nothing(cast, also):
    checked(cast, **also)
    assert not Shortfall.objects.exists()


def test_a_figure_moves_it_to_be_reviewed_and_a_worse_one_back_on_the_same_row(cast):
    checked(cast)
    bus(True)
    row = only()
    assert (row.state, row.improved_on) == ("recheck", TODAY)
    bus(False)
    assert (only().pk, only().state, only().improved_on) == (row.pk, "open", None)


def test_the_village_plans_the_bureau_reports_and_the_township_closes(client, cast):
    cadre = Cadre.objects.create(cadre_no="C7", name="驻村", unit=Unit.objects.create(name="县教育局"))
    Posting.objects.create(cadre=cadre, village_id=VILLAGE, role="team_member", entered_on=DAY, true_from=DAY)
    checked(cast)
    row = only()
    told = {
        "row": row.pk,
        "step": "plan",
        "measure": "协调客运公司开通班车",
        "owner": "C7",
        "due_on": LATER.isoformat(),
    }
    assert enter(client, cast.village).post("/shortfalls/plan/", told).status_code == 302
    assert reviewed(client, row, cast.town).status_code == 422, "nothing closes before the criterion is met"
    bus(True)
    assert reviewed(client, row, cast.village).status_code == 403
    assert reviewed(client, row, cast.office, door="close-place").status_code == 422
    page = enter(client, cast.town).get(f"/shortfalls/{row.pk}/").content.decode()
    assert "乡镇复核" in page and "全村" in page
    assert reviewed(client, row, cast.town).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.closed_by, row.owner) == ("closed", cast.town, cadre)
    assert AuditEvent.objects.get(kind="shortfall.closed").about == "东胜村委会"


def test_who_planned_it_may_not_close_it_and_sent_back_no_run_moves_it(client, cast):
    checked(cast)
    row = only()
    Shortfall.objects.filter(pk=row.pk).update(planned_by=cast.town)
    bus(True)
    assert reviewed(client, row, cast.town).status_code == 422
    assert reviewed(client, row, cast.other, decision="back", words="班车隔天才来").status_code == 302
    job = jobs.run_to_end(full_run.start(day=TODAY, by=None))
    assert job.state == "done", job.error
    row.refresh_from_db()
    assert (row.state, row.closing_words) == ("open", "班车隔天才来")
    assert enter(client, cast.town).post(f"/shortfalls/{row.pk}/done/").status_code == 302
    row.refresh_from_db()
    assert row.state == "recheck"


def test_what_the_village_form_says_is_closed_by_the_county(client, cast):
    DivisionFigure.objects.filter(code="bus").delete()
    record = {"division_id": VILLAGE, "document": "村登记表", "entered_on": TODAY}
    VillageRecord.objects.create(true_from=DAY, has_bus=False, **record)
    checked(cast)
    row = only()
    villages.announce(
        records=[VillageRecord(division_id=VILLAGE, true_from=TODAY, has_bus=True, document="村登记表")],
        source="村登记表", entered_on=TODAY, by=None,
    )  # fmt: skip
    row.refresh_from_db()
    assert row.state == "recheck"
    refused = reviewed(client, row, cast.town)
    assert refused.status_code == 422 and "由县办复核" in refused.content.decode()
    assert "县级复核" in enter(client, cast.reviewer).get(f"/shortfalls/{row.pk}/").content.decode()
    assert reviewed(client, row, cast.reviewer, door="close-place").status_code == 302
    row.refresh_from_db()
    assert row.closed_by == cast.reviewer


def test_the_countys_own_is_the_countys_to_plan_and_to_close(client, cast):
    for code, numerator in (("wrong_exit", 4), ("missed", 6), ("composite_incidence", 9), ("approval", 800)):
        say(code, share(COUNTY, numerator, 900), unit="省评估组", sample=900)
    checked(cast, "national-county")
    row = only()
    assert (row.criterion, row.village_code) == ("approval", COUNTY)
    assert enter(client, cast.town).get(f"/shortfalls/{row.pk}/").status_code == 404
    unit = Unit.objects.create(name="县扶贫办")
    Cadre.objects.create(cadre_no="C9", name="县办", unit=unit, account=cast.reviewer)
    told = {"row": row.pk, "step": "plan", "measure": "逐户回访", "owner": "C9", "due_on": LATER.isoformat()}
    assert enter(client, cast.office).post("/shortfalls/plan/", told).status_code == 302
    say("approval", share(COUNTY, 880, 900), unit="省评估组", sample=900, document="复评报告")
    assert reviewed(client, row, cast.office, door="close-place").status_code == 422, "the planner"
    assert reviewed(client, row, cast.reviewer, door="close-place").status_code == 302


def test_a_households_shortfall_is_not_closed_by_the_countys_door(client, cast):
    home = household(1)
    row = Shortfall.objects.create(
        household=home, village_code=VILLAGE, standard_code="national-household", criterion="housing",
        state="recheck", opened_on=TODAY, improved_on=TODAY,
    )  # fmt: skip
    answer = reviewed(client, row, cast.reviewer, door="close-place")
    assert answer.status_code == 422 and "由乡镇的同志复核" in answer.content.decode()


def test_a_village_that_is_no_longer_poor_waits_for_a_person_with_the_words_why(cast):
    checked(cast)
    villages.announce(
        records=[VillageRecord(division_id=VILLAGE, true_from=TODAY, is_poor=False)],
        source="公告", entered_on=TODAY, by=None,
    )  # fmt: skip
    assert (only().state, only().closing_words) == ("recheck", "该村已不是贫困村")


def test_an_exited_village_has_a_shortfall_only_where_a_criterion_is_surely_unmet(cast):
    record = {"division_id": VILLAGE, "true_from": DAY, "entered_on": DAY}
    VillageRecord.objects.create(is_poor=True, exit_year=2017, **record)
    DivisionFigure.objects.filter(code="broadband").delete()
    checked(cast)
    assert only().criterion == "bus"


def test_the_list_is_asked_for_villages_alone_and_leaves_as_a_workbook(client, cast):
    Shortfall.objects.create(
        household=household(1), village_code=VILLAGE, standard_code="national-household", criterion="housing",
        opened_on=TODAY,
    )  # fmt: skip
    checked(cast)
    page = enter(client, cast.town).get("/shortfalls/?whose=place").content.decode()
    assert "全村" in page and "未通客运班车" in page and "户主1" not in page
    assert client.get("/shortfalls/?whose=household").context["page"].paginator.count == 1
    assert client.get("/shortfalls/").context["page"].paginator.count == 2
    assert client.get("/shortfalls/?whose=nobody").status_code == 404
    book = openpyxl.load_workbook(io.BytesIO(client.post("/shortfalls/export/?whose=place").getvalue()))
    cells = [str(cell) for row in book.active.iter_rows(values_only=True) for cell in row]
    assert "未通客运班车" in cells and "户主1" not in cells
    assert "/shortfalls/?wanted=unplanned" in client.get("/").content.decode()


def test_what_waits_for_the_county_is_counted_as_its_list(client, cast):
    checked(cast)
    bus(True)
    page = enter(client, cast.reviewer).get("/").content.decode()
    assert "/shortfalls/?state=recheck&amp;whose=place" in page
    assert client.get("/shortfalls/?state=recheck&whose=place").context["page"].paginator.count == 1


def test_other_townships_and_helpers_do_not_see_it(client, cast):
    checked(cast)
    row = only()
    assert enter(client, cast.clerk).get(f"/shortfalls/{row.pk}/").status_code == 404
    assert enter(client, cast.helper).get(f"/shortfalls/{row.pk}/").status_code == 404


def test_the_page_of_the_village_shows_its_shortfalls(client, cast):
    run = checked(cast)
    page = enter(client, cast.office).get(f"/exit/places/{run.pk}/{VILLAGE}/").content.decode()
    assert f"/shortfalls/{only().pk}/" in page


def test_the_check_page_of_the_office_opens_them(client, cast):
    told = {"standard": "national-village", "as_of": TODAY.isoformat(), "division": COUNTY}
    assert enter(client, cast.office).post("/exit/places/start/", told).status_code == 302
    assert only().criterion == "bus"


def test_a_shortfall_is_of_a_household_or_of_a_place_never_of_both(cast):
    told = {"village_code": VILLAGE, "standard_code": "national-village", "criterion": "bus", "opened_on": TODAY}
    for subject in ({}, {"household": household(1), "division_id": VILLAGE}):
        with pytest.raises(IntegrityError, match="one_subject"), transaction.atomic():
            Shortfall.objects.create(**told, **subject)


def test_an_amount_that_rises_above_the_line_is_an_improvement_too(cast):
    bus(True)
    say("doctors", Line(Division.objects.get(code=VILLAGE), amount=Decimal(0)))
    checked(cast)
    assert only().criterion == "clinic"
    say("doctors", Line(Division.objects.get(code=VILLAGE), amount=Decimal(1)), document="卫健〔2018〕2号")
    assert only().state == "recheck"


def test_a_villages_shortfall_of_a_replaced_standard_waits_for_the_township(client, cast):
    checked(cast)
    another_standard(cast, "village")
    job = jobs.run_to_end(full_run.start(day=TODAY, by=None))
    assert job.state == "done", job.error
    row = Shortfall.objects.get(standard_code="national-village")
    assert (row.state, row.closing_words) == ("recheck", "退出标准已更换，新标准不再考核这项指标")
    assert reviewed(client, row, cast.town, words="按本省标准另行补短").status_code == 302
    row.refresh_from_db()
    assert row.state == "closed"
