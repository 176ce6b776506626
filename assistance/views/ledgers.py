"""Pages of the ledgers 台账: visits and measures of all households within reach, by conditions, and as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assistance.queries import ledgers
from assistance.queries.visits import period
from households.queries import rolls
from households.queries.register_rows import How
from households.sheets.rolls import chosen as columns_of
from povertycase import periods, slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.models import Account
from povertycase.pages.list_files import hand_out

SIZES = ("20", "50", "100")
PAGES = {"visit": "visits", "measure": "measures"}


@page(Permission.HOUSEHOLD_VIEW)
@require_safe
def visits(request: HttpRequest) -> HttpResponse:
    """Visits by place, period, kind and visitor, the newest first; at first those of the month."""
    return _ledger(request, "visit")


@page(Permission.HOUSEHOLD_VIEW)
@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Measures by place, year, kind and state, the newest first."""
    return _ledger(request, "measure")


@page(Permission.HOUSEHOLD_EXPORT, limit="export")
@require_POST
def visits_export(request: HttpRequest) -> HttpResponse:
    """The visits of the conditions with the columns of the page, as a file."""
    return _export(request, "visit")


@page(Permission.HOUSEHOLD_EXPORT, limit="export")
@require_POST
def measures_export(request: HttpRequest) -> HttpResponse:
    """The measures of the conditions with the columns of the page, as a file."""
    return _export(request, "measure")


# --- parts ------------------------------------------------------------------------------------------------


def _params(request: HttpRequest, kind: str) -> dict[str, str]:
    """The conditions of the address; a ledger of visits begins with the month."""
    asked = request.GET.dict()
    if kind == "visit" and "period" not in asked:
        asked["period"] = "month"
    return rolls.params_of(account_of(request), kind, asked)  # type: ignore[arg-type]


def _columns(account: Account, kind: str) -> list[Any]:
    return columns_of(account, kind, list(slots.ROLL_KINDS[kind].usual))


def _ledger(request: HttpRequest, kind: str) -> HttpResponse:
    account, day, params = account_of(request), periods.today(), _params(request, kind)
    rows = ledgers.chosen(account, kind, params, day)
    size = request.GET.get("size", "")
    shown = ledgers.page_of(rows, int(size) if size in SIZES else 50, request.GET.get("page"))
    columns = _columns(account, kind)
    how = How(day, health=account.can(Permission.HEALTH_VIEW))
    labels = [
        {"label": _(column.column.heading), "unit": column.column.unit, "kind": _look(column)} for column in columns
    ]
    cells = ledgers.cells_of(kind, shown, [column.cell for column in columns], how)
    controls = [_control(one, account, params, rows) for one in rolls.filters(account, kind)]
    context = {
        "kind": kind,
        "page": shown,
        "heads": labels,
        "rows": [_line(row, columns, labels) for row in cells],
        "controls": controls,
        "chips": [_chip(one) for one in controls if one["value"]],
        "days": period(day) if params.get("period") == "month" else None,
        "may_export": account.can(Permission.HOUSEHOLD_EXPORT),
        "export": f"{reverse(f'{PAGES[kind]}-export')}?{urlencode(_kept(params))}",
        "columns_url": f"{reverse('roll-new')}?{urlencode({'kind': kind, **params})}",
    }
    return render(request, "assistance/ledger.html", context)


def _kept(params: dict[str, str]) -> dict[str, str]:
    """The conditions for the address of the file: no period is said too, else it would be the month."""
    return {"period": "", **params}


def _export(request: HttpRequest, kind: str) -> HttpResponse:
    entry = slots.ROLL_KINDS[kind]
    codes = [column.code for column in _columns(account_of(request), kind)]
    params = _params(request, kind)
    return hand_out(
        request, "rolls", {"kind": kind, "columns": codes, "joined": False, "params": params, "name": entry.title}
    )


def _look(column: Any) -> str:
    if column.column.type in ("int", "year", "dec"):
        return "num"
    return "num-id" if column.column.type in ("date", "code") else ""


def _line(row: list[Any], columns: list[Any], labels: list[dict[str, Any]]) -> dict[str, Any]:
    """A row: whom it is about, and its cells beside their headings."""
    about = dict(zip((column.code for column in columns), row, strict=True))
    cells = [
        {**label, "value": value, "code": column.code, "money": column.column.type == "dec"}
        for label, value, column in zip(labels, row, columns, strict=True)
    ]
    return {"number": about["household.household_no"], "cells": cells}


def _control(one: slots.ListFilter, account: Account, params: dict[str, str], rows: Any) -> dict[str, Any]:
    options = one.choices(account) if one.choices else ledgers.visitors(rows)
    value = params.get(one.code, "")
    return {"code": one.code, "label": one.label, "options": options, "value": value, "order": one.order}


def _chip(control: dict[str, Any]) -> dict[str, Any]:
    words = dict(control["options"]).get(control["value"], control["value"])
    return {"name": control["code"], "label": control["label"], "value": str(words).strip()}
