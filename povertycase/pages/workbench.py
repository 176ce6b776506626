"""The workbench: notices, what this account has to do, how the month stands, what was opened last."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from povertycase import periods, slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission

BANDS = ("notice", "todo", "progress", "recent")
RECENT = 12


@require_safe
@page(Permission.WORKBENCH)
def workbench(request: HttpRequest) -> HttpResponse:
    """Bands of counts; every count is a link to the list that has exactly that many rows."""
    today = periods.today()
    context: dict[str, Any] = bands(account_of(request), today)
    context["month"] = str(periods.Month.of(today))
    return render(request, "workbench.html", context)


def bands(account: Any, today: Any) -> dict[str, list[dict[str, Any]]]:
    """The registered items this account may see, by band; todo items of nothing are left out."""
    found: dict[str, list[dict[str, Any]]] = {band: [] for band in BANDS}
    for entry in slots.WORKBENCH_ITEMS:
        if account.can(entry.permission):
            for item in entry.query(account, today):
                found[item.get("band", entry.band)].append(_with_share(item))
    found["todo"] = [item for item in found["todo"] if item["count"]]
    # What says when it was opened comes first, newest on top.
    opened = sorted((item for item in found["recent"] if item.get("at")), key=lambda item: item["at"], reverse=True)
    found["recent"] = [*opened, *(item for item in found["recent"] if not item.get("at"))][:RECENT]
    return found


def _with_share(item: dict[str, Any]) -> dict[str, Any]:
    total = item.get("total")
    share = 100 * item["count"] / total if total and item.get("count") is not None else None
    return {"total": None, "note": "", **item, "share": share}
