"""What a dropped file is taken for 识别, its correction, the templates, and the rows of small kinds before they are written."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST, require_safe

from povertycase import periods, slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.actions import imports
from povertycase.exchange import mapping, row_lines, rowwise
from povertycase.exchange.files import FileRefused, check_size
from povertycase.exchange.recognise import CHOSEN, HEADINGS, NAMES, recognise
from povertycase.exchange.template import template
from povertycase.models import Account, ImportBatch
from povertycase.queries import import_kinds

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOW = {
    NAMES: gettext_noop("按工作表名称识别"),
    HEADINGS: gettext_noop("按表头识别"),
    CHOSEN: gettext_noop("上传时选定"),
}
OUTCOMES = (
    ("new", gettext_lazy("新增")),
    ("changed", gettext_lazy("变更")),
    ("same", gettext_lazy("一致")),
    ("refused", gettext_lazy("退回")),
)
FIRST = 20
PER_PAGE = 50
UNKNOWN = gettext_noop("没有认出文件“%s”是哪一种表。请按模板的工作表名称和表头填写，或在“种类”中选定后重新上传。")


def take(file: UploadedFile, asked: str, account: Account) -> ImportBatch | slots.ImportKind:
    """Take a dropped file in as what it is, or as what was chosen; a kind that another page takes is handed back.

    Raises FileRefused.
    """
    kinds, name = import_kinds.runnable(account), file.name or ""
    check_size(name, file.size or 0)
    data = file.read()
    chosen = next((kind for kind in kinds if kind.code == asked), None)
    kind, how = chosen, CHOSEN
    if kind is None:
        guess = recognise(name, data, kinds, mapping.known_of(imports.division_of(account)))
        if guess is None:
            raise FileRefused(UNKNOWN, name)
        kind, how = guess.kind, guess.how
    if kind.brings("page"):
        return kind
    today, later = periods.today(), chosen is not None
    return imports.take_in(
        kind=kind.code, name=name, data=data, business_date=today, by=account, how=how, sheets_later=later
    )


def told(batch: ImportBatch, account: Account) -> dict[str, Any]:
    """What the page of a batch says of its kind: label, how it was told, what else it may be read as."""
    others = [kind for kind in direct(account) if kind.code != batch.kind]
    may = batch.state in (ImportBatch.State.CHECKED, ImportBatch.State.REFUSED) and batch.is_kept
    how = HOW.get(batch.counts.get("told_by", ""))
    return {
        "label": label(batch),
        "how": _(how) if how else "",
        "others": others if may else [],
    }


def templates(account: Account) -> list[dict[str, Any]]:
    """What one may fill in: the kind, its sheets, how they are filled."""
    return [
        {
            "code": kind.code,
            "label": kind.label,
            "sheets": "、".join(sheet.title for sheet in kind.sheets),
            "note": kind.sheets[0].note,
        }
        for kind in import_kinds.seen(account)
    ]


def label(batch: ImportBatch) -> Any:
    """The name of a batch's kind."""
    kind = slots.IMPORT_KINDS.get(batch.kind)
    return kind.label if kind else batch.kind


def direct(account: Account) -> list[slots.ImportKind]:
    """The kinds this account may choose on the import page itself."""
    return [kind for kind in import_kinds.runnable(account) if not kind.brings("page")]


def require(batch: ImportBatch, account: Account) -> None:
    """Raises PermissionDenied for a kind that this account may see, but not bring in."""
    if batch.kind not in {kind.code for kind in import_kinds.runnable(account)}:
        raise PermissionDenied(_("您的岗位不能导入这一种表。"))


def first_lines(batch: ImportBatch) -> tuple[Sequence[row_lines.Line], int]:
    """The first rows that would be written, and how many there are."""
    if not (batch.is_of_rows and batch.state == ImportBatch.State.CHECKED):
        return [], 0
    found = row_lines.Lines(batch, rowwise.NEW, rowwise.CHANGED)
    return found[:FIRST], len(found)


@require_safe
@page(Permission.IMPORT_VIEW)
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Row by row what a batch of a small kind would write; ?outcome= new, changed, same or refused."""
    batch = get_object_or_404(import_kinds.batches(account_of(request)).select_related("upload"), pk=pk)
    outcome = request.GET.get("outcome", "")
    chosen = [outcome] if outcome in rowwise.OUTCOMES else []
    found = row_lines.Lines(batch, *chosen) if batch.is_of_rows else []
    context = {
        "batch": batch,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "outcomes": OUTCOMES,
        "outcome": outcome,
    }
    return render(request, "imports/lines.html", context)


@require_POST
@page(Permission.IMPORT_RUN)
def read_as(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the same file as another kind."""
    account = account_of(request)
    batch = get_object_or_404(import_kinds.batches(account), pk=pk)
    require(batch, account)
    kind = next((kind for kind in direct(account) if kind.code == request.POST.get("kind")), None)
    if kind is None:
        messages.warning(request, _("请选择另一种表。"))
        return redirect("import", pk=pk)
    try:
        made = imports.read_as(batch=batch, kind=kind.code, business_date=periods.today(), by=account)
    except (imports.ImportRefused, FileRefused) as reason:
        messages.warning(request, str(reason))
        return redirect("import", pk=pk)
    messages.success(request, _("已改按“%s”读取。") % kind.label)
    return redirect("import", pk=made.pk)


@require_safe
@page(Permission.IMPORT_VIEW)
def blank(request: HttpRequest) -> HttpResponse:
    """The empty template of a kind (?kind=…), of the first one where none is named."""
    kinds = import_kinds.seen(account_of(request))
    asked = request.GET.get("kind", "")
    kind = next((kind for kind in kinds if kind.code == asked or not asked), None)
    if kind is None:
        raise Http404
    answer = HttpResponse(template(kind), content_type=XLSX)
    name = f"{kind.label}模板.xlsx"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer
