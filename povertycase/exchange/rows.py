"""The cleaned rows of a small sheet, one after the other: for what is answered row by row, not applied set-based."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from povertycase.exchange.batch import Staging


def staged(stage: Staging, code: str) -> Iterator[dict[str, Any]]:
    """Each row as {key: value} with its Excel row, in the order of the file; empty for a sheet the file lacks."""
    if code not in stage:
        return
    keys = ["row", *(column.key for column in stage.sheets[code].columns)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(keys)} FROM {stage.table(code)} ORDER BY row")
        for cells in cursor.fetchall():
            yield dict(zip(keys, cells, strict=True))
