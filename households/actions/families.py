"""分户 and 并户: members leave and form a household of their own, or a whole household joins another.

People keep their conditions, for these hang on the person. The paper of the house does not move: the household that is
left keeps income, house and helper, the new one begins with nothing known.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from households.actions import dated, endings, written
from households.actions.members import staying
from households.choices import MemberEnd, MemberStart
from households.models import Household, HouseholdDivision, HouseholdStatus, Membership
from households.queries.change_parts import base_row
from povertycase import audit
from povertycase.models import Account, Division

DAY = datetime.timedelta(days=1)
HEAD = "head"


@dataclass(frozen=True)
class Move:
    """Members who go from one household to another on a day, as entered by one act for each of the two."""

    day: datetime.date
    entered_on: datetime.date
    start: str
    end: str
    out_event: int
    in_event: int

    def carry(self, row: Membership, to: Household, relation: str) -> None:
        """The row ends the day before, one in the other household begins."""
        ended = {"true_to": self.day - DAY, "end_reason": self.end}
        dated.replace(row, ended, entered_on=self.entered_on, event=self.out_event)
        new = Membership(
            household=to, person=row.person, relation=relation, start_reason=self.start, true_from=self.day
        )
        dated.add(new, entered_on=self.entered_on, event=self.in_event)


def split(
    *,
    household: Household,
    members: Mapping[int, str],
    household_no: str,
    village: Division,
    group_name: str = "",
    true_from: datetime.date,
    entered_on: datetime.date,
    by: Account | None,
) -> Household:
    """分户: some members form a new household from a day on; returns the new one.

    members: person → relation to the new head, one of them 户主. The head stays, for the household does. The new
    household has the status of the one it came from, and no causes, income, house or helper: nothing of it is known yet.
    Raises ValidationError.
    """
    if village.level != Division.Level.VILLAGE:
        raise ValidationError({"village": _("请选择到村。")})
    dated.refuse_future(true_from, entered_on, _("分户日期"))
    with transaction.atomic():
        old = dated.lock(household)
        rows = _leaving(old, members, true_from)
        status = base_row(HouseholdStatus, old, true_from)
        if status is None or status.poverty_status in endings.ENDED:
            raise ValidationError(_("本户当日不在册，不能分户。"))
        new = Household(household_no=household_no.strip())
        new.full_clean()
        new.save(force_insert=True)
        told = {"count": len(rows), "day": true_from.isoformat()}
        move = Move(
            true_from,
            entered_on,
            MemberStart.SPLIT,
            MemberEnd.SPLIT,
            _note("household.split", old, by, told),
            _note("household.split_off", new, by, told),
        )
        place = HouseholdDivision(household=new, village=village, group_name=group_name, true_from=true_from)
        for begun in (place, *_statuses(old, new, status, true_from)):
            dated.add(begun, entered_on=entered_on, event=move.in_event)
        for row in rows:
            move.carry(row, new, members[row.person_id])
        written.note([old.pk, new.pk], day=entered_on, event=move.out_event)
    return new


def merge(
    *,
    household: Household,
    other: Household,
    members: Mapping[int, str],
    true_from: datetime.date,
    entered_on: datetime.date,
    by: Account | None,
) -> Household:
    """并户: everybody of `other` joins `household` from a day on, and `other` ends; its history stays readable.

    members: person → relation to the head of `household`. Both belong to one village, so that nobody learns of members
    elsewhere. Raises ValidationError.
    """
    dated.refuse_future(true_from, entered_on, _("并户日期"))
    with transaction.atomic():
        held = {row.pk: dated.lock(row) for row in sorted((household, other), key=lambda row: row.pk)}
        home, gone = held[household.pk], held[other.pk]
        _refuse_apart(home, gone, true_from)
        rows = _joining(gone, members, true_from)
        told = {"count": len(rows), "day": true_from.isoformat()}
        move = Move(
            true_from,
            entered_on,
            MemberStart.MERGED,
            MemberEnd.MERGED,
            _note("household.merged_into", gone, by, told),
            _note("household.merged", home, by, told),
        )
        for row in rows:
            move.carry(row, home, members[row.person_id])
        endings.end(gone, true_from - DAY, entered_on=entered_on, event=move.out_event)
        written.note([home.pk, gone.pk], day=entered_on, event=move.in_event)
    return home


def _statuses(old: Household, new: Household, status: HouseholdStatus, day: datetime.date) -> list[HouseholdStatus]:
    """What became of the old household between the day and its entry became of the new one as well."""
    later = HouseholdStatus.objects.known().filter(household=old, true_from__gt=day).order_by("true_from", "pk")
    first = endings.copy_of(status, household=new, true_from=day)
    return [first, *(endings.copy_of(row, household=new) for row in later)]


def _leaving(household: Household, members: Mapping[int, str], day: datetime.date) -> list[Membership]:
    """The rows of who splits off. Raises ValidationError."""
    going = {person: relation for person, relation in members.items() if relation}
    if list(going.values()).count(HEAD) != 1:
        raise ValidationError({"members": _("请在分出的成员中选定一位户主，只能有一位。")})
    present = {row.person_id: row for row in staying(household, day).select_related("person").filter(true_to=None)}
    if any(present[person].relation == HEAD for person in going if person in present):
        raise ValidationError({"members": _("原户主留在原户；要由户主分出的，请先办户主变更。")})
    return _rows(present, going, day)


def _joining(household: Household, members: Mapping[int, str], day: datetime.date) -> list[Membership]:
    """The rows of a household that joins another, nobody left out. Raises ValidationError."""
    found = staying(household, day).select_related("person").order_by("pk")
    present = {row.person_id: row for row in found}
    missing = [row.person.name for person, row in present.items() if members.get(person, "") in ("", HEAD)]
    if missing:
        raise ValidationError({"members": _("请选择与并入后户主的关系：%s。") % "、".join(missing)})
    leaving = [row for row in found if row.true_to is not None]
    if leaving:
        told = {"name": leaving[0].person.name, "day": leaving[0].true_to}
        raise ValidationError({"true_from": _("%(name)s 登记到 %(day)s 减少，日期须晚于这一天。") % told})
    return _rows(present, members, day)


def _rows(present: dict[int, Membership], wanted: Mapping[int, str], day: datetime.date) -> list[Membership]:
    """The rows of the wanted persons, the new head first, so that a household is never without one."""
    if not set(wanted) <= set(present):
        raise ValidationError({"members": _("所选的人有的已不是本户成员，请刷新后再选。")})
    rows = sorted((present[person] for person in wanted), key=lambda row: (wanted[row.person_id] != HEAD, row.pk))
    late = next((row for row in rows if row.true_from >= day), None)
    if late:
        told = {"name": late.person.name, "day": late.true_from}
        raise ValidationError({"true_from": _("%(name)s %(day)s 才在本户登记或变更关系，日期须晚于这一天。") % told})
    return rows


def _refuse_apart(home: Household, gone: Household, day: datetime.date) -> None:
    """Raises ValidationError where the two cannot be one: the same, one of them ended, or in different villages."""
    if home.pk == gone.pk:
        raise ValidationError(_("不能把本户并入本户，请另选一户。"))
    places = []
    for row in (home, gone):
        status = base_row(HouseholdStatus, row, day)
        if status is None or status.poverty_status in endings.ENDED:
            raise ValidationError(_("户 %s 当日不在册，不能并户。") % row.household_no)
        places.append(getattr(base_row(HouseholdDivision, row, day), "village_id", ""))
    if places[0] != places[1]:
        raise ValidationError(_("两户不在同一个村，请先把要并入的户迁到本村，再办并户。"))


def _note(kind: str, household: Household, by: Account | None, params: dict[str, object]) -> int:
    return audit.record(kind, by=by, about=household.household_no, households=[household.pk], params=params)
