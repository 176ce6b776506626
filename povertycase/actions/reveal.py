"""Showing a sealed number: a reason, an audit entry, and thirty seconds on the screen."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from povertycase import audit, secrets
from povertycase.models import Account
from povertycase.secrets import Kind

SECONDS = 30
# code: the purpose in words; a phone within one's own reach needs no more than 拨打电话 (county-officer.md E-46).
REASONS = {
    "compare": later("比对"),
    "reissue": later("补办证件"),
    "payout": later("发放补助"),
    "verify": later("核实情况"),
    "other": later("其他"),
    "call": later("拨打电话"),
}
FIELDS = {"id": later("证件号码"), "phone": later("联系电话"), "bank": later("银行账号")}


@dataclass(frozen=True)
class Revealed:
    """The clear number, for how long it may stand on the screen, and the event that notes it."""

    value: str
    seconds: int
    event: int


def show(
    *,
    kind: Kind,
    sealed: bytes | memoryview | None,
    index: bytes | memoryview | None,
    reason: str,
    about: str,
    households: tuple[int, ...] = (),
    by: Account,
) -> Revealed:
    """Open one number that the caller fetched through `visible_to`. `about` names its owner by number, not by value.

    Raises ValidationError without a number or a reason, SecretError when it does not open.
    """
    if reason not in REASONS:
        raise ValidationError(_("请选择查看用途。"))
    if reason == "call" and kind != "phone":
        raise ValidationError(_("“拨打电话”只用于查看联系电话，请选择别的用途。"))
    if sealed is None or index is None:
        raise ValidationError(_("没有登记%s。") % _(FIELDS[kind]))
    value = secrets.open(kind, sealed, index)
    with transaction.atomic():
        params = {"field": FIELDS[kind], "reason": REASONS[reason]}
        event = audit.record("secret.revealed", by=by, about=about, households=households, params=params)
    return Revealed(value, SECONDS, event)
