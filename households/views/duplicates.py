"""Pages of suspected duplicates 疑似重复: the list by village, two entries side by side, the decision."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from households.actions import duplicates as acts
from households.actions.dated import Conflict
from households.forms import DuplicateForm
from households.models import Duplicate
from households.queries import duplicates
from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.pages import errors, form_errors
from povertycase.pages.list_files import hand_out

SIZES = ("20", "50", "100")


@page(Permission.DUPLICATE_VIEW)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """待判定 | 同一人，待办理减少 | 已办结; the counts of tabs and villages are their lists."""
    account, asked, tab = account_of(request), _asked(request), _tab(request)
    size = request.GET.get("size", "")
    pages = Paginator(duplicates.chosen(account, tab=tab, **asked), int(size) if size in SIZES else 20)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "tab": tab,
        "export": f"{reverse('duplicates-export')}?{urlencode({'tab': tab, **asked})}",
        "may_export": account.can(Permission.HOUSEHOLD_EXPORT),
        "tabs": duplicates.tabs(account, tab, **asked),
        "villages": duplicates.villages(account, tab),
        "page": shown,
        "rows": duplicates.lines(list(shown.object_list), account),
        **asked,
    }
    return render(request, "households/duplicates/list.html", context)


@page(Permission.HOUSEHOLD_EXPORT, limit="export")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The list as a file, by the filters of the page; who took it is in the audit trail."""
    return hand_out(request, "duplicates", {"tab": _tab(request), **_asked(request)})


@page(Permission.DUPLICATE_VIEW)
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Two entries side by side, masked; who sees both may decide."""
    return _detail(request, _found(request, pk))


@page(Permission.DUPLICATE_DECIDE)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """同一人 (and whose household keeps him), 不是同一人, or 待查."""
    found, account = _found(request, pk), account_of(request)
    if not acts.may_decide(found, account):
        raise PermissionDenied(_("两户不都在您的可见范围内，请由上一级（乡镇或县办）判定。"))
    form = DuplicateForm(request.POST, titles=_titles(_told(request, found)))
    if not form.is_valid():
        return _detail(request, found, form)
    try:
        done = acts.decide(duplicate=found, by=account, on=periods.today(), **form.decided())
    except Conflict as moved:
        return errors.conflict(request, [], again=reverse("duplicate", args=[pk]), reason=str(moved))
    except ValidationError as error:
        form_errors.tell(form, error)
        return _detail(request, found, form)
    messages.success(request, _("已判定：%s。") % done.get_state_display())
    return redirect("duplicate", pk=pk)


def _found(request: HttpRequest, pk: int) -> Duplicate:
    """The pair of the address; hidden and missing are the same 404."""
    return get_object_or_404(Duplicate.objects.visible_to(account_of(request)).select_related("decided_by"), pk=pk)


def _told(request: HttpRequest, found: Duplicate) -> dict[str, Any]:
    return duplicates.detail(found, account_of(request), periods.today())


def _titles(told: dict[str, Any]) -> list[str]:
    return [f"{side['title']}（{side['village']}）" for side in told["sides"]]


def _detail(request: HttpRequest, found: Duplicate, form: DuplicateForm | None = None) -> HttpResponse:
    account, told = account_of(request), _told(request, found)
    may = found.gone_on is None and acts.may_decide(found, account)
    context: dict[str, Any] = {"row": found, "told": told, "line": duplicates.lines([found], account)[0]}
    if may:
        context["form"] = form or DuplicateForm(titles=_titles(told), initial={"version": found.version})
    context["from_above"] = not may and found.gone_on is None
    return render(request, "households/duplicates/detail.html", context, status=422 if form else 200)


def _tab(request: HttpRequest) -> str:
    tab = request.GET.get("tab", "waiting")
    if tab not in duplicates.TABS:
        raise Http404
    return tab


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filters of the address; what is no number is a page that does not exist."""
    asked = {name: request.GET.get(name, "") for name in ("village", "batch")}
    if any(value and whole(value) is None for value in asked.values()):
        raise Http404
    return asked
