"""Conditions in words: one sentence pattern per test, Chinese in the source, English in the catalogue."""

import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from povertycase.rules import versions

_PATTERNS = {
    "above": gettext_lazy("{fact}高于{value}"),
    "at_least": gettext_lazy("{fact}不低于{value}"),
    "at_most": gettext_lazy("{fact}不高于{value}"),
    "below": gettext_lazy("{fact}低于{value}"),
    "is_true": gettext_lazy("{fact}：是"),
    "is_false": gettext_lazy("{fact}：否"),
    "is_zero": gettext_lazy("{fact}为零"),
    "one_of": gettext_lazy("{fact}为{value}"),
    "between": gettext_lazy("{fact}在{value}之间"),
    "before": gettext_lazy("{fact}早于{value}"),
    "after": gettext_lazy("{fact}晚于{value}"),
    "is_known": gettext_lazy("{fact}已填报"),
    "is_unknown": gettext_lazy("{fact}未填报"),
}


def number(value: Any) -> str:
    """A number as the office writes it: thousands apart, no needless decimals."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Decimal):
        value = value.quantize(Decimal("0.01"))
        return f"{value:,.0f}" if value == value.to_integral() else f"{value:,}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def with_unit(value: Any, unit: Any) -> str:
    """12.5 and 平方米 as 12.5平方米; a year is never written with a comma."""
    return f"{number(value)}{_gap(unit)}{unit}"


def _gap(unit: Any) -> str:
    """Between a number and a unit in Latin letters stands a space."""
    return " " if str(unit)[:1].isalpha() and str(unit).isascii() else ""


# Numbers that conditions ask by name and the installation sets: no document gives them.
SET_HERE = {"visit_entry_grace_days": {"name": gettext_noop("补录天数"), "unit": gettext_noop("天")}}


def of_threshold(code: str, value: Decimal | None) -> str:
    """扶贫标准（3,535元）, or its name alone where no value is in force."""
    body = next((body for body in versions.shipped("threshold") if body["code"] == code), None)
    body = body or SET_HERE.get(code, {"name": code})
    name, unit = _(body["name"]), _(body["unit"]) if body.get("unit") else ""
    return f"{name}（{with_unit(value, unit)}）" if value is not None else name


def times(line: str, number: Decimal) -> str:
    """扶贫标准（3,535元）的 1.5 倍."""
    return _("{line}的{number}倍").format(line=line, number=f"{number.normalize():f}")


def of_day(part: str, day: datetime.date | None) -> str:
    """The day judged on, or its year; 截止日期 where no day is given."""
    if day is None:
        return _("截止日期当年") if part == "year" else _("截止日期")
    return str(getattr(day, part)) if part != "date" else day.isoformat()


def of_test(left: str, fact: Any, test: str, right: list[str]) -> str:
    """One test as a sentence."""
    label = str(fact.label)
    if left == "age_of":
        label = _("{fact}至今周岁").format(fact=label)
    elif left == "months_since":
        label = _("{fact}至今月数").format(fact=label)
    return str(_PATTERNS[test]).format(fact=label, value=_list(test, right))


def of_members(where: str, test: str, right: list[str]) -> str:
    """A count of members as a sentence."""
    label = _("符合“{where}”的成员人数").format(where=where)
    return str(_PATTERNS[test]).format(fact=label, value=_list(test, right))


def joined(parts: list[str], how: str) -> str:
    """Several conditions: 且 for all, 或 for any."""
    if len(parts) == 1:
        return parts[0]
    return (_("，且") if how == "all" else _("；或")).join(parts)


def _list(test: str, right: list[str]) -> str:
    return (_(" 至 ") if test == "between" else _("、")).join(right)
