"""The cleaned rows of a small sheet, one after the other: for what is answered row by row, not applied set-based."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from povertycase.exchange.batch import Staging
from povertycase.exchange.staging import layout


def staged(stage: Staging, code: str, only: Sequence[int] | None = None) -> Iterator[dict[str, Any]]:
    """Each row as {key: value} with its Excel row, in the order of the file; empty for a sheet the file lacks.

    A number comes sealed, beside it what was read from it (`id_number_index`, `id_number_mask` …). only: these rows.
    """
    if code not in stage:
        return
    keys = [name for name, _kind in layout(stage.sheets[code])]
    chosen = "" if only is None else "WHERE row = ANY(%(only)s)"
    with connection.cursor() as cursor:
        names = ", ".join(f'"{name}"' for name in keys)
        cursor.execute(f"SELECT {names} FROM {stage.table(code)} {chosen} ORDER BY row", {"only": list(only or ())})
        for cells in cursor.fetchall():
            yield dict(zip(keys, cells, strict=True))
