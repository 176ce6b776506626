"""The exit check 退出达标预审 as a job: one fact sheet and one narrow verdict per household, in id ranges.

It never marks anybody as exited: a verdict is working material, exit is a procedure with publicity and a document.
"""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from povertycase import audit, jobs, periods
from povertycase.access.permissions import Permission
from povertycase.actions import divisions
from povertycase.models import Account, Division, JobRun, RuleVersion
from povertycase.rules import cautions, sheet, thresholds
from povertycase.rules import verdicts as judging
from povertycase.rules.cautions import Caution
from povertycase.rules.compile import OUTCOMES
from povertycase.rules.versions import RuleError
from supervision.models import ExitRun, Verdict
from supervision.queries import standards, verdicts

JOB = "exit.run"

# Households outside the plan of the year: what the expected figures stand on beside the verdicts.
_REST = {True: "exited", False: "other"}


class ExitRunError(Exception):
    """Why a check cannot be started; the sentence says what to do."""


@transaction.atomic
def start(
    *,
    standard: str,
    as_of: datetime.date,
    division: Division,
    population: str = ExitRun.Population.PLANNED,
    known_on: datetime.datetime | None = None,
    by: Account | None,
) -> ExitRun:
    """Put an exit check on the list: its row, its thresholds as used, its job.

    standard: code. as_of: the day judged on. known_on None = what is known when the job begins. by None = the system.
    Raises ExitRunError for a standard not in force, an unknown population, a division outside reach.
    """
    try:
        version = standards.find(standard, as_of)
    except RuleError as error:
        raise ExitRunError(str(error)) from error
    if population not in standards.POPULATIONS:
        known = _("、").join(standards.POPULATIONS)
        raise ExitRunError(_("没有“{name}”这一范围，请改用 {known} 之一。").format(name=population, known=known))
    if not may_check(by, division):
        raise ExitRunError(_("“{place}”不在您的辖区范围内，请改选本辖区的区划。").format(place=division.name))
    _given, used, warnings = thresholds.given(standards.of(version).thresholds(), as_of, division.code)
    run = ExitRun.objects.create(
        standard=version,
        as_of=as_of,
        known_on=known_on,
        division_code=division.code,
        population=population,
        thresholds=used,
        warnings=[*standard_warnings(version, division), *warnings],
        by=by,
    )
    run.job = jobs.enqueue(JOB, key=str(run.pk), params={"run": run.pk}, by=by, division=division.code)
    run.save(update_fields=["job"])
    audit.record(
        "exit_run.started",
        by=by,
        about=version.body["name"],
        job=run.job,
        params={"as_of": as_of.isoformat(), "division": division.name, "population": str(run.get_population_display())},
    )
    return run


def may_check(by: Account | None, division: Division) -> bool:
    """Does the account's reach hold the whole division? The system may check every one."""
    return by is None or any(
        extent.kind == "everything" or (extent.kind == "divisions" and division.prefix.startswith(extent.prefix))
        for extent in by.extents()
    )


def note_export(*, run: ExitRun, rows: int, by: Account) -> None:
    """A list of the check left the system as a workbook."""
    params = {"as_of": run.as_of.isoformat(), "rows": rows}
    audit.record("exit_run.list_exported", by=by, about=run.standard.body["name"], params=params)


def standard_warnings(version: RuleVersion, division: Division) -> list[Caution]:
    """What a reader of the result must know about the standard itself."""
    found, name = [], version.body["name"]
    if not standards.applies_to(version, division.code):
        found.append(cautions.caution("standard_elsewhere", name=name, place=_place(version.division_code)))
    if not version.verified:
        found.append(cautions.caution("standard_unverified", name=name, document=version.document))
    return found


def _place(prefix: str) -> str:
    """The name of the division that made a standard, which need not be one of this installation's."""
    code = prefix.ljust(12, "0")
    shipped = {above: name for chain in divisions.ABOVE.values() for above, _level, name in chain}
    return Division.objects.filter(code=code).values_list("name", flat=True).first() or shipped.get(code, prefix)


# --- the job ----------------------------------------------------------------------------------------------


def _run_of(job: JobRun) -> ExitRun:
    return ExitRun.objects.select_related("standard", "sheet").get(pk=job.params["run"])


