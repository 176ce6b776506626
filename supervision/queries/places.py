"""Reading exit checks of villages and of the county 村（县）退出核验: runs, the matrix of criteria, one place with reasons."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from households.facts import figures
from households.facts.figures import Figure, Said
from households.queries import figures as figures_read
from povertycase.models import Account, Division, RuleVersion
from povertycase.rules import cautions, explain, facts, sheet, thresholds, versions
from povertycase.rules.compile import LEVELS, OUTCOMES, Standard
from povertycase.rules.conditions import Given
from povertycase.rules.explain import Reason
from povertycase.rules.versions import RuleError
from supervision.models import DivisionRun, DivisionVerdict
from supervision.queries import standards, verdicts

NOTICE = gettext_lazy("本结果仅供工作参考，不作为退出依据，以上级核查、公示公告程序为准。")
OF_PLACES = LEVELS[1:]
# What a village check is about, beside its criteria: poor villages, and those of which nobody has said whether.
CONCERN: dict[str, tuple[str, ...]] = {"village": ("is_poor_village", "is_administrative_village"), "county": ()}
# Why a shortfall of a place that is no longer asked waits for review.
LEFT = (gettext_noop("该村已撤并"), gettext_noop("该村已不是贫困村"))
LEVEL_WORDS = {"village": gettext_lazy("村"), "county": gettext_lazy("县")}


@dataclass(frozen=True)
class Paper:
    """A figure that a criterion asks for: what the bureau says, with its paper; nothing said is `said` None."""

    figure: Figure
    said: Said | None
    words: str  # 97.50%, 3个, 是


@dataclass(frozen=True)
class PlaceReason:
    """One criterion of a place: the reason, the papers behind it, the registered households beside it, its points."""

    reason: Reason
    papers: tuple[Paper, ...]
    registered: tuple[int, int, int] | None  # met, unmet, unknown
    registered_words: str
    points: Decimal | None
    veto: bool


# --- standards ---------------------------------------------------------------------------------------------


def find(code: str, day: datetime.date) -> RuleVersion:
    """The village or county standard of this code in force on a day. Raises RuleError with the sentence for staff."""
    version = versions.find("standard", code, day)
    if version.body.get("level") not in OF_PLACES:
        raise RuleError(_("“{name}”是户的退出标准，请改选村或县的标准。").format(name=_(version.body["name"])))
    return version


def offered(division_code: str, day: datetime.date, among: Iterable[RuleVersion] | None = None) -> list[RuleVersion]:
    """Every village and county standard: those of the division first, those in force on the day before the others."""
    found = [
        version
        for version in (versions.all_of("standard") if among is None else among)
        if version.kind == "standard" and version.body.get("level") in OF_PLACES
    ]

    def place(version: RuleVersion) -> tuple[Any, ...]:
        ours = standards.applies_to(version, division_code)
        return not ours, not versions.is_in_force(version, day), -len(version.division_code), version.code

    return sorted(found, key=place)


def ours(level: str, day: datetime.date, among: Iterable[RuleVersion] | None = None) -> list[RuleVersion]:
    """The standards of a level in force here on a day, of the nearest division: shortfalls follow them."""
    found = [
        version
        for version in offered(settings.COUNTY, day, among)
        if version.body["level"] == level
        and versions.is_in_force(version, day)
        and standards.applies_to(version, settings.COUNTY)
    ]
    nearest = max((len(version.division_code) for version in found), default=0)
    return [version for version in found if len(version.division_code) == nearest]


# --- runs --------------------------------------------------------------------------------------------------


def visible(account: Account) -> "QuerySet[DivisionRun]":
    """Checks of places, newest first; their verdicts show an account its own divisions only."""
    runs = DivisionRun.objects.visible_to(account).select_related("standard", "lines", "by")
    return runs.order_by("-created_at", "-pk")


def with_counts(runs: list[DivisionRun], account: Account) -> list[dict[str, Any]]:
    """Runs with their places by outcome, of what the account may see: one query for the page."""
    counted: dict[int, dict[str, int]] = {run.pk: dict.fromkeys(OUTCOMES.values(), 0) for run in runs}
    rows = DivisionVerdict.objects.visible_to(account).filter(run_id__in=counted)
    for row in rows.values("run_id", "outcome").annotate(number=Count("*")).order_by():
        counted[row["run_id"]][OUTCOMES[row["outcome"]]] = row["number"]
    names = _names({run.division_code for run in runs})
    return [
        {
            "run": run,
            "division": names.get(run.division_code, run.division_code),
            "level": LEVEL_WORDS[run.standard.body["level"]],
            "counts": counted[run.pk],
        }
        for run in runs
    ]


def given_of(run: DivisionRun, standard: Standard) -> Given:
    """The thresholds stored with the run: a later line never rewrites an old verdict."""
    return thresholds.again(run.lines.body, standard.thresholds(), run.as_of)


def warnings_of(run: DivisionRun) -> list[str]:
    """The run's cautions in the language in force."""
    return cautions.say_all(run.warnings)


