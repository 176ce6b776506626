"""Visit frequency 走访频次: who is to be visited how often, by the rules in force; the one place that says so.

A list asks the rules over the index card, a fact sheet over its own columns: the same conditions, so both agree.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy, ngettext

from households.facts.household import EXITED
from households.models import HouseholdCard
from povertycase.models import RuleVersion
from povertycase.periods import Month
from povertycase.rules import conditions, over_rows, versions
from povertycase.rules.conditions import All, Any_, Columns, ConditionError, Given, Node, Values

KIND = "frequency"
MONTH, QUARTER = "month", "quarter"
SPANS = {MONTH: gettext_lazy("每月"), QUARTER: gettext_lazy("每季度")}
MOST = 10
EXITED_STATES = tuple(EXITED.strip("()").replace("'", "").split(", "))
# What the index card knows of a household: a rule may ask nothing else, so that lists stay quick.
FIELDS = ("residence", "member_count", "attr", "poverty_status", "exit_year", "planned_exit_year", "main_cause")
_YEAR = "extract(year FROM DATE '{day}')"
CARD = {
    "is_away": "({residence} = 'away')",
    "residence_state": "nullif({residence}, '')",
    "members": "{member_count}",
    "attr": "nullif({attr}, '')",
    "poverty_status": "{poverty_status}",
    "is_exited": f"({{poverty_status}} IN {EXITED})",
    "exit_year": "{exit_year}",
    "planned_exit_year": "{planned_exit_year}",
    "listed_for_exit": f"({{poverty_status}} NOT IN {EXITED} AND coalesce({{planned_exit_year}} = {_YEAR}, FALSE))",
    "main_cause": "nullif({main_cause}, '')",
}


@dataclass(frozen=True)
class Frequency:
    """So many visits face to face in a month or a quarter, for the households of its condition."""

    code: str
    name: str
    visits: int
    span: str
    node: Node

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> "Frequency":
        """A frequency from its table. Raises ConditionError or KeyError with the place of the mistake."""
        one = cls(body["code"], body["name"], body["visits"], body["span"], conditions.parse(body["test"]))
        if one.span not in SPANS or isinstance(one.visits, bool) or one.visits not in range(1, MOST + 1):
            raise ConditionError(f"走访频次“{one.code}”写法不对：次数为 1 至 {MOST} 的整数，周期为 month 或 quarter。")
        conditions.check(one.node, "household")
        if strange := one.node.facts() - CARD.keys():
            raise ConditionError(f"走访频次不能用指标事实“{sorted(strange)[0]}”，可用的有：{'、'.join(CARD)}。")
        if one.node.counts() or one.node.thresholds():
            raise ConditionError(f"走访频次“{one.code}”只能按户的情况规定，不能按成员或标准线。")
        return one

    def is_due_in(self, month: Month) -> bool:
        """A quarter's visits are counted in its last month."""
        return self.span == MONTH or month.month % 3 == 0

    @property
    def words(self) -> str:
        """每月不少于1次."""
        words = ngettext("{span}不少于{visits}次", "{span}不少于{visits}次", self.visits)
        return words.format(span=SPANS[self.span], visits=self.visits)


@dataclass(frozen=True)
class Visited(Node):
    """As often visited as one frequency asks; entered within the days of grace where it is a month's."""

    rule: Frequency

    def facts(self) -> set[str]:
        return self._inner.facts()

    def thresholds(self) -> set[str]:
        return self._inner.thresholds()

    @property
    def _inner(self) -> Node:
        fact = {MONTH: "visited_face_to_face", QUARTER: "visited_in_quarter"}[self.rule.span]
        tests = [{"fact": fact, "at_least": self.rule.visits}]
        if self.rule.span == MONTH:
            tests.append({"fact": "visit_entry_lag", "at_most": {"threshold": "visit_entry_grace_days"}})
        return conditions.parse({"all": tests})

    def sql(self, columns: Columns, given: Given = conditions.PLAIN) -> str:
        # Not asked, or done: what is not known of a household asks nothing of anybody.
        return f"(({self.rule.node.sql(columns, given)}) IS NOT TRUE OR ({self._inner.sql(columns, given)}) IS TRUE)"

    def holds(self, values: Values, given: Given = conditions.PLAIN) -> bool | None:
        return self.rule.node.holds(values, given) is not True or self._inner.holds(values, given) is True

    def counts(self) -> dict[str, str]:
        return {}


def in_force(day: datetime.date, *, among: Iterable[RuleVersion] | None = None) -> list[tuple[Frequency, RuleVersion]]:
    """The frequencies of the installation's county on a day; its own stand in the place of the shipped ones."""
    found = versions.all_of(KIND) if among is None else list(among)
    codes = sorted({one.code for one in found if one.kind == KIND})
    nearest = [versions.in_force(KIND, code, day, settings.COUNTY, among=found) for code in codes]
    return [(Frequency.parse(one.body), one) for one in nearest if one is not None]


def asked(day: datetime.date, month: Month) -> list[Frequency]:
    """The frequencies that are counted in a month."""
    return [one for one, _version in in_force(day) if one.is_due_in(month)]


def due(rules: Iterable[Frequency]) -> Node:
    """The households that any of the rules concerns."""
    return Any_(tuple(one.node for one in rules)) if rules else NOBODY


def done(rules: Iterable[Frequency]) -> Node:
    """As often visited as every rule asks that concerns the household."""
    return All(tuple(Visited(one) for one in rules)) if rules else NOBODY


# No rule asks for anything this month: nobody is due.
NOBODY = conditions.parse({"all": [{"fact": "is_away", "is_true": True}, {"fact": "is_away", "is_false": True}]})


def over_cards(node: Node, day: datetime.date) -> Any:
    """A condition over the rows of the household list, for `filter`."""
    columns = {code: sql.replace("{day}", day.isoformat()) for code, sql in CARD.items()}
    return over_rows.holds(node, columns, FIELDS, Given(day))


def of_card(card: HouseholdCard, day: datetime.date) -> list[Frequency]:
    """The frequencies that concern one household."""
    exited = card.poverty_status in EXITED_STATES
    values = {
        "is_away": card.residence == "away",
        "residence_state": card.residence or None,
        "members": card.member_count,
        "attr": card.attr or None,
        "poverty_status": card.poverty_status,
        "is_exited": exited,
        "exit_year": card.exit_year,
        "planned_exit_year": card.planned_exit_year,
        "listed_for_exit": not exited and card.planned_exit_year == day.year,
        "main_cause": card.main_cause or None,
    }
    return [one for one, _version in in_force(day) if one.node.holds(values, Given(day)) is True]
