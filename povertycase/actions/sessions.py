"""Sessions 登录 of an account: noted at sign-in, ended by their owner or with the account."""

from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from povertycase import audit
from povertycase.access.actor import ADDRESS
from povertycase.models import Account, AccountSession


def note(*, account: Account, session_key: str, device: str) -> None:
    """Put a new session on its owner's list, in the caller's transaction; rows whose session is gone leave it."""
    mine = AccountSession.objects.filter(account=account)
    mine.exclude(session_key__in=Session.objects.values("session_key")).delete()
    AccountSession.objects.update_or_create(
        session_key=session_key, defaults={"account": account, "device": device[:60], "address": ADDRESS.get()}
    )


def renew(*, by: Account, session_key: str, device: str) -> None:
    """A session that goes on under a new key, after its owner changed the password."""
    with transaction.atomic():
        note(account=by, session_key=session_key, device=device)


def end(*, session: AccountSession, by: Account) -> None:
    """End one of one's own sessions, on another device."""
    if session.account_id != by.pk:
        raise ValidationError(_("只能结束自己的登录。"))
    with transaction.atomic():
        _end([session.session_key])
        audit.record("session.ended", by=by, about=by.username, params={"sessions": 1})


def end_others(*, but: str, by: Account) -> int:
    """End all one's own sessions but the present one; returns how many."""
    with transaction.atomic():
        ended = end_all(by, but=but)
        audit.record("session.ended", by=by, about=by.username, params={"sessions": ended})
    return ended


def end_all(account: Account, but: str = "") -> int:
    """End an account's sessions in the caller's transaction, who writes the audit entry."""
    keys = list(
        AccountSession.objects.filter(account=account).exclude(session_key=but).values_list("session_key", flat=True)
    )
    _end(keys)
    return len(keys)


def _end(keys: list[str]) -> None:
    Session.objects.filter(session_key__in=keys).delete()
    AccountSession.objects.filter(session_key__in=keys).delete()
