"""Pages on which a visit and a measure are entered."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assistance.actions import measures, visits
from assistance.forms import MeasureForm, VisitForm
from assistance.models import Measure
from assistance.queries import visits as visit_queries
from households.actions.dated import Conflict
from households.models import Household
from households.views.file import one
from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.pages import form_errors
from povertycase.pages.errors import conflict

GET_OR_POST = require_http_methods(["GET", "POST"])


@page(Permission.VISIT_ENTER)
@GET_OR_POST
def new_visit(request: HttpRequest, household_no: str) -> HttpResponse:
    """Enter a visit; the last one's ticks and what was asked for then stand ready."""
    household, account, today = one(request, household_no), account_of(request), periods.today()
    last = visit_queries.last(household, today)
    ready = {"visited_on": today, "kind": "home", "topics": last.topics if last else []}
    form = VisitForm(household, account, today, _posted(request), initial=ready)
    if request.method == "POST" and form.is_valid():
        try:
            visits.enter(household=household, entered_on=today, by=account, **form.values())
            messages.success(request, _("走访已登记。"))
            return redirect(f"{reverse('household', args=[household_no])}#visits")
        except ValidationError as error:
            form_errors.tell(form, error)
    context = {"form": form, "household": household, "need": visit_queries.open_need(household, today)}
    return render(request, "assistance/visit_form.html", context, status=422 if form.errors else 200)


@page(Permission.MEASURE_EDIT)
@GET_OR_POST
def new_measure(request: HttpRequest, household_no: str) -> HttpResponse:
    """Enter a measure for a household."""
    household, today = one(request, household_no), periods.today()
    form = MeasureForm(household, today, _posted(request), initial={"year": today.year, "state": "planned"})
    if request.method == "POST" and form.is_valid():
        try:
            measures.plan(household=household, entered_on=today, by=account_of(request), **form.values())
            messages.success(request, _("措施已保存。"))
            return redirect(f"{reverse('household', args=[household_no])}#measures")
        except ValidationError as error:
            form_errors.tell(form, error)
    return _measure_page(request, form, household, _("登记措施"))


@page(Permission.MEASURE_EDIT)
@GET_OR_POST
def measure(request: HttpRequest, household_no: str, pk: int) -> HttpResponse:
    """Progress or a correction of a measure; the row before stays in the history."""
    household, today = one(request, household_no), periods.today()
    found = Measure.objects.visible_to(account_of(request)).known().filter(household=household, pk=pk).first()
    if found is None:
        raise Http404
    ready = {name: getattr(found, name) for name in MeasureForm.base_fields}
    ready |= {"person": str(found.person_id or ""), "unit": str(found.unit_id or "")}
    form = MeasureForm(household, today, _posted(request), initial=ready)
    if request.method == "POST" and form.is_valid():
        try:
            measures.change(measure=found, values=form.values(), entered_on=today, by=account_of(request))
            messages.success(request, _("措施已保存。"))
            return redirect(f"{reverse('household', args=[household_no])}#measures")
        except ValidationError as error:
            form_errors.tell(form, error)
        except Conflict as reason:
            return conflict(request, [], again=request.path, reason=str(reason))
    return _measure_page(request, form, household, _("修改措施"))


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _measure_page(request: HttpRequest, form: Form, household: Household, title: str) -> HttpResponse:
    context = {"form": form, "household": household, "title": title}
    return render(request, "assistance/measure_form.html", context, status=422 if form.errors else 200)
