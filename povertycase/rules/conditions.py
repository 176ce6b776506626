"""Conditions over facts: a closed set of tests, three-valued, each in SQL, in Python and in words.

A condition is a table of a TOML or JSON rule:
    {fact = "house_grade", one_of = ["A", "B"]}                     a test of one fact
    {fact = "net_income_per_capita", above = {threshold = "poverty_line"}}
    {fact = "returned_forest_mu", above = {sum = ["forest_mu", "pasture_mu"]}}
    {fact = "planned_exit_year", one_of = [{as_of = "year"}]}
    {age_of = "birth_date", at_least = 16}    {months_since = "doctor_signed_on", at_most = 12}
    {all = […]}  {any = […]}                                        at most one inside another
    {members = {where = […]}, at_least = 1}                         how many members fulfil all of `where`

Unknown (NULL, None) is a third value: `all` is false if one is false, otherwise unknown if one is unknown
(Kleene's logic, which is SQL's own). `holds` is the slow reference that the SQL must agree with.
"""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from povertycase import periods
from povertycase.rules import facts, member_counts, words
from povertycase.rules.operands import Operand, literal, operand

TESTS = (
    "above",
    "at_least",
    "at_most",
    "below",
    "is_true",
    "is_false",
    "is_zero",
    "one_of",
    "between",
    "before",
    "after",
    "is_known",
    "is_unknown",
)
COUNT_TESTS = ("above", "at_least", "at_most", "below", "is_zero")  # monotone: decidable with unknown members
_COMPARED = {"above": ">", "at_least": ">=", "at_most": "<=", "below": "<", "before": "<", "after": ">"}
_LEFT = ("fact", "age_of", "months_since")

Columns = Mapping[str, str]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Given:
    """What conditions need beside facts: the day judged on and the thresholds of that day (None = no line set)."""

    as_of: datetime.date = datetime.date.min
    thresholds: Mapping[str, Decimal | None] = field(default_factory=dict)


PLAIN = Given()  # for conditions that ask neither the day nor a threshold


class ConditionError(ValueError):
    """A rule that cannot be read; the sentence says where and what to do."""


class Node:
    """A condition. `sql` gives a boolean expression, `holds` True, False or None."""

    def facts(self) -> set[str]:
        raise NotImplementedError

    def thresholds(self) -> set[str]:
        raise NotImplementedError

    def counts(self) -> dict[str, str]:
        """Member counts it needs as columns of the sheet: column code -> conditions on a member, as JSON."""
        return {}

    def sql(self, columns: Columns, given: Given = PLAIN) -> str:
        raise NotImplementedError

    def holds(self, values: Values, given: Given = PLAIN) -> bool | None:
        raise NotImplementedError

    def words(self, given: Given | None = None) -> str:
        """The condition as staff read it, in the language in force."""
        raise NotImplementedError

    def unknown_facts(self, values: Values, given: Given = PLAIN) -> list[str]:
        """The facts whose absence keeps this condition unknown (empty when it is decided)."""
        raise NotImplementedError


@dataclass(frozen=True)
class Around(Node):
    """A condition made of one other; it asks what that one asks."""

    inner: Node

    def facts(self) -> set[str]:
        return self.inner.facts()

    def thresholds(self) -> set[str]:
        return self.inner.thresholds()

    def counts(self) -> dict[str, str]:
        return self.inner.counts()


@dataclass(frozen=True)
class Test(Node):
    """One fact against a constant, a threshold, another fact or a sum of facts."""

    fact: str
    test: str
    operands: tuple[Operand, ...] = ()
    left: str = "fact"

    def facts(self) -> set[str]:
        return {self.fact}.union(*(item.facts() for item in self.operands))

    def thresholds(self) -> set[str]:
        return set().union(*(item.thresholds() for item in self.operands))

    def sql(self, columns: Columns, given: Given = PLAIN) -> str:
        left = self._left_sql(columns[self.fact], given)
        right = [item.sql(columns, given) for item in self.operands]
        return _test_sql(self.test, left, right)

    def holds(self, values: Values, given: Given = PLAIN) -> bool | None:
        left = self._left_value(values.get(self.fact), given)
        return _test_holds(self.test, left, [item.value(values, given) for item in self.operands])

    def words(self, given: Given | None = None) -> str:
        fact = facts.get(self.fact)
        right = [item.words(fact, given) for item in self.operands]
        return words.of_test(self.left, fact, self.test, right)

    def unknown_facts(self, values: Values, given: Given = PLAIN) -> list[str]:
        if self.holds(values, given) is not None:
            return []
        return [code for code in sorted(self.facts()) if values.get(code) is None]

    def _left_sql(self, column: str, given: Given) -> str:
        if self.left == "age_of":
            return f"extract(year from age({literal(given.as_of)}::timestamp, {column}::timestamp))::int"
        if self.left == "months_since":
            span = f"age({literal(given.as_of)}::timestamp, {column}::timestamp)"
            return f"(extract(year from {span}) * 12 + extract(month from {span}))::int"
        return column

    def _left_value(self, value: Any, given: Given) -> Any:
        if value is None or self.left == "fact":
            return value
        if self.left == "age_of":
            return periods.age_on(value, given.as_of)
        return (given.as_of.year - value.year) * 12 + given.as_of.month - value.month - (given.as_of.day < value.day)


