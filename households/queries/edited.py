"""What a page of a change is about: the household, the member or row, the day, and what may be chosen there."""

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q

from households.models import ChangeRequest, Household, LegalSupporter, Membership
from households.queries import places
from households.queries.change_items import Item
from households.queries.change_parts import PARTS, member_of
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.models import Account, Division

OF_PERSON = frozenset({"identity", "leave", "condition"})
OF_ROW = frozenset({"supporter", "merge"})
ENDED = ("gone", "removed")
MOST_FOUND = 20
# Several births may wait at one time (as the actions see it).
SEVERAL = frozenset({"register", "join"})
UNDECIDED = (ChangeRequest.State.OPEN, ChangeRequest.State.RETURNED)
MOST_VILLAGES = 2_000
FIRST_YEAR = 2014


@dataclass
class Edited:
    """One change on its way: of `household` (None: a new one), of one of its members or rows where the kind is."""

    kind: str
    account: Account
    today: datetime.date
    household: Household | None = None
    key: int | None = None
    year: int | None = None  # of an income: the year its accounting period ends in
    again: ChangeRequest | None = None  # one's own request that was sent back, to be handed in again
    before: dict[str, Any] = field(default_factory=dict)  # what that request asked for, as it is kept

    @property
    def is_new(self) -> bool:
        return self.household is None

    @property
    def person(self) -> int | None:
        return self.key if self.kind in OF_PERSON else None

    @property
    def row(self) -> int | None:
        return self.key if self.kind in OF_ROW else None

    @cached_property
    def member(self) -> Membership | None:
        """The member it is about."""
        return member_of(self.household, self.person) if self.household and self.person else None

    @cached_property
    def other(self) -> Household | None:
        """The household that is to join this one: of the same village, in the register, within reach."""
        return _joinable(self).filter(pk=self.row).first() if self.household and self.row else None

    @cached_property
    def people(self) -> list[Membership]:
        """The members whose relation to a head is asked for: those who may split off, those who join with their house."""
        if self.kind == "merge":
            return _members(self.other, self.today) if self.other else []
        if self.kind == "split":
            return [row for row in self.members() if row.relation != "head"]
        return self.members() if self.kind == "head" or self.head_leaves else []

    def along(self) -> list[Membership]:
        """Who may leave with the member it is about. The head leaves on a page of his own, for he needs an heir."""
        return [row for row in self.members() if row.relation != "head"] if self.kind == "leave" else []

    def exists(self) -> bool:
        """Is there such a page? A kind of persons names one of the household's, a row is one of its own."""
        if self.kind in OF_PERSON:
            return self.member is not None
        if self.kind == "merge" and self.row is not None:
            return self.other is not None
        if self.kind == "merge" and not self.members():
            return False
        if self.kind == "split" and not self.people:
            return False
        if self.row is not None:
            return LegalSupporter.objects.known().filter(household=self.household, pk=self.row).exists()
        return self.key is None

    @property
    def shown_year(self) -> int:
        """The year whose income is shown."""
        asked = str(self.before.get("period_end") or "")[:4]
        return self.year or (int(asked) if asked else self.today.year)

    @property
    def period(self) -> dict[str, str]:
        """The accounting period of an income, 10-01 to 09-30."""
        year = self.shown_year
        return {"period_start": f"{year - 1}-10-01", "period_end": f"{year}-09-30"}

    def content(self) -> dict[str, Any]:
        """What says which row is meant."""
        new = self.period if self.kind == "income" else {}
        return {"new": new, "person": self.person, "row": self.row}

    def current(self, day: datetime.date | None = None) -> dict[str, Any]:
        """The values that stand today, or stood on a day, as they are kept."""
        part = PARTS[self.kind]
        if self.household is None or part.event:
            return {}
        return part.current(self.household, self.content(), day or self.today)

    def suggested(self) -> dict[str, Any]:
        """What stands ready in empty fields."""
        if self.kind == "income" and self.household:
            ready: dict[str, Any] = dict(self.period)
            if not self.current().get("member_count"):
                ready["member_count"] = self.household.card.member_count
            if not self.current().get("calculated_by"):
                ready["calculated_by"] = str(self.account)
            return ready
        if self.kind == "register":
            only = [code for _town, villages in self.villages() for code, _name in villages]
            return {"registered_year": self.today.year, **({"village": only[0]} if len(only) == 1 else {})}
        if self.kind == "pairing" and self.household and "cadre" not in self.current():
            return {"place": 1}
        return {}

    def items(self) -> dict[str, Item]:
        """The items this account may see and change here."""
        found = dict(PARTS[self.kind].items)
        if self.kind == "leave" and not self.head_leaves:
            del found["new_head"], found["relations"]
        if self.kind == "leave" and not self.along():
            del found["also"]
        if self.is_new:
            found = {**found, "village": PARTS["move"].items["village"]}
        health = self.account.can(Permission.HEALTH_VIEW)
        return {name: item for name, item in found.items() if health or not item.health}

    @property
    def head_leaves(self) -> bool:
        """Does the head leave others behind? Then they need another (E-43)."""
        return bool(self.member and self.member.relation == "head" and self.members())

    def members(self) -> list[Membership]:
        """The members of today, the one it is about left out."""
        return [row for row in self._present if row.person_id != self.person]

    @cached_property
    def _present(self) -> list[Membership]:
        return _members(self.household, self.today) if self.household else []

    def villages(self) -> list[tuple[str, Any]]:
        """Villages to choose from by town: those of the account for a new household, those of the county to move to."""
        if self.is_new:
            return _by_town(places.within_reach(self.account, MOST_VILLAGES))
        county = self.household.card.village_code[:6] if self.household else ""
        found = Division.objects.filter(code__startswith=county, valid_to__isnull=True).order_by("code")
        rows = list(found.filter(level__in=("town", "village")).values_list("level", "code", "name"))
        towns = [(code, name) for level, code, name in rows if level == "town"]
        return _by_town(places.Places(towns, [(code, name) for level, code, name in rows if level == "village"]))

    def years(self) -> list[int]:
        """The years whose income may be entered, the latest first."""
        return list(range(self.today.year, max(FIRST_YEAR, self.today.year - 4), -1)) if self.kind == "income" else []


