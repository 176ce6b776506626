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
    """Towns and villages as (code, name), in the order of their codes; `too_many` villages are left out."""

    towns: list[tuple[str, str]] = field(default_factory=list)
    villages: list[tuple[str, str]] = field(default_factory=list)
    too_many: bool = False


def within_reach(account: Account, most_villages: int) -> Places:
    """Towns and villages the account may choose from: those under its posts, or those of its own households."""
    extents = account.extents()
    codes = [Q(code__startswith=extent.prefix) for extent in extents if extent.kind == "divisions"]
    if any(extent.kind in ("own_pairings", "own_unit") for extent in extents):
        own = HouseholdCard.objects.visible_to(account).order_by().values_list("village_code", flat=True).distinct()
        codes.append(Q(code__in=list(own)))
    if not codes:
        return Places()
    found = Division.objects.filter(reduce(or_, codes)).order_by("code").values_list("code", "name")
    villages = list(found.filter(level="village")[: most_villages + 1])
    towns = dict(found.filter(level="town"))
    # A village's own officer still reads the name of his township.
    missing = {town_of(code) for code, _name in villages} - towns.keys()
    if missing:
        towns |= dict(Division.objects.filter(code__in=missing).values_list("code", "name"))
    too_many = len(villages) > most_villages
    return Places(sorted(towns.items()), [] if too_many else villages, too_many)


def town_of(village: str) -> str:
    """The code of a village's town."""
    return f"{village[:9]}000"


def reached_name(account: Account, code: str) -> str:
    """The name of a division under one of the account's posts; empty for any other."""
    if any(extent.kind == "divisions" and code.startswith(extent.prefix) for extent in account.extents()):
        return names([code]).get(code, "")
    return ""


def names(codes: Iterable[str]) -> dict[str, str]:
    """Names of these villages and of their towns, by code."""
    wanted = {code for code in codes if code}
    wanted |= {town_of(code) for code in wanted}
    return dict(Division.objects.filter(code__in=wanted).values_list("code", "name"))


def prefix(code: str) -> str:
    """The significant digits of a division code as typed or chosen: 220821105000 is 220821105."""
    digits = code.strip()
    if len(digits) == 12:
        for length in (6, 9):
            if not digits[length:].strip("0"):
                return digits[:length]
    return digits
