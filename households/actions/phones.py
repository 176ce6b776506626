"""The phone of a household: whoever calls it keeps it right; nobody else's opinion is asked (county-officer.md 3.2)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from households.actions import dated
from households.models import Household
from povertycase import audit, secrets
from povertycase.models import Account


def change_phone(*, household: Household, phone: str, by: Account | None) -> Household:
    """Write the household's phone, sealed; empty takes it away. Raises ValidationError when it is the same."""
    sealed, index = secrets.seal("phone", phone) if phone else (None, None)
    with transaction.atomic():
        held = dated.lock(household)
        if (bytes(held.phone_index) if held.phone_index else None) == index:
            raise ValidationError(_("电话没有变化，不需要修改。"))
        audit.record(
            "household.contact",
            by=by,
            about=held.household_no,
            households=[held.pk],
            params={"fields": "联系电话"},
        )
        held.phone, held.phone_index = sealed, index
        held.save(update_fields=["phone", "phone_index"])
    return held
