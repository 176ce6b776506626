"""The jobs of the office: list, progress, cancel, retry."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from povertycase import jobs, slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.models import Account, JobRun

SIZES = (20, 50, 100)


@require_safe
@page(Permission.JOB_VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """The jobs this account may see, newest first."""
    state = request.GET.get("state", "")
    found = visible_jobs(account_of(request))
    if state in JobRun.State.values:
        found = found.filter(state=state)
    size = request.GET.get("size", "")
    pages = Paginator(found, int(size) if size in map(str, SIZES) else 50)
    context = {"page": pages.get_page(request.GET.get("page")), "states": JobRun.State.choices, "state": state}
    return render(request, "jobs/list.html", context)


@require_safe
@page(Permission.JOB_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One job: how far, what went wrong, where its result is."""
    return render(request, "jobs/detail.html", _context(request, pk))


@require_safe
@page(Permission.JOB_VIEW)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The job's bar alone, asked for every two seconds while it is open; the page around it is renewed at the end."""
    context = _context(request, pk)
    answer = render(request, "jobs/progress.html", context)
    if not context["job"].is_open:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_POST
@page(Permission.JOB_VIEW)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a job; what is done stays done."""
    return _act(request, pk, jobs.cancel, _("任务已取消。"))


@require_POST
@page(Permission.JOB_VIEW)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a failed job up again where it stopped."""
    return _act(request, pk, jobs.retry, _("任务已重新排队。"))


def visible_jobs(account: Account) -> "QuerySet[JobRun]":
    """Jobs within reach that are one's own or of a kind one's posts may see."""
    kinds = [kind.code for kind in slots.JOB_KINDS if account.can(kind.permission)]
    return (
        JobRun.objects.visible_to(account)
        .filter(Q(kind__in=kinds) | Q(by=account))
        .select_related("by")
        .order_by("-created_at", "-pk")
    )


def may_act(account: Account, job: JobRun) -> bool:
    """One's own jobs, and those of a kind one may start oneself."""
    kind = slots.JOB_KINDS.get(job.kind)
    return job.by_id == account.pk or bool(kind and account.can(kind.start or kind.permission))


def _context(request: HttpRequest, pk: int) -> dict[str, Any]:
    job = get_object_or_404(visible_jobs(account_of(request)), pk=pk)
    return {"job": job, "may_act": may_act(account_of(request), job)}


def _act(request: HttpRequest, pk: int, act: Any, done: str) -> HttpResponse:
    job = get_object_or_404(visible_jobs(account_of(request)), pk=pk)
    if not may_act(account_of(request), job):
        raise PermissionDenied(_("这个任务由他人提交，请由提交人或有权发起的岗位处理。"))
    try:
        act(job=job, by=account_of(request))
    except jobs.JobError as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, done)
    return redirect("job", pk=pk)


# --- on the workbench --------------------------------------------------------------------------------------

LATEST = 5


def failed(account: Account, as_of: Any) -> list[dict[str, Any]]:
    """Jobs that did not finish and wait for somebody: the count of the list's filter 未完成."""
    number = visible_jobs(account).filter(state=JobRun.State.FAILED).count()
    return [{"label": _("未完成的任务"), "count": number, "url": f"{reverse('jobs')}?state=failed"}]


def latest(account: Account, as_of: Any) -> list[dict[str, Any]]:
    """One's own last jobs and how they stand."""
    return [
        {"label": jobs.label(job), "count": None, "url": reverse("job", args=[job.pk]), "note": job.get_state_display()}
        for job in visible_jobs(account).filter(by=account)[:LATEST]
    ]
