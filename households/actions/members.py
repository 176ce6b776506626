"""Members 家庭成员: who joins a household, who leaves it, and why."""

import datetime
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from households.actions import dated, endings, written
from households.actions.register import NewPerson, new_person
from households.choices import MemberEnd, MemberStart
from households.models import Household, Membership, Person
from households.models.dated import IntervalQuerySet
from povertycase import audit
from povertycase.models import Account

DAY = datetime.timedelta(days=1)


def join(
    *,
    household: Household,
    person: Person | NewPerson,
    relation: str,
    reason: str,
    true_from: datetime.date,
    entered_on: datetime.date,
    by: Account | None,
) -> Membership:
    """A person belongs to the household from a day on (birth, marriage, move …). Raises ValidationError.

    Someone of another household must have left that one before.
    """
    dated.refuse_future(true_from, entered_on, _("增加日期"))
    with transaction.atomic():
        household = dated.lock(household)
        event = audit.record(
            "member.joined",
            by=by,
            about=household.household_no,
            households=[household.pk],
            params={"reason": _word(MemberStart, reason), "day": true_from.isoformat()},
        )
        if isinstance(person, NewPerson):
            person = new_person(person, on=entered_on)
        row = Membership(
            household=household, person=person, relation=relation, start_reason=reason, true_from=true_from
        )
        dated.add(row, entered_on=entered_on, event=event)
        written.note([household.pk], day=entered_on, event=event)
    return row


def leave(
    *,
    membership: Membership,
    reason: str,
    true_to: datetime.date,
    entered_on: datetime.date,
    by: Account | None,
    new_head: Membership | None = None,
    relations: Mapping[int, str] | None = None,
) -> Membership:
    """A member's last day in the household. A head who leaves others behind needs `new_head` (E-43).

    relations: person → what he is to the new head, of everybody else who stays. With the last member the household
    ends 整户自然减少. Raises ValidationError.
    """
    dated.refuse_future(true_to, entered_on, _("减少日期"))
    if membership.true_to is not None:
        told = {"name": membership.person.name, "day": membership.true_to}
        raise ValidationError(_("%(name)s 已于 %(day)s 减少，请刷新后再办。") % told)
    if true_to < membership.true_from:
        raise ValidationError(_("减少日期早于加入日期 %s，请核对。") % membership.true_from)
    with transaction.atomic():
        household = dated.lock(membership.household)
        _check_head(membership, new_head, true_to)
        event = audit.record(
            "member.left",
            by=by,
            about=household.household_no,
            households=[household.pk],
            params={"reason": _word(MemberEnd, reason), "day": true_to.isoformat()},
        )
        row = dated.replace(membership, {"true_to": true_to, "end_reason": reason}, entered_on=entered_on, event=event)
        if new_head:
            _relate_all(new_head, relations or {}, true_to + DAY, entered_on, event)
        else:
            _end_where_empty(household, entered_on, event)
        written.note([household.pk], day=entered_on, event=event)
    return row


def change_head(
    *,
    household: Household,
    new_head: Membership,
    relations: Mapping[int, str],
    true_from: datetime.date,
    entered_on: datetime.date,
    by: Account | None,
) -> Household:
    """户主变更: another member is the head from a day on.

    relations: person → what he is to the new head, of everybody else, the head before among them. Raises
    ValidationError.
    """
    dated.refuse_future(true_from, entered_on, _("变更日期"))
    with transaction.atomic():
        household = dated.lock(household)
        before = Membership.objects.known().true_on(true_from).filter(household=household, relation="head").first()
        if before is not None and before.person_id == new_head.person_id:
            raise ValidationError({"new_head": _("这个人已经是户主，请另选。")})
        event = audit.record(
            "member.head_changed",
            by=by,
            about=household.household_no,
            households=[household.pk],
            params={"day": true_from.isoformat()},
        )
        _relate_all(new_head, relations, true_from, entered_on, event)
        written.note([household.pk], day=entered_on, event=event)
    return household


def staying(household: Household, day: datetime.date) -> IntervalQuerySet:
    """Memberships that hold on a day or begin after it."""
    known: IntervalQuerySet = Membership.objects.known().filter(household=household)
    return known.exclude(true_to__lt=day)


def _end_where_empty(household: Household, entered_on: datetime.date, event: int) -> None:
    """With its last member a household ends, on the last day that anybody belonged to it."""
    days = list(Membership.objects.known().filter(household=household).values_list("true_to", flat=True))
    if None not in days:
        endings.end(household, max(day for day in days if day), entered_on=entered_on, event=event)


def _check_head(membership: Membership, new_head: Membership | None, day: datetime.date) -> None:
    if membership.relation != "head" or new_head is not None:
        return
    others = Membership.objects.known().filter(household=membership.household_id).exclude(pk=membership.pk)
    if others.filter(true_to__isnull=True).exists():
        raise ValidationError(_("户主减少后其余成员须有新户主，请同时指定新户主。"))


def _relate_all(
    new_head: Membership, relations: Mapping[int, str], day: datetime.date, entered_on: datetime.date, event: int
) -> None:
    """Everybody's relation to the new head from a day on. Raises ValidationError for who has none."""
    if new_head.true_to is not None and new_head.true_to < day:
        raise ValidationError({"new_head": _("这个人当日已不在本户，请另选户主。")})
    rows = staying(new_head.household, day).exclude(person=new_head.person_id).select_related("person")
    others = list(rows.order_by("pk"))
    missing = [row.person.name for row in others if relations.get(row.person_id, "") in ("", "head")]
    if missing:
        raise ValidationError({"relations": _("请选择与新户主的关系：%s。") % "、".join(missing)})
    # The head before steps down first: two heads at one time are refused by the database.
    for row in sorted(others, key=lambda row: row.relation != "head"):
        if row.relation != relations[row.person_id]:
            _relate(row, relations[row.person_id], day, entered_on, event)
    _relate(new_head, "head", day, entered_on, event)


def _relate(member: Membership, relation: str, day: datetime.date, entered_on: datetime.date, event: int) -> None:
    """The member's row ends the day before, a row with the other relation begins."""
    if member.true_from >= day:
        dated.replace(member, {"relation": relation}, entered_on=entered_on, event=event)
        return
    dated.replace(member, {"true_to": day - DAY, "end_reason": "head_changed"}, entered_on=entered_on, event=event)
    row = Membership(
        household=member.household,
        person=member.person,
        relation=relation,
        start_reason=member.start_reason,
        true_from=day,
        true_to=member.true_to,
        end_reason=member.end_reason,
    )
    dated.add(row, entered_on=entered_on, event=event)


def _word(codes: type[MemberStart] | type[MemberEnd], code: str) -> str:
    if code not in codes.values:
        raise ValidationError(_("请选择变更原因。"))
    with override("zh-hans"):
        return str(codes(code).label)
