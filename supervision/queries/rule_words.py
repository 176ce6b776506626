"""Rules as their pages show them: standards, lines, indicators, checks and facts in the language in force."""

import datetime
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households import choices
from povertycase.models import RuleVersion
from povertycase.rules import conditions, facts, thresholds, versions, words
from povertycase.rules.check import Check
from povertycase.rules.compile import Standard
from povertycase.rules.conditions import Given
from povertycase.rules.facts import Fact
from supervision.queries import rules, standards

LEVELS = {"household": gettext_lazy("户"), "village": gettext_lazy("村"), "county": gettext_lazy("县")}
SEVERITIES = {"error": gettext_lazy("错误"), "warn": gettext_lazy("提示")}
_COUNTED = {"count": gettext_lazy("计数"), "sum": gettext_lazy("合计"), "count_distinct": gettext_lazy("去重计数")}
_JUDGED = {"met": gettext_lazy("达标"), "unmet": gettext_lazy("未达标"), "unknown": gettext_lazy("待核实")}
_ADDRESSES = {
    "standard": "rule-standard",
    "check": "rule-check",
    "indicator": "rule-indicator",
    "threshold": "rule-line",
    "warning": "rule-warning",
    "frequency": "rule-frequency",
    "policy": "rule-policy",
}


@dataclass(frozen=True)
class Reader:
    """For whom and when rules are put into words, with what all rows of a page share: asked for once a page."""

    county: str
    today: datetime.date
    found: Sequence[RuleVersion]
    names: Mapping[str, str]

    @classmethod
    def of(cls, found: Sequence[RuleVersion], county: str, today: datetime.date) -> "Reader":
        """With the names of all places that the rules are made for."""
        lined = (version for version in found if version.kind == "threshold")
        lines = (line.get("division", "") for version in lined for line in thresholds.lines(version))
        return cls(county, today, found, rules.places({"", *lines, *(one.division_code for one in found)}))

    @functools.cached_property
    def lines(self) -> list[RuleVersion]:
        """Every threshold."""
        return versions.all_of("threshold")

    @functools.cached_property
    def asked(self) -> frozenset[str]:
        """The lines that the standards made for this county ask."""
        here = (one for one in rules.rules("standard") if standards.applies_to(one, self.county))
        return frozenset().union(*(lines_named(one.body) for one in here))


def fact_row(fact: Fact, known: rules.Coverage, used: Mapping[str, Sequence[RuleVersion]]) -> dict[str, Any]:
    """A fact as a line of the list."""
    return {
        "fact": fact,
        "subject": rules.SUBJECTS[fact.subject],
        "source": rules.source_label(fact),
        "count": known.of(fact),
        "whole": known.whole(fact),
        "used": len(used.get(fact.code, ())),
    }


def codes_of(fact: Fact) -> list[tuple[Any, Any, str]]:
    """The code list of a fact: code, label, the years in which it may be entered (E-26)."""
    years = choices.years_of(fact.code)
    return [(code, label, _years(years.get(code))) for code, label in fact.choices]


def _years(span: tuple[int | None, int | None] | None) -> str:
    first, last = span or (None, None)
    if first and last:
        return _("{first}年至{last}年").format(first=first, last=last)
    if first:
        return _("{first}年起").format(first=first)
    return _("至{last}年").format(last=last) if last else ""


def user(version: RuleVersion) -> dict[str, Any]:
    """A rule as a link: what kind it is, what it is called, where its page stands."""
    return {
        "kind": rules.KINDS[version.kind],
        "title": rules.title(version),
        "code": version.code,
        "url": address(version),
    }


def address(version: RuleVersion) -> str:
    """Where the page of a rule stands."""
    return reverse(_ADDRESSES[version.kind], args=[version.pk])


def shared(found: Iterable[RuleVersion]) -> dict[str, Any]:
    """What a list says above its rows: how many rules, how many of them nobody has checked against the document."""
    found = list(found)
    return {"number": len(found), "unverified": sum(1 for version in found if not version.verified)}


def reading(version: RuleVersion) -> dict[str, Any]:
    """The facts that a rule reads, in the order of their codes."""
    return {"facts": [facts.get(code) for code in sorted(rules.named(version.body))]}


def framed(version: RuleVersion, reader: Reader) -> dict[str, Any]:
    """What every list of rules says of one: its name, where and when it holds, by which document."""
    return {
        "version": version,
        "title": rules.title(version),
        "place": reader.names[version.division_code],
        "span": versions.span(version),
        "document": version.document,
    }


def stands(version: RuleVersion, reader: Reader) -> bool:
    """Does a rule hold for this county today?"""
    return reader.county.startswith(version.division_code) and versions.is_in_force(version, reader.today)


# --- standards --------------------------------------------------------------------------------------------


def standard_row(version: RuleVersion, reader: Reader) -> dict[str, Any]:
    """A standard as a line of the list; this county's and those in force stand first."""
    body = version.body
    here = standards.applies_to(version, reader.county)
    in_force = versions.is_in_force(version, reader.today)
    return {
        **framed(version, reader),
        "level": LEVELS[body["level"]],
        "here": here,
        "in_force": in_force,
        "number": len(body["criteria"]),
        "pass_points": body.get("pass_points"),
        "order": (not here, list(LEVELS).index(body["level"]), not in_force, version.code),
    }


def standard_page(version: RuleVersion, reader: Reader) -> dict[str, Any]:
    """A standard with its criteria in words, by the lines in force here today."""
    standard = standards.of(version)
    given, used, _warnings = thresholds.given(
        standard.thresholds(), reader.today, reader.county, among=rules.rules("threshold")
    )
    return {
        **standard_row(version, reader),
        "standard": standard,
        "criteria": [_criterion(standard, number, given) for number in range(len(standard.criteria))],
        "lines": [_line(name, used.get(name)) for name in sorted(standard.thresholds())],
        "scored": standard.pass_points is not None,
        "today": reader.today,
    }


