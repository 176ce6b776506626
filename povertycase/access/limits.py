"""How often somebody may be wrong at the door: by account with a growing pause, by address with a village's NAT in mind."""

import datetime

from axes.models import AccessFailureLog, AccessLog
from django.conf import settings
from django.http import HttpRequest

from povertycase import periods

PAUSE, LONGEST_PAUSE = datetime.timedelta(minutes=15), datetime.timedelta(hours=1)
DAY, MINUTE = datetime.timedelta(days=1), datetime.timedelta(minutes=1)
PER_ADDRESS = 100


def pause(failures: int) -> datetime.timedelta:
    """15 minutes after 5 failures, 30 after 10, then an hour: longer, a stranger could keep staff out all day."""
    doublings = max(0, failures // settings.AXES_FAILURE_LIMIT - 1)
    return min(PAUSE * 2 ** min(doublings, 4), LONGEST_PAUSE)


def cool_off(request: HttpRequest | None = None) -> datetime.timedelta:
    """The pause of the account that this request names (settings.AXES_COOLOFF_TIME)."""
    return pause_of(request.POST.get("username", "").strip() if request is not None else "")


def pause_of(username: str) -> datetime.timedelta:
    """How long an account waits, by its failures of a day since it last got in."""
    if not username:
        return PAUSE
    since = periods.now() - DAY
    came = AccessLog.objects.filter(username=username, attempt_time__gt=since).order_by("-attempt_time").first()
    since = came.attempt_time if came else since
    return pause(AccessFailureLog.objects.filter(username=username, attempt_time__gt=since).count())


def too_many_from(address: str | None) -> bool:
    """A hundred failures from one address within a minute: no village office is that large."""
    if not address:
        return False
    since = periods.now() - MINUTE
    return AccessFailureLog.objects.filter(ip_address=address, attempt_time__gt=since).count() >= PER_ADDRESS
