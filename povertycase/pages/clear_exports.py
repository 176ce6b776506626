"""Pages of exports with clear numbers: the request, what waits for me, two taps to agree."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.actions import clear_exports as acts
from povertycase.actions import list_exports, list_files, reveal
from povertycase.models import Account, ClearExport
from povertycase.reach import ReachQuerySet

LAST = 50
State = ClearExport.State


def ask(request: HttpRequest, code: str, asked: dict[str, Any], columns: list[str]) -> HttpResponse:
    """Take in a request of a list's page: the second person sees it from now on. Limits and rights are the caller's."""
    account, day = account_of(request), periods.today()
    found = list_exports.find(code=code, asked=asked, day=day, by=account)
    if found.number > list_exports.MOST:
        raise BadRequest(_("一次最多导出 %d 行，请加条件缩小范围后再导出。") % list_exports.MOST)
    try:
        made = acts.ask(
            code=code, asked=asked, title=found.paper.title or found.name, columns=columns, rows=found.number, day=day,
            reason=request.POST.get("reason", ""), words=request.POST.get("words", ""), file_type="xlsx", by=account,
        )  # fmt: skip
    except ValidationError as error:
        raise BadRequest("".join(error.messages)) from error
    messages.success(request, _("申请已提出，请有审批权限的同事审批；同意后在这里下载。"))
    return redirect("clear-export", pk=made.pk)


@require_safe
@page(Permission.HOUSEHOLD_EXPORT)
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for my decision first, then my own requests and what was decided."""
    account = account_of(request)
    rows = list(_seen(account).select_related("by", "decided_by", "file").order_by("-asked_at", "-pk")[:LAST])
    context = {"rows": [_told(row, account) for row in rows]}
    return render(request, "clear_exports/list.html", context)


@require_safe
@page(Permission.HOUSEHOLD_EXPORT)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what, what for, by whom; agree or refuse, or the file."""
    row = _found(request, pk)
    return render(request, "clear_exports/detail.html", {"told": _told(row, account_of(request)), "row": row})


@require_POST
@page(Permission.CLEAR_APPROVE)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The second tap: 同意 or 不同意."""
    row, account = _found(request, pk), account_of(request)
    wanted = request.POST.get("act", "")
    if wanted not in ("agree", "refuse"):
        raise BadRequest(_("请点“同意”或“不同意”。"))
    try:
        done = (acts.agree if wanted == "agree" else acts.refuse)(request=row, by=account)
    except ValidationError as error:
        messages.warning(request, "".join(error.messages))
    else:
        agreed = done.state == State.AGREED
        messages.success(
            request, _("已同意，文件由申请人下载，24 小时后删除。") if agreed else _("已不同意，没有导出。")
        )
    return redirect("clear-export", pk=pk)


def waiting(account: Account, as_of: Any) -> list[dict[str, Any]]:
    """The workbench: requests that wait for this account."""
    since = periods.now() - acts.LASTS
    number = _seen(account).filter(state=State.ASKED, asked_at__gt=since).exclude(by=account).count()
    return [{"label": _("待审批的完整号码导出"), "count": number, "url": reverse("clear-exports")}] if number else []


def _seen(account: Account) -> ReachQuerySet:
    """One's own requests; of one's division too for who decides."""
    if account.can(Permission.CLEAR_APPROVE):
        return ClearExport.objects.visible_to(account)
    return ClearExport.objects.visible_to(account).filter(by=account)


def _found(request: HttpRequest, pk: int) -> ClearExport:
    related = ("by", "decided_by", "file__job")
    found: ClearExport = get_object_or_404(_seen(account_of(request)).select_related(*related), pk=pk)
    return found


def _told(row: ClearExport, account: Account) -> dict[str, Any]:
    """The request in words with what this account may do."""
    own, over = row.by_id == account.pk, acts.is_over(row)
    gone = row.state == State.AGREED and (row.file.deleted_at is not None or list_files.until(row.file) < periods.now())
    word = _("已过期") if over or gone else row.get_state_display()
    return {
        "row": row,
        "word": word,
        "tone": {"asked": "warn", "agreed": "good", "refused": "bad"}[row.state] if not (over or gone) else "mute",
        "reason": f"{_(reveal.REASONS[row.reason])}{_('：') if row.words else ''}{row.words}",
        "may_decide": row.state == State.ASKED and not over and not own and account.can(Permission.CLEAR_APPROVE),
        "file": row.file if own and row.state == State.AGREED and not gone else None,
        "over": over,
        "gone": gone,
    }
