"""Taking a list out of the house: noted with the households it names."""

from collections.abc import Sequence

from django.db import transaction

from povertycase import audit
from povertycase.models import Account, JobRun


def note_print(*, households: Sequence[int], by: Account) -> None:
    """Sheets of many households went to a printer at once; the trail names the households."""
    with transaction.atomic():
        audit.record("households.printed", by=by, households=households, params={"rows": len(households)})


def note_export(*, households: Sequence[int], columns: Sequence[str], by: Account, job: JobRun | None = None) -> None:
    """A list of households left as a workbook; the trail names the columns, the count and the households."""
    with transaction.atomic():
        params = {"rows": len(households), "columns": "、".join(columns)}
        audit.record("households.exported", by=by, households=households, job=job, params=params)
