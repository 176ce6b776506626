"""Imports 导入: template, upload, what was found, confirm, progress, receipt."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from povertycase import slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.actions import import_return, imports
from povertycase.exchange import returned, sent
from povertycase.exchange.files import FileRefused
from povertycase.exchange.findings import message, words_of
from povertycase.exchange.problem_list import in_order, problem_list
from povertycase.exchange.receipt import is_unchanged, outcomes, refusal, sheets, summary, table
from povertycase.models import Account, ImportBatch, ImportProblem
from povertycase.pages import import_changes
from povertycase.pages import import_kinds as kinds
from povertycase.queries import import_kinds

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STEPS = (
    pgettext_lazy("import step", "上传"),
    pgettext_lazy("import step", "识别"),
    pgettext_lazy("import step", "核对"),
    pgettext_lazy("import step", "确认"),
    pgettext_lazy("import step", "回执"),
)
AT = {"reading": 2, "refused": 2, "checked": 3, "cancelled": 3, "applying": 4, "applied": 5, "undoing": 5, "undone": 5}
SIZES = ("20", "50", "100")
State = ImportBatch.State


@require_safe
@page(Permission.IMPORT_VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """The batches this account may see, newest first, and the upload form."""
    return _listing(request)


@require_POST
@page(Permission.IMPORT_RUN)
def upload(request: HttpRequest) -> HttpResponse:
    """Take a workbook in; what is no workbook is refused beside the field, at once."""
    file = request.FILES.get("file")
    if file is None:
        return _listing(request, _("请先选择要导入的文件。"), 422)
    try:
        taken = kinds.take(file, request.POST.get("kind", ""), account_of(request))
    except FileRefused as reason:
        return _listing(request, str(reason), 422)
    if isinstance(taken, slots.ImportKind):
        messages.info(request, _("这是%(kind)s，请在本页上传。") % {"kind": taken.label})
        return redirect(taken.brings("page"))
    return redirect("import", pk=taken.pk)


@require_safe
@page(Permission.IMPORT_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: progress, findings to decide on, or the receipt."""
    batch = _batch(request, pk)
    page = _page(request, _filtered(request, batch), 50)
    account = account_of(request)
    runs = import_changes.runs(account, batch)
    context = {
        "batch": batch,
        "kind": kinds.told(batch, account),
        "first_lines": kinds.first_lines(batch),
        "steps": STEPS,
        "at": AT[batch.state],
        "refusal": refusal(batch),
        "lines": summary(batch),
        "table": table(batch),
        "outcomes": outcomes(batch),
        "sheets": sheets(batch),
        "undo": import_changes.about_undo(batch, account),
        "by_household": import_changes.shows(batch),
        "unchanged": is_unchanged(batch),
        "ready": _ready(batch),
        "halted": imports.is_halted(batch),
        "earlier": imports.same_file(batch) if batch.state == State.CHECKED else None,
        "page": page,
        "groups": _groups(page),
        "severities": ImportProblem.Severity.choices,
        "severity": request.GET.get("severity", ""),
        "titles": list(batch.problems.order_by("sheet").values_list("sheet", flat=True).distinct()),
        "sheet": request.GET.get("sheet", ""),
        "kept": batch.sent.exists(),
        "leads": _leads(batch),
        "may_run": runs,
        "may_take_back": runs and imports.may_take_back(batch, account),
    }
    return render(request, "imports/detail.html", context)


@require_POST
@page(Permission.IMPORT_RUN)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the households that passed into the register."""
    return _act(request, pk, imports.confirm, _("已开始导入。"))


@require_POST
@page(Permission.IMPORT_RUN)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a batch whose job was cancelled or failed."""
    return _act(request, pk, imports.resume, _("已继续导入。"))


@require_POST
@page(Permission.IMPORT_RUN)
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop what was read; nothing is written."""
    return _act(request, pk, imports.give_up, _("已放弃，没有写入任何内容。"))


@require_safe
@page(Permission.IMPORT_VIEW)
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The findings as a workbook."""
    batch = _batch(request, pk)
    return _workbook(problem_list(batch), f"问题清单-{batch.pk}.xlsx")


