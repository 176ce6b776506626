"""What-if 对比试算: two ways of judging beside each other over one fact sheet, subject by subject, in one scan."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from povertycase.models import SheetTable
from povertycase.rules import sheet as sheets
from povertycase.rules.compile import Standard
from povertycase.rules.conditions import PLAIN, Columns, Given, Node, Values

FOUND, NOT_FOUND = 1, 0


class Side:
    """A way of judging: every subject gets a small number. `sql` and the slow reference `of` agree."""

    def sql(self, columns: Columns) -> str:
        raise NotImplementedError

    def of(self, values: Values) -> int:
        raise NotImplementedError

    def asks(self) -> list[Node]:
        """What a sheet must have for it."""
        raise NotImplementedError


@dataclass(frozen=True)
class Finds(Side):
    """A condition finds a subject where it surely holds (1), otherwise not (0); None = there is no such rule yet."""

    node: Node | None
    given: Given = PLAIN

    def sql(self, columns: Columns) -> str:
        return (
            f"(CASE WHEN {self.node.sql(columns, self.given)} THEN {FOUND} ELSE {NOT_FOUND} END)" if self.node else "0"
        )

    def of(self, values: Values) -> int:
        return FOUND if self.node and self.node.holds(values, self.given) is True else NOT_FOUND

    def asks(self) -> list[Node]:
        return [self.node] if self.node else []


@dataclass(frozen=True)
class Judges(Side):
    """A standard judges a subject: 0 unmet, 1 met, 2 unknown."""

    standard: Standard
    given: Given = PLAIN

    def sql(self, columns: Columns) -> str:
        return self.standard.outcome_sql(columns, self.given)

    def of(self, values: Values) -> int:
        return self.standard.judge(values, self.given)[0]

    def asks(self) -> list[Node]:
        return list(self.standard.criteria)


@dataclass(frozen=True)
class Turned(Node):
    """The subjects that one side judges `was` and the other `now`: the list behind a count of `flips`."""

    before: Side
    after: Side
    was: int
    now: int
    only: Node | None = None  # of whom it is asked at all

    def facts(self) -> set[str]:
        nodes = [node for side in (self.before, self.after) for node in side.asks()]
        return set().union(*(node.facts() for node in [*nodes, *([self.only] if self.only else [])]))

    def sql(self, columns: Columns, given: Given = PLAIN) -> str:
        only = f" AND {self.only.sql(columns, given)}" if self.only else ""
        return f"({self.before.sql(columns)} = {self.was} AND {self.after.sql(columns)} = {self.now}{only})"

    def holds(self, values: Values, given: Given = PLAIN) -> bool | None:
        asked = self.only is None or self.only.holds(values, given) is True
        return asked and (self.before.of(values), self.after.of(values)) == (self.was, self.now)


def flips(
    table: SheetTable, before: Side, after: Side, only: Node | None = None
) -> dict[str, dict[tuple[int, int], int]]:
    """{village code: {(before, after): how many subjects}}, in one scan. Raises SheetError for a sheet that is gone.

    only: of whom it is asked at all.
    """
    if table.dropped_at is not None:
        raise sheets.SheetError(_("事实表 {number} 已过保留期被清除，请重新试算。").format(number=table.pk))
    columns = sheets.own_columns(table)
    where = f" WHERE {only.sql(columns)}" if only else ""
    found: dict[str, dict[tuple[int, int], int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT division_code, was, now, count(*) FROM (SELECT division_code, {before.sql(columns)} AS was, "
            f"{after.sql(columns)} AS now FROM sheet.{table.table}{where}) judged GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            {},
        )
        for village, was, now, number in cursor.fetchall():
            found.setdefault(village, {})[was, now] = number
    return found


def lacking(table: SheetTable, sides: Iterable[Side]) -> list[str]:
    """The columns (facts, member counts) that the sides ask and the sheet has not."""
    have = {column[0] for column in table.columns}
    asked = [node for side in sides for node in side.asks()]
    return [column[0] for column in sheets.columns_of(table.subject, (), asked, labels=False) if column[0] not in have]
