"""Pages of a comparison 试算对比: made on a sheet, shown by town and village, each count with its households."""

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.pages.list_files import hand_out
from povertycase.rules.sheet import SheetError
from supervision.actions import comparisons as acts
from supervision.forms.drafts import CompareForm
from supervision.models import Comparison
from supervision.queries import comparisons as reading
from supervision.queries import place_turns, standards
from supervision.queries.comparisons import TurnedList
from supervision.views.drafts import find, show

SIZES = ("20", "50", "100")


@require_POST
@page(Permission.RULE_DRAFT_VIEW)
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare the draft as it stands on the sheet chosen."""
    account, today = account_of(request), periods.today()
    draft = find(account, pk)
    form = CompareForm(request.POST, choices=reading.offered(account, today, draft))
    if not form.is_valid():
        return show(request, draft, refused=[_("请选择一张事实表。")])
    try:
        made = acts.compare(draft=draft, choice=form.cleaned_data["sheet"], day=today, by=account)
    except (ValidationError, SheetError) as error:
        return show(request, draft, refused=getattr(error, "messages", [str(error)]))
    return redirect("rule-comparison", pk=made.pk)


@require_safe
@page(Permission.RULE_DRAFT_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What would turn: the county's sums, then towns and villages."""
    comparison = _found(request, pk)
    context = {
        **reading.table(comparison, account_of(request)),
        "comparison": comparison,
        "draft": comparison.draft,
        "sheet_words": reading.sheet_words(comparison),
        "lacking": reading.lacking_words(comparison),
        "outcomes": standards.OUTCOME_WORDS.values(),
        "gone": comparison.sheet.dropped_at is not None,
        "older": comparison.body != comparison.draft.body,
    }
    return render(request, "supervision/drafts/comparison.html", context)


@require_safe
@page(Permission.RULE_DRAFT_VIEW)
def households(request: HttpRequest, pk: int) -> HttpResponse:
    """The households behind one count."""
    listed = _list(request, pk)
    size = request.GET.get("size", "")
    pages = Paginator(listed, int(size) if size in SIZES else 50).get_page(  # type: ignore[arg-type]
        request.GET.get("page")
    )
    context = {
        "comparison": listed.comparison,
        "draft": listed.comparison.draft,
        "listing": pages,
        "words": listed.words,
        "of_places": listed.of_places,
        "unit": place_turns.UNITS[listed.sides.subject],
        "place": reading.place_name(listed.place),
        "query": request.GET.urlencode(),
        "may_export": account_of(request).can(Permission.HOUSEHOLD_EXPORT),
    }
    return render(request, "supervision/drafts/households.html", context)


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole list as a file; who took it is in the audit trail."""
    _list(request, pk)
    asked = {"place": request.GET.get("place", ""), "turn": request.GET.get("turn", "0-1")}
    return hand_out(request, "comparison", {"comparison": pk, **asked})


def _found(request: HttpRequest, pk: int) -> Comparison:
    account = account_of(request)
    if not account.can(Permission.RULE_DRAFT_VIEW):
        raise Http404
    seen = Comparison.objects.visible_to(account).select_related("draft", "sheet", "by")
    return get_object_or_404(seen, pk=pk)


def _list(request: HttpRequest, pk: int) -> TurnedList:
    """The list of the address; hidden, missing and no longer kept are the same 404."""
    account, comparison = account_of(request), _found(request, pk)
    if not account.can(Permission.HOUSEHOLD_VIEW) or comparison.sheet.dropped_at is not None:
        raise Http404
    listed = reading.turned(comparison, request.GET.get("place", ""), request.GET.get("turn", "0-1"), account)
    if listed is None:
        raise Http404
    return listed
