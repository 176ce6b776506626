"""Figures from a fact sheet: every measure for every village, town and county in one scan, and who is counted in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from povertycase.models import SheetTable
from povertycase.rules import sheet as sheets
from povertycase.rules.compile import OUTCOMES, Standard
from povertycase.rules.conditions import PLAIN, Columns, Given, Node, Values

LEVELS = {"village": 12, "town": 9, "county": 6}  # significant digits of a division's code
_CODES = {word: number for number, word in OUTCOMES.items()}
_IS = {"met": "TRUE", "unmet": "FALSE", "unknown": "UNKNOWN"}
_RESULTS = {"met": True, "unmet": False, "unknown": None}


@dataclass(frozen=True)
class OutcomeIs(Node):
    """The verdict of a standard (met, unmet, unknown), as a condition of a figure or a list."""

    standard: Standard
    outcome: str

    def facts(self) -> set[str]:
        return set().union(*(criterion.facts() for criterion in self.standard.criteria))

    def thresholds(self) -> set[str]:
        return self.standard.thresholds()

    def counts(self) -> dict[str, str]:
        return {code: body for criterion in self.standard.criteria for code, body in criterion.counts().items()}

    def sql(self, columns: Columns, given: Given = PLAIN) -> str:
        return f"({self.standard.outcome_sql(columns, given)} = {_CODES[self.outcome]})"

    def holds(self, values: Values, given: Given = PLAIN) -> bool | None:
        return self.standard.judge(values, given)[0] == _CODES[self.outcome]


@dataclass(frozen=True)
class CriterionIs(OutcomeIs):
    """The result of one criterion of a standard, as a condition."""

    criterion: str = ""

    def sql(self, columns: Columns, given: Given = PLAIN) -> str:
        return f"({self.standard.criterion(self.criterion).sql(columns, given)} IS {_IS[self.outcome]})"

    def holds(self, values: Values, given: Given = PLAIN) -> bool | None:
        return self.standard.criterion(self.criterion).holds(values, given) is _RESULTS[self.outcome]


@dataclass(frozen=True)
class Measure:
    """How many rows fulfil `where`; or the sum of a column, or the number of its different values, over them."""

    code: str
    where: Node | None = None
    sum: str = ""
    distinct: str = ""


def aggregate(
    sheet: SheetTable,
    measures: Sequence[Measure],
    levels: Iterable[str] = tuple(LEVELS),
    *,
    given: Given | None = None,
) -> dict[str, dict[str, Decimal | int]]:
    """{division code (12 digits): {measure: figure}} for every division of the levels; unknown rows do not count.

    One scan groups by village, and towns and the county are added up from the villages; different values, which
    cannot be added, take a second scan. Raises SheetError for a sheet that is gone.
    """
    if sheet.dropped_at is not None:
        raise sheets.SheetError(f"事实表 {sheet.pk} 已过保留期被清除，不能再汇总；请重新生成。")
    given = given or Given(sheet.as_of)
    figures: dict[str, dict[str, Decimal | int]] = {}
    added = [one for one in measures if not one.distinct]
    once = [one for one in measures if one.distinct]
    for some, statement in ((added, _added_up), (once, _counted_once)):
        if not some:
            continue
        with connection.cursor() as cursor:
            cursor.execute(statement(sheet, some, list(levels), given), {})
            for code, *row in cursor.fetchall():
                cells = zip((one.code for one in some), row, strict=True)
                figures.setdefault(code.ljust(12, "0"), {}).update(cells)
    return dict(sorted(figures.items()))


def _added_up(sheet: SheetTable, some: Sequence[Measure], levels: list[str], given: Given) -> str:
    sums = ", ".join(f"sum(f{place})" for place in range(len(some)))
    return (
        f"SELECT {_code('village', levels)}, {sums} FROM ("
        f"SELECT division_code AS village, {_cells(sheet, some, given)} FROM sheet.{sheet.table} GROUP BY division_code"
        f") villages GROUP BY {_sets('village', levels)}"
    )


def _counted_once(sheet: SheetTable, some: Sequence[Measure], levels: list[str], given: Given) -> str:
    return (
        f"SELECT {_code('division_code', levels)}, {_cells(sheet, some, given)} FROM sheet.{sheet.table} "
        f"GROUP BY {_sets('division_code', levels)}"
    )


def _code(column: str, levels: list[str]) -> str:
    return "coalesce(" + ", ".join(f"left({column}, {LEVELS[level]})" for level in levels) + ")"


def _sets(column: str, levels: list[str]) -> str:
    return "GROUPING SETS (" + ", ".join(f"(left({column}, {LEVELS[level]}))" for level in levels) + ")"


def _cells(sheet: SheetTable, some: Sequence[Measure], given: Given) -> str:
    columns = sheets.own_columns(sheet)
    return ", ".join(f"{_cell(one, columns, given)} AS f{place}" for place, one in enumerate(some))


def _cell(one: Measure, columns: Columns, given: Given) -> str:
    where = f" FILTER (WHERE {one.where.sql(columns, given)})" if one.where else ""
    if one.sum:
        return f"coalesce(sum({columns[one.sum]}){where}, 0)"
    if one.distinct:
        return f"count(DISTINCT {columns[one.distinct]}){where}"
    return f"count(*){where}"
