"""Showing a sealed number: a reason, an audit entry, and thirty seconds on the screen."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from povertycase import audit, periods, secrets
from povertycase.models import Account, AuditEvent
from povertycase.secrets import Kind

SECONDS = 30
# code: the purpose in words (county-officer.md E-46).
REASONS = {
    "compare": later("比对"),
    "reissue": later("补办证件"),
    "payout": later("发放补助"),
    "verify": later("核实情况"),
    "other": later("其他"),
}
# The one tap that calls a household of one's own village or pairings: noted, and no purpose asked for.
CALL, CALL_WORDS = "call", later("拨打电话")
FIELDS = {"id": later("证件号码"), "phone": later("联系电话"), "bank": later("银行账号")}


@dataclass(frozen=True)
class Revealed:
    """The clear number, what it is, for how long it may stand on the screen, and the event that notes it."""

    value: str
    kind: Kind
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
    close: bool = False,
) -> Revealed:
    """Open one number that the caller fetched through `visible_to`. `about` names its owner by number, not by value.

    close: the owner is of the caller's own village or pairings, so that `call` will do for a phone.
    Raises ValidationError without a number or a reason or too often, SecretError when it does not open.
    """
    if reason == CALL and (kind != "phone" or not close):
        raise ValidationError(_("直接拨打只用于本村户和结对户的电话，请选择查看用途。"))
    if reason != CALL and reason not in REASONS:
        raise ValidationError(_("请选择查看用途。"))
    if sealed is None or index is None:
        raise ValidationError(_("没有登记%s。") % _(FIELDS[kind]))
    if reason != CALL:
        _check_number(by)
    value = secrets.open(kind, sealed, index)
    with transaction.atomic():
        params = {"field": FIELDS[kind], "reason": CALL_WORDS if reason == CALL else REASONS[reason]}
        event = audit.record("secret.revealed", by=by, about=about, households=households, params=params)
    return Revealed(value, kind, SECONDS, event)


def _check_number(by: Account) -> None:
    """Sixty an hour are enough for any work by hand (trust.md 7.1, 2.4.1); calls are not counted."""
    most, span = settings.LIMITS["reveal"]
    since = periods.now() - datetime.timedelta(seconds=span)
    shown = AuditEvent.objects.filter(by=by, kind="secret.revealed", at__gt=since).exclude(params__reason=CALL_WORDS)
    if shown.count() >= most:
        raise ValidationError(_("一小时内已查看 %(n)s 个号码，请稍后再看；成批使用请走导出审批。") % {"n": most})
