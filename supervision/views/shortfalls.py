"""The pages of shortfalls 对标补短: the list, the plan for chosen ones, one shortfall and its review."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.models import Account
from povertycase.pages import errors, form_errors
from povertycase.pages.list_files import hand_out
from supervision.actions import shortfalls as acts
from supervision.forms.shortfall import PlanForm, ReviewForm
from supervision.models import Shortfall
from supervision.queries import shortfalls

SIZES = ("20", "50", "100")
State = Shortfall.State


@require_safe
@page(Permission.EXIT_VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """Shortfalls by the filters of the address; what is closed only when it is asked for."""
    account, day, asked = account_of(request), periods.today(), _asked(request)
    size = request.GET.get("size", "")
    rows = shortfalls.chosen(account, day, **asked)
    pages = Paginator(rows, int(size) if size in SIZES else 50).get_page(request.GET.get("page"))
    context = {
        "page": pages,
        "rows": shortfalls.lines(list(pages.object_list), day),
        "asked": asked,
        "chips": shortfalls.chips(**asked),
        "states": State.choices,
        "wanted": list(shortfalls.WANTED.items()),
        "whose": list(shortfalls.WHOSE.items()),
        "criteria": shortfalls.criterion_choices(account),
        "export": f"{reverse('shortfalls-export')}?{urlencode(asked)}",
        "may_export": account.can(Permission.HOUSEHOLD_EXPORT),
        "may_plan": account.can(Permission.SHORTFALL_PLAN),
    }
    return render(request, "supervision/shortfalls.html", context)


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def export(request: HttpRequest) -> HttpResponse:
    """The list as a file, by the filters of the page; who took it is in the audit trail."""
    return hand_out(request, "shortfalls", _asked(request))


@require_POST
@page(Permission.SHORTFALL_PLAN)
def plan(request: HttpRequest) -> HttpResponse:
    """Measure, owner and date for the chosen shortfalls: first the form, then the deed."""
    account, day = account_of(request), periods.today()
    rows = _chosen(request, account)
    asked = request.POST.get("step") == "plan"
    form = PlanForm(
        request.POST if asked else None,
        owners=shortfalls.owners(rows, day),
        households=any(row.household_id for row in rows),
    )
    if asked and form.is_valid():
        said = {"measure": form.cleaned_data["measure"], "due_on": form.cleaned_data["due_on"]}
        try:
            number = acts.plan(shortfalls=rows, owner=form.cadre(), on=day, by=account, **said)
        except ValidationError as error:
            form_errors.tell(form, error)
        else:
            messages.success(request, ngettext("已安排 %d 项短板。", "已安排 %d 项短板。", number) % number)
            return redirect("shortfalls") if len(rows) > 1 else redirect("shortfall", pk=rows[0].pk)
    context = {"form": form, "rows": shortfalls.lines(rows, day), "number": len(rows)}
    return render(request, "supervision/shortfall_plan.html", context, status=422 if asked else 200)


@require_safe
@page(Permission.EXIT_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One shortfall: what it is, who makes up for it, and what may be done now."""
    row = _row(request, pk)
    return _show(request, row, ReviewForm(initial={"version": row.version}))


@require_POST
@page(Permission.SHORTFALL_CLOSE)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The review of the township: closed, or sent back, with words."""
    return _reviewed(request, pk)


@require_POST
@page(Permission.SHORTFALL_CLOSE_PLACE)
def close_place(request: HttpRequest, pk: int) -> HttpResponse:
    """The review of the county, of its own shortfalls and of what a township itself reports."""
    return _reviewed(request, pk)


def _reviewed(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _row(request, pk), ReviewForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form, status=422)
    act = acts.send_back if request.POST.get("decision") == "back" else acts.close
    said = {"words": form.cleaned_data["words"], "version": form.cleaned_data["version"]}
    try:
        done = act(shortfall=row, on=periods.today(), by=account_of(request), **said)
    except ValidationError as error:
        form_errors.tell(form, error)
        return _show(request, row, form, status=422)
    except acts.Moved as error:
        return errors.conflict(request, [], again=reverse("shortfall", args=[pk]), reason=str(error))
    messages.success(request, _("已销号。") if done.state == State.CLOSED else _("已退回重补。"))
    return redirect("shortfall", pk=pk)


@require_POST
@page(Permission.SHORTFALL_PLAN)
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent back has been put right: to be reviewed again."""
    row = _row(request, pk)
    try:
        acts.report_done(shortfall=row, on=periods.today(), by=account_of(request))
    except ValidationError as error:
        raise BadRequest(error.messages[0]) from error
    messages.success(request, _("已再报复核。"))
    return redirect("shortfall", pk=pk)


def _row(request: HttpRequest, pk: int) -> Shortfall:
    related = ("household__card", "division", "owner__unit", "planned_by", "closed_by")
    return get_object_or_404(shortfalls.visible(account_of(request)).select_related(*related), pk=pk)


def _chosen(request: HttpRequest, account: Account) -> list[Shortfall]:
    """The shortfalls a form chose; one that is hidden or missing refuses the whole call with 404."""
    wanted = {number for one in request.POST.getlist("row") if (number := whole(one)) is not None}
    if not wanted:
        raise BadRequest(_("还没有选中任何短板，请回到名单勾选后再办理。"))
    rows = list(
        shortfalls.visible(account).select_related("household__card", "division", "owner").filter(pk__in=wanted)
    )
    if len(rows) != len(wanted):
        raise Http404
    return sorted(rows, key=lambda row: (row.village_code, row.pk))


def _show(request: HttpRequest, row: Shortfall, form: ReviewForm, status: int = 200) -> HttpResponse:
    account, day = account_of(request), periods.today()
    reviewer = shortfalls.reviewer(row, day) if row.state == State.RECHECK else ""
    reviewing = bool(reviewer) and account.can(shortfalls.REVIEWERS[reviewer])
    context = {
        "line": shortfalls.lines([row], day)[0],
        "row": row,
        "form": form,
        "by_county": reviewer == shortfalls.COUNTY,
        "may_review": reviewing and row.planned_by_id != account.pk,
        "is_planner": reviewing and row.planned_by_id == account.pk,
        "may_plan": row.state == State.OPEN and account.can(Permission.SHORTFALL_PLAN),
    }
    return render(request, "supervision/shortfall.html", context, status=status)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The filters of the address; an unknown value is a page that does not exist."""
    asked = {name: request.GET.get(name, "") for name in ("state", "wanted", "criterion", "place", "whose")}
    if (
        asked["state"]
        and asked["state"] not in State.values
        or asked["wanted"]
        and asked["wanted"] not in shortfalls.WANTED
    ):
        raise Http404
    if asked["whose"] and asked["whose"] not in shortfalls.WHOSE:
        raise Http404
    if asked["place"] and whole(asked["place"]) is None:
        raise Http404
    return asked