def matrix(run: DivisionRun, account: Account, outcome: str = "") -> list[dict[str, Any]]:
    """The places of a run that the account may see: outcome, points, result of every criterion; by division."""
    standard = standards.of(run.standard)
    rows = DivisionVerdict.objects.visible_to(account).filter(run=run).select_related("division__parent")
    if outcome:
        rows = rows.filter(outcome=verdicts.CODES[outcome])
    return [
        {
            "verdict": row,
            "place": row.division,
            "town": row.division.parent.name if row.division.level == Division.Level.VILLAGE else "",
            "outcome": OUTCOMES[row.outcome],
            "word": standards.OUTCOME_WORDS[OUTCOMES[row.outcome]],
            "cells": _cells(standard, verdicts.results_of(standard, row.met, row.unmet)),
        }
        for row in rows.order_by("division_id")
    ]


def _cells(standard: Standard, results: list[str]) -> list[dict[str, Any]]:
    return [
        {"criterion": criterion, "result": result, "word": standards.OUTCOME_WORDS[result]}
        for criterion, result in zip(standard.criteria, results, strict=True)
    ]


def by_criterion(standard: Standard, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many of these places meet each criterion, do not, or are not known."""
    return [
        {
            "criterion": criterion,
            **{word: sum(row["cells"][place]["result"] == word for row in rows) for word in OUTCOMES.values()},
        }
        for place, criterion in enumerate(standard.criteria)
    ]


# --- one place ---------------------------------------------------------------------------------------------


def reasons(run: DivisionRun, verdict: DivisionVerdict) -> tuple[list[PlaceReason], bool]:
    """Why this verdict, from the facts as of the run's day and as known at its moment; is the result still the same?"""
    standard = standards.of(run.standard)
    given = given_of(run, standard)
    table = sheet.unsaved(standard.subject, as_of=run.as_of, known_on=run.known_on, nodes=standard.criteria)
    rows = sheet.computed(table, int(verdict.division_id), int(verdict.division_id))
    if not rows:
        return [], False
    said = figures.said([verdict.division_id], as_of=run.as_of, known_on=run.known_on)[verdict.division_id]
    beside = run.registered.get(verdict.division_id, {})
    _outcome, results = standard.judge(rows[0], given)
    found = []
    for criterion, result in zip(standard.criteria, results, strict=True):
        why = explain.reason(
            criterion, rows[0], given, amounts=True, result=result, used=run.lines.body, document=standard.document
        )
        papers = tuple(
            Paper(figure, said.get(figure.code), figures_read.shown(figure, said.get(figure.code)))
            for figure in (figures.of_fact(code) for code in sorted(criterion.facts()))
            if figure is not None
        )
        counts = beside.get(criterion.code)
        registered = (counts[0], counts[1], counts[2]) if counts else None
        points = (criterion.points if result else Decimal(0)) if criterion.points else None
        found.append(PlaceReason(why, papers, registered, registered_words(registered), points, criterion.veto))
    same = [item.reason.outcome for item in found] == verdicts.results_of(standard, verdict.met, verdict.unmet)
    return found, same


def registered_words(counts: tuple[int, int, int] | None) -> str:
    """1,203／1,320 户（91.14%），待核实 20 户; empty where no household was counted."""
    if not counts or not sum(counts):
        return ""
    met, unknown, whole = counts[0], counts[2], sum(counts)
    share = Decimal(100 * met) / whole
    words = _("{met}／{whole} 户（{share}%）").format(met=f"{met:,}", whole=f"{whole:,}", share=f"{share:.2f}")
    return words + (_("，待核实 {unknown} 户").format(unknown=f"{unknown:,}") if unknown else "")


def values_of(run: DivisionRun, verdict: DivisionVerdict) -> list[Any]:
    """The values kept with a verdict, as their facts have them, criterion by criterion."""
    criteria = standards.of(run.standard).criteria
    return [facts.from_number(one.value, number) for one, number in zip(criteria, verdict.values, strict=True)]


def _names(codes: set[str]) -> dict[str, str]:
    return dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
