"""The register of a place as the register's own workbook, so that it comes back in by the import with nothing changed.

Sheets, headings and order are the declaration's (sheets/register.py); numbers stand masked, which the import takes as
they are. Every row is what is in force on the day; 生效日期 is that day, the steps of a household have their own days.
"""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as later

from households.actions import lists
from households.models import LegalSupporter
from households.queries import listing, rolls
from households.queries.register_rows import SLICE, Cell, How, lines, told_of
from households.sheets.register import HELPER, HOUSEHOLD, INCOME, LIVING, MEMBER, SUPPORTER
from households.sheets.roll_columns import cell_of, kind_of
from povertycase.access.permissions import Permission
from povertycase.exchange.columns import Column, Sheet
from povertycase.exchange.listed import Listed
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account
from povertycase.reach import ReachQuerySet
from povertycase.slots import ListExport

NUMBER = Cell("card", "household_no")
# Sums are computed again and only compared.
LEFT_OUT = {"net_income", "net_income_per_capita"}
HEALTH = {"transfer_disability"}


@dataclass(frozen=True)
class Page:
    """A sheet of the workbook: its columns, their cells, and which cell tells that there is a row at all."""

    sheet: Sheet
    people: bool = False
    needs: str = ""


PAGES = (
    Page(HOUSEHOLD),
    Page(MEMBER, people=True),
    Page(INCOME, needs="calculated_on"),
    Page(LIVING),
    Page(HELPER, needs="name"),
)


def of(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: params (conditions of the household list). Every sheet of the register for these households."""
    cards = rolls.cards(account, asked["params"], day)
    how = How(day, clear=bool(asked.get("clear")))
    number = int(cards.order_by().count())

    def note(*, rows: int, by: Account, job: Any) -> None:
        keys = list(cards.order_by().values_list("pk", flat=True))
        lists.note_export(households=keys, columns=[page.sheet.title for page in PAGES], by=by, job=job)

    with translation.override("zh-hans"):
        query = "&".join(f"{code}={value}" for code, value in asked["params"].items())
        conditions = listing.condition_words(account, query) or "全部"
        about = (
            ("用法", "改动后可在“导入”中上传：没有改动的户计为一致，号码按印出的数字认，不会改动。"),
            ("截止日期", day.isoformat()),
            *((("号码", "完整号码，经第二人审批"),) if how.clear else ()),
        )
        sheets = [_sheet(page, cards, how, day) for page in PAGES]
        sheets.append(_supporters(cards, day))
        papers = [
            (Paper("", heads, page=title, conditions=conditions, about=about), rows) for title, heads, rows in sheets
        ]
    (first, rows), *more = papers
    return Listed(first, rows, number, f"建档立卡登记簿{number}户_{day.isoformat()}", note, tuple(more))


Made = tuple[str, tuple[Head, ...], Callable[[], Iterator[list[Any]]]]


def _sheet(page: Page, cards: ReachQuerySet, how: How, day: datetime.date) -> Made:
    columns = [(column, _cell(page.sheet, column)) for column in page.sheet.columns if column.key not in LEFT_OUT]
    kept = [(column, cell) for column, cell in columns if cell is not None or column.key == "effective_on"]
    cells = [cell for _column, cell in kept if cell is not None]
    at = next((place for place, (column, _cell) in enumerate(kept) if column.key == "effective_on"), None)
    needs = next((place for place, (column, _c) in enumerate(kept) if column.key == page.needs), None)

    def rows() -> Iterator[list[Any]]:
        for row in lines(cards, cells, how, people=page.people):
            if needs is not None and row[needs] is None:
                continue
            if at is not None:
                row.insert(at, day)
            yield row

    return page.sheet.title, tuple(_head(column) for column, _cell in kept), rows


def _cell(sheet: Sheet, column: Column) -> Cell | None:
    return NUMBER if column.key == "household_no" else cell_of(sheet, column)


def _head(column: Column) -> Head:
    return Head(column.title, max(column.width, 10), kind_of(column))


def _supporters(cards: ReachQuerySet, day: datetime.date) -> Made:
    """Legal supporters: several a household, so they are read by themselves."""
    columns = [column for column in SUPPORTER.columns if column.key not in ("household_no", "noted_on")]
    cells = [cell_of(SUPPORTER, column) for column in columns]
    noted = SUPPORTER["noted_on"]

    def rows() -> Iterator[list[Any]]:
        homes = cards.order_by().values("pk")
        found = LegalSupporter.objects.known().true_on(day).filter(household__in=homes)
        names = [column.key for column in columns]
        listed = found.order_by("household__household_no", "pk")
        for number, since, *values in listed.values_list("household__household_no", "true_from", *names).iterator(
            SLICE
        ):
            told = [told_of(cell, value) for cell, value in zip(cells, values, strict=True) if cell is not None]
            yield [number, *told, since]

    heads = (_head(SUPPORTER["household_no"]), *(_head(column) for column in columns), _head(noted))
    return SUPPORTER.title, heads, rows


EXPORT = ListExport("register", later("登记簿"), Permission.HOUSEHOLD_EXPORT, of, 30)
