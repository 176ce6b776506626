"""What was found out about a household or a person: recorded with its date, corrected by superseding."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from households.actions import dated, written
from households.models import (
    Household,
    HouseholdStatus,
    HousingAppraisal,
    Income,
    LegalSupporter,
    LivingObservation,
    Membership,
    Person,
    PersonCondition,
    Residence,
    WaterAppraisal,
)
from povertycase import audit
from povertycase.models import Account

# part: its table and its name in the trail.
PARTS: dict[str, tuple[type[Any], str]] = {
    "status": (HouseholdStatus, "户情况"),
    "residence": (Residence, "居住状况"),
    "living": (LivingObservation, "生产生活条件"),
    "housing": (HousingAppraisal, "住房鉴定"),
    "water": (WaterAppraisal, "饮水认定"),
    "income": (Income, "收入"),
    "supporter": (LegalSupporter, "赡养人"),
}


def record(
    *,
    household: Household,
    part: str,
    true_from: datetime.date,
    values: dict[str, Any],
    entered_on: datetime.date,
    by: Account | None,
    version: int | None = None,
) -> Any:
    """Write what is true of a household from a day on: a part of PARTS with its fields.

    A row of the same day is superseded: two papers of one day are a correction. Raises ValidationError, Conflict.
    """
    model, label = PARTS[part]
    dated.refuse_future(true_from, entered_on, _("生效日期"))
    with transaction.atomic():
        household = dated.lock(household, version)
        before = _same_day(model, household, true_from, values) if part != "supporter" else None
        event = audit.record(
            "household.corrected" if before else "household.recorded",
            by=by,
            about=household.household_no,
            households=[household.pk],
            params={"part": label, "day": true_from.isoformat(), "fields": dated.words(model, list(values))},
        )
        if before:
            row = dated.replace(before, values, entered_on=entered_on, event=event)
        else:
            row = dated.add(
                model(household=household, true_from=true_from, **values), entered_on=entered_on, event=event
            )
        written.note([household.pk], day=entered_on, event=event)
    return row


def correct(*, row: Any, values: dict[str, Any], entered_on: datetime.date, by: Account | None) -> Any:
    """Put a recorded row right: the new row supersedes it; readable as known before stays what was known before.

    `values` may hold true_from. Raises ValidationError when nothing changes, Conflict when somebody was faster.
    """
    changes = dated.changed(row, values)
    if not changes:
        raise ValidationError(_("内容没有变化，不需要更正。"))
    with transaction.atomic():
        household = dated.lock(_household_of(row))
        label = next((name for model, name in PARTS.values() if isinstance(row, model)), "个人情况")
        event = audit.record(
            "household.corrected",
            by=by,
            about=household.household_no,
            households=[household.pk],
            params={"part": label, "fields": dated.words(row, changes)},
        )
        new = dated.replace(row, values, entered_on=entered_on, event=event)
        written.note([household.pk], day=entered_on, event=event)
    return new


def record_condition(
    *,
    person: Person,
    true_from: datetime.date,
    values: dict[str, Any],
    entered_on: datetime.date,
    by: Account | None,
) -> PersonCondition:
    """Write a person's condition from a day on: the whole row as collected, an empty field is unknown."""
    dated.refuse_future(true_from, entered_on, _("采集日期"))
    with transaction.atomic():
        household = dated.lock(_home_of(person))
        event = audit.record(
            "household.recorded",
            by=by,
            about=household.household_no,
            households=[household.pk],
            params={"part": "个人情况", "day": true_from.isoformat()},
        )
        before = PersonCondition.objects.known().filter(person=person, true_from=true_from).first()
        if before:
            row = dated.replace(before, values, entered_on=entered_on, event=event)
        else:
            row = PersonCondition(person=person, true_from=true_from, **values)
            dated.add(row, entered_on=entered_on, event=event)
        written.note([household.pk], day=entered_on, event=event)
    return row


def _same_day(model: Any, household: Household, day: datetime.date, values: dict[str, Any]) -> Any:
    found = model.objects.known().filter(household=household, true_from=day)
    if model is Income:
        found = found.filter(period_start=values.get("period_start"), period_end=values.get("period_end"))
    return found.order_by("-pk").first()


def _household_of(row: Any) -> Household:
    return row.household if hasattr(row, "household_id") else _home_of(row.person)


def _home_of(person: Person) -> Household:
    """The household a person belongs to, or belonged to last."""
    member = Membership.objects.known().filter(person=person).select_related("household").order_by("-true_from").first()
    if member is None:
        raise ValidationError(_("这个人不属于任何户，请先登记为成员。"))
    return member.household
