"""Cells written into the very workbook that somebody sent: its format, order and formulas stay."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from povertycase.exchange import child

SCRIPT = Path(__file__).with_name("writing_child.py")


class NotWritten(Exception):
    """The workbook could not be opened for writing, or needs too much; the caller makes a new one."""


@dataclass
class Order:
    """What to write: cells as (row, column, value, column whose look is taken over or 0), counted from 1.

    Values: words, figures, a day as NUL d and ISO date, None for a blank that only takes over the look.
    title, lines: a last sheet of words.
    """

    sheet: str
    cells: list[tuple[int, int, Any, int]] = field(default_factory=list)
    widths: list[tuple[int, float]] = field(default_factory=list)
    title: str = ""
    lines: Sequence[Sequence[str]] = ()


def write(data: bytes, order: Order) -> bytes:
    """The xlsx file with the cells of an order, made by a child process under limits. Raises NotWritten."""
    done = child.answer(
        SCRIPT,
        {
            "data": data,
            "sheet": order.sheet,
            "cells": order.cells,
            "widths": order.widths,
            "title": order.title,
            "lines": [list(map(str, line)) for line in order.lines],
        },
    )
    if done is None:
        raise NotWritten
    return done
