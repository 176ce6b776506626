"""The household file 一户一档, its history, and looking at its sealed numbers."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from households.actions import change_routes, contact
from households.actions.change_kinds import KINDS
from households.models import Household
from households.queries import file, places
from households.queries import timeline as history
from households.views import listing
from povertycase import periods, slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.actions import desk
from povertycase.actions.reveal import FIELDS, Revealed
from povertycase.models import Account
from povertycase.pages import qr


@page(Permission.HOUSEHOLD_VIEW)
@require_GET
def household(request: HttpRequest, household_no: str) -> HttpResponse:
    """The household file 一户一档: every section that the floors registered and this account may read."""
    found = one(request, household_no)
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
    context["edits"] = editable(account_of(request), found)
    context["collates"] = account_of(request).can(Permission.VISIT_ENTER)
    context["qr"] = _qr(request, household_no)
    return render(request, "households/file.html", context)


@page(Permission.HOUSEHOLD_VIEW)
@require_GET
def timeline(request: HttpRequest, household_no: str) -> HttpResponse:
    """变更历史: everything done about the household, newest first, with what stood before and after."""
    found = one(request, household_no)
    events = history.page(found, account_of(request), request.GET.get("page", ""), request.GET.get("size", ""))
    return render(request, "households/timeline.html", {"household": found, "card": found.card, "events": events})


def _qr(request: HttpRequest, household_no: str) -> SafeString:
    """The file's own address as a code on paper; it says nothing about the household, and opens for who may see it."""
    address = request.build_absolute_uri(reverse("household", args=[household_no]))
    return qr.picture(address, name="qr-paper", border=1)


@page(Permission.REVEAL)
@never_cache
@require_POST
def reveal(request: HttpRequest, household_no: str) -> HttpResponse:
    """One sealed number in clear, after its reason was noted: as plain text for the page's script, as a page of its own
    where the button was pressed before the script had come.
    """
    found = one(request, household_no)
    if request.session.get("stale"):
        return _number(request, found, refused=_("离开已超过 30 分钟，查看号码前请先退出再登录。"))
    field, reason = request.POST.get("field", ""), request.POST.get("reason", "")
    try:
        shown = contact.show(household=found, field=field, reason=reason, by=account_of(request))
    except ValidationError as error:
        return _number(request, found, refused="".join(error.messages))
    return _number(request, found, shown)


def _number(
    request: HttpRequest, household: Household, shown: Revealed | None = None, refused: str = ""
) -> HttpResponse:
    """The number or the words of refusal; the page of its own leads back by itself when the number's time is up."""
    status = 200 if shown else 422
    if request.headers.get("HX-Request"):
        text = shown.value if shown else refused
        return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    context = {"household": household, "card": household.card, "shown": shown, "refused": refused}
    context["name"] = _(FIELDS[shown.kind]) if shown else _("没有显示号码")
    answer = render(request, "households/number.html", context, status=status)
    if shown:
        back = reverse("household", args=[household.household_no])
        answer["Refresh"] = f"{shown.seconds}; url={back}"
    return answer


def one(request: HttpRequest, household_no: str) -> Household:
    """The household of the address; hidden and missing are the same 404."""
    found = file.find(account_of(request), household_no)
    if found is None:
        raise Http404
    return found


def editable(account: Account, household: Household) -> set[str]:
    """The kinds of change this account may propose for the household."""
    if not account.can(Permission.CHANGE_PROPOSE):
        return set()
    village = household.card.village_code
    answers: dict[Any, bool] = {}
    for kind in KINDS.values():
        if kind.route not in answers:
            place = change_routes.reporting_place(kind.route, account, household, village)
            answers[kind.route] = place is not None
    return {code for code, kind in KINDS.items() if answers[kind.route] and code != "register"}
