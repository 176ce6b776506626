"""Where a household came from and where its members went: 分户 and 并户 tie two files together.

Read from the memberships: one ends as 分户 or 并户, the next of the same person begins the day after in another house.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from households.models import Household, Membership
from povertycase.models import Account

BETWEEN = ("split", "merged")
DAY = datetime.timedelta(days=1)


def relatives(household: Household, members: Iterable[Membership], account: Account) -> list[dict[str, Any]]:
    """The other households of every 分户 and 并户: {words, day, household}, the household None where out of reach.

    members: every membership known of the household, of now and of before.
    """
    marked = Q(start_reason__in=BETWEEN) | Q(end_reason__in=BETWEEN)
    own = [row for row in members if row.start_reason in BETWEEN or row.end_reason in BETWEEN]
    if not own:
        return []
    rows = Membership.objects.known().filter(marked, person__in={row.person_id for row in own})
    others = list(rows.exclude(household=household))
    found = {tie for row in own for other in others if other.person_id == row.person_id and (tie := _tie(row, other))}
    seen = Household.objects.visible_to(account).select_related("card").in_bulk({tie[2] for tie in found})
    return [
        {"words": _words(code), "day": day, "household": seen.get(key)}
        for code, day, key in sorted(found, key=lambda tie: tie[1])
    ]


def _tie(own: Membership, other: Membership) -> tuple[str, datetime.date, int] | None:
    """How two rows of one person hang together: came from, or went to; None where they do not."""
    if own.start_reason in BETWEEN and other.true_to == own.true_from - DAY and other.end_reason == own.start_reason:
        return f"from-{own.start_reason}", own.true_from, other.household_id
    if own.end_reason in BETWEEN and own.true_to and other.true_from == own.true_to + DAY:
        return f"to-{own.end_reason}", other.true_from, other.household_id
    return None


def _words(code: str) -> str:
    return {
        "from-split": _("由这户分户而来"),
        "to-split": _("分出新户"),
        "from-merged": _("这户并入本户"),
        "to-merged": _("本户并入这户"),
    }[code]
