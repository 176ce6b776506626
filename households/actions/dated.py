"""Writing dated rows: nothing is overwritten, a correction is a row that supersedes (house.md section 5)."""

import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later
from django.utils.translation import override

from households.models import Household
from households.models.dated import Recorded
from povertycase.sentences import Sentence

Row = TypeVar("Row", bound=Recorded)
REFUSALS = {
    "membership_one_household_at_a_time": _("这个人当日还在另一户，请先登记其减少。"),
    "membership_one_head_at_a_time": _("本户当日已有户主，请先登记户主变更。"),
    "membership_dates_in_order": _("结束日期早于开始日期，请核对。"),
    "pairing_one_per_place_at_a_time": _("这户从该日起已有这一位次的帮扶责任人，请核对日期；换人请用“调整帮扶人”。"),
    "pairing_dates_in_order": _("结束日期早于结对日期，请核对。"),
    "posting_one_village_at_a_time": _("这名干部当日已在驻村，请先结束原来的驻村。"),
    "posting_one_first_secretary_at_a_time": _("这个村当日已有第一书记，请先结束原来的驻村。"),
    "posting_dates_in_order": _("结束日期早于驻村日期，请核对。"),
    "household_status_exit_has_year": _("已脱贫的户须填写脱贫年度。"),
    "household_status_exit_after_entry": _("脱贫年度早于识别年度，请核对。"),
    "household_status_relapse_after_exit": _("返贫须先有脱贫年度。"),
    "income_period_in_order": _("核算期间的止日早于起日，请核对。"),
    "condition_healthy_stands_alone": _("“健康”不能与其他健康状况同时选择。"),
    "condition_pupil_or_schooled": _("“文化程度”和“在校生状况”只能填写一项。"),
}
OWN = {"id", "recorded_at", "entered_on", "superseded_by_id", "superseded_at", "event_id"}


class Conflict(Exception):
    """Somebody else changed the household since the form was opened."""


def lock(household: Household, version: int | None = None) -> Household:
    """The household, held until the transaction ends and one version further. Raises Conflict."""
    held = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    if version is not None and held.version != version:
        raise Conflict(str(_("这户刚被别人修改过，请核对后再保存。")))
    Household.objects.filter(pk=held.pk).update(version=F("version") + 1)
    held.version += 1
    return held


def add(row: Row, *, entered_on: datetime.date, event: int) -> Row:
    """Insert a row as entered on a business day by an audited act. Raises ValidationError with the fields' words."""
    row.entered_on, row.event_id = entered_on, event
    # What was read from the database to be put into the row need not be asked for once more, for each row of a file.
    read = [name for name, found in row._state.fields_cache.items() if found is not None]
    row.full_clean(exclude=["superseded_by", *read], validate_constraints=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_in_words(error)) from error
    return row


def _in_words(error: IntegrityError) -> str:
    """The database's refusal as a sentence; a constraint without one is a fault of ours and is raised again."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if name not in REFUSALS:
        raise error
    return str(REFUSALS[name])


def retire(row: Recorded) -> None:
    """Take a row out of what is known from now on; it stays readable as it was known before."""
    taken = type(row)._default_manager.filter(pk=row.pk, superseded_at__isnull=True).update(superseded_at=Now())
    if not taken:
        raise Conflict(str(_("这条记录刚被别人更正过，请刷新后再改。")))


def replace(row: Row, values: dict[str, Any], *, entered_on: datetime.date, event: int) -> Row:
    """Supersede a row by a copy with other values; returns the new row. Raises ValidationError, Conflict."""
    kept = {field.attname: getattr(row, field.attname) for field in _own_fields(row)}
    new = type(row)(**kept)
    for name, value in values.items():
        setattr(new, name, value)
    retire(row)
    add(new, entered_on=entered_on, event=event)
    type(row)._default_manager.filter(pk=row.pk).update(superseded_by=new.pk)
    return new


def take_back(row: Row, old: Row | None, *, event: int) -> Row | None:
    """A row that should not have been written goes; what it had superseded comes back as a row recorded now.

    The row that comes back keeps the day it was entered. Returns it. Raises ValidationError, Conflict.
    """
    if old is None:
        retire(row)
        return None
    values = {field.attname: getattr(old, field.attname) for field in _own_fields(old)}
    return replace(row, values, entered_on=old.entered_on, event=event)


def changed(row: Recorded, values: dict[str, Any]) -> list[str]:
    """The names of the fields that would get another value."""
    return [name for name, value in values.items() if getattr(row, name) != value]


def words(of: models.Model | type[models.Model], names: list[str]) -> str:
    """Fields by their labels, for the trail: 住房鉴定等级、鉴定证书编号."""
    # The trail keeps the office's own words, whatever language the acting person reads.
    with override("zh-hans"):
        return "、".join(str(of._meta.get_field(name).verbose_name) for name in names)  # type: ignore[union-attr]


def refuse_future(day: datetime.date, entered_on: datetime.date, label: str) -> None:
    """Raises ValidationError for a fact dated after the business day."""
    if day > entered_on:
        raise ValidationError(
            Sentence(
                later("%(label)s %(day)s 晚于业务日期 %(today)s，请核对。"), label=[label], day=day, today=entered_on
            )
        )


def _own_fields(row: models.Model) -> list[Any]:
    return [f for f in row._meta.concrete_fields if f.attname not in OWN and not getattr(f, "generated", False)]


__all__ = ["Conflict", "add", "changed", "lock", "refuse_future", "replace", "retire", "take_back", "words"]
