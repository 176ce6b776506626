"""What a change may move in a household's verdict: each criterion's outcome in words, never an amount (E-13)."""

import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from households.models import Household
from povertycase import periods
from povertycase.models import Account
from povertycase.rules import explain, versions
from povertycase.slots import ChangeEffect
from supervision.models import ExitRun
from supervision.queries import standards


def verdict(household: Household, account: Account, as_of: datetime.date) -> dict[str, str]:
    """Outcome and criteria of every standard of the county in force, judged now from what is known now.

    Rows written in the same transaction count: their moment is the transaction's beginning.
    """
    found: dict[str, str] = {}
    rules = versions.all_of("standard", "threshold")
    ours = [version for version in standards.offered(settings.COUNTY, as_of, rules)
            if standards.applies_to(version, settings.COUNTY)]  # fmt: skip
    for version in ours:
        known_on = periods.now()
        judgement = explain.live(household.pk, standards.of(version), as_of=as_of, known_on=known_on, among=rules)
        if judgement is None:
            continue
        words = standards.outcome_words(ExitRun.Population.EXITED if judgement.exited else "")
        before = f"{_(version.body['name'])}{_('：')}" if len(ours) > 1 else ""
        found[before + _("退出达标预审")] = str(words[judgement.outcome])
        for item in judgement.reasons(amounts=False):
            found[before + item.name] = str(words[item.outcome])
    return found


EFFECT = ChangeEffect("supervision.verdict", 20, verdict)
