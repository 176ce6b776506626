"""Where the figures of a form come from: the last full run, or the bulletin of a month. Nothing is counted here."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from povertycase.models import Account
from povertycase.periods import Month
from povertycase.rules.versions import RuleError
from supervision.models import Bulletin
from supervision.queries import bulletin_rules, bulletins, full_runs, standards
from supervision.queries.bulletin_form import NONE, rate

RUN = "run"
MOST_MONTHS = 12


@dataclass(frozen=True)
class Origin:
    """A choice of figures: `code` is run or a bulletin's key; the day they are true on, in words what they are."""

    code: str
    day: datetime.date
    words: str

    @property
    def standard(self) -> str:
        """The standard that 达标 is judged by on the day, in words; asked for the origin that is used only."""
        try:
            return standards.of(bulletin_rules.standard_on(self.day)).name
        except RuleError:
            return ""


@dataclass(frozen=True)
class Figures:
    """Figures by division (12-digit code) and indicator; what is not there is not known."""

    origin: Origin
    cells: Mapping[str, Mapping[str, Any]]
    rates: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def of(self, division: str, code: str) -> int | float | str | None:
        """One figure as it stands in a cell; None where it is not known, — for a rate over nothing."""
        known = self.cells.get(division, {})
        value = known.get(code)
        if value is None and code in self.rates:
            above, under = (known.get(part) for part in self.rates[code])
            value = None if above is None or under is None else rate(int(above), int(under))
        if value is None or value == NONE:
            return value
        return float(value) if code in self.rates else int(value)

    def knows(self, code: str) -> bool:
        """Does any place have a figure of this indicator?"""
        return any(self.of(division, code) is not None for division in self.cells)

    def divisions(self, level: int, inside: str = "") -> set[str]:
        """The divisions of a level (9 digits of a town, 12 of a village) that have figures, inside a prefix."""
        own = {code for code in self.cells if code.startswith(inside)}
        if level == 9:
            return {code for code in own if code.endswith("000") and not code.endswith("000000")}
        return {code for code in own if not code.endswith("000")}


def _cut_off(day: datetime.date) -> str:
    """2018年10月31日24时, in the language of who asks."""
    told = {"year": day.year, "month": day.month, "day": day.day}
    return _("%(year)d年%(month)d月%(day)d日24时") % told


def origins(account: Account) -> list[Origin]:
    """What an account may choose from: the last full run first, then the bulletins it sees, the newest first."""
    found = []
    if run := full_runs.last():
        words = _("全量核查（截至 %s）") % _cut_off(run.as_of)
        found.append(Origin(RUN, run.as_of, words))
    made = bulletins.visible(account).exclude(state=Bulletin.State.MAKING).defer("workbook", "figures")
    for bulletin in made.order_by("-month", "division_code")[:MOST_MONTHS]:
        told = {"month": Month.parse(bulletin.month).words(), "state": bulletin.get_state_display()}
        told["day"] = _cut_off(bulletin.as_of)
        words = _("%(month)s督查通报（%(state)s，截至 %(day)s）") % told
        found.append(Origin(str(bulletin.pk), bulletin.as_of, words))
    return found


def of_bulletin(account: Account, origin: Origin, rates: Mapping[str, tuple[str, str]]) -> Figures | None:
    """The figures of a bulletin that the account may see."""
    found = bulletins.visible(account).filter(pk=origin.code).only("figures", "division_code").first()
    if found is None:
        return None
    return Figures(origin, {row["code"]: row["cells"] for row in found.figures.get("rows", ())}, rates)
