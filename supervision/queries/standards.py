"""The exit standards: which are in force, which the installation's division offers, and whom a check is about."""

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from povertycase.models import RuleVersion
from povertycase.rules import versions
from povertycase.rules.compile import Standard
from povertycase.rules.versions import RuleError
from supervision.models import ExitRun

Population = ExitRun.Population

# Whom a check is about, as conditions over the household's own facts. Their counts are never mixed (E-02).
POPULATIONS: dict[str, dict] = {
    Population.PLANNED: {"fact": "listed_for_exit", "is_true": True},
    Population.UNPLANNED: {
        "all": [{"fact": "is_exited", "is_false": True}, {"fact": "listed_for_exit", "is_false": True}]
    },
    Population.EXITED: {"fact": "is_exited", "is_true": True},
    Population.ALL: {},
}

OUTCOME_WORDS = {"met": _("达标"), "unmet": _("未达标"), "unknown": _("待核实")}
# 未达标 of an exited household would read as 错退, which only an evaluator may find (E-02, E-19).
EXITED_WORDS = {"met": _("稳定"), "unmet": _("有短板"), "unknown": _("待核实")}


def outcome_words(population: str) -> dict:
    """How the outcomes are called for this population."""
    return EXITED_WORDS if population == Population.EXITED else OUTCOME_WORDS


_parsed: dict[str, Standard] = {}  # by hash: a version never changes, and there are few


def of(version: RuleVersion) -> Standard:
    """A stored version, ready to judge."""
    if version.sha256 not in _parsed:
        _parsed[version.sha256] = Standard.parse(version.body)
    return _parsed[version.sha256]


def find(code: str, day: datetime.date) -> RuleVersion:
    """The household standard of this code in force on a day. Raises RuleError with the sentence for staff."""
    version = versions.find("standard", code, day)
    if version.body.get("level") != "household":
        raise RuleError(f"“{version.body['name']}”不是户的退出标准，请改选户标准。")
    return version


def offered(division_code: str, day: datetime.date, among: Iterable[RuleVersion] | None = None) -> list[RuleVersion]:
    """Household standards in force on a day: those of the division first, then those of other divisions.

    among: rules that the caller has asked for already.
    """
    found = [
        version
        for version in (versions.all_of("standard") if among is None else among)
        if version.kind == "standard"
        and version.body.get("level") == "household"
        and versions.is_in_force(version, day)
    ]
    return sorted(found, key=lambda version: (not applies_to(version, division_code), version.code))


def ours(division_code: str, day: datetime.date, among: Iterable[RuleVersion] | None = None) -> list[RuleVersion]:
    """Household standards in force on a day that were made for this division or for the whole country."""
    return [version for version in offered(division_code, day, among) if applies_to(version, division_code)]


def applies_to(version: RuleVersion, division_code: str) -> bool:
    """Was the standard made for this division (or for the whole country)?"""
    return division_code.startswith(version.division_code)
