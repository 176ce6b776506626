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
from supervision.queries import bulletins, overview

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


def notices(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """On the workbench: the bulletin issued lately; for who reads totals only, the way to the drawn figures."""
    found: list[dict[str, Any]] = []
    if not account.can(Permission.HOUSEHOLD_VIEW):
        words = _("总览：主要数字、图表和各地示意图")
        found.append({"label": words, "count": None, "url": reverse("overview"), "note": ""})
    since = as_of - datetime.timedelta(days=NOTICE_DAYS)
    last = bulletins.listed(account).filter(state=Bulletin.State.ISSUED, issued_on__range=(since, as_of)).first()
    if last:
        words = _("%(month)s督查通报已印发") % {"month": Month.parse(last.month).words()}
        note = f"{last.number}　{last.issued_on:%Y-%m-%d}"
        found.append({"label": words, "count": None, "url": reverse("bulletin", args=[last.pk]), "note": note})
    return found


def gaps(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """On the workbench: planned households of one's own place that did not meet the standard, or could not be judged."""
    found = bulletins.latest_with_own_row(account)
    if found is None:
        return []
    bulletin, row = found
    lines = ((_("拟脱贫户预审未达标"), "exit_unmet"), (_("拟脱贫户预审待核实"), "exit_unknown"))
    note = _("%(month)s通报") % {"month": Month.parse(bulletin.month).words()}
    return [
        {
            "label": label,
            "count": row["cells"][code],
            "url": reverse("bulletin-list", args=[bulletin.pk, row["code"], code]),
            "note": note,
        }
        for label, code in lines
    ]


def recent(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """On the workbench: bulletins lately opened by the account."""
    return [
        {"label": label, "note": _("月督查通报"), "count": None, "url": reverse("bulletin", args=[pk]), "at": moment}
        for pk, label, moment in bulletins.opened(account)
    ]
