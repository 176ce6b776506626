"""django-import-export Resources made from a sheet's declaration: the column map for small forms and lists."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from import_export import fields, resources

from povertycase.exchange.columns import Column, Sheet


class LabelField(fields.Field):
    """A field that shows code values by their label, as the sheet does."""

    def __init__(self, column: Column) -> None:
        super().__init__(attribute=column.key, column_name=column.title, readonly=True)
        self.labels = dict(column.choices)

    def export(self, instance: Any, **kwargs: Any) -> Any:
        value = self.get_value(instance)
        return self.labels.get(value, "" if value is None else value)


def resource_of(sheet: Sheet, model: type[models.Model]) -> type[resources.ModelResource]:
    """A Resource over a model with the columns of a sheet, in their order; secrets never go out this way."""
    columns = [column for column in sheet.columns if not column.secret]
    names = [column.key for column in columns]
    meta = type("Meta", (), {"model": model, "fields": names, "export_order": names})
    body: dict[str, Any] = {column.key: LabelField(column) for column in columns}
    return type(f"{model.__name__}Resource", (resources.ModelResource,), {**body, "Meta": meta})


def lines(resource: type[resources.ModelResource], found: Iterable[models.Model]) -> list[list[Any]]:
    """Rows as the Resource shows them; the workbook is written by template.table, not by tablib."""
    maker = resource()
    shown = maker.get_export_fields()
    return [[field.export(row) for field in shown] for row in found]
