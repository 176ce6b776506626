"""部门数据表 as an import: what bureaus and evaluators say by document of villages or of the county."""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later
from django.utils.translation import override

from households.actions import figures
from households.facts.figures import FIGURES
from households.models import DivisionFigure
from households.sheets.row_words import back, changes, standing
from povertycase.access.permissions import Permission
from povertycase.exchange import rowwise
from povertycase.exchange.batch import Staging
from povertycase.exchange.cleaning import ERROR
from povertycase.exchange.columns import Column, Sheet, of
from povertycase.exchange.rowwise import CHANGED, NEW, SAME, Looked, Wrote
from povertycase.models import Division
from povertycase.models.division import short_name
from povertycase.slots import FindingCode

NUMBERS = ("numerator", "denominator", "amount", "answer")
PAPER = ("source_unit", "document", "sample")

SHEET = Sheet(
    "figures",
    "部门数据",
    (
        Column(
            "figure",
            "项目",
            "enum",
            choices=tuple((code, str(figure.label)) for code, figure in FIGURES.items()),
            synonyms=("指标", "数据项目"),
            required=True,
            width=28,
        ),
        Column("town", "乡镇", synonyms=("乡", "镇"), length=40, help="全县的数据不填乡镇和行政村"),
        Column("village", "行政村", synonyms=("村", "村名"), length=60, width=16),
        of(DivisionFigure, "true_from", heading="数据日期", synonyms=("截止日期", "日期"), required=True, width=13),
        of(DivisionFigure, "numerator", heading="分子", synonyms=("达标数", "合格数")),
        of(DivisionFigure, "denominator", heading="分母", synonyms=("总数",)),
        of(DivisionFigure, "amount", heading="数值", synonyms=("数量", "金额")),
        of(DivisionFigure, "answer", heading="是否达到", synonyms=("达到", "结论")),
        of(DivisionFigure, "source_unit", heading="提供单位", synonyms=("数据来源", "部门"), required=True, width=20),
        of(DivisionFigure, "document", heading="依据文件", synonyms=("文号", "依据"), required=True, width=24),
        of(DivisionFigure, "sample", heading="样本量", synonyms=("抽样数",)),
    ),
    synonyms=("行业数据", "村和行业数据", "部门数据表"),
    optional=False,
    note="每个项目每个村一行；比例填分子和分母，不填百分数",
    key=("figure",),
)


def look(stage: Staging, row: dict[str, Any]) -> Looked:
    """A figure that nobody entered, one by another paper or with another number, or one that stands as it is."""
    looked = _compared(stage, row, f"{row['town'] or ''}{row['village'] or ''}")
    with override(None):  # the key of its translation
        return replace(looked, named=str(FIGURES[row["figure"]].label))


def _compared(stage: Staging, row: dict[str, Any], about: str) -> Looked:
    code, refused = _place(stage, row, about)
    if refused:
        return refused
    place = Division.objects.get(pk=code)
    values = {name: row[name] for name in (*NUMBERS, *PAPER)}
    before = _known(row, place)
    differing = changes(DivisionFigure, before, values)
    if not differing:
        return Looked(SAME, about)
    return Looked(CHANGED if before else NEW, about, differing, partial(_enter, row, place, before))


def _place(stage: Staging, row: dict[str, Any], about: str) -> tuple[str, Looked | None]:
    """The village, or the county where neither town nor village is named."""
    if not row["town"] and not row["village"]:
        return settings.COUNTY.ljust(12, "0"), None
    if not (row["town"] and row["village"]):
        words = later("乡镇和行政村须一起填写；全县的数据两列都不填")
        return "", rowwise.refused("town", "place_incomplete", words, about=about)
    match = stage.places.match(row["town"], row["village"])
    if match.code is None or match.note and match.note.severity == ERROR:
        return "", Looked(rowwise.REFUSED, about, note=match.note, key="village")
    return match.code, None


def _known(row: dict[str, Any], place: Division) -> DivisionFigure | None:
    rows = DivisionFigure.objects.known().filter(code=row["figure"], division=place, true_from=row["true_from"])
    return rows.first()


def _enter(row: dict[str, Any], place: Division, before: DivisionFigure | None, *, by: Any, on: Any) -> Wrote:
    numbers = {name: _number(row[name]) for name in NUMBERS}
    figures.enter(
        code=row["figure"],
        lines=[figures.Line(division=place, **numbers)],
        true_from=row["true_from"],
        source_unit=row["source_unit"],
        document=row["document"],
        sample=row["sample"],
        entered_on=on,
        by=by,
    )
    made = _known(row, place)
    assert made is not None
    return Wrote(made.pk, before.pk if before else None)


def _take_back(wrote: Wrote, *, by: Any, on: Any) -> int | None:
    figure, old = standing(DivisionFigure, wrote, by)
    return back(partial(figures.take_back, figure=figure, old=old, by=by))


def _figure(row: dict[str, Any]) -> tuple[Any, ...]:
    """A place may be named in two ways."""
    return row["figure"], row["true_from"], short_name(row["village"] or "")


def _number(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


KIND = rowwise.kind(
    "figures",
    order=60,
    label=_("部门数据表"),
    permission=Permission.FIGURE_ENTER,
    sheets=(SHEET,),
    rows=rowwise.Rows(look, _take_back, once=("figure", "town", "village", "true_from"), part=_figure),
    extra={
        "codes": (
            FindingCode("place_incomplete", "error", "只填了乡镇或只填了行政村", "两列一起填；全县的数据都不填", (31,)),
        )
    },
)
