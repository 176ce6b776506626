"""The demo's shortfalls: what stands is judged once; some are planned, one waits for the township, one is closed."""

import datetime

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from households.actions import records
from households.models import Cadre, Household, WaterAppraisal
from households.queries.change_parts import base_row
from povertycase.models import Account, JobRun
from supervision.actions import full_run
from supervision.actions import shortfalls as acts
from supervision.demo import figures
from supervision.models import Shortfall, StandingVerdict, Verdict
from supervision.queries import full_runs
from supervision.queries import shortfalls as reading

State = Shortfall.State
MONTH = datetime.timedelta(days=30)
PLANNED, IMPROVED = 4, 2
WATER = ("source", "piped_on", "water_report_on", "dry_days", "water_difficult", "assessed_by")


def judge(day: datetime.date) -> JobRun:
    """The full run of the demo's day: the one of an interrupted fill serves as well."""
    return full_runs.last_job() or full_run.start(day=day, by=None)


def arrange(day: datetime.date) -> None:
    """Plans of one village; two appraisals of water entered wrongly and put right, one of them reviewed; once."""
    village, town = _account("village_clerk1"), _account("township_reviewer1")
    if village is None or town is None or Shortfall.objects.exclude(planned_by=None).exists():
        return
    _plan(list(_with_helper(village)[:PLANNED]), "入户核实情况，补齐证明材料", day, village)
    for place, home in enumerate(_planned_and_met(town, day)):
        row = _mended(home, day, village)
        if row is not None and place == 0:
            acts.close(shortfall=row, words="已入户查看，自来水已接通，水质达标。", on=day, by=town)
    _of_places(day, village, town)


def _of_places(day: datetime.date, village: Account, town: Account) -> None:
    """The village plans what it surely does not meet; what a bureau says of another at last waits for review."""
    rows = Shortfall.objects.filter(household=None, state=State.OPEN).select_related("division").order_by("pk")
    unmet = rows.visible_to(village).filter(unknown=False).first()
    if unmet is not None:
        cadre = next(iter(reading.owners([unmet], day)), None)
        _plan([unmet], "协调县水利局实施饮水安全巩固提升工程", day, village, cadre)
    asked = rows.visible_to(town).filter(unknown=True, criterion="broadband").first()
    if asked is not None and asked.division is not None:
        figures.send_late(asked.division, day)


def _planned_and_met(town: Account, day: datetime.date) -> list[Household]:
    """Two households of the year's plan that meet the standard: what is counted of them stays as it was."""
    met = StandingVerdict.objects.visible_to(town).filter(current=True, outcome=Verdict.Outcome.MET)
    planned = Household.objects.filter(
        card__planned_exit_year=day.year,
        card__poverty_status="poor",
        card__helper_name__gt="",
        pk__in=met.values("household"),
    )
    return list(planned.order_by("pk")[:IMPROVED])


def _mended(home: Household, day: datetime.date, by: Account) -> Shortfall | None:
    """The household's water entered as unsafe, planned, and put right: its shortfall, when it waits for review."""
    before = base_row(WaterAppraisal, home, day)
    kept = {name: getattr(before, name) for name in WATER} if before else {}
    wrong = records.record(
        household=home, part="water", true_from=day, values={**kept, "water_safe": False}, entered_on=day, by=None
    )
    rows = list(Shortfall.objects.filter(household=home, state=State.OPEN))
    _plan(rows, "接通自来水，由水利部门认定", day, by)
    records.correct(row=wrong, values={"water_safe": True}, entered_on=day, by=None)
    return Shortfall.objects.filter(household=home, state=State.RECHECK).first()


def _with_helper(account: Account) -> QuerySet[Shortfall]:
    rows = Shortfall.objects.visible_to(account).filter(state=State.OPEN, household__card__helper_name__gt="")
    return rows.select_related("household").order_by("pk")


def _plan(rows: list[Shortfall], measure: str, day: datetime.date, by: Account, owner: Cadre | None = None) -> None:
    try:
        acts.plan(shortfalls=rows, measure=measure, owner=owner, due_on=day + MONTH, on=day, by=by)
    except ValidationError:
        # A helper of the card who answers from a later day on, or nobody: the demo leaves this one unplanned.
        return


def _account(name: str) -> Account | None:
    return Account.objects.filter(username=name).first()
