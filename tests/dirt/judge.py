"""The judge: what an import reported against the truth about its workbook."""

from collections import Counter
from dataclasses import dataclass

from povertycase.models import ImportBatch
from tests.dirt.generator import Truth

Spot = tuple[str, int | None, str, str]
# What follows from a finding elsewhere and is no fault of its own.
CONSEQUENCES = {"household_refused"}


@dataclass(frozen=True)
class Verdict:
    """Planted and not reported; reported and not planted; both must be empty."""

    missed: list[Spot]
    false: list[Spot]
    planted: int


def judge(batch: ImportBatch, truth: Truth) -> Verdict:
    """Errors and warnings cell by cell; of what was put right by itself the numbers and the examples that were kept."""
    stored = batch.problems.exclude(code__in=CONSEQUENCES).values_list("severity", "sheet", "row", "column", "code")
    told: Counter[Spot] = Counter()
    examples: Counter[Spot] = Counter()
    for severity, *spot in stored:
        (examples if severity == "cleaned" else told)[tuple(spot)] += 1  # type: ignore[index]
    cleaned = {code for *_place, code in examples}
    grave = Counter({spot: number for spot, number in truth.found.items() if spot[3] not in cleaned})
    missed, false = list((grave - told).elements()), list((told - grave).elements())
    false += (examples - truth.found).elements()
    said = _said(batch)
    planted = _counted(truth, cleaned)
    missed += [(sheet, None, heading, code) for sheet, heading, code in (planted - said).elements()]
    false += [(sheet, None, heading, code) for sheet, heading, code in (said - planted).elements()]
    return Verdict(missed, false, sum(truth.found.values()))


def _said(batch: ImportBatch) -> Counter[tuple[str, str, str]]:
    """How often each column says that it was put right."""
    found: Counter[tuple[str, str, str]] = Counter()
    for sheet, counts in batch.counts["sheets"].items():
        for words, number in counts["cleaned_by_column"].items():
            heading, _space, code = words.rpartition(" ")
            found[sheet, heading, code] += number
    return found


def _counted(truth: Truth, cleaned: set[str]) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for (sheet, _row, column, code), number in truth.found.items():
        if code in cleaned:
            found[sheet, truth.headings.get((sheet, column), ""), code] += number
    return found
