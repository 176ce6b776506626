"""One draft of a check that waits for the second person, compared on the last full run where there was one."""

import datetime

from povertycase.access.permissions import Permission
from povertycase.models import Account
from supervision.actions import comparisons, drafts
from supervision.models import RuleDraft
from supervision.queries import full_runs

BODY = {
    "name": "脱贫户人均纯收入低于扶贫标准1.5倍",
    "level": "warn",
    "family": "两不愁三保障",
    "question": "请入户核对本年度收入各项；收入不稳的，安排后续帮扶措施",
    "sources": [],
    "shows": ["exit_year", "net_income_per_capita"],
    "test": {
        "all": [
            {"fact": "is_exited", "is_true": True},
            {"fact": "net_income_per_capita", "below": {"threshold": "poverty_line", "times": 1.5}},
        ]
    },
}


def propose(day: datetime.date) -> None:
    """Write it, once. Does nothing where a draft is there, or nobody drafts rules."""
    by = next((one for one in Account.objects.order_by("pk") if one.can(Permission.RULE_DRAFT)), None)
    if by is None or RuleDraft.objects.exists():
        return
    body = {**BODY, "valid_from": day.isoformat()}
    draft = drafts.start(kind="check", body=body, document="", on=day, by=by)
    comparisons.compare(draft=draft, choice="full" if full_runs.last() else "today", day=day, by=by)
    drafts.propose(draft=draft, on=day, by=by)
