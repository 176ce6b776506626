"""The end of a household 整户自然减少: nobody is left in it, its history stays."""

import datetime
from typing import Any

from households.actions import dated
from households.models import Household, HouseholdStatus, Pairing

DAY = datetime.timedelta(days=1)
ENDED = ("gone", "removed")


def end(household: Household, last_day: datetime.date, *, entered_on: datetime.date, event: int) -> None:
    """The register no longer counts the household after its last day; its helpers answer until then.

    Inside the caller's transaction and audit event.
    """
    _no_longer_counted(household, last_day + DAY, entered_on, event)
    rows = Pairing.objects.known().filter(household=household).exclude(true_to__lte=last_day)
    for row in rows.order_by("pk"):
        if row.true_from > last_day:
            dated.retire(row)
        else:
            dated.replace(row, {"true_to": last_day}, entered_on=entered_on, event=event)


def _no_longer_counted(household: Household, day: datetime.date, entered_on: datetime.date, event: int) -> None:
    known = HouseholdStatus.objects.known().filter(household=household)
    later = list(known.filter(true_from__gte=day).order_by("pk"))
    for row in later:
        dated.replace(row, {"poverty_status": "gone"}, entered_on=entered_on, event=event)
    before = known.filter(true_from__lt=day).order_by("-true_from", "-pk").first()
    if before is not None and before.poverty_status not in ENDED and all(row.true_from > day for row in later):
        row = copy_of(before, household=household, poverty_status="gone", true_from=day)
        dated.add(row, entered_on=entered_on, event=event)


def copy_of(status: HouseholdStatus, **other: Any) -> HouseholdStatus:
    """A row of its own with what another row says, for another day or another household."""
    own = {"id", "recorded_at", "entered_on", "superseded_by_id", "superseded_at", "event_id"}
    kept = {f.attname: getattr(status, f.attname) for f in status._meta.concrete_fields if f.attname not in own}
    row = HouseholdStatus(**kept)
    for name, value in other.items():
        setattr(row, name, value)
    return row
