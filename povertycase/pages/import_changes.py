"""What an import would do, household by household: choose which go in; afterwards what it did, and taking it back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from povertycase import periods, slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.actions import imports
from povertycase.models import Account, ImportBatch
from povertycase.pages.list_files import hand_out
from povertycase.queries import import_kinds

OUTCOMES = (
    ("new", gettext_lazy("新增户")),
    ("changed", gettext_lazy("变更户")),
    ("same", gettext_lazy("一致户")),
    ("refused", gettext_lazy("退回户")),
    ("gone", gettext_lazy("消失")),
)
SIZES = ("20", "50", "100")


@require_safe
@page(Permission.IMPORT_VIEW)
def households(request: HttpRequest, pk: int) -> HttpResponse:
    """The households of one outcome, field by field; whoever may confirm ticks those that go in."""
    batch, account = _batch(request, pk), account_of(request)
    if not shows(batch):
        return redirect("import", pk=pk)
    show = slots.IMPORT_KINDS[batch.kind].brings("shown")
    outcome = request.GET.get("show", "")
    outcome = outcome if outcome in dict(OUTCOMES) else _first(batch)
    size = int(request.GET["size"]) if request.GET.get("size") in SIZES else 20
    village, number = request.GET.get("village", ""), request.GET.get("page", "")
    at = whole(number, 5) or 1
    found = show(batch, account, outcome=outcome, village=village, first=(at - 1) * size, size=size)
    pages = Paginator(range(found.total), size).get_page(at)
    context = {
        "batch": batch,
        "found": found,
        "page": pages,
        "outcome": outcome,
        "outcomes": [(code, label, _number(batch, code)) for code, label in OUTCOMES],
        "village": village,
        "may_choose": batch.state == ImportBatch.State.CHECKED
        and runs(account, batch)
        and outcome in ("new", "changed"),
        "left": batch.counts["households"].get("left", 0),
    }
    return render(request, "imports/households.html", context)


@require_POST
@page(Permission.IMPORT_VIEW, limit="export")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The households of one outcome as the page shows them, as a file; who took it is in the audit trail."""
    batch = _batch(request, pk)
    if not shows(batch):
        raise Http404
    outcome = request.POST.get("show", "")
    asked = {
        "show": outcome if outcome in dict(OUTCOMES) else _first(batch),
        "village": request.POST.get("village", ""),
    }
    return hand_out(request, slots.IMPORT_KINDS[batch.kind].brings("shown_list"), {"batch": batch.pk, **asked})


@require_POST
@page(Permission.IMPORT_RUN)
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in the ticked households of a page and leave out its others, or take in some villages only."""
    batch = _batch(request, pk)
    asked = request.POST
    listed, ticked = asked.getlist("listed")[:200], set(asked.getlist("ticked"))
    by_village = "villages" in asked or "all" in asked
    try:
        batch = imports.choose(
            batch=batch,
            left=[number for number in listed if number not in ticked],
            taken=[number for number in listed if number in ticked],
            villages=asked.getlist("villages")[:500] if by_village else None,
            by=account_of(request),
        )
    except imports.ImportRefused as reason:
        messages.warning(request, str(reason))
    else:
        numbers = batch.numbers
        told = {"ready": numbers["new"] + numbers["changed"], "left": numbers.get("left", 0)}
        messages.success(request, _("将导入 %(ready)s 户，不导入 %(left)s 户；有同一个人的户一并选取。") % told)
    back = {name: value for name in ("show", "village", "page", "size") if (value := asked.get(name, ""))}
    return redirect(f"{reverse('import-households', args=[pk])}?{urlencode(back)}")


@require_POST
@page(Permission.IMPORT_RUN)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what the import wrote."""
    batch = _batch(request, pk)
    try:
        imports.undo(batch=batch, by=account_of(request), on=periods.today())
    except imports.ImportRefused as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, _("已开始撤销。"))
    return redirect("import", pk=pk)


def about_undo(batch: ImportBatch, account: Account) -> dict[str, Any]:
    """What the page of a batch says of undoing: whether it may, and who did."""
    asked = batch.counts.get("undo_asked")
    kind = slots.IMPORT_KINDS.get(batch.kind)
    small = kind.brings("rows") if kind else None
    return {
        "stays": _(small.stays) if small and small.stays else "",
        "may": runs(account, batch) and imports.may_be_undone(batch),
        "until": batch.applied_at + imports.UNDO_TIME if batch.applied_at else None,
        "by": import_kinds.undone_by(batch),
        "asked": asked,
        "told": batch.counts.get("undo"),
    }


def shows(batch: ImportBatch) -> bool:
    """Has this batch households that can be shown one by one?"""
    kind = slots.IMPORT_KINDS.get(batch.kind)
    return kind is not None and kind.brings("shown") is not None and "households" in batch.counts


def runs(account: Account, batch: ImportBatch) -> bool:
    """May this account import such a file?"""
    kinds = {kind.code for kind in import_kinds.runnable(account)}
    return account.can(Permission.IMPORT_RUN) and batch.kind in kinds


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    batches = import_kinds.batches(account_of(request)).select_related("upload", "by")
    return get_object_or_404(batches, pk=pk)


def _first(batch: ImportBatch) -> str:
    return next((code for code, _label in OUTCOMES if _number(batch, code)), "new")


def _number(batch: ImportBatch, outcome: str) -> int | None:
    """Of the left ones it is not counted which were new: the page of an outcome shows both."""
    if outcome == "gone":
        return int(batch.counts.get("gone", 0))
    return int(batch.counts["households"].get(outcome, 0))
