"""What a filled county holds, beside what the table of sizes (supervision/demo/frame.py) says of it.

`python -m tests.county_sizes` compares the county of DATA and COUNTY, beside `make run` or alone.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg2

from povertycase.launch import alone
from povertycase.launch.installation import PROJECT, here
from supervision.demo.frame import AS_OF, COUNTIES, MONTH_BEFORE, Frame

THERE = "true_from <= %(day)s AND (true_to IS NULL OR true_to >= %(day)s) AND superseded_at IS NULL"
COUNTS = {
    "households": "SELECT count(*) FROM households_household",
    "members": f"SELECT count(*) FROM households_membership WHERE {THERE}",
    "paired households": f"SELECT count(DISTINCT household_id) FROM households_pairing WHERE {THERE}",
    "helpers": f"SELECT count(DISTINCT cadre_id) FROM households_pairing WHERE {THERE}",
    "cadres": "SELECT count(*) FROM households_cadre",
    "units": "SELECT count(*) FROM households_unit",
    "first secretaries": f"SELECT count(*) FROM households_posting WHERE role = 'first_secretary' AND {THERE}",
    "team members": f"SELECT count(*) FROM households_posting WHERE role = 'team_member' AND {THERE}",
    "poor villages": "SELECT count(DISTINCT division_id) FROM households_villagerecord WHERE is_poor",
    "base of the incidences": "SELECT rural_registered_pop FROM households_villagerecord"
    " WHERE division_id = %(county)s ORDER BY true_from DESC LIMIT 1",
    "accounts of first secretaries": "SELECT count(*) FROM povertycase_post WHERE role = 'first_secretary'",
    "drafts of the month before": "SELECT count(*) FROM supervision_bulletin"
    " WHERE state = 'draft' AND month = %(month)s",
}
COHORTS = f"""
    SELECT CASE WHEN s.exit_year IS NOT NULL THEN s.exit_year::text
                WHEN s.planned_exit_year IS NOT NULL THEN 'planned' ELSE 'unplanned' END, count(*), sum(m.members)
    FROM (SELECT DISTINCT ON (household_id) * FROM households_householdstatus WHERE superseded_at IS NULL
          AND true_from <= %(day)s ORDER BY household_id, true_from DESC, id DESC) s
    JOIN (SELECT household_id, count(*) AS members FROM households_membership WHERE {THERE} GROUP BY 1) m
      USING (household_id)
    GROUP BY 1 ORDER BY 1"""
RENOVATED = """
    SELECT count(*) FROM (SELECT DISTINCT ON (household_id) renovated_year FROM households_housingappraisal
    WHERE superseded_at IS NULL AND true_from <= %(day)s ORDER BY household_id, true_from DESC, id DESC) h
    WHERE renovated_year IS NOT NULL"""
# Every section of a household file has something in it for the county as a whole.
SECTIONS = (
    *(f"households_{name}" for name in ("residence", "cause", "personcondition", "income", "livingobservation")),
    *(f"households_{name}" for name in ("housingappraisal", "waterappraisal", "legalsupporter", "pairing")),
    *("assistance_visit", "assistance_measure"),
)


def wanted(frame: Frame) -> dict[str, Any]:
    """The figures that the table promises."""
    planned = frame.meeting.members + frame.staying.members
    met, unmet, unknown = frame.planned - frame.october_unmet - frame.october_unknown, frame.october_unmet, 0
    return {
        "households": frame.households,
        "members": frame.members,
        "paired households": frame.households,
        "helpers": frame.cadres,
        "cadres": frame.cadres,
        "units": frame.units,
        "first secretaries": frame.first_secretaries,
        "team members": frame.team_members,
        "poor villages": frame.poor_villages,
        "base of the incidences": frame.denominator,
        "accounts of first secretaries": frame.first_secretaries,
        "drafts of the month before": 1,
        "cohorts": {
            **{str(year): (block.households, block.members) for year, block in frame.exited},
            "planned": (frame.planned, planned),
            "unplanned": (frame.unplanned.households, frame.unplanned.members),
        },
        "renovated": frame.renovated,
        "incidences": [float(incidence) for _, incidence in frame.incidences],
        "empty sections": [],
        "November": {"met": frame.meeting.households, "unmet": frame.staying.households, "unknown": unknown},
        "October": {"met": met, "unmet": unmet, "unknown": frame.october_unknown},
        "November, unplanned": {"met": 0, "unmet": frame.unplanned.households, "unknown": 0},
    }


def held(frame: Frame, folder: Path) -> dict[str, Any]:
    """The same figures as the database of this installation has them; `folder` takes the results of the checks."""
    given = {"day": AS_OF, "county": f"{frame.code}000000", "month": f"{MONTH_BEFORE:%Y-%m}"}
    line = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        with line, line.cursor() as cursor:

            def ask(sql: str) -> list[tuple[Any, ...]]:
                cursor.execute(sql, given)
                return list(cursor.fetchall())

            found: dict[str, Any] = {name: ask(sql)[0][0] for name, sql in COUNTS.items()}
            found["cohorts"] = {cohort: (count, int(members)) for cohort, count, members in ask(COHORTS)}
            found["renovated"] = ask(RENOVATED)[0][0]
            found["incidences"] = [
                float(row[0])
                for row in ask(
                    "SELECT incidence FROM households_villagerecord WHERE division_id = %(county)s ORDER BY true_from"
                )
            ]
            found["empty sections"] = [
                name for name in SECTIONS if not ask(f"SELECT EXISTS (SELECT FROM {name})")[0][0]
            ]
    finally:
        line.close()
    found["November"] = _judged(AS_OF, "planned", folder)
    found["October"] = _judged(MONTH_BEFORE, "planned", folder)
    found["November, unplanned"] = _judged(AS_OF, "unplanned", folder)
    return found


def _judged(day: Any, population: str, folder: Path) -> dict[str, int]:
    """What the command tells of a population under the national standard."""
    file = folder / f"{population}-{day}.jsonl"
    words = ("check_exit", "--standard", "national-household", "--as-of", str(day), "--population", population)
    subprocess.run([sys.executable, "manage.py", *words, "--json", str(file)], cwd=PROJECT, check=True)
    outcomes = [json.loads(line)["outcome"] for line in file.read_text(encoding="utf-8").splitlines()]
    return {word: outcomes.count(word) for word in ("met", "unmet", "unknown")}


def main() -> int:
    """Print every figure that differs; 0 when none does."""
    frame = COUNTIES[os.environ.get("COUNTY", "220821")]
    place = here()
    with alone.servers(place):
        there, table = held(frame, place.run), wanted(frame)
    for name in table:
        print("same     " if there[name] == table[name] else "DIFFERENT", name, there[name], table[name])
    return int(there != table)


if __name__ == "__main__":
    sys.exit(main())
