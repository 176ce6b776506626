"""One draft of a check that waits for the second person, compared on the last full run where there was one."""

import datetime

from povertycase.access.permissions import Permission
from povertycase.models import Account
from supervision.actions import comparisons, drafts
from supervision.models import RuleDraft
from supervision.queries import full_runs

BODY = {
    "name": "人均住房面积不足13平方米",
    "level": "warn",
    "family": "两不愁三保障",
    "question": "请入户核对住房面积和居住人口；确实不足的，列入危房改造或易地搬迁需求",
    "sources": [],
    "shows": ["house_area", "house_area_per_person", "members"],
    "test": {"fact": "house_area_per_person", "below": 13},
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
