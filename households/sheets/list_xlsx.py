"""The household list as a workbook: exactly the rows chosen and the columns shown, 导出说明 last."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from households.queries import listing
from povertycase.exchange import template
from povertycase.reach import ReachQuerySet
from povertycase.slots import ListColumn

SLICE = 2_000
WIDTHS = {"members": 8, "group": 12, "planned": 12, "exited": 12, "unit": 24}


def of_cards(cards: ReachQuerySet, columns: list[ListColumn], note: str) -> bytes:
    """The xlsx file of these cards in their order; memory stays flat for a county."""
    headings = [(_("户主"), 14), *((str(column.label), WIDTHS.get(column.code, 16)) for column in columns)]
    return template.table(_("户名单"), headings, _rows(cards, columns), note)


def _rows(cards: ReachQuerySet, columns: list[ListColumn]) -> Iterator[list[Any]]:
    part: list[Any] = []
    for card in listing.with_values(cards, columns).iterator(chunk_size=SLICE):
        part.append(card)
        if len(part) == SLICE:
            yield from _lines(part, columns)
            part = []
    yield from _lines(part, columns)


def _lines(cards: list[Any], columns: list[ListColumn]) -> Iterator[list[Any]]:
    listing.fill_rows(cards, columns)
    for card in cards:
        yield [card.head_name, *(value for _column, _label, value in card.cells)]
