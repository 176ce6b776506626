"""Dirty workbook bench: 20,000 rows with all kinds of dirt and one to six faults a row, from file to applied.

Every planted fault must be reported with sheet, row, column and code, none besides; the good households go in.

    python -m tests.scale.bench_dirty
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.scale import own_house, rows

ROWS, SEED = 20_000, 2018
GOAL_SECONDS, GOAL_MB = 60, 500
ROOT = Path(__file__).resolve().parent.parent.parent


def measure(tell: Callable[[str], None] = print) -> list[dict[str, Any]]:
    """Import the workbook into the empty register of DATABASE_URL in a process of its own; the recorded rows."""
    with tempfile.TemporaryDirectory() as folder:
        book, told = Path(folder) / "dirty.xlsx", Path(folder) / "told.json"
        _part("book", book, told)
        _part("ours", book, told)
        found = json.loads(told.read_text(encoding="utf-8"))
        _part("hostile", book, told)
        slowest = json.loads(told.read_text(encoding="utf-8"))
    tell(f"hostile files: {slowest['files']}, slowest {slowest['seconds']:.1f} s ({slowest['code']})")
    tell(f"{found['rows']:,} rows, {found['planted']:,} faults: {found['seconds']:.1f} s, peak {found['mb']:.0f} MB")
    words = f"≤ {GOAL_SECONDS} ({found['rows']:,} rows, {found['planted']:,} faults)"
    return [
        rows.record("dirty.seconds", round(found["seconds"], 1), "s", words, found["seconds"] <= GOAL_SECONDS),
        rows.record("dirty.peak", round(found["mb"]), "MB", f"≤ {GOAL_MB}", found["mb"] <= GOAL_MB),
        rows.record("dirty.missed", found["missed"], "faults", "= 0", found["missed"] == 0),
        rows.record("dirty.false", found["false"], "findings", "= 0", found["false"] == 0),
    ]


def _part(name: str, book: Path, told: Path) -> None:
    command = [sys.executable, "-m", "tests.scale.bench_dirty", name, str(book), str(told)]
    subprocess.run(command, cwd=ROOT, env=os.environ, check=True)


def write(book: Path, told: Path) -> None:
    """Write the workbook; its memory is not the import's."""
    from tests.dirt.generator import make

    book.write_bytes(make(SEED, ROWS)[0])


def ours(book: Path, told: Path) -> None:
    """The file as an officer brings it in; judged when the clock has stopped."""
    import datetime

    from povertycase import jobs
    from povertycase.actions import imports

    began = time.monotonic()
    batch = imports.take_in(
        kind="register", name=book.name, data=book.read_bytes(), business_date=datetime.date(2018, 11, 30), by=None
    )
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    assert batch.state == "checked", batch.refusal
    batch = imports.confirm(batch=batch, by=None)
    job = jobs.run_to_end(batch.job)
    seconds = time.monotonic() - began
    batch.refresh_from_db()
    assert batch.state == "applied", job.error
    used = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    told.write_text(json.dumps({"seconds": seconds, "mb": sum(used) / 1024, **_judged(batch)}), encoding="utf-8")


def hostile(book: Path, told: Path) -> None:
    """The corpus of hostile files, one after the other: how long the slowest took to be answered."""
    import datetime

    from povertycase import jobs
    from povertycase.actions import imports
    from povertycase.exchange.files import FileRefused
    from tests.dirt.hostile import CASES

    slowest = (0.0, "")
    for case in CASES:
        data, began = case.build(), time.monotonic()
        try:
            batch = imports.take_in(
                kind="register", name=case.name, data=data, business_date=datetime.date(2018, 11, 30), by=None
            )
            jobs.run_to_end(batch.job)
        except FileRefused:
            pass
        slowest = max(slowest, (time.monotonic() - began, case.code))
    told.write_text(json.dumps({"files": len(CASES), "seconds": slowest[0], "code": slowest[1]}), encoding="utf-8")


def _judged(batch: Any) -> dict[str, int]:
    from households.models import Household, Membership
    from tests.dirt.generator import make
    from tests.dirt.judge import judge

    truth = make(SEED, ROWS)[1]
    verdict = judge(batch, truth)
    for words, spots in (("missed", verdict.missed), ("false", verdict.false)):
        for spot in spots[:10]:
            print(f"   {words}: {spot}", file=sys.stderr)
    assert Household.objects.count() == truth.households - len(truth.refused), "good households stayed out"
    assert Membership.objects.count() == truth.persons, "good persons stayed out"
    counted = {"missed": len(verdict.missed), "false": len(verdict.false)}
    return {"rows": truth.rows, "planted": verdict.planted, **counted}


PARTS = {"book": write, "ours": ours, "hostile": hostile}

if __name__ == "__main__":
    if len(sys.argv) < 4:
        own_house.run(measure)
    else:
        own_house.ready()
        PARTS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
