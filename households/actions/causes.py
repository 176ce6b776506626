"""Causes of poverty 致贫原因: one main cause and at most two others, in force from a day on."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from households.actions import dated, written
from households.choices import CauseCode
from households.models import Cause, Household
from povertycase import audit
from povertycase.models import Account

MOST_OTHERS = 2


def change(
    *,
    household: Household,
    main: str,
    others: tuple[str, ...] = (),
    true_from: datetime.date,
    entered_on: datetime.date,
    by: Account | None,
) -> list[Cause]:
    """Set the causes in force from a day on; those no longer named end the day before. Raises ValidationError."""
    _check(main, others)
    dated.refuse_future(true_from, entered_on, _("生效日期"))
    with transaction.atomic():
        household = dated.lock(household)
        event = audit.record(
            "cause.changed",
            by=by,
            about=household.household_no,
            households=[household.pk],
            params={"day": true_from.isoformat()},
        )
        wanted = {main: True, **dict.fromkeys(others, False)}
        for row in Cause.objects.known().true_on(true_from).filter(household=household):
            if wanted.get(row.code) == row.is_main:
                del wanted[row.code]
            else:
                _end(row, true_from, entered_on, event)
        for code, is_main in wanted.items():
            row = Cause(household=household, code=code, is_main=is_main, true_from=true_from)
            dated.add(row, entered_on=entered_on, event=event)
        written.note([household.pk], day=entered_on, event=event)
    return list(Cause.objects.known().true_on(true_from).filter(household=household).order_by("-is_main", "pk"))


def _check(main: str, others: tuple[str, ...]) -> None:
    if main not in CauseCode.values or any(code not in CauseCode.values for code in others):
        raise ValidationError(_("致贫原因不在代码表中，请从列表选择。"))
    if main in others or len(set(others)) != len(others):
        raise ValidationError(_("其他致贫原因不能与主要致贫原因或彼此相同。"))
    if len(others) > MOST_OTHERS:
        raise ValidationError(_("其他致贫原因最多两项。"))


def _end(row: Cause, day: datetime.date, entered_on: datetime.date, event: int) -> None:
    """The row ends the day before; one that begins on the day itself never held."""
    if row.true_from >= day:
        dated.retire(row)
    else:
        dated.replace(row, {"true_to": day - datetime.timedelta(days=1)}, entered_on=entered_on, event=event)
