"""What is done to the households chosen in the list: export, handing over to another helper."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from households.actions import handover as acts
from households.actions import handover_job
from households.forms import HandOverForm
from households.queries import handover, handover_receipt, listing, selection
from households.queries.search import SecretInAddress
from households.queries.selection import ForeignHousehold, Selection
from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.models import JobRun
from povertycase.pages.list_files import hand_out


def _chosen(request: HttpRequest) -> Selection:
    """The households a batch form chose; one that is hidden or missing refuses the whole call with 404."""
    try:
        found = selection.select(account_of(request), request.POST, periods.today())
    except ForeignHousehold as reason:
        raise Http404 from reason
    except SecretInAddress as reason:
        raise BadRequest(str(reason)) from reason
    if not found.number:
        raise BadRequest(_("还没有选中任何户，请回到名单勾选后再办理。"))
    return found


@page(Permission.HOUSEHOLD_EXPORT, limit="export")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The chosen rows with the shown columns as a file; who took it is in the audit trail."""
    chosen, account = _chosen(request), account_of(request)
    asked = {
        "query": chosen.query,
        "all": "yes" if chosen.whole else "",
        "row": list(chosen.numbers),
        "columns": [column.code for column in listing.shown_columns(account)],
    }
    return hand_out(request, "households", asked)


@page(Permission.PAIRING_EDIT)
@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """Another helper for the chosen households: first whom and from when, then the consequences, then the deed."""
    chosen, account = _chosen(request), account_of(request)
    asked = request.POST.get("step", "")
    form = HandOverForm(request.POST if asked else None, account=account, today=periods.today())
    context: dict[str, Any] = {"chosen": chosen, "form": form, "most": acts.MOST_BY_JOB, "direct": acts.MOST}
    if chosen.number > acts.MOST_BY_JOB or not asked or not form.is_valid():
        return render(request, "households/hand_over.html", context, status=422 if asked else 200)
    to, day = form.cleaned_data["cadre"], form.cleaned_data["day"]
    if asked != "confirm":
        context["consequences"] = handover.consequences(chosen, to, day)
        return render(request, "households/hand_over.html", context)
    return _handed_over(request, chosen, context)


def _handed_over(request: HttpRequest, chosen: Selection, context: dict[str, Any]) -> HttpResponse:
    form = context["form"]
    to = form.cleaned_data["cadre"]
    deed: dict[str, Any] = {
        "households": list(chosen.cards.order_by().values_list("pk", flat=True)),
        "to": to,
        "true_from": form.cleaned_data["day"],
        "entered_on": periods.today(),
        "by": account_of(request),
    }
    if chosen.number > acts.MOST:
        return redirect("household-hand-over-receipt", pk=handover_job.start(**deed).pk)
    try:
        changed = acts.hand_over(**deed)
    except ValidationError as reason:
        form.add_error(None, reason)
        return render(request, "households/hand_over.html", context, status=422)
    messages.success(request, _("%(n)d 户的帮扶责任人已更换为%(name)s。") % {"n": changed, "name": to.name})
    return redirect(f"{reverse('households')}?{chosen.query}" if chosen.query else reverse("households"))


@page(Permission.PAIRING_EDIT)
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """A hand-over in the background: how far, then how many changed and which could not. One's own only."""
    account = account_of(request)
    job = get_object_or_404(JobRun.objects.visible_to(account), pk=pk, kind=handover_job.KIND, by=account)
    context = {"job": job, "may_act": True, "receipt": handover_receipt.receipt(account, job)}
    return render(request, "households/hand_over_receipt.html", context)
