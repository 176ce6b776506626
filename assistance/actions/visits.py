"""Visits 走访: entered by who went or by somebody for him, corrected by a visit that supersedes."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from assistance.models import Visit
from assistance.queries import visits as known
from households.actions import dated
from households.models import Cadre, Household
from povertycase import audit
from povertycase.models import Account
from povertycase.sentences import Sentence

# A visit is entered within days; older ones belong to the paper file (county-officer.md 3.3).
OLDEST_DAYS = 400


def enter(
    *,
    household: Household,
    kind: str,
    visited_on: datetime.date,
    entered_on: datetime.date,
    by: Account | None,
    cadre: Cadre | None = None,
    visitor_name: str = "",
    **values: Any,
) -> Visit:
    """Write down one visit. `cadre` is who went; somebody without a cadre's number is named by `visitor_name`.

    values: visited_at, minutes, met, topics, findings, policies, need, solved_on_site, follow_up, income_change,
    income_note. Raises ValidationError with the fields' words.
    """
    _check_day(visited_on, entered_on)
    _check_follow_up(household, kind, visited_on, values.get("follow_up", ""))
    if cadre is None and not visitor_name.strip():
        raise ValidationError({"visitor": _("请填写走访人。")})
    with transaction.atomic():
        event = audit.record(
            "visit.entered",
            by=by,
            about=household.household_no,
            households=[household.pk],
            params={"day": visited_on.isoformat()},
        )
        row = Visit(
            household=household,
            cadre=cadre,
            visitor_name=visitor_name.strip(),
            kind=kind,
            visited_on=visited_on,
            entered_by=by,
            **values,
        )
        return dated.add(row, entered_on=entered_on, event=event)


def correct(*, visit: Visit, values: dict[str, Any], entered_on: datetime.date, by: Account | None) -> Visit:
    """Put a visit right; the day of entry becomes the day of the correction. Raises ValidationError, Conflict."""
    changes = dated.changed(visit, values)
    if not changes:
        raise ValidationError(_("内容没有变化，不需要更正。"))
    _check_day(values.get("visited_on", visit.visited_on), entered_on)
    with transaction.atomic():
        event = audit.record(
            "visit.corrected",
            by=by,
            about=visit.household.household_no,
            households=[visit.household_id],
            params={"day": visit.visited_on.isoformat(), "fields": dated.words(visit, changes)},
        )
        return dated.replace(visit, values, entered_on=entered_on, event=event)


def take_back(*, visit: Visit, old: Visit | None, by: Account | None) -> Visit | None:
    """A visit that an import wrote goes; what it had corrected stands again. Returns that. Raises Conflict."""
    with transaction.atomic():
        event = audit.record(
            "visit.taken_back",
            by=by,
            about=visit.household.household_no,
            households=[visit.household_id],
            params={"day": visit.visited_on.isoformat()},
        )
        return dated.take_back(visit, old, event=event)


def _check_day(visited_on: datetime.date, entered_on: datetime.date) -> None:
    if visited_on > entered_on:
        raise ValidationError(
            {
                "visited_on": Sentence(
                    later("走访日期 %(day)s 晚于业务日期 %(today)s，请核对。"), day=visited_on, today=entered_on
                )
            }
        )
    if (entered_on - visited_on).days > OLDEST_DAYS:
        raise ValidationError({"visited_on": Sentence(later("走访日期 %(day)s 太早，请核对年份。"), day=visited_on)})


def _check_follow_up(household: Household, kind: str, visited_on: datetime.date, answer: str) -> None:
    """What the household asked for last time must be answered by who meets it again (F-3)."""
    if kind == "absent" or answer.strip():
        return
    if known.open_need(household, visited_on):
        raise ValidationError({"follow_up": _("上次走访记有诉求，请填写办理结果。")})
