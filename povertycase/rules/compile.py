"""Rules compiled to SQL over a fact sheet: a verdict is two bit masks and the values judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from povertycase.models import SheetTable
from povertycase.rules import conditions, facts, sheet, versions
from povertycase.rules.conditions import PLAIN, Columns, ConditionError, Given, Node, Values

UNMET, MET, UNKNOWN = 0, 1, 2
OUTCOMES = {UNMET: "unmet", MET: "met", UNKNOWN: "unknown"}
LEVELS = ("household", "village", "county")  # whom a standard judges: the subject of its facts
_BITS = 63  # criteria that a mask of bigint can hold


@dataclass(frozen=True)
class Criterion(Node):
    """One criterion of a standard. Where `applies` is false it is met, with no value (没有适龄儿童)."""

    code: str
    name: str
    gap: str  # the 短板 in words, without amounts: 收入未达标
    node: Node
    value: str  # the fact that is shown and kept
    applies: Node | None = None
    evidence: tuple[str, ...] = ()  # facts that say where the value comes from
    requirement: str = ""  # what the document asks, in its own words
    verified: bool = True
    veto: bool = False  # 一票否决: of a scored standard, must be met whatever the points
    points: Decimal | None = None  # of a scored standard
    registered: str = ""  # "standard.criterion" of households, shown beside a share as 其中:建档立卡户

    def facts(self) -> set[str]:
        return {self.value} | self.node.facts() | (self.applies.facts() if self.applies else set())

    def thresholds(self) -> set[str]:
        return self.node.thresholds()

    def counts(self) -> dict[str, str]:
        return self.node.counts()

    def sql(self, columns: Columns, given: Given = PLAIN) -> str:
        test = self.node.sql(columns, given)
        if self.applies is None:
            return test
        return f"(CASE WHEN {self.applies.sql(columns, given)} IS FALSE THEN TRUE ELSE {test} END)"

    def holds(self, values: Values, given: Given = PLAIN) -> bool | None:
        if self.applies and self.applies.holds(values, given) is False:
            return True
        return self.node.holds(values, given)

    def words(self, given: Given | None = None) -> str:
        return self.node.words(given)

    def unknown_facts(self, values: Values, given: Given = PLAIN) -> list[str]:
        return [] if self.holds(values, given) is not None else self.node.unknown_facts(values, given)

    def value_sql(self, columns: Columns, given: Given) -> str:
        """The value as a number (facts.numeric_sql); NULL where the criterion does not apply."""
        number = facts.numeric_sql(self.value, columns[self.value])
        if self.applies is None:
            return number
        return f"CASE WHEN {self.applies.sql(columns, given)} IS FALSE THEN NULL ELSE {number} END"

    def shown(self, values: Values, given: Given) -> Any:
        """The value that is shown; None where the criterion does not apply or nothing is known."""
        if self.applies and self.applies.holds(values, given) is False:
            return None
        return values.get(self.value)

    def threshold(self, given: Given) -> Any:
        """What the shown value is measured against: a number, a list of codes, True; None where it cannot be said."""
        return _measured(self.node, self.value, given)


@dataclass(frozen=True)
class Standard:
    """An exit standard: every criterion must be met, or of a scored one (pass_points) every veto and enough points."""

    code: str
    name: str
    level: str
    division: str
    criteria: tuple[Criterion, ...]
    document: str
    verified: bool
    sha256: str
    pass_points: Decimal | None = None

    @property
    def subject(self) -> str:
        """What is judged: household, village or county."""
        return self.level

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> "Standard":
        """A standard from its table. Raises ConditionError or KeyError with the place of the mistake."""
        if body["level"] not in LEVELS:
            raise ConditionError(f"标准“{body['code']}”的 level 写法不对：应为 {'、'.join(LEVELS)} 之一。")
        criteria = tuple(_criterion(item) for item in body["criteria"])
        for criterion in criteria:
            conditions.check(criterion, body["level"])
        pass_points = _points(body.get("pass_points"))
        _require_points(body["code"], criteria, pass_points)
        return cls(
            code=body["code"],
            name=body["name"],
            level=body["level"],
            division=body.get("division", ""),
            criteria=criteria,
            document=body.get("document", ""),
            verified=bool(body.get("verified", False)),
            sha256=versions.sha256(body),
            pass_points=pass_points,
        )

    def facts(self) -> set[str]:
        return set().union(*(criterion.facts() for criterion in self.criteria))

    def thresholds(self) -> set[str]:
        return set().union(*(criterion.thresholds() for criterion in self.criteria))

    def criterion(self, code: str) -> Criterion:
        return next(criterion for criterion in self.criteria if criterion.code == code)

    def judge(self, values: Values, given: Given) -> tuple[int, list[bool | None]]:
        """The reference engine: outcome and each criterion's result for one subject's facts."""
        found = [criterion.holds(values, given) for criterion in self.criteria]
        decisive = self._decisive(found)
        if False in decisive:
            return UNMET, found
        return (UNKNOWN if None in decisive else MET), found

    def points_of(self, met: int) -> Decimal | None:
        """The points of the criteria whose bits are set; None for a standard without points."""
        if self.pass_points is None:
            return None
        return sum((one.points or Decimal(0) for n, one in enumerate(self.criteria) if met >> n & 1), Decimal(0))

    def _decisive(self, found: Sequence[bool | None]) -> Sequence[bool | None]:
        """What must all be true: the criteria; of a scored standard the vetoes, and that the points suffice."""
        if self.pass_points is None:
            return found
        pairs = list(zip(self.criteria, found, strict=True))
        sure = sum(one.points or 0 for one, result in pairs if result is True)
        perhaps = sure + sum(one.points or 0 for one, result in pairs if result is None)
        enough = True if sure >= self.pass_points else False if perhaps < self.pass_points else None
        return [*(result for one, result in pairs if one.veto), enough]

    def met_sql(self, tests: Sequence[str]) -> str:
        """Whether the whole standard is met, from each criterion's boolean; NULL = unknown."""
        if self.pass_points is None:
            return " AND ".join(tests)
        pairs = list(zip(self.criteria, tests, strict=True))
        sure, perhaps = (
            " + ".join(f"CASE WHEN {test} IS {how} THEN {one.points} ELSE 0 END" for one, test in pairs if one.points)
            for how in ("TRUE", "NOT FALSE")
        )
        enough = f"CASE WHEN {sure} >= {self.pass_points} THEN TRUE WHEN {perhaps} < {self.pass_points} THEN FALSE END"
        return " AND ".join([*(test for one, test in pairs if one.veto), f"({enough})"])

    def outcome_sql(self, columns: Columns, given: Given) -> str:
        """0 unmet, 1 met, 2 unknown, as an expression over a sheet's columns."""
        every = self.met_sql([criterion.sql(columns, given) for criterion in self.criteria])
        return f"(CASE WHEN ({every}) THEN {MET} WHEN ({every}) IS FALSE THEN {UNMET} ELSE {UNKNOWN} END)"

    def verdict_select(self, table: SheetTable, given: Given) -> str:
        """SELECT subject_id, division_code, members, outcome, met, unmet, values of a sheet's range %(lo)s..%(hi)s.

        met and unmet have bit n set where criterion n is surely met or unmet. Every criterion is decided once.
        members stands there for subjects that have members (households) only.
        """
        columns = sheet.own_columns(table)
        labels = "subject_id, division_code" + (", members" if "members" in columns else "")
        numbers = range(len(self.criteria))
        tests = ", ".join(f"{one.sql(columns, given)} AS c{n}" for n, one in enumerate(self.criteria))
        values = ", ".join(f"{one.value_sql(columns, given)}::numeric" for one in self.criteria)
        met = " | ".join(f"CASE WHEN c{n} THEN {1 << n} ELSE 0 END" for n in numbers)
        unmet = " | ".join(f"CASE WHEN NOT c{n} THEN {1 << n} ELSE 0 END" for n in numbers)
        every = self.met_sql([f"c{n}" for n in numbers])
        return f"""
            SELECT {labels},
                   CASE WHEN {every} THEN {MET} WHEN NOT ({every}) THEN {UNMET} ELSE {UNKNOWN} END AS outcome,
                   ({met})::bigint AS met, ({unmet})::bigint AS unmet, judged
            FROM (SELECT {labels}, ARRAY[{values}] AS judged, {tests}
                  FROM sheet.{table.table} WHERE subject_id BETWEEN %(lo)s AND %(hi)s OFFSET 0) tested
            ORDER BY subject_id
        """


