"""The cells of the household list for a file: the rows chosen in their order, the columns shown."""

from collections.abc import Iterator, Sequence
from typing import Any

from households.models import HouseholdCard
from households.queries import listing
from povertycase.models import Account
from povertycase.reach import ReachQuerySet
from povertycase.slots import ListColumn

SLICE = 2_000


def of_cards(cards: ReachQuerySet, columns: list[ListColumn]) -> Iterator[list[Any]]:
    """The cells of these cards, fetched in slices: memory stays flat for a county."""
    part: list[Any] = []
    for card in listing.with_values(cards, columns).iterator(chunk_size=SLICE):
        part.append(card)
        if len(part) == SLICE:
            yield from _lines(part, columns)
            part = []
    yield from _lines(part, columns)


def of_keys(account: Account, keys: Sequence[int], columns: list[ListColumn]) -> list[list[Any]]:
    """The cells of the households with these keys, in this order, as far as the account still sees them."""
    cards: Any = HouseholdCard.objects.visible_to(account).filter(pk__in=keys)
    found = {card.pk: card for card in listing.with_values(cards, columns)}
    return list(_lines([found[key] for key in keys if key in found], columns))


def _lines(cards: list[Any], columns: list[ListColumn]) -> Iterator[list[Any]]:
    listing.fill_rows(cards, columns)
    for card in cards:
        yield [card.head_name, *(value for _column, _label, value in card.cells)]
