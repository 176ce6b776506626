"""Thresholds that have no line this year: whatever asks them is unknown, so the office hears of it (标准线缺失)."""

import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from povertycase.models import Account, RuleVersion
from povertycase.rules import thresholds, versions
from supervision.queries import standards


def missing(day: datetime.date) -> list[str]:
    """Codes of the thresholds without a line on the day for this county.

    Those that a standard of this county in force asks, and those that a year needs from a date on (watched_from).
    """
    # One query: the workbench is opened often, and every judging has brought the shipped rules in already.
    rules = list(RuleVersion.objects.filter(kind__in=("standard", "threshold"), in_force=True))
    wanted = {rule.code for rule in rules if rule.kind == "threshold" and _is_watched(rule, day)}
    for rule in rules:
        if rule.kind == "standard" and standards.applies_to(rule, settings.COUNTY) and versions.is_in_force(rule, day):
            wanted |= standards.of(rule).thresholds()
    return sorted(name for name in wanted if thresholds.at(name, day, settings.COUNTY, among=rules) is None)


def notices(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """On the workbench of who enters documents: each line that this year lacks."""
    return [
        {
            "label": _("{year} 年没有“{line}”，相关指标一律待核实").format(
                year=as_of.year, line=_(thresholds.label_of(name))
            ),
            "url": reverse("rule-lines"),
            "note": _("请按文件录入"),
            "count": None,
        }
        for name in missing(as_of)
    ]


def _is_watched(rule: RuleVersion, day: datetime.date) -> bool:
    since = rule.body.get("watched_from")
    return since is not None and since <= day.isoformat()
