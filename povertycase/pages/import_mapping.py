"""How the columns of a file were read 识别, setting them right, and what is remembered of headings."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from povertycase import slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.actions import import_mapping
from povertycase.actions.imports import ImportRefused
from povertycase.exchange import formats, mapping
from povertycase.models import Account, Division, ImportBatch, ImportMapping
from povertycase.pages.import_kinds import require
from povertycase.queries import import_kinds

# Formats whose parser gives a formula that went wrong as an empty cell.
BLIND = (formats.XLS, formats.XLSB, formats.OPEN)
SHEETS = "unread"  # in the form, where a column has the code of its sheet
SIZES = ("20", "50", "100")


@require_safe
@page(Permission.IMPORT_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Every sheet of the file: which heading was read as what, what nobody knows, what is missing."""
    return _detail(request, _batch(request, pk))


@require_POST
@page(Permission.IMPORT_RUN)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what headings mean and read the file again."""
    batch = _batch(request, pk)
    require(batch, account_of(request))
    chosen: dict[str, dict[int, str]] = {}
    for name, value in request.POST.items():
        code, mark, index = name.partition(":")
        if mark and (at := whole(index, 5)) is not None:
            chosen.setdefault(code, {})[at] = str(value)
    try:
        sheets = chosen.get(SHEETS)
        import_mapping.correct(batch=batch, chosen=chosen, sheets=sheets, by=account_of(request))
    except mapping.MappingRefused as reason:
        return _detail(request, batch, chosen, str(reason), 422)
    except ImportRefused as reason:
        messages.warning(request, str(reason))
        return redirect("import-columns", pk=pk)
    messages.success(request, _("已记住列的对应关系，正在重新读取。"))
    return redirect("import", pk=pk)


@require_safe
@page(Permission.IMPORT_VIEW)
def remembered(request: HttpRequest) -> HttpResponse:
    """What is remembered of headings in the places this account may see."""
    account = account_of(request)
    found = _remembered(account, import_kinds.seen(account)).select_related("by")
    found = found.order_by("kind", "sheet", "shown", "pk")
    size = request.GET.get("size", "")
    shown = Paginator(found, int(size) if size in SIZES else 50).get_page(request.GET.get("page"))
    context = {"page": shown, "lines": _lines(shown.object_list), "may_run": account.can(Permission.IMPORT_RUN)}
    return render(request, "imports/remembered.html", context)


@require_POST
@page(Permission.IMPORT_RUN)
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a heading mean again what it says itself."""
    account = account_of(request)
    found = get_object_or_404(_remembered(account, import_kinds.runnable(account)), pk=pk)
    import_mapping.forget(remembered=found, by=account)
    messages.success(request, _("已删除。以后的文件按表头读取，已读取的批次不变。"))
    return redirect("import-remembered")


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    seen = import_kinds.batches(account_of(request))
    return get_object_or_404(seen.select_related("upload", "by"), pk=pk)


def _remembered(account: Account, kinds: Iterable[slots.ImportKind]) -> QuerySet[ImportMapping]:
    return ImportMapping.objects.visible_to(account).filter(kind__in=[kind.code for kind in kinds])


def _detail(
    request: HttpRequest,
    batch: ImportBatch,
    chosen: dict[str, dict[int, str]] | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    account = account_of(request)
    runs = {kind.code for kind in import_kinds.runnable(account)}
    may_correct = batch.kind in runs and import_mapping.may_correct(batch)
    twice = batch.problems.filter(code="sheet_twice").order_by("pk").values_list("sheet", flat=True)
    told = (chosen or {}).get(SHEETS, {})
    context = {
        "batch": batch,
        "sheets": [_sheet(found, (chosen or {}).get(found.sheet.code, {})) for found in mapping.recognised(batch)],
        "unread": [(at, name, told.get(at, "")) for at, name in enumerate(mapping.unread(batch))],
        "free": [(sheet.code, sheet.title) for sheet in mapping.free_sheets(batch)],
        "twice": twice,
        "may_correct": may_correct,
        "error": error,
        "unsaid": mapping.UNSAID,
        "blind": batch.counts.get("format") in BLIND,
    }
    return render(request, "imports/columns.html", context, status=status)


def _sheet(found: mapping.Recognised, chosen: dict[int, str]) -> dict[str, Any]:
    fields = [(column.key, column.heading) for column in found.sheet.columns]
    labels = dict(fields)
    columns = [
        {"found": item, "said": labels.get(item.key, ""), "value": chosen.get(item.index, item.chosen)}
        for item in found.columns
    ]
    return {"found": found, "fields": fields, "columns": columns}


def _lines(found: Any) -> list[dict[str, Any]]:
    names = dict(Division.objects.filter(code__in={item.division_code for item in found}).values_list("code", "name"))
    return [_line(item, names) for item in found]


def _line(item: ImportMapping, names: dict[str, str]) -> dict[str, Any]:
    kind = slots.IMPORT_KINDS.get(item.kind)
    sheet = next((sheet for sheet in kind.sheets if sheet.code == item.sheet), None) if kind else None
    column = next((column for column in sheet.columns if column.key == item.key), None) if sheet else None
    if item.key == mapping.IS_SHEET and sheet:
        label = _("工作表“%s”") % sheet.title
    else:
        label = column.heading if column else ""
    return {
        "item": item,
        "kind": kind.label if kind else item.kind,
        "sheet": sheet.title if sheet else item.sheet,
        "field": label,
        "gone": bool(item.key and not label),
        "place": names.get(item.division_code, item.division_code),
    }


__all__ = ["correct", "detail", "forget", "remembered"]
