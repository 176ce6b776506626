"""The reviewed table of doors: which role opens which address, and in which place (trust.md 7.2).

tests/access/doors.csv has a line for every address that is not public: its name, the methods it takes, and a cell for
each role:

    .      closed: 403 (an API path: 403) whatever stands in the address
    *      open, the address names no object
    cewfam open for the objects of these places: c the county's own (or another account's, where things belong to
           accounts), e own village 东胜村, w sibling village 西胜村, f 前屯村 of another town, a another county,
           m one's own; everything else is 404, as if it did not exist
    !ew    403: the role sees the things of these places elsewhere, but may not do this to them
    -      open, but of these objects none is this role's

A role's account is posted to the county, to 东屏镇 or to 东胜村; the helper and the liaison answer for a household there.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from povertycase import slots
from povertycase.access.guards import PUBLIC
from tests.access.test_closed_doors import addresses

TABLE = Path(__file__).parent / "doors.csv"
LETTERS = {"county": "c", "east": "e", "west": "w", "front": "f", "abroad": "a", "mine": "m"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def guarded() -> dict[str, str]:
    """The pattern of every address that is not public, by name."""
    return {name: pattern for pattern, name, _view in addresses() if name not in PUBLIC}


def table() -> dict[str, dict[str, Any]]:
    """The lines of the table by the address's name."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {line["name"]: line for line in csv.DictReader(file)}


def listed() -> list[tuple[str, str]]:
    """Name and pattern of every address that the table knows; one it does not know fails a test of its own."""
    return [(name, pattern) for name, pattern in guarded().items() if name in table()]


def cells(name: str) -> Iterator[tuple[str, str]]:
    """Role and cell of one address."""
    found = table()[name]
    yield from ((role, found[role]) for role in slots.ROLES.codes())
