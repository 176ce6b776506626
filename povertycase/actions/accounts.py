"""Accounts: made, given a first password, ended. An account alone has no rights: posts give them (actions/posts.py)."""

import datetime
import re
import secrets
from typing import Any

from axes.utils import reset
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from povertycase import audit, periods
from povertycase.access.roles import ADMINISTRATORS
from povertycase.actions import sessions
from povertycase.models import Account, FormerPassword, SecondFactor

USERNAME = re.compile(r"[0-9A-Za-z\u4e00-\u9fff._-]{2,60}")
# Without 0 O 1 l I: passwords are read from paper and typed.
ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
FIRST_PASSWORD_LENGTH = 14
# A phone or an ID number as a user name would stand in the trail and in lists.
LONG_NUMBER = re.compile(r"[0-9]{11,}|[0-9]{17}[Xx]")
FORMER_PASSWORDS = 5
IDLE = datetime.timedelta(days=90)


def first_password() -> str:
    """A random password to hand over once."""
    return "".join(secrets.choice(ALPHABET) for _n in range(FIRST_PASSWORD_LENGTH))


def create(
    *,
    username: str,
    display_name: str,
    by: Account | None,
    password: str = "",
    must_change_password: bool = True,
    hasher: Any = "default",
) -> tuple[Account, str]:
    """Make an account; returns it with its first password, which is shown once and kept nowhere.

    hasher: a cheaper hash for hundreds of random passwords at once; the first sign-in makes it the usual one.
    Raises ValidationError for a user name that is taken or has other characters than letters, digits, . _ -
    """
    username = username.strip()
    if not USERNAME.fullmatch(username):
        raise ValidationError(_("用户名“%s”须为 2 至 60 个字母、数字、汉字或 . _ -，请修改。") % username)
    if re.fullmatch(LONG_NUMBER, username):
        raise ValidationError(_("用户名不能是手机号或证件号，请用姓名拼音或岗位名。"))
    password = password or first_password()
    with transaction.atomic():
        account, is_new = Account.objects.get_or_create(
            username=username,
            defaults={
                "display_name": display_name.strip() or username,
                "password": make_password(password, hasher=hasher),
                "must_change_password": must_change_password,
            },
        )
        if not is_new:
            raise ValidationError(_("用户名“%s”已有人使用，请换一个。") % username)
        audit.record("account.created", by=by, about=username)
    return account, password


def reset_password(*, account: Account, by: Account | None) -> str:
    """Give an account a new first password; its sessions end. Returns the password, to be handed over once."""
    if by is not None and by.pk == account.pk:
        raise ValidationError(_("不能重置自己的密码，请用“修改密码”。"))
    password = first_password()
    with transaction.atomic():
        _set_password(account, password, first=True)
        sessions.end_all(account)
        audit.record("account.password_reset", by=by, about=account.username)
    return password


def change_password(*, account: Account, password: str, by: Account, session_key: str = "") -> None:
    """Set one's own password; sessions but this one end. Raises ValidationError when it is too weak or another's."""
    if by.pk != account.pk:
        raise ValidationError(_("只能修改自己的密码；他人忘记密码请由系统管理员重置。"))
    validate_password(password, account)
    with transaction.atomic():
        _set_password(account, password, first=False)
        sessions.end_all(account, but=session_key)
        audit.record("account.password_changed", by=by, about=account.username)


def deactivate(*, account: Account, by: Account | None) -> None:
    """End an account: it cannot sign in any more, its tokens are gone, its posts and its past acts stay."""
    if by is not None and by.pk == account.pk:
        raise ValidationError(_("不能停用自己的账号，请由另一位系统管理员操作。"))
    with transaction.atomic():
        _set(account, is_active=False)
        Token.objects.filter(user=account).delete()
        sessions.end_all(account)
        audit.record("account.deactivated", by=by, about=account.username)


def activate(*, account: Account, by: Account | None) -> None:
    """Let an ended account sign in again."""
    with transaction.atomic():
        _set(account, is_active=True)
        audit.record("account.activated", by=by, about=account.username)


def end_idle(since: datetime.date | None, day: datetime.date) -> int:
    """End the accounts nobody has signed in with for 90 days (等保 8.1.4.2 c; production); returns how many.

    By the real clock, whatever the business date. Programs' accounts (they hold a token) and administrators stay: an
    office without its three administrators could not let anybody in again.
    """
    if settings.DEMO:
        return 0
    idle = Account.objects.annotate(used=Coalesce("last_login", "created_at")).filter(
        is_active=True, used__lt=periods.now() - IDLE, auth_token__isnull=True
    )
    found = list(idle.exclude(post__role__in=ADMINISTRATORS))
    for account in found:
        deactivate(account=account, by=None)
    return len(found)


def unlock(*, account: Account, by: Account | None) -> None:
    """Let an account sign in at once that was paused after wrong passwords or codes."""
    with transaction.atomic():
        reset(username=account.username)
        SecondFactor.objects.filter(account=account).update(failures=0, locked_until=None)
        audit.record("account.unlocked", by=by, about=account.username)


def issue_token(*, account: Account, by: Account | None) -> str:
    """A new token for programs of this account; the one before ends. Shown once."""
    if not account.is_active:
        raise ValidationError(_("账号“%s”已停用，不能发放令牌。") % account.username)
    with transaction.atomic():
        Token.objects.filter(user=account).delete()
        token = Token.objects.create(user=account)
        audit.record("account.token_issued", by=by, about=account.username)
    return str(token.key)


def signed_in(*, by: Account, session_key: str = "", device: str = "") -> None:
    """Note in the audit trail that somebody signed in, and by which device in the list of his sessions."""
    with transaction.atomic():
        if session_key:
            sessions.note(account=by, session_key=session_key, device=device)
        audit.record("account.signed_in", by=by, about=by.username)


def refused(*, username: str) -> None:
    """Note that somebody failed to sign in as an account that exists; what else was typed is kept nowhere."""
    account = Account.objects.filter(username=username.strip()).first()
    if account:
        with transaction.atomic():
            audit.record("account.refused", by=None, about=account.username)


def signed_out(*, by: Account) -> None:
    """Note in the audit trail that somebody signed out."""
    with transaction.atomic():
        audit.record("account.signed_out", by=by, about=by.username)


def _set_password(account: Account, password: str, *, first: bool) -> None:
    """The new password; the one before joins the last five."""
    FormerPassword.objects.create(account=account, hash=account.password)
    kept = FormerPassword.objects.filter(account=account).order_by("-pk").values("pk")[:FORMER_PASSWORDS]
    FormerPassword.objects.filter(account=account).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    _set(account, password=make_password(password), password_set_at=Now(), must_change_password=first)


def _set(account: Account, **fields: object) -> None:
    """Change fields in one statement and count the version; the object in hand follows."""
    Account.objects.filter(pk=account.pk).update(version=F("version") + 1, **fields)
    account.refresh_from_db()