def plan_sheet(job: JobRun) -> list[dict[str, Any]]:
    """The empty sheet of the population, and the id ranges that fill it."""
    run = _run_of(job)
    division = Division.objects.get(code=run.division_code)
    county = division.level == Division.Level.COUNTY
    standard = standards.of(run.standard)
    run.sheet = sheet.create(
        "household",
        as_of=run.as_of,
        known_on=run.known_on,
        # The register holds one county: no need to compare every code with its prefix.
        division="" if county else division.prefix,
        # The evidence stays beside the facts judged: a list of the run says from which paper and day a value comes.
        codes=["group_name", *(code for criterion in standard.criteria for code in criterion.evidence)],
        nodes=standard.criteria,
        rules=[standard.sha256],
        population=standards.POPULATIONS[run.population],
    )
    run.known_on = run.sheet.known_on
    run.save(update_fields=["sheet", "known_on"])
    return [{"lo": lo, "hi": hi} for lo, hi in sheet.chunks(run.sheet)]


def judge_range(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    """One range: its rows of the sheet, and its verdicts from them."""
    run = _run_of(job)
    assert run.sheet is not None
    lo, hi = params["lo"], params["hi"]
    jobs.again_after_a_crash()
    sheet.fill(run.sheet, lo, hi)
    standard = standards.of(run.standard)
    given = verdicts.given_of(run, standard)
    written = judging.write(run.sheet, standard, given, into=Verdict._meta.db_table, run=run.pk, lo=lo, hi=hi)
    return {"households": written, **_frame(run, lo, hi)}


def _frame(run: ExitRun, lo: int, hi: int) -> dict[str, int]:
    """Households and persons outside the plan of the year, exited or not."""
    if run.population != ExitRun.Population.PLANNED or run.sheet is None:
        return {}
    rest = sheet.unsaved(
        "household", as_of=run.as_of, known_on=run.sheet.known_on, codes=["is_exited", "household_size"], labels=False
    )
    rest.division_code, rest.population = run.sheet.division_code, {"fact": "listed_for_exit", "is_false": True}
    return judging.tally(rest, "is_exited", "household_size", lo, hi, _REST)


def plan_counts(job: JobRun) -> list[dict[str, Any]]:
    """The figures are one piece of work: one scan over all verdicts of the run."""
    return [{}]


def count_results(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    """The run's figures; the sheet may be read from now on."""
    run = _run_of(job)
    frame = {name: number for name, number in job.result.items() if name.startswith(tuple(_REST.values()))}
    run.counts = {**_counted(run), "frame": frame}
    assert run.sheet is not None
    sheet.complete(run.sheet)
    run.finished_at = periods.now()
    run.save(update_fields=["counts", "finished_at"])
    return {"run": str(run.pk)}


def _counted(run: ExitRun) -> dict[str, Any]:
    """One scan by village: households and persons by outcome for the whole, every town and every village, and
    households by criterion that is unmet or unknown (一户多项)."""
    standard = standards.of(run.standard)
    total, places = _nothing(), dict[str, dict[str, list[int]]]()
    criteria = {criterion.code: {"unmet": 0, "unknown": 0} for criterion in standard.criteria}
    for row in verdicts.by_village_and_outcome(run):
        village, outcome = row["village_code"], OUTCOMES[row["outcome"]]
        for cells in (total, *(places.setdefault(code, _nothing()) for code in (village[:9] + "000", village))):
            cells[outcome][0] += row["households"]
            cells[outcome][1] += row["persons"]
        for code, counts in criteria.items():
            for result in counts:
                counts[result] += row[f"{code}_{result}"]
    return {"outcomes": total, "places": places, "criteria": criteria}


def _nothing() -> dict[str, list[int]]:
    return {word: [0, 0] for word in OUTCOMES.values()}


KIND = jobs.JobKind(
    code=JOB,
    label=gettext_lazy("退出达标预审"),
    steps=(
        jobs.Step(plan=plan_sheet, work=judge_range, label=gettext_lazy("逐户判断")),
        jobs.Step(plan=plan_counts, work=count_results, label=gettext_lazy("汇总")),
    ),
    permission=Permission.EXIT_VIEW,
    start=Permission.EXIT_RUN,
)
