"""How long one month's full run takes: the sheet of every household fact, three standards, all checks, all indicators.

Each run is a night by itself: it begins with nothing judged, so every verdict, shortfall and hit is written, as on the
first day of a county, with everything on the disk and without the sheets of the day before; one more, told beside them,
follows upon the last as one night upon another. Two processes share the ranges as two workers do. Floor: one connection
scans the source tables once and writes the finished rows (sheet, verdicts, shortfalls, hits) again by COPY. The county
of the measurement has only the national standard, so that two more are entered for its province.

    python -m tests.scale.bench_month medium      (in the database of DATABASE_URL, filled by tests.scale.population)
"""

import datetime
import random
import statistics
import sys
import time
from dataclasses import dataclass

import django
from django.db import connection, transaction

from tests.scale.bench_exit import SOURCES, Workers, copied, scan
from tests.scale.population import AS_OF, settle

OTHERS = ("guangxi-household-2018", "shaanxi-household")
PROVINCE = "22"
RESULTS = ("supervision_standingverdict", "supervision_shortfall", "supervision_checkhit")
LARGE_GOAL, COUNTY_GOAL, FLOOR_GOAL, GROWTH_GOAL, MEMORY_GOAL, LIVE_GOAL = 45.0, 2.0, 2.5, 6.5, 1024.0, 100.0
HOUSEHOLDS = 100


@dataclass(frozen=True)
class Measured:
    """Seconds of each run and of the floor, the workers' memory in MB, one household's milliseconds."""

    runs: tuple[float, ...]
    floor: float
    memory: float
    live: float

    @property
    def seconds(self) -> float:
        return statistics.median(self.runs)


def measure(runs: int = 3) -> Measured:
    """The full run `runs` times from nothing, then one household at a time, then the floor of the last run's rows."""
    from povertycase import periods
    from povertycase.models import SheetTable
    from povertycase.rules import sheet
    from supervision.actions import full_run

    enter_standards()
    workers, found = Workers(), []
    for _ in range(runs):
        forget()
        sheet.drop_old(now=periods.now() + datetime.timedelta(days=2))  # yesterday's sheets go with the day's cleaning
        settle()
        job = full_run.start(day=AS_OF, by=None)
        found.append(workers.seconds(job))
        facts = len(SheetTable.objects.get(pk=job.result["sheet"]).columns)
        print(f"  {job.kind} {found[-1]:.2f} s, {facts} columns, {job.result}"[:300], flush=True)
    disturb()
    again = workers.seconds(full_run.start(day=AS_OF, by=None))
    print(f"  again, with one household of a thousand judged otherwise before: {again:.2f} s", flush=True)
    memory = workers.megabytes()
    workers.stop()
    live = one_household()
    return Measured(tuple(found), _floor(SheetTable.objects.get(pk=job.result["sheet"])), memory, live)


def enter_standards() -> None:
    """Two more household standards in force in the county's province, entered from shipped ones."""
    from povertycase.models import Account, RuleVersion
    from povertycase.rules import versions

    author, _new = Account.objects.get_or_create(username="standards", defaults={"display_name": "标准"})
    for body in versions.shipped("standard"):
        if body["code"] in OTHERS:
            own = {**body, "code": f"{body['code']}-here", "division": PROVINCE, "valid_from": "2014-01-01"}
            own.pop("valid_to", None)
            RuleVersion.objects.get_or_create(
                sha256=versions.sha256(own),
                defaults={"kind": "standard", "code": own["code"], "body": own, "division_code": PROVINCE,
                          "valid_from": AS_OF.replace(year=2014), "author": author},
            )  # fmt: skip


def forget() -> None:
    """Nothing is judged any more."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(RESULTS)} CASCADE")


def disturb() -> None:
    """What stands of every thousandth household is another result than it will be: each range has some that change."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE supervision_standingverdict SET met = 0 WHERE current AND household_id % 1000 = 0")
        cursor.execute("UPDATE supervision_checkhit SET facts_key = '' WHERE household_id % 1000 = 0")
        cursor.execute("VACUUM (ANALYZE) supervision_standingverdict, supervision_checkhit, supervision_shortfall")


def one_household() -> float:
    """Milliseconds (95th percentile) to judge one household by everything, as after a change by hand."""
    from povertycase import slots

    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM households_household")
        first, last = cursor.fetchone()
    dice, took = random.Random(2018), []
    for _ in range(HOUSEHOLDS + 1):
        household = dice.randint(first, last)
        with transaction.atomic():
            began = time.perf_counter()
            for after in slots.HOUSEHOLD_WRITTEN:
                after.tell([household], day=AS_OF, event=None)
            took.append((time.perf_counter() - began) * 1000)
            transaction.set_rollback(True)
    return sorted(took[1:])[int(HOUSEHOLDS * 0.95)]


def _floor(sheet) -> float:
    tables = [f"households_{name}" for name in (*SOURCES, "cause", "villagerecord")]
    seconds = scan([*tables, "assistance_visit", "assistance_measure"])
    seconds += copied(f"sheet.{sheet.table}", f"SELECT * FROM sheet.{sheet.table} ORDER BY subject_id")
    return seconds + sum(copied(table, f"SELECT * FROM {table}") for table in RESULTS)


def rows(size: str, measured: Measured) -> list[tuple[str, float, str, float, bool]]:
    """(id, value, unit, goal, met) of one size."""
    seconds, ratio = measured.seconds, measured.seconds / measured.floor
    if size == "small":
        return [("month.county_seconds", round(seconds, 2), "s", COUNTY_GOAL, seconds <= COUNTY_GOAL)]
    if size == "medium":
        return []
    return [
        ("month.large_seconds", round(seconds, 1), "s", LARGE_GOAL, seconds <= LARGE_GOAL),
        ("month.floor_ratio.large", round(ratio, 2), "x floor", FLOOR_GOAL, ratio <= FLOOR_GOAL),
        ("month.worker_mb.large", round(measured.memory), "MB", MEMORY_GOAL, measured.memory <= MEMORY_GOAL),
        ("live.one_household_ms", round(measured.live, 1), "ms", LIVE_GOAL, measured.live <= LIVE_GOAL),
    ]


def growth(medium: float, large: float) -> tuple[str, float, str, float, bool]:
    """How many times longer 1,000,000 households take than 200,000, medians of their runs."""
    times = large / medium
    return ("month.growth", round(times, 2), "x", GROWTH_GOAL, times <= GROWTH_GOAL)


if __name__ == "__main__":
    django.setup()
    result = measure()
    print(f"runs {result.runs} floor {result.floor:.2f} s, {result.memory:.0f} MB, one {result.live:.0f} ms")
    print(*rows(sys.argv[1], result), sep="\n")
