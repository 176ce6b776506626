"""Pages of the register: the household list, the household file, looking for and at sealed numbers."""

from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from households.actions import contact
from households.forms import SecretSearchForm
from households.models import Household
from households.queries import file, listing, places
from households.queries.search import SecretInAddress
from povertycase import periods, slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission


@page(Permission.HOUSEHOLD_VIEW)
@require_GET
def households(request: HttpRequest) -> HttpResponse:
    """The household list: search, filters, pages; everything chosen stands in the address."""
    try:
        found = listing.listing(account_of(request), request.GET.dict(), periods.today())
    except SecretInAddress as reason:
        raise BadRequest(str(reason)) from reason
    context = {"listing": found, "rows": found.page.object_list, "saved": request.GET.get("s", "")}
    return render(request, "households/list.html", context)


@page(Permission.HOUSEHOLD_VIEW)
@require_POST
@sensitive_post_parameters("number")
def search(request: HttpRequest) -> HttpResponse:
    """Find by a full ID or phone: it travels in the body, the address gets a random key."""
    form = SecretSearchForm(request.POST)
    if not form.is_valid():
        return render(request, "households/search.html", {"form": form}, status=422)
    saved = contact.search(kind=form.cleaned_data["kind"], clear=form.cleaned_data["clear"], by=account_of(request))
    return redirect(f"{reverse('households')}?s={saved.pk}")


@page(Permission.HOUSEHOLD_VIEW)
@require_GET
def household(request: HttpRequest, household_no: str) -> HttpResponse:
    """The household file 一户一档: every section that the floors registered and this account may read."""
    found = _household(request, household_no)
    today = periods.today()
    sections = [
        {"entry": entry, "data": entry.query(found, account_of(request), today)}
        for entry in slots.FILE_SECTIONS
        if account_of(request).can(entry.permission)
    ]
    names = places.names([found.card.village_code])
    context = {"household": found, "card": found.card, "sections": sections, "names": names, "today": today}
    return render(request, "households/file.html", context)


@page(Permission.REVEAL)
@never_cache
@require_POST
def reveal(request: HttpRequest, household_no: str) -> HttpResponse:
    """One sealed number in clear, as plain text, after its reason was noted."""
    found = _household(request, household_no)
    try:
        shown = contact.show(
            household=found,
            field=request.POST.get("field", ""),
            reason=request.POST.get("reason", ""),
            by=account_of(request),
        )
    except ValidationError as error:
        return HttpResponse("".join(error.messages), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(shown.value, content_type="text/plain; charset=utf-8")


def _household(request: HttpRequest, household_no: str) -> Household:
    """The household of the address; hidden and missing are the same 404."""
    found = file.find(account_of(request), household_no)
    if found is None:
        raise Http404
    return found
