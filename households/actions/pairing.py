"""Pairing 结对帮扶: which cadre answers for a household, from when to when."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from households.actions import dated, written
from households.models import Cadre, Household, Pairing
from povertycase import audit
from povertycase.models import Account

DAY = datetime.timedelta(days=1)


def open(
    *,
    household: Household,
    cadre: Cadre,
    true_from: datetime.date,
    entered_on: datetime.date,
    by: Account | None,
    place: int = 1,
) -> Pairing:
    """A cadre answers for the household from a day on, as first or second helper. Raises ValidationError."""
    with transaction.atomic():
        household = dated.lock(household)
        event = _note("pairing.opened", household, by, cadre=cadre.cadre_no, day=true_from.isoformat())
        row = _insert(household, cadre, place, true_from, entered_on, event)
        written.note([household.pk], day=entered_on, event=event)
    return row


def close(*, pairing: Pairing, true_to: datetime.date, entered_on: datetime.date, by: Account | None) -> Pairing:
    """The pairing's last day. Raises ValidationError."""
    with transaction.atomic():
        household = dated.lock(pairing.household)
        event = _note("pairing.closed", household, by, cadre=pairing.cadre.cadre_no, day=true_to.isoformat())
        row = _end(pairing, true_to, entered_on, event)
        written.note([household.pk], day=entered_on, event=event)
    return row


def hand_over(
    *,
    household: Household,
    to: Cadre,
    true_from: datetime.date,
    entered_on: datetime.date,
    by: Account | None,
    place: int = 1,
) -> Pairing:
    """Another cadre takes the household over; the one before answers until the day before. Raises ValidationError."""
    with transaction.atomic():
        household = dated.lock(household)
        before = Pairing.objects.known().true_on(true_from).filter(household=household, place=place).first()
        if before is None:
            raise ValidationError(_("这户当日没有帮扶责任人，请直接安排结对。"))
        if before.cadre_id == to.pk:
            raise ValidationError(_("%s 已经是这户的帮扶责任人。") % to.name)
        event = _note(
            "pairing.handed_over",
            household,
            by,
            before=before.cadre.cadre_no,
            cadre=to.cadre_no,
            day=true_from.isoformat(),
        )
        _end(before, true_from - DAY, entered_on, event)
        row = _insert(household, to, place, true_from, entered_on, event)
        written.note([household.pk], day=entered_on, event=event)
    return row


def _note(kind: str, household: Household, by: Account | None, **params: str) -> int:
    return audit.record(kind, by=by, about=household.household_no, households=[household.pk], params=params)


def _end(pairing: Pairing, true_to: datetime.date, entered_on: datetime.date, event: int) -> Pairing:
    if true_to < pairing.true_from:
        raise ValidationError(_("结束日期早于结对日期 %s，请核对。") % pairing.true_from)
    return dated.replace(pairing, {"true_to": true_to}, entered_on=entered_on, event=event)


def _insert(
    household: Household, cadre: Cadre, place: int, true_from: datetime.date, entered_on: datetime.date, event: int
) -> Pairing:
    row = Pairing(household=household, cadre=cadre, place=place, true_from=true_from)
    return dated.add(row, entered_on=entered_on, event=event)
