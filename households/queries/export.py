"""A household with everything dated behind it, for programs: rows known now, newest first within each part."""

import datetime
from collections.abc import Iterator
from typing import Any

from households.models import (
    Cause,
    Household,
    HouseholdStatus,
    HousingAppraisal,
    Income,
    LivingObservation,
    Membership,
    PersonCondition,
    Residence,
    WaterAppraisal,
)
from households.queries.file import masked, without_disability, without_illness
from povertycase.access.permissions import Permission
from povertycase.models import Account

PARTS = (
    ("status", HouseholdStatus),
    ("residence", Residence),
    ("cause", Cause),
    ("living", LivingObservation),
    ("housing", HousingAppraisal),
    ("water", WaterAppraisal),
)
# Of a row: its own dates and keys, and numbers that are never sent.
NOT_VALUES = {
    *("id", "household", "person", "true_from", "true_to", "recorded_at", "entered_on"),
    *("superseded_by", "superseded_at", "event_id", "phone", "phone_index"),
}
HEALTH = {
    *("health", "disease", "disability_type", "disability_grade", "disability_cert_year", "doctor_signed_on"),
    "relapse_cause",
}


def whole(account: Account, household: Household, as_of: datetime.date) -> Any:
    """The household's card with `members`, `conditions` and `incomes`; health only for who may read it."""
    card: Any = household.card
    health = account.can(Permission.HEALTH_VIEW)
    members = list(Membership.objects.known().filter(household=household).select_related("person").order_by("pk"))
    for row in members:
        row.masked_id = masked("id", row.person.id_number, row.person.id_index, health=health)
    card.members = members
    incomes = Income.objects.known().filter(household=household).order_by("-true_from", "-pk")
    card.incomes = [row if health else without_disability(row) for row in incomes]
    card.conditions = [*_household_rows(household, health), *_person_rows(members, health)]
    return card


def _household_rows(household: Household, health: bool) -> Iterator[dict[str, Any]]:
    for part, model in PARTS:
        if part == "cause" and not health:
            continue
        for row in model.objects.known().filter(household=household).order_by("-true_from", "-pk"):  # type: ignore[attr-defined]
            yield _told(part, row, None, set() if health else HEALTH)


def _person_rows(members: list[Membership], health: bool) -> Iterator[dict[str, Any]]:
    numbers = {row.person_id: row.person.person_no for row in members}
    rows = PersonCondition.objects.known().filter(person__in=numbers).order_by("person", "-true_from", "-pk")
    for row in rows:
        shown = row if health else without_illness(row)
        yield _told("person", shown, numbers[row.person_id], set() if health else HEALTH)


def _told(part: str, row: Any, person_no: str | None, hidden: set[str]) -> dict[str, Any]:
    names = [f.attname for f in row._meta.concrete_fields if f.name not in NOT_VALUES and f.name not in hidden]
    return {
        "part": part,
        "person_no": person_no,
        "true_from": row.true_from,
        "true_to": getattr(row, "true_to", None),
        "recorded_at": row.recorded_at,
        "entered_on": row.entered_on,
        "values": {name: getattr(row, name) for name in names},
    }
