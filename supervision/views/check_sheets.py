"""Pages where sheets come back: a village's answers, a superior's list."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.exchange.files import FileRefused
from supervision.actions import check_upload
from supervision.forms.checks import ListForm, SheetForm


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.CHECK_ANSWER)
def answers(request: HttpRequest) -> HttpResponse:
    """Upload a filled-in sheet; what it did is said row by row."""
    form, receipt = SheetForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            receipt = check_upload.answers(name=file.name, data=file.read(), on=periods.today(), by=account_of(request))
        except FileRefused as reason:
            form.add_error("file", str(reason))
    context = {"form": form, "receipt": receipt}
    return render(request, "supervision/checks/sheet.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.CHECK_SEND)
def superior(request: HttpRequest) -> HttpResponse:
    """Upload the list of a superior; it goes down as a batch."""
    form, receipt = ListForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        told = {key: value for key, value in form.cleaned_data.items() if key != "file"}
        file = form.cleaned_data["file"]
        try:
            receipt = check_upload.superior_list(
                name=file.name, data=file.read(), division_code=settings.COUNTY.ljust(12, "0"), on=periods.today(),
                by=account_of(request), **told,
            )  # fmt: skip
        except FileRefused as reason:
            form.add_error("file", str(reason))
        except ValidationError as error:
            form.add_error(None, error)
    context = {"form": form, "receipt": receipt}
    return render(request, "supervision/checks/superior.html", context, status=422 if form.errors else 200)
