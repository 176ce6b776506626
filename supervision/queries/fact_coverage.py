"""Reading how many subjects know each fact 指标事实覆盖, as last counted."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from povertycase.models import JobRun
from povertycase.rules.facts import Fact

JOB = "rules.coverage"
NUMBER = "(subjects)"  # no fact is called so: of how many subjects


@dataclass(frozen=True)
class Coverage:
    """Counts by subject and fact on a day; empty before the first counting."""

    day: datetime.date | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def households(self) -> int:
        return self.numbers.get(f"household.{NUMBER}", 0)

    def of(self, fact: Fact) -> int | None:
        """How many subjects know a fact; None where that was not counted."""
        return self.numbers.get(f"{fact.subject}.{fact.code}")

    def whole(self, fact: Fact) -> int | None:
        """Of how many subjects."""
        return self.numbers.get(f"{fact.subject}.{NUMBER}")


def last() -> Coverage:
    """What was counted last."""
    job = JobRun.objects.filter(kind=JOB, state=JobRun.State.DONE).order_by("-finished_at", "-pk").first()
    if job is None:
        return Coverage()
    numbers = {name: number for name, number in job.result.items() if isinstance(number, int)}
    return Coverage(datetime.date.fromisoformat(job.params["day"]), numbers)
