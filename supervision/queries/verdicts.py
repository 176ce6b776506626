"""Reading verdicts: figures of a run for who may see them, the list behind each figure, one verdict with reasons.

Figures and lists are the same filter over the same rows, so a figure and its list cannot disagree.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from households.facts import evidence
from povertycase.models import Account, Division
from povertycase.rules import facts, sheet, thresholds
from povertycase.rules.compile import OUTCOMES, Criterion, Standard
from povertycase.rules.conditions import Given
from povertycase.rules.explain import Reason, reason
from supervision.models import ExitRun, Verdict
from supervision.queries import standards

_MASKS = ("met", "unmet")
CODES = {word: number for number, word in OUTCOMES.items()}


def of_run(run: ExitRun, account: Account) -> QuerySet[Verdict]:
    """The verdicts of a run that the account may see."""
    return Verdict.objects.visible_to(account).filter(run_id=run.pk)


def all_of(run: ExitRun) -> QuerySet[Verdict]:
    """Every verdict of a run, for the run's own counts and for commands: it looks at nobody's reach."""
    return Verdict.objects.filter(run_id=run.pk)


def figures(run: ExitRun, account: Account) -> dict[str, Any]:
    """Households and persons by outcome, by criterion and by place, of what the account may see."""
    rows = of_run(run, account)
    standard = standards.of(run.standard)
    towns, villages = _by_place(with_bits(rows, standard), 9, _unmet(standard)), _by_place(rows, 12)
    for town in towns:
        town["gaps"] = [(item, town[f"{item.code}_unmet"]) for item in standard.criteria]
        town["villages"] = [village for village in villages if village["place"].startswith(town["place"])]
    return {
        "outcomes": _by_outcome(rows),
        "criteria": by_criterion(run, rows),
        "towns": towns,
    }


def _by_outcome(rows: QuerySet[Verdict]) -> dict[str, dict[str, int]]:
    found = {word: {"households": 0, "persons": 0} for word in ("met", "unmet", "unknown")}
    for row in rows.values("outcome").annotate(households=Count("*"), persons=Sum("members")).order_by("outcome"):
        found[OUTCOMES[row["outcome"]]] = {"households": row["households"], "persons": row["persons"]}
    found["total"] = {key: sum(one[key] for one in found.values()) for key in ("households", "persons")}
    return found


def by_criterion(run: ExitRun, rows: QuerySet[Verdict]) -> list[dict[str, Any]]:
    """Per criterion, in the standard's order: rows that do not meet it, rows where it is unknown."""
    standard = standards.of(run.standard)
    found = with_bits(rows, standard).aggregate(**_gaps(standard))
    return [
        {"criterion": item, "unmet": found[f"{item.code}_unmet"], "unknown": found[f"{item.code}_unknown"]}
        for item in standard.criteria
    ]


def by_village_and_outcome(run: ExitRun) -> Iterator[Mapping[str, Any]]:
    """village_code, outcome, households, persons, and {criterion}_unmet, {criterion}_unknown, of the whole run."""
    standard = standards.of(run.standard)
    rows = with_bits(all_of(run), standard).values("village_code", "outcome")
    counted = rows.annotate(households=Count("*"), persons=Sum("members"), **_gaps(standard))
    # Not iterator(): a query behind a cursor may not use the second core.
    return iter(counted.order_by("village_code", "outcome"))


def _gaps(standard: Standard) -> dict[str, Count]:
    return {
        f"{criterion.code}_{result}": Count("household_id", filter=bit_is(bit, result))
        for bit, criterion in enumerate(standard.criteria)
        for result in ("unmet", "unknown")
    }


def _unmet(standard: Standard) -> dict[str, Count]:
    return {name: count for name, count in _gaps(standard).items() if name.endswith("_unmet")}


