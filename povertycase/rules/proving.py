"""A drafted rule is tried before it may judge: PostgreSQL reads its types, and codes must stand in their lists.

A rule in force that cannot be computed would stop the nightly run of the whole county.
"""

from collections.abc import Iterable, Iterator

from django.db import DataError, ProgrammingError, connection, transaction
from django.utils.translation import gettext as _

from povertycase.rules import conditions, facts
from povertycase.rules.check import Check
from povertycase.rules.compile import Criterion
from povertycase.rules.conditions import All, ConditionError, Given, Members, Node, Test
from povertycase.rules.operands import Constant
from povertycase.rules.policy import Not


def prove(node: Node, given: Given, *, name: str) -> None:
    """Raises ConditionError with the sentence where a condition compares what cannot be compared.

    name: what the rule or criterion is called, for the sentence.
    """
    for test in _tests(node):
        _in_list(test, name)
    _computable(node, given, name)
    for body in node.counts().values():
        _computable(conditions.member_condition(body), given, name)


def _tests(node: Node) -> Iterator[Test]:
    """Every single test inside a condition, those on members among them."""
    inner: Iterable[Node] = ()
    if isinstance(node, Test):
        yield node
    elif isinstance(node, All):
        inner = node.nodes
    elif isinstance(node, Members):
        inner = (node.where,)
    elif isinstance(node, Not):
        inner = (node.inner,)
    elif isinstance(node, Check | Criterion):
        inner = (node.node, *((node.applies,) if isinstance(node, Criterion) and node.applies else ()))
    for one in inner:
        yield from _tests(one)


def _in_list(test: Test, name: str) -> None:
    fact = facts.get(test.fact)
    codes = {code for code, _label in fact.choices}
    for item in test.operands:
        if codes and isinstance(item, Constant) and item.content not in codes:
            told = {
                "name": name,
                "fact": fact.label,
                "value": item.content,
                "codes": "、".join(sorted(map(str, codes))),
            }
            raise ConditionError(_("“{name}”中，{fact}没有代码“{value}”，应为 {codes} 之一。").format(**told))


def _computable(node: Node, given: Given, name: str) -> None:
    cells = {code: facts.TYPES[facts.get(code).type] for code in node.facts()}
    cells.update(dict.fromkeys(node.counts(), "integer"))
    row = ", ".join(f"NULL::{kind} AS {code}" for code, kind in cells.items()) or "1"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            columns = {code: f"t.{code}" for code in cells}
            cursor.execute(f"SELECT ({node.sql(columns, given)}) IS TRUE FROM (SELECT {row} OFFSET 0) t", {})
    except (ProgrammingError, DataError) as error:
        labels = "、".join(str(facts.get(code).label) for code in sorted(node.facts()))
        raise ConditionError(
            _("“{name}”的条件无法计算：{facts} 与比较的值类型不同，请改正。").format(name=name, facts=labels)
        ) from error
