"""Two fact sheets beside each other, subject by subject: why did 3,465 become 3,471 (house.md section 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from povertycase.models import SheetTable
from povertycase.rules import sheet as sheets


@dataclass(frozen=True)
class Difference:
    """One subject that differs: where it stands, and per column the value in the first and in the second sheet.

    A subject that is missing from one sheet has `division_code` as its only change, None on that side.
    """

    subject_id: int
    division_code: str
    labels: dict[str, Any]
    changes: dict[str, tuple[Any, Any]]


def differences(
    first: SheetTable, second: SheetTable, division: str = "", *, labels: Sequence[str] = ()
) -> list[Difference]:
    """Every subject whose row is not the same in both sheets, in the columns both have, by place and id.

    `division`: only subjects inside this prefix in either sheet. labels: columns that name the subject, from the second
    sheet where it stands there. Raises SheetError for a sheet that is gone.
    """
    for sheet in (first, second):
        if sheet.dropped_at is not None:
            raise sheets.SheetError(f"事实表 {sheet.pk} 已过保留期被清除，不能比较；请重新生成。")
    have = {column[0] for column in second.columns}
    columns = ["division_code", *(column[0] for column in first.columns if column[0] in have)]
    named = "".join(f"coalesce(b.{name}, a.{name}), " for name in labels)
    pairs = ", ".join(f"a.{name}, b.{name}" for name in columns)
    left, right = (", ".join(f"{side}.{name}" for name in columns) for side in "ab")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT subject_id, coalesce(b.division_code, a.division_code), {named}{pairs} "
            f"FROM sheet.{first.table} a FULL JOIN sheet.{second.table} b USING (subject_id) "
            f"WHERE ROW({left}) IS DISTINCT FROM ROW({right}) "
            "AND (a.division_code LIKE %(inside)s OR b.division_code LIKE %(inside)s) ORDER BY 2, 1",
            {"inside": f"{division}%"},
        )
        return [_difference(row, columns, labels) for row in cursor.fetchall()]


def _difference(row: tuple[Any, ...], columns: Sequence[str], labels: Sequence[str]) -> Difference:
    values = row[2 + len(labels) :]
    named = dict(zip(labels, row[2:], strict=False))
    pairs = {name: (values[2 * place], values[2 * place + 1]) for place, name in enumerate(columns)}
    if None in pairs["division_code"]:
        return Difference(row[0], row[1], named, {"division_code": pairs["division_code"]})
    return Difference(row[0], row[1], named, {name: pair for name, pair in pairs.items() if pair[0] != pair[1]})
