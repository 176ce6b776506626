"""Who may do what, and how far it reaches (house.md section 6, county-officer.md 3.2)."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.access.roles import ADMINISTRATORS
from povertycase.actions import accounts, posts
from povertycase.models import Account, AuditEvent, Division, Post

DAY = datetime.date(2018, 11, 1)
CODES = (
    "county_office county_reviewer township_clerk township_reviewer first_secretary team_member village_clerk helper "
    "unit_liaison department organisation supervisor leader system_admin security_admin audit_admin"
)
HOUSEHOLD_RIGHTS = {right for right in Permission if right.startswith("household") or right in ("reveal", "exit_view")}


def holders(right):
    return {role.code for role in slots.ROLES if right in role.permissions}


def test_there_are_the_sixteen_roles_of_the_house():
    assert slots.ROLES.codes() == sorted(CODES.split(), key=lambda code: slots.ROLES[code].order)
    assert set(slots.ROLES.codes()) == set(CODES.split())


def test_the_three_administrators_see_no_household_data_and_share_no_right():
    rights = [slots.ROLES[code].permissions for code in ADMINISTRATORS]
    assert all(not (own & HOUSEHOLD_RIGHTS) for own in rights)
    assert set.intersection(*map(set, rights)) == {Permission.WORKBENCH}


def test_nobody_both_drafts_and_issues_a_bulletin():
    assert holders(Permission.BULLETIN_DRAFT) == {"county_office"}
    assert holders(Permission.BULLETIN_ISSUE) == {"county_reviewer"}


def test_nobody_both_drafts_a_rule_and_puts_it_in_force():
    assert holders(Permission.RULE_DRAFT) == {"county_office"}
    assert holders(Permission.RULE_APPROVE) == {"county_reviewer"}
    assert holders(Permission.RULE_DRAFT_VIEW) == {"county_office", "county_reviewer"}


def test_duplicates_are_decided_by_the_offices_and_seen_by_the_villages():
    assert holders(Permission.DUPLICATE_DECIDE) == {"county_office", "township_clerk"}
    village = {"first_secretary", "team_member", "village_clerk"}
    assert holders(Permission.DUPLICATE_VIEW) == village | {
        "county_office", "county_reviewer", "township_clerk", "township_reviewer"
    }  # fmt: skip


def test_other_systems_are_compared_by_the_offices_and_differences_decided_where_the_households_are():
    village = {"first_secretary", "team_member", "village_clerk"}
    assert holders(Permission.DIFFERENCE_RUN) == {"county_office", "township_clerk"}
    assert holders(Permission.DIFFERENCE_DECIDE) == village | {"county_office", "township_clerk"}
    assert holders(Permission.DIFFERENCE_VIEW) == holders(Permission.DUPLICATE_VIEW)
    # Differences name illnesses: nobody sees them who may not read those in the register.
    assert holders(Permission.DIFFERENCE_VIEW) <= holders(Permission.HEALTH_VIEW)


def test_a_supervisor_never_edits_and_a_leader_sees_only_totals():
    assert not slots.ROLES["supervisor"].permissions & {Permission.HOUSEHOLD_EDIT, Permission.IMPORT_RUN}
    assert not slots.ROLES["leader"].permissions & HOUSEHOLD_RIGHTS


def test_health_is_not_for_departments_and_amounts_are_for_townships_and_above():
    assert "department" not in holders(Permission.HEALTH_VIEW)
    assert not holders(Permission.AMOUNT_VIEW) & {"first_secretary", "team_member", "village_clerk", "helper"}


def test_posts_reach_their_own_places(cast, places):
    reached = {role.code: getattr(cast, role.code).extents() for role in slots.ROLES}
    assert [extent.prefix for extent in reached["county_office"]] == ["220821"]
    assert [extent.prefix for extent in reached["township_clerk"]] == ["220821101"]
    assert [extent.prefix for extent in reached["village_clerk"]] == ["220821101200"]
    assert [extent.kind for extent in reached["helper"]] == ["own_pairings"]
    assert [extent.kind for extent in reached["unit_liaison"]] == ["own_unit"]
    assert [extent.kind for extent in reached["audit_admin"]] == ["audit"]
    assert AuditEvent.objects.visible_to(cast.audit_admin).exists()
    assert not AuditEvent.objects.visible_to(cast.county_office).exists()


def test_a_post_gives_rights_only_between_its_dates(cast, places):
    account = Account.objects.create(username="late", display_name="晚到")
    assert not account.can(Permission.WORKBENCH)
    post = posts.open(account=account, role="village_clerk", division=places["220821101200"], valid_from=DAY, by=None)
    assert account.can(Permission.HOUSEHOLD_EDIT)
    posts.close(post=post, valid_to=datetime.date(2018, 11, 29), by=cast.security_admin)
    assert not Account.objects.get(pk=account.pk).can(Permission.HOUSEHOLD_EDIT)
    assert Post.objects.get(pk=post.pk).version == 2


@pytest.mark.parametrize(
    ("role", "place", "words"),
    [
        ("village_clerk", "220821101000", "须任命到村"),
        ("township_clerk", None, "须任命到乡镇"),
        ("mayor", "220821000000", "没有“mayor”这个岗位"),
    ],
)
def test_a_post_in_the_wrong_place_is_refused(places, role, place, words):
    account = Account.objects.create(username="new", display_name="新人")
    with pytest.raises(ValidationError, match=words):
        posts.open(account=account, role=role, division=places.get(place), valid_from=DAY, by=None)


def test_an_administrator_holds_no_other_post(cast, places):
    county = places["220821000000"]
    for account, role in ((cast.system_admin, "audit_admin"), (cast.system_admin, "county_office")):
        with pytest.raises(ValidationError, match="专任"):
            posts.open(account=account, role=role, division=county, valid_from=DAY, by=None)
    with pytest.raises(ValidationError, match="专任"):
        posts.open(account=cast.county_office, role="audit_admin", division=county, valid_from=DAY, by=None)


def test_nobody_appoints_or_dismisses_himself(cast, places):
    with pytest.raises(ValidationError, match="自己"):
        posts.open(
            account=cast.security_admin,
            role="county_office",
            division=places["220821000000"],
            valid_from=DAY,
            by=cast.security_admin,
        )
    with pytest.raises(ValidationError, match="自己"):
        posts.close(post=cast.security_admin.post_set.get(), valid_to=DAY, by=cast.security_admin)


def test_a_new_account_has_a_first_password_and_no_rights(db):
    account, password = accounts.create(username="zhang.san", display_name="张三", by=None)
    assert account.check_password(password)
    assert account.must_change_password
    assert account.extents() == []
    assert AuditEvent.objects.get(about="zhang.san").kind == "account.created"
    with pytest.raises(ValidationError, match="已有人使用"):
        accounts.create(username="zhang.san", display_name="另一人", by=None)
    with pytest.raises(ValidationError, match="用户名"):
        accounts.create(username="张 三", display_name="张三", by=None)


def test_a_weak_password_is_refused_and_an_own_one_ends_the_first(db):
    account, first = accounts.create(username="li.si", display_name="李四", by=None)
    for weak in ("12345", "1234567890", "li.si"):
        with pytest.raises(ValidationError):
            accounts.change_password(account=account, password=weak, by=account)
    accounts.change_password(account=account, password="玉米 丰收 三百斤 2018", by=account)
    fresh = Account.objects.get(pk=account.pk)
    assert fresh.check_password("玉米 丰收 三百斤 2018")
    assert not fresh.check_password(first)
    assert not fresh.must_change_password


def test_an_ended_account_loses_its_token(cast):
    token = accounts.issue_token(account=cast.county_office, by=None)
    assert len(token) == 40
    accounts.deactivate(account=cast.county_office, by=cast.system_admin)
    assert not Account.objects.get(pk=cast.county_office.pk).can(Permission.WORKBENCH)
    with pytest.raises(ValidationError, match="停用"):
        accounts.issue_token(account=cast.county_office, by=None)
    with pytest.raises(ValidationError, match="自己"):
        accounts.deactivate(account=cast.system_admin, by=cast.system_admin)


def test_divisions_are_there_for_everybody(cast):
    assert Division.objects.visible_to(cast.helper).count() == Division.objects.count()
