"""The exit check of villages or of the county 村（县）退出核验: figures of bureaus against the standard, on a day.

It never marks a village or a county as exited: the verdict is working material, exit is decided above, with publicity.
"""

import datetime
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from households.models import Household
from povertycase import audit
from povertycase.models import Account, Division, SheetTable
from povertycase.rules import sheet, thresholds, versions
from povertycase.rules import verdicts as judging
from povertycase.rules.aggregate import CriterionIs, Measure, aggregate
from povertycase.rules.compile import OUTCOMES, Standard
from povertycase.rules.conditions import Given
from povertycase.rules.versions import RuleError
from supervision.actions import exit_runs, place_standing
from supervision.models import DivisionRun, DivisionVerdict, UsedLines
from supervision.queries import places, standards

_CENT = Decimal("0.01")
_CONCERN = places.CONCERN
# A household sheet for the share beside the figure is made in the request: a county's takes a second.
_MOST_HOUSEHOLDS = 60_000


class PlacesError(Exception):
    """Why a check cannot be made; the sentence says what to do."""


@transaction.atomic
def check(
    *,
    standard: str,
    as_of: datetime.date,
    division: Division,
    known_on: datetime.datetime | None = None,
    by: Account | None,
    on: datetime.date | None = None,
) -> DivisionRun:
    """Judge the villages of a division, or the county, by a standard of theirs, and keep the verdicts.

    standard: code. known_on None = what is known now. by None = the system. on: the business date; a check of it by
    the standard that holds here opens the places' shortfalls. Raises PlacesError for a standard not in force or of
    households, a division outside reach, a county standard for less than the county.
    """
    try:
        version = places.find(standard, as_of)
    except RuleError as error:
        raise PlacesError(str(error)) from error
    parsed = standards.of(version)
    if not exit_runs.may_check(by, division):
        raise PlacesError(_("“{place}”不在您的辖区范围内，请改选本辖区的区划。").format(place=division.name))
    if parsed.subject == "county" and division.level != Division.Level.COUNTY:
        raise PlacesError(_("“{name}”是县的退出标准，请把区划改选为县。").format(name=_(version.body["name"])))
    given, used, warnings = thresholds.given(parsed.thresholds(), as_of, division.code)
    lines, _new = UsedLines.objects.get_or_create(sha256=versions.sha256(used), defaults={"body": used})
    table = _filled(parsed, as_of, known_on, division)
    run = DivisionRun.objects.create(
        standard=version,
        division_code=division.code,
        as_of=as_of,
        known_on=table.known_on,
        lines=lines,
        sheet=table,
        warnings=[*exit_runs.standard_warnings(version, division), *warnings],
        registered=_registered(parsed, table, division),
        by=by,
    )
    made = _judge(run, parsed, table, given)
    audit.record(
        "places.checked",
        by=by,
        about=version.body["name"],
        params={"as_of": as_of.isoformat(), "division": division.name, "places": len(made)},
    )
    if as_of == on and known_on is None:
        _open_shortfalls(run, made, by)
    return run


def _open_shortfalls(run: DivisionRun, made: list[DivisionVerdict], by: Account | None) -> None:
    told = place_standing.open_of_check(run.standard, [row.division_id for row in made], run.as_of)
    if told and any(told.values()):
        audit.record("shortfall.opened", by=by, about=run.standard.body["name"], params=told)


def note_export(*, run: DivisionRun, rows: int, by: Account) -> None:
    """A list of the check left the system as a workbook."""
    params = {"as_of": run.as_of.isoformat(), "rows": rows}
    audit.record("places.list_exported", by=by, about=run.standard.body["name"], params=params)


def _filled(
    standard: Standard, as_of: datetime.date, known_on: datetime.datetime | None, division: Division
) -> SheetTable:
    """The sheet of the places judged: of villages those inside the division, of the county the one."""
    table = sheet.create(
        standard.subject,
        as_of=as_of,
        known_on=known_on,
        division=division.prefix,
        codes=_CONCERN[standard.subject],
        nodes=standard.criteria,
        rules=[standard.sha256],
    )
    _fill_all(table)
    return table


def _fill_all(table: SheetTable) -> None:
    for lo, hi in sheet.chunks(table):
        sheet.fill(table, lo, hi)
    sheet.complete(table)


def _judge(run: DivisionRun, standard: Standard, table: SheetTable, given: Given) -> list[DivisionVerdict]:
    concerned = {
        row["subject_id"] for row in sheet.rows(table, columns=_CONCERN[standard.subject] or None) if _is_concerned(row)
    }
    return DivisionVerdict.objects.bulk_create(
        DivisionVerdict(
            run=run,
            division_id=str(subject),
            outcome=outcome,
            met=met,
            unmet=unmet,
            values=[None if value is None else value.quantize(_CENT, ROUND_DOWN) for value in values],
            points=standard.points_of(met),
        )
        for subject, outcome, met, unmet, values in judging.judged(table, standard, given)
        if subject in concerned
    )


def _is_concerned(row: dict) -> bool:
    """A county; of villages the poor ones, and administrative ones of which nobody has said whether they are poor."""
    poor = row.get("is_poor_village", True)
    return bool(row["is_administrative_village"]) if poor is None else poor


# --- the registered households beside a share --------------------------------------------------------------


def _registered(standard: Standard, table: SheetTable, division: Division) -> dict[str, dict[str, list[int]]]:
    """{place: {criterion: registered households met, unmet, unknown}} for the criteria that name one of households.

    The same day and the same moment known as the check. Nothing for a criterion whose household standard is not in
    force that day, nor for a register too large for a request.
    """
    asked = {
        criterion.code: found
        for criterion in standard.criteria
        if criterion.registered and (found := _of_households(criterion.registered, table.as_of))
    }
    if not asked or Household.objects.count() > _MOST_HOUSEHOLDS:
        return {}
    homes = sheet.create(
        "household",
        as_of=table.as_of,
        known_on=table.known_on,
        division="" if division.level == Division.Level.COUNTY else division.prefix,
        nodes=[of.criterion(code) for of, code in asked.values()],
    )
    _fill_all(homes)
    measures = [
        Measure(f"{code} {word}", where=CriterionIs(of, word, criterion))
        for code, (of, criterion) in asked.items()
        for word in _WORDS
    ]
    lines, _used, _warnings = thresholds.given(
        set().union(*(of.criterion(criterion).thresholds() for of, criterion in asked.values())),
        table.as_of,
        division.code,
    )
    counted = aggregate(homes, measures, [standard.subject], given=lines)
    return {
        place: {code: [int(cells[f"{code} {word}"]) for word in _WORDS] for code in asked}
        for place, cells in counted.items()
    }


_WORDS = (OUTCOMES[1], OUTCOMES[0], OUTCOMES[2])


def _of_households(name: str, day: datetime.date) -> tuple[Standard, str] | None:
    """“guangxi-household-2018.housing” as the standard in force on the day and its criterion."""
    code, _dot, criterion = name.partition(".")
    try:
        return standards.of(standards.find(code, day)), criterion
    except RuleError:
        return None
