"""Whose rows may an account see: every model declares the path, the account brings its posts."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Protocol

from django.db.models import Manager, Q, QuerySet

from povertycase import periods


@dataclass(frozen=True)
class Own:
    """The look-up path to the account a row belongs to, and the dated rows on the way that must be in force.

    Own("pairing__cadre__account", "pairing"): a helper whose pairing has ended no longer sees the household.
    """

    account: str
    in_force: str = ""

    def condition(self, account: "Seer") -> Q:
        """Rows that are this account's own today. One Q, so that all its parts speak of the same joined row."""
        wanted = Q(**{self.account: account.pk})
        if self.in_force:
            day, row = periods.today(), self.in_force
            wanted &= Q(**{f"{row}__superseded_at__isnull": True, f"{row}__true_from__lte": day})
            wanted &= Q(**{f"{row}__true_to__isnull": True}) | Q(**{f"{row}__true_to__gte": day})
        return wanted


@dataclass(frozen=True)
class Reach:
    """The look-up paths from a model to what a post reaches.

    division: path to a 12-digit division code (text). A path left None means: a reach of that kind sees no row
    of this model. `many` says that a path leads over several rows, so that the result is narrowed by key.
    """

    division: str | None = None
    own_pairings: Own | None = None
    own_unit: Own | None = None
    own: str | None = None  # rows that belong to the account itself (its jobs, its searches)
    whole_for: tuple[str, ...] = ()  # administrators' kinds of reach that see every row of this model
    many: bool = False


REFERENCE = "reference"  # divisions, code lists, rule versions: everybody signed in may read them


class Seer(Protocol):
    """What reach needs to know of an account: the extents of its posts held today."""

    pk: Any

    def extents(self) -> list["Extent"]: ...


@dataclass(frozen=True)
class Extent:
    """One post's reach: everything, the divisions under `prefix`, own pairings, own unit, or an administrator's."""

    kind: str  # "everything" | "divisions" | "own_pairings" | "own_unit" | "accounts" | "rights" | "audit"
    prefix: str = ""


class ReachQuerySet(QuerySet):
    """Rows of a model that knows its reach."""

    def visible_to(self, account: Seer) -> "ReachQuerySet":
        """The rows this account may see; none for an account without a post."""
        return self._within(account, account.extents())

    def close_to(self, account: Seer) -> "ReachQuerySet":
        """The rows of this account's own village and own pairings, which it may see as well."""
        return self._within(account, [extent for extent in account.extents() if is_close(extent)])

    def _within(self, account: Seer, extents: list[Extent]) -> "ReachQuerySet":
        reach: Any = getattr(self.model, "reach")  # noqa: B009 - declared by every model, unknown to its base class
        if reach == REFERENCE:
            return self
        wanted = [_condition(reach, extent, account) for extent in extents]
        if reach.own:
            wanted.append(Q(**{reach.own: account.pk}))
        if any(condition is True for condition in wanted):
            return self
        conditions = [condition for condition in wanted if isinstance(condition, Q)]
        if not conditions:
            return self.none()
        mine = reduce(or_, conditions)
        if reach.many or any(extent.kind.startswith("own_") for extent in extents):
            # These paths lead over several rows: narrow by key so that counts stay counts.
            return self.filter(pk__in=self.model._default_manager.filter(mine).values("pk"))
        return self.filter(mine)


VILLAGE_DIGITS = 12


def is_close(extent: Extent) -> bool:
    """One village, or one's own pairings: people one knows and calls (county-officer.md E-46)."""
    return extent.kind == "own_pairings" or len(extent.prefix) == VILLAGE_DIGITS


def _condition(reach: Reach, extent: Extent, account: Seer) -> Q | bool | None:
    """One extent as a filter; True = no limit, None = sees nothing of this model."""
    if extent.kind in reach.whole_for:
        return True
    if extent.kind == "everything":
        return True if reach.division else None
    if extent.kind == "divisions" and reach.division:
        return Q(**{f"{reach.division}__startswith": extent.prefix})
    if extent.kind == "own_pairings" and reach.own_pairings:
        return reach.own_pairings.condition(account)
    if extent.kind == "own_unit" and reach.own_unit:
        return reach.own_unit.condition(account)
    return None


class ReachManager(Manager.from_queryset(ReachQuerySet)):  # type: ignore[misc]
    """Default manager of every model that has a reach."""
