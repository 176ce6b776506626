"""The pages of the exit check of villages and of the county 村（县）退出核验."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.models import Division
from povertycase.pages.list_files import hand_out
from povertycase.rules import versions
from povertycase.rules.compile import OUTCOMES
from supervision.actions import places
from supervision.forms.places import PlacesForm
from supervision.models import DivisionRun, DivisionVerdict
from supervision.queries import places as reading
from supervision.queries import shortfalls, standards


@require_safe
@page(Permission.EXIT_VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """The checks of villages and of the county, newest first."""
    account = account_of(request)
    pages = Paginator(reading.visible(account), 20).get_page(request.GET.get("page"))
    context = {
        "page": pages,
        "rows": reading.with_counts(list(pages.object_list), account),
        "may_start": account.can(Permission.EXIT_RUN),
        "may_enter": account.can(Permission.FIGURE_ENTER),
    }
    return render(request, "supervision/places/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.EXIT_RUN)
def start(request: HttpRequest) -> HttpResponse:
    """Make a check at once; a mistake comes back with its sentence."""
    account = account_of(request)
    form = PlacesForm(request.POST or None, account=account, today=periods.today())
    if request.method == "POST" and form.is_valid():
        try:
            run = places.check(by=account, on=periods.today(), **form.cleaned_data)
        except places.PlacesError as error:
            form.add_error(None, str(error))
        else:
            return redirect("exit-places-run", pk=run.pk)
    return render(request, "supervision/places/start.html", {"form": form, "notice": reading.NOTICE})


@require_safe
@page(Permission.EXIT_VIEW)
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One check: its places by outcome, the matrix of criteria; of the county the reasons themselves."""
    run = _run(request, pk)
    account, outcome = account_of(request), request.GET.get("outcome", "")
    if outcome not in ("", *standards.OUTCOME_WORDS):
        raise Http404
    rows = reading.matrix(run, account)
    chosen = [row for row in rows if outcome in ("", row["outcome"])]
    standard = standards.of(run.standard)
    context = {
        **_frame(run),
        "rows": chosen,
        "criteria": reading.by_criterion(standard, rows),
        "stats": [
            {"code": code, "word": word, "number": sum(row["outcome"] == code for row in rows)}
            for code, word in standards.OUTCOME_WORDS.items()
        ],
        "outcome": outcome,
        "pass_points": standard.pass_points,
        "may_export": account.can(Permission.HOUSEHOLD_EXPORT),
    }
    if standard.subject == "county" and rows:
        context["reasons"], context["same"] = reading.reasons(run, rows[0]["verdict"])
        context["data"] = shortfalls.of_place(rows[0]["place"], account, periods.today())
    return render(request, "supervision/places/run.html", context)


@require_safe
@page(Permission.EXIT_VIEW)
def place(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One place of a check: per criterion the figure, what it is measured against, the paper, the registered ones."""
    run, account = _run(request, pk), account_of(request)
    verdicts_seen = DivisionVerdict.objects.visible_to(account).filter(run=run)
    verdict = get_object_or_404(verdicts_seen.select_related("division__parent"), division_id=code)
    reasons, same = reading.reasons(run, verdict)
    context = {
        **_frame(run),
        "verdict": verdict,
        "place": verdict.division,
        "reasons": reasons,
        "same": same,
        "word": standards.OUTCOME_WORDS[OUTCOMES[verdict.outcome]],
        "pass_points": standards.of(run.standard).pass_points,
        "data": shortfalls.of_place(verdict.division, account, periods.today()),
    }
    return render(request, "supervision/places/place.html", context)


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The check as a file; who took it is in the audit trail."""
    return hand_out(request, "places", {"run": _run(request, pk).pk})


def _run(request: HttpRequest, pk: int) -> DivisionRun:
    return get_object_or_404(reading.visible(account_of(request)), pk=pk)


def _frame(run: DivisionRun) -> dict[str, Any]:
    """What every page of a check says about it."""
    return {
        "run": run,
        "standard": run.standard,
        "span": versions.span(run.standard),
        # Places are reference data, and the run itself came through visible_to.
        "division": Division.objects.get(code=run.division_code),
        "words": standards.OUTCOME_WORDS,
        "notice": reading.NOTICE,
        "warnings": reading.warnings_of(run),
    }
