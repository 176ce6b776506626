"""The rules that a county may write itself, as pages show them: checks, warnings, visit frequencies, policies."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from assistance.choices import MEASURE_KINDS
from assistance.queries.frequencies import Frequency
from povertycase.models import RuleVersion
from supervision.queries import condition_fields, rule_words
from supervision.queries.rule_words import Reader

Words = Callable[[Any], str]
gettext_noop("医疗保障部门")  # of the shipped policies the only bureau that no measure names
URGENCIES = {"error": gettext_lazy("重点"), "warn": gettext_lazy("一般")}
# Of every kind: the name of its list and of its rules, what the list says, what its condition is called.
KINDS = {
    "warning": (
        gettext_lazy("预警"),
        gettext_lazy("提醒去看一看的户：县里自定，符合条件的列入预警；不详的不算。"),
        gettext_lazy("预警条件"),
    ),
    "frequency": (
        gettext_lazy("走访频次"),
        gettext_lazy("哪些户多久走访一次：应走访户、未走访名单和通报的走访率都按现行的频次。"),
        gettext_lazy("走访对象"),
    ),
    "policy": (
        gettext_lazy("政策"),
        gettext_lazy("哪些户应享受、怎样算已享受；符合条件而没有享受的列为应享未享；不详的不算。"),
        gettext_lazy("享受条件"),
    ),
}


def told(
    kind: str, body: Mapping[str, Any], today: datetime.date, *, among: Iterable[RuleVersion] | None = None
) -> dict[str, str]:
    """A rule in words: {label: value}, the condition with the lines of the day. among: as in thresholds.given."""

    def words(test: Any) -> str:
        return condition_fields.words_of(test, today, among=among)

    return {_("规则名称"): _(body["name"]), **said(kind, body, words)}


def said(kind: str, body: Mapping[str, Any], words: Words) -> dict[str, str]:
    """The same without its name; `words` puts a condition into words."""
    return _TOLD[kind](body, words)


def _check(body: Mapping[str, Any], words: Words) -> dict[str, str]:
    return {
        _("级别"): str(rule_words.SEVERITIES[body["level"]]),
        _("类别"): _(body["family"]),
        _("疑点条件"): words(body["test"]),
        _("请村里核实"): _(body["question"]),
    }


def _warning(body: Mapping[str, Any], words: Words) -> dict[str, str]:
    return {
        _("级别"): str(URGENCIES[body["level"]]),
        _("类别"): _(body["family"]),
        _("预警条件"): words(body["test"]),
        _("怎么办"): _(body["question"]),
    }


def _frequency(body: Mapping[str, Any], words: Words) -> dict[str, str]:
    return {_("频次"): Frequency.parse(body).words, _("走访对象"): words(body["test"])}


def _policy(body: Mapping[str, Any], words: Words) -> dict[str, str]:
    answered = [_("本年有措施“{kind}”").format(kind=MEASURE_KINDS[kind].words) for kind in body.get("measures", ())]
    if body.get("answered"):
        answered.append(words(body["answered"]))
    return {
        _("主管部门"): department(body["department"]),
        _("享受条件"): words(body["test"]),
        _("怎样算已享受"): _("；或").join(answered),
        _("怎么办"): _(body["question"]),
    }


_TOLD = {"check": _check, "integrity": _check, "warning": _warning, "frequency": _frequency, "policy": _policy}


def department(name: str) -> str:
    """A bureau in the language in force: as the catalogue of measures calls it, or by its own text."""
    return next((kind.department_words for kind in MEASURE_KINDS.values() if kind.department == name), _(name))


def _mark(version: RuleVersion) -> Any:
    """What a rule of its kind is first asked for: how often, by whom, of which family."""
    if version.kind == "frequency":
        return Frequency.parse(version.body).words
    return department(version.body["department"]) if version.kind == "policy" else _(version.body["family"])


def row(version: RuleVersion, reader: Reader) -> dict[str, Any]:
    """A rule as a line of its list."""
    body = version.body
    return {
        **rule_words.framed(version, reader),
        "told": told(version.kind, body, reader.today, among=reader.lines),
        "words": condition_fields.words_of(body["test"], reader.today, among=reader.lines),
        "mark": _mark(version),
        "urgency": URGENCIES[body["level"]] if version.kind == "warning" else "",
        "urgent": body.get("level") == "error",
        "sources": _("、").join(body.get("sources", ())),
        "in_force": rule_words.stands(version, reader),
        "order": (
            version.kind != "warning" or body["level"] != "error",
            body.get("department", body.get("family", "")),
            version.code,
        ),
    }


def page(version: RuleVersion, reader: Reader) -> dict[str, Any]:
    """A rule by itself, with the facts it reads."""
    return {**row(version, reader), **rule_words.reading(version)}
