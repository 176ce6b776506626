"""After a change of the register by hand: the cards, and whatever the floors above keep about the household.

Called in the transaction of the change by every action that writes the register; an import refreshes the cards itself
and is followed by a full run.
"""

import datetime
from collections.abc import Iterable

from households.actions import cards
from povertycase import slots


def note(households: Iterable[int], *, day: datetime.date, event: int | None) -> None:
    """These households were changed by an audited act on a business date: cards first, then what follows from it."""
    ids = sorted(set(households))
    cards.refresh(ids, day=day)
    for after in slots.HOUSEHOLD_WRITTEN:
        after.tell(ids, day=day, event=event)
