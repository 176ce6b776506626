"""The list behind a figure of the bulletin, on the page and as a workbook, and who came and went since last month."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.pages.list_files import hand_out
from supervision.queries import bulletins
from supervision.queries.bulletin_lists import FigureList, Movement

SIZES = ("20", "50", "100")


@require_safe
@page(Permission.HOUSEHOLD_VIEW)
def rows(request: HttpRequest, pk: int, code: str, column: str) -> HttpResponse:
    """Exactly the rows that a figure counts, from the sheet it was counted in."""
    found = _list(request, pk, code, column)
    size = request.GET.get("size", "")
    pages = Paginator(found, int(size) if size in SIZES else 50)  # type: ignore[arg-type]
    at = pages.get_page(request.GET.get("page"))
    context = {
        **_names(found, column),
        "listing": at,
        "lines": [list(zip(found.headings, line, strict=True)) for line in at],
        "may_export": account_of(request).can(Permission.HOUSEHOLD_EXPORT),
    }
    return render(request, "supervision/bulletin_list.html", context)


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def export(request: HttpRequest, pk: int, code: str, column: str) -> HttpResponse:
    """The whole list as a file; who took it is in the audit trail."""
    return hand_out(request, "figure_list", {"bulletin": pk, "code": code, "column": column})


@require_safe
@page(Permission.HOUSEHOLD_VIEW)
def moved(request: HttpRequest, pk: int, code: str, column: str) -> HttpResponse:
    """Which households a figure counts that last month's did not, and the other way round."""
    found = _list(request, pk, code, column)
    before = bulletins.month_before(found.bulletin, account_of(request))
    if before is None or found.indicator.subject != "household":
        raise Http404
    movement = Movement.between(before, found)
    may_export = bool(movement.came or movement.gone) and account_of(request).can(Permission.HOUSEHOLD_EXPORT)
    context = {**_names(found, column), "movement": movement, "may_export": may_export}
    return render(request, "supervision/bulletin_moved.html", context)


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def export_moved(request: HttpRequest, pk: int, code: str, column: str) -> HttpResponse:
    """Who came and who went as a file; who took it is in the audit trail."""
    return hand_out(request, "bulletin_moved", {"bulletin": pk, "code": code, "column": column})


def _list(request: HttpRequest, pk: int, code: str, column: str) -> FigureList:
    """The list of the address; outside one's reach it is the same 404 as a missing one."""
    account = account_of(request)
    bulletin = bulletins.one(account, pk)
    found = bulletins.figure_list(bulletin, code, column, account) if bulletin else None
    if found is None:
        raise Http404
    return found


def _names(found: FigureList, column: str) -> dict[str, Any]:
    rules = found.rules
    return {
        "bulletin": found.bulletin,
        "rules": rules,
        "title": rules.form.title(rules.month.words()),
        "row": found.row,
        "column": rules.form.column(column),
        "figure": found.indicator.words,
        "headings": found.headings,
        "code": column,
    }
