"""Files lately opened by an account: numbers and villages of the households it may still see, never a name."""

import datetime
from typing import Any

from django.urls import reverse

from households.models import HouseholdCard
from households.queries import places
from povertycase.models import Account, Opened

SHOWN = 10
KIND = "household"


def opened(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """On the workbench under 最近; three queries."""
    rows = Opened.objects.visible_to(account).filter(account=account, kind=KIND).order_by("-opened_at")[:SHOWN]
    moments = dict(rows.values_list("key", "opened_at"))
    cards = HouseholdCard.objects.visible_to(account).filter(pk__in=moments).only("household_no", "village_code")
    found = list(cards)
    names = places.names(card.village_code for card in found)
    return [
        {
            "label": card.household_no,
            "note": names.get(card.village_code, ""),
            "count": None,
            "url": reverse("household", args=[card.household_no]),
            "at": moments[card.pk],
        }
        for card in found
    ]
