"""Changes by hand: proposed, verified and confirmed by different people, refused at once when they cannot be applied."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from households.actions import changes, records
from households.models import Cadre, ChangeOpinion, ChangeRequest, HouseholdCard, HousingAppraisal, Membership
from households.queries import changes as reading
from povertycase.models import AuditEvent, Bureau, Division
from tests.change_cast import proof_of
from tests.register_cast import TODAY, WEST, number

pytest_plugins = ["tests.change_cast"]
pytestmark = pytest.mark.django_db
DAY = datetime.date(2018, 11, 28)


def ask(who, home, kind="housing", values=None, **options):
    """A request with reason and proof, as the locked months need it."""
    values = values or {"grade": "D", "certificate_no": "ZJ-2018-9"}
    options = {"true_from": DAY, "reason": "房屋倒塌，重新鉴定", "proof": proof_of(who), "entered_on": TODAY} | options
    return changes.propose(kind=kind, household=home, values=values, by=who, **options)


def say(who, request, **options):
    request.refresh_from_db()
    return changes.agree(request=request, by=who, on=TODAY, **options)


def test_a_change_passes_village_township_and_bureau_and_is_applied(homes, desk):
    request = ask(desk.secretary, homes.east)
    assert (request.state, request.next_place, request.locked) == ("open", "town", True)
    say(desk.township, request)
    assert HousingAppraisal.objects.known().filter(household=homes.east, true_from=DAY).count() == 0
    request = say(desk.housing, request)
    assert (request.state, request.next_place, request.applied_on) == ("applied", "", TODAY)
    row = HousingAppraisal.objects.known().get(household=homes.east, true_from=DAY)
    # The row in force is in force as a whole: what did not change is written again.
    assert (row.grade, row.certificate_no, row.area) == ("D", "ZJ-2018-9", 60)
    names = [(one.place, one.outcome, one.by.username) for one in request.opinions.order_by("pk")]
    assert names == [
        ("village", "proposed", "secretary"), ("town", "agreed", "township"), ("bureau", "agreed", "housing"),
    ]  # fmt: skip
    kinds = list(AuditEvent.objects.filter(kind__startswith="change.").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["change.proposed", "change.agreed", "change.agreed", "change.applied"]


def test_nobody_does_two_of_the_three(homes, desk):
    request = ask(desk.township, homes.east)
    assert request.next_place == "village"
    say(desk.secretary, request)
    with pytest.raises(ValidationError, match="不同的人"):
        say(desk.township, request)
    say(desk.reviewer, request)


def test_the_database_refuses_a_second_opinion_of_one_person(homes, desk):
    request = ask(desk.secretary, homes.east)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeOpinion.objects.create(
            request=request, round=1, place="town", outcome="agreed", by=desk.secretary, given_on=TODAY
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeOpinion.objects.create(
            request=request, round=1, place="village", outcome="agreed", by=desk.township, given_on=TODAY
        )


def test_a_locked_fact_needs_reason_and_proof(homes, desk):
    with pytest.raises(ValidationError) as refused:
        ask(desk.secretary, homes.east, reason="", proof=None)
    assert set(refused.value.error_dict) == {"reason", "proof"}
    assert "采集窗口" in str(refused.value)


def test_inside_the_window_neither_is_needed_and_the_village_is_not_asked_twice(homes, desk, window):
    request = ask(desk.helper, homes.east, kind="living", values={"has_toilet": True}, reason="", proof=None,
                  true_from=datetime.date(2018, 10, 9), entered_on=datetime.date(2018, 10, 10))  # fmt: skip
    assert (request.locked, request.next_place) == (False, "town")


def test_an_exited_household_is_locked_inside_the_window_too(homes, desk, window):
    with pytest.raises(ValidationError, match="已公告脱贫"):
        ask(desk.clerk, homes.west, kind="living", values={"has_toilet": True}, reason="", proof=None,
            true_from=datetime.date(2018, 10, 9), entered_on=datetime.date(2018, 10, 10))  # fmt: skip


def test_a_helper_reports_and_the_village_gives_its_own_opinion_first(homes, desk):
    request = ask(desk.helper, homes.east)
    assert (request.next_place, request.opinions.get().place) == ("village", "reporter")
    with pytest.raises(ValidationError, match="您的岗位不能提出"):
        ask(desk.helper, homes.west)


def test_a_department_confirms_only_what_its_own_bureau_answers_for(homes, desk):
    request = say(desk.township, ask(desk.secretary, homes.east))
    assert (request.next_place, request.bureau) == ("bureau", Bureau.HOUSING)
    with pytest.raises(ValidationError, match="不能办理这一环节"):
        say(desk.water, request)
    assert not reading.reached(desk.water).exists()
    assert list(reading.waiting(desk.housing)) == [request]


def test_a_bureau_without_an_account_is_stood_in_for_by_the_county_with_its_paper(homes, desk, window):
    october = {"true_from": datetime.date(2018, 10, 9), "entered_on": datetime.date(2018, 10, 10)}
    head = homes.east.membership_set.get(relation="head").person
    with pytest.raises(ValidationError, match="还没有账号"):
        ask(desk.secretary, homes.east, kind="condition", person=head, values={"dibao": True}, reason="", proof=None,
            **october)  # fmt: skip
    request = ask(desk.secretary, homes.east, kind="condition", person=head, values={"dibao": True}, **october)
    assert say(desk.township, request).next_place == "county"


def test_facts_of_two_bureaus_are_asked_for_apart(homes, desk):
    head = homes.east.membership_set.get(relation="head").person
    with pytest.raises(ValidationError, match="分开提出"):
        ask(desk.secretary, homes.east, kind="condition", person=head,
            values={"ins_serious_illness": True, "education": "junior"})  # fmt: skip


def test_what_cannot_be_applied_is_refused_at_once_in_words(homes, desk):
    spouse = Membership.objects.known().get(household=homes.east, relation="spouse")
    head = Membership.objects.known().get(household=homes.east, relation="head")
    with pytest.raises(ValidationError, match="须有新户主"):
        ask(desk.secretary, homes.east, kind="leave", person=head.person, values={"reason": "death"})
    with pytest.raises(ValidationError, match="晚于业务日期"):
        ask(desk.secretary, homes.east, true_from=datetime.date(2018, 12, 1))
    with pytest.raises(ValidationError, match="规则"):
        ask(desk.secretary, homes.east, kind="living", values={"arable_mu": "-3"})
    with pytest.raises(ValidationError, match="校验"):
        wrong = number("141100", "19900101", 8)[:-1] + ("0" if number("141100", "19900101", 8)[-1] != "0" else "1")
        ask(desk.secretary, homes.east, kind="identity", person=spouse.person, values={"id_number": wrong})
    with pytest.raises(ValidationError, match="没有变化"):
        ask(desk.secretary, homes.east, values={"area": "60.00"})
    with pytest.raises(ValidationError, match="不是本户成员"):
        stranger = homes.west.membership_set.get(relation="head").person
        ask(desk.secretary, homes.east, kind="leave", person=stranger, values={"reason": "death"})
    assert not ChangeRequest.objects.exists() and not AuditEvent.objects.filter(kind__startswith="change.").exists()
    assert HouseholdCard.objects.get(pk=homes.east.pk).member_count == 2


def test_a_preview_says_what_would_move_and_keeps_nothing(homes, desk):
    homes.east.refresh_from_db()
    before = (homes.east.version, AuditEvent.objects.count())
    told = changes.preview(
        kind="join", household=homes.east, true_from=DAY, entered_on=TODAY, by=desk.secretary,
        values={"name": "单新新", "sex": "female", "birth_date": "2018-11-20", "relation": "daughter",
                "reason": "birth"},
    )  # fmt: skip
    assert {"label": "家庭人口(人)", "before": "2", "after": "3"} in told
    homes.east.refresh_from_db()
    assert (homes.east.version, AuditEvent.objects.count()) == before
    assert HouseholdCard.objects.get(pk=homes.east.pk).member_count == 2


def test_who_leaves_today_is_missed_in_the_consequences(homes, desk):
    head, spouse = (m.person_id for m in Membership.objects.known().filter(household=homes.east).order_by("pk"))
    told = changes.preview(
        kind="leave", household=homes.east, person=head, true_from=TODAY, entered_on=TODAY, by=desk.secretary,
        values={"reason": "death", "new_head": spouse},
    )  # fmt: skip
    assert {"label": "户主", "before": "单小明", "after": "张春燕"} in told
    assert {"label": "家庭人口(人)", "before": "2", "after": "1"} in told


def test_a_pairing_that_ends_leaves_the_household_without_a_helper_from_that_day(homes, desk):
    told = changes.preview(
        kind="pairing", household=homes.east, true_from=TODAY, entered_on=TODAY, by=desk.township,
        values={"cadre": None},
    )  # fmt: skip
    assert told == [{"label": "帮扶责任人", "before": "赵国强", "after": "--"}]


def test_a_second_request_about_the_same_part_waits_for_the_first(homes, desk):
    ask(desk.secretary, homes.east)
    with pytest.raises(ValidationError, match="已有一份申请正在办理"):
        ask(desk.township, homes.east, values={"area": "80"})
    ask(desk.township, homes.east, kind="water", values={"dry_days": 20})


def test_the_reviewer_is_told_when_the_same_part_was_changed_meanwhile(homes, desk):
    request = ask(desk.secretary, homes.east)
    records.record(household=homes.east, part="water", true_from=DAY, values={"dry_days": 9}, entered_on=TODAY, by=None)
    say(desk.township, request)
    records.record(
        household=homes.east, part="housing", true_from=DAY, values={"grade": "C", "certificate_no": "ZJ-7"},
        entered_on=TODAY, by=None,
    )  # fmt: skip
    with pytest.raises(changes.ChangeMoved) as moved:
        say(desk.housing, request)
    assert ("住房鉴定等级", "B级", "C级") in moved.value.differences
    request.refresh_from_db()
    assert (request.state, request.opinions.count()) == ("open", 2)


def test_a_form_made_from_old_values_is_refused_with_what_changed(homes, desk):
    with pytest.raises(changes.ChangeMoved) as moved:
        ask(desk.secretary, homes.east, seen={"grade": "C", "area": "60"})
    assert moved.value.differences == [("住房鉴定等级", "C级", "B级")]
    with pytest.raises(changes.ChangeMoved):
        ask(desk.secretary, homes.east, version=homes.east.version - 1)


def test_a_returned_request_is_put_right_and_passes_in_its_second_round(homes, desk):
    request = ask(desk.secretary, homes.east)
    with pytest.raises(ValidationError, match="写明"):
        changes.send_back(request=request, words=" ", by=desk.township, on=TODAY)
    changes.send_back(request=request, words="证书编号与扫描件不一致", by=desk.township, on=TODAY)
    request.refresh_from_db()
    assert (request.state, request.next_place) == ("returned", "")
    with pytest.raises(ValidationError, match="只有提出人"):
        changes.resubmit(request=request, entered_on=TODAY, by=desk.township)
    # The form of the same part, filled in again, is the next round of what came back.
    request = ask(desk.secretary, homes.east, values={"grade": "D", "certificate_no": "ZJ-2018-10"})
    assert ChangeRequest.objects.count() == 1
    assert (request.round, request.state, request.next_place) == (2, "open", "town")
    say(desk.township, request)
    say(desk.housing, request)
    assert HousingAppraisal.objects.known().get(household=homes.east, true_from=DAY).certificate_no == "ZJ-2018-10"


def test_a_refused_or_withdrawn_request_changes_nothing(homes, desk):
    first = ask(desk.secretary, homes.east)
    changes.refuse(request=first, words="证书不是本户的", by=desk.township, on=TODAY)
    second = ask(desk.secretary, homes.east)
    changes.withdraw(request=second, by=desk.secretary, on=TODAY)
    with pytest.raises(ValidationError, match="不能再办理"):
        say(desk.township, second)
    assert not HousingAppraisal.objects.filter(household=homes.east, true_from=DAY).exists()


def test_no_clear_value_stands_in_content_trail_or_reason(homes, desk):
    spouse = Membership.objects.known().get(household=homes.east, relation="spouse").person
    new = number("141100", "19700301", 16)
    request = ask(
        desk.secretary, homes.east, kind="identity", person=spouse, values={"name": "张春艳", "id_number": new}
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM households_changerequest r")
        stored = cursor.fetchone()[0]
        cursor.execute("SELECT coalesce(string_agg(params::text || about, ' '), '') FROM povertycase_auditevent")
        trail = cursor.fetchone()[0]
    clear = bytes(request.content)
    for secret in (new, "张春艳"):
        assert secret not in stored + trail and secret.encode() not in clear
    with pytest.raises(ValidationError, match="不要写证件号码"):
        ask(desk.secretary, homes.single, reason=f"身份证 {new} 登记错误")


def test_a_new_household_is_registered_after_three_opinions(homes, desk):
    values = {
        "group_name": "一社", "name": "赵新户", "id_number": number("141100", "19680505", 7), "attr": "general",
        "registered_year": 2018, "planned_exit_year": 2019, "main_cause": "illness",
    }  # fmt: skip
    request = ask(desk.clerk, None, kind="register", village=Division.objects.get(pk=WEST), values=values)
    say(desk.township, request)
    request = say(desk.office, request)
    assert request.household.household_no == f"{WEST}0001"
    assert HouseholdCard.objects.get(pk=request.household_id).head_name == "赵新户"


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("head", {"new_head": "spouse", "relations": {"head": "spouse", "spouse": "head"}}),
        ("move", {"village": WEST, "group_name": "二社"}),
        ("causes", {"main": "labour", "others": ["illness"]}),
        ("status", {"planned_exit_year": 2019}),
        ("residence", {"state": "away", "place": "沈阳", "phone": "13712345678"}),
        ("living", {"has_toilet": True}),
        ("water", {"water_safe": False}),
        ("income", {"wage_work": "8000"}),
        ("supporter", {"name": "单丽", "relation": "daughter", "ability": "strong"}),
        ("identity", {"name": "单晓明"}),
        ("condition", {"ins_serious_illness": True}),
        ("leave", {"reason": "moved_out", "new_head": "spouse"}),
    ],
)
def test_every_kind_of_change_can_be_proposed_and_confirmed(homes, desk, kind, values):
    head, spouse = (m.person_id for m in Membership.objects.known().filter(household=homes.east).order_by("pk"))
    values = {name: spouse if value == "spouse" and name == "new_head" else value for name, value in values.items()}
    if "relations" in values:
        values["relations"] = {head: "spouse", spouse: "head"}
    person = head if changes.KINDS[kind].of_person else None
    request = ask(desk.secretary, homes.east, kind=kind, values=values, person=person)
    say(desk.township, request)
    last = {"water": desk.water, "condition": desk.medical}.get(kind, desk.office)
    request = say(last, request)
    assert request.state == "applied"
    now = changes.KINDS[kind].current(homes.east, {"person": person, "new": {}}, TODAY)
    for name in set(values) & set(now):
        assert now[name] == changes.KINDS[kind].fields[name].read(values[name]), name


def test_a_pairing_is_arranged_by_the_offices(homes, desk):
    other = Cadre.objects.get(cadre_no="G0002")
    with pytest.raises(ValidationError, match="您的岗位不能提出"):
        ask(desk.secretary, homes.east, kind="pairing", values={"cadre": other.pk})
    request = ask(desk.township, homes.east, kind="pairing", values={"cadre": other.pk}, reason="", proof=None)
    assert request.next_place == "town"
    say(desk.reviewer, request)
    say(desk.office, request)
    assert HouseholdCard.objects.get(pk=homes.east.pk).helper_name == "孙立军"


def test_waiting_holds_exactly_what_this_account_may_decide(homes, desk):
    request = ask(desk.secretary, homes.east)
    waits = {name: reading.waiting(who).count() for name, who in vars(desk).items()}
    assert {name for name, count in waits.items() if count} == {"township", "reviewer"}
    say(desk.township, request)
    waits = {name: reading.waiting(who).count() for name, who in vars(desk).items()}
    assert {name for name, count in waits.items() if count} == {"housing"}


def test_a_village_sees_and_decides_only_its_own(homes, desk):
    request = ask(desk.township, homes.east)
    assert reading.waiting(desk.secretary).get() == request
    assert not reading.reached(desk.clerk).exists()
    with pytest.raises(ValidationError, match="不能办理这一环节"):
        say(desk.clerk, request)
