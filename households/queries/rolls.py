"""Rolls 花名册: the column sets an account may use, and the households a roll is about."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from households.models import Membership, SavedRoll
from households.queries import listing, saved
from households.queries.register_rows import Events
from povertycase import slots
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


def number(found: ReachQuerySet, kind: str, day: datetime.date, happened: Events | None = None) -> int:
    """How many rows the roll has: households, members in force, or what happened to the households."""
    if kind == SavedRoll.Kind.HOUSEHOLD:
        return int(found.order_by().count())
    homes = found.order_by().values("pk")
    if happened:
        return int(happened.rows.order_by().filter(household__in=homes).count())
    return Membership.objects.known().true_on(day).filter(household__in=homes).count()


def events(account: Account, kind: str, params: Mapping[str, str], day: datetime.date) -> Events | None:
    """What happened to all households, by the conditions of the kind; None for a roll of households or persons."""
    entry = slots.ROLL_KINDS.get(kind)
    if entry is None:
        return None
    rows = entry.rows(day)
    for one in own_filters(account, kind):
        if value := params.get(one.code, ""):
            rows = one.apply(rows, value, day)
    return Events(kind, rows, entry.sort)


def own_filters(account: Account, kind: str) -> list[slots.ListFilter]:
    """The conditions of a kind beside those of the household list, as far as the account may use them."""
    entry = slots.ROLL_KINDS.get(kind)
    return [one for one in entry.filters if not one.permission or account.can(one.permission)] if entry else []


def filters(account: Account, kind: str) -> list[slots.ListFilter]:
    """Every condition of a roll: first the place, then the kind's own, then the household's others."""
    place, *others = listing.usable_filters(account)
    return [place, *own_filters(account, kind), *others]


def params_of(account: Account, kind: str, wanted: Mapping[str, str]) -> dict[str, str]:
    """The conditions of a form or address that a roll keeps."""
    kept = saved.params_of(account, wanted)
    own = {one.code: wanted[one.code][:40] for one in own_filters(account, kind) if wanted.get(one.code)}
    return {code: value for code, value in (kept | own).items() if code not in NOT_KEPT}


def words(account: Account, kind: str, params: Mapping[str, str]) -> str:
    """The conditions in words, for 导出说明."""
    query = "&".join(f"{code}={value}" for code, value in params.items())
    said = [f"{one.label}{_('：')}{_chosen(one, account, params[one.code])}"
            for one in own_filters(account, kind) if params.get(one.code)]  # fmt: skip
    return _("；").join(part for part in (listing.condition_words(account, query), *said) if part)


def _chosen(one: slots.ListFilter, account: Account, value: str) -> Any:
    return dict(one.choices(account)).get(value, value) if one.choices else value
