"""A form field for an item of a change: label, choices and limits come from the register's own column."""

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from households import choices
from households.queries.change_items import Item

EMPTY = ("", "--")
DAY_WORDS = {"invalid": _("日期写法不对，请按“2018-10-31”填写。"), "required": _("请填写日期。")}
NUMBER_WORDS = {"invalid": _("请只填数字，例如 1200 或 1200.50。"), "min_value": _("不能小于 0，请核对。")}
YES_NO = [EMPTY, ("true", _("是")), ("false", _("否"))]


def field_of(item: Item, day: datetime.date, *, present: Any = None, required: bool | None = None) -> forms.Field:
    """The field of an item on a form of a business date; `present` is a value that must stay choosable."""
    column = item.field
    must = not (column.blank or column.null or column.has_default()) if required is None else required
    said: dict[str, Any] = {"label": item.label, "required": must}
    if must:
        said["error_messages"] = {"required": _("请填写或选择。")}
    if isinstance(column, ArrayField):
        return _several(column, item.name, day, present, said)
    if isinstance(column, models.BooleanField):
        return forms.NullBooleanField(widget=forms.Select(choices=YES_NO), **said)
    if column.choices:
        listed = in_year(item.name, column.flatchoices, day, present)
        return forms.ChoiceField(choices=[EMPTY, *listed], **said)
    return _plain(column, item, said)


def day_field(label: Any, today: datetime.date | None = None, **options: Any) -> forms.DateField:
    """A date; the picker offers none after `today`, the server refuses them in its own words."""
    attrs = {"type": "date", **({"max": today.isoformat()} if today else {})}
    words = DAY_WORDS | options.pop("error_messages", {})
    widget = forms.DateInput(attrs=attrs, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=words, **options)


def in_year(name: str, listed: Iterable[Any], day: datetime.date, present: Any) -> list[tuple[Any, Any]]:
    """Choices that may be entered in the year of a day; what stands in the register already stays."""
    kept = present if isinstance(present, list) else [present]
    return [(code, label) for code, label in listed if code in kept or choices.in_year(name, code, day.year)]


def _several(column: Any, name: str, day: datetime.date, present: Any, said: dict[str, Any]) -> forms.Field:
    listed = in_year(name, column.base_field.flatchoices, day, present)
    return forms.MultipleChoiceField(choices=listed, widget=forms.CheckboxSelectMultiple, **said)


def _plain(column: Any, item: Item, said: dict[str, Any]) -> forms.Field:
    words = said.pop("error_messages", {})
    if isinstance(column, models.DateField):
        return day_field(said["label"], required=said["required"], error_messages=words)
    if isinstance(column, models.DecimalField):
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        limits: dict[str, Any] = {
            "max_digits": column.max_digits,
            "decimal_places": column.decimal_places,
            "min_value": 0,
        }
        return forms.DecimalField(widget=widget, error_messages=NUMBER_WORDS | words, **limits, **said)
    if isinstance(column, models.IntegerField):
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        return forms.IntegerField(widget=widget, min_value=0, error_messages=NUMBER_WORDS | words, **said)
    mode = {"id": "text", "phone": "tel"}.get(item.secret, "text")
    widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": mode})
    return forms.CharField(max_length=column.max_length, widget=widget, error_messages=words, **said)
