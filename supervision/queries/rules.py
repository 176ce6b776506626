"""Reading the rules 规则: what facts there are, which rule uses which, what a rule says, which lines are missing."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from povertycase import slots
from povertycase.models import Division, RuleVersion
from povertycase.rules import facts, thresholds, versions
from povertycase.rules.facts import Fact
from povertycase.rules.policy import MEASURES
from supervision.queries import fact_coverage
from supervision.queries.fact_coverage import Coverage

KINDS = {
    "standard": gettext_lazy("退出标准"),
    "check": gettext_lazy("疑点规则"),
    "warning": gettext_lazy("预警"),
    "frequency": gettext_lazy("走访频次"),
    "policy": gettext_lazy("政策"),
    "indicator": gettext_lazy("统计指标"),
}
SUBJECTS = {
    "household": gettext_lazy("户"),
    "person": gettext_lazy("人"),
    "village": gettext_lazy("村"),
    "town": gettext_lazy("乡镇"),
    "county": gettext_lazy("县"),
    "unit": gettext_lazy("帮扶单位"),
    "pairing": gettext_lazy("结对"),
    "posting": gettext_lazy("驻村"),
}
TYPES = {
    "int": gettext_lazy("整数"),
    "numeric": gettext_lazy("数值"),
    "bool": gettext_lazy("是否"),
    "text": gettext_lazy("文字或代码"),
    "date": gettext_lazy("日期"),
}
# Where a rule names facts: the keys of its table whose texts are codes of facts.
_NAMES = {"fact", "age_of", "months_since", "sum", "value", "evidence", "shows", "measure"}


def coverage() -> Coverage:
    """How many subjects know each fact, as last counted; empty before the first counting."""
    return fact_coverage.last()


def rules(*kinds: str) -> list[RuleVersion]:
    """The versions in force at some time, of the kinds that read facts unless others are named; by code."""
    return versions.all_of(*(kinds or KINDS))


def standing_here(found: Iterable[RuleVersion], county: str) -> list[RuleVersion]:
    """Without the lines and own rules in whose place a nearer or newer version of the county stands."""
    found = list(found)
    nearest = {
        (one.kind, one.code): one
        for one in sorted(found, key=lambda one: (len(one.division_code), one.pk))
        if county.startswith(one.division_code)
    }
    replaced = ("check", "threshold", "warning", "frequency", "policy")
    return [one for one in found if one.kind not in replaced or nearest.get((one.kind, one.code), one).pk == one.pk]


def named(body: Any) -> set[str]:
    """The facts that a rule names itself."""
    measured = (f"{MEASURES}{kind}" for kind in body.get("measures", ())) if isinstance(body, Mapping) else ()
    return {code for code in (*_texts(body), *measured) if slots.FACTS.get(code) is not None}


def _texts(body: Any, wanted: bool = False) -> Iterator[str]:
    if isinstance(body, str):
        if wanted:
            yield body.partition(":")[2] or body
    elif isinstance(body, Mapping):
        for key, value in body.items():
            yield from _texts(value, key in _NAMES)
    elif isinstance(body, Iterable):
        for value in body:
            yield from _texts(value, wanted)


def users(found: Iterable[RuleVersion]) -> dict[str, list[RuleVersion]]:
    """Which rules read each fact, those it is computed into among them."""
    used = defaultdict(list)
    for version in found:
        for code in facts.needed(sorted(named(version.body))):
            used[code].append(version)
    return used


def title(version: RuleVersion) -> str:
    """What a rule is called, in the language in force."""
    return _(version.body.get("name") or version.body.get("label") or version.code)


def computed_from(fact: Fact) -> list[Fact]:
    """The facts that a fact without a source is computed from, in order."""
    return [] if fact.source else [facts.get(code) for code in facts.needed([fact.code])[:-1]]


def origin(fact: Fact) -> str:
    """Where a fact comes from, in one sentence of the office's words."""
    if parts := computed_from(fact):
        return _("由{facts}计算得出。").format(facts=_("、").join(f"“{part.label}”" for part in parts))
    if fact.subject == "person":
        return _("取自成员本人当日的身份和最近一次采集的情况。")
    source = facts.SOURCES[fact.source]
    if source.group:
        return _("按“{source}”逐{subject}汇总。").format(source=source.label, subject=SUBJECTS[fact.subject])
    return _("取自“{source}”截止日有效的一条记录，整条采用，空格就是不详。").format(source=source.label)


def source_label(fact: Fact) -> Any:
    """The papers or tables a fact is read from."""
    if fact.source:
        return facts.SOURCES[fact.source].label
    return facts.SOURCES["members"].label if fact.subject == "person" else _("计算")


