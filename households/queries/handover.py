"""Before a hand-over of helpers: who answers for the chosen households now, and what would become of it."""

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from households.models import Cadre, Pairing, Posting
from households.queries.selection import Selection
from povertycase.models import Account
from povertycase.reach import ReachQuerySet

FOUND = 20


@dataclass(frozen=True)
class Consequences:
    """What handing these households to a cadre on a day means."""

    handed: int  # households that change their helper
    opened: int  # households that had none
    same: int  # households the cadre answers for already: they stay
    gone: int  # died-out households need nobody: they are left out
    before: list[tuple[Cadre, int]]  # who gives up how many, most first


def cadres(account: Account, words: str) -> list[Cadre]:
    """Cadres by number or whole name: those of one's own households and villages, and those without any duty yet."""
    seen = Q(pk__in=Cadre.objects.visible_to(account).values("pk"))
    seen |= Q(pk__in=Posting.objects.visible_to(account).values("cadre"))
    seen |= Q(pairing__isnull=True, posting__isnull=True)
    found = Cadre.objects.filter(Q(cadre_no__iexact=words) | Q(name=words), taken_back_on=None).filter(seen).distinct()
    return list(found.select_related("unit").order_by("name", "cadre_no")[:FOUND])


def consequences(selection: Selection, to: Cadre, day: datetime.date) -> Consequences:
    """Three queries, however many households."""
    living = selection.cards.filter(member_count__gt=0).values("pk")
    number = living.order_by().count()
    held: Any = in_force(day).filter(household__in=living).values_list("cadre_id")
    by_cadre: Counter[int] = Counter(cadre for (cadre,) in held)
    same = by_cadre.pop(to.pk, 0)
    rows = Cadre.objects.filter(pk__in=by_cadre).select_related("unit").in_bulk()
    before = [(rows[pk], households) for pk, households in by_cadre.most_common()]
    handed = sum(by_cadre.values())
    return Consequences(handed, number - handed - same, same, selection.number - number, before)


def in_force(day: datetime.date) -> ReachQuerySet:
    """First helpers on a day."""
    found: Any = Pairing.objects
    return found.known().true_on(day).filter(place=1)
