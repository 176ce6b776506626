"""Reading bulletins: which an account may see, the table as its page shows it, what changed since another month."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from povertycase.access.permissions import Permission
from povertycase.models import Account, Division
from povertycase.periods import Month
from supervision.models import Bulletin
from supervision.queries.bulletin_figures import of_level, prefix_of, row_of
from supervision.queries.bulletin_form import HEADER_ROWS, NONE, Column, Form, Heading
from supervision.queries.bulletin_lists import FigureList
from supervision.queries.bulletin_rules import BulletinRules, recorded
from supervision.queries.indicators import Indicator

HEALTH = {"main_cause"}  # facts that only HEALTH_VIEW may see household by household
_SHEETS = ("household_sheet", "village_sheet", "pairing_sheet")


def prefixes(account: Account) -> list[str]:
    """The division prefixes that the account's posts reach; own pairings and own unit reach no division."""
    return [extent.prefix for extent in account.extents() if extent.kind in ("everything", "divisions")]


def covers(account: Account, prefix: str) -> bool:
    """Does one post reach the whole of a division?"""
    return any(prefix.startswith(own) for own in prefixes(account))


def visible(account: Account) -> QuerySet[Bulletin]:
    """Issued bulletins go to everybody with a post in the county; drafts only to those who reach the whole of it."""
    whole = Q(pk__in=[])
    for prefix in prefixes(account):
        whole |= Q(division_code__startswith=prefix)
    shown = Q(state=Bulletin.State.ISSUED) | whole
    return Bulletin.objects.visible_to(account).filter(shown).exclude(state=Bulletin.State.REPLACED)


def listed(account: Account) -> QuerySet[Bulletin]:
    """The list of bulletins, newest month first, without their figures and workbooks."""
    return (
        visible(account)
        .defer("figures", "workbook")
        .select_related("prepared_by", "issued_by", "job")
        .order_by("-month", "division_code")
    )


def one(account: Account, pk: int) -> Bulletin | None:
    """A bulletin with its sheets, if the account may see it."""
    found = visible(account).defer("workbook").select_related("prepared_by", "issued_by", "job", *_SHEETS)
    return found.filter(pk=pk).first()


@dataclass(frozen=True)
class Cell:
    """A figure on the page: its value, and whether this account may open its list."""

    column: Column
    value: Any
    opens: bool


@dataclass(frozen=True)
class Line:
    """A row of the table on the page."""

    code: str
    name: str
    level: str
    serial: int
    cells: list[Cell]
    covered: bool  # lies within the account's reach


def table(bulletin: Bulletin, account: Account, rules: BulletinRules, town: str = "") -> list[Line]:
    """The table: 合计 and towns; with `town`, that town and its villages, as far as the account reaches."""
    if town:
        rows = [row_of(bulletin.figures, town), *of_level(bulletin.figures, "village", town[:9])]
    else:
        rows = [*of_level(bulletin.figures, "whole"), *of_level(bulletin.figures, "town")]
    lists = account.can(Permission.HOUSEHOLD_VIEW)
    lines = []
    for serial, row in enumerate(row for row in rows if row):
        covered = covers(account, prefix_of(row))
        cells = [_cell(column, row["cells"], lists and covered) for column in rules.form.columns if column.is_figure]
        lines.append(Line(row["code"], row["name"], row["level"], serial, cells, covered))
    if not town:
        return lines
    return [line for line in lines if line.covered or not line.serial]


def _cell(column: Column, cells: Mapping[str, Any], may_open: bool) -> Cell:
    value = cells.get(column.code)
    return Cell(column, value, bool(may_open and column.lists and value not in (None, NONE)))


def heading_rows(form: Form, name: str = "") -> list[list[Heading]]:
    """The header rows of the page; `name` stands instead of 乡镇 where villages are shown."""
    cells = [
        Heading(cell.top, cell.left, cell.rows, cell.columns, name)
        if name and form.columns[cell.left].role == "name"
        else cell
        for cell in form.headings()
    ]
    return [[cell for cell in cells if cell.top == row] for row in range(HEADER_ROWS)]


