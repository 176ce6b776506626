"""Small workbooks of any import kind from its declared columns, and the way of such a file through the house."""

import io
from typing import Any

import xlsxwriter

from povertycase import jobs, slots
from povertycase.actions import imports
from povertycase.models import Account, ImportBatch
from tests.register_books import _write
from tests.register_cast import TODAY


def book(kind: str, rows: list[dict[str, Any]], sheet: str = "", headings: dict[str, str] | None = None) -> bytes:
    """A workbook of the kind's first sheet with these rows, under a title; columns are those that any row fills."""
    declared = slots.IMPORT_KINDS[kind].sheets[0]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as out:
        dated = out.add_format({"num_format": "yyyy-mm-dd"})
        page = out.add_worksheet(sheet or declared.title)
        page.write_string(0, 0, f"镇赉县{declared.title}表")
        columns = [c for c in declared.columns if c.required or any(row.get(c.key) is not None for row in rows)]
        for at, column in enumerate(columns):
            page.write_string(1, at, (headings or {}).get(column.key, column.title))
            for down, row in enumerate(rows, start=2):
                _write(page, down, at, row.get(column.key), dated)
    return buffer.getvalue()


def check(kind: str, rows: list[dict[str, Any]], by: Account | None = None) -> ImportBatch:
    """Take a workbook of the kind in and read it to the end."""
    batch = imports.take_in(kind=kind, name="表.xlsx", data=book(kind, rows), business_date=TODAY, by=by)
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    return batch


def bring_in(kind: str, rows: list[dict[str, Any]], by: Account | None = None) -> ImportBatch:
    """Take a workbook in, confirm and write it."""
    batch = check(kind, rows, by)
    said = list(batch.problems.values_list("message", flat=True))
    assert batch.state == "checked" and sum(counted(batch)[:2]), (batch.refusal, said)
    batch = imports.confirm(batch=batch, by=by)
    job = jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    assert batch.state == "applied", job.error
    return batch


def counted(batch: ImportBatch) -> tuple[int, int, int, int]:
    """new, changed, same, refused rows."""
    return tuple(batch.counts["rows"][name] for name in ("new", "changed", "same", "refused"))  # type: ignore[return-value]
