"""The second step 两步验证: a secret shared once with a phone (RFC 6238), codes that count once, recovery codes."""

import base64
import datetime
import hmac
import secrets as random
import time

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from povertycase import audit, periods, secrets
from povertycase.access import second
from povertycase.actions import sessions
from povertycase.models import Account, RecoveryCode, SecondFactor

STEP_SECONDS, DIGITS, SECRET_BYTES = 30, 6, 20
DRIFT = (-1, 0, 1)  # a phone's clock may be half a minute off
RECOVERY_CODES, RECOVERY_LENGTH = 8, 10
# Without 0 O 1 I L: read from paper.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
FAILURES, PAUSE = 5, datetime.timedelta(minutes=15)


class Paused(Exception):
    """Too many wrong codes: the account waits."""


def begin(*, by: Account) -> None:
    """Make a new secret to be read by a phone; it counts when a code has confirmed it."""
    if settings.DEMO:
        raise ValidationError(_("演示系统没有两步验证。"))
    with transaction.atomic():
        if SecondFactor.objects.filter(account=by, confirmed_at__isnull=False).exists():
            raise ValidationError(_("已设置两步验证；换手机请先请安全管理员解除。"))
        sealed = secrets.seal_bytes(_purpose(by), random.token_bytes(SECRET_BYTES))
        SecondFactor.objects.update_or_create(account=by, defaults={"sealed": sealed, "last_step": 0})
        audit.record("second.begun", by=by, about=by.username)


def secret_of(factor: SecondFactor) -> tuple[str, str]:
    """The secret for typing and the address for a QR code, only while it is not confirmed."""
    if factor.confirmed_at is not None:
        raise ValidationError(_("两步验证已启用，密钥不再显示。"))
    key = secrets.open_bytes(_purpose(factor.account), factor.sealed)
    uri = _totp(key).get_provisioning_uri(factor.account.username, settings.OFFICE_NAME or "povertycase")
    return base64.b32encode(key).decode().rstrip("="), uri


def confirm(*, code: str, by: Account) -> list[str]:
    """Switch the second step on with a first code; returns the recovery codes, shown once. Raises ValidationError, Paused."""
    if not check(account=by, code=code, confirming=True):
        raise ValidationError(_("验证码不对。请核对手机时间，等新的验证码出现后再输入。"))
    with transaction.atomic():
        SecondFactor.objects.filter(account=by).update(confirmed_at=Now())
        codes = _new_recovery_codes(by)
        audit.record("second.confirmed", by=by, about=by.username)
    return codes


def waiting(account_id: int | None) -> Account | None:
    """The account whose password was right and whose code is awaited; None when it was ended meanwhile."""
    return Account.objects.filter(pk=account_id, is_active=True).first()


def check(*, account: Account, code: str, confirming: bool = False) -> bool:
    """Is this the account's code of now, or one of its recovery codes? Used, it counts no more.

    Five wrong ones pause the account for 15 minutes: raises Paused, also for right ones.
    """
    typed = "".join(character for character in code.upper() if character.isalnum())
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(account=account).first()
        if factor is None or (factor.confirmed_at is None) != confirming:
            return False
        if factor.locked_until and factor.locked_until > periods.now():
            raise Paused
        good = _is_code(factor, typed) or (not confirming and _is_recovery_code(account, typed))
        factor.failures = 0 if good else factor.failures + 1
        factor.locked_until = None
        if factor.failures >= FAILURES:
            factor.failures, factor.locked_until = 0, periods.now() + PAUSE
        factor.save()
        if not good:
            audit.record("second.refused", by=account, about=account.username)
    return good


def remove(*, account: Account, by: Account | None) -> None:
    """Take the second step off: one's own where no role needs it; another's lost one by the security administrator."""
    if by is not None and by.pk == account.pk and second.needed(account):
        raise ValidationError(_("您的岗位必须使用两步验证，不能自己解除；换手机请安全管理员解除后重新设置。"))
    with transaction.atomic():
        SecondFactor.objects.filter(account=account).delete()
        RecoveryCode.objects.filter(account=account).delete()
        if by is None or by.pk != account.pk:
            sessions.end_all(account)
        audit.record("second.removed", by=by, about=account.username)


def _totp(key: bytes) -> TOTP:
    return TOTP(key, DIGITS, SHA1(), STEP_SECONDS)  # SHA-1: the only one that every authenticator knows


def _purpose(account: Account) -> str:
    """Bound to the account: a secret copied to another row does not open."""
    return f"second-factor:{account.pk}"


def _is_code(factor: SecondFactor, typed: str) -> bool:
    if len(typed) != DIGITS or not typed.isdigit():
        return False
    totp = _totp(secrets.open_bytes(_purpose(factor.account), factor.sealed))
    now = int(time.time()) // STEP_SECONDS
    for step in (now + drift for drift in DRIFT):
        # A code that was used, or an older one, counts no more.
        if step > factor.last_step and hmac.compare_digest(totp.generate(step * STEP_SECONDS), typed.encode()):
            factor.last_step = step
            return True
    return False


def _is_recovery_code(account: Account, typed: str) -> bool:
    if len(typed) != 1 + RECOVERY_LENGTH or not typed[0].isdigit():
        return False
    kept = RecoveryCode.objects.filter(account=account, number=int(typed[0]), used_at__isnull=True).first()
    if kept is None or not check_password(typed, kept.hash):
        return False
    RecoveryCode.objects.filter(pk=kept.pk).update(used_at=Now())
    return True


def _new_recovery_codes(account: Account) -> list[str]:
    RecoveryCode.objects.filter(account=account).delete()
    codes = []
    for number in range(1, RECOVERY_CODES + 1):
        typed = f"{number}" + "".join(random.choice(ALPHABET) for _n in range(RECOVERY_LENGTH))
        RecoveryCode.objects.create(account=account, number=number, hash=make_password(typed))
        codes.append(f"{typed[0]}-{typed[1:6]}-{typed[6:]}")
    return codes
