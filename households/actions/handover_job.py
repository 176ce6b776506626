"""The job that hands very many households over to another helper: some in a chunk, a receipt for all of them."""

import datetime
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from households.actions import handover
from households.models import Cadre, HouseholdCard
from povertycase import jobs
from povertycase.access.permissions import Permission
from povertycase.models import Account, JobRun

KIND = "households.hand_over"
CHUNK = 50
_NO_RIGHT = jobs.ending(gettext_noop("提交人现在没有更换帮扶责任人的权限，没办完的户没有更换。"))


def kind(url: Callable[[JobRun], str]) -> jobs.JobKind:
    """The job kind; its author alone sees it, since its receipt names the author's households."""
    return jobs.JobKind(KIND, _("更换帮扶责任人"), (jobs.Step(_plan, _work, _("逐户办理")),), "", url=url)


def start(
    *, households: Sequence[int], to: Cadre, true_from: datetime.date, entered_on: datetime.date, by: Account
) -> JobRun:
    """Hand these households over in the background; the open job where the same was asked for already.

    The caller found them through `visible_to`; the job looks again.
    """
    asked = sorted(households)
    params = {"cadre": to.pk, "day": true_from.isoformat(), "entered": entered_on.isoformat(), "households": asked}
    told = hashlib.sha256(" ".join(map(str, asked)).encode()).hexdigest()[:32]
    return jobs.enqueue(KIND, key=f"{by.pk} {to.pk} {true_from} {told}", params=params, by=by)


def _plan(job: JobRun) -> list[dict[str, Any]]:
    asked = job.params["households"]
    return [{"households": asked[start : start + CHUNK]} for start in range(0, len(asked), CHUNK)]


def _work(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    by = job.by
    if by is None or not by.can(Permission.PAIRING_EDIT):
        raise jobs.JobError(_NO_RIGHT)
    seen = HouseholdCard.objects.visible_to(by).filter(pk__in=params["households"])
    day, entered = (datetime.date.fromisoformat(job.params[name]) for name in ("day", "entered"))
    with translation.override(by.language):
        changed, refused = handover.hand_over_each(
            households=sorted(seen.values_list("pk", flat=True)),
            to=Cadre.objects.get(pk=job.params["cadre"]),
            true_from=day,
            entered_on=entered,
            by=by,
        )
    return {"changed": changed, "refused_number": len(refused), "refused": refused}
