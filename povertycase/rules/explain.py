"""Why a verdict is what it is: per criterion the value, what it is measured against, and what is missing from whom."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from povertycase.models import RuleVersion
from povertycase.rules import facts, sheet, thresholds, words
from povertycase.rules.cautions import Caution
from povertycase.rules.compile import OUTCOMES, Criterion, Standard
from povertycase.rules.conditions import Given, Values

NOTICE = "本结果仅供工作参考，不作为退出依据"


@dataclass(frozen=True)
class Reason:
    """One criterion's result as staff read it. Amounts are left out for who may not see them (E-13)."""

    code: str
    name: str
    outcome: str  # met | unmet | unknown
    applies: bool
    value: str
    threshold: str
    sentence: str
    evidence: tuple[tuple[str, str], ...]
    requirement: str
    verified: bool
    why: tuple[str, ...] = ()  # 为什么: the condition in words, the value, the line and the documents
    sources: tuple[str, ...] = ()  # codes of the sources its facts are read from
    origins: tuple[Any, ...] = ()  # the source rows themselves, where the reader of the reasons has looked them up


@dataclass(frozen=True)
class Judgement:
    """A verdict made now from one household's facts."""

    standard: Standard
    given: Given
    values: Values
    outcome: str
    results: tuple[bool | None, ...]
    thresholds: dict[str, dict[str, Any]]
    warnings: tuple[Caution, ...]

    @property
    def exited(self) -> bool:
        """Is the household marked as exited already? Then the outcome is called 稳定, 有短板, 待核实."""
        return bool(self.values.get("is_exited"))

    def reasons(self, *, amounts: bool) -> list[Reason]:
        """Every criterion in the standard's order; `amounts` = the reader may see income beside the line."""
        return [
            reason(
                criterion,
                self.values,
                self.given,
                amounts=amounts,
                result=result,
                used=self.thresholds,
                document=self.standard.document,
            )
            for criterion, result in zip(self.standard.criteria, self.results, strict=True)
        ]


def live(
    subject_id: int,
    standard: Standard,
    *,
    as_of: datetime.date,
    known_on: datetime.datetime,
    division: str = "",
    among: Iterable[RuleVersion] | None = None,
    also: Iterable[str] = (),
) -> Judgement | None:
    """One household judged on the spot, by the same SQL as a run with lo = hi; None when it is not in the register.

    among: rules that the caller has asked for already, thresholds with them. also: further facts that it needs.
    """
    evidence = [code for criterion in standard.criteria for code in criterion.evidence]
    codes = ["is_exited", *evidence, *also]
    table = sheet.unsaved("household", as_of=as_of, known_on=known_on, codes=codes, nodes=standard.criteria)
    rows = sheet.computed(table, subject_id, subject_id)
    if not rows:
        return None
    division = division or rows[0]["division_code"]
    given, used, warnings = thresholds.given(standard.thresholds(), as_of, division, among=among)
    outcome, results = standard.judge(rows[0], given)
    return Judgement(standard, given, rows[0], OUTCOMES[outcome], tuple(results), used, tuple(warnings))


def reason(
    criterion: Criterion,
    values: Values,
    given: Given,
    *,
    amounts: bool,
    result: bool | None,
    used: Mapping[str, Mapping[str, Any]] | None = None,
    document: str = "",
) -> Reason:
    """One criterion explained from the facts it was judged by; used: the thresholds as stored, document: the paper."""
    outcome = {True: "met", False: "unmet", None: "unknown"}[result]
    applies = not (criterion.applies and criterion.applies.holds(values, given) is False)
    fact = facts.get(criterion.value)
    hidden = fact.private and not amounts
    shown = criterion.shown(values, given)
    value = "" if hidden or shown is None else words.with_unit(fact.value_label(shown), fact.unit)
    lines = [] if hidden else [used[name] for name in sorted(criterion.thresholds()) if used and name in used]
    return Reason(
        code=criterion.code,
        name=_(criterion.name),
        outcome=outcome,
        applies=applies,
        value=value,
        threshold="" if hidden else criterion.words(given),
        sentence=sentence(criterion, values, given, result, applies),
        evidence=tuple(
            (str(facts.get(code).label), words.number(facts.get(code).value_label(values[code])))
            for code in criterion.evidence
            if values.get(code) is not None and not (facts.get(code).private and hidden)
        ),
        requirement=_(criterion.requirement) if criterion.requirement else "",
        verified=criterion.verified,
        why=tuple(_why("" if hidden else criterion.words(given), str(fact.label), value, lines, document)),
        sources=_sources(criterion),
    )


def _why(condition: str, label: str, value: str, lines: Sequence[Mapping[str, Any]], document: str) -> Iterator[str]:
    """The condition, the value, each line with its document, the standard's document; what is hidden is left out."""
    if condition:
        yield _("判断条件：{condition}").format(condition=condition)
    if value:
        yield _("现状：{label} {value}").format(label=label, value=value)
    for line in lines:
        amount = words.with_unit(Decimal(line["value"]), _(line["unit"]) if line["unit"] else "")
        yield _("标准线：{label} {value}（{document}）").format(
            label=_(line["label"]), value=amount, document=line["document"]
        )
    if document:
        yield _("文件：{document}").format(document=document)


def _sources(criterion: Criterion) -> tuple[str, ...]:
    """The sources of everything that the criterion reads, those of computed facts too, in the order of their codes."""
    codes = facts.needed(sorted(criterion.facts() | set(criterion.evidence)))
    return tuple(sorted({facts.get(code).source for code in codes} - {""}))


def sentence(criterion: Criterion, values: Values, given: Given, result: bool | None, applies: bool) -> str:
    """达标; 收入未达标; 待核实（缺：住房鉴定等级，由村报、县住建局认定）; 不适用."""
    if not applies:
        return _("不适用，视为达标")
    if result is None:
        return missing(criterion, values, given)
    return _("达标") if result else _(criterion.gap)


def missing(criterion: Criterion, values: Values, given: Given) -> str:
    """What must be supplied before the criterion can be judged, and by whom."""
    parts = []
    for code in criterion.unknown_facts(values, given):
        fact = facts.get(code)
        parts.append(_("{fact}，由{supplier}").format(fact=fact.label, supplier=fact.supplier))
    parts += [
        _("{line}，由县办按文件录入").format(line=thresholds.label_of(name))
        for name in sorted(criterion.thresholds())
        if given.thresholds.get(name) is None
    ]
    return _("待核实（缺：{what}）").format(what="；".join(parts)) if parts else _("待核实")