def _criterion(body: Mapping[str, Any]) -> Criterion:
    node = conditions.parse(body["test"])
    return Criterion(
        code=body["code"],
        name=body["name"],
        gap=body["gap"],
        node=node,
        value=body["value"],
        applies=conditions.parse(body["applies"]) if "applies" in body else None,
        evidence=tuple(body.get("evidence", ())),
        requirement=body.get("requirement", ""),
        verified=bool(body.get("verified", True)),
        veto=bool(body.get("veto", False)),
        points=_points(body.get("points")),
        registered=body.get("registered", ""),
    )


def _points(number: Any) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def _require_points(code: str, criteria: Sequence[Criterion], pass_points: Decimal | None) -> None:
    """Points stand in scored standards and only there, and can be reached. Raises ConditionError."""
    total = sum(criterion.points or 0 for criterion in criteria)
    if pass_points is None and total:
        raise ConditionError(f"标准“{code}”的指标有 points，但没有合格分 pass_points，请补上或删去分值。")
    if pass_points is not None and not 0 < pass_points <= total:
        raise ConditionError(f"标准“{code}”的合格分 {pass_points} 应大于 0，且不超过各项分值之和 {total}。")
    if len(criteria) > _BITS:
        raise ConditionError(f"标准“{code}”有 {len(criteria)} 项指标，最多 {_BITS} 项。")


def _measured(node: Node, value: str, given: Given) -> Any:
    if isinstance(node, conditions.Test) and node.fact == value:
        right = [item.value({}, given) for item in node.operands if not item.facts()]
        if node.test in ("one_of", "between"):
            return right
        return right[0] if right else {"is_true": True, "is_false": False, "is_zero": 0}.get(node.test)
    if isinstance(node, conditions.All):
        found = (_measured(inner, value, given) for inner in node.nodes)
        return next((one for one in found if one is not None), None)
    return None
