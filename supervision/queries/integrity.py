"""The township's sample 抽查: households that meet the standard only just, or only since their data were changed.

For who may see amounts beside the line; no village, no helper learns how near a household is (county-officer.md E-13).
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from households.models import HouseholdCard
from povertycase.models import Account, AuditEvent, AuditSubject, Division, RuleVersion
from povertycase.rules import sheet, thresholds, versions
from povertycase.rules.check import Check
from povertycase.rules.conditions import Given, Values
from supervision.queries import full_runs

KIND = "integrity"
CHECKED = "integrity.checked"
RESULTS = {"true": _("属实"), "untrue": _("不属实，已要求更正"), "open": _("需再核实")}


@dataclass(frozen=True)
class Sample:
    """A household of the sample: the rules that found it, and what the township saw when it went there."""

    card: HouseholdCard
    rules: tuple[Check, ...]
    place: str
    seen: AuditEvent | None

    @property
    def result(self) -> Any:
        """What the township found; None before it went there."""
        return RESULTS.get(self.seen.params.get("result", "")) if self.seen else None


def rules(day: datetime.date, among: Iterable[RuleVersion] | None = None) -> tuple[list[Check], Given]:
    """The rules of the sample in force on a day, and what they are given."""
    found = versions.all_of(KIND, "threshold") if among is None else list(among)
    checks = [Check.parse(one.body) for one in found if one.kind == KIND and versions.is_in_force(one, day)]
    names = set().union(*(check.thresholds() for check in checks))
    given, _used, _warnings = thresholds.given(names, day, settings.COUNTY, among=found)
    return sorted(checks, key=lambda check: check.code), given


def sample(account: Account, code: str = "") -> list[Sample]:
    """The sample of the account's households by the newest full run, by village; code: of one rule only."""
    table = full_runs.last()
    if table is None:
        return []
    checks, given = rules(table.as_of)
    found: dict[int, list[Check]] = {}
    for check in checks:
        if code in ("", check.code):
            for row in sheet.rows(table, check, given=given, columns=[]):
                found.setdefault(row["subject_id"], []).append(check)
    cards = list(
        HouseholdCard.objects.visible_to(account).filter(pk__in=found).order_by("village_code", "household_no")
    )
    seen = _seen([card.pk for card in cards])
    names = dict(Division.objects.filter(code__in={card.village_code for card in cards}).values_list("code", "name"))
    return [
        Sample(card, tuple(found[card.pk]), names.get(card.village_code, card.village_code), seen.get(card.pk))
        for card in cards
    ]


def _seen(ids: list[int]) -> dict[int, AuditEvent]:
    """The newest visit of the sample to each household."""
    rows = AuditSubject.objects.filter(household__in=ids, event__kind=CHECKED).select_related("event__by")
    return {row.household: row.event for row in rows.order_by("event_id")}


def notes(values: Values, checks: Iterable[Check], given: Given) -> list[Check]:
    """The rules that hold for one household's facts."""
    return [check for check in checks if check.holds(values, given)]
