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
    """On the workbench: the bulletin issued lately."""
    since = as_of - datetime.timedelta(days=NOTICE_DAYS)
    found = bulletins.listed(account).filter(state=Bulletin.State.ISSUED, issued_on__range=(since, as_of)).first()
    if found is None:
        return []
    words = _("%(month)s督查通报已印发") % {"month": Month.parse(found.month).words()}
    note = f"{found.number}　{found.issued_on:%Y-%m-%d}"
    return [{"label": words, "count": None, "url": reverse("bulletin", args=[found.pk]), "note": note}]


def recent(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """On the workbench: bulletins lately opened by the account."""
    return [
        {"label": label, "note": _("月督查通报"), "count": None, "url": reverse("bulletin", args=[pk]), "at": moment}
        for pk, label, moment in bulletins.opened(account)
    ]
