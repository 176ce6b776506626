"""A long list that was asked for: how far its file is, and fetching it. Only who asked for it; for others it is missing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.actions import list_files
from povertycase.models import ListFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@page(Permission.HOUSEHOLD_EXPORT)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The list's bar while it is made, then the file."""
    file = _file(request, pk)
    context = {"file": file, "job": file.job, "may_act": True, "until": file.created_at + list_files.KEEP}
    return render(request, "list_file.html", context)


@require_POST
@page(Permission.HOUSEHOLD_EXPORT)
def fetch(request: HttpRequest, pk: int) -> HttpResponse:
    """The file; that it was fetched is in the audit trail."""
    file = _file(request, pk)
    content = list_files.fetch(file=file, by=account_of(request))
    if content is None:
        messages.warning(request, _("文件还没有做好，或已超过 7 天被删除；需要时请重新导出。"))
        return redirect("list-file", pk=pk)
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    return answer


def _file(request: HttpRequest, pk: int) -> ListFile:
    seen = ListFile.objects.visible_to(account_of(request)).select_related("job")
    return get_object_or_404(seen, pk=pk)
