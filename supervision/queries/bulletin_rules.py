"""The rules a bulletin is made by: the form, its indicators, the standard, the thresholds, each by its hash.

A draft takes the versions in force on its cut-off day; a recomputation takes those that the bulletin names.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings

from assistance.queries import frequencies
from assistance.queries.frequencies import Frequency
from povertycase.models import Division, RuleVersion
from povertycase.periods import Month
from povertycase.rules import thresholds, versions
from povertycase.rules.compile import Standard
from povertycase.rules.conditions import Given
from supervision.models import Bulletin
from supervision.queries import indicators
from supervision.queries.bulletin_form import Form
from supervision.queries.indicators import Indicator

FORM = "monthly"
GRACE = "visit_entry_grace_days"


@dataclass(frozen=True)
class BulletinRules:
    """Everything that decides the figures of one bulletin beside the register itself."""

    month: Month
    division_code: str
    record: dict[str, Any]  # what the bulletin stores: hashes, thresholds and settings as used

    @property
    def period(self) -> tuple[datetime.date, datetime.date]:
        """First and last day whose visits count."""
        return self.month.window(int(self.record["cutoff_day"]))

    @property
    def as_of(self) -> datetime.date:
        return self.period[1]

    @property
    def grace_days(self) -> int:
        return int(self.record["grace_days"])

    @property
    def hashes(self) -> list[str]:
        """The rule versions used, by hash."""
        visits = self.record.get("frequencies", {})
        return sorted(
            {self.record["form"], self.record["standard"], *self.record["indicators"].values(), *visits.values()}
        )

    @cached_property
    def form(self) -> Form:
        return Form(self._bodies[self.record["form"]])

    @cached_property
    def standard(self) -> Standard:
        """The standard that the planned households are judged by."""
        return Standard.parse(self._bodies[self.record["standard"]])

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        bodies = {code: self._bodies[sha] for code, sha in self.record["indicators"].items()}
        return indicators.read(bodies, self.standard, self.frequencies)

    @cached_property
    def frequencies(self) -> list[Frequency]:
        """Who was to be visited how often, as recorded."""
        return [Frequency.parse(self._bodies[sha]) for _code, sha in sorted(self.record.get("frequencies", {}).items())]

    @cached_property
    def given(self) -> Given:
        """The day judged on and the thresholds as recorded; the days of grace count as one of them."""
        lines = thresholds.again(self.record["thresholds"], self.standard.thresholds(), self.as_of).thresholds
        return Given(self.as_of, {**lines, GRACE: Decimal(self.grace_days)})

    def of_subject(self, subject: str) -> dict[str, Indicator]:
        return {code: item for code, item in self.indicators.items() if item.subject == subject}

    @cached_property
    def _bodies(self) -> dict[str, dict[str, Any]]:
        found = RuleVersion.objects.filter(sha256__in=self.hashes)
        return {version.sha256: version.body for version in found}


def standard_on(day: datetime.date) -> RuleVersion:
    """The standard by which the bulletin of a day says who is met and who is not. Raises RuleError."""
    return versions.find("standard", versions.find("bulletin", FORM, day).body["standard"], day)


def current(month: Month, division: Division) -> BulletinRules:
    """The rules in force on the month's cut-off day, with today's settings. Raises RuleError."""
    as_of = month.window(settings.BULLETIN_CUTOFF_DAY)[1]
    form = versions.find("bulletin", FORM, as_of)
    standard = standard_on(as_of)
    bodies = {version.code: version for version in versions.all_of("indicator") if versions.is_in_force(version, as_of)}
    codes = indicators.needed({code: version.body for code, version in bodies.items()}, Form(form.body).indicators)
    names = Standard.parse(standard.body).thresholds()
    _given, used, warnings = thresholds.given(names, as_of, division.prefix)
    return BulletinRules(
        month,
        division.code,
        {
            "form": form.sha256,
            "standard": standard.sha256,
            "indicators": {code: bodies[code].sha256 for code in codes},
            "frequencies": {
                one.code: version.sha256 for one, version in frequencies.in_force(as_of) if one.is_due_in(month)
            },
            "thresholds": used,
            "warnings": warnings,
            "cutoff_day": settings.BULLETIN_CUTOFF_DAY,
            "grace_days": settings.BULLETIN_ENTRY_GRACE_DAYS,
            "demo": settings.DEMO,
        },
    )


def recorded(bulletin: Bulletin) -> BulletinRules:
    """The rules that a bulletin names, whatever is in force now."""
    return BulletinRules(Month.parse(bulletin.month), bulletin.division_code, bulletin.rules)


def sheet_prefix(division_code: str) -> str:
    """The prefix its sheets are restricted to; none where the division is the whole installation."""
    division = Division.objects.get(code=division_code)
    return "" if division.prefix == settings.COUNTY else division.prefix
