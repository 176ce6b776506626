"""Pages of 信息对照表: one household's from its file, a whole village's in one print."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from households.actions import lists
from households.models import HouseholdCard
from households.queries import listing, places
from households.sheets import collation
from households.views.file import one
from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.models import Account
from povertycase.reach import ReachQuerySet

MOST = 600
GONE = ("gone", "removed")


@require_safe
@page(Permission.VISIT_ENTER)
def household(request: HttpRequest, household_no: str) -> HttpResponse:
    """One household's sheet, to be printed on both sides."""
    found = one(request, household_no)
    return _sheets(
        request, HouseholdCard.objects.visible_to(account_of(request)).filter(pk=found.pk), found.household_no
    )


@require_safe
@page(Permission.VISIT_ENTER)
def choose(request: HttpRequest) -> HttpResponse:
    """Which village and group to print."""
    account = account_of(request)
    place = request.GET.get("village", "")
    cards = _cards(account, place)
    groups = list(cards.order_by("group_name").values_list("group_name", flat=True).distinct()) if place else []
    context: dict[str, Any] = {
        "places": listing.usable_filters(account)[0].choices(account),  # type: ignore[misc]
        "place": place,
        "groups": [(name, name) for name in groups if name],
        "number": cards.count() if place else None,
        "most": MOST,
    }
    return render(request, "households/collation/choose.html", context)


@require_POST
@page(Permission.VISIT_ENTER, limit="export")
def village(request: HttpRequest) -> HttpResponse:
    """The sheets of a village or of one group in one print, in order of group; who printed them is in the trail."""
    account, place = account_of(request), request.POST.get("village", "")
    if not place:
        raise BadRequest(_("请先选择要打印的村。"))
    cards = _cards(account, place)
    if group := request.POST.get("group", ""):
        cards = cards.filter(group_name=group)
    keys = list(cards.values_list("pk", flat=True)[: MOST + 1])
    if not keys:
        raise Http404
    if len(keys) > MOST:
        raise BadRequest(_("一次最多打印 %d 户，请选择一个村或一个组。") % MOST)
    lists.note_print(households=keys, by=account)
    name = places.names([place[:12].ljust(12, "0")]).get(place.ljust(12, "0"), "")
    return _sheets(request, HouseholdCard.objects.visible_to(account).filter(pk__in=keys), name)


def _cards(account: Account, place: str) -> ReachQuerySet:
    digits = places.prefix(place)
    cards = HouseholdCard.objects.visible_to(account).exclude(poverty_status__in=GONE).order_by()
    return cards.filter(village_code__startswith=digits) if digits.isdecimal() else cards.none()


def _sheets(request: HttpRequest, cards: ReachQuerySet, name: str) -> HttpResponse:
    day = periods.today()
    found = list(collation.sheets(account_of(request), cards, day))
    return render(request, "households/collation/sheets.html", {"sheets": found, "day": day, "name": name})