@require_safe
@page(Permission.IMPORT_VIEW)
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """A row (?sheet=…&row=…) as it was sent, its numbers masked, with everything that was found in it."""
    batch = _batch(request, pk)
    sheet, number = request.GET.get("sheet", ""), whole(request.GET.get("row", ""), 7)
    if not sheet or number is None:
        return redirect("import", pk=pk)
    found = list(batch.problems.filter(sheet=sheet, row=number).order_by("pk"))
    if not found:
        raise Http404
    context = {
        "batch": batch,
        "sheet": sheet,
        "row": number,
        "found": [(each, words_of(each)) for each in found],
        "marked": {each.column for each in found},
        "cells": sent.row_of(batch, sheet, number),
    }
    return render(request, "imports/row.html", context)


@require_POST
@page(Permission.IMPORT_RUN)
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook with what is to be put right, to who sent it."""
    batch = _batch(request, pk)
    try:
        if returned.is_long(batch):
            made = import_return.start(batch=batch, by=account_of(request))
            return redirect("list-file", pk=made.pk)
        body = imports.give_back(batch=batch, by=account_of(request))
    except imports.ImportRefused as reason:
        messages.warning(request, str(reason))
        return redirect("import", pk=pk)
    return _workbook(body, returned.name(batch))


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    return get_object_or_404(import_kinds.batches(account_of(request)).select_related("upload", "by"), pk=pk)


def _page(request: HttpRequest, found: Any, usual: int) -> Any:
    size = request.GET.get("size", "")
    return Paginator(found, int(size) if size in SIZES else usual).get_page(request.GET.get("page"))


def _ready(batch: ImportBatch) -> int:
    numbers = batch.numbers
    return int(numbers.get("new", 0) + numbers.get("changed", 0)) if batch.state == State.CHECKED else 0


def _filtered(request: HttpRequest, batch: ImportBatch) -> Any:
    asked = {name: value for name in ("severity", "sheet") if (value := request.GET.get(name, ""))}
    return in_order(batch).filter(**asked)


def _leads(batch: ImportBatch) -> dict[str, str]:
    """Where findings that somebody has to decide stand: by their code the name of the page that takes ?batch=."""
    kind = slots.IMPORT_KINDS.get(batch.kind)
    return dict(kind.brings("leads") or {}) if kind else {}


def _groups(page: Any) -> list[tuple[str, list[tuple[ImportProblem, str, str]]]]:
    """The findings of a page by severity and sheet, in the reader's language: the words alone and the whole sentence."""
    groups = groupby(page.object_list, key=lambda problem: (problem.severity, problem.sheet))
    return [
        (sheet, [(problem, words_of(problem), message(problem)) for problem in found])
        for (_severity, sheet), found in groups
    ]


def _listing(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    account = account_of(request)
    found = import_kinds.batches(account).select_related("upload", "by").order_by("-pk")
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    if state in State.values:
        found = found.filter(state=state)
    if kind in slots.IMPORT_KINDS:
        found = found.filter(kind=kind)
    listed = _page(request, found, 20)
    for batch in listed.object_list:
        batch.label = kinds.label(batch)
    context = {
        "page": listed,
        "steps": STEPS,
        "error": error,
        "kinds": kinds.direct(account),
        "seen": import_kinds.seen(account),
        "templates": kinds.templates(account),
        "kind": kind,
        "chosen": request.POST.get("kind", ""),
        "states": State.choices,
        "state": state,
        "may_run": account.can(Permission.IMPORT_RUN),
    }
    return render(request, "imports/list.html", context, status=status)


def _act(request: HttpRequest, pk: int, act: Any, done: str) -> HttpResponse:
    batch = _batch(request, pk)
    kinds.require(batch, account_of(request))
    try:
        act(batch=batch, by=account_of(request))
    except imports.ImportRefused as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, done)
    return redirect("import", pk=pk)


def _workbook(body: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=XLSX)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


# --- on the workbench --------------------------------------------------------------------------------------


def waiting(account: Account, as_of: Any) -> list[dict[str, Any]]:
    """Batches that were read and wait for somebody's word."""
    number = import_kinds.batches(account).filter(state=State.CHECKED).count()
    return [{"label": _("待确认的导入"), "count": number, "url": f"{reverse('imports')}?state=checked"}]
