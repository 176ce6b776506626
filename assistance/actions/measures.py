"""Measures 帮扶措施: planned, carried out, finished; every change is a row that supersedes."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assistance.choices import MEASURE_KINDS
from assistance.models import Measure
from households.actions import dated
from households.models import Household
from povertycase import audit
from povertycase.models import Account


def plan(
    *, household: Household, kind: str, content: str, entered_on: datetime.date, by: Account | None, **values: Any
) -> Measure:
    """Write down a measure of a kind of the catalogue for a household or one of its members.

    values: person, cause, unit, funder, amount (yuan), quantity, planned_on, done_on, state, effect,
    signed_by_household, year. Raises ValidationError.
    """
    if kind not in MEASURE_KINDS:
        raise ValidationError({"kind": _("措施类别不在目录中，请从列表选择。")})
    values.setdefault("year", entered_on.year)
    _check(values, entered_on)
    with transaction.atomic():
        event = _note("measure.planned", household, by, measure=MEASURE_KINDS[kind].label)
        row = Measure(household=household, kind=kind, content=content.strip(), **values)
        return dated.add(row, entered_on=entered_on, event=event)


def change(*, measure: Measure, values: dict[str, Any], entered_on: datetime.date, by: Account | None) -> Measure:
    """Progress or a correction of a measure. Raises ValidationError, Conflict."""
    changes = dated.changed(measure, values)
    if not changes:
        raise ValidationError(_("内容没有变化，不需要更正。"))
    merged = {name: getattr(measure, name) for name in ("state", "done_on", "planned_on")} | values
    _check(merged, entered_on)
    with transaction.atomic():
        label = MEASURE_KINDS[measure.kind].label if measure.kind in MEASURE_KINDS else measure.kind
        event = _note("measure.changed", measure.household, by, measure=label, fields=dated.words(measure, changes))
        return dated.replace(measure, values, entered_on=entered_on, event=event)


def _check(values: dict[str, Any], entered_on: datetime.date) -> None:
    done_on = values.get("done_on")
    if values.get("state") == "done" and done_on is None:
        raise ValidationError({"done_on": _("已落实的措施请填写完成日期。")})
    if done_on is not None and done_on > entered_on:
        raise ValidationError(
            {"done_on": _("完成日期 %(day)s 晚于业务日期 %(today)s，请核对。") % {"day": done_on, "today": entered_on}}
        )


def _note(kind: str, household: Household, by: Account | None, **params: str) -> int:
    return audit.record(kind, by=by, about=household.household_no, households=[household.pk], params=params)
