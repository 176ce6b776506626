"""Policies 政策: who is due, and when it is answered; 应享未享 is the check between the two.

A policy is read as a check whose condition is the gap: the household is due, and surely nothing answers it. So it is
found, kept and moved on by the same scan as suspicious data, and what is not known makes nobody a gap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from povertycase.rules import conditions, facts, versions
from povertycase.rules.check import WARN, Check
from povertycase.rules.conditions import PLAIN, All, Any_, Around, Columns, ConditionError, Given, Node, Test, Values
from povertycase.rules.operands import operand

MEASURES = "measures_"  # how the facts that count the measures of a kind begin


@dataclass(frozen=True)
class Not(Around):
    """The opposite of a condition; unknown stays unknown."""

    def sql(self, columns: Columns, given: Given = PLAIN) -> str:
        return f"(NOT {self.inner.sql(columns, given)})"

    def holds(self, values: Values, given: Given = PLAIN) -> bool | None:
        found = self.inner.holds(values, given)
        return None if found is None else not found

    def unknown_facts(self, values: Values, given: Given = PLAIN) -> list[str]:
        return self.inner.unknown_facts(values, given)


@dataclass(frozen=True)
class Policy(Check):
    """A policy. due: who is entitled; answered: by a measure of this year, or by a condition of its own.

    Its `node`, and so everything a check does, is the gap 应享未享.
    """

    due: Node | None = None
    answered: Node | None = None
    measures: tuple[str, ...] = ()  # kinds of measures that answer it
    department: str = ""
    verified: bool = False  # was its paper read?

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> "Policy":
        """A policy from its table. Raises ConditionError or KeyError with the place of the mistake."""
        due = conditions.parse(body["test"])
        answers: list[Node] = [measured(kind) for kind in body.get("measures", ())]
        if body.get("answered"):
            answers.append(conditions.parse(body["answered"]))
        if not answers:
            raise ConditionError(f"政策“{body['code']}”没有写明怎样算已享受：请写 measures 或 answered。")
        answered: Node = answers[0] if len(answers) == 1 else Any_(tuple(answers))
        one = cls(
            code=body["code"],
            name=body["name"],
            level=WARN,
            family=body.get("department", ""),
            node=All((due, Not(answered))),
            shows=tuple(body.get("shows", ())),
            sources=tuple(body.get("sources", ())),
            question=body["question"],
            proof=False,
            sha256=versions.sha256(body),
            due=due,
            answered=answered,
            measures=tuple(body.get("measures", ())),
            department=body.get("department", ""),
            verified=bool(body.get("verified", False)),
        )
        conditions.check(one, one.subject)
        return one


def measured(kind: str) -> Test:
    """A measure of this kind stands in the year judged, planned ones among them."""
    code = f"{MEASURES}{kind}"
    facts.get(code)
    return Test(code, "above", (operand(0),))
