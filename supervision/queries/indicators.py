"""Indicators 指标: a figure is a measure over the subjects that fulfil conditions over facts.

One declaration serves the figure (an aggregate over the sheet), the list behind it (the same rows) and its words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assistance.queries import frequencies
from assistance.queries.frequencies import Frequency
from povertycase.rules import conditions
from povertycase.rules.aggregate import CriterionIs, Measure, OutcomeIs
from povertycase.rules.compile import Standard
from povertycase.rules.conditions import PLAIN, All, Any_, Around, Columns, ConditionError, Given, Node, Values

Bodies = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Outside(Around):
    """Whatever does not surely fulfil a condition: the unknown stays outside too, so both sides add up to all."""

    def sql(self, columns: Columns, given: Given = PLAIN) -> str:
        return f"({self.inner.sql(columns, given)} IS NOT TRUE)"

    def holds(self, values: Values, given: Given = PLAIN) -> bool | None:
        return self.inner.holds(values, given) is not True


@dataclass(frozen=True)
class Indicator:
    """One indicator, ready to be counted: measure = count | sum:FACT | count_distinct:FACT."""

    code: str
    label: str
    subject: str
    unit: str
    measure: str
    node: Node | None
    shows: tuple[str, ...] = ()  # facts that its list shows beside the labels

    @property
    def words(self) -> str:
        """The label in the language in force."""
        return _(self.label)

    @property
    def measured(self) -> str:
        """The fact that is summed up, or counted once for each of its values; empty for a plain count."""
        return self.measure.partition(":")[2]

    @property
    def counts_once(self) -> bool:
        """Different values are counted, so that figures of towns do not add up to the county's."""
        return self.measure.startswith("count_distinct:")

    def counted(self) -> Measure:
        """As the rules count it."""
        summed, once = ("", self.measured) if self.counts_once else (self.measured, "")
        return Measure(self.code, where=self.node, sum=summed, distinct=once)


def read(bodies: Bodies, standard: Standard, visits: Sequence[Frequency] = ()) -> dict[str, Indicator]:
    """Indicators from their declarations; `standard` is the one that `judged` and `unmet_criteria` ask, `visits` the
    frequencies that `frequency` asks.

    Raises ConditionError for a declaration that cannot be read.
    """
    asked = _Asked(bodies, standard, visits)
    return {code: _indicator(code, asked) for code in bodies}


def needed(bodies: Bodies, codes: Iterable[str]) -> list[str]:
    """The indicators named and those they stand within or outside of."""
    found: dict[str, None] = {}
    for code in codes:
        if code not in bodies:
            raise ConditionError(f"没有名为“{code}”的指标，请在 supervision/indicators/ 中补上或改正。")
        above = [bodies[code][key] for key in ("within", "outside") if bodies[code].get(key)]
        found.update(dict.fromkeys([*needed(bodies, above), code]))
    return list(found)


@dataclass(frozen=True)
class _Asked:
    """What declarations are read with."""

    bodies: Bodies
    standard: Standard
    visits: Sequence[Frequency]


def _indicator(code: str, asked: _Asked) -> Indicator:
    body = asked.bodies[code]
    kind, _, fact = body["measure"].partition(":")
    if kind not in ("count", "sum", "count_distinct") or (kind == "count") == bool(fact):
        raise ConditionError(f"指标“{code}”的计量方式写法不对：应为 count、sum:指标事实 或 count_distinct:指标事实。")
    nodes = _nodes(code, asked)
    for node in nodes:
        conditions.check(node, body["subject"])
    return Indicator(
        code=code,
        label=body["label"],
        subject=body["subject"],
        unit=body.get("unit", ""),
        measure=body["measure"],
        node=All(tuple(nodes)) if nodes else None,
        shows=tuple(body.get("shows", ())),
    )


def _nodes(code: str, asked: _Asked) -> list[Node]:
    body, standard = asked.bodies[code], asked.standard
    nodes = _nodes(body["within"], asked) if body.get("within") else []
    nodes += [conditions.parse(item) for item in body.get("where", ())]
    if body.get("outside"):
        nodes.append(Outside(All(tuple(_nodes(body["outside"], asked)))))
    if body.get("frequency"):
        nodes.append({"due": frequencies.due, "done": frequencies.done}[body["frequency"]](asked.visits))
    if body.get("judged"):
        nodes.append(OutcomeIs(standard, body["judged"]))
    if body.get("unmet_criteria"):
        nodes.append(Any_(tuple(CriterionIs(standard, "unmet", name) for name in body["unmet_criteria"])))
    return nodes
