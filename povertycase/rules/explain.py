"""Why a verdict is what it is: per criterion the value, what it is measured against, and what is missing from whom."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
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
            reason(criterion, self.values, self.given, amounts=amounts, result=result)
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
) -> Judgement | None:
    """One household judged on the spot, by the same SQL as a run with lo = hi; None when it is not in the register.

    among: rules that the caller has asked for already, thresholds with them.
    """
    evidence = [code for criterion in standard.criteria for code in criterion.evidence]
    codes = ["is_exited", *evidence]
    table = sheet.unsaved("household", as_of=as_of, known_on=known_on, codes=codes, nodes=standard.criteria)
    rows = sheet.computed(table, subject_id, subject_id)
    if not rows:
        return None
    division = division or rows[0]["division_code"]
    given, used, warnings = thresholds.given(standard.thresholds(), as_of, division, among=among)
    outcome, results = standard.judge(rows[0], given)
    return Judgement(standard, given, rows[0], OUTCOMES[outcome], tuple(results), used, tuple(warnings))


def reason(criterion: Criterion, values: Values, given: Given, *, amounts: bool, result: bool | None) -> Reason:
    """One criterion explained from the facts it was judged by."""
    outcome = {True: "met", False: "unmet", None: "unknown"}[result]
    applies = not (criterion.applies and criterion.applies.holds(values, given) is False)
    fact = facts.get(criterion.value)
    hidden = fact.private and not amounts
    shown = criterion.shown(values, given)
    return Reason(
        code=criterion.code,
        name=_(criterion.name),
        outcome=outcome,
        applies=applies,
        value="" if hidden or shown is None else words.with_unit(fact.value_label(shown), fact.unit),
        threshold="" if hidden else criterion.words(given),
        sentence=sentence(criterion, values, given, result, applies),
        evidence=tuple(
            (str(facts.get(code).label), words.number(facts.get(code).value_label(values[code])))
            for code in criterion.evidence
            if values.get(code) is not None and not (facts.get(code).private and hidden)
        ),
        requirement=_(criterion.requirement) if criterion.requirement else "",
        verified=criterion.verified,
    )


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
