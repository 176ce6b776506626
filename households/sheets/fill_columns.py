"""The columns that a foreign list may be given: those of a roll 花名册, and what higher floors show in the household list.

Nothing is declared here: headings, values and rights are those of roll_columns and slots.LIST_COLUMNS. Sealed numbers
are not among them.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from households.models import HouseholdCard, Membership
from households.queries import columns as of_list
from households.queries import listing
from households.queries.list_match import NUMBER
from households.queries.register_rows import Cell, How, of_keys
from households.sheets import roll_columns
from households.sheets.roll_columns import RollColumn
from povertycase.access.permissions import Permission
from povertycase.models import Account
from povertycase.slots import ListColumn

PERSON = Cell("member", "person_id")
# Ticked where nothing was chosen before.
USUAL = frozenset(
    f"household.{key}" for key in ("household_no", "town", "village", "group_name", "head_name", "poverty_status")
)
# Of who left the household, whose condition is not followed any more.
NAME = "member.name"


@dataclass(frozen=True)
class FillColumn:
    """A column to add: of a roll, or of the household list where a floor above declared it."""

    code: str
    label: str
    group: str
    roll: RollColumn | None = None
    listed: ListColumn | None = None

    @property
    def is_person(self) -> bool:
        return self.roll is not None and self.roll.is_person


def usable(account: Account, kind: str) -> list[FillColumn]:
    """The columns this account may add to a list found by this key; what is about persons needs persons to be named."""
    rolls = roll_columns.usable(account, "household" if kind == NUMBER else "person")
    found = [
        FillColumn(one.code, _("登记姓名") if one.code == NAME else one.label, str(one.group), one)
        for one in rolls
        if not one.column.secret
    ]
    own = {column.code for column in of_list.COLUMNS}
    above = [one for one in listing.usable_columns(account) if one.code not in own]
    return found + [FillColumn(f"list.{one.code}", str(one.label), _("其他"), listed=one) for one in above]


@dataclass(frozen=True)
class Values:
    """What is known of households and persons, by key: column code -> value. Whoever is out of reach is not there."""

    households: Mapping[int, Mapping[str, Any]]
    persons: Mapping[int, Mapping[str, Any]]

    def cells(self, columns: Sequence[FillColumn], household: int | None, person: int | None) -> list[Any]:
        """The cells of one row: words, figures, days as NUL d and ISO date; None where nothing is known."""
        home, who = self.households.get(household or 0, {}), self.persons.get(person or 0, {})
        return [(who if column.is_person else home).get(column.code) for column in columns]


def values(
    account: Account,
    columns: Sequence[FillColumn],
    households: Iterable[int],
    persons: Iterable[int],
    *,
    day: datetime.date,
) -> Values:
    """What the columns say of these households and persons, as far as the account reaches: one query a part."""
    cards: Any = HouseholdCard.objects.visible_to(account).filter(pk__in=set(households))
    keys = sorted(cards.order_by().values_list("pk", flat=True))
    how = How(day, health=account.can(Permission.HEALTH_VIEW))
    told: dict[int, dict[str, Any]] = {key: {} for key in keys}
    rolls = [column for column in columns if column.roll and not column.is_person]
    for *cells, key in of_keys(keys, [one.roll.cell for one in rolls if one.roll], how, people=False) if rolls else ():
        told[key] = {one.code: _plain(value) for one, value in zip(rolls, cells, strict=True)}
    listed = [column.listed for column in columns if column.listed]
    rows = list(listing.with_values(cards, listed)) if listed else []
    listing.fill_rows(rows, listed)
    for card in rows:
        told[card.pk] |= {f"list.{column.code}": _plain(value) for column, _label, value in card.cells}
    return Values(told, _of_persons(columns, keys, set(persons), how))


def _of_persons(
    columns: Sequence[FillColumn], keys: list[int], persons: set[int], how: How
) -> dict[int, dict[str, Any]]:
    """What is said of the people of these households; of who left only the name."""
    own = [column for column in columns if column.is_person]
    if not own or not persons:
        return {}
    told: dict[int, dict[str, Any]] = {}
    if any(column.code == NAME for column in own):
        left = Membership.objects.known().filter(person__in=persons, household__in=keys)
        told = {key: {NAME: name} for key, name in left.values_list("person_id", "person__name")}
    wanted = [PERSON, *(one.roll.cell for one in own if one.roll)]
    for person, *cells, _key in of_keys(keys, wanted, how, people=True):
        if person in persons:
            told[person] = {one.code: _plain(value) for one, value in zip(own, cells, strict=True)}
    return told


def _plain(value: Any) -> Any:
    """A value as a cell of a workbook takes it."""
    if isinstance(value, datetime.date):
        return f"\0d{value.isoformat()}"
    if isinstance(value, Decimal):
        return float(value)
    if value is None or value == "":
        return None
    return value if isinstance(value, int | float) else str(value)