def figure_list(bulletin: Bulletin, code: str, column: str, account: Account) -> FigureList | None:
    """The list behind one figure: row by division code, column by its code or an indicator of the notes.

    None where there is no such figure, or its row is not wholly inside the account's reach.
    """
    row = row_of(bulletin.figures, code)
    if row is None or not covers(account, prefix_of(row)):
        return None
    rules = recorded(bulletin)
    found = rules.form.column(column)
    indicator = rules.indicators.get(found.lists if found else column)
    if indicator is None or (is_health(indicator) and not account.can(Permission.HEALTH_VIEW)):
        return None
    return FigureList(bulletin, rules, indicator, row, amounts=account.can(Permission.AMOUNT_VIEW))


def is_health(indicator: Indicator) -> bool:
    """Does its list say who is ill or disabled?"""
    return indicator.node is not None and bool(HEALTH & indicator.node.facts())


def county_of(account: Account) -> Division | None:
    """The county that the account reaches as a whole."""
    counties = Division.objects.filter(level=Division.Level.COUNTY).order_by("code")
    return next((county for county in counties if covers(account, county.prefix)), None)


def month_before(bulletin: Bulletin, account: Account) -> Bulletin | None:
    """The bulletin of the month before, if there is one that the account may see."""
    month = str(Month.parse(bulletin.month).previous())
    return visible(account).filter(month=month, division_code=bulletin.division_code).select_related(*_SHEETS).first()


def entry_warning(bulletin: Bulletin, rules: BulletinRules, today: datetime.date) -> str:
    """What a draft misses that was made while visits could still be entered in time; empty when nothing."""
    last = rules.as_of + datetime.timedelta(days=rules.grace_days)
    if bulletin.state != Bulletin.State.DRAFT or bulletin.drafted_on is None or bulletin.drafted_on > last:
        return ""
    if today > last:
        words = _("这份草稿编制时，本月走访还可以录入到%(last)s；此后按时录入的没有计入，请重新生成草稿再印发。")
    elif bulletin.prepared_by_id:
        words = _("本月走访可以录入到%(last)s；草稿编制以后录入的没有计入，期满后请重新生成草稿再印发。")
    else:
        words = _("本月走访可以录入到%(last)s；草稿编制以后录入的没有计入，期满后系统自动重新生成草稿。")
    return words % {"last": last}


def latest_with_own_row(account: Account) -> tuple[Bulletin, dict[str, Any]] | None:
    """The bulletin that speaks on the workbench and on the overview, and in it the row of the account's own division.

    The newest month with figures, which both name: the county office works on the draft of the month just ended. A
    month has one bulletin, and only who reaches the whole county sees a draft; to all others the newest is issued.
    """
    found = visible(account).exclude(state=Bulletin.State.MAKING).defer("workbook").order_by("-month").first()
    own = own_row(found, account) if found else None
    return (found, own) if found and own else None


def own_row(bulletin: Bulletin, account: Account) -> dict[str, Any] | None:
    """The widest row that lies within the account's reach: the whole, a town, a village."""
    return next((row for row in bulletin.figures.get("rows", ()) if covers(account, prefix_of(row))), None)


@dataclass(frozen=True)
class Change:
    """One figure beside that of another month; difference None where either is not a number."""

    column: Column
    before: Any
    after: Any

    moves: bool  # are households counted, so that it can be said which came and went?

    @property
    def difference(self) -> Any:
        """After − before, rates in percentage points; None where either is not a number."""
        try:
            found = Decimal(str(self.after)) - Decimal(str(self.before))
        except InvalidOperation:
            return None
        return found if "." in str(found) else int(found)


def changes(before: Bulletin, after: Bulletin, code: str) -> list[Change]:
    """Every filled column of one row of two bulletins side by side."""
    old, new = ((row_of(one.figures, code) or {"cells": {}})["cells"] for one in (before, after))
    rules = recorded(after)
    return [
        Change(column, old.get(column.code), new.get(column.code), _moves(rules, column))
        for column in rules.form.columns
        if column.filled
    ]


def _moves(rules: BulletinRules, column: Column) -> bool:
    return bool(column.indicator) and rules.indicators[column.indicator].subject == "household"