def with_bits(rows: QuerySet[Verdict], standard: Standard) -> QuerySet[Verdict]:
    """Each criterion's bit of both masks beside the row: m0, u0, m1, …"""
    return rows.annotate(
        **{f"{mask[0]}{bit}": F(mask).bitand(1 << bit) for bit in range(len(standard.criteria)) for mask in _MASKS}
    )


def bit_is(bit: int, result: str) -> Q:
    """The rows `with_bits` whose criterion number `bit` is met, unmet or unknown."""
    met, unmet = Q(**{f"m{bit}__gt": 0}), Q(**{f"u{bit}__gt": 0})
    return {"met": met, "unmet": unmet, "unknown": ~met & ~unmet}[result]


def _by_place(rows: QuerySet[Verdict], digits: int, more: Mapping[str, Count] | None = None) -> list[dict[str, Any]]:
    """One row a place, in the order of the codes: its name, its households by outcome, and `more` counts."""
    counted = (
        rows.annotate(place=Left("village_code", digits))
        .values("place")
        .annotate(
            total=Count("*"),
            **{word: Count("household_id", filter=Q(outcome=number)) for word, number in CODES.items()},
            **(more or {}),
        )
        .order_by("place")
    )
    found = list(counted)
    names = Division.objects.filter(code__in=[row["place"].ljust(12, "0") for row in found]).in_bulk()
    return [
        {**row, "code": row["place"].ljust(12, "0"), "name": str(names.get(row["place"].ljust(12, "0"), row["place"]))}
        for row in found
    ]


def chosen(
    run: ExitRun, account: Account, *, outcome: str = "", criterion: str = "", result: str = "", place: str = ""
) -> QuerySet[Verdict]:
    """The list behind a figure, by village and household: `place` is a prefix of village codes."""
    rows = of_run(run, account)
    if outcome:
        rows = rows.filter(outcome=CODES[outcome])
    if criterion:
        standard = standards.of(run.standard)
        bit = [item.code for item in standard.criteria].index(criterion)
        rows = with_bits(rows, standard).filter(bit_is(bit, result or "unmet"))
    if place:
        rows = rows.filter(village_code__startswith=place)
    return rows.select_related("household__card").order_by("village_code", "household_id")


def lines(run: ExitRun, rows: list[Verdict]) -> list[dict[str, Any]]:
    """A page of a list: the household, its place, its outcome, its gaps in words (no amounts)."""
    standard = standards.of(run.standard)
    words = standards.outcome_words(run.population)
    codes = {code for row in rows for code in (row.village_code, row.village_code[:9] + "000")}
    names = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
    return [
        {
            "verdict": row,
            "card": row.household.card,
            "village": names.get(row.village_code, row.village_code),
            "town": names.get(row.village_code[:9] + "000", ""),
            "outcome": OUTCOMES[row.outcome],
            "word": words[OUTCOMES[row.outcome]],
            "gaps": gaps(standard, row),
        }
        for row in rows
    ]


def gaps(standard: Standard, row: Verdict) -> list[str]:
    """收入未达标, 待核实：住房安全有保障 …, in the standard's order."""
    found = []
    for criterion, result in zip(standard.criteria, results_of(standard, row.met, row.unmet), strict=True):
        if result == "unmet":
            found.append(_(criterion.gap))
        elif result == "unknown":
            found.append(_("待核实：{criterion}").format(criterion=_(criterion.name)))
    return found


def word(row: Verdict, words: dict[str, Any]) -> Any:
    """The outcome of a verdict in the population's own words."""
    return words[OUTCOMES[row.outcome]]


# --- one verdict ------------------------------------------------------------------------------------------


def results_of(standard: Standard, met: int, unmet: int) -> list[str]:
    """met | unmet | unknown of every criterion, from the two masks."""
    return [
        "met" if met >> bit & 1 else "unmet" if unmet >> bit & 1 else "unknown" for bit in range(len(standard.criteria))
    ]


