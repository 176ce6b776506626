"""The audit trail for the audit administrator 审计管理员: who did what, when; whether anything was changed since."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from povertycase import audit
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.actions import audit_check
from povertycase.models import AuditEvent
from povertycase.pages.list_files import hand_out
from povertycase.pages.posts import towns
from povertycase.queries import trail

FILTERS = ("who", "kind", "since", "until", "town")
HOUSEHOLD = "audit_household"  # in the session: a household's number does not go into the address


@require_safe
@page(Permission.AUDIT_VIEW)
def timeline(request: HttpRequest) -> HttpResponse:
    """The timeline from a position on, and above it how the seals stand."""
    wanted = _asked(request, request.GET)
    before, after = (whole(request.GET.get(name, "")) for name in ("before", "after"))
    found = trail.stretch(account_of(request), wanted, before=before, after=after)
    context = {
        "found": found,
        "asked": wanted,
        "kinds": trail.kinds(),
        "towns": towns(),
        "number": trail.number_of(wanted.household) if wanted.household is not None else "",
        "filters": [(name, request.GET[name]) for name in FILTERS if request.GET.get(name)],
        **_state(),
    }
    return render(request, "audit/timeline.html", context)


@require_safe
@page(Permission.AUDIT_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One event: sentence, person, address, the households' numbers, its seal."""
    seen = AuditEvent.objects.visible_to(account_of(request)).select_related("by", "job")
    event = trail.tell(get_object_or_404(seen, pk=pk))
    context = {"event": event, "numbers": trail.subjects(event), "seal": trail.seal_of(event)}
    return render(request, "audit/detail.html", context)


@require_POST
@page(Permission.AUDIT_VIEW)
def household(request: HttpRequest) -> HttpResponse:
    """Narrow the timeline to one household: its number comes by POST and stays out of the address."""
    number = request.POST.get("number", "").strip()
    found = trail.household_of(number) if number else None
    request.session.pop(HOUSEHOLD, None)
    params = {name: value for name in FILTERS if (value := request.POST.get(name))}
    if found is not None:
        request.session[HOUSEHOLD] = found
        params["household"] = "1"
    elif number:
        messages.warning(request, _("没有这个户编号，请核对。"))
    return redirect(f"{reverse('audit')}?{urlencode(params)}" if params else "audit")


@require_POST
@page(Permission.AUDIT_VIEW, limit="export")
def export(request: HttpRequest) -> HttpResponse:
    """The events found, as a file; that it left the house is an event itself."""
    filters = {name: value.strip()[:60] for name in FILTERS if (value := request.POST.get(name))}
    return hand_out(request, "audit", {**filters, "household": _asked(request, request.POST).household})


@require_POST
@page(Permission.AUDIT_VIEW)
def verify(request: HttpRequest) -> HttpResponse:
    """Have the whole trail compared with its seals now."""
    audit_check.start(by=account_of(request))
    return redirect("audit")


@require_safe
@page(Permission.AUDIT_VIEW)
def state(request: HttpRequest) -> HttpResponse:
    """The card of the seals alone, asked for again while a comparison runs."""
    return render(request, "audit/state.html", _state())


def _state() -> dict[str, Any]:
    check = trail.last_check()
    return {"chain": audit.state(), "check": check, "result": check.result if check and not check.is_open else {}}


def _asked(request: HttpRequest, params: Any) -> trail.Asked:
    chosen = request.session.get(HOUSEHOLD) if params.get("household") == "1" else None
    return trail.asked(params, chosen)
