"""Drafts that wait for the second person, compared on the last full run where there was one: of a check, a frequency, a policy."""

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

# Households that are to exit this year are seen twice a month.
FREQUENCY = {
    "name": "列入本年度退出计划户每月走访两次",
    "visits": 2,
    "span": "month",
    "sources": [],
    "shows": ["listed_for_exit"],
    "test": {"all": [{"fact": "listed_for_exit", "is_true": True}, {"fact": "is_away", "is_false": True}]},
}
POLICY = {
    "name": "因灾户产业恢复补助",
    "department": "农业农村部门",
    "measures": ["industry"],
    "question": "请核实受灾情况，登记产业恢复措施",
    "sources": [],
    "shows": ["main_cause", "measures_industry"],
    "test": {"fact": "cause_disaster", "is_true": True},
}


def propose(day: datetime.date) -> None:
    """Write it, once. Does nothing where a draft is there, or nobody drafts rules."""
    by = next((one for one in Account.objects.order_by("pk") if one.can(Permission.RULE_DRAFT)), None)
    if by is None or RuleDraft.objects.exists():
        return
    for kind, body in (("check", BODY), ("frequency", FREQUENCY), ("policy", POLICY)):
        draft = drafts.start(kind=kind, body={**body, "valid_from": day.isoformat()}, document="", on=day, by=by)
        comparisons.compare(draft=draft, choice="full" if full_runs.last() else "today", day=day, by=by)
        drafts.propose(draft=draft, on=day, by=by)
