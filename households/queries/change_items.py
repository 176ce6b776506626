"""What may be changed by hand, item by item: how it is read from a form, kept in the sealed content and shown."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from households.models import Cadre, Person
from povertycase.models import Division
from povertycase.secrets import masks

NAMED: dict[str, tuple[type[models.Model], str]] = {
    "person": (Person, "name"),
    "cadre": (Cadre, "name"),
    "division": (Division, "name"),
}
# Columns that are keys carry no label of their own.
LABELS = {"village": later("村")}


@dataclass(frozen=True)
class Item:
    """One value of a change. `field` says label, type and choices; it may belong to no table.

    secret: "id" or "phone", shown masked. names: "person", "cadre" or "division", kept as a key. health: only for who
    may read health. bureau: who confirms it instead of the county office.
    """

    name: str
    field: models.Field
    secret: str = ""
    names: str = ""
    health: bool = False
    bureau: str = ""

    @property
    def label(self) -> Any:
        return LABELS.get(self.name) or self.field.verbose_name

    def read(self, raw: Any) -> Any:
        """What was typed as the value that is kept as JSON. Raises ValidationError under the item's name."""
        if isinstance(raw, models.Model):
            raw = raw.pk
        try:
            value = self._cleaned(raw)
        except ValidationError as error:
            raise ValidationError({self.name: error.messages}) from error
        return plain(value)

    def _cleaned(self, raw: Any) -> Any:
        if raw is None or raw == "" or raw == []:
            if not self.field.blank and not self.field.null:
                raise ValidationError(_("请填写“%s”。") % self.label)
            return None if self.field.null else ""
        value = self.field.clean(raw, None)
        if self.names and not NAMED[self.names][0]._default_manager.filter(pk=value).exists():
            raise ValidationError(_("“%s”不在登记簿中，请从列表选择。") % self.label)
        return value

    def value(self, kept: Any) -> Any:
        """The kept value as the register's actions take it."""
        if kept is None or kept == "" or isinstance(kept, list):
            return kept
        return self.field.to_python(kept)

    def words(self, kept: Any) -> str | None:
        """The kept value as staff read it, numbers of persons masked; None where nothing is known."""
        if kept is None or kept == "" or kept == []:
            return None
        if self.secret:
            return masks.mask(self.secret, kept)
        if self.names:
            model, name = NAMED[self.names]
            return model._default_manager.filter(pk=kept).values_list(name, flat=True).first()
        if isinstance(kept, list):
            inner = dict(getattr(self.field, "base_field", self.field).flatchoices)
            return _("、").join(str(inner.get(one, one)) for one in kept)
        if isinstance(kept, bool):
            return _("是") if kept else _("否")
        return str(dict(self.field.flatchoices).get(self.value(kept), kept))


def plain(value: Any) -> Any:
    """A value as JSON keeps it: days as ISO text, decimals as text."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # One way to write a number, so that 60 and 60.00 are no difference.
        return format(value.normalize(), "f")
    return value


def of(model: type[models.Model], columns: Iterable[str], **options: Any) -> dict[str, Item]:
    """Items that are fields of a table."""
    return {name: Item(name, model._meta.get_field(name), **options) for name in columns}  # type: ignore[arg-type]


def kept_of(items: dict[str, Item], row: models.Model | None) -> dict[str, Any]:
    """The row's values of these items as they are kept; all empty without a row. Sealed numbers are not read here."""
    read = {name: item for name, item in items.items() if not item.secret}
    if row is None:
        return {name: None if item.field.null else "" for name, item in read.items()}
    return {name: plain(getattr(row, row._meta.get_field(name).attname)) for name in read}  # type: ignore[union-attr]
