"""Reading checks 疑点: the rules in force, what they find of whom, what was sent down and answered."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, Q

from povertycase.models import RuleVersion
from povertycase.rules import thresholds, versions
from povertycase.rules.check import Check
from povertycase.rules.conditions import Given
from povertycase.rules.policy import Policy

CHECK, WARNING, POLICY = "check", "warning", "policy"
# The kinds of rules that find households in one scan. A policy finds the gap: due, and nothing answers it.
PARSERS: dict[str, Callable[[Mapping[str, Any]], Check]] = {
    CHECK: Check.parse,
    WARNING: Check.parse,
    POLICY: Policy.parse,
}


@dataclass(frozen=True)
class Rules:
    """The checks of a day with the keys of their versions and the lines they are judged with."""

    checks: tuple[Check, ...]
    keys: tuple[int, ...]
    given: Given

    def of(self, code: str) -> Check | None:
        return next((one for one in self.checks if one.code == code), None)


_known: dict[str, Check] = {}  # by hash: a version never changes, and there are few


def parse(kind: str, body: Mapping[str, Any]) -> Check:
    """A rule that finds households, of any of the kinds. Raises ConditionError or KeyError."""
    return PARSERS[kind](body)


def _parsed(version: RuleVersion) -> Check:
    if version.sha256 not in _known:
        _known[version.sha256] = parse(version.kind, version.body)
    return _known[version.sha256]


def in_force(
    day: datetime.date, *, kinds: Sequence[str] = (CHECK,), among: Iterable[RuleVersion] | None = None
) -> Rules:
    """The checks that hold for the installation's county on a day; kinds: also or only the warnings and policies."""
    found = versions.all_of(*kinds, "threshold") if among is None else list(among)
    ours = [
        version
        for version in found
        if version.kind in kinds
        and settings.COUNTY.startswith(version.division_code)
        and versions.is_in_force(version, day)
    ]
    # A rule that the county put in force itself stands in the place of the shipped one of its code.
    ours.sort(key=lambda version: (len(version.division_code), version.pk))
    nearest = {version.code: version for version in ours}
    pairs = sorted(((_parsed(one), one.pk) for one in nearest.values()), key=lambda pair: pair[0].code)
    names = set().union(*(one.thresholds() for one, _key in pairs))
    given, _used, _warnings = thresholds.given(names, day, settings.COUNTY, among=found)
    return Rules(tuple(one for one, _key in pairs), tuple(key for _one, key in pairs), given)


def excused(day: datetime.date) -> Q:
    """Hits whose explanation holds: the facts are those explained, and it has not expired."""
    lasting = Q(excused_until=None) | Q(excused_until__gte=day)
    return ~Q(excused_key="") & Q(excused_key=F("facts_key")) & lasting


def present(day: datetime.date) -> Q:
    """Suspicions that are there now and not explained."""
    return Q(gone_on=None, rule__kind=CHECK) & ~excused(day)


def needs_proof(code: str, day: datetime.date) -> bool:
    """Must a special case of this rule be proved by a paper?"""
    found = in_force(day).of(code) if code else None
    return found is not None and found.proof


def lined(day: datetime.date) -> set[str]:
    """The rules that measure an amount against the poverty line."""
    return {one.code for one in in_force(day).checks if one.thresholds()}


def beside_line(code: str, day: datetime.date) -> bool:
    """Does the rule measure an amount against the poverty line?"""
    return bool(code) and code in lined(day)
