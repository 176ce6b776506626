"""The leader's page 总览: figures, charts and the tile map of the last bulletin, on one sheet of paper."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.models import Account
from povertycase.periods import Month
from supervision.models import Bulletin
from supervision.queries import bulletins, opened, overview

NOTICE_DAYS = 45


@require_safe
@page(Permission.BULLETIN_VIEW)
def show(request: HttpRequest) -> HttpResponse:
    """The newest bulletin drawn for one's own county, town or village."""
    metric = request.GET.get("map", "")
    metric = metric if metric in overview.METRICS else "visits"
    found = overview.overview(account_of(request), metric)
    label, unit, _part, _of = overview.METRICS[metric]
    context: dict[str, Any] = {
        "found": found,
        "metric": metric,
        "metric_label": label,
        "metric_unit": unit,
        "metrics": [(code, words) for code, (words, *_rest) in overview.METRICS.items()],
    }
    return render(request, "supervision/overview.html", context)


def desk(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """On the workbench: what the newest bulletin says of one's own place, in all bands; one query."""
    reads = account.can(Permission.HOUSEHOLD_VIEW) or account.can(Permission.BULLETIN_VIEW)
    found = bulletins.latest_with_own_row(account) if reads else None
    if found is None:
        return []
    bulletin, row = found
    month, cells = Month.parse(bulletin.month).words(), row["cells"]
    own = _gaps(bulletin, row, month) if account.can(Permission.HOUSEHOLD_VIEW) else _totals(bulletin, cells, month)
    return [*_notices(account, bulletin, month, as_of), *own]


def _notices(account: Account, bulletin: Bulletin, month: str, as_of: datetime.date) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if not account.can(Permission.BULLETIN_VIEW):
        return found
    if not account.can(Permission.HOUSEHOLD_VIEW):
        found.append({"label": _("总览：主要数字、图表和各地示意图"), "url": reverse("overview"), "note": ""})
    if bulletin.issued_on and (as_of - bulletin.issued_on).days <= NOTICE_DAYS:
        note = f"{bulletin.number}　{bulletin.issued_on:%Y-%m-%d}"
        url = reverse("bulletin", args=[bulletin.pk])
        found.append({"label": _("%(month)s督查通报已印发") % {"month": month}, "url": url, "note": note})
    return [{**item, "count": None, "band": "notice"} for item in found]


def _gaps(bulletin: Bulletin, row: dict[str, Any], month: str) -> list[dict[str, Any]]:
    """The month's visits, and planned households that did not meet the standard or could not be judged: their lists."""

    def line(label: str, code: str, **more: Any) -> dict[str, Any]:
        url = reverse("bulletin-list", args=[bulletin.pk, row["code"], code])
        return {"label": label, "count": row["cells"][code], "url": url, **more}

    note = _("%(month)s通报") % {"month": month}
    visited = _("%(month)s入户走访") % {"month": month}
    return [
        line(visited, "visited_households", total=row["cells"]["visits_due"]),
        line(_("拟脱贫户预审未达标"), "exit_unmet", band="todo", note=note),
        line(_("拟脱贫户预审待核实"), "exit_unknown", band="todo", note=note),
    ]


def _totals(bulletin: Bulletin, cells: dict[str, Any], month: str) -> list[dict[str, Any]]:
    """For who sees no household (county leaders, E-35): totals."""
    lines = (
        (_("已脱贫户"), "exited_households", "registered_households"),
        (_("本年度拟脱贫户预审达标"), "exit_met", "planned_households"),
        (_("入户走访"), "visited_households", "visits_due"),
    )
    url = reverse("bulletin", args=[bulletin.pk])
    return [
        {"label": label, "count": cells[done], "total": cells[of], "url": url, "note": month}
        for label, done, of in lines
    ]


def recent(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """On the workbench: bulletins and exit checks lately opened by the account, as far as it may still see them."""
    return [
        {"label": one.label, "note": one.note, "count": None, "url": one.url, "at": one.at}
        for one in opened.pages(account)
    ]
