"""Pages of suspicious data 疑点: what the rules find, what was sent down, the batches."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.models import Account
from supervision.actions import check_batches
from supervision.forms.checks import SendForm
from supervision.models import CheckBatch
from supervision.queries import check_items
from supervision.sheets import check_sheet


@require_safe
@page(Permission.CHECK_VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Every rule with what it finds and how good it is, and what remains in every place."""
    account, day = account_of(request), periods.today()
    rows = check_items.by_rule(account, day)
    shown = [row for row in rows if row["present"] or row.get("sent")]
    context = {
        "rows": rows if request.GET.get("all") else shown,
        "all": bool(request.GET.get("all")),
        "quiet": len(rows) - len(shown),
        "rules": len(rows),
        "places": check_items.by_town(account, day),
        "mine": check_items.waiting(account).count(),
        "noisy": check_items.NOISY,
        "enough": check_items.ENOUGH,
        **_rights(account),
    }
    return render(request, "supervision/checks/overview.html", context)


@require_safe
@page(Permission.CHECK_VIEW)
def batches(request: HttpRequest) -> HttpResponse:
    """The batches that concern the account's households, newest first."""
    account, day = account_of(request), periods.today()
    context = {"rows": check_items.batches(account, day), "day": day, **_rights(account)}
    return render(request, "supervision/checks/batches.html", context)


@require_safe
@page(Permission.CHECK_VIEW)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch by village: sent, answered, remaining, overdue."""
    account, day = account_of(request), periods.today()
    found = find_batch(account, pk)
    rows = check_items.by_village(found, account, day)
    total = {key: sum(row[key] for row in rows) for key in check_items.COUNTS}
    context = {"batch": found, "rows": rows, "total": total, "late": found.deadline < day, **_rights(account)}
    return render(request, "supervision/checks/batch.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.CHECK_SEND)
def send(request: HttpRequest) -> HttpResponse:
    """Choose rules, towns and a day, and send down what they find now."""
    account, day = account_of(request), periods.today()
    form = SendForm(request.POST or None, account=account, day=day)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = check_batches.send(
                title=told["title"], codes=told["checks"], places=told["places"], deadline=told["deadline"],
                division_code=settings.COUNTY.ljust(12, "0"), day=day, by=account,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if job := check_batches.under_way(made):
                messages.success(request, _("批次 {number} 的疑点较多，正在后台下发。").format(number=made.number))
                return redirect("job", pk=job.pk)
            messages.success(request, _("已下发批次 {number}。").format(number=made.number))
            return redirect("check-batch", pk=made.pk)
    status = 422 if form.errors else 200
    return render(request, "supervision/checks/send.html", {"form": form}, status=status)


def find_batch(account: Account, pk: int) -> CheckBatch:
    """The batch of an address; hidden and missing are the same 404, and so is one without an item of his."""
    return get_object_or_404(check_items.visible_batches(account), pk=pk)


def _rights(account: Account) -> dict[str, Any]:
    return {"may_send": account.can(Permission.CHECK_SEND), "may_answer": account.can(Permission.CHECK_ANSWER)}


@require_POST
@page(Permission.CHECK_VIEW, limit="export")
def sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheets of a batch to fill in, one for each village of the account's reach; who took them is noted."""
    account, day = account_of(request), periods.today()
    found = find_batch(account, pk)
    place = request.POST.get("place", "")
    wanted = {"batch": str(pk), "place": "" if whole(place) is None else place}
    with translation.override("zh-hans"):
        rows = check_items.lines(check_items.for_list(check_items.chosen(account, wanted, day)), account, day)
    rows.sort(key=lambda row: row["item"].village_code)
    file, name, files, number = check_sheet.of_batch(found, rows)
    check_batches.note_export(batch=found, files=files, rows=number, by=account)
    return FileResponse(file, as_attachment=True, filename=name)  # type: ignore[return-value]
