"""Recurring duties 定期任务: what every month owes, made oldest first, none twice, none from before the installation."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from povertycase.models import Duty
from povertycase.periods import Month
from povertycase.slots import Slot

MOST_AT_ONCE = 12


def _after_month(month: Month) -> datetime.date:
    return month.next().first


@dataclass(frozen=True)
class DutyKind:
    """A duty of every month: `make(month, day)` enqueues its job, in the transaction that notes the month as made.

    due: the first business date on which a month is owed; without one, the day after the month.
    """

    code: str
    label: Any
    make: Callable[[Month, datetime.date], Any]
    due: Callable[[Month], datetime.date] = _after_month
    order: int = 0


@dataclass(frozen=True)
class DayDuty:
    """A duty of every business date: `make(since, day)` does it, in the transaction that notes the day as made.

    since: the day it was last done for; None when it was never done. Days that were missed are one turn.
    """

    code: str
    label: Any
    make: Callable[[datetime.date | None, datetime.date], Any]
    order: int = 0


DUTIES: Slot[DutyKind] = Slot("duties")
DAY_DUTIES: Slot[DayDuty] = Slot("day duties")


def tick(day: datetime.date) -> list[tuple[str, str]]:
    """Make what is due on a business date: every month owed since the last one made, at most 12 a tick.

    Returns (duty, month) pairs. A duty never seen before starts with the first month that is not owed yet.
    """
    made = []
    for duty in DUTIES:
        Duty.objects.get_or_create(kind=duty.code, defaults={"last_period": str(_newest_owed(duty, day))})
        for _ in range(MOST_AT_ONCE):
            month = _make_next(duty, day)
            if month is None:
                break
            made.append((duty.code, str(month)))
    return made


def _newest_owed(duty: DutyKind, day: datetime.date) -> Month:
    month = Month.of(day)
    while duty.due(month) > day:
        month = month.previous()
    return month


@transaction.atomic
def _make_next(duty: DutyKind, day: datetime.date) -> Month | None:
    row = Duty.objects.select_for_update(skip_locked=True).filter(kind=duty.code).first()
    if row is None:
        return None
    month = Month.parse(row.last_period).next()
    if duty.due(month) > day:
        return None
    duty.make(month, day)
    row.last_period = str(month)
    row.save(update_fields=["last_period"])
    return month


def day_tick(day: datetime.date) -> list[str]:
    """Do what every business date owes; returns the duties that were done now. A date once done is done."""
    return [duty.code for duty in DAY_DUTIES if _make_day(duty, day)]


@transaction.atomic
def _make_day(duty: DayDuty, day: datetime.date) -> bool:
    Duty.objects.get_or_create(kind=duty.code, defaults={"last_period": ""})
    row = Duty.objects.select_for_update(skip_locked=True).filter(kind=duty.code).first()
    if row is None or row.last_period == str(day):
        return False
    duty.make(datetime.date.fromisoformat(row.last_period) if row.last_period else None, day)
    row.last_period = str(day)
    row.save(update_fields=["last_period"])
    return True