def _members(household: Household, day: datetime.date) -> list[Membership]:
    rows = Membership.objects.known().true_on(day).filter(household=household).select_related("person")
    return list(rows.order_by("true_from", "pk"))


def _joinable(edited: Edited) -> Any:
    """Households that could join this one. Those of other villages move first, so nobody reads of members elsewhere."""
    assert edited.household is not None
    rows = Household.objects.visible_to(edited.account).filter(card__village_code=edited.household.card.village_code)
    rows = rows.filter(card__member_count__gt=0).exclude(card__poverty_status__in=ENDED)
    return rows.exclude(pk=edited.household.pk).select_related("card").order_by("card__head_sort", "pk")


def joining(edited: Edited, typed: str) -> list[Household]:
    """The households of this number, or with a head of this name, that could join; hidden and missing are the same."""
    wanted = typed.strip()
    named = Q(household_no=wanted) | Q(card__head_name=wanted)
    return list(_joinable(edited).filter(named)[:MOST_FOUND]) if wanted else []


def _by_town(found: places.Places) -> list[tuple[str, Any]]:
    listed: dict[str, list[tuple[str, str]]] = {}
    for code, name in found.villages:
        listed.setdefault(places.town_of(code), []).append((code, name))
    return [(dict(found.towns).get(town, town), villages) for town, villages in listed.items()]


def waiting_for(edited: Edited) -> ChangeRequest | None:
    """The request of this kind, about this member or row, that is not decided yet; another would be refused."""
    if edited.household is None or edited.kind in SEVERAL or (edited.kind in OF_ROW and edited.row is None):
        return None
    rows = ChangeRequest.objects.visible_to(edited.account).filter(household=edited.household, kind=edited.kind)
    rows = rows.filter(state__in=UNDECIDED, subject=edited.key).exclude(pk=edited.again.pk if edited.again else None)
    return rows.select_related("proposed_by").first()


def sent_back(edited: Edited, key: str) -> ChangeRequest | None:
    """The account's own request of this page that was sent back, by the number in the address."""
    number = whole(key)
    if number is None:
        return None
    rows = ChangeRequest.objects.visible_to(edited.account).filter(household=edited.household, kind=edited.kind)
    return rows.filter(
        pk=number, state=ChangeRequest.State.RETURNED, proposed_by=edited.account, subject=edited.key
    ).first()
