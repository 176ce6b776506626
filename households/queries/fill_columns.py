"""The columns that a foreign list may be given: those of the household list, and facts of households and persons.

No second declaration: labels, values, units and code lists are those of slots.LIST_COLUMNS and slots.FACTS. Sealed
numbers are not among them.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from households.models import HouseholdCard, Person
from households.queries import listing
from households.queries.list_match import NUMBER
from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.models import Account
from povertycase.rules import facts, picked

HEALTH_FACTS = frozenset(
    ("is_healthy", "is_seriously_ill", "is_chronically_ill", "is_disabled", "disability_type", "disability_grade",
     "doctor_signed_on", "members_seriously_ill", "members_chronically_ill", "members_disabled")
)  # fmt: skip
# What bureaus and superiors ask for; any other fact is one word more here.
HOUSEHOLD_FACTS = (
    *("registered_year", "household_type", "identification_standard", "is_relocated", "arable_mu", "has_helper"),
    *("net_income_per_capita", "net_income", "wage_income", "transfer_income", "last_net_income_per_capita"),
    *("house_grade", "house_appraised_on", "house_area", "water_safe", "water_source", "has_power", "food_secure"),
    *("clothing_secure", "workers", "labour_members", "pupils", "persons_dibao", "persons_tekun", "party_members"),
    *("members_without_medical_insurance", "members_seriously_ill", "members_chronically_ill", "members_disabled"),
)
PERSON_FACTS = (
    *("relation", "sex", "birth_date", "age", "ethnicity", "political_status", "education", "student_status"),
    *("dropout_reason", "labour", "work_place", "work_months", "employer", "public_post_type", "public_post_months"),
    *("insured", "ins_resident_medical", "ins_serious_illness", "pension_resident", "dibao", "tekun"),
    *("is_seriously_ill", "is_chronically_ill", "is_disabled", "disability_type", "disability_grade"),
    "doctor_signed_on",
)
HEAD, NAME = "head", "name"


@dataclass(frozen=True)
class FillColumn:
    """A column to add: `code` names it in the form and in what an account chose last; group: household | person."""

    code: str
    label: str
    group: str
    fact: str = ""


def usable(account: Account, kind: str) -> list[FillColumn]:
    """The columns this account may add to a list found by this key; what is about persons needs persons to be named."""
    found = [FillColumn(f"h.{HEAD}", _("户主姓名"), "household")]
    found += [FillColumn(f"h.{one.code}", str(one.label), "household") for one in listing.usable_columns(account)]
    found += _facts(account, HOUSEHOLD_FACTS, "household")
    if kind == NUMBER:
        return found
    return [*found, FillColumn(f"p.{NAME}", _("登记姓名"), "person"), *_facts(account, PERSON_FACTS, "person")]


def _facts(account: Account, codes: Iterable[str], group: str) -> list[FillColumn]:
    columns = []
    for code in codes:
        fact = slots.FACTS.get(code)
        if fact is None or fact.private and not account.can(Permission.AMOUNT_VIEW):
            continue
        if (code in HEALTH_FACTS or code == "dropout_reason") and not account.can(Permission.HEALTH_VIEW):
            continue
        columns.append(FillColumn(f"{group[0]}f.{code}", _titled(fact), group, code))
    return columns


def _titled(fact: Any) -> str:
    return f"{fact.label}（{fact.unit}）" if fact.unit else str(fact.label)


@dataclass(frozen=True)
class Values:
    """What is known of households and persons, by key: columns code -> value. Whoever is out of reach is not there."""

    households: Mapping[int, Mapping[str, Any]]
    persons: Mapping[int, Mapping[str, Any]]

    def cells(self, columns: Sequence[FillColumn], household: int | None, person: int | None) -> list[Any]:
        """The cells of one row: words, figures, days as NUL d and ISO date; None where nothing is known."""
        home = self.households.get(household or 0, {})
        who = self.persons.get(person or 0, {})
        return [(home if column.group == "household" else who).get(column.code) for column in columns]


def values(
    account: Account,
    columns: Sequence[FillColumn],
    households: Iterable[int],
    persons: Iterable[int],
    *,
    day: datetime.date,
) -> Values:
    """Everything the columns ask about these households and persons, as far as the account reaches: a few statements."""
    cards: Any = HouseholdCard.objects.visible_to(account).filter(pk__in=set(households))
    own = [column for column in columns if column.group == "household"]
    of_list = [slots.LIST_COLUMNS[column.code[2:]] for column in own if column.code[2:] in slots.LIST_COLUMNS]
    rows = list(listing.with_values(cards, of_list))
    listing.fill_rows(rows, of_list)
    told: dict[int, dict[str, Any]] = {card.pk: {f"h.{HEAD}": card.head_name or None} for card in rows}
    for card in rows:
        told[card.pk] |= {f"h.{column.code}": _plain(value) for column, _label, value in card.cells}
    numbers = {card.pk: card.household_no for card in rows}
    asked = {column.fact: column.code for column in own if column.fact}
    for key, found in picked.households(numbers, asked, as_of=day).items():
        told[key] |= {asked[code]: _said(facts.get(code), value) for code, value in found.items()}
    return Values(told, _of_persons(columns, list(told), set(persons), day))


def _of_persons(
    columns: Sequence[FillColumn], households: Sequence[int], persons: set[int], day: datetime.date
) -> dict[int, dict[str, Any]]:
    """Facts of the people of these households, which are within reach; a name also of those who left."""
    own = [column for column in columns if column.group == "person"]
    if not own or not persons:
        return {}
    asked = {column.fact: column.code for column in own if column.fact}
    told: dict[int, dict[str, Any]] = {}
    for key, found in picked.members(households, asked, as_of=day).items():
        if key in persons:
            told[key] = {asked[code]: _said(facts.get(code), value) for code, value in found.items()}
    if any(column.code == f"p.{NAME}" for column in own):
        people = Person.objects.filter(pk__in=persons, membership__household__in=households)
        for key, name in people.values_list("pk", "name").distinct():
            told.setdefault(key, {})[f"p.{NAME}"] = name
    return told


def _said(fact: facts.Fact, value: Any) -> Any:
    """A fact as staff read it: the word of its code, 是 or 否, a figure, a day; None for what is not known."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if fact.choices and value is not None:
        return str(fact.value_label(value))
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return f"\0d{value.isoformat()}"
    if isinstance(value, Decimal):
        return float(value)
    if value is None or value == "":
        return None
    return value if isinstance(value, int | float) else str(value)
