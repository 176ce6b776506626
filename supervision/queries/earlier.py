"""上次预审: what the last check said of a household, beside what is judged now."""

from typing import Any

from django.db.models import QuerySet

from households.models import Household
from povertycase.models import Account, RuleVersion
from povertycase.rules.compile import OUTCOMES
from supervision.models import ExitRun, Verdict
from supervision.queries import standards

RUNS = 10  # a household outside the plan stands in few checks


def last(
    household: Household, account: Account, version: RuleVersion, runs: QuerySet[ExitRun]
) -> dict[str, Any] | None:
    """The newest finished check among `runs` by this standard that judged the household; None where none did."""
    runs = runs.filter(standard__code=version.code, finished_at__isnull=False)
    # By the key of both: a verdict is never looked for by its household alone.
    ids = list(runs.order_by("-pk").values_list("pk", flat=True)[:RUNS])
    rows = Verdict.objects.visible_to(account).filter(run_id__in=ids, household_id=household.pk)
    verdict = rows.select_related("run").order_by("-run_id").first()
    if verdict is None:
        return None
    outcome = OUTCOMES[verdict.outcome]
    word = standards.outcome_words(verdict.run.population)[outcome]
    return {"run": verdict.run, "outcome": outcome, "word": word, "household_no": household.household_no}
