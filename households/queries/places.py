"""Towns and villages within an account's reach, for drop-downs and for the names on rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Q

from households.models import HouseholdCard
from povertycase.models import Account, Division


@dataclass(frozen=True)
class Places:
    """Divisions by code; names of a village with its town."""

    towns: list[Division] = field(default_factory=list)
    villages: list[Division] = field(default_factory=list)

    def named(self) -> dict[str, str]:
        return {division.code: division.name for division in (*self.towns, *self.villages)}


def within_reach(account: Account) -> Places:
    """Towns and villages the account may choose from: those under its posts, or those of its own households."""
    extents = account.extents()
    codes = [Q(code__startswith=extent.prefix) for extent in extents if extent.kind == "divisions"]
    if any(extent.kind in ("own_pairings", "own_unit") for extent in extents):
        own = HouseholdCard.objects.visible_to(account).order_by().values_list("village_code", flat=True).distinct()
        villages = list(own)
        codes.append(Q(code__in=[*villages, *{f"{code[:9]}000" for code in villages}]))
    if not codes:
        return Places()
    found = Division.objects.filter(reduce(or_, codes), level__in=("town", "village")).order_by("code")
    towns = [division for division in found if division.level == "town"]
    villages_found = [division for division in found if division.level == "village"]
    missing = {f"{village.code[:9]}000" for village in villages_found} - {town.code for town in towns}
    if missing:
        # A village's own officer still reads the name of his township.
        towns = [*towns, *Division.objects.filter(code__in=missing)]
    return Places(sorted(towns, key=lambda town: town.code), villages_found)


def names(codes: Iterable[str]) -> dict[str, str]:
    """Names of these villages and of their towns, by code."""
    wanted = {code for code in codes if code}
    wanted |= {f"{code[:9]}000" for code in wanted}
    return dict(Division.objects.filter(code__in=wanted).values_list("code", "name"))


def prefix(code: str) -> str:
    """The significant digits of a division code as typed or chosen: 220821105000 is 220821105."""
    digits = code.strip()
    if len(digits) == 12:
        for length in (6, 9):
            if not digits[length:].strip("0"):
                return digits[:length]
    return digits
