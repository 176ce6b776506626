"""Whose rows may an account see: every model declares the path, the account brings its posts."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Protocol

from django.db.models import Manager, Q, QuerySet


@dataclass(frozen=True)
class Reach:
    """The look-up paths from a model to what a post reaches.

    division: path to a 12-digit division code (text); own_pairings and own_unit: paths to the account itself.
    A path left None means: a reach of that kind sees no row of this model.
    """

    division: str | None = None
    own_pairings: str | None = None
    own_unit: str | None = None
    own: str | None = None  # rows that belong to the account itself (its jobs, its searches)
    whole_for: tuple[str, ...] = ()  # administrators' kinds of reach that see every row of this model


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
        reach = self.model.reach
        if reach == REFERENCE:
            return self
        wanted = [_condition(reach, extent, account) for extent in account.extents()]
        if reach.own:
            wanted.append(Q(**{reach.own: account.pk}))
        if any(condition is True for condition in wanted):
            return self
        conditions = [condition for condition in wanted if isinstance(condition, Q)]
        if not conditions:
            return self.none()
        # Paths over pairings multiply rows: narrow by key so that counts stay counts.
        found = self.filter(reduce(or_, conditions))
        if reach.own_pairings or reach.own_unit:
            kinds = {extent.kind for extent in account.extents()}
            if kinds & {"own_pairings", "own_unit"}:
                return self.filter(pk__in=self.model._default_manager.filter(reduce(or_, conditions)).values("pk"))
        return found


def _condition(reach: Reach, extent: Extent, account: Seer) -> Q | bool | None:
    """One extent as a filter; True = no limit, None = sees nothing of this model."""
    if extent.kind in reach.whole_for:
        return True
    if extent.kind == "everything":
        return True if reach.division else None
    if extent.kind == "divisions" and reach.division:
        return Q(**{f"{reach.division}__startswith": extent.prefix})
    if extent.kind == "own_pairings" and reach.own_pairings:
        return Q(**{reach.own_pairings: account.pk})
    if extent.kind == "own_unit" and reach.own_unit:
        return Q(**{reach.own_unit: account.pk})
    return None


class ReachManager(Manager.from_queryset(ReachQuerySet)):  # type: ignore[misc]
    """Default manager of every model that has a reach."""
