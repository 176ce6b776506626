"""Who is signed in where, and who is paused at the door."""

import datetime
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Max, Sum

from povertycase import periods
from povertycase.access import limits
from povertycase.models import Account, AccountSession, SecondFactor


def sessions(own: Account, present: str) -> list[dict[str, Any]]:
    """An account's own living sessions, the present one first: row, last use, end, whether it is this one."""
    rows = {row.session_key: row for row in AccountSession.objects.filter(account=own)}
    living = Session.objects.filter(session_key__in=rows, expire_date__gt=periods.now())
    found = [_session(rows[kept.session_key], kept, present) for kept in living]
    return sorted(found, key=lambda one: (not one["present"], -one["row"].pk))


def _session(row: AccountSession, kept: Session, present: str) -> dict[str, Any]:
    seen = kept.get_decoded().get("seen")
    last = datetime.datetime.fromtimestamp(seen, tz=datetime.UTC) if seen else None
    return {"row": row, "last": last, "ends": kept.expire_date, "present": row.session_key == present}


def paused() -> dict[str, datetime.datetime]:
    """User names that wait after wrong passwords or codes, and until when."""
    now = periods.now()
    failed = (
        AccessAttempt.objects.filter(attempt_time__gt=now - limits.LONGEST_PAUSE)
        .values("username")
        .annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
    )
    until = {row["username"]: row["last"] + limits.pause_of(row["username"]) for row in failed}
    codes = SecondFactor.objects.filter(locked_until__gt=now).values_list("account__username", "locked_until")
    return {name: end for name, end in [*until.items(), *codes] if end > now}
