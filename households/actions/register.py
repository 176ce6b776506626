"""Registering a household, and moving it to another village or group."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from households.actions import dated, names, written
from households.models import Cause, Household, HouseholdDivision, HouseholdStatus, Membership, Person
from povertycase import audit, secrets
from povertycase.models import Account, Division
from povertycase.secrets import identity
from povertycase.secrets.identity import IdentityError


@dataclass(frozen=True)
class NewPerson:
    """Somebody who is not in the register yet. A given ID number decides sex and birth date."""

    name: str
    id_number: str = ""
    sex: str = ""
    birth_date: datetime.date | None = None
    ethnicity: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def new_person(person: NewPerson, *, on: datetime.date) -> Person:
    """Insert a person, number sealed. Raises ValidationError for a wrong or already registered number."""
    row = Person(
        name=person.name.strip(),
        name_sort=names.sort_key(person.name),
        initials=names.initials(person.name),
        sex=person.sex,
        birth_date=person.birth_date,
        ethnicity=person.ethnicity,
        **person.extra,
    )
    if person.id_number:
        identify(row, person.id_number, on)
    else:
        row.id_type = "none"
    row.full_clean()
    row.save(force_insert=True)
    return row


def identify(row: Person, number: str, on: datetime.date) -> None:
    """Give a person a number, sealed; sex and birth date follow. Raises ValidationError for a wrong or taken one."""
    try:
        read = identity.read(number, on)
    except IdentityError as error:
        raise ValidationError({"id_number": error.sentence}) from error
    row.id_number, row.id_index = secrets.seal("id", read.number)
    row.sex, row.birth_date = read.sex, read.birth
    row.id_type = "disability_cert" if read.is_certificate else "identity_card"
    if Person.objects.filter(id_index=row.id_index).exclude(pk=row.pk).exists():
        raise ValidationError({"id_number": _("这个证件号码已经登记在册，请先按证件号查找，不要重复登记。")})


def register(
    *,
    household_no: str,
    village: Division,
    group_name: str = "",
    head: NewPerson,
    status: dict[str, Any],
    main_cause: str = "",
    true_from: datetime.date,
    entered_on: datetime.date,
    by: Account | None,
) -> Household:
    """Enter a household with its head; further members join. Raises ValidationError with what is wrong."""
    if village.level != Division.Level.VILLAGE:
        raise ValidationError({"village": _("请选择到村。")})
    dated.refuse_future(true_from, entered_on, _("识别日期"))
    household = Household(household_no=household_no.strip())
    household.full_clean()
    with transaction.atomic():
        household.save(force_insert=True)
        event = audit.record("household.registered", by=by, about=household.household_no, households=[household.pk])
        rows = [
            HouseholdDivision(household=household, village=village, group_name=group_name, true_from=true_from),
            HouseholdStatus(household=household, true_from=true_from, **status),
            Membership(
                household=household, person=new_person(head, on=entered_on), relation="head", true_from=true_from
            ),
        ]
        if main_cause:
            rows.append(Cause(household=household, code=main_cause, is_main=True, true_from=true_from))
        for row in rows:
            dated.add(row, entered_on=entered_on, event=event)
        written.note([household.pk], day=entered_on, event=event)
    return household


def move(
    *,
    household: Household,
    village: Division,
    group_name: str = "",
    true_from: datetime.date,
    entered_on: datetime.date,
    by: Account | None,
) -> HouseholdDivision:
    """The household belongs to another village or group from a day on. Raises ValidationError."""
    if village.level != Division.Level.VILLAGE:
        raise ValidationError({"village": _("请选择到村。")})
    dated.refuse_future(true_from, entered_on, _("迁移日期"))
    with transaction.atomic():
        household = dated.lock(household)
        event = audit.record(
            "household.moved",
            by=by,
            about=household.household_no,
            households=[household.pk],
            params={"village": village.name, "day": true_from.isoformat()},
        )
        row = HouseholdDivision(household=household, village=village, group_name=group_name, true_from=true_from)
        before = HouseholdDivision.objects.known().filter(household=household, true_from=true_from).first()
        if before:
            values = {"village": village, "group_name": group_name}
            row = dated.replace(before, values, entered_on=entered_on, event=event)
        else:
            dated.add(row, entered_on=entered_on, event=event)
        written.note([household.pk], day=entered_on, event=event)
    return row
