"""What became of a hand-over that a job did: how many, and which households could not be handed over and why."""

from dataclasses import dataclass
from typing import Any

from households.models import Cadre, HouseholdCard
from povertycase.models import Account, JobChunk, JobRun

MOST_SHOWN = 500


@dataclass(frozen=True)
class Receipt:
    """Of the households asked for: changed, refused (number of the household and why), and those left as they were."""

    to: Cadre
    day: str
    asked: int
    changed: int
    left: int
    refused_number: int
    refused: list[tuple[str, str]]


def receipt(account: Account, job: JobRun) -> Receipt:
    """The receipt of a job that has ended or is under way; households out of reach are not named."""
    results = JobChunk.objects.filter(job=job, is_done=True).order_by("number").values_list("result", flat=True)
    told: list[Any] = [line for result in results for line in result.get("refused", [])]
    keys = [key for key, _words in told[:MOST_SHOWN]]
    numbers = dict(HouseholdCard.objects.visible_to(account).filter(pk__in=keys).values_list("pk", "household_no"))
    changed = sum(result.get("changed", 0) for result in results)
    asked = len(job.params["households"])
    return Receipt(
        to=Cadre.objects.select_related("unit").get(pk=job.params["cadre"]),
        day=job.params["day"],
        asked=asked,
        changed=changed,
        left=asked - changed - len(told),
        refused_number=len(told),
        refused=[(numbers[key], words) for key, words in told[:MOST_SHOWN] if key in numbers],
    )
