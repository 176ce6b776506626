"""The two engines side by side: a condition over drawn values by SQL, as PostgreSQL decides it."""

from typing import Any

from django.db import connection

from povertycase.rules import facts
from povertycase.rules.conditions import Given, Node
from povertycase.rules.operands import literal


def by_sql(node: Node, values: dict[str, Any], given: Given) -> bool | None:
    """What the SQL says of one row of values; facts that are not named are NULL."""
    columns = {code: f"t.{code}" for code in node.facts()}
    cells = [f"{literal(values.get(code))}::{facts.TYPES[facts.get(code).type]} AS {code}" for code in node.facts()]
    for code in node.counts():
        columns[code] = f"t.{code}"
        cells.append(f"{literal(values[code])}::integer AS {code}")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {node.sql(columns, given)} FROM (SELECT {', '.join(cells)} OFFSET 0) t", {})
        return cursor.fetchone()[0]
