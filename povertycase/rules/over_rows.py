"""Conditions over the rows of a list: the same sentence that judges a fact sheet, over the fields of a projection."""

from collections.abc import Mapping
from typing import Any

from django.db.models import BooleanField, Func

from povertycase.rules.conditions import Given, Node


class Holds(Func):
    """A condition written out, its fields named in braces; they are put in when the query is made."""

    def __init__(self, sql: str, *fields: str) -> None:
        super().__init__(*fields, output_field=BooleanField())
        self.sql, self.fields = sql, fields

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        """The SQL with the columns of the query it stands in."""
        sql = self.sql.replace("%", "%%")
        for name, source in zip(self.fields, self.get_source_expressions(), strict=True):
            sql = sql.replace(f"{{{name}}}", compiler.compile(source)[0])
        return sql, []


def holds(node: Node, columns: Mapping[str, str], fields: tuple[str, ...], given: Given) -> Holds:
    """Whether a condition surely holds for a row, for `filter`.

    columns: fact -> SQL over the fields, each named in braces: {"is_away": "({residence} = 'away')"}.
    """
    return Holds(f"(({node.sql(columns, given)}) IS TRUE)", *fields)
