"""Accounts: made, given a first password, ended. An account alone has no rights: posts give them (actions/posts.py)."""

import re
import secrets
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from rest_framework.authtoken.models import Token

from povertycase import audit
from povertycase.models import Account

USERNAME = re.compile(r"[0-9A-Za-z\u4e00-\u9fff._-]{2,60}")
# Without 0 O 1 l I: passwords are read from paper and typed.
ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
FIRST_PASSWORD_LENGTH = 14


def first_password() -> str:
    """A random password to hand over once."""
    return "".join(secrets.choice(ALPHABET) for _ in range(FIRST_PASSWORD_LENGTH))


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
        raise ValidationError(f"用户名“{username}”须为 2 至 60 个字母、数字、汉字或 . _ -，请修改。")
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
            raise ValidationError(f"用户名“{username}”已有人使用，请换一个。")
        audit.record("account.created", by=by, about=username)
    return account, password


def reset_password(*, account: Account, by: Account | None) -> str:
    """Give an account a new first password; its sessions end. Returns the password, to be handed over once."""
    password = first_password()
    with transaction.atomic():
        _set(account, password=make_password(password), must_change_password=True)
        audit.record("account.password_reset", by=by, about=account.username)
    return password


def change_password(*, account: Account, password: str, by: Account) -> None:
    """Set one's own password. Raises ValidationError when it is too weak or another's."""
    if by.pk != account.pk:
        raise ValidationError("只能修改自己的密码；他人忘记密码请由系统管理员重置。")
    validate_password(password, account)
    with transaction.atomic():
        _set(account, password=make_password(password), must_change_password=False)
        audit.record("account.password_changed", by=by, about=account.username)


def deactivate(*, account: Account, by: Account | None) -> None:
    """End an account: it cannot sign in any more, its tokens are gone, its posts and its past acts stay."""
    if by is not None and by.pk == account.pk:
        raise ValidationError("不能停用自己的账号，请由另一位系统管理员操作。")
    with transaction.atomic():
        _set(account, is_active=False)
        Token.objects.filter(user=account).delete()
        audit.record("account.deactivated", by=by, about=account.username)


def activate(*, account: Account, by: Account | None) -> None:
    """Let an ended account sign in again."""
    with transaction.atomic():
        _set(account, is_active=True)
        audit.record("account.activated", by=by, about=account.username)


def issue_token(*, account: Account, by: Account | None) -> str:
    """A new token for programs of this account; the one before ends. Shown once."""
    if not account.is_active:
        raise ValidationError(f"账号“{account.username}”已停用，不能发放令牌。")
    with transaction.atomic():
        Token.objects.filter(user=account).delete()
        token = Token.objects.create(user=account)
        audit.record("account.token_issued", by=by, about=account.username)
    return str(token.key)


def signed_in(*, by: Account) -> None:
    """Note in the audit trail that somebody signed in."""
    with transaction.atomic():
        audit.record("account.signed_in", by=by, about=by.username)


def signed_out(*, by: Account) -> None:
    """Note in the audit trail that somebody signed out."""
    with transaction.atomic():
        audit.record("account.signed_out", by=by, about=by.username)


def _set(account: Account, **fields: object) -> None:
    """Change fields in one statement and count the version; the object in hand follows."""
    Account.objects.filter(pk=account.pk).update(version=F("version") + 1, **fields)
    account.refresh_from_db()
