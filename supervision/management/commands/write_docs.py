"""`manage.py write_docs`: the pages that staff read: standards and rules with their drawn tables, facts, findings."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from povertycase import slots
from povertycase.exchange import codes
from povertycase.rules import facts, spec, versions
from povertycase.rules.compile import Criterion, Standard
from povertycase.rules.explain import NOTICE
from supervision.management import rule_pages
from supervision.queries.standards import OUTCOME_WORDS

LEVELS = {"household": "户", "village": "村", "county": "县"}
_NO_DATA = "缺数据不等于不达标，也不等于达标。"
ALL_MET = f"有一项未达标即为未达标；没有未达标而有待核实的为待核实；全部达标为达标。{_NO_DATA}"
SCORED = (
    "一票否决的指标未达标即为未达标；其余各项达标得分，满 {points} 分为达标，"
    f"把待核实的各项都算上仍不满的为未达标，其他情况为待核实。{_NO_DATA}"
)


class Command(BaseCommand):
    help = "生成退出标准、各类规则、指标事实和导入发现的说明（docs/）。(Write the pages of standards, rules, facts, findings.)"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--out", default=str(Path(settings.BASE_DIR) / "docs"), metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["out"])
        for name in ("standards", "rules"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        with translation.override("zh-hans"):
            pages = {
                f"standards/{body['code']}": "\n".join(standard_page(body)) for body in versions.shipped("standard")
            }
            pages |= {f"rules/{name}": "\n".join(rule_pages.page(name)) for name in rule_pages.PAGES}
            pages["standards/facts"] = "\n".join(facts_page())
            pages["import-findings"] = "\n".join(codes.page())
        for name, text in pages.items():
            (folder / f"{name}.md").write_text(text + "\n", encoding="utf-8")
            self.stdout.write(f"docs/{name}.md")


def standard_page(body: Any) -> Iterator[str]:
    """One standard: what it stands on, its criteria, and how examples are decided."""
    standard = Standard.parse(body)
    drawn = Path(settings.BASE_DIR) / "tests" / "spec" / f"{standard.code}.txt"
    tables = {table.criterion: table for table in spec.read(drawn)} if drawn.exists() else {}
    yield f"# {standard.name}\n\n{rule_pages.HEAD}\n"
    yield f"- 文件：{standard.document}{'' if standard.verified else '（未核对原文）'}"
    yield f"- 有效期：{body.get('valid_from', '颁布之日')} 至 {body.get('valid_to', '今')}"
    yield f"- 适用区划：{standard.division or '全国'}"
    yield f"- 判断对象：{LEVELS[standard.level]}"
    yield f"- {NOTICE}。{ALL_MET if standard.pass_points is None else SCORED.format(points=standard.pass_points)}\n"
    yield "| 指标 | 要求 | 判断条件 |\n|---|---|---|"
    for criterion in standard.criteria:
        yield f"| {criterion.name}{_weight(criterion)} | {criterion.requirement} | {criterion.words()} |"
    for criterion in standard.criteria:
        yield from _examples(criterion, tables.get(criterion.code))


def _weight(criterion: Criterion) -> str:
    """（一票否决）, （10 分） of a scored standard; （未核对原文） where nobody has checked it."""
    parts = ["一票否决"] if criterion.veto else []
    parts += [f"{criterion.points} 分"] if criterion.points else []
    parts += [] if criterion.verified else ["未核对原文"]
    return f"（{'，'.join(parts)}）" if parts else ""


def _examples(criterion: Criterion, table: spec.Table | None) -> Iterator[str]:
    yield f"\n## {criterion.name}\n"
    if criterion.applies:
        yield f"只在“{criterion.applies.words()}”时判断，否则不适用，视为达标。\n"
    for code in sorted(criterion.node.facts()):
        fact = facts.get(code)
        unknown = f"不详即“{fact.unknown}”；" if fact.unknown else ""
        yield f"- {fact.label}：{unknown}由{fact.supplier}"
    if table is None:
        return
    yield from rule_pages.drawn(table, {code: str(word) for code, word in OUTCOME_WORDS.items()})


def facts_page() -> Iterator[str]:
    """Every fact: what it says, its unit, what unknown means, who supplies it."""
    yield f"# 指标事实\n\n{rule_pages.HEAD}"
    for subject in dict.fromkeys(fact.subject for fact in slots.FACTS):
        yield f"\n## {subject}\n\n| 代码 | 名称 | 单位 | 不详的含义 | 由谁提供 |\n|---|---|---|---|---|"
        for fact in facts.of_subject(subject):
            yield f"| {fact.code} | {fact.label} | {fact.unit} | {fact.unknown} | {fact.supplier} |"
