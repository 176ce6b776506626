"""The form of the monthly bulletin: its columns, headings, identities and notes, read from one declaration.

The page, the workbook and the API iterate this; nothing else knows a column by name.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

HEADER_ROWS = 3
NONE = "—"  # not applicable: a rate over nothing (county-officer.md 2.5)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Column:
    """One column: its place and headings, and where its figure comes from (nothing: blank, with a note)."""

    number: int
    code: str
    label: str
    group: str = ""
    sub_group: str = ""
    unit: str = ""
    role: str = "figure"  # figure | serial | name | remarks
    indicator: str = ""
    rate: tuple[str, ...] = ()  # numerator and denominator
    opens: str = ""  # the indicator whose list a rate opens
    note: str = ""

    @property
    def heading(self) -> str:
        """The lowest heading; the unit stands under it unless the heading above already says it."""
        if not self.unit or self.sub_group:
            return _(self.label)
        return f"{_(self.label)}\n（{_(self.unit)}）"

    @property
    def words(self) -> str:
        """The whole heading on one line: 走访 整户外出（户）; the unit where no heading says it yet."""
        said = [part for part in (self.group, self.sub_group, self.label) if part]
        unit = f"（{_(self.unit)}）" if self.unit and not any(self.unit in part for part in said) else ""
        return " ".join(_(part) for part in said) + unit

    @property
    def is_figure(self) -> bool:
        return self.role == "figure"

    @property
    def filled(self) -> bool:
        """Has this column data behind it yet?"""
        return bool(self.indicator or self.rate)

    @property
    def lists(self) -> str:
        """The indicator whose rows this column's figures open; empty for blank columns."""
        return self.indicator or self.opens


@dataclass(frozen=True)
class Heading:
    """A cell of the three header rows: top row, first column (both from 0), rows and columns it covers."""

    top: int
    left: int
    rows: int
    columns: int
    text: str


@dataclass(frozen=True)
class Form:
    """A form of the bulletin as its TOML declares it."""

    body: Mapping[str, Any]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return tuple(Column(**{**item, "rate": tuple(item.get("rate", ()))}) for item in self.body["columns"])

    def column(self, code: str) -> Column | None:
        return next((column for column in self.columns if column.code == code), None)

    @property
    def indicators(self) -> list[str]:
        """Every indicator the form needs: columns, lists of rates, identities, notes, the choice of rows."""
        codes: dict[str, None] = {}
        for column in self.columns:
            codes.update(dict.fromkeys(filter(None, (column.indicator, column.opens, *column.rate))))
        for identity in self.body["identities"]:
            codes.update(dict.fromkeys([identity["left"], *identity["right"]]))
        codes.update(dict.fromkeys(note["indicator"] for note in self.body["counted_notes"]))
        codes.update(dict.fromkeys([*self.body["rows_where"], *self.also]))
        return list(codes)

    @property
    def also(self) -> tuple[str, ...]:
        """Indicators counted with the table that stand in no column; forms of earlier months have none."""
        return tuple(self.body.get("also", ()))

    def title(self, month_label: str) -> str:
        return f"{month_label}{_(self.body['title'])}"

    def file_name(self, month_label: str) -> str:
        """附件1：2018年10月各乡镇脱贫攻坚工作情况汇总表.xlsx"""
        return f"{self.body['annex']}：{self.title(month_label)}.xlsx"

    def headings(self) -> list[Heading]:
        """The cells of the header rows, each once, in reading order."""
        cells: list[Heading] = []
        for left, width, first in _runs(self.columns, lambda c: (c.group, c.code if not c.group else "")):
            if not first.group:
                cells.append(Heading(0, left, HEADER_ROWS, width, first.heading))
                continue
            cells.append(Heading(0, left, 1, width, _(first.group)))
            inside = self.columns[left : left + width]
            for inner, inner_width, column in _runs(inside, lambda c: (c.sub_group, c.code if not c.sub_group else "")):
                cells += _lower_headings(inside[inner : inner + inner_width], left + inner, column)
        return sorted(cells, key=lambda cell: (cell.top, cell.left))

    def with_rates(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """A row's figures with its rates: numerator / denominator × 100, two decimals, half up, — over nothing."""
        full = dict(cells)
        for column in self.columns:
            if column.rate:
                full[column.code] = rate(cells[column.rate[0]], cells[column.rate[1]])
        return full

    def broken(self, cells: Mapping[str, Any]) -> list[str]:
        """The identities that a row of figures does not keep, in words."""
        return [item["says"] for item in self.body["identities"] if not _keeps(item, cells)]

    def notes(self, cells: Mapping[str, Any], grace_days: int) -> list[str]:
        """The lines 说明 under the table: what is counted how, what is late, which columns are blank."""
        lines = [_(item["words"]) for item in self.body["notes"]]
        for item in self.body["counted_notes"]:
            if cells.get(item["indicator"]):
                lines.append(_(item["words"]) % {"figure": cells[item["indicator"]], "grace": grace_days})
        return lines + [_(note) for note in dict.fromkeys(column.note for column in self.columns if column.note)]


def rate(numerator: int, denominator: int) -> str:
    """A rate in per cent as text with two decimals (96.56), — when there is nothing to divide by."""
    if not denominator:
        return NONE
    return str((Decimal(numerator) * 100 / Decimal(denominator)).quantize(CENT, ROUND_HALF_UP))


def cut_off_words(day: datetime.date) -> str:
    """2018年10月31日24时"""
    return f"{day.year}年{day.month}月{day.day}日24时"


def _runs(columns: Iterable[Column], key: Any) -> Iterator[tuple[int, int, Column]]:
    """Neighbours of equal key: (first place, how many, the first column)."""
    start, held = 0, list(columns)
    for place in range(1, len(held) + 1):
        if place == len(held) or key(held[place]) != key(held[start]):
            yield start, place - start, held[start]
            start = place


def _lower_headings(columns: tuple[Column, ...], left: int, first: Column) -> list[Heading]:
    """Rows two and three of one heading or of one sub-group with its headings."""
    if not first.sub_group:
        return [Heading(1, left, HEADER_ROWS - 1, 1, first.heading)]
    above = Heading(1, left, 1, len(columns), _(first.sub_group))
    return [above, *(Heading(2, left + place, 1, 1, column.heading) for place, column in enumerate(columns))]


def _keeps(identity: Mapping[str, Any], cells: Mapping[str, Any]) -> bool:
    left, right = cells[identity["left"]], sum(cells[code] for code in identity["right"])
    return left == right if identity["test"] == "equal" else left <= right
