"""Facts counted over members, as drawn in member-facts.txt: what is not known of one is not known of the household."""

from pathlib import Path
from typing import Any

import pytest

from povertycase.rules import facts, sheet
from tests.exit_county import TODAY, county, household, member

__all__ = ["county"]
pytestmark = pytest.mark.django_db
DRAWN = Path(__file__).parent / "member-facts.txt"
WORDS = {"true": True, "false": False, "-": None}
# Texts that are empty, not NULL, where nothing was collected.
TEXTS = {"labour", "education", "work_place", "public_post_type"}


def drawn() -> list[tuple[str, list[dict[str, Any]], Any]]:
    """(fact, conditions of each member, value) of every line."""
    lines = [line for line in DRAWN.read_text(encoding="utf-8").splitlines() if not line.startswith("#")][1:]
    found = []
    for line in lines:
        code, members, value = (cell.strip() for cell in line.split("|"))
        found.append((code, [_condition(told) for told in members.split(";")], _value(value)))
    return found


def _condition(told: str) -> dict[str, Any]:
    pairs = (pair.split("=") for pair in told.split())
    return {name: _cell(name, value) for name, value in pairs}


def _cell(name: str, value: str) -> Any:
    if name in TEXTS:
        return "" if value == "-" else value
    if name == "health" and value != "-":
        return value.split(",")
    return _value(value)


def _value(value: str) -> Any:
    return WORDS.get(value) if value in WORDS else int(value)


def test_every_line_is_counted_as_drawn(county):
    lines, homes = drawn(), {}
    for number, (_code, members, _value) in enumerate(lines, 1):
        home = household(number, people=0, income=False)
        homes[home.household_no] = number - 1
        for place, condition in enumerate(members):
            member(home, place, **condition)
    table = sheet.create("household", as_of=TODAY, codes=sorted({code for code, *_rest in lines}))
    for lo, hi in sheet.chunks(table):
        sheet.fill(table, lo, hi)
    wrong = []
    for row in sheet.rows(table):
        code, members, expected = lines[homes[row["household_no"]]]
        if row[code] != expected:
            wrong.append(f"{code} {members}: {row[code]}, drawn {expected}")
    assert not wrong, "\n".join(wrong)


def test_every_drawn_fact_says_what_not_knowing_means_when_it_can_be_unknown():
    unknown = {code for code, _members, value in drawn() if value is None}
    assert all(facts.get(code).unknown for code in unknown)
