"""Entering what a bureau or an evaluator says by document of villages or of the county: dated, corrected by a new row."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later
from django.utils.translation import override

from households.actions import dated
from households.facts.figures import FIGURES, Figure
from households.models import DivisionFigure
from povertycase import audit, slots
from povertycase.models import Account, Division
from povertycase.sentences import Sentence

_OWN_OFFICE = "扶贫办"


@dataclass(frozen=True)
class Line:
    """One place's figure: a share (numerator of denominator), an amount or an answer, by the kind of the figure."""

    division: Division
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    amount: Decimal | None = None
    answer: bool | None = None

    def values(self) -> dict[str, Any]:
        names = ("numerator", "denominator", "amount", "answer")
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def enter(
    *,
    code: str,
    lines: Sequence[Line],
    true_from: datetime.date,
    source_unit: str,
    document: str,
    entered_on: datetime.date,
    by: Account | None,
    sample: int | None = None,
) -> int:
    """Write one paper's figures of some places; a place's figure of the same day is superseded by the new one.

    Returns how many rows came; a line that says what is known already makes none. sample: of an evaluator's figure.
    Raises ValidationError: no such figure, a place of another level or outside reach, numbers that are no share, a
    day to come, an evaluator's figure without its sample or from the county office itself (E-19).
    """
    figure = FIGURES.get(code)
    if figure is None:
        raise ValidationError(Sentence(later("项目目录里没有“%(code)s”。"), code=code))
    dated.refuse_future(true_from, entered_on, _("数据日期"))
    _require_evaluator(figure, source_unit, sample)
    paper = {"source_unit": source_unit.strip(), "document": document.strip(), "sample": sample}
    now = _known(code, lines, true_from)
    wanted = [line for line in lines if not _says(now.get(line.division.code), line, paper)]
    if not wanted:
        return 0
    event = audit.record(
        "figure.entered",
        by=by,
        about=_of_the_office(figure.label),
        params={"places": len(wanted), "unit": source_unit, "document": document, "day": true_from.isoformat()},
    )
    for line in wanted:
        _require_place(figure, line, by)
        _require_number(figure, line)
        values = {**line.values(), **paper, "evaluated": figure.evaluated, "entered_by": by}
        old = now.get(line.division.code)
        if old is not None:
            dated.replace(old, values, entered_on=entered_on, event=event)
        else:
            row = DivisionFigure(division=line.division, code=code, true_from=true_from, **values)
            dated.add(row, entered_on=entered_on, event=event)
    for after in slots.PLACE_WRITTEN:
        after.tell([line.division.code for line in wanted], day=entered_on, event=event)
    return len(wanted)


@transaction.atomic
def take_back(*, figure: DivisionFigure, old: DivisionFigure | None, by: Account | None) -> DivisionFigure | None:
    """A figure that an import wrote goes; the one it had superseded stands again. Returns that. Raises Conflict."""
    params = {"place": figure.division.name, "document": figure.document, "day": figure.true_from.isoformat()}
    known = FIGURES.get(figure.code)
    about = _of_the_office(known.label) if known else figure.code
    event = audit.record("figure.taken_back", by=by, about=about, params=params)
    return dated.take_back(figure, old, event=event)


def _of_the_office(label: Any) -> str:
    """The trail keeps the office's own words, whatever language the acting person reads."""
    with override("zh-hans"):
        return str(label)


def _known(code: str, lines: Sequence[Line], day: datetime.date) -> dict[str, DivisionFigure]:
    """The rows of this day that are known now, held until the transaction ends."""
    rows = DivisionFigure.objects.known().filter(
        code=code, true_from=day, division_id__in=[line.division.code for line in lines]
    )
    return {row.division_id: row for row in rows.select_for_update(of=("self",)).order_by("pk")}


def _says(row: DivisionFigure | None, line: Line, paper: dict[str, Any]) -> bool:
    """Does the row say this already, by the same paper?"""
    return row is not None and not dated.changed(row, {**line.values(), **paper})


def _require_evaluator(figure: Figure, source_unit: str, sample: int | None) -> None:
    if not figure.evaluated:
        return
    if _OWN_OFFICE in source_unit:
        raise ValidationError(
            Sentence(
                later("“%(figure)s”只能由评估组抽样得出，县扶贫办不能自己填报；县里掌握的情况请按疑似户数登记。"),
                figure=[figure.label],
            )
        )
    if not sample:
        raise ValidationError(Sentence(later("“%(figure)s”由评估抽样得出，请填写样本量。"), figure=[figure.label]))


def _require_place(figure: Figure, line: Line, by: Account | None) -> None:
    if line.division.level not in figure.levels:
        raise ValidationError(
            Sentence(
                later("“%(figure)s”不是%(place)s这一级的数据，请改选项目。"),
                figure=[figure.label],
                place=line.division.name,
            )
        )
    if by is not None and not any(
        extent.kind == "everything" or (extent.kind == "divisions" and line.division.code.startswith(extent.prefix))
        for extent in by.extents()
    ):
        raise ValidationError(Sentence(later("“%(place)s”不在您的辖区范围内。"), place=line.division.name))


def _require_number(figure: Figure, line: Line) -> None:
    """What the kind of figure asks for, and nothing else. Raises ValidationError with the place's name."""
    place, given = line.division.name, {name for name, value in line.values().items() if value is not None}
    asked = {"numerator", "denominator"} if figure.kind == "share" else {figure.kind}
    if given != asked:
        what = {"share": later("分子和分母"), "amount": later("数值"), "answer": later("是或否")}[figure.kind]
        raise ValidationError(Sentence(later("%(place)s：请填写%(what)s。"), place=place, what=[what]))
    numerator, denominator = line.numerator, line.denominator
    if numerator is not None and denominator is not None and (denominator <= 0 or not 0 <= numerator <= denominator):
        raise ValidationError(
            Sentence(
                later("%(place)s：分子 %(numerator)s 应在 0 和分母 %(denominator)s 之间，分母应大于 0，请核对。"),
                place=place,
                numerator=numerator,
                denominator=denominator,
            )
        )


def note_export(*, rows: int, by: Account) -> None:
    """The figures left the system as a file."""
    audit.record("figure.list_exported", by=by, params={"rows": rows})


__all__ = ["Line", "enter", "note_export", "take_back"]
