"""A bureau's list of persons 部门名单 is the confirmation of what only the bureau knows: 低保 特困 残疾 医保 学籍 养老.

Nobody reports or verifies these (county-officer.md 3.2): the list with its paper is enough, from the bureau itself or,
by its paper, from the county office.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later
from django.utils.translation import override

from households.actions import dated, records, written
from households.models import Household, Membership, Person, PersonCondition
from households.models.change import Place
from households.models.dated import Recorded
from households.queries.change_parts import PARTS, condition_row
from households.queries.changes import standings
from povertycase import audit
from povertycase.models import Account, Bureau
from povertycase.sentences import Sentence

# What a bureau answers for, by the field; the same that decides who confirms a change by hand.
BUREAUS: dict[str, str] = {name: item.bureau for name, item in PARTS["condition"].items.items() if item.bureau}
OWN = {field.name for field in Recorded._meta.get_fields()} | {"id", "person", "true_from"}


def confirm(
    *,
    person: Person,
    values: dict[str, Any],
    true_from: datetime.date,
    document: str,
    entered_on: datetime.date,
    by: Account | None,
) -> PersonCondition:
    """Write what a bureau's list says of a person; what it does not speak of stays as it is.

    values by field of BUREAUS. A list that is older than what was collected since counts from the day of that.
    Raises ValidationError; PermissionDenied for a bureau that does not answer for one of the fields.
    """
    require(values, by)
    before = newest(person, entered_on)
    day = max(true_from, before.true_from) if before else true_from
    with transaction.atomic():
        household = home_of(person, entered_on)
        with override("zh-hans"):
            bureaus = "、".join(dict.fromkeys(str(Bureau(BUREAUS[name]).label) for name in values))
        audit.record(
            "bureau.confirmed",
            by=by,
            about=household.household_no if household else "",
            households=[household.pk] if household else [],
            params={
                "bureau": bureaus,
                "document": document,
                "fields": dated.words(PersonCondition, list(values)),
                "day": true_from.isoformat(),
            },
        )
        return records.record_condition(
            person=person, true_from=day, values=_carried(before) | values, entered_on=entered_on, by=by
        )


def take_back(
    *,
    condition: PersonCondition,
    old: PersonCondition | None,
    fields: Sequence[str],
    on: datetime.date,
    by: Account | None,
) -> PersonCondition | None:
    """What an import wrote from a bureau's list goes, by who speaks for that bureau.

    Returns what stands again in its place, if the list had superseded a row of the same day. Raises ValidationError
    when something was collected of the person since; PermissionDenied, Conflict.
    """
    require(dict.fromkeys(fields), by)
    with transaction.atomic():
        household = home_of(condition.person, on)
        if household:
            dated.lock(household)
        if PersonCondition.objects.known().filter(person=condition.person, pk__gt=condition.pk).exists():
            raise ValidationError(_("导入后又登记了这个人的情况，没有撤销，请核对。"))
        event = audit.record(
            "bureau.taken_back",
            by=by,
            about=household.household_no if household else "",
            households=[household.pk] if household else [],
            params={"fields": dated.words(PersonCondition, list(fields)), "day": condition.true_from.isoformat()},
        )
        back = dated.take_back(condition, old, event=event)
        if household:
            written.note([household.pk], day=on, event=event)
    return back


def require(values: dict[str, Any], by: Account | None) -> None:
    """Raises PermissionDenied unless the account speaks for the bureaus of all these fields."""
    own = standings(by) if by is not None else []
    if by is None or any(one.place == Place.COUNTY for one in own):
        return
    bureaus = {one.bureau for one in own}
    foreign = [name for name in values if BUREAUS[name] not in bureaus]
    if foreign:
        names = dated.words(PersonCondition, foreign).split("、")
        raise PermissionDenied(Sentence(later("%(fields)s由别的部门认定，您的岗位不能登记。"), fields=names))


def newest(person: Person, day: datetime.date) -> PersonCondition | None:
    """The person's condition in force."""
    return condition_row(person.pk, day)


def home_of(person: Person, day: datetime.date) -> Household | None:
    """The household a person belongs to on a day."""
    rows = Membership.objects.known().true_on(day).filter(person=person).select_related("household")
    row = rows.first()
    return row.household if row else None


def _carried(before: PersonCondition | None) -> dict[str, Any]:
    """A row in force is in force as a whole: what the list does not speak of is written again."""
    if before is None:
        return {}
    fields = [field for field in PersonCondition._meta.concrete_fields if field.name not in OWN]
    return {field.attname: getattr(before, field.attname) for field in fields if not getattr(field, "generated", False)}


__all__ = ["BUREAUS", "confirm", "home_of", "newest", "require", "take_back"]