def criteria_of(
    standard: Standard, given: Given, met: int, unmet: int, values: list[Decimal | None], amounts: bool = True
) -> list[dict[str, Any]]:
    """[{code, value, threshold, outcome}, …] as programs read them; a criterion that does not apply has value null.

    Without `amounts` income and its line are left out (E-13).
    """
    return [
        {
            "code": criterion.code,
            "value": plain(facts.from_number(criterion.value, number)) if amounts or _open(criterion) else None,
            "threshold": plain(criterion.threshold(given)) if amounts or _open(criterion) else None,
            "outcome": outcome,
        }
        for criterion, number, outcome in zip(standard.criteria, values, results_of(standard, met, unmet), strict=True)
    ]


def _open(criterion: Criterion) -> bool:
    return not facts.get(criterion.value).private


def object_of(run: ExitRun, row: Verdict, *, amounts: bool) -> dict[str, Any]:
    """One verdict for programs that ask in somebody's name."""
    standard = standards.of(run.standard)
    return {
        "household_no": row.household.household_no,
        "village": row.village_code,
        "members": row.members,
        "outcome": OUTCOMES[row.outcome],
        "criteria": criteria_of(standard, given_of(run, standard), row.met, row.unmet, row.values, amounts),
    }


def plain(value: Any) -> Any:
    """A value as JSON has it: whole numbers without a point, days as ISO text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral() else float(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def objects(run: ExitRun) -> Iterator[dict[str, Any]]:
    """Every verdict of a run as one JSON object, by household number: the same input gives the same bytes.

    For commands: it looks at nobody's reach.
    """
    standard = standards.of(run.standard)
    given = given_of(run, standard)
    rows = (
        all_of(run)
        .order_by("household__household_no")
        .values_list("household__household_no", "outcome", "met", "unmet", "values")
    )
    for number, outcome, met, unmet, values in rows.iterator(chunk_size=5_000):
        yield {
            "household_no": number,
            "outcome": OUTCOMES[outcome],
            "criteria": criteria_of(standard, given, met, unmet, values),
        }


def given_of(run: ExitRun, standard: Standard) -> Given:
    """The thresholds stored with the run: a later line never rewrites an old verdict."""
    return thresholds.again(run.thresholds, standard.thresholds(), run.as_of)


def reasons_of(run: ExitRun, verdict: Verdict, *, amounts: bool) -> tuple[list[Reason], bool]:
    """Why this verdict: from the facts of the run's own moment. The second value says that the result is the same.

    The facts are computed again as of the run's day and as known at its moment, so later corrections change nothing.
    """
    standard = standards.of(run.standard)
    given = given_of(run, standard)
    evidence = [code for criterion in standard.criteria for code in criterion.evidence]
    assert run.known_on is not None
    table = sheet.unsaved("household", as_of=run.as_of, known_on=run.known_on, codes=evidence, nodes=standard.criteria)
    rows = sheet.computed(table, verdict.household_id, verdict.household_id)
    if not rows:
        return [], False
    _outcome, results = standard.judge(rows[0], given)
    reasons = [
        reason(
            criterion,
            rows[0],
            given,
            amounts=amounts,
            result=result,
            used=run.thresholds,
            document=standard.document,
        )
        for criterion, result in zip(standard.criteria, results, strict=True)
    ]
    reasons = with_origins(reasons, verdict.household_id, as_of=run.as_of, known_on=run.known_on)
    return reasons, [item.outcome for item in reasons] == results_of(standard, verdict.met, verdict.unmet)


def with_origins(
    reasons: list[Reason], household_id: int, *, as_of: datetime.date, known_on: datetime.datetime
) -> list[Reason]:
    """Reasons with the source rows that their facts were read from, looked up together."""
    codes = [code for item in reasons for code in item.sources]
    rows = evidence.of(codes, household_id, as_of=as_of, known_on=known_on)
    return [replace(item, origins=tuple(rows[code] for code in item.sources if code in rows)) for item in reasons]
