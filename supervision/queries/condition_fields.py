"""The rows of a condition as a page shows them: what may be chosen for each fact and test, and the whole in words."""

import datetime
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from povertycase.models import RuleVersion
from povertycase.rules import conditions, facts, thresholds, versions
from povertycase.rules.conditions import ConditionError
from povertycase.rules.facts import Fact
from supervision.queries import condition_rows as rows
from supervision.queries import rules
from supervision.queries.condition_rows import Block, Conditions, Row

JOINS = {"all": gettext_lazy("全部符合"), "any": gettext_lazy("符合其中之一")}
BLOCKS = {"household": gettext_lazy("户的条件"), "members": gettext_lazy("成员的条件")}
TESTS = {
    "above": gettext_lazy("高于"),
    "at_least": gettext_lazy("不低于"),
    "at_most": gettext_lazy("不高于"),
    "below": gettext_lazy("低于"),
    "between": gettext_lazy("在两值之间"),
    "is_zero": gettext_lazy("为零"),
    "is_true": gettext_lazy("是"),
    "is_false": gettext_lazy("否"),
    "before": gettext_lazy("早于"),
    "after": gettext_lazy("晚于"),
    "one_of": gettext_lazy("是其中之一"),
    "is_known": gettext_lazy("已填报"),
    "is_unknown": gettext_lazy("未填报"),
}

# What the form of a rule is called, what its condition is called, and what the condition does.
TITLES = {
    "check": (
        gettext_lazy("起草疑点规则"),
        gettext_lazy("疑点条件"),
        gettext_lazy("符合条件的户列为疑点；事实不详的不算符合。"),
    ),
    "warning": (
        gettext_lazy("起草预警"),
        gettext_lazy("预警条件"),
        gettext_lazy("符合条件的户列入预警；事实不详的不算符合。"),
    ),
    "frequency": (
        gettext_lazy("起草走访频次"),
        gettext_lazy("走访对象"),
        gettext_lazy("符合条件的户按这个频次走访；整户外出的改为电话联系。"),
    ),
    "policy": (
        gettext_lazy("起草政策"),
        gettext_lazy("享受条件"),
        gettext_lazy("符合条件而没有享受的户列为应享未享；事实不详的不算。"),
    ),
}


def laid(found: Conditions, day: datetime.date, only: Collection[str] | None = None) -> dict[str, Any]:
    """Everything the part conditions.html shows. only: the facts that may be chosen, all of the household."""
    return {
        "joins": JOINS.items(),
        "join": found.join,
        "error": found.error,
        "blocks": [_block(block, n, only) for n, block in enumerate(found.blocks)],
        "plain": only is not None,
        "several": len(found.blocks) > 1,
        "full": len(found.blocks) >= rows.MOST_BLOCKS,
        "words": words(found, day),
    }


def words(found: Conditions, day: datetime.date) -> str:
    """The condition in words as far as its rows are complete; "" for none."""
    whole = rows.body_of(Conditions(found.join, [_copy(block) for block in found.blocks]))
    return words_of(whole, day) if whole else ""


def words_of(test: Any, day: datetime.date, *, among: Iterable[RuleVersion] | None = None) -> str:
    """A condition in words with the lines of a day; "" for one that cannot be read. among: as in thresholds.given."""
    try:
        node = conditions.parse(test)
        return node.words(thresholds.given(node.thresholds(), day, settings.COUNTY, among=among)[0])
    except (ConditionError, KeyError, ValueError):
        return ""


def _copy(block: Block) -> Block:
    whole = [Row(row.left, row.test, row.against, row.value, row.upper, list(row.codes)) for row in block.rows]
    return Block(block.kind, block.join, block.test, block.count, whole)


def _block(block: Block, n: int, only: Collection[str] | None) -> dict[str, Any]:
    subject = rows.SUBJECT_OF[block.kind]
    groups = _groups(subject, only)
    return {
        "name": f"b{n}",
        "n": n,
        "number": n + 1,
        "block": block,
        "title": BLOCKS[block.kind],
        "rows": [
            _row(row, f"b{n}-r{m}", f"{n}:{m}", subject, m + 1) | {"groups": groups} for m, row in enumerate(block.rows)
        ],
        "several": len(block.rows) > 1,
        "full": len(block.rows) >= rows.MOST_ROWS,
        "tests": [(code, TESTS[code]) for code in rows.COUNT_TESTS],
    }


def _row(row: Row, name: str, at: str, subject: str, number: int) -> dict[str, Any]:
    fact = row.fact if row.fact and row.fact.subject == subject else None
    return {
        "name": name,
        "at": at,
        "number": number,
        "row": row,
        "tests": [(code, TESTS[code]) for code in (row.tests() if fact else ())],
        "against": _against(row, fact) if fact else [],
        "codes": [(str(code), label) for code, label in fact.choices] if fact and row.test == "one_of" else [],
        "control": _control(row, fact) if fact else "",
        "unit": _unit(row, fact) if fact else "",
    }


def _groups(subject: str, only: Collection[str] | None) -> list[tuple[str, list[tuple[str, Any]]]]:
    """The facts by their source; of a day also the age and the months since."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for fact in facts.of_subject(subject):
        if only is not None and fact.code not in only:
            continue
        entries = groups.setdefault(str(rules.source_label(fact)), [])
        entries.append((fact.code, fact.label))
        if fact.type == "date":
            entries.append((f"age_of:{fact.code}", _("{fact}至今周岁").format(fact=fact.label)))
            entries.append((f"months_since:{fact.code}", _("{fact}至今月数").format(fact=fact.label)))
    return list(groups.items())


def _against(row: Row, fact: Fact) -> list[tuple[str, Any]]:
    """What the fact may be compared with, beside a number or a day that is written down."""
    if row.test in ("before", "after"):
        return [("", _("日期")), ("day", _("截止日期当天"))]
    if row.test not in rows.COMPARED or row.part:
        return []
    found: list[tuple[str, Any]] = [("", _("数值"))]
    if str(fact.unit) == _("年"):
        found.append(("year", _("截止日期当年")))
    lines = [body for body in versions.shipped("threshold") if fact.private and body.get("unit") == "元"]
    found += [(f"line:{body['code']}", _(body["name"])) for body in lines]
    found += [
        (f"fact:{other.code}", other.label)
        for other in facts.of_subject(fact.subject)
        if other.code != fact.code and other.type in ("int", "numeric") and other.unit and other.unit == fact.unit
    ]
    # A line of a rule that was written elsewhere stays choosable.
    if row.against and row.against not in dict(found):
        found.append((row.against, row.against.partition(":")[2] or row.against))
    return found


def _control(row: Row, fact: Fact) -> str:
    """Which control takes the value: codes, two, day, times, number; "" for none."""
    if row.test in rows.BARE or row.test not in row.tests():
        return ""
    if row.test == "one_of":
        return "codes"
    if row.test == "between":
        return "two"
    kind = row.against.partition(":")[0]
    if kind:
        return "times" if kind == "line" else ""
    return "day" if fact.type == "date" and not row.part else "number"


def _unit(row: Row, fact: Fact) -> str:
    if row.part:
        return _("岁") if row.part == "age_of" else _("个月")
    if row.against.startswith("line:"):
        return _("倍，空为1倍")
    return str(fact.unit)
