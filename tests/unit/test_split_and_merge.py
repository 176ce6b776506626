"""分户, 并户 and 户主变更: who goes where, what goes along, what stays, and everybody's relation to the head."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from households.actions import changes, members, records
from households.actions.register import NewPerson
from households.models import (
    Cause,
    ChangeRequest,
    Household,
    HouseholdCard,
    HouseholdStatus,
    HousingAppraisal,
    Income,
    Membership,
    Pairing,
    PersonCondition,
)
from households.queries import kinship
from povertycase.models import AuditEvent
from tests.change_cast import proof_of
from tests.register_cast import ENTRY, TODAY, WEST

pytest_plugins = ["tests.change_cast"]
pytestmark = pytest.mark.django_db
DAY = datetime.date(2018, 11, 1)
BORN = {"单强": 1988, "李红": 1990, "单小宝": 2012}


def relations(home, day=TODAY):
    rows = Membership.objects.known().true_on(day).filter(household=home).select_related("person")
    return {row.person.name: row.relation for row in rows}


@pytest.fixture
def family(homes):
    """H0001: an old couple, their son, his wife and their boy; {name: person}."""
    for name, sex, relation in (
        ("单强", "male", "son"),
        ("李红", "female", "daughter_in_law"),
        ("单小宝", "male", "grandson"),
    ):
        born = NewPerson(name, sex=sex, birth_date=datetime.date(BORN[name], 5, 1))
        members.join(household=homes.east, person=born, relation=relation, reason="registered", true_from=ENTRY,
                     entered_on=TODAY, by=None)  # fmt: skip
    return {row.person.name: row.person_id for row in Membership.objects.known().filter(household=homes.east)}


def young(family):
    """The young family leaves: 单强 is its head."""
    stays = dict.fromkeys((family["单小明"], family["张春燕"]), "")
    return {family["单强"]: "head", family["李红"]: "spouse", family["单小宝"]: "son", **stays}


def ask(who, home, kind, values, **options):
    options = {"true_from": DAY, "reason": "本人申请，分灶吃饭", "proof": proof_of(who), "entered_on": TODAY} | options
    return changes.propose(kind=kind, household=home, values=values, by=who, **options)


def confirmed(desk, request):
    for who in (desk.township, desk.office):
        request.refresh_from_db()
        changes.agree(request=request, by=who, on=TODAY)
    request.refresh_from_db()
    return request


def refused(who, home, kind, values, **options):
    with pytest.raises(ValidationError) as error:
        changes.preview(kind=kind, household=home, values=values, by=who, entered_on=TODAY,
                        **({"true_from": DAY} | options))  # fmt: skip
    return "".join(error.value.messages)


# --- 分户 ---------------------------------------------------------------------------------------------------


def test_a_split_makes_a_household_of_its_own_and_leaves_the_old_one_whole(homes, desk, family):
    boy = family["单小宝"]
    records.record_condition(
        person=homes.east.membership_set.get(person=boy).person, true_from=datetime.date(2018, 9, 1),
        values={"student_status": "primary"}, entered_on=TODAY, by=None,
    )  # fmt: skip
    request = confirmed(
        desk, ask(desk.secretary, homes.east, "split", {"members": young(family), "group_name": "二社"})
    )
    new = Household.objects.get(pk=request.subject)
    assert (request.state, request.household) == ("applied", homes.east)
    assert relations(homes.east) == {"单小明": "head", "张春燕": "spouse"}
    assert relations(new) == {"单强": "head", "李红": "spouse", "单小宝": "son"}
    assert relations(homes.east, DAY - datetime.timedelta(days=1)).keys() == family.keys()
    card = HouseholdCard.objects.get(pk=new.pk)
    assert (card.head_name, card.member_count, card.group_name, card.helper_name) == ("单强", 3, "二社", "")
    # What is of the house stays with the house; what is of the person goes along.
    for model in (Income, HousingAppraisal, Pairing, Cause):
        assert model.objects.known().filter(household=homes.east).exists()
        assert not model.objects.filter(household=new).exists(), model
    assert PersonCondition.objects.known().get(person=boy).student_status == "primary"
    one, other = (HouseholdStatus.objects.known().get(household=home) for home in (homes.east, new))
    assert (other.attr, other.poverty_status, other.planned_exit_year, other.true_from) == (
        one.attr, one.poverty_status, one.planned_exit_year, DAY,
    )  # fmt: skip
    told = list(AuditEvent.objects.filter(kind__startswith="household.split").values_list("kind", "about"))
    assert told == [("household.split", "H0001"), ("household.split_off", new.household_no)]


def test_both_households_are_named_in_the_consequences(homes, desk, family):
    told = changes.preview(kind="split", household=homes.east, values={"members": young(family)}, true_from=DAY,
                           entered_on=TODAY, by=desk.secretary)  # fmt: skip
    assert {"whose": "本户", "label": "家庭人口(人)", "before": "5", "after": "2"} in told
    assert {"whose": "分出的新户", "label": "家庭人口(人)", "before": None, "after": "3"} in told
    assert {"whose": "分出的新户", "label": "帮扶责任人", "before": None, "after": "--"} in told
    assert Household.objects.count() == 4


def test_a_split_needs_one_head_who_is_not_the_head_of_the_old_house(homes, desk, family):
    for values, words in (
        (young(family) | {family["李红"]: "head"}, "只能有一位"),
        ({family["李红"]: "spouse"}, "选定一位户主"),
        ({}, "选定一位户主"),
        ({family["单小明"]: "head"}, "原户主留在原户"),
        ({homes.west.membership_set.get(relation="spouse").person_id: "head"}, "已不是本户成员"),
        ({family["单强"]: "cousin"}, "不在代码表"),
        (young(family) | {family["单小宝"]: "spouse"}, "配偶只能有一人"),
    ):
        assert words in refused(desk.secretary, homes.east, "split", {"members": values}), words
    assert "才在本户登记" in refused(desk.secretary, homes.east, "split", {"members": young(family)}, true_from=ENTRY)


def test_a_split_always_needs_reason_and_paper_and_three_opinions(homes, desk, family, window):
    october = {"true_from": datetime.date(2018, 10, 9), "entered_on": datetime.date(2018, 10, 10)}
    with pytest.raises(ValidationError) as error:
        ask(desk.secretary, homes.east, "split", {"members": young(family)}, reason="", proof=None, **october)
    assert set(error.value.error_dict) == {"reason", "proof"} and "农户申请" in str(error.value)
    request = ask(desk.township, homes.east, "split", {"members": young(family)}, **october)
    assert (request.locked, request.next_place) == (True, "village")


def test_who_joined_or_left_the_family_since_is_noticed_before_a_split_is_confirmed(homes, desk, family):
    request = ask(desk.secretary, homes.east, "split", {"members": young(family)})
    changes.agree(request=request, by=desk.township, on=TODAY)
    boy = Membership.objects.known().get(person=family["单小宝"])
    members.leave(membership=boy, reason="moved_out", true_to=datetime.date(2018, 10, 15), entered_on=TODAY, by=None)
    request.refresh_from_db()
    with pytest.raises(changes.ChangeMoved) as moved:
        changes.agree(request=request, by=desk.office, on=TODAY)
    assert "单小宝" in moved.value.differences[0][1] and "单小宝" not in moved.value.differences[0][2]


# --- 并户 ---------------------------------------------------------------------------------------------------


def elders(homes):
    head, spouse = Membership.objects.known().filter(household=homes.single).order_by("pk")
    return {head.person_id: "father", spouse.person_id: "mother"}


def test_a_whole_household_joins_another_and_ends_with_its_history(homes, desk):
    values = {"members": elders(homes)}
    request = confirmed(desk, ask(desk.secretary, homes.east, "merge", values, row=homes.single.pk))
    assert relations(homes.east) == {"单小明": "head", "张春燕": "spouse", "曾守田": "father", "李桂兰": "mother"}
    assert relations(homes.single) == {} and relations(homes.single, ENTRY).keys() == {"曾守田", "李桂兰"}
    card = HouseholdCard.objects.get(pk=homes.single.pk)
    assert (card.poverty_status, card.member_count, card.head_name) == ("gone", 0, "曾守田")
    whose = {(one["whose"], one["label"]): (one["before"], one["after"]) for one in request.effects}
    assert whose["本户", "家庭人口(人)"] == ("2", "4")
    assert whose["并入的户", "脱贫属性"] == ("未脱贫", "整户自然减少")
    assert not Pairing.objects.known().true_on(TODAY).filter(household=homes.single).exists()


def test_nobody_may_be_left_out_of_a_merge(homes, desk):
    one = dict(list(elders(homes).items())[:1])
    assert "李桂兰" in refused(desk.secretary, homes.east, "merge", {"members": one}, row=homes.single.pk)


def test_a_household_out_of_reach_and_one_that_is_not_there_are_the_same_to_a_merge(homes, desk):
    hidden = Membership.objects.known().get(household=homes.front, relation="head").person_id
    said = {
        refused(desk.secretary, homes.east, "merge", {"members": {hidden: "father"}}, row=row)
        for row in (homes.front.pk, 987_654_321)
    }
    assert said == {"没有找到要并入的户，请重新选择。"}


def test_households_of_two_villages_are_one_only_after_a_move(homes, desk):
    rows = Membership.objects.known().filter(household=homes.west)
    values = {"members": {row.person_id: "other" for row in rows}}
    assert "不在同一个村" in refused(desk.township, homes.east, "merge", values, row=homes.west.pk)
    assert "不能把本户并入本户" in refused(desk.township, homes.west, "merge", values, row=homes.west.pk)


def test_a_household_about_which_something_is_asked_for_does_not_end_before_it_is_decided(homes, desk):
    changes.propose(kind="water", household=homes.single, values={"dry_days": 3}, true_from=DAY, reason="核实",
                    proof=proof_of(desk.secretary), entered_on=TODAY, by=desk.secretary)  # fmt: skip
    assert "还有修改申请正在办理" in refused(
        desk.secretary, homes.east, "merge", {"members": elders(homes)}, row=homes.single.pk
    )


def test_a_new_head_of_either_household_is_noticed_before_a_merge_is_confirmed(homes, desk):
    asked = {"members": elders(homes)}
    for home, word in ((homes.east, "并入后的户主"), (homes.single, "成员与户主关系")):
        request = ask(desk.secretary, homes.east, "merge", asked, row=homes.single.pk)
        changes.agree(request=request, by=desk.township, on=TODAY)
        one, other = Membership.objects.known().true_on(TODAY).filter(household=home).order_by("pk")
        members.change_head(household=home, new_head=other, relations={one.person_id: "spouse"},
                            true_from=datetime.date(2018, 10, 20), entered_on=TODAY, by=None)  # fmt: skip
        request.refresh_from_db()
        with pytest.raises(changes.ChangeMoved) as moved:
            changes.agree(request=request, by=desk.office, on=TODAY)
        assert moved.value.differences[0][0] == word
        changes.withdraw(request=request, by=desk.secretary, on=TODAY)
    assert not ChangeRequest.objects.filter(state="applied").exists()


# --- 户主变更 and the end of a household ---------------------------------------------------------------------


def test_a_new_head_changes_everybodys_relation_in_the_same_request(homes, desk, family):
    others = {family["单小明"]: "father", family["张春燕"]: "mother", family["李红"]: "spouse", family["单小宝"]: "son"}
    said = refused(
        desk.secretary, homes.east, "head", {"new_head": family["单强"], "relations": others | {family["李红"]: ""}}
    )
    assert "李红" in said
    values = {"new_head": family["单强"], "relations": others | {family["单强"]: "head"}}
    confirmed(desk, ask(desk.secretary, homes.east, "head", values))
    assert relations(homes.east) == {
        "单强": "head",
        "单小明": "father",
        "张春燕": "mother",
        "李红": "spouse",
        "单小宝": "son",
    }


def test_a_head_who_dies_leaves_everybody_with_a_relation_to_the_new_one(homes, desk, family):
    left = {family["张春燕"]: "mother", family["李红"]: "spouse", family["单小宝"]: "son"}
    values = {"reason": "death", "new_head": family["单强"], "relations": left}
    del left[family["李红"]]
    assert "李红" in refused(desk.secretary, homes.east, "leave", values, person=family["单小明"])
    left[family["李红"]] = "spouse"
    confirmed(desk, ask(desk.secretary, homes.east, "leave", values, person=family["单小明"]))
    assert relations(homes.east) == {"单强": "head", "张春燕": "mother", "李红": "spouse", "单小宝": "son"}


def test_what_follows_from_the_old_relations_is_proposed_and_what_does_not_is_left_open(homes, family):
    rows = list(Membership.objects.known().filter(household=homes.east).select_related("person"))
    head = next(row for row in rows if row.relation == "head")
    found = kinship.proposed(rows, head)
    assert found[family["单强"]] == {family["单小明"]: "father", family["张春燕"]: "mother"}
    assert found[family["张春燕"]] == {
        family["单小明"]: "spouse", family["单强"]: "son", family["李红"]: "daughter_in_law", family["单小宝"]: "grandson",
    }  # fmt: skip
    assert found[family["李红"]] == {family["单小明"]: "husbands_father"}


def test_with_its_last_member_the_household_ends_and_so_does_its_helper(homes, desk):
    head, spouse = Membership.objects.known().filter(household=homes.east).order_by("pk")
    members.leave(membership=spouse, reason="death", true_to=DAY, entered_on=TODAY, by=None)
    request = confirmed(desk, ask(desk.secretary, homes.east, "leave", {"reason": "death"}, person=head.person_id))
    card = HouseholdCard.objects.get(pk=homes.east.pk)
    assert (card.poverty_status, card.member_count, card.helper_name) == ("gone", 0, "")
    assert Pairing.objects.known().get(household=homes.east).true_to == DAY
    moved = {one["label"]: one["after"] for one in request.effects}
    assert (moved["脱贫属性"], moved["帮扶责任人"]) == ("整户自然减少", "--")


def test_a_split_into_another_village_belongs_there(homes, desk, family):
    values = {"members": young(family), "village": WEST}
    request = confirmed(desk, ask(desk.secretary, homes.east, "split", values))
    card = HouseholdCard.objects.get(pk=request.subject)
    assert (card.village_code, card.household_no) == (WEST, f"{WEST}0001")


def test_several_leave_in_one_request_and_the_head_among_them_last(homes, desk, family):
    left = {family["张春燕"]: "mother"}
    values = {
        "reason": "moved_out",
        "also": [family["李红"], family["单小宝"]],
        "new_head": family["单强"],
        "relations": left,
    }
    request = confirmed(desk, ask(desk.secretary, homes.east, "leave", values, person=family["单小明"]))
    assert relations(homes.east) == {"单强": "head", "张春燕": "mother"}
    assert {"label": "家庭人口(人)", "before": "5", "after": "2"} in request.effects
    assert AuditEvent.objects.filter(kind="member.left").count() == 3
    assert "已于 2018-11-01 减少" in refused(
        desk.secretary, homes.east, "leave", {"reason": "death"}, person=family["李红"]
    )


def test_a_family_that_moves_away_whole_ends_in_one_request(homes, desk, family):
    others = [person for name, person in family.items() if name != "单小明"]
    values = {"reason": "moved_out", "also": others}
    confirmed(desk, ask(desk.secretary, homes.east, "leave", values, person=family["单小明"]))
    card = HouseholdCard.objects.get(pk=homes.east.pk)
    assert (card.member_count, card.poverty_status, card.helper_name) == (0, "gone", "")


def test_two_deaths_entered_in_the_wrong_order_end_the_household_after_the_later_one(homes, desk):
    head, spouse = Membership.objects.known().filter(household=homes.single).order_by("pk")
    later = datetime.date(2018, 11, 20)
    members.leave(membership=spouse, reason="death", true_to=later, entered_on=TODAY, by=None)
    members.leave(membership=head, reason="death", true_to=DAY, entered_on=TODAY, by=None)
    gone = HouseholdStatus.objects.known().get(household=homes.single, poverty_status="gone")
    assert gone.true_from == later + datetime.timedelta(days=1)
