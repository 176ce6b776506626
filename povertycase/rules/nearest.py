"""The smallest change that would turn a verdict: which facts stand in the way, and how far a number is from its line.

Computed from the conditions and one household's facts, never stored. It shows what a line would take, so it is for who
may see amounts beside the line, township and above (county-officer.md E-13); the village sees the shortfall in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _

from povertycase.rules import facts, words
from povertycase.rules.compile import Criterion, Standard
from povertycase.rules.conditions import All, Any_, Given, Members, Node, Test, Values

_COMPARED = ("above", "at_least", "at_most", "below")
_NUMBER = (int, Decimal)


@dataclass(frozen=True)
class Need:
    """One fact that would have to be otherwise, or known. gap: how far a number is from what is asked of it."""

    fact: str
    asked: str  # the condition in words, with its line
    now: Any = None
    gap: Decimal | None = None
    members: int = 0  # of a count of members: how many of them would have to change

    @property
    def is_known(self) -> bool:
        return self.now is not None or bool(self.members)

    def words(self) -> str:
        """人均纯收入高于贫困线 3,535 元：现为 3,200 元，差 335 元."""
        if self.members:
            return _("{asked}：须有 {n} 人改变").format(asked=self.asked, n=self.members)
        if self.now is None:
            return _("{asked}：尚不清楚").format(asked=self.asked)
        fact = facts.get(self.fact)
        now = words.with_unit(fact.value_label(self.now), fact.unit)
        if self.gap is None:
            return _("{asked}：现为 {now}").format(asked=self.asked, now=now)
        gap = words.with_unit(self.gap, fact.unit)
        return _("{asked}：现为 {now}，差 {gap}").format(asked=self.asked, now=now, gap=gap)


@dataclass(frozen=True)
class Step:
    """A criterion that would have to be met, and the fewest facts that would do it."""

    criterion: Criterion
    needs: tuple[Need, ...]


def steps(standard: Standard, values: Values, given: Given) -> list[Step]:
    """What it would take until the standard is met; empty where it is.

    Every criterion that is not met; of a scored standard its vetoes and the fewest others that make up the points.
    """
    _outcome, results = standard.judge(values, given)
    open_ones = [
        Step(criterion, tuple(needs(criterion.node, values, given)))
        for criterion, result in zip(standard.criteria, results, strict=True)
        if result is not True
    ]
    if standard.pass_points is None:
        return open_ones
    met = sum(1 << bit for bit, result in enumerate(results) if result is True)
    return _enough(open_ones, standard.pass_points - (standard.points_of(met) or 0))


def _enough(open_ones: Sequence[Step], missing: Decimal) -> list[Step]:
    """The vetoes, and the smallest group of the others whose points make up for what is missing."""
    vetoes = [step for step in open_ones if step.criterion.veto]
    others = [step for step in open_ones if not step.criterion.veto and step.criterion.points]
    missing -= sum((step.criterion.points or Decimal(0) for step in vetoes), Decimal(0))
    for size in range(len(others) + 1):
        groups = [
            group
            for group in combinations(others, size)
            if sum((step.criterion.points or Decimal(0) for step in group), Decimal(0)) >= missing
        ]
        if groups:
            return vetoes + list(min(groups, key=lambda group: sum(len(step.needs) for step in group)))
    return list(open_ones)


def needs(node: Node, values: Values, given: Given) -> list[Need]:
    """The fewest facts that would have to change or be known for a condition to hold; empty where it holds."""
    if node.holds(values, given) is True:
        return []
    if isinstance(node, Any_):
        return min((needs(inner, values, given) for inner in node.nodes), key=_size)
    if isinstance(node, All):
        found = [need for inner in node.nodes for need in needs(inner, values, given)]
        return list(dict.fromkeys(found))
    if isinstance(node, Members):
        return [_of_members(node, values, given)]
    if isinstance(node, Test):
        return [_of_test(node, values, given)]
    return []


def _size(found: Sequence[Need]) -> tuple[int, int]:
    """Fewer facts first; among as many, one that must only be supplied."""
    return len(found), sum(need.is_known for need in found)


def _of_test(node: Test, values: Values, given: Given) -> Need:
    now = values.get(node.fact)
    target = node.operands[0].value(values, given) if node.operands else None
    gap = None
    if node.left == "fact" and node.test in _COMPARED and isinstance(now, _NUMBER) and isinstance(target, _NUMBER):
        gap = abs(Decimal(target) - Decimal(now))
    return Need(node.fact, node.words(given), now, gap)


def _of_members(node: Members, values: Values, given: Given) -> Need:
    """How many members stand in the way: those that surely count, or that many more, until the number is right."""
    sure, perhaps = node.counted(values, given)
    limit = node.operands[0].value(values, given) if node.operands else 0
    over = sure - limit + (node.test == "below") if node.test in ("at_most", "below", "is_zero") else None
    number = over if over is not None else limit - sure + (node.test == "above")
    return Need("", node.words(given), None, None, max(int(number), 0) or perhaps)


def margins(standard: Standard, values: Values, given: Given) -> list[Need]:
    """How far above or below its line each compared number of a met criterion is: what the smallest loss would be."""
    found = []
    for criterion in standard.criteria:
        node = criterion.node
        if isinstance(node, Test) and node.test in _COMPARED and node.thresholds() and node.holds(values, given):
            found.append(_of_test(node, values, given))
    return found
