"""The pages that staff read about rules: what each asks, and the drawn tables that the tests decide by both engines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from povertycase.rules import conditions, facts, spec, versions
from povertycase.rules.words import of_threshold
from supervision.queries import own_rules, rule_words

HEAD = "本页由 `make docs` 生成，请勿手工修改。"
DRAWN_FOR = "示例按 2018-11-30 的情况判断；不详的项写作“不详”。"
_LINE = "line:"


@dataclass(frozen=True)
class Page:
    """A kind of rules: its title, what is said first, the files its tables are drawn in, the words of its outcomes."""

    kind: str
    title: str
    about: str
    drawn: str
    words: tuple[str, str, str]  # what a hit, no hit, unknown is called


PAGES = {
    "checks": Page(
        "check", "疑点规则", "条件确实成立的户才是疑点；数据不详不算疑点。", "checks/*.txt", ("疑点", "不是疑点", "不详，不算疑点"),
    ),
    "warnings": Page(
        "warning", "预警规则", "条件确实成立的户才预警；数据不详不预警。", "warnings.txt", ("预警", "不预警", "不详，不预警"),
    ),
    "policies": Page(
        "policy", "政策", "应享受而确实没有享受的户才列为应享未享；数据不详不列。", "policies.txt",
        ("应享未享", "不是应享未享", "不详，不列"),
    ),
    "frequencies": Page(
        "frequency", "走访频次", "条件确实成立的户才应走访。", "frequencies.txt", ("应走访", "不在走访范围", "不详，不列"),
    ),
    "integrity": Page(
        "integrity", "退出抽查规则", "列入乡镇抽查名单，不下发到村。", "integrity.txt", ("抽查", "不抽查", "不详，不抽查"),
    ),
    "indicators": Page(
        "indicator", "统计指标", "条件确实成立的才计入；数据不详不计入。退出类指标按国家标准、走访类指标按常规频次举例。",
        "indicators.txt", ("计入", "不计入", "不详，不计入"),
    ),
}  # fmt: skip


def page(name: str) -> Iterator[str]:
    """The page of a kind of rules: each with its condition in words and its examples."""
    one = PAGES[name]
    tables = {table.criterion: table for path in sorted(_spec().glob(one.drawn)) for table in spec.read(path)}
    hit, no_hit, unknown = one.words
    words = {"hit": hit, "no hit": no_hit, "counted": hit, "not counted": no_hit, "unknown": unknown}
    yield f"# {one.title}\n\n{HEAD}\n\n{one.about}{DRAWN_FOR}"
    for body in versions.shipped(one.kind):
        yield f"\n## {body.get('name') or body['label']}\n"
        yield from (f"- {label}：{value}" for label, value in _told(one.kind, body) if value)
        if body["code"] in tables:
            yield from drawn(tables[body["code"]], words)


def _spec() -> Path:
    return Path(settings.BASE_DIR) / "tests" / "spec"


def _told(kind: str, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is said of a rule beside its name."""
    if kind == "indicator":
        yield "单位", str(body.get("unit", ""))
        yield "条件", "；".join(rule_words.conditions_of(body))
        return
    yield from own_rules.said(kind, body, lambda test: conditions.parse(test).words()).items()
    yield "出处", "、".join(body.get("sources", ()))


def drawn(table: spec.Table, words: Mapping[str, str]) -> Iterator[str]:
    """A drawn table as staff read it. words: of its outcomes."""
    yield "\n| " + " | ".join(_heading(column) for column in table.columns) + " |"
    yield "|" + "---|" * len(table.columns)
    for row in table.cells:
        cells = zip(table.columns, row, strict=True)
        yield (
            "| "
            + " | ".join(words[cell] if column == "outcome" else _cell(column, cell) for column, cell in cells)
            + " |"
        )


def _heading(column: str) -> str:
    if column == "outcome":
        return "结果"
    if column == spec.PERSONS:
        return "每个成员"
    if column.startswith(_LINE):
        return of_threshold(column.removeprefix(_LINE), None)
    return str(facts.get(column).label)


def _cell(column: str, cell: str) -> str:
    if column == spec.PERSONS:
        return _persons(cell)
    if column.startswith(_LINE):
        return "不详" if cell == "-" else cell
    return _value(column, cell)


def _value(code: str, cell: str) -> str:
    if cell == "-":
        return "不详"
    return {"true": "是", "false": "否"}.get(cell) or str(facts.get(code).value_label(cell))


def _persons(cell: str) -> str:
    """A member by semicolon: 年龄 30，劳动能力 无劳动力."""
    if cell == spec.NOBODY:
        return "没有成员"
    told = []
    for person in cell.split(";"):
        pairs = [item.strip().partition("=") for item in person.split(",")]
        told.append("，".join(f"{facts.get(code).label} {_value(code, value)}" for code, _is, value in pairs))
    return "；".join(told)
