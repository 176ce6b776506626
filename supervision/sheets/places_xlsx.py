"""A check of villages or of the county on its way out: the matrix, then each criterion with its papers."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as later

from povertycase.access.permissions import Permission
from povertycase.actions.list_exports import Nothing
from povertycase.exchange.listed import Listed
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account, Division
from povertycase.rules import cautions
from povertycase.slots import ListExport
from supervision.actions import places as acts
from supervision.models import DivisionRun
from supervision.queries import places, standards

PAPERS = (
    *(Head("区划", 16), Head("指标", 18), Head("结果", 10), Head("要求", 24, "long"), Head("项目", 24, "long")),
    *(Head("数值", 10), Head("分子", 10, "count"), Head("分母", 10, "count"), Head("样本量", 10, "count")),
    *(Head("提供单位", 16), Head("文件", 24, "long"), Head("数据日期", 12), Head("其中:建档立卡户", 20)),
)


def of(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: run. Raises Nothing."""
    run = places.visible(account).filter(pk=asked["run"]).first()
    if run is None:
        raise Nothing
    rows = places.matrix(run, account)
    standard, title = standards.of(run.standard), f"{run.standard.body['name']}核验"
    scored = standard.pass_points is not None

    def note(*, rows: int, by: Account, job: Any) -> None:
        acts.note_export(run=run, rows=rows, by=by)

    points = (Head("得分", 8, "rate"),) if scored else ()
    criteria = (Head(one.name, 14) for one in standard.criteria)
    heads = (Head("序号", 8, "count"), Head("乡镇", 16), Head("区划", 18), Head("核验结果", 12), *points, *criteria)
    with translation.override("zh-hans"):
        said = {"left": str(places.NOTICE), "foot": str(places.NOTICE), "about": _about(run)}
        first = Paper(title, heads, page="核验结果", **said)  # type: ignore[arg-type]
        second = Paper(f"{title}：部门数据", PAPERS, page="部门数据", **said)  # type: ignore[arg-type]
    more = ((second, lambda: _papers(run, rows)),)
    return Listed(first, lambda: _matrix(rows, scored), len(rows), f"{title} {run.as_of}", note, more)


def _matrix(rows: list[dict[str, Any]], scored: bool) -> Iterator[list[Any]]:
    with translation.override("zh-hans"):
        for number, row in enumerate(rows, start=1):
            cells = [number, row["town"], row["place"].name, str(row["word"])]
            cells += [row["verdict"].points] if scored else []
            yield cells + [str(cell["word"]) for cell in row["cells"]]


def _papers(run: DivisionRun, rows: list[dict[str, Any]]) -> Iterator[list[Any]]:
    """One line a figure that a criterion asks for, missing ones too."""
    with translation.override("zh-hans"):
        for row in rows:
            found, _same = places.reasons(run, row["verdict"])
            for item in found:
                for paper in item.papers:
                    said = paper.said
                    yield [
                        row["place"].name,
                        item.reason.name if item.reason.verified else f"{item.reason.name}（未核对原文）",
                        str(standards.OUTCOME_WORDS[item.reason.outcome]),
                        item.reason.requirement,
                        str(paper.figure.label),
                        paper.words or "缺",
                        *([said.numerator, said.denominator, said.sample] if said else [None] * 3),
                        ("村登记表" if said.by_form else said.source_unit)
                        if said
                        else f"应由{paper.figure.supplier}提供",
                        said.document if said else "",
                        said.true_from.isoformat() if said else "",
                        item.registered_words,
                    ]


def _about(run: DivisionRun) -> tuple[tuple[str, str], ...]:
    division = Division.objects.get(code=run.division_code)
    return (
        ("标准", f"{run.standard.body['name']}；{run.standard.document}"),
        ("区划", f"{division.name}（{run.division_code}）"),
        ("截止日期", str(run.as_of)),
        ("取数时点", f"{timezone.localtime(run.known_on):%Y-%m-%d %H:%M:%S}"),
        *(("说明", caution) for caution in cautions.say_all(run.warnings)),
        ("说明", "全部农户、全部居民的比例以部门文件为准；“其中:建档立卡户”由登记簿算出，只供对照。"),
        ("说明", str(places.NOTICE)),
        ("标准版本", run.standard.sha256),
    )


EXPORT = ListExport("places", later("核验结果"), Permission.HOUSEHOLD_EXPORT, of, 140)
