"""Shortfalls of villages and of the county 村（县）短板: opened by a check of today, moved on by what bureaus say since.

A place that has had a shortfall is followed from then on: when a figure is entered, and every night.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from povertycase.models import Division, RuleVersion
from povertycase.rules import facts, sheet, standing, thresholds, versions
from povertycase.rules.standing import Ruling, Whose
from supervision.models import Shortfall
from supervision.queries import places, standards

TABLES = standing.Tables("", Shortfall._meta.db_table)  # a place's verdicts are kept by its checks


@dataclass(frozen=True)
class Level:
    """Places of a level: the facts that say of whom criteria are asked, and the words for those of whom no longer."""

    concern: tuple[str, ...]
    whose: Whose


LEVELS = {
    # An exited village has shortfalls where a criterion is surely unmet, as an exited household has.
    Division.Level.VILLAGE: Level(
        (*places.CONCERN[Division.Level.VILLAGE], "village_exit_year"),
        standing.of_places(
            "(is_poor_village IS NOT FALSE AND coalesce(village_exit_year <= extract(year FROM %(as_of)s::date), FALSE))",
            "coalesce(is_poor_village, is_administrative_village)",
            places.LEFT,
        ),
    ),
    Division.Level.COUNTY: Level((), standing.of_places("FALSE", "TRUE", places.LEFT)),
}


def rulings(level: str, day: datetime.date, among: Iterable[RuleVersion] | None = None) -> list[Ruling]:
    """The standards of a level that shortfalls follow here on a day: in force, of the nearest division."""
    rules = versions.all_of("standard", "threshold") if among is None else list(among)
    ours = places.ours(level, day, rules)
    found = []
    for version in ours:
        standard = standards.of(version)
        given, _used, _warnings = thresholds.given(standard.thresholds(), day, settings.COUNTY, among=rules)
        found.append(Ruling(standard, version.pk, given, 0, True))
    return found


@transaction.atomic
def open_of_check(version: RuleVersion, division_codes: Collection[str], day: datetime.date) -> dict[str, int] | None:
    """The unmet and unknown criteria of the places that a check of today has judged become shortfalls of theirs.

    Returns how many were opened and moved; None for a standard that shortfalls do not follow here.
    """
    level = version.body["level"]
    asked = rulings(level, day)
    if version.pk not in {ruling.version for ruling in asked}:
        return None
    return _follow(level, asked, division_codes, day)


@transaction.atomic
def follow(division_codes: Iterable[str] | None = None, *, day: datetime.date) -> dict[str, int]:
    """What is known of places that have had shortfalls moved on: all of them, or those of these divisions."""
    rows = Shortfall.objects.exclude(division=None)
    if division_codes is not None:
        rows = rows.filter(division__in=list(division_codes))
    found = rows.values_list("division__level", "division_id").distinct().order_by()
    told = {"opened": 0, "moved": 0}
    by_level: dict[str, list[str]] = {}
    for level, code in found:
        by_level.setdefault(level, []).append(code)
    for level, codes in by_level.items():
        for name, number in _follow(level, rulings(level, day), codes, day).items():
            told[name] += number
    return told


def after_writing(division_codes: Iterable[str], *, day: datetime.date, event: int | None) -> None:
    """A figure of these divisions was written: in the same transaction their shortfalls move on."""
    follow(division_codes, day=day)


def _follow(level: str, asked: list[Ruling], division_codes: Collection[str], day: datetime.date) -> dict[str, int]:
    subjects = sorted(int(code) for code in division_codes)
    if not subjects or not asked:
        return {"opened": 0, "moved": 0}
    of = LEVELS[Division.Level(level)]
    nodes = [criterion for ruling in asked for criterion in ruling.standard.criteria]
    table = sheet.unsaved(level, as_of=day, known_on=facts.moment(), codes=of.concern, nodes=nodes, labels=False)
    return standing.follow_places(table, asked, TABLES, subjects, of.whose)
