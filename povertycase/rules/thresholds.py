"""Dated thresholds 标准线: a value per day and division, with the document that sets it."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from povertycase.models import RuleVersion
from povertycase.rules import cautions, versions
from povertycase.rules.cautions import Caution
from povertycase.rules.conditions import Given


@dataclass(frozen=True)
class Threshold:
    """A value in force: number, unit, the document that sets it, whether that document was checked."""

    name: str
    label: str
    value: Decimal
    unit: str
    document: str
    verified: bool

    def used(self) -> dict[str, Any]:
        """As it is stored with a verdict or a figure."""
        return {
            "label": self.label,
            "value": str(self.value),
            "unit": self.unit,
            "document": self.document,
            "verified": self.verified,
        }


def at(
    name: str, day: datetime.date, division: str = "", *, among: Iterable[RuleVersion] | None = None
) -> Threshold | None:
    """The threshold in force on a day for a division; None where no line is set for it.

    A line for a nearer division goes before one for the whole country; a version that has no line for the day leaves
    it to the next one above. among: as versions.in_force has it.
    """
    for version in versions.nearest_first("threshold", name, day, division, among=among):
        line = _line(version.body, day, division)
        if line is not None:
            return Threshold(
                name=name,
                label=version.body["name"],
                value=Decimal(str(line["value"])),
                unit=version.body.get("unit", ""),
                document=line.get("document", version.body.get("document", "")),
                verified=bool(line.get("verified", False)),
            )
    return None


def _line(body: Mapping[str, Any], day: datetime.date, division: str) -> Mapping[str, Any] | None:
    fitting = [
        line
        for line in body["values"]
        if line["from"] <= day.isoformat() <= line.get("to", "9999") and division.startswith(line.get("division", ""))
    ]
    return max(fitting, key=lambda line: (len(line.get("division", "")), line["from"]), default=None)


def lines(version: RuleVersion) -> list[Mapping[str, Any]]:
    """All lines of a threshold as one of its versions leaves them: its own, then those above that it does not replace."""
    own = list(version.body["values"])
    if not version.division_code:
        return own
    taken = {(line.get("division", ""), line["from"]) for line in own}
    above = [one for one in versions.shipped("threshold") if one["code"] == version.code]
    return [
        *own,
        *(line for one in above for line in one["values"] if (line.get("division", ""), line["from"]) not in taken),
    ]


def given(
    names: Iterable[str], as_of: datetime.date, division: str = "", *, among: Iterable[RuleVersion] | None = None
) -> tuple[Given, dict[str, dict[str, Any]], list[Caution]]:
    """What conditions are judged with on a day: (Given, thresholds as used, cautions for staff)."""
    values: dict[str, Decimal | None] = {}
    used: dict[str, dict[str, Any]] = {}
    warnings = []
    for name in sorted(names):
        line = at(name, as_of, division, among=among)
        values[name] = line.value if line else None
        label = label_of(name)
        if line is None:
            warnings.append(cautions.caution("threshold_missing", year=as_of.year, label=label))
            continue
        used[name] = line.used()
        if not line.verified:
            warnings.append(cautions.of_threshold(label, line.used()))
    return Given(as_of, values), used, warnings


def again(used: dict[str, dict[str, Any]], names: Iterable[str], as_of: datetime.date) -> Given:
    """The same Given from what was stored: a later line never changes an old verdict."""
    return Given(as_of, {name: Decimal(used[name]["value"]) if name in used else None for name in names})


def label_of(name: str) -> str:
    """The threshold's name in words, from its shipped file."""
    return next((body["name"] for body in versions.shipped("threshold") if body["code"] == name), name)
