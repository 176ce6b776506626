"""The right-hand side of a test: a constant, a dated threshold, a fact, a sum of facts, a part of the day judged on."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from povertycase.rules import words
from povertycase.rules.facts import Fact, get

AS_OF_PARTS = ("year", "month", "date")


class Operand:
    """A value to test against: SQL, Python and words."""

    def facts(self) -> set[str]:
        return set()

    def thresholds(self) -> set[str]:
        return set()

    def sql(self, columns: Mapping[str, str], given: Any) -> str:
        raise NotImplementedError

    def value(self, values: Mapping[str, Any], given: Any) -> Any:
        raise NotImplementedError

    def words(self, fact: Fact | None, given: Any) -> str:
        raise NotImplementedError


@dataclass(frozen=True)
class Constant(Operand):
    """A number, a code or a day written in the rule itself."""

    content: Any

    def sql(self, columns: Mapping[str, str], given: Any) -> str:
        return literal(self.content)

    def value(self, values: Mapping[str, Any], given: Any) -> Any:
        return self.content

    def words(self, fact: Fact | None, given: Any) -> str:
        shown = fact.value_label(self.content) if fact else self.content
        return words.with_unit(shown, fact.unit if fact else "")


@dataclass(frozen=True)
class ThresholdOf(Operand):
    """A dated threshold, or some times of it; a day without a line makes the condition unknown."""

    name: str
    times: Decimal | None = None

    def thresholds(self) -> set[str]:
        return {self.name}

    def sql(self, columns: Mapping[str, str], given: Any) -> str:
        number = self.value({}, given)
        return "NULL::numeric" if number is None else f"{number}::numeric"

    def value(self, values: Mapping[str, Any], given: Any) -> Any:
        number = given.thresholds.get(self.name)
        return number if number is None or self.times is None else number * self.times

    def words(self, fact: Fact | None, given: Any) -> str:
        line = words.of_threshold(self.name, given.thresholds.get(self.name) if given else None)
        return line if self.times is None else words.times(line, self.times)


@dataclass(frozen=True)
class SumOf(Operand):
    """One fact, or several added up; unknown when one of them is."""

    codes: tuple[str, ...]

    def facts(self) -> set[str]:
        return set(self.codes)

    def sql(self, columns: Mapping[str, str], given: Any) -> str:
        return "(" + " + ".join(columns[code] for code in self.codes) + ")"

    def value(self, values: Mapping[str, Any], given: Any) -> Any:
        found = [values.get(code) for code in self.codes]
        if None in found:
            return None
        return found[0] if len(found) == 1 else sum(found)

    def words(self, fact: Fact | None, given: Any) -> str:
        return " + ".join(str(get(code).label) for code in self.codes)


@dataclass(frozen=True)
class AsOf(Operand):
    """The day judged on, or its year or month as a number."""

    part: str

    def sql(self, columns: Mapping[str, str], given: Any) -> str:
        return literal(self.value({}, given))

    def value(self, values: Mapping[str, Any], given: Any) -> Any:
        return given.as_of if self.part == "date" else getattr(given.as_of, self.part)

    def words(self, fact: Fact | None, given: Any) -> str:
        return words.of_day(self.part, given.as_of if given else None)


def operand(body: Any) -> Operand:
    """An operand from its TOML or JSON form. Raises ValueError for anything else."""
    if isinstance(body, Mapping):
        if body.keys() == {"threshold", "times"}:
            return ThresholdOf(str(body["threshold"]), Decimal(str(body["times"])))
        key, content = next(iter(body.items())) if len(body) == 1 else ("", None)
        if key == "threshold":
            return ThresholdOf(str(content))
        if key == "fact":
            return SumOf((str(content),))
        if key == "sum":
            return SumOf(tuple(content or ()))
        if key == "as_of" and content in AS_OF_PARTS:
            return AsOf(content)
        raise ValueError(f"“{body}”写法不对：应为常数、{{threshold}}（可加 times）、{{fact}}、{{sum}} 或 {{as_of}}。")
    if isinstance(body, float):
        return Constant(Decimal(str(body)))
    if isinstance(body, str) and len(body) == 10 and body[4] == body[7] == "-":
        return Constant(datetime.date.fromisoformat(body))
    return Constant(body)


def literal(value: Any) -> str:
    """A constant as SQL text, safe to stand in a statement with parameters (per cent signs doubled)."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, datetime.date):
        return f"DATE '{value:%Y-%m-%d}'"
    text = str(value).replace("'", "''").replace("%", "%%").replace("\\", "")
    return f"'{text}'"
