"""The page of the township's sample 抽查, for who may see amounts beside the line."""

from collections.abc import Iterable

from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from households.models import Household
from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.pages.list_files import hand_out
from povertycase.rules.check import Check
from supervision.actions import full_run
from supervision.actions import integrity as acts
from supervision.queries import full_runs, integrity


@require_safe
@page(Permission.AMOUNT_VIEW)
def sample(request: HttpRequest) -> HttpResponse:
    """The households to look at, with the rule that found them and what was seen."""
    checks, _given = integrity.rules(periods.today())
    code = _rule(request, checks)
    found = integrity.sample(account_of(request), code)
    context = {
        "page": Paginator(found, 50).get_page(request.GET.get("page")),
        "checks": checks,
        "rule": code,
        "results": list(integrity.RESULTS.items()),
        "sheet": full_runs.last(),
        "may_export": account_of(request).can(Permission.HOUSEHOLD_EXPORT),
        "may_note": account_of(request).can(Permission.SHORTFALL_CLOSE),
    }
    return render(request, "supervision/sample.html", context)


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def export(request: HttpRequest) -> HttpResponse:
    """The sample as a file, by the rule of the page; who took it is in the audit trail."""
    return hand_out(request, "exit_sample", {"rule": _rule(request, integrity.rules(periods.today())[0])})


@require_POST
@page(Permission.SHORTFALL_CLOSE)
def seen(request: HttpRequest, household_no: str) -> HttpResponse:
    """What a person of the township found at the house."""
    household = get_object_or_404(Household.objects.visible_to(account_of(request)), household_no=household_no)
    try:
        acts.note_seen(
            household=household, result=request.POST.get("result", ""), on=periods.today(), by=account_of(request)
        )
    except ValidationError as error:
        raise BadRequest(error.messages[0]) from error
    return redirect("exit-sample")


@require_POST
@page(Permission.EXIT_RUN)
def run(request: HttpRequest) -> HttpResponse:
    """A full run now: every household judged by all rules."""
    job = full_run.start(day=periods.today(), by=account_of(request))
    return redirect("job", pk=job.pk)


def _rule(request: HttpRequest, checks: Iterable[Check]) -> str:
    """The rule of the address; an unknown one is a page that does not exist."""
    code = request.GET.get("rule", "")
    if code and code not in {check.code for check in checks}:
        raise Http404
    return code
