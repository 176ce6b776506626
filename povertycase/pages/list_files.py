"""Lists on their way out: handed out at once or by a job; how far a job's file is, and fetching it by who asked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.actions import list_exports, list_files
from povertycase.exchange.listed import TYPES, named
from povertycase.models import JobRun, ListFile


def hand_out(request: HttpRequest, code: str, asked: dict[str, Any]) -> HttpResponse:
    """The file of a list for who asks in this request (`as` = csv or xlsx), or the page of the job that makes it."""
    account, day = account_of(request), periods.today()
    file_type = "csv" if request.POST.get("as") == "csv" else "xlsx"
    try:
        found = list_exports.find(code=code, asked=asked, day=day, by=account)
    except list_exports.Nothing as reason:
        raise Http404 from reason
    if found.number > list_exports.MOST:
        raise BadRequest(_("一次最多导出 %d 行，请加条件缩小范围后再导出。") % list_exports.MOST)
    if found.number > list_exports.MOST_AT_ONCE:
        made = list_exports.start(code=code, asked=asked, day=day, file_type=file_type, by=account)
        return redirect("list-file", pk=made.pk)
    file = list_exports.at_once(found=found, file_type=file_type, by=account)
    name = named(found, file_type)
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[file_type])  # type: ignore[return-value]


def address(job: JobRun) -> str:
    """Where the file of a job is."""
    return reverse("list-file", args=[job.params["file"]])


@require_safe
@page(Permission.WORKBENCH)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The list's bar while it is made, then the file."""
    file = _file(request, pk)
    context = {"file": file, "job": file.job, "may_act": True, "until": list_files.until(file)}
    return render(request, "list_file.html", context)


@require_POST
@page(Permission.WORKBENCH)
def fetch(request: HttpRequest, pk: int) -> HttpResponse:
    """The file; that it was fetched is in the audit trail."""
    file = _file(request, pk)
    content = list_files.fetch(file=file, by=account_of(request))
    if content is None:
        messages.warning(request, _("文件还没有做好，或已超过保存期被删除；需要时请重新导出。"))
        return redirect("list-file", pk=pk)
    answer = HttpResponse(content, content_type=TYPES["csv" if file.name.endswith(".csv") else "xlsx"])
    answer["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    return answer


def _file(request: HttpRequest, pk: int) -> ListFile:
    seen = ListFile.objects.visible_to(account_of(request)).select_related("job")
    return get_object_or_404(seen, pk=pk)
