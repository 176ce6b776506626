"""What documents say of villages, townships and the county: recorded as announced, never computed from the register."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models.functions import Now

from households.models import VillageRecord
from povertycase import audit, slots
from povertycase.models import Account


def announce(
    *, records: Iterable[VillageRecord], source: str, entered_on: datetime.date, by: Account | None
) -> list[VillageRecord]:
    """Write the records of one announcement; a record of the same place and day is superseded by the new one.

    `source` names the document or list. Each record carries its division, true_from and figures.
    """
    wanted = list(records)
    with transaction.atomic():
        event = audit.record("village.announced", by=by, about=source, params={"records": len(wanted)})
        for record in wanted:
            record.entered_on, record.event_id = entered_on, event
            record.full_clean(exclude=["superseded_by"], validate_constraints=False)
        made = VillageRecord.objects.bulk_create(wanted, batch_size=500)
        _supersede(made)
        for after in slots.PLACE_WRITTEN:
            after.tell({record.division_id for record in made}, day=entered_on, event=event)
    return made


def _supersede(made: list[VillageRecord]) -> None:
    """Older known records of the same place and day give way to the new ones."""
    days = {record.true_from for record in made}
    places = {record.division_id for record in made}
    newest = {(record.division_id, record.true_from): record for record in made}
    known = VillageRecord.objects.known().filter(true_from__in=days, division_id__in=places)
    for old in known.exclude(pk__in=[record.pk for record in made]):
        record = newest.get((old.division_id, old.true_from))
        if record is not None:
            VillageRecord.objects.filter(pk=old.pk).update(superseded_at=Now(), superseded_by=record)
