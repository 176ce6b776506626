"""The figures of bureaus 部门数据 on their way out: each of the county and of every village, with what is missing."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as later

from households.actions import figures as acts
from households.facts.figures import FIGURES, Figure, Said, said
from households.queries import figures
from povertycase import periods
from povertycase.access.permissions import Permission
from povertycase.exchange.listed import Listed, day_words
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account, Division
from povertycase.slots import ListExport

TITLE = "部门数据"
HEADS = (
    *(Head("乡镇", 16), Head("地区", 18), Head("项目", 34, "long"), Head("数值", 14), Head("分子", 12, "number")),
    *(Head("分母", 12, "number"), Head("样本", 10, "count"), Head("提供单位", 22), Head("文件", 30, "long")),
    Head("数据日期", 13, "date"),
)


def of(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """The whole of what the page counts; asked: nothing."""
    places = [("", county) for county in figures.counties(account)]
    places += [(town.name, village) for town in figures.towns(account) for village in figures.villages(town)]
    wanted = [
        (town, place, figure)
        for town, place in places
        for figure in FIGURES.values()
        if ("village" if town else "county") in figure.levels
    ]

    def read() -> Iterator[list[Any]]:
        known = said([place.code for _town, place in places], as_of=day, known_on=periods.now())
        with translation.override("zh-hans"):
            for town, place, figure in wanted:
                yield _cells(town, place, figure, known[place.code].get(figure.code))

    def note(*, rows: int, by: Account, job: Any) -> None:
        acts.note_export(rows=rows, by=by)

    about = (("说明", "没有数据的项目数值为“缺”，提供单位为应提供的单位。"),)
    paper = Paper(TITLE, HEADS, page="清单", left=day_words(day), conditions="全部项目", about=about)
    return Listed(paper, read, len(wanted), f"{TITLE} {day}", note)


def _cells(town: str, place: Division, figure: Figure, told: Said | None) -> list[Any]:
    first = [town, place.name, str(figure.label)]
    if told is None:
        return [*first, "缺", None, None, None, str(figure.supplier), "", None]
    unit = "村登记表" if told.by_form else told.source_unit
    numbers = (told.numerator, told.denominator, told.sample)
    return [*first, figures.shown(figure, told), *numbers, unit, told.document, told.true_from]


EXPORT = ListExport("figures", later("部门数据"), Permission.FIGURE_ENTER, of, 80)
