"""The sums of an income form before it is kept: the arithmetic of the register's generated columns, in Python."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from households.models import Income
from households.models.income import BUSINESS, ITEMS, PROPERTY, TRANSFER, WAGE

GROUPS = {"wage_income": WAGE, "business_income": BUSINESS, "property_income": PROPERTY, "transfer_income": TRANSFER}
CENT = Decimal("0.01")


def sums(values: Mapping[str, Any]) -> dict[str, Decimal | None]:
    """Sums of the four kinds, net income and net income per head in yuan; None where nothing is filled in.

    An empty item counts 0 beside filled ones. Per head is rounded half away from zero, as PostgreSQL does.
    """
    if all(values.get(name) is None for name in ITEMS):
        return dict.fromkeys((*GROUPS, "net_income", "net_income_per_capita"))
    found: dict[str, Decimal | None] = {total: _sum(values, names) for total, names in GROUPS.items()}
    net = _sum(values, ITEMS) - _sum(values, ("business_expense",))
    people = int(values.get("member_count") or 0)
    head = (net / people).quantize(CENT, ROUND_HALF_UP) if people > 0 else None
    return {**found, "net_income": net, "net_income_per_capita": head}


def told(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sums with their labels, for the page of consequences."""
    labels = {name: Income._meta.get_field(name).verbose_name for name in sums({})}  # type: ignore[union-attr]
    return [{"label": labels[name], "value": value} for name, value in sums(values).items()] + [
        {"label": _("共享收支人口(人)"), "value": values.get("member_count"), "whole": True}
    ]


def _sum(values: Mapping[str, Any], names: tuple[str, ...]) -> Decimal:
    return sum((Decimal(values.get(name) or 0) for name in names), Decimal(0))