def _criterion(standard: Standard, number: int, given: Given) -> dict[str, Any]:
    one = standard.criteria[number]
    return {
        "number": number + 1,
        "name": _(one.name),
        "requirement": _(one.requirement) if one.requirement else "",
        "gap": _(one.gap),
        "words": one.words(given),
        "applies": one.applies.words(given) if one.applies else "",
        "verified": one.verified,
        "veto": one.veto,
        "points": one.points,
        "facts": [facts.get(code) for code in sorted(one.node.facts())],
    }


def _line(name: str, used: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "label": _(thresholds.label_of(name)),
        "value": words.with_unit(Decimal(used["value"]), _(used["unit"]) if used["unit"] else "") if used else "",
        "document": used["document"] if used else "",
        "verified": bool(used and used["verified"]),
    }


# --- lines ------------------------------------------------------------------------------------------------


def line_row(version: RuleVersion, reader: Reader) -> dict[str, Any]:
    """A threshold as a line of the list: what holds here today, by which paper, which years have none."""
    laid = rules.lines_of(version, reader.county, reader.today, reader.names)
    now = thresholds.at(version.code, reader.today, reader.county, among=reader.found)
    needed = _is_needed(version, reader)
    return {
        **framed(version, reader),
        "laid": laid,
        "now": now,
        "missing": laid.missing if needed else (),
        "missing_words": _("、").join(str(year) for year in laid.missing) if needed else "",
        "lacking": needed and now is None,
        "order": (version.code != "poverty_line", version.code),
    }


def _is_needed(version: RuleVersion, reader: Reader) -> bool:
    """Does this county need the line: has it one, does one of its standards ask for it, is it the year to watch it?"""
    watched = version.body.get("watched_from", "")
    if watched:
        return watched <= reader.today.isoformat()
    here = any(reader.county.startswith(line.get("division", "")) for line in version.body["values"])
    return here or version.code in reader.asked


def line_page(version: RuleVersion, reader: Reader) -> dict[str, Any]:
    """A threshold year by year with the value of each place, its papers, and who reads it."""
    row = line_row(version, reader)
    laid = row["laid"]
    years = [
        {"year": year, "missing": year in row["missing"], "amounts": [values[n] for _place, values in laid.table]}
        for n, year in enumerate(laid.years)
    ]
    users = [user(one) for one in rules.rules() if version.code in lines_named(one.body)]
    return {**row, "by_year": years, "users": users}


def lines_named(body: Any) -> set[str]:
    """The thresholds that a rule asks."""
    if isinstance(body, Mapping):
        here = {body["threshold"]} if isinstance(body.get("threshold"), str) else set()
        return here.union(*(lines_named(value) for value in body.values()))
    if isinstance(body, list | tuple):
        return set().union(*(lines_named(value) for value in body))
    return set()


# --- indicators and checks --------------------------------------------------------------------------------


def indicator_row(version: RuleVersion, reader: Reader) -> dict[str, Any]:
    """An indicator as a line of the list."""
    body = version.body
    counted, _colon, of = body["measure"].partition(":")
    measure = _COUNTED[counted] if not of else f"{_COUNTED[counted]}{_('：')}{facts.get(of).label}"
    return {
        **framed(version, reader),
        "subject": rules.SUBJECTS[body["subject"]],
        "unit": _(body["unit"]) if body.get("unit") else "",
        "measure": measure,
        "conditions": list(conditions_of(body)),
        "all_conditions": _("；").join(conditions_of(body)),
        "order": (list(rules.SUBJECTS).index(body["subject"]), version.pk),
    }


def conditions_of(body: Mapping[str, Any]) -> Iterable[str]:
    """The conditions of an indicator in words, one by one."""
    for item in body.get("where", ()):
        yield conditions.parse(item).words()
    if body.get("within"):
        yield _("在“{label}”之内").format(label=_label("indicator", body["within"]))
    if body.get("outside"):
        yield _("不属于“{label}”").format(label=_label("indicator", body["outside"]))
    if body.get("frequency"):
        yield {"due": _("按现行走访频次应走访"), "done": _("已按现行走访频次走访，并在宽限期内录入")}[body["frequency"]]
    if body.get("judged"):
        yield _("预审结果：{outcome}").format(outcome=_JUDGED[body["judged"]])
    if body.get("unmet_criteria"):
        names = _("、").join(_criterion_name(code) for code in body["unmet_criteria"])
        yield _("有一项指标未达标：{names}").format(names=names)


def _criterion_name(code: str) -> str:
    named = (one for body in versions.shipped("standard") for one in body["criteria"] if one["code"] == code)
    return next((_(one["name"]) for one in named), code)


def _label(kind: str, code: str) -> str:
    return next((_(body["label"]) for body in versions.shipped(kind) if body["code"] == code), code)


def check_row(version: RuleVersion, reader: Reader) -> dict[str, Any]:
    """A check as a line of the list."""
    check = Check.parse(version.body)
    return {
        **framed(version, reader),
        "check": check,
        "severity": SEVERITIES[check.level],
        "family": _(check.family),
        "question": _(check.question),
        "words": check.words(),
        "sources": _("、").join(check.sources),
        "order": (check.family, check.level, version.code),
    }


def indicator_page(version: RuleVersion, reader: Reader) -> dict[str, Any]:
    """An indicator by itself, with the facts it reads."""
    return {**indicator_row(version, reader), **reading(version)}


def check_page(version: RuleVersion, reader: Reader) -> dict[str, Any]:
    """A check by itself, with the facts it reads."""
    return {**check_row(version, reader), **reading(version)}
