"""The household list: search, filters, pages; saved filters and columns; the way back from a file."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from households.actions import contact
from households.actions.change_kinds import KINDS
from households.forms import SecretSearchForm
from households.queries import listing, saved
from households.queries.search import SecretInAddress
from povertycase import periods, slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.actions import desk
from povertycase.models import Account

# Where the list stood, kept in the session on the server: the way back from a file leads to the same page and row.
STOOD = "household_list"


@page(Permission.HOUSEHOLD_VIEW, limit="search")
@require_GET
def households(request: HttpRequest) -> HttpResponse:
    """The household list: search, filters, pages; everything chosen stands in the address."""
    account = account_of(request)
    try:
        found = listing.listing(account, request.GET.dict(), periods.today())
    except SecretInAddress as reason:
        raise BadRequest(str(reason)) from reason
    query = request.GET.urlencode()
    if request.session.get(STOOD, "") != query:
        request.session[STOOD] = query
    context: dict[str, Any] = {
        "listing": found,
        "rows": found.page.object_list,
        "saved": request.GET.get("s", ""),
        "query": query,
        "kept": saved.kept(account, request.GET.dict()),
        "may_share": account.can(Permission.HOUSEHOLD_EXPORT),
        "batch": [act for act in slots.BATCH_ACTIONS if account.can(act.permission)],
        "may_register": may_register(account),
        "collates": account.can(Permission.VISIT_ENTER),
    }
    return render(request, "households/list.html", context)


def address_back(request: HttpRequest, household_no: str) -> str:
    """The list as it stood when the file was opened from it, at the file's row."""
    query = request.session.get(STOOD, "")
    return f"{reverse('households')}{'?' if query else ''}{query}#r-{household_no}"


@page(Permission.HOUSEHOLD_VIEW, limit="search")
@require_POST
@sensitive_post_parameters("number")
def search(request: HttpRequest) -> HttpResponse:
    """Find by a full ID or phone: it travels in the body, the address gets a random key."""
    form = SecretSearchForm(request.POST)
    if not form.is_valid():
        return render(request, "households/search.html", {"form": form}, status=422)
    found = contact.search(kind=form.cleaned_data["kind"], clear=form.cleaned_data["clear"], by=account_of(request))
    return redirect(f"{reverse('households')}?s={found.pk}")


@page(Permission.HOUSEHOLD_VIEW)
@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the list's conditions under a name, for oneself or shared with one's role."""
    account, query = account_of(request), request.POST.get("query", "")[:2000]
    params = saved.params_of(account, QueryDict(query).dict())  # type: ignore[arg-type]
    try:
        desk.save_filter(
            listing=listing.LISTING,
            name=request.POST.get("name", ""),
            params=params,
            share=bool(request.POST.get("share")) and account.can(Permission.HOUSEHOLD_EXPORT),
            replace=bool(request.POST.get("replace")),
            by=account,
        )
    except ValidationError as reason:
        messages.error(request, "".join(reason.messages))
    else:
        messages.success(request, _("条件已保存；姓名等手工输入的内容不保存。"))
    return _back(query)


@page(Permission.HOUSEHOLD_VIEW)
@require_POST
def delete_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of one's own filters away; somebody else's answers as missing."""
    account = account_of(request)
    found = saved.visible(account).filter(pk=pk, by=account).first()
    if found is None:
        raise Http404
    desk.delete_filter(saved=found, by=account)
    messages.success(request, _("条件“%s”已删除。") % found.name)
    return _back(request.POST.get("query", ""))


@page(Permission.HOUSEHOLD_VIEW)
@require_POST
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Keep which columns this account sees; what it may not see cannot be chosen."""
    account, wanted = account_of(request), set(request.POST.getlist("column"))
    usable = [column.code for column in listing.usable_columns(account) if column.code in wanted]
    desk.choose_columns(listing=listing.LISTING, columns=[] if request.POST.get("usual") else usable, by=account)
    return _back(request.POST.get("query", ""))


def _back(query: str) -> HttpResponse:
    clean = QueryDict(query[:2000]).urlencode()
    return redirect(f"{reverse('households')}?{clean}" if clean else reverse("households"))


def may_register(account: Account) -> bool:
    """May the account propose a household that is not in the register yet?"""
    reporters = KINDS["register"].route.reporters
    return account.can(Permission.CHANGE_PROPOSE) and bool(reporters & set(account.roles()))
