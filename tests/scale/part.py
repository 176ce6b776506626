"""One part of `make bench`, in its own process on its own database; the last line printed is its result as JSON."""

import json
import os
import sys
from typing import Any

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "povertycase.settings"


def told(words: str) -> None:
    print(f"   {words}", flush=True)


def imports() -> list[dict[str, Any]]:
    """Import against import-export."""
    from povertycase.actions import divisions
    from tests.scale import bench_import
    from tests.scale.import_book import CSV

    divisions.load(rows=divisions.read(CSV), source="bench", by=None)
    return bench_import.measure(told)


def dirty() -> list[dict[str, Any]]:
    """A workbook with all kinds of dirt, and the truth about it."""
    from povertycase.actions import divisions
    from tests.scale import bench_dirty
    from tests.scale.import_book import CSV

    divisions.load(rows=divisions.read(CSV), source="bench", by=None)
    return bench_dirty.measure(told)


def sized(size: str) -> dict[str, Any]:
    """Exit check and bulletin at a size; a list filled in at small; list, file and search at large."""
    from tests.scale import bench_exit, bench_export, bench_fill, bench_month, pages, population

    told(f"{population.SIZES[size]:,} households in {population.fill(population.SIZES[size]):.0f} s")
    measured = bench_exit.measure()
    told(f"check and bulletin {', '.join(f'{run:.2f}' for run in measured.runs)} s, floor {measured.floor:.2f} s")
    found = [[row, value, unit, f"≤ {goal}", met] for row, value, unit, goal, met in bench_exit.rows(size, measured)]
    month = bench_month.measure()
    told(
        f"full run {', '.join(f'{run:.2f}' for run in month.runs)} s, floor {month.floor:.2f} s, {month.memory:.0f} MB"
    )
    found += [[row, value, unit, f"≤ {goal:g}", met] for row, value, unit, goal, met in bench_month.rows(size, month)]
    if size == "small":
        found += [[r["id"], r["value"], r["unit"], r["goal"], r["met"]] for r in bench_fill.measure(told)]
        found += [[r["id"], r["value"], r["unit"], r["goal"], r["met"]] for r in bench_export.measure(told)]
    if size == "large":
        found += [[r["id"], r["value"], r["unit"], f"≤ {r['goal']:g}", r["met"]] for r in pages.rows()]
    return {"runs": measured.runs, "floor": measured.floor, "month": month.seconds, "rows": found}


if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)
    part = sys.argv[1]
    alone = {"import": imports, "dirty": dirty}
    print(json.dumps(alone[part]() if part in alone else sized(part), ensure_ascii=False))
