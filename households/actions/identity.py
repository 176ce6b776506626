"""Putting right who somebody is 姓名和证件: name and number, which decides sex and birth date."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from households.actions import dated, names, written
from households.actions.register import identify
from households.models import Household, Person
from povertycase import audit
from povertycase.models import Account

FIELDS = {"name": "姓名", "id_number": "证件号码", "sex": "性别", "birth_date": "出生日期", "ethnicity": "民族"}


def correct(
    *, household: Household, person: Person, values: dict[str, Any], entered_on: datetime.date, by: Account | None
) -> Person:
    """Write name, number, sex, birth date or ethnicity of a member. Raises ValidationError.

    The identity has no dates: what stood before is in the field history. A number decides sex and birth date.
    """
    with transaction.atomic():
        household = dated.lock(household)
        row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        event = audit.record(
            "person.identified",
            by=by,
            about=household.household_no,
            households=[household.pk],
            params={"fields": "、".join(label for name, label in FIELDS.items() if name in values)},
        )
        for name in ("name", "sex", "birth_date", "ethnicity"):
            if name in values:
                setattr(row, name, values[name])
        if "id_number" in values:
            _number(row, values["id_number"], entered_on)
        row.name = row.name.strip()
        row.name_sort, row.initials = names.sort_key(row.name), names.initials(row.name)
        row.full_clean(validate_unique=False)
        row.version = F("version") + 1  # type: ignore[assignment]
        row.save()
        written.note([household.pk], day=entered_on, event=event)
    row.refresh_from_db()
    return row


def _number(row: Person, number: str, on: datetime.date) -> None:
    if not number:
        raise ValidationError({"id_number": _("已登记的证件号码不能删除，请填写正确的号码。")})
    identify(row, number, on)