@dataclass(frozen=True)
class All(Node):
    """Every one of the conditions."""

    nodes: tuple[Node, ...]

    def facts(self) -> set[str]:
        return set().union(*(node.facts() for node in self.nodes))

    def thresholds(self) -> set[str]:
        return set().union(*(node.thresholds() for node in self.nodes))

    def counts(self) -> dict[str, str]:
        return {code: where for node in self.nodes for code, where in node.counts().items()}

    def sql(self, columns: Columns, given: Given = PLAIN) -> str:
        return "(" + " AND ".join(node.sql(columns, given) for node in self.nodes) + ")"

    def holds(self, values: Values, given: Given = PLAIN) -> bool | None:
        found = [node.holds(values, given) for node in self.nodes]
        if False in found:
            return False
        return None if None in found else True

    def words(self, given: Given | None = None) -> str:
        return words.joined([node.words(given) for node in self.nodes], "all")

    def unknown_facts(self, values: Values, given: Given = PLAIN) -> list[str]:
        if self.holds(values, given) is not None:
            return []
        return _unique(code for node in self.nodes for code in node.unknown_facts(values, given))


class Any_(All):
    """At least one of the conditions."""

    def sql(self, columns: Columns, given: Given = PLAIN) -> str:
        return "(" + " OR ".join(node.sql(columns, given) for node in self.nodes) + ")"

    def holds(self, values: Values, given: Given = PLAIN) -> bool | None:
        found = [node.holds(values, given) for node in self.nodes]
        if True in found:
            return True
        return None if None in found else False

    def words(self, given: Given | None = None) -> str:
        return words.joined([node.words(given) for node in self.nodes], "any")


@dataclass(frozen=True)
class Members(Node):
    """How many members fulfil a condition. An unknown member may or may not count: if that decides, it is unknown."""

    body: str  # the conditions on a member, canonical JSON: columns are named and made again from it
    test: str
    operands: tuple[Operand, ...] = ()

    @property
    def where(self) -> Node:
        return member_condition(self.body)

    @property
    def code(self) -> str:
        """The name of its column, the same wherever the condition stands."""
        return "m_" + hashlib.sha256(self.body.encode()).hexdigest()[:12]

    def facts(self) -> set[str]:
        return set()

    def thresholds(self) -> set[str]:
        return set().union(*(item.thresholds() for item in self.operands))

    def counts(self) -> dict[str, str]:
        return {self.code: self.body}

    def sql(self, columns: Columns, given: Given = PLAIN) -> str:
        right = [item.sql(columns, given) for item in self.operands]
        packed = columns[self.code]
        sure, perhaps = member_counts.surely_sql(packed), member_counts.perhaps_sql(packed)
        low = _test_sql(self.test, sure, right)
        high = _test_sql(self.test, f"({sure} + {perhaps})", right)
        # Of most households everybody is known.
        known = _test_sql(self.test, packed, right)
        return f"(CASE WHEN {member_counts.all_known_sql(packed)} THEN {known} WHEN {low} = {high} THEN {low} END)"

    def holds(self, values: Values, given: Given = PLAIN) -> bool | None:
        right = [item.value(values, given) for item in self.operands]
        sure, perhaps = self.counted(values, given)
        low = _test_holds(self.test, sure, right)
        high = _test_holds(self.test, sure + perhaps, right)
        return low if low == high else None

    def counted(self, values: Values, given: Given) -> tuple[int, int]:
        """How many members surely fulfil it, and how many perhaps. From a sheet's row its column; from drawn tables the list of members."""
        if self.code in values:
            return member_counts.unpacked(values[self.code])
        found = [self.where.holds(member, given) for member in values["members_list"]]
        return sum(one is True for one in found), sum(one is None for one in found)

    def words(self, given: Given | None = None) -> str:
        right = [item.words(None, given) for item in self.operands]
        return words.of_members(self.where.words(given), self.test, right)

    def unknown_facts(self, values: Values, given: Given = PLAIN) -> list[str]:
        if "members_list" not in values:
            return sorted(self.where.facts())
        if self.holds(values, given) is not None:
            return []
        return _unique(code for one in values["members_list"] for code in self.where.unknown_facts(one, given))


