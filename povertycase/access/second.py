"""Who needs a second step to sign in, and whether this session has taken it (production only)."""

from django.conf import settings
from django.http import HttpRequest

from povertycase.access.permissions import Permission
from povertycase.models import Account, SecondFactor

# The three administrators, and whoever reveals or exports (trust.md 7.1, 6.3.3).
NEEDED_FOR = (
    Permission.ACCOUNT_MANAGE,
    Permission.POST_MANAGE,
    Permission.AUDIT_VIEW,
    Permission.REVEAL,
    Permission.HOUSEHOLD_EXPORT,
)
SESSION = "second"  # in the session: the second step was taken


def needed(account: Account) -> bool:
    """Must this account have a second factor?"""
    return not settings.DEMO and any(account.can(right) for right in NEEDED_FOR)


def is_set_up(account: Account) -> bool:
    """Is the account asked for a code when it signs in?"""
    return not settings.DEMO and SecondFactor.objects.filter(account=account, confirmed_at__isnull=False).exists()


def is_missing(request: HttpRequest, account: Account) -> bool:
    """A session without the second step whose account needs it: nothing opens before it is set up.

    Accounts that have a factor never get a session without it (pages/session.py).
    """
    return not settings.DEMO and not request.session.get(SESSION) and needed(account)