def chosen(subject: str, text: str) -> list[Fact]:
    """The facts of a subject whose name, code or source contains the text; "" = all."""
    text = text.strip().lower()
    found = [fact for fact in slots.FACTS if fact.subject == subject or not subject]
    order = list(SUBJECTS)
    found.sort(key=lambda fact: order.index(fact.subject))
    return [fact for fact in found if text in f"{fact.code} {fact.label} {source_label(fact)}".lower()]


# Provinces by the first two digits (GB/T 2260): a rule may be made for one that is not in this installation.
PROVINCES = {
    "14": gettext_lazy("山西省"), "22": gettext_lazy("吉林省"), "23": gettext_lazy("黑龙江省"),
    "34": gettext_lazy("安徽省"), "36": gettext_lazy("江西省"), "41": gettext_lazy("河南省"),
    "42": gettext_lazy("湖北省"), "43": gettext_lazy("湖南省"), "45": gettext_lazy("广西壮族自治区"),
    "46": gettext_lazy("海南省"), "50": gettext_lazy("重庆市"), "51": gettext_lazy("四川省"),
    "52": gettext_lazy("贵州省"), "53": gettext_lazy("云南省"), "54": gettext_lazy("西藏自治区"),
    "61": gettext_lazy("陕西省"), "62": gettext_lazy("甘肃省"), "63": gettext_lazy("青海省"),
    "64": gettext_lazy("宁夏回族自治区"), "65": gettext_lazy("新疆维吾尔自治区"), "15": gettext_lazy("内蒙古自治区"),
}  # fmt: skip


def places(prefixes: Iterable[str]) -> dict[str, str]:
    """Division prefixes as names: 全国, 广西壮族自治区; a county elsewhere stays its code."""
    wanted = set(prefixes)
    known = dict(
        Division.objects.filter(code__in=[prefix.ljust(12, "0") for prefix in wanted]).values_list("code", "name")
    )
    return {prefix: _place(prefix, known) for prefix in wanted}


def _place(prefix: str, known: Mapping[str, str]) -> str:
    if not prefix:
        return _("全国")
    if name := known.get(prefix.ljust(12, "0")):
        return name
    province = PROVINCES.get(prefix[:2])
    return f"{province} {prefix}" if province and len(prefix) > 2 else str(province or prefix)


@dataclass(frozen=True)
class Line:
    """A line of a threshold: from when to when, where, how much, by which document."""

    place: str
    start: str
    end: str
    value: Any
    document: str
    verified: bool


@dataclass(frozen=True)
class Lines:
    """A threshold 标准线 laid out: its lines, and which years of which place have none."""

    version: RuleVersion
    lines: tuple[Line, ...]
    years: tuple[int, ...]
    table: tuple[tuple[str, tuple[Any, ...]], ...]  # place, then the value of each year (None = no line)
    missing: tuple[int, ...]  # years without a line for this county

    @property
    def unit(self) -> str:
        """The unit of its values, in words."""
        return _(self.version.body["unit"]) if self.version.body.get("unit") else ""


def lines_of(version: RuleVersion, county: str, today: datetime.date, names: Mapping[str, str]) -> Lines:
    """A threshold year by year, for every place it names; years run from its first line to this year. names: places()."""
    body = version.body
    values = thresholds.lines(version)
    first = min([int(line["from"][:4]) for line in values] or [today.year])
    last = max([today.year, *(int(line.get("to", line["from"])[:4]) for line in values)])
    watched = int(str(body.get("watched_from", first))[:4])
    years = tuple(range(first, last + 1))
    table = tuple(
        (names[prefix], tuple(_value(values, prefix, year) for year in years))
        for prefix in dict.fromkeys(line.get("division", "") for line in values)
    )
    missing = tuple(year for year in years if watched <= year <= today.year and not _reaching(values, county, year))
    laid = tuple(
        Line(
            names[line.get("division", "")], line["from"], line.get("to", ""), line["value"],
            line.get("document", body.get("document", "")), bool(line.get("verified", False)),
        )
        for line in values
    )  # fmt: skip
    return Lines(version, laid, years, table, missing)


def _value(values: Iterable[Mapping[str, Any]], prefix: str, year: int) -> Any:
    found = [line["value"] for line in values if line.get("division", "") == prefix and _covers(line, year)]
    return found[-1] if found else None


def _reaching(values: Iterable[Mapping[str, Any]], county: str, year: int) -> bool:
    return any(county.startswith(line.get("division", "")) and _covers(line, year) for line in values)


def _covers(line: Mapping[str, Any], year: int) -> bool:
    return int(line["from"][:4]) <= year <= int(line.get("to", "9999")[:4])
