"""Rolls 花名册: the column sets an account may use, and the households a roll is about."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from households.models import Membership, SavedRoll
from households.queries import listing
from povertycase.models import Account
from povertycase.reach import ReachQuerySet

ORDER = ("village_code", "group_name", "head_sort", "household")
# Conditions that narrow a roll: those of the household list, without its order and pages.
NOT_KEPT = ("sort", "size")


@dataclass(frozen=True)
class Shown:
    """A column set as the page shows it."""

    roll: SavedRoll
    own: bool
    note: str  # who shared it


def visible(account: Account) -> ReachQuerySet:
    """One's own, and those shared with a division that one of the account's posts lies in."""
    around = [
        post.division_id[:digits].ljust(12, "0")
        for post in account.current_posts()
        if post.division_id
        for digits in (6, 9, 12)
    ]
    mine = SavedRoll.objects.visible_to(account).values("pk")
    return SavedRoll.objects.filter(Q(pk__in=mine) | Q(division_code__in=around))


def shown(account: Account) -> list[Shown]:
    """The column sets to choose from, one's own first."""
    rows = visible(account).select_related("by").order_by("name", "pk")
    found = [Shown(row, row.by_id == account.pk, _note(row, account)) for row in rows]
    return sorted(found, key=lambda one: not one.own)


def _note(row: SavedRoll, account: Account) -> str:
    if not row.division_code:
        return ""
    return _("已共享给辖区") if row.by_id == account.pk else _("%s共享") % row.by


def cards(account: Account, params: Mapping[str, str], day: datetime.date) -> ReachQuerySet:
    """The households of a roll as far as the account reaches, in the order of village and group."""
    kept = {code: value for code, value in params.items() if code not in (*NOT_KEPT, "q", "s", "page")}
    return listing.chosen(account, kept, day).order_by(*ORDER)


def number(found: ReachQuerySet, kind: str, day: datetime.date) -> int:
    """How many rows the roll has: households, or members in force."""
    if kind == SavedRoll.Kind.HOUSEHOLD:
        return int(found.order_by().count())
    homes = found.order_by().values("pk")
    return Membership.objects.known().true_on(day).filter(household__in=homes).count()
