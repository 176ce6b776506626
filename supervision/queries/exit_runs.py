"""Reading exit checks: which concern whom, their counts, what they let expect, the household's verdict of today."""

import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.models import Household, HouseholdCard, VillageRecord
from povertycase import periods
from povertycase.access.permissions import Permission
from povertycase.models import Account, Division
from povertycase.rules import cautions, explain, nearest, versions
from povertycase.rules.compile import OUTCOMES
from povertycase.rules.conditions import Given
from supervision.models import ExitRun, Verdict
from supervision.queries import earlier, integrity, standards, standing, verdicts

NOTICE = gettext_lazy("本结果仅供工作参考，不作为退出依据，以入户核查、民主评议、公示公告程序为准。")
_CENT = Decimal("0.01")


def visible(account: Account) -> "QuerySet[ExitRun]":
    """Checks of divisions inside the account's reach, or around it; their figures show its own rows only."""
    near = Q(by=account)
    for extent in account.extents():
        if extent.kind == "divisions":
            around = [extent.prefix[:digits].ljust(12, "0") for digits in (6, 9, 12) if len(extent.prefix) >= digits]
            near |= Q(division_code__startswith=extent.prefix) | Q(division_code__in=around)
        else:
            near |= Q(division_code__in=_around_own_households(account))
    runs = ExitRun.objects.visible_to(account).filter(near)
    return runs.select_related("standard", "job", "sheet", "by").order_by("-created_at", "-pk")


def _around_own_households(account: Account) -> set[str]:
    """The villages of the households an account answers for, their towns and counties."""
    villages = HouseholdCard.objects.visible_to(account).values_list("village_code", flat=True).distinct()
    return {code[:digits].ljust(12, "0") for code in villages for digits in (6, 9, 12)}


def with_counts(runs: list[ExitRun], account: Account) -> list[dict[str, Any]]:
    """Runs with their households by outcome, of what the account may see: one query for the page."""
    # A finished run without such households has none of them, one under way has no figure yet.
    none = dict.fromkeys(OUTCOMES.values(), 0)
    counted: dict[int, dict[str, int]] = {run.pk: dict(none) if run.finished_at else {} for run in runs}
    rows = Verdict.objects.visible_to(account).filter(run_id__in=counted)
    for row in rows.values("run_id", "outcome").annotate(number=Count("*")).order_by():
        counted[row["run_id"]][OUTCOMES[row["outcome"]]] = row["number"]
    names = dict(Division.objects.filter(code__in={run.division_code for run in runs}).values_list("code", "name"))
    return [
        {"run": run, "division": names.get(run.division_code, run.division_code), "counts": counted[run.pk]}
        for run in runs
    ]


def chips(run: ExitRun, outcome: str, criterion: str, result: str, place: str) -> list[dict[str, Any]]:
    """The chosen filters of a list in words."""
    found = []
    if outcome:
        words = standards.outcome_words(run.population)
        found.append({"name": "outcome", "label": _("预审结果"), "value": words[outcome]})
    if criterion:
        item = standards.of(run.standard).criterion(criterion)
        word = standards.OUTCOME_WORDS[result or "unmet"]
        found.append({"name": "criterion", "label": _(item.name), "value": word})
    if place:
        name = Division.objects.filter(code=place.ljust(12, "0")).values_list("name", flat=True).first()
        found.append({"name": "place", "label": _("区划"), "value": name or place})
    return found


def expected(run: ExitRun, account: Account) -> dict[str, Any] | None:
    """预计: who would have exited if every household that meets the standard did; never a mark, only arithmetic.

    Only for a check of the planned households, and for who may see its whole division. The incidence divides by the
    rural registered population announced for the division (with its document), never by the register.
    """
    frame = run.counts.get("frame")
    if run.population != ExitRun.Population.PLANNED or not frame or not _sees_all(run, account):
        return None
    met = run.counts["outcomes"]["met"]
    rest = [run.counts["outcomes"][word] for word in ("unmet", "unknown")]
    staying = frame["other_persons"] + sum(persons for _households, persons in rest)
    record = _record(run.division_code, run.as_of, account)
    base = record.rural_registered_pop if record else None
    return {
        "exited_households": frame["exited_households"] + met[0],
        "exited_persons": frame["exited_persons"] + met[1],
        "staying_households": frame["other_households"] + sum(households for households, _persons in rest),
        "staying_persons": staying,
        "incidence": (Decimal(100 * staying) / base).quantize(_CENT, ROUND_HALF_UP) if base else None,
        "base": base,
        "document": record.document if record else "",
    }


def _sees_all(run: ExitRun, account: Account) -> bool:
    """Does one of the account's posts hold the whole division of the run?"""
    digits = run.division_code.rstrip("0")
    return any(
        extent.kind == "everything" or (extent.kind == "divisions" and digits.startswith(extent.prefix.rstrip("0")))
        for extent in account.extents()
    )


def _record(division_code: str, as_of: datetime.date, account: Account) -> VillageRecord | None:
    """The announced figures of a division, last before the day, that name a population."""
    return (
        VillageRecord.objects.visible_to(account)
        .known()
        .filter(division_id=division_code, true_from__lte=as_of, rural_registered_pop__isnull=False)
        .order_by("-true_from", "-pk")
        .first()
    )


def file_section(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """The household's verdict of today by the standards of its division, computed on the spot."""
    amounts = account.can(Permission.AMOUNT_VIEW)
    found: list[dict[str, Any]] = []
    rules = versions.all_of("standard", "threshold", integrity.KIND)
    checks, lines = integrity.rules(as_of, rules) if amounts else ([], Given())
    also, sampled = sorted({code for check in checks for code in check.facts()}), []
    for version in standards.offered(settings.COUNTY, as_of, rules):
        if not standards.applies_to(version, settings.COUNTY):
            continue
        known_on = periods.now()
        standard = standards.of(version)
        judgement = explain.live(household.pk, standard, as_of=as_of, known_on=known_on, among=rules, also=also)
        if judgement is None:
            continue
        sampled = integrity.notes(judgement.values, checks, lines)
        population = ExitRun.Population.EXITED if judgement.exited else ""
        found.append(
            {
                "version": version,
                "outcome": judgement.outcome,
                "word": standards.outcome_words(population)[judgement.outcome],
                "reasons": verdicts.with_origins(
                    judgement.reasons(amounts=amounts), household.pk, as_of=as_of, known_on=known_on
                ),
                "last": earlier.last(household, account, version, visible(account)),
                "history": standing.history(household.pk, account, version.code, exited=judgement.exited),
                # What it would take, and how near the line: for township and above (E-13).
                "steps": nearest.steps(judgement.standard, judgement.values, judgement.given) if amounts else [],
                "margins": nearest.margins(judgement.standard, judgement.values, judgement.given) if amounts else [],
                "warnings": cautions.say_all(
                    # A caution about a line names the line, which stands beside the household's income here (E-13).
                    [one for one in judgement.warnings if amounts or one["code"] != "threshold_unverified"]
                ),
            }
        )
    return {"standards": found, "as_of": as_of, "notice": NOTICE, "sampled": sampled}
