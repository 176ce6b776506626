"""Rows as they were sent 原始行: kept sealed, block by block, for the receipt and for later questions.

A block is bound to its batch, sheet and place; who opens it sees a row with its numbers masked. The blocks go when
the file they came in goes.
"""

import marshal
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from povertycase import secrets, slots
from povertycase.exchange.columns import Column
from povertycase.exchange.findings import letter, shown
from povertycase.exchange.reader import Block
from povertycase.models import ImportBatch, SentRows

# In a column that nobody declared any long number may be a phone or an account.
ANY_NUMBER = re.compile(r"\d{7,}[\dXx]?")
UNKNOWN = Column("", "")


@dataclass(frozen=True)
class Cell:
    """A cell of a sent row: its letter, the heading over it, what stands in it (numbers masked)."""

    letter: str
    heading: str
    value: str


def sealed(batch_id: int, sheet: str, block: Block) -> SentRows:
    """A block as it is kept, not yet written."""
    last = block.first + block.height - 1
    kept = SentRows(batch_id=batch_id, sheet=sheet, first=block.first, last=last, left=block.left)
    kept.sealed = secrets.seal_bytes(_purpose(kept), block.packed)
    return kept


def opened(kept: SentRows) -> list[list[Any]]:
    """The columns of a block, clear. Raises SecretError when it was moved or changed."""
    columns: list[list[Any]] = marshal.loads(zlib.decompress(secrets.open_bytes(_purpose(kept), kept.sealed)))[2]
    return columns


def row_of(batch: ImportBatch, sheet: str, row: int) -> list[Cell]:
    """One row as it was sent, cell by cell, masked; nothing when it is no longer kept."""
    kept = batch.sent.filter(sheet=sheet, first__lte=row, last__gte=row).first()
    if kept is None:
        return []
    declared = declared_columns(batch, sheet)
    return [_cell(kept.left + at, column[row - kept.first], declared) for at, column in enumerate(opened(kept))]


def rows(batch: ImportBatch, sheet: str) -> Iterator[tuple[int, int, tuple[Any, ...]]]:
    """All rows of a sheet as they were sent, clear: row, index of the first column, cells."""
    for kept in batch.sent.filter(sheet=sheet).order_by("first").iterator(chunk_size=4):
        for at, cells in enumerate(zip(*opened(kept), strict=True)):
            yield kept.first + at, kept.left, cells


def declared_columns(batch: ImportBatch, sheet: str) -> dict[int, tuple[str, Column]]:
    """The columns of a sent sheet that were recognised: heading and declaration by their index."""
    kind = slots.IMPORT_KINDS.get(batch.kind)
    known = next((item for item in kind.sheets if item.title == sheet), None) if kind else None
    found = batch.counts.get("headers", {}).get(sheet, {})
    return {index: (heading, known[key]) for key, index, heading in found.get("columns", [])} if known else {}


def _cell(index: int, raw: Any, declared: dict[int, tuple[str, Column]]) -> Cell:
    heading, column = declared.get(index, ("", UNKNOWN))
    value = shown(column, raw) if raw != "" else ""
    if column is UNKNOWN:
        value = ANY_NUMBER.sub(
            lambda found: found.group()[:3] + "*" * (len(found.group()) - 5) + found.group()[-2:], value
        )
    return Cell(letter(index), heading, value)


def _purpose(kept: SentRows) -> str:
    return f"rows {kept.batch_id} {kept.sheet} {kept.first}"


__all__ = ["Cell", "declared_columns", "opened", "row_of", "rows", "sealed"]
