"""Figures from a fact sheet: every measure for every village, town and county in one scan, and who is counted in it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from povertycase.models import SheetTable
from povertycase.rules import sheet as sheets
from povertycase.rules import sheet_select
from povertycase.rules.compile import OUTCOMES, Standard
from povertycase.rules.conditions import PLAIN, All, Columns, Given, Node, Values

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
        return self.standard.facts()

    def thresholds(self) -> set[str]:
        return self.standard.thresholds()

    def counts(self) -> dict[str, str]:
        return {code: body for criterion in self.standard.criteria for code, body in criterion.counts().items()}

    def sql(self, columns: Columns, given: Given = PLAIN) -> str:
        # `AND` is Kleene's: false as soon as one criterion is, unknown only when none is false.
        every = self.standard.met_sql([criterion.sql(columns, given) for criterion in self.standard.criteria])
        return f"(({every}) IS {_IS[self.outcome]})"

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

    One scan groups by village, and towns and the county are added up from the villages (grouping sets); different
    values, which cannot be added, are counted level by level. Raises SheetError for a sheet that is gone.
    """
    if sheet.dropped_at is not None:
        raise sheets.SheetError(f"事实表 {sheet.pk} 已过保留期被清除，不能再汇总；请重新生成。")
    given = given or Given(sheet.as_of)
    figures: dict[str, dict[str, Decimal | int]] = {}
    added = [one for one in measures if not one.distinct]
    statements = [(added, _added_up(sheet, added, list(levels), given))] if added else []
    statements += [([one], _counted_once(sheet, one, list(levels), given)) for one in measures if one.distinct]
    with connection.cursor() as cursor:
        for some, statement in statements:
            cursor.execute(statement, {})
            for code, *row in cursor.fetchall():
                cells = zip((one.code for one in some), row, strict=True)
                figures.setdefault(code.ljust(12, "0"), {}).update(cells)
    blank = dict.fromkeys((one.code for one in measures), 0)
    return {code: {**blank, **figures[code]} for code in sorted(figures)}


def known(table: SheetTable, lo: int, hi: int, number: str) -> dict[str, int]:
    """How many subjects lo..hi of a sheet that is not stored know each column, and under `number` how many there are."""
    names = [column[0] for column in table.columns]
    counts = ", ".join(["count(*)", *(f"count({name})" for name in names)])
    with sheets.ranged() as cursor:
        cursor.execute(
            f"SELECT {counts} FROM ({sheet_select.select(table)}) counted", sheets.asked(table).params(lo, hi)
        )
        return dict(zip([number, *names], cursor.fetchone(), strict=True))


def _added_up(sheet: SheetTable, some: Sequence[Measure], levels: list[str], given: Given) -> str:
    sums = ", ".join(f"sum(f{place})" for place in range(len(some)))
    rows, cells = _rows(sheet, some, given)
    return (
        f"SELECT {_code('village', levels)}, {sums} FROM ("
        f"SELECT division_code AS village, {cells} FROM {rows} GROUP BY division_code"
        f") villages GROUP BY {_sets('village', levels)}"
    )


def _counted_once(sheet: SheetTable, one: Measure, levels: list[str], given: Given) -> str:
    """Different values per level: hashed level by level, where count(DISTINCT) would sort every row three times."""
    columns = sheets.own_columns(sheet)
    value, test = columns[one.distinct], one.where.sql(columns, given) if one.where else "TRUE"
    return " UNION ALL ".join(
        f"SELECT code, count(*) FROM (SELECT DISTINCT left(division_code, {LEVELS[level]}) AS code, {value} "
        f"FROM sheet.{sheet.table} WHERE {value} IS NOT NULL AND {test}) once GROUP BY code"
        for level in levels
    )


def _rows(sheet: SheetTable, some: Sequence[Measure], given: Given) -> tuple[str, str]:
    """Where to read from, and the figures: conditions that several measures share are tested once a row."""
    columns = sheets.own_columns(sheet)
    parts = [[node.sql(columns, given) for node in _conjuncts(one.where)] for one in some]
    often = [sql for sql, times in Counter(sql for part in parts for sql in part).items() if times > 1]
    names = {sql: f"c{place}" for place, sql in enumerate(often)}
    tests = [" AND ".join(names.get(sql, sql) for sql in part) for part in parts]
    cells = ", ".join(
        f"{_cell(one, columns, test)} AS f{place}" for place, (one, test) in enumerate(zip(some, tests, strict=True))
    )
    shared = "".join(f", {sql} AS {name}" for sql, name in names.items())
    # OFFSET keeps the planner from writing the shared tests out again in every figure. A plain 0 would keep it from
    # using both cores too: that it limits nothing is seen in a constant of the right type only.
    fenced = f"(SELECT *{shared} FROM sheet.{sheet.table} OFFSET bigint '0') s"
    return (fenced if shared else f"sheet.{sheet.table}"), cells


def _conjuncts(node: Node | None) -> Sequence[Node]:
    if node is None:
        return ()
    return node.nodes if type(node) is All else (node,)


def _code(column: str, levels: list[str]) -> str:
    return "coalesce(" + ", ".join(f"left({column}, {LEVELS[level]})" for level in levels) + ")"


def _sets(column: str, levels: list[str]) -> str:
    return "GROUPING SETS (" + ", ".join(f"(left({column}, {LEVELS[level]}))" for level in levels) + ")"


def _cell(one: Measure, columns: Columns, test: str) -> str:
    where = f" FILTER (WHERE {test})" if test else ""
    if one.sum:
        return f"coalesce(sum({columns[one.sum]}){where}, 0)"
    return f"count(*){where}"
