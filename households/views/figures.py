"""Pages of the figures of bureaus 部门数据: what is there and what is missing; one figure typed for all its places."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.actions import figures
from households.facts.figures import FIGURES
from households.forms.figures import FigureForm
from households.queries import figures as reading
from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.models import Account, Division
from povertycase.pages.list_files import hand_out


@require_safe
@page(Permission.FIGURE_ENTER)
def listing(request: HttpRequest) -> HttpResponse:
    """Every figure asked of the county and of villages, with what is missing."""
    account, today = account_of(request), periods.today()
    context = {
        "counties": [
            {"place": county, "rows": reading.of_county(county, today)} for county in reading.counties(account)
        ],
        "rows": reading.of_villages(account, today),
        "first": next(iter(reading.towns(account)), None),
    }
    return render(request, "households/figures/list.html", context)


@require_POST
@page(Permission.FIGURE_ENTER, limit="export")
def export(request: HttpRequest) -> HttpResponse:
    """All figures of the county and of its villages as a file; who took it is in the audit trail."""
    return hand_out(request, "figures", {})


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.FIGURE_ENTER)
def enter(request: HttpRequest, code: str, place: str) -> HttpResponse:
    """One figure of the county, or of all villages of a township."""
    account, today = account_of(request), periods.today()
    figure, at = FIGURES.get(code), _place(account, place)
    level = "county" if at.level == Division.Level.COUNTY else "village"
    if figure is None or level not in figure.levels:
        raise Http404
    places = [at] if level == "county" else reading.villages(at)
    rows = reading.of_places(figure, places, today)
    form = FigureForm(
        request.POST or None,
        figure=figure,
        places=places,
        today=today,
        initial={"rows": FigureForm.filled(figure, rows)},
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            count = figures.enter(
                code=code,
                lines=values["rows"],
                true_from=values["true_from"],
                source_unit=values["source_unit"],
                document=values["document"],
                sample=values.get("sample"),
                entered_on=today,
                by=account,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记 {count} 处。").format(count=count))
            return redirect("figure-enter", code=code, place=place)
    context = {"form": form, "figure": figure, "at": at, "rows": rows, "towns": _towns(account, level), "level": level}
    return render(request, "households/figures/enter.html", context)


def _place(account: Account, code: str) -> Division:
    """The county or township of the address; another's does not exist."""
    for place in (*reading.counties(account), *reading.towns(account)):
        if place.code == code:
            return place
    raise Http404


def _towns(account: Account, level: str) -> list[Division]:
    return reading.towns(account) if level == "village" else []