def parse(body: Any, depth: int = 0) -> Node:
    """A condition from its table. Raises ConditionError with a sentence; knows nothing but the closed set above."""
    if not isinstance(body, Mapping):
        raise ConditionError(
            f'条件“{_short(body)}”写法不对：应为一个表，例如 {{fact = "water_safe", is_true = true}}。'
        )
    for key, kind in (("all", All), ("any", Any_)):
        if key in body:
            if depth > 1 or len(body) != 1 or not body[key]:
                raise ConditionError(f"条件“{_short(body)}”写法不对：all、any 不能为空，只能嵌套一层。")
            return kind(tuple(parse(item, depth + 1) for item in body[key]))
    if "members" in body:
        return _members(body, depth)
    return _test(body)


def member_condition(body: str) -> Node:
    """The condition on one member that a count column was made from."""
    return All(tuple(parse(item, 1) for item in json.loads(body)))


def _members(body: Mapping[str, Any], depth: int) -> Members:
    test, right = _test_of(body, {"members"}, COUNT_TESTS)
    where = body["members"].get("where", ())
    node = All(tuple(parse(item, 1) for item in where))
    if not node.nodes or node.counts() or node.thresholds():
        raise ConditionError(
            f"条件“{_short(body)}”写法不对：members.where 至少要有一个成员条件，其中不能再用 members、threshold。"
        )
    return Members(json.dumps(where, ensure_ascii=False, sort_keys=True, default=str), test, right)


def _test(body: Mapping[str, Any]) -> Test:
    left = [key for key in _LEFT if key in body]
    if len(left) != 1:
        raise ConditionError(f"条件“{_short(body)}”写法不对：应有且只有一个 fact、age_of 或 months_since。")
    test, right = _test_of(body, set(left), TESTS)
    return Test(body[left[0]], test, right, left[0])


def _test_of(body: Mapping[str, Any], taken: set[str], allowed: tuple[str, ...]) -> tuple[str, tuple[Operand, ...]]:
    tests = [key for key in body if key not in taken]
    if len(tests) != 1 or tests[0] not in allowed:
        raise ConditionError(f"条件“{_short(body)}”写法不对：检验方式应为 {'、'.join(allowed)} 之一。")
    test, right = tests[0], body[tests[0]]
    if test in ("is_true", "is_false", "is_zero", "is_known", "is_unknown"):
        if right is not True:
            raise ConditionError(f"条件“{_short(body)}”写法不对：{test} 只能写成 {test} = true。")
        return test, ()
    if test in ("one_of", "between"):
        items = tuple(operand(item) for item in right)
        if not items or (test == "between" and len(items) != 2):
            raise ConditionError(f"条件“{_short(body)}”写法不对：one_of 至少一个值，between 为两个值。")
        return test, items
    return test, (operand(right),)


def check(node: Node, subject: str) -> None:
    """Every fact it names exists and belongs to the subject. Raises ConditionError."""
    wanted = [(code, subject) for code in node.facts()]
    wanted += [(code, "person") for where in node.counts().values() for code in member_condition(where).facts()]
    for code, owner in wanted:
        try:
            fact = facts.get(code)
        except KeyError as error:
            raise ConditionError(error.args[0]) from error
        if fact.subject != owner:
            raise ConditionError(f"指标事实“{code}”属于 {fact.subject}，不能用在 {owner} 的条件里。")


_HOLDS: dict[str, Callable[..., bool]] = {
    "above": lambda left, right: left > right,
    "at_least": lambda left, right: left >= right,
    "at_most": lambda left, right: left <= right,
    "below": lambda left, right: left < right,
    "before": lambda left, right: left < right,
    "after": lambda left, right: left > right,
    "between": lambda left, low, high: low <= left <= high,
    "is_true": lambda left: left is True,
    "is_false": lambda left: left is False,
    "is_zero": lambda left: left == 0,
}


def _test_holds(test: str, left: Any, right: list[Any]) -> bool | None:
    if test in ("is_known", "is_unknown"):
        return (left is not None) is (test == "is_known")
    if left is None:
        return None
    if test == "one_of":
        if left in [item for item in right if item is not None]:
            return True
        return None if None in right else False
    if test == "between":
        low = None if right[0] is None else left >= right[0]
        high = None if right[1] is None else left <= right[1]
        if False in (low, high):
            return False
        return None if None in (low, high) else True
    return None if None in right else _HOLDS[test](left, *right)


def _test_sql(test: str, left: str, right: list[str]) -> str:
    if test in _COMPARED:
        return f"({left} {_COMPARED[test]} {right[0]})"
    if test == "between":
        return f"({left} BETWEEN {right[0]} AND {right[1]})"
    if test == "one_of":
        return f"({left} IN ({', '.join(right)}))"
    return {
        "is_true": f"({left})",
        "is_false": f"(NOT {left})",
        "is_zero": f"({left} = 0)",
        "is_known": f"({left} IS NOT NULL)",
        "is_unknown": f"({left} IS NULL)",
    }[test]


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))


def _short(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, default=str)[:120]
