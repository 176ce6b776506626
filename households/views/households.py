"""Pages of the register: the household file, looking at sealed numbers."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from households.actions import contact
from households.models import Household
from households.queries import file, places
from households.views import listing
from povertycase import periods, slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.actions import desk


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
    desk.note_opened(kind="household", key=found.pk, by=account_of(request))
    context = {"household": found, "card": found.card, "sections": sections, "names": names, "today": today}
    context["back"] = listing.address_back(request, household_no)
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
