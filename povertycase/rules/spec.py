"""Drawn tables 判断示例: small examples of facts with the expected outcome, read by tests and printed for staff.

A file holds tables of one standard:
    == income
    net_income_per_capita | line:poverty_line | outcome
    3535.01               | 3535              | met
    -                     | 3535              | unknown
A dash is a fact that is not known; facts that are not named are not known either. Tables of checks end in hit, no hit
or unknown, those of indicators in counted, not counted or unknown. A check's column “each member” draws persons:
labour=none, age=30; age=- (nobody: an empty household).
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from povertycase.rules import facts

OUTCOMES = {"met": True, "unmet": False, "unknown": None, "hit": True, "no hit": False}
OUTCOMES |= {"counted": True, "not counted": False}
_LINE, PERSONS, NOBODY = "line:", "each member", "nobody"


@dataclass(frozen=True)
class Example:
    """One row: the facts, the thresholds in force, the outcome expected."""

    values: Mapping[str, Any]
    lines: Mapping[str, Decimal | None]
    outcome: str


@dataclass(frozen=True)
class Table:
    """The examples of one criterion, with its columns as drawn."""

    criterion: str
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]

    def examples(self) -> Iterator[Example]:
        """The rows as values. Raises ValueError for an outcome that is none."""
        for row in self.cells:
            cells = dict(zip(self.columns, row, strict=True))
            outcome = cells.pop("outcome")
            if outcome not in OUTCOMES:
                raise ValueError(f"{self.criterion}: outcome {outcome}")
            lines = {name.removeprefix(_LINE): _number(cell) for name, cell in cells.items() if name.startswith(_LINE)}
            drawn = {name: cell for name, cell in cells.items() if not name.startswith(_LINE)}
            persons = {"members_list": _persons(drawn.pop(PERSONS))} if PERSONS in drawn else {}
            values = {**{name: value_of(name, cell) for name, cell in drawn.items()}, **persons}
            yield Example(values, lines, outcome)


def read(path: Path) -> list[Table]:
    """The tables of a file, in its order."""
    found: list[Table] = []
    for part in path.read_text(encoding="utf-8").split("\n== ")[1:]:
        name, header, *rows = [line for line in part.splitlines() if line.strip() and not line.startswith("#")]
        found.append(Table(name.strip(), _cells(header), tuple(_cells(row) for row in rows)))
    return found


def value_of(code: str, cell: str) -> Any:
    """A cell as the value of a fact."""
    kind = facts.get(code).type
    if cell == "-":
        return None
    if kind == "bool":
        return {"true": True, "false": False}[cell]
    if kind == "int":
        return int(cell)
    if kind == "date":
        return datetime.date.fromisoformat(cell)
    return Decimal(cell) if kind == "numeric" else cell


def _persons(cell: str) -> list[dict[str, Any]]:
    """The facts of each person drawn in a cell."""
    drawn = [] if cell == NOBODY else [person.split(",") for person in cell.split(";")]
    pairs = [[item.strip().partition("=") for item in person] for person in drawn]
    return [{name: value_of(name, value) for name, _is, value in person} for person in pairs]


def _number(cell: str) -> Decimal | None:
    return None if cell == "-" else Decimal(cell)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split("|"))
