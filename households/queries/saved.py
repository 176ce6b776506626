"""Filters of the household list kept under a name: which an account sees, and what of an address may be kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _

from households.queries import listing
from povertycase import slots
from povertycase.models import Account, SavedFilter
from povertycase.reach import ReachQuerySet


@dataclass(frozen=True)
class Kept:
    """A saved filter as the list shows it."""

    saved: SavedFilter
    query: str  # the address's parameters
    own: bool
    chosen: bool  # the list stands on it now
    note: str = ""  # who shared it with whom


def visible(account: Account) -> ReachQuerySet:
    """One's own filters, and those shared with one's role in the division one's post lies in."""
    shared = Q(pk__in=[])
    for post in account.current_posts():
        if post.division_id:
            around = [post.division_id[:digits].ljust(12, "0") for digits in (6, 9, 12)]
            shared |= Q(role=post.role, division_code__in=around)
    own = Q(pk__in=SavedFilter.objects.visible_to(account).values("pk"))
    return SavedFilter.objects.filter(own | shared, listing=listing.LISTING)


def kept(account: Account, wanted: Mapping[str, str]) -> list[Kept]:
    """The filters to choose from, one's own first; one query."""
    now = params_of(account, wanted)
    rows = visible(account).select_related("by").order_by("name", "pk")
    found = [
        Kept(
            saved=row,
            query=urlencode(row.params),
            own=row.by_id == account.pk,
            chosen=row.params == now,
            note=_note(row, account),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.own)


def _note(row: SavedFilter, account: Account) -> str:
    if not row.role:
        return ""
    role = slots.ROLES[row.role].label
    if row.by_id == account.pk:
        return _("已共享给%s") % role
    return _("%s共享") % row.by


def params_of(account: Account, wanted: Mapping[str, str]) -> dict[str, str]:
    """What of an address may be kept: filters and order. A typed name, a number and the page are left out."""
    codes = [*(entry.code for entry in listing.usable_filters(account)), "sort", "size"]
    return {code: wanted[code][:40] for code in codes if wanted.get(code)}
