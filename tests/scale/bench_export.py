"""Export bench: a roll of 36,000 persons × 40 columns, against django-import-export's export, in one run.

The peer is a plain ModelResource with default settings over one flat table of the 40 columns, exported as xlsx; it
reads the ID number masked already. Ours is what an officer gets: the columns read from the dated rows in force, the
ID numbers opened and masked, the workbook in the office's form with 导出说明, streamed to a file: once before the peer
and twice after it, of which the one in the middle counts.

    python -m tests.scale.bench_export      (servers and data of its own)
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.scale import own_house, rows

GOAL_RATIO, GOAL_MB = 8.0, 100
ROWS, COLUMNS = 36_000, 40
ROOT = Path(__file__).resolve().parent.parent.parent
# What is shown of a person: 10 columns of the household, 30 of the person.
HOME = (
    *("household_no", "town", "village", "group_name", "head_name", "attr", "poverty_status", "planned_exit_year"),
    *("main_cause", "residence_state"),
)
FLAT = "bench_roll"


def measure(tell: Callable[[str], None] = print) -> list[dict[str, Any]]:
    """Export both ways from the database of DATABASE_URL, which holds a register; returns the recorded rows."""
    fill_flat()
    before, peer = _part("ours"), _part("peer")
    runs = [before, _part("ours"), _part("ours")]
    for run in runs:
        told = f"{run['seconds']:.1f} s, {run['size'] / 1e6:.1f} MB, peak {run['mb']:.0f} MB over {run['idle']:.0f} MB"
        tell(f"export, ours: {told}")
    ours = rows.middle(runs)
    tell(f"export, import-export: {peer['seconds']:.1f} s, peak {peer['mb']:.0f} MB")
    ratio = round(peer["seconds"] / ours["seconds"], 1)
    words = f"≥ {GOAL_RATIO:g} (peer {peer['seconds']:.1f} s, ours {ours['seconds']:.1f} s)"
    peak = f"≤ {GOAL_MB} (the process idle: {ours['idle']:.0f} MB)"
    return [
        rows.record("export.vs_import_export", ratio, "x", words, ratio >= GOAL_RATIO),
        rows.record("export.peak_mb", round(ours["mb"]), "MB", peak, ours["mb"] <= GOAL_MB),
    ]


def columns() -> list[Any]:
    """The 40 columns of the roll."""
    from households.sheets.roll_columns import COLUMNS as ALL

    people = [column for column in ALL.values() if column.is_person and column.code != "member.end_reason"]
    found = [*(ALL[f"household.{key}"] for key in HOME), *people[: COLUMNS - len(HOME)]]
    assert len(found) == COLUMNS
    return found


def _asked() -> tuple[Any, Any]:
    import datetime

    from households.models import HouseholdCard

    cards = HouseholdCard.objects.order_by("village_code", "group_name", "household")[: ROWS // 3]
    return cards, datetime.date(2018, 11, 30)


def ours() -> dict[str, Any]:
    """The roll, from the dated rows to the file."""
    from households.queries.register_rows import How, lines
    from povertycase.exchange import listed
    from povertycase.exchange.paper import Paper

    chosen, (cards, day) = columns(), _asked()
    paper = Paper("人员花名册", tuple(column.head() for column in chosen), left="截止日期：2018年11月30日")
    how = How(day)

    def read() -> Any:
        return lines(cards, [column.cell for column in chosen], how, people=True)

    found = listed.Listed(paper, read, ROWS, "人员花名册", lambda **said: None)
    idle = _peak_mb()
    began = time.monotonic()
    file, number = listed.to_file(found, "xlsx", "bench")
    seconds = time.monotonic() - began
    assert number == ROWS, number
    return {"seconds": seconds, "size": file.seek(0, 2), "mb": _peak_mb(), "idle": idle}


def _model() -> Any:
    from django.db import models

    body: dict[str, Any] = {f"c{at}": models.TextField(blank=True, null=True) for at in range(COLUMNS)}
    body |= {"Meta": type("Meta", (), {"app_label": "povertycase", "db_table": FLAT}), "__module__": __name__}
    return type("BenchRoll", (models.Model,), body)


def fill_flat() -> None:
    """The peer's one flat table: the very cells of the roll."""
    import datetime

    from django.db import connection

    from households.queries.register_rows import How, lines

    flat, chosen, (cards, day) = _model(), columns(), _asked()
    with connection.schema_editor() as editor:
        editor.create_model(flat)
    made = []
    for row in lines(cards, [column.cell for column in chosen], How(day), people=True):
        cells = [value.isoformat() if isinstance(value, datetime.date) else value for value in row[:COLUMNS]]
        made.append(flat(**{f"c{at}": None if value is None else str(value) for at, value in enumerate(cells)}))
    flat.objects.bulk_create(made, batch_size=1_000)


def peer() -> dict[str, Any]:
    """The same cells by import-export as it comes."""
    from import_export import fields, resources
    from import_export.formats.base_formats import XLSX

    flat, chosen = _model(), columns()
    shown = {f"c{at}": fields.Field(attribute=f"c{at}", column_name=one.label) for at, one in enumerate(chosen)}
    meta = type("Meta", (), {"model": flat, "fields": list(shown)})
    plain = type("BenchRollResource", (resources.ModelResource,), {**shown, "Meta": meta})
    began = time.monotonic()
    data = XLSX().export_data(plain().export(flat.objects.order_by("pk")))
    seconds = time.monotonic() - began
    return {"seconds": seconds, "size": len(data), "mb": _peak_mb()}


def _peak_mb() -> float:
    """The most memory this process ever held. Not ru_maxrss: that begins with what the parent held when it forked."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def _part(name: str) -> dict[str, Any]:
    """One part in a process of its own, so that its peak memory is its own."""
    command = [sys.executable, "-m", "tests.scale.bench_export", name]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


PARTS = {"ours": ours, "peer": peer}

if __name__ == "__main__":
    if len(sys.argv) < 2:
        own_house.run(measure, households=12_100)
    else:
        own_house.as_in_an_office()
        own_house.ready()
        print(json.dumps(PARTS[sys.argv[1]]()))
