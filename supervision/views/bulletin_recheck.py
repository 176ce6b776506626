"""The recheck of an issued bulletin: asked for in the background, read household by household."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.models import JobRun
from povertycase.pages.list_files import hand_out
from supervision.actions import bulletin_recheck as acts
from supervision.actions.bulletins import BulletinError
from supervision.models import Bulletin
from supervision.queries import bulletin_recheck, bulletin_rules, bulletins
from supervision.queries.bulletin_figures import prefix_of


@require_POST
@page(Permission.BULLETIN_DRAFT)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Have an issued bulletin computed again, as known at its issue and as known today."""
    try:
        acts.start(bulletin=_bulletin(request, pk), by=account_of(request))
    except BulletinError as reason:
        messages.error(request, str(reason))
        return redirect("bulletin", pk=pk)
    return redirect("bulletin-recheck", pk=pk)


@require_safe
@page(Permission.HOUSEHOLD_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the last recheck found: equal to the byte or not, other figures today, other households today."""
    bulletin = _bulletin(request, pk)
    job = bulletin_recheck.latest(bulletin)
    context = {"bulletin": bulletin, "rules": bulletin_rules.recorded(bulletin), "job": job}
    context["may_export"] = account_of(request).can(Permission.HOUSEHOLD_EXPORT)
    if job and job.state == JobRun.State.DONE:
        amounts = account_of(request).can(Permission.AMOUNT_VIEW)
        found = bulletin_recheck.changed_households(bulletin, job, amounts=amounts)
        context["figures"] = bulletin_recheck.changed_figures(bulletin, job)
        context["expired"] = found is None
        context["listing"] = Paginator(found or [], 50).get_page(request.GET.get("page"))
    return render(request, "supervision/bulletin_recheck.html", context)


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """What the last recheck found as a file; who took it is in the audit trail."""
    return hand_out(request, "bulletin_changed", {"bulletin": _bulletin(request, pk).pk})


@require_safe
@page(Permission.HOUSEHOLD_VIEW)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar alone, asked for every two seconds; the page is renewed at the end."""
    bulletin = _bulletin(request, pk)
    job = bulletin_recheck.latest(bulletin)
    if job is None:
        raise Http404
    answer = render(request, "supervision/bulletin_recheck_bar.html", {"bulletin": bulletin, "job": job})
    if not job.is_open:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _bulletin(request: HttpRequest, pk: int) -> Bulletin:
    """An issued bulletin whose whole division the account reaches; otherwise a missing page."""
    account = account_of(request)
    found = bulletins.one(account, pk)
    if found is None or not bulletins.covers(account, prefix_of({"code": found.division_code})):
        raise Http404
    return found
