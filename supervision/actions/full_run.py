"""The full run 全量核查: every household judged by all rules from one fact sheet, in ranges.

Nightly, after an import, or by a button. A range is one transaction: its rows of the sheet, its verdicts, its
shortfalls, its hits. A run that was killed takes up at the first range that is not done; a range done twice changes
nothing the second time.
"""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from assistance.queries import frequencies
from povertycase import audit, jobs
from povertycase.access.permissions import Permission
from povertycase.models import Account, ImportBatch, JobRun, SheetTable
from povertycase.periods import Month
from povertycase.rules import aggregate, sheet, versions
from povertycase.rules.conditions import Given
from povertycase.rules.standing import CONCERN, Ruling
from povertycase.rules.versions import RuleError
from supervision.actions import check_hits, place_standing, standing
from supervision.queries import bulletin_rules, indicators, integrity, standards
from supervision.queries.full_runs import JOB
from supervision.queries.indicators import Indicator

SUBJECT = "household"
# The second key is for what has to be looked at again while a run is under way with its moment fixed already.
KEYS = ("county", "county again")


@transaction.atomic
def start(*, day: datetime.date, by: Account | None) -> JobRun:
    """Put a full run of a business date on the list; one that has not begun yet serves as well. by None = the system."""
    waiting = JobRun.objects.filter(kind=JOB, state__in=JobRun.OPEN).order_by("pk")
    taken = {job.key: job for job in waiting}
    for job in taken.values():
        if job.step == 0:
            return job
    key = next((key for key in KEYS if key not in taken), "")
    if not key:
        return taken[KEYS[-1]]
    job = jobs.enqueue(JOB, key=key, params={"day": day.isoformat()}, by=by, division=_county())
    audit.record("rules_run.started", by=by, job=job, params={"day": day.isoformat()})
    return job


def after_import(batch: ImportBatch) -> None:
    """An import that a person confirmed was applied: what stands is judged anew when no other import is under way.

    What the system imports by itself (the demo county) is judged by the run that follows.
    """
    under_way = ImportBatch.objects.filter(state=ImportBatch.State.APPLYING).exclude(pk=batch.pk)
    if batch.job is not None and batch.job.by is not None and not under_way.exists():
        start(day=batch.business_date, by=batch.job.by)


def make_nightly(since: datetime.date | None, day: datetime.date) -> None:
    """The day's duty: ages, deadlines and lines move on without anybody writing."""
    start(day=day, by=None)


# --- the job ----------------------------------------------------------------------------------------------


def plan_sheet(job: JobRun) -> list[dict[str, Any]]:
    """The empty sheet with every fact of households that a rule asks, and the id ranges that fill it."""
    day = datetime.date.fromisoformat(job.params["day"])
    rulings = standing.in_force(day)
    counts = counted(day)
    table = sheet.create(
        SUBJECT,
        as_of=day,
        # The evidence says from which paper and day a value comes, the group where the household lives.
        codes=[*CONCERN, "group_name", *_evidence(rulings)],
        nodes=[
            *(criterion for ruling in rulings for criterion in ruling.standard.criteria),
            *(item.node for item in counts if item.node),
            *check_hits.nodes(day),
            *integrity.rules(day)[0],
        ],
        rules=[
            *(ruling.standard.sha256 for ruling in rulings),
            *(one.sha256 for one in check_hits.in_force(day).checks),
        ],
    )
    job.result = {**job.result, "sheet": table.pk}
    return [{"lo": lo, "hi": hi} for lo, hi in sheet.chunks(table)]


def _evidence(rulings: Sequence[Ruling]) -> list[str]:
    return [code for ruling in rulings for criterion in ruling.standard.criteria for code in criterion.evidence]


def judge_range(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    """One range: its rows of the sheet, then everything that is judged from them."""
    table = _sheet_of(job)
    lo, hi = params["lo"], params["hi"]
    jobs.again_after_a_crash()
    among = versions.all_of("standard", "threshold", *check_hits.KINDS)
    rulings = standing.in_force(table.as_of, among=among)
    rules = check_hits.in_force(table.as_of, among=among)
    rows = sheet.fill(table, lo, hi)
    kept = standing.judge_range(table=table, rulings=rulings, lo=lo, hi=hi)
    hits = check_hits.find_range(table=table, rules=rules, lo=lo, hi=hi, day=table.as_of)
    names = {"stored": "verdicts_changed", "opened": "shortfalls_opened", "moved": "shortfalls_moved"}
    told = {name: kept.get(key, 0) for key, name in names.items()}
    return {"households": rows, **told, **{f"hits_{key}": hits.get(key, 0) for key in ("found", "new", "gone")}}


def plan_end(job: JobRun) -> list[dict[str, Any]]:
    """The figures are one piece of work, after the last range."""
    return [{}]


def end(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    """The sheet may be read: the indicators of the county and its towns."""
    table = _sheet_of(job)
    sheet.complete(table)
    _keep(table)
    figures = figures_of(table, ("town", "county"))
    moved = place_standing.follow(day=table.as_of)
    return {
        **{f"place_shortfalls_{name}": number for name, number in moved.items()},
        "figures": {code: {name: str(value) for name, value in row.items()} for code, row in figures.items()},
    }


def figures_of(table: SheetTable, levels: Sequence[str]) -> dict[str, dict[str, Decimal | int]]:
    """Every indicator of a run's sheet for every division of these levels, by 12-digit code."""
    rulings = standing.in_force(table.as_of)
    grace = {bulletin_rules.GRACE: Decimal(settings.BULLETIN_ENTRY_GRACE_DAYS)}
    lines = {name: value for ruling in rulings for name, value in ruling.given.thresholds.items()}
    measures = [item.counted() for item in counted(table.as_of)]
    given = Given(table.as_of, {**lines, **grace})
    return aggregate.aggregate(table, measures, levels, given=given) if rulings else {}


def _keep(table: SheetTable) -> None:
    """The newest sheet stays until there is a newer one; the one before goes with the next cleaning."""
    earlier = JobRun.objects.filter(kind=JOB, state=JobRun.State.DONE).values_list("result__sheet", flat=True)
    SheetTable.objects.filter(pk__in=[number for number in earlier if number], frozen=True).update(frozen=False)
    SheetTable.objects.filter(pk=table.pk).update(frozen=True)


def _sheet_of(job: JobRun) -> SheetTable:
    return SheetTable.objects.get(pk=job.result["sheet"])


def counted(day: datetime.date) -> list[Indicator]:
    """The indicators in force that count households, judged by the bulletin's standard as its figures are."""
    try:
        standard = standards.of(bulletin_rules.standard_on(day))
    except RuleError:
        return []
    bodies = {one.code: one.body for one in versions.all_of("indicator") if versions.is_in_force(one, day)}
    visits = frequencies.asked(day, Month.of(day))
    return [item for item in indicators.read(bodies, standard, visits).values() if item.subject == SUBJECT]


def _county() -> str:
    return settings.COUNTY.ljust(12, "0")


KIND = jobs.JobKind(
    code=JOB,
    label=_("全量核查"),
    steps=(
        jobs.Step(plan=plan_sheet, work=judge_range, label=_("逐户判断")),
        jobs.Step(plan=plan_end, work=end, label=_("汇总")),
    ),
    permission=Permission.EXIT_VIEW,
    start=Permission.EXIT_RUN,
)
