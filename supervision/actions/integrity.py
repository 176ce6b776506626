"""The township's sample 抽查: what was found in a household that meets the standard only just, or only since a change."""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from households.models import Household
from povertycase import audit
from povertycase.models import Account, JobRun
from supervision.queries import integrity


@transaction.atomic
def note_seen(*, household: Household, result: str, on: datetime.date, by: Account) -> None:
    """A person of the township was at the house; result: one of integrity.RESULTS. Raises ValidationError."""
    if result not in integrity.RESULTS:
        raise ValidationError(_("请选择抽查结果。"))
    audit.record(
        integrity.CHECKED,
        by=by,
        about=household.household_no,
        households=[household.pk],
        params={"result": result, "day": on.isoformat()},
    )


@transaction.atomic
def note_export(*, households: Sequence[int], by: Account, job: JobRun | None = None) -> None:
    """The list of the sample left the system as a workbook; the trail names the households."""
    audit.record("integrity.list_exported", by=by, households=households, job=job, params={"rows": len(households)})
