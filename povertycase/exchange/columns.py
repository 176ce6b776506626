"""The columns of a workbook, declared once: reading, cleaning, staging, template and error words derive from them."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import translation

_UNIT = re.compile(r"[(（]([^)）]*)[)）][\s*]*$")
_NOISE = re.compile(r"[\s*_\-:：·.、/]+")
SECRET_KINDS = ("id", "phone", "bank")
HOUSEHOLD = "household_no"


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    key: the field it fills; heading: as the office writes it; national: column code of the national system;
    type: text | name | group (of a village) | code (digits kept as text) | int | year | dec | date | bool | enum | multi | id | phone | bank;
    part: the dated part of the household or person it belongs to; unit stands behind the heading in brackets;
    aliases: further spellings of code values (reference.md 7.3 #25); low and high bound numbers, both included;
    derive: columns staged beside it, as (suffix, function of the cleaned text);
    masked: a masked number is kept as it is shown, beside (`…_shown`), for who compares its visible digits;
    alone: the value of a multi column that excludes all others; future: dates after the business date are right.
    """

    key: str
    heading: str
    type: str = "text"
    part: str = ""
    synonyms: tuple[str, ...] = ()
    national: str = ""
    unit: str = ""
    choices: tuple[tuple[Any, str], ...] = ()
    aliases: Mapping[str, Any] = field(default_factory=dict)
    required: bool = False
    places: int = 2
    length: int = 0
    low: float | None = None
    high: float | None = None
    derive: tuple[tuple[str, Callable[[str], str]], ...] = ()
    alone: str = ""
    future: bool = False
    masked: bool = False
    help: str = ""
    width: int = 12

    @property
    def secret(self) -> str:
        """The kind of secret the cells hold, or nothing."""
        return self.type if self.type in SECRET_KINDS else ""

    @property
    def is_key(self) -> bool:
        """Whether the cells tell one household or person from another: a number, sealed or not."""
        return bool(self.secret) or self.type == "code"

    @property
    def title(self) -> str:
        """The heading as it stands in the workbook, with its unit."""
        return f"{self.heading}({self.unit})" if self.unit else self.heading

    def names(self) -> Iterable[str]:
        """Every spelling under which the column is found, normalised."""
        for name in (self.heading, *self.synonyms, self.national):
            if name:
                yield plain_heading(name)

    def sql_type(self) -> str:
        """The type of the staging column."""
        if self.type == "dec":
            return f"numeric(14,{self.places})"
        if self.choices and isinstance(self.choices[0][0], int):
            return "smallint"
        return _SQL.get(self.type, "text")


_SQL = {"int": "integer", "year": "smallint", "date": "date", "bool": "boolean", "multi": "varchar[]"}


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook: its name, other names it goes by, whether it may be missing, its columns.

    key: the column whose cell makes a row data, or several that all must be filled (a village is town and name).
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    synonyms: tuple[str, ...] = ()
    optional: bool = True
    note: str = ""
    key: str | tuple[str, ...] = HOUSEHOLD

    @property
    def keys(self) -> tuple[str, ...]:
        """The key columns, in order."""
        return (self.key,) if isinstance(self.key, str) else self.key

    def __getitem__(self, key: str) -> Column:
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def part(self, name: str) -> tuple[Column, ...]:
        """The columns of one dated part, in order."""
        return tuple(column for column in self.columns if column.part == name)


def plain_heading(text: str) -> str:
    """A heading as it is compared: full width made half, unit, 是否/有无, spaces and marks dropped."""
    plain = _UNIT.sub("", unicodedata.normalize("NFKC", text).strip())
    plain = _NOISE.sub("", plain).upper()
    return plain.removeprefix("是否").removeprefix("有无")


def of(model: type[models.Model], name: str, part: str = "", /, **over: Any) -> Column:
    """A column for a model field: heading, unit, type, code list and limits come from the field."""
    item: Any = model._meta.get_field(name)
    base = item.base_field if isinstance(item, ArrayField) else item
    # The heading is Chinese in every language of the page: it is what the office's workbooks say.
    with translation.override(None):
        heading = str(item.verbose_name)
        choices = tuple((value, str(label)) for value, label in base.flatchoices)
    unit = _UNIT.search(heading)
    column = Column(
        key=name,
        heading=_UNIT.sub("", heading),
        unit=unit.group(1) if unit else "",
        type=_type_of(item, choices),
        part=part,
        choices=choices,
        places=getattr(item, "decimal_places", None) or 0,
        length=getattr(base, "max_length", None) or 0,
        **_limits(item),
    )
    return replace(column, **over)


def _type_of(item: Any, choices: tuple) -> str:
    if isinstance(item, ArrayField):
        return "multi"
    if choices:
        return "enum"
    name = next((name for kind, name in _TYPES if isinstance(item, kind)), "text")
    return "year" if name == "int" and str(item.name).endswith("_year") else name


_TYPES: tuple[tuple[type, str], ...] = (
    (models.BooleanField, "bool"),
    (models.DateField, "date"),
    (models.DecimalField, "dec"),
    (models.IntegerField, "int"),
)


def _limits(item: Any) -> dict[str, Any]:
    if isinstance(item, models.DecimalField):
        return {"low": 0, "high": float(10 ** (item.max_digits - item.decimal_places)) - 0.01}
    if isinstance(item, models.IntegerField):
        return {"low": 0, "high": 32767}
    return {}
