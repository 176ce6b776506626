"""The main job in a house that may be killed: a few villages come in, are checked and reported; what it left behind.

Each phase is asked for at once and done by the worker; `House.python` runs the asking.
"""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from tests.faults.harness import House

APP = "tests.faults.main_app"
# By whom the household, person, cadre or unit of a row is known outside this database.
NAMES = {
    "household_id": "SELECT id, household_no FROM households_household",
    "person_id": "SELECT id, concat_ws('/', person_no, name, birth_date, encode(id_index, 'hex')) FROM households_person",
    "cadre_id": "SELECT id, cadre_no FROM households_cadre",
    "unit_id": "SELECT id, name FROM households_unit",
}
# Moments, ciphertexts (never twice the same) and numbers that a database deals out are no part of the content.
LEFT_OUT = {"id", "event_id", "superseded_by_id", "run_id", "job_id", "duplicate_id"}
PLACES = """
from django.core.management import call_command
from povertycase.rules import versions
call_command("load_divisions", verbosity=0)
versions.ensure_shipped()
"""
TAKE_IN = """
import datetime, pathlib
from povertycase.actions import imports
for file in sorted(pathlib.Path({folder!r}).glob("*.xlsx")):
    imports.take_in(kind="register", name=file.name, data=file.read_bytes(), business_date=datetime.date(2018, 11, 30), by=None)
"""
CONFIRM = """
from povertycase.actions import imports
from povertycase.models import ImportBatch
for batch in ImportBatch.objects.order_by("pk"):
    imports.confirm(batch=batch, by=None)
"""
LIFE = """
import datetime, pathlib, pickle
from households.actions import villages
from supervision.demo import announced, copying
county = pickle.loads(pathlib.Path({pickle!r}).read_bytes())
day = datetime.date(2018, 11, 30)
villages.announce(records=announced.records(county), source="test", entered_on=day, by=None)
copying.copy_all(county, day, lambda done, all_of: None, processes=1)
"""
CHECK = """
import datetime
from povertycase.models import Division
from supervision.actions import exit_runs
place = Division.objects.get(code="220821000000")
for standard in ("national-household", "guangxi-household-2018"):
    for population in ("planned", "unplanned", "exited", "all"):
        day = datetime.date(2018, 10 if population == "all" else 11, 30)
        exit_runs.start(standard=standard, as_of=day, division=place, population=population, by=None)
"""
DRAFT = """
import datetime
from povertycase.models import Division
from povertycase.periods import Month
from supervision.actions import bulletins
place = Division.objects.get(code="220821000000")
for month in range(6, 11):
    bulletins.start(month=Month(2018, month), division=place, on=datetime.date(2018, 11, 30), by=None)
"""
RESULTS = """
import json
from supervision.models import Bulletin, ExitRun
from supervision.queries import verdicts
for run in ExitRun.objects.order_by("standard__code", "as_of", "population"):
    print(run.standard.code, run.as_of, run.population, json.dumps(run.counts, sort_keys=True))
    for item in verdicts.objects(run):
        print(json.dumps(item, ensure_ascii=False))
for bulletin in Bulletin.objects.order_by("month"):
    print(bulletin.month, bulletin.state, json.dumps(bulletin.figures, sort_keys=True, ensure_ascii=False))
"""
PHASES = ("读取", "写入", "预审", "通报")


class MainJob:
    """One run of the main job in a house; `ask(phase)` puts a phase on the list."""

    def __init__(self, house: House, material: Path, like: "MainJob | None" = None) -> None:
        self.house = house
        self.material = material
        if like:
            # The same keys, so that blind indexes can be compared.
            shutil.copytree(like.house.place.data / "keys", house.place.data / "keys", dirs_exist_ok=True)

    def prepare(self) -> None:
        """Places and rules."""
        self.house.python(PLACES)

    def ask(self, phase: str) -> None:
        asked = {
            "读取": TAKE_IN.format(folder=str(self.material / "workbooks")),
            "写入": CONFIRM,
            "预审": LIFE.format(pickle=str(self.material / "county.pickle")) + CHECK,
            "通报": DRAFT,
        }
        self.house.python(asked[phase])

    def running(self) -> bool:
        """Is somebody at work on a job just now?"""
        sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7301"
        return self.house.rows(sql)[0][0] > 0

    def results(self) -> str:
        """Every verdict and every figure, as text without any moment."""
        return self.house.python(RESULTS)

    def events(self) -> list[tuple[Any, ...]]:
        return self.house.rows("SELECT kind, about, count(*) FROM povertycase_auditevent GROUP BY 1, 2 ORDER BY 1, 2")

    def tables(self) -> dict[str, tuple[int, str]]:
        """Rows and digest of the content of every table of the register, of life in it, and of the verdicts."""
        found = self.house.rows(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            " AND (table_name ~ '^(households|assistance)_' OR table_name = 'supervision_verdict') ORDER BY 1"
        )
        names = {column: dict(self.house.rows(sql)) for column, sql in NAMES.items()}
        return {table: self._content(table, names) for (table,) in found}

    def _content(self, table: str, names: dict[str, dict[int, str]]) -> tuple[int, str]:
        kept = self.house.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
            " AND data_type <> 'timestamp with time zone' AND (data_type <> 'bytea' OR column_name ~ '_index$')"
            " ORDER BY ordinal_position",
            table,
        )
        columns = [name for (name,) in kept if name not in LEFT_OUT and not name.startswith("pgh_")]
        known = [names.get(column) for column in columns]
        rows = self.house.rows(f"SELECT {', '.join(columns)} FROM {table}")
        texts = [
            json.dumps(
                [name[value] if name and value else _plain(value) for name, value in zip(known, row, strict=True)]
            )
            for row in rows
        ]
        return len(texts), hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()


def _plain(value: Any) -> str:
    """A value of a column as text."""
    return bytes(value).hex() if isinstance(value, memoryview) else str(value)
