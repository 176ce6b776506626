"""The year's collection window 采集窗口, as the county announces it by document."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from households.actions.dated import Conflict
from households.models import CollectionWindow
from povertycase import audit
from povertycase.models import Account, Division

DAYS = ("collect_from", "collect_to", "entry_to", "town_clean_to", "audit_to")


def announce(
    *,
    division: Division,
    year: int,
    days: dict[str, datetime.date],
    document: str,
    by: Account | None,
    version: int | None = None,
) -> CollectionWindow:
    """Write the window of a county and year: DAYS with their dates, in order. Raises ValidationError, Conflict."""
    _check(year, days)
    with transaction.atomic():
        held = CollectionWindow.objects.select_for_update(no_key=True).filter(division=division, year=year).first()
        row = held or CollectionWindow(division=division, year=year, version=0)
        if held is not None and version is not None and held.version != version:
            raise Conflict(str(_("%s 年的采集窗口刚被别人修改过，请刷新后再改。") % year))
        for name in DAYS:
            setattr(row, name, days[name])
        row.document, row.version = document.strip(), row.version + 1
        row.full_clean(validate_constraints=False, validate_unique=False)
        row.save()
        audit.record("window.announced", by=by, about=str(year), params={"document": row.document})
    return row


def _check(year: int, days: dict[str, datetime.date]) -> None:
    before = None
    for name in DAYS:
        label = CollectionWindow._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        if days[name].year != year:
            raise ValidationError({name: _("%(label)s不在 %(year)s 年，请核对。") % {"label": label, "year": year}})
        if before is not None and days[name] < before:
            raise ValidationError({name: _("%s早于前一个日期，请核对。") % label})
        before = days[name]
