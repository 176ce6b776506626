"""The pages of the exit check 退出达标预审: start one, see its figures, open the list behind each, read one verdict."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.actions import desk
from povertycase.models import Division
from povertycase.pages.list_files import hand_out
from povertycase.rules import cautions, versions
from supervision.actions import exit_runs
from supervision.forms.exit import ExitRunForm
from supervision.models import ExitRun
from supervision.queries import exit_runs as runs
from supervision.queries import standards, verdicts

SIZES = ("20", "50", "100")


@require_safe
@page(Permission.EXIT_VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """The checks that concern the account's divisions, newest first."""
    pages = Paginator(runs.visible(account_of(request)), 20).get_page(request.GET.get("page"))
    context = {
        "page": pages,
        "rows": runs.with_counts(list(pages.object_list), account_of(request)),
        "may_start": account_of(request).can(Permission.EXIT_RUN),
        "may_sample": account_of(request).can(Permission.AMOUNT_VIEW),
    }
    return render(request, "supervision/exit_runs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.EXIT_RUN)
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a check; a mistake comes back with its sentence."""
    form = ExitRunForm(request.POST or None, account=account_of(request), today=periods.today())
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                run = exit_runs.start(by=account_of(request), **form.cleaned_data)
        except exit_runs.ExitRunError as error:
            form.add_error(None, str(error))
        else:
            return redirect("exit-run", pk=run.pk)
    return render(request, "supervision/exit_start.html", {"form": form, "notice": runs.NOTICE})


@require_safe
@page(Permission.EXIT_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One check: progress while it runs, then its figures, each a link to its list."""
    run = _run(request, pk)
    desk.note_opened(kind="exit_run", key=run.pk, by=account_of(request))
    context = {**_frame(run), "may_see_job": account_of(request).can(Permission.JOB_VIEW)}
    if run.finished_at:
        context["figures"] = verdicts.figures(run, account_of(request))
        context["expected"] = runs.expected(run, account_of(request))
    return render(request, "supervision/exit_run.html", context)


@require_safe
@page(Permission.EXIT_VIEW)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar alone, asked for every two seconds; the page is renewed when the check is done."""
    run = _run(request, pk)
    answer = render(request, "supervision/exit_progress.html", {"run": run, "job": run.job})
    if run.job is None or not run.job.is_open:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_safe
@page(Permission.EXIT_VIEW)
def households(request: HttpRequest, pk: int) -> HttpResponse:
    """The list behind a figure: exactly the rows that were counted."""
    run = _run(request, pk)
    chosen = _chosen(request, run)
    rows = verdicts.chosen(run, account_of(request), **chosen)
    size = request.GET.get("size", "")
    pages = Paginator(rows, int(size) if size in SIZES else 50).get_page(request.GET.get("page"))
    context = {
        **_frame(run),
        "page": pages,
        "rows": verdicts.lines(run, list(pages.object_list)),
        "chips": runs.chips(run, **chosen),
        "export": f"{reverse('exit-list-export', args=[run.pk])}?{urlencode(chosen)}",
        "may_export": account_of(request).can(Permission.HOUSEHOLD_EXPORT),
    }
    return render(request, "supervision/exit_list.html", context)


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole list as a file, by the filters of the page; who took it is in the audit trail."""
    run = _run(request, pk)
    return hand_out(request, "exit_list", {"run": run.pk, **_chosen(request, run)})


@require_safe
@page(Permission.EXIT_VIEW)
def verdict(request: HttpRequest, pk: int, household_no: str) -> HttpResponse:
    """One household's verdict of a run with its reasons, from the facts as they were known then."""
    run = _run(request, pk)
    found = get_object_or_404(
        verdicts.of_run(run, account_of(request)).select_related("household__card"),
        household__household_no=household_no,
    )
    reasons, same = verdicts.reasons_of(run, found, amounts=account_of(request).can(Permission.AMOUNT_VIEW))
    words = standards.outcome_words(run.population)
    context = {
        **_frame(run),
        "verdict": found,
        "reasons": reasons,
        "same": same,
        "outcome": verdicts.word(found, words),
    }
    return render(request, "supervision/exit_verdict.html", context)


def _run(request: HttpRequest, pk: int) -> ExitRun:
    return get_object_or_404(runs.visible(account_of(request)), pk=pk)


def _frame(run: ExitRun) -> dict[str, Any]:
    """What every page of a run says about it."""
    return {
        "run": run,
        "job": run.job,
        "standard": run.standard,
        "span": versions.span(run.standard),
        # Places are reference data, and the run itself came through visible_to.
        "division": Division.objects.get(code=run.division_code),
        "words": standards.outcome_words(run.population),
        "notice": runs.NOTICE,
        "warnings": cautions.say_all(run.warnings),
    }


def _chosen(request: HttpRequest, run: ExitRun) -> dict[str, str]:
    """The filters of the address; an unknown value is a page that does not exist."""
    chosen = {name: request.GET.get(name, "") for name in ("outcome", "criterion", "result", "place")}
    codes = [item.code for item in standards.of(run.standard).criteria]
    allowed = {"outcome": list(standards.OUTCOME_WORDS), "criterion": codes, "result": list(standards.OUTCOME_WORDS)}
    if any(chosen[name] and chosen[name] not in values for name, values in allowed.items()):
        raise Http404
    if chosen["place"] and whole(chosen["place"]) is None:
        raise Http404
    return chosen
