"""Households chosen in the list for a batch: single rows, or all that the list's conditions mean.

The conditions travel in the body of the request, the same that the list stood on: names of households never go
into an address, and the server counts again.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from households.models import HouseholdCard
from households.queries import listing
from povertycase.models import Account
from povertycase.reach import ReachQuerySet


class ForeignHousehold(LookupError):
    """A chosen household is not there, or not for this account: nothing is done to any of them."""


@dataclass(frozen=True)
class Selection:
    """The cards chosen, how many, and the body that chooses them again."""

    cards: ReachQuerySet
    number: int
    numbers: tuple[str, ...]  # of single rows
    query: str
    whole: bool  # all that the conditions mean
    sort: str

    def ordered(self) -> ReachQuerySet:
        return listing.ordered(self.cards, self.sort)


def select(account: Account, sent: QueryDict, as_of: datetime.date) -> Selection:
    """What a batch form chose. Raises ForeignHousehold, SecretInAddress."""
    conditions = QueryDict(sent.get("query", "")[:2000])
    query, wanted = conditions.urlencode(), conditions.dict()
    sort = wanted.get("sort", "")
    if sent.get("all"):
        cards = listing.chosen(account, wanted, as_of)
        return Selection(cards, cards.order_by().count(), (), query, True, sort)
    return _single(account, sent.getlist("row"), query, sort)


def _single(account: Account, numbers: Iterable[str], query: str, sort: str) -> Selection:
    asked = tuple(dict.fromkeys(numbers))
    cards = HouseholdCard.objects.visible_to(account).filter(household_no__in=asked)
    number = cards.order_by().count()
    if number != len(asked):
        raise ForeignHousehold
    return Selection(cards, number, asked, query, False, sort)
