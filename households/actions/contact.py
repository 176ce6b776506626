"""Looking for and looking at sealed numbers of a household: by blind index, with a reason, always audited."""

import secrets as random

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from households.models import Cadre, Household, Membership, Residence
from povertycase import audit, secrets
from povertycase.actions import reveal
from povertycase.actions.reveal import Revealed
from povertycase.models import Account, SavedSearch
from povertycase.secrets import Kind

Stored = bytes | memoryview | None


def search(*, kind: Kind, clear: str, by: Account) -> SavedSearch:
    """Keep a search by a full number as its blind index under a random key, which may stand in an address."""
    with transaction.atomic():
        saved = SavedSearch.objects.create(
            key=random.token_urlsafe(18), kind=kind, index=secrets.blind(kind, clear), by=by
        )
        audit.record("secret.searched", by=by, params={"field": reveal.FIELDS[kind]})
    return saved


def show(*, household: Household, field: str, reason: str, by: Account) -> Revealed:
    """Open a number of the household: `phone`, `bank`, `away` (phone of a household away), `member-<id>`, `cadre-<id>`.

    The caller fetched the household through `visible_to`. Raises ValidationError for a number that is not there.
    """
    kind, sealed, index, about = _number(household, field)
    close = reason == reveal.CALL and Household.objects.close_to(by).filter(pk=household.pk).exists()
    return reveal.show(
        kind=kind,
        sealed=sealed,
        index=index,
        reason=reason,
        about=about,
        households=(household.pk,),
        by=by,
        close=close,
    )


def _number(household: Household, field: str) -> tuple[Kind, Stored, Stored, str]:
    """Kind, ciphertext, blind index and the owner's words for the trail (numbers of files, never names)."""
    about = household.household_no
    name, _sign, key = field.partition("-")
    if name == "phone":
        return "phone", household.phone, household.phone_index, about
    if name == "bank":
        return "bank", household.bank_account, household.bank_index, about
    if name == "away":
        row = Residence.objects.known().filter(household=household, phone__isnull=False).order_by("-true_from").first()
        return "phone", row and row.phone, row and row.phone_index, about
    if name == "member" and key.isdigit():
        member = (
            Membership.objects.known().filter(household=household, person=int(key)).select_related("person").first()
        )
        if member:
            return "id", member.person.id_number, member.person.id_index, about
    if name == "cadre" and key.isdigit():
        cadre = Cadre.objects.filter(pk=int(key), pairing__household=household).first()
        if cadre:
            return "phone", cadre.phone, cadre.phone_index, f"{about} {cadre.cadre_no}"
    raise ValidationError(_("没有找到要查看的号码，请刷新页面后重试。"))
