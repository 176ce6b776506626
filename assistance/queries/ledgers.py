"""Ledgers 台账 of visits and measures: their rows, their conditions, one page of them as it is shown."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from assistance.choices import MEASURE_KINDS, MeasureState, VisitKind
from assistance.models import Measure, Visit
from assistance.queries.visits import counted_month, period, quarter_begin
from households.queries import rolls
from households.queries.register_rows import Cell, Events, How, of_keys
from povertycase.access.typed import whole
from povertycase.models import Account
from povertycase.slots import ListFilter

# A drop-down of more visitors serves nobody: then a place is chosen first.
MOST_VISITORS = 200
PERIODS = {
    "month": later("本月（按通报统计期）"),
    "last_month": later("上月（按通报统计期）"),
    "quarter": later("本季度"),
    "year": later("本年"),
    "last_year": later("上年"),
}
FIRST_YEAR = 2014


def visits(as_of: datetime.date) -> QuerySet[Visit]:
    """The visits known up to a day, with the name of who went."""
    named = Coalesce(NullIf("visitor_name", Value("")), "cadre__name")
    found: QuerySet[Visit] = Visit.objects.known().filter(visited_on__lte=as_of).annotate(visitor=named)
    return found


def measures(as_of: datetime.date) -> QuerySet[Measure]:
    """The measures as they are known; one that is only planned is one too."""
    found: QuerySet[Measure] = Measure.objects.known()
    return found


def days_of(code: str, as_of: datetime.date) -> tuple[datetime.date, datetime.date] | None:
    """First and last day of a period; months are those that the bulletin counts."""
    if code == "month":
        return period(as_of)
    if code == "last_month":
        return period(counted_month(as_of).previous().first)
    if code == "quarter":
        return quarter_begin(as_of), as_of
    year = {"year": as_of.year, "last_year": as_of.year - 1}.get(code)
    return (datetime.date(year, 1, 1), datetime.date(year, 12, 31)) if year else None


def _in_period(rows: QuerySet, value: str, as_of: datetime.date) -> QuerySet:
    days = days_of(value, as_of)
    return rows.filter(visited_on__range=days) if days else rows.none()


def _same(name: str) -> Callable[..., QuerySet]:
    """By equality; a value that is none of the column's finds nothing."""
    return lambda rows, value, as_of: rows.filter(**{name: value}) if len(value) <= 30 else rows.none()


def _number(name: str, most: int) -> Callable[..., QuerySet]:
    def apply(rows: QuerySet, value: str, as_of: datetime.date) -> QuerySet:
        number = whole(value, most)
        return rows.none() if number is None else rows.filter(**{name: number})

    return apply


def _kinds(account: Account) -> list[tuple[str, Any]]:
    return [(kind.code, kind.words) for kind in MEASURE_KINDS.values()]


def _years(account: Account) -> list[tuple[str, Any]]:
    return [(str(year), str(year)) for year in range(FIRST_YEAR, 2021)]


VISIT_FILTERS = (
    ListFilter("period", 10, later("走访日期"), _in_period, lambda account: list(PERIODS.items())),
    ListFilter("visit_kind", 20, later("走访方式"), _same("kind"), lambda account: list(VisitKind.choices)),
    ListFilter("cadre", 30, later("走访人"), _number("cadre_id", 9)),
)
MEASURE_FILTERS = (
    ListFilter("measure_year", 10, later("年度"), _number("year", 4), _years),
    ListFilter("measure_kind", 20, later("措施类别"), _same("kind"), _kinds),
    ListFilter("measure_state", 30, later("进展"), _same("state"), lambda account: list(MeasureState.choices)),
)
NEWEST = {"visit": ("-visited_on", "-pk"), "measure": ("-year", "-done_on", "-pk")}


# --- one page -----------------------------------------------------------------------------------------------


def chosen(account: Account, kind: str, params: Mapping[str, str], as_of: datetime.date) -> QuerySet:
    """The rows of a ledger by its conditions as far as the account reaches, the newest first."""
    events = rolls.events(account, kind, params, as_of)
    if events is None:
        raise LookupError(kind)
    homes = rolls.cards(account, params, as_of).order_by().values("pk")
    return events.rows.filter(household__in=homes).order_by(*NEWEST[kind])


def page_of(rows: QuerySet, size: int, number: str | None) -> Page:
    """One page of the rows: their keys and households only."""
    return Paginator(rows.values_list("pk", "household"), size).get_page(number)


def cells_of(kind: str, page: Page, cells: Sequence[Cell], how: How) -> list[list[Any]]:
    """The cells of the rows of a page in its order, in the reader's language."""
    keys = [key for key, _home in page.object_list]
    homes = list(dict.fromkeys(home for _key, home in page.object_list))
    model = {"visit": visits, "measure": measures}[kind]
    events = Events(kind, model(how.as_of).filter(pk__in=keys))
    asked = [Cell(kind, "pk"), *map(_said, cells)]
    found = {row[0]: row[1:-1] for row in of_keys(homes, asked, how, people=False, events=events)}
    return [found[key] for key in keys if key in found]


def _said(cell: Cell) -> Cell:
    """The cell with the labels of its codes in the reader's language."""
    return replace(cell, labels={value: _(label) for value, label in cell.labels.items()}) if cell.labels else cell


def visitors(rows: QuerySet) -> list[tuple[str, str]]:
    """Who went, by key, to choose from; nothing where there are too many."""
    found = list(
        rows.order_by().values_list("cadre", "cadre__name").exclude(cadre=None).distinct()[: MOST_VISITORS + 1]
    )
    return (
        sorted(((str(key), name) for key, name in found), key=lambda one: one[1]) if len(found) <= MOST_VISITORS else []
    )
