"""The register's actions: everything is dated, nothing is overwritten, everything is audited."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from assistance.actions import measures, visits
from assistance.models import Measure, Visit
from households.actions import causes, members, pairing, postings, records, register
from households.actions.dated import Conflict
from households.actions.register import NewPerson
from households.models import (
    Cadre,
    Cause,
    HouseholdCard,
    HousingAppraisal,
    Income,
    Membership,
    Pairing,
    Posting,
    Unit,
)
from povertycase.models import AuditEvent, Division, Post
from tests.register_cast import EAST, TODAY, WEST, household, number

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
OCTOBER = datetime.date(2018, 10, 8)


def card(home):
    return HouseholdCard.objects.get(pk=home.pk)


def test_a_registered_household_stands_in_the_list_of_its_village(homes):
    found = card(homes.east)
    assert (found.village_code, found.head_name, found.head_sort, found.head_initials) == (
        EAST, "单小明", "shan xiao ming", "sxm",
    )  # fmt: skip
    assert (found.member_count, found.main_cause, found.poverty_status, found.helper_name) == (
        2,
        "illness",
        "poor",
        "赵国强",
    )
    assert found.names == "单小明 张春燕"


def test_a_correction_supersedes_and_the_row_before_stays_readable(homes):
    row = HousingAppraisal.objects.get(household=homes.east)
    new = records.correct(row=row, values={"grade": "C"}, entered_on=TODAY, by=None)
    row.refresh_from_db()
    assert (row.grade, row.superseded_by_id) == ("B", new.pk) and row.superseded_at is not None
    assert (new.grade, new.certificate_no, new.true_from) == ("C", "ZJ-2018-001", row.true_from)
    assert [r.pk for r in HousingAppraisal.objects.known().filter(household=homes.east)] == [new.pk]
    assert row in HousingAppraisal.objects.known(row.recorded_at)
    event = AuditEvent.objects.get(kind="household.corrected")
    assert event.pk == new.event_id and event.params["fields"] == "住房鉴定等级"


def test_two_papers_of_one_day_are_a_correction(homes):
    before = Income.objects.get(household=homes.east)
    period = {"period_start": before.period_start, "period_end": before.period_end}
    new = records.record(
        household=homes.east, part="income", true_from=OCTOBER, values={**period, "member_count": 2, "wage_work": 100},
        entered_on=TODAY, by=None,
    )  # fmt: skip
    assert list(Income.objects.known().filter(household=homes.east)) == [new]
    # An item that the new paper does not name keeps its value.
    assert float(Income.objects.get(pk=new.pk).net_income) == 2500


def test_a_correction_without_a_change_is_refused(homes):
    row = HousingAppraisal.objects.get(household=homes.east)
    with pytest.raises(ValidationError, match="内容没有变化"):
        records.correct(row=row, values={"grade": "B"}, entered_on=TODAY, by=None)


def test_the_second_of_two_corrections_of_one_row_is_told(homes):
    row = HousingAppraisal.objects.get(household=homes.east)
    records.correct(row=row, values={"grade": "C"}, entered_on=TODAY, by=None)
    with pytest.raises(Conflict, match="刚被别人更正过"):
        records.correct(row=row, values={"grade": "D"}, entered_on=TODAY, by=None)


def test_the_second_of_two_people_who_edit_a_household_is_told(homes):
    seen = homes.east.__class__.objects.get(pk=homes.east.pk).version
    values = {"state": "away"}
    records.record(
        household=homes.east, part="residence", true_from=TODAY, values=values, entered_on=TODAY, by=None, version=seen
    )
    with pytest.raises(Conflict, match="刚被别人修改过"):
        records.record(
            household=homes.east,
            part="residence",
            true_from=TODAY,
            values=values,
            entered_on=TODAY,
            by=None,
            version=seen,
        )


def test_a_fact_dated_after_the_business_day_is_refused(homes):
    with pytest.raises(ValidationError, match="晚于业务日期"):
        records.record(
            household=homes.east,
            part="water",
            true_from=datetime.date(2018, 12, 1),
            values={},
            entered_on=TODAY,
            by=None,
        )


def test_an_exited_household_needs_its_year(homes):
    with pytest.raises(ValidationError, match="须填写脱贫年度"):
        records.record(
            household=homes.east, part="status", true_from=TODAY,
            values={"attr": "general", "poverty_status": "exited"}, entered_on=TODAY, by=None,
        )  # fmt: skip


def test_the_same_number_is_not_registered_twice(people):
    household("H1", EAST, "单小明", 1)
    with pytest.raises(ValidationError, match="已经登记在册"):
        household("H2", WEST, "单大明", 1)


def test_a_broken_number_is_refused_in_words(people):
    with pytest.raises(ValidationError) as refused:
        register.new_person(NewPerson("某人", id_number=number("141100", "19650102", 1)[:-1] + "#"), on=TODAY)
    assert "id_number" in refused.value.error_dict


def test_a_household_moves_to_another_village(homes):
    register.move(
        household=homes.east, village=Division.objects.get(pk=WEST), group_name="二社", true_from=TODAY,
        entered_on=TODAY, by=None,
    )  # fmt: skip
    assert (card(homes.east).village_code, card(homes.east).group_name) == (WEST, "二社")


def test_a_child_is_born_and_counts_from_its_day(homes):
    child = NewPerson("单新新", sex="female", birth_date=datetime.date(2018, 11, 20))
    members.join(
        household=homes.east, person=child, relation="daughter", reason="birth",
        true_from=datetime.date(2018, 11, 20), entered_on=TODAY, by=None,
    )  # fmt: skip
    assert card(homes.east).member_count == 3
    assert Membership.objects.known().true_on(OCTOBER).filter(household=homes.east).count() == 2


def test_a_second_head_at_one_time_is_refused(homes):
    with pytest.raises(ValidationError, match="已有户主"):
        members.join(
            household=homes.east, person=NewPerson("单大", sex="male"), relation="head", reason="moved_in",
            true_from=TODAY, entered_on=TODAY, by=None,
        )  # fmt: skip


def test_a_head_who_dies_hands_the_household_to_a_new_head(homes):
    head, spouse = Membership.objects.known().filter(household=homes.east).order_by("pk")
    with pytest.raises(ValidationError, match="须有新户主"):
        members.leave(membership=head, reason="death", true_to=OCTOBER, entered_on=TODAY, by=None)
    members.leave(membership=head, reason="death", true_to=OCTOBER, entered_on=TODAY, by=None, new_head=spouse)
    assert (card(homes.east).head_name, card(homes.east).member_count) == ("张春燕", 1)
    now = Membership.objects.known().true_on(TODAY).get(household=homes.east)
    assert (now.relation, now.true_from) == ("head", datetime.date(2018, 10, 9))


def test_a_single_person_who_dies_leaves_a_file_with_a_name(homes):
    rows = list(Membership.objects.known().filter(household=homes.single).order_by("-pk"))
    for row in rows:
        members.leave(membership=row, reason="death", true_to=OCTOBER, entered_on=TODAY, by=None)
    assert (card(homes.single).head_name, card(homes.single).member_count) == ("曾守田", 0)


def test_causes_change_from_a_day_on(homes):
    now = causes.change(
        household=homes.east, main="labour", others=("illness", "skill"), true_from=TODAY, entered_on=TODAY, by=None
    )
    assert [(row.code, row.is_main) for row in now] == [("labour", True), ("illness", False), ("skill", False)]
    assert Cause.objects.known().true_on(OCTOBER).get(household=homes.east).code == "illness"
    assert card(homes.east).main_cause == "labour"
    with pytest.raises(ValidationError, match="最多两项"):
        causes.change(
            household=homes.east, main="land", others=("illness", "skill", "water"), true_from=TODAY, entered_on=TODAY,
            by=None,
        )  # fmt: skip


def test_a_household_is_handed_over_to_another_helper(homes):
    other = Cadre.objects.get(cadre_no="G0002")
    pairing.hand_over(household=homes.east, to=other, true_from=TODAY, entered_on=TODAY, by=None)
    rows = Pairing.objects.known().filter(household=homes.east).order_by("true_from")
    assert [(row.cadre.cadre_no, row.true_to) for row in rows] == [
        ("G0001", datetime.date(2018, 11, 29)), ("G0002", None),
    ]  # fmt: skip
    assert card(homes.east).helper_name == "孙立军"
    with pytest.raises(ValidationError, match="已经是这户的帮扶责任人"):
        pairing.hand_over(household=homes.east, to=other, true_from=TODAY, entered_on=TODAY, by=None)


def test_two_first_helpers_at_one_time_are_refused(homes):
    with pytest.raises(ValidationError, match="换人请用“调整帮扶人”"):
        pairing.open(
            household=homes.east, cadre=Cadre.objects.get(cadre_no="G0002"), true_from=TODAY, entered_on=TODAY, by=None
        )


def test_a_posting_opens_and_closes_the_post_that_carries_the_rights(people, homes):
    unit = Unit.objects.create(name="县教育局")
    cadre = Cadre.objects.create(cadre_no="G9", name="周正", unit=unit, account=people.stranger)
    village = Division.objects.get(pk=WEST)
    posting = postings.open(
        cadre=cadre, village=village, role="first_secretary", true_from=OCTOBER, entered_on=TODAY, by=None
    )
    post = Post.objects.get(account=people.stranger)
    assert (post.role, post.division_id, post.valid_to, posting.post_id) == ("first_secretary", WEST, None, post.pk)
    postings.close(posting=posting, true_to=TODAY, entered_on=TODAY, by=None)
    post.refresh_from_db()
    assert post.valid_to == TODAY and Posting.objects.known().get().true_to == TODAY


def test_a_visit_after_an_open_need_must_answer_it(homes, people):
    def visit(**more):
        return visits.enter(
            household=homes.east, kind="home", visited_on=TODAY, findings="都好", visitor_name="村干部",
            entered_on=TODAY, by=people.secretary, **more,
        )  # fmt: skip

    with pytest.raises(ValidationError, match="请填写办理结果"):
        visit()
    assert visit(follow_up="已修好").entered_by == people.secretary


def test_a_visit_of_tomorrow_is_refused(homes):
    with pytest.raises(ValidationError, match="晚于业务日期"):
        visits.enter(
            household=homes.west, kind="home", visited_on=datetime.date(2018, 12, 1), visitor_name="某", findings="x",
            entered_on=TODAY, by=None,
        )  # fmt: skip


def test_a_corrected_visit_supersedes(homes):
    before = Visit.objects.get(household=homes.east)
    visits.correct(visit=before, values={"findings": "玉米已卖。"}, entered_on=TODAY, by=None)
    assert Visit.objects.known().get(household=homes.east).findings == "玉米已卖。"


def test_a_finished_measure_needs_its_day_and_a_known_kind(homes):
    row = Measure.objects.get(household=homes.east)
    with pytest.raises(ValidationError, match="请填写完成日期"):
        measures.change(measure=row, values={"state": "done"}, entered_on=TODAY, by=None)
    measures.change(measure=row, values={"state": "done", "done_on": TODAY}, entered_on=TODAY, by=None)
    assert Measure.objects.known().get(household=homes.east).state == "done"
    with pytest.raises(ValidationError, match="不在目录中"):
        measures.plan(household=homes.east, kind="nothing", content="x", entered_on=TODAY, by=None)


def test_every_act_is_audited_without_values(homes):
    kinds = set(AuditEvent.objects.values_list("kind", flat=True))
    assert {"household.registered", "household.recorded", "member.joined", "pairing.opened", "visit.entered"} <= kinds
    texts = " ".join(f"{e.about} {e.params}" for e in AuditEvent.objects.all())
    assert "单小明" not in texts and "138445" not in texts and "9000" not in texts
