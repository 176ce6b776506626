"""How long the exit check and the bulletin take together, as a multiple of the floor measured in the same run.

Time: from the start of each job to its last commit, two processes sharing the ranges as two workers do, without
dispatch and without starting processes. Floor: one connection scans the source tables once for each of the two and
writes the finished rows (fact sheets, verdicts, the bulletin with its workbook) again by COPY.

    python -m tests.scale.bench_exit medium      (in the database of DATABASE_URL, filled by tests.scale.population)
"""

import datetime
import io
import multiprocessing
import resource
import statistics
import sys
import time
from dataclasses import dataclass

import django
from django.db import connection, transaction

AS_OF, MONTH = datetime.date(2018, 11, 30), "2018-10"
RATIO_GOALS = {"small": 8.0, "medium": 2.5, "large": 2.5}
GROWTH_GOAL, COUNTY_GOAL = 6.5, 2.0
SOURCES = (
    *("household", "householdstatus", "householddivision", "person", "membership", "personcondition", "income"),
    *("livingobservation", "housingappraisal", "waterappraisal", "residence", "pairing"),
)

WANTED = {
    "recorded_at": "recorded_at <= now()",
    "superseded_at": "superseded_at IS NULL",
    "true_from": "true_from <= %(day)s",
    "visited_on": "visited_on <= %(day)s",
}


@dataclass(frozen=True)
class Measured:
    """Seconds of one size: each run of check and bulletin together, and the floor."""

    runs: tuple[float, ...]
    floor: float

    @property
    def seconds(self) -> float:
        return statistics.median(self.runs)

    @property
    def ratio(self) -> float:
        return self.seconds / self.floor


def measure(runs: int = 3) -> Measured:
    """Check and bulletin `runs` times, then the floor of the last one's rows."""
    from povertycase.models import Division
    from povertycase.periods import Month
    from supervision.actions import bulletins, exit_runs

    workers = Workers()
    county = Division.objects.get(level="county")
    found = []
    for _ in range(runs):
        run = exit_runs.start(
            standard="national-household", as_of=AS_OF, division=county, population="all", by=None
        )  # fmt: skip
        seconds = workers.seconds(run.job)
        bulletin = bulletins.start(month=Month.parse(MONTH), division=county, on=AS_OF, by=None)
        found.append(seconds + workers.seconds(bulletin.job))
        print(f"  {run.job.kind} {seconds:.2f} s, {bulletin.job.kind} {found[-1] - seconds:.2f} s", flush=True)
    workers.stop()
    run.refresh_from_db()
    bulletin.refresh_from_db()
    return Measured(tuple(found), _floor(run, bulletin))


class Workers:
    """Two processes that live as long as the measuring, as an office's workers do."""

    def __init__(self) -> None:
        connection.close()
        context = multiprocessing.get_context("fork")
        self.asked = [context.Queue() for _ in range(2)]
        self.said = context.Queue()
        self.all = [context.Process(target=_work, args=(asked, self.said), daemon=True) for asked in self.asked]
        for worker in self.all:
            worker.start()

    def seconds(self, job) -> float:
        """From the job's start to its end, both working on it."""
        for asked in self.asked:
            asked.put(job.pk)
        for _ in self.asked:
            self.said.get()
        job.refresh_from_db()
        if job.state != "done":
            raise SystemExit(f"job {job.pk} {job.kind}: {job.state} {job.error}")
        return (job.finished_at - job.started_at).total_seconds()

    def megabytes(self) -> float:
        """The most memory that both processes together have held."""
        for asked in self.asked:
            asked.put("memory")
        return sum(self.said.get() for _ in self.asked)

    def stop(self) -> None:
        for asked in self.asked:
            asked.put(None)
        for worker in self.all:
            worker.join()


def _work(asked, said) -> None:
    from povertycase import jobs
    from povertycase.models import JobRun

    while wanted := asked.get():
        if wanted == "memory":
            said.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
            continue
        jobs.run_to_end(JobRun.objects.get(pk=wanted))
        said.put(wanted)
    connection.close()


def _floor(run, bulletin) -> float:
    """Scan of the sources, once for the check and once for the bulletin, and COPY of everything that was made."""
    tables = [f"households_{name}" for name in SOURCES]
    seconds = scan(tables) + scan([*tables, "assistance_visit"])
    for sheet in (run.sheet, bulletin.household_sheet, bulletin.village_sheet, bulletin.pairing_sheet):
        seconds += copied(f"sheet.{sheet.table}", f"SELECT * FROM sheet.{sheet.table} ORDER BY subject_id")
    seconds += copied("supervision_verdict", f"SELECT * FROM supervision_verdict WHERE run_id = {run.pk}")
    return seconds + copied("supervision_bulletin", f"SELECT * FROM supervision_bulletin WHERE id = {bulletin.pk}")


def scan(tables: list[str]) -> float:
    """Seconds to read every row of the tables once, in one process, and see which are known and true on the day."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL enable_indexonlyscan = off")
        began = time.monotonic()
        for table in tables:
            cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass", [table])
            tests = [WANTED[name] for (name,) in cursor.fetchall() if name in WANTED]
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {' AND '.join(tests)}", {"day": AS_OF})
        return time.monotonic() - began


def copied(table: str, rows: str) -> float:
    """Seconds to COPY the rows into an empty table of the same form, with the same keys, and commit."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS floor_copy")
        cursor.execute(f"CREATE TABLE floor_copy (LIKE {table} INCLUDING ALL)")
        held = io.BytesIO()
        cursor.cursor.copy_expert(f"COPY ({rows}) TO STDOUT (FORMAT binary)", held)
        held.seek(0)
        began = time.monotonic()
        cursor.cursor.copy_expert("COPY floor_copy FROM STDIN (FORMAT binary)", held)
        took = time.monotonic() - began
        cursor.execute("DROP TABLE floor_copy")
    return took


def rows(size: str, measured: Measured) -> list[tuple[str, float, str, float, bool]]:
    """(id, value, unit, goal, met) of one size."""
    goal = RATIO_GOALS[size]
    found = [(f"exit.floor_ratio.{size}", round(measured.ratio, 2), "x floor", goal, measured.ratio <= goal)]
    if size == "small":
        found.append(
            ("exit.county_seconds", round(measured.seconds, 2), "s", COUNTY_GOAL, measured.seconds <= COUNTY_GOAL)
        )
    return found


def growth(medium: Measured, large: Measured) -> tuple[str, float, str, float, bool]:
    """How many times longer 1,000,000 households take than 200,000, medians of their runs."""
    times = large.seconds / medium.seconds
    return ("exit.growth", round(times, 2), "x", GROWTH_GOAL, times <= GROWTH_GOAL)


if __name__ == "__main__":
    django.setup()
    result = measure()
    print(f"runs {result.runs} floor {result.floor:.2f} s", *rows(sys.argv[1], result), sep="\n")
