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


@dataclass(frozen=True)
class DutyKind:
    """A duty of every month: `make(month)` enqueues its job, in the transaction that notes the month as made."""

    code: str
    label: Any
    make: Callable[[Month], Any]
    order: int = 0


DUTIES: Slot[DutyKind] = Slot("duties")


def tick(day: datetime.date) -> list[tuple[str, str]]:
    """Make what is due on a business date: every month that has ended since the last one made, at most 12 a tick.

    Returns (duty, month) pairs. A duty never seen before starts with the month that runs.
    """
    made = []
    for duty in DUTIES:
        Duty.objects.get_or_create(kind=duty.code, defaults={"last_period": str(Month.of(day).previous())})
        for _ in range(MOST_AT_ONCE):
            month = _make_next(duty, Month.of(day))
            if month is None:
                break
            made.append((duty.code, str(month)))
    return made


@transaction.atomic
def _make_next(duty: DutyKind, running: Month) -> Month | None:
    row = Duty.objects.select_for_update(skip_locked=True).filter(kind=duty.code).first()
    if row is None:
        return None
    month = Month.parse(row.last_period).next()
    if month >= running:
        return None
    duty.make(month)
    row.last_period = str(month)
    row.save(update_fields=["last_period"])
    return month
