"""Pages of the changes 修改申请: what waits for me, one request with its proof, the collection window."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.actions import change_proofs, changes, windows
from households.actions.dated import Conflict
from households.forms import OpinionForm, WindowForm
from households.models import ChangeRequest, CollectionWindow
from households.queries import changes as reading
from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.exchange.files import FileRefused
from povertycase.models import Account, Division
from povertycase.pages import errors
from povertycase.pages.list_files import hand_out

SIZES = (20, 50, 100)
TABS = {"todo": reading.waiting, "mine": reading.mine, "all": reading.newest}
ACTS = {"agree": changes.agree, "return": changes.send_back, "refuse": changes.refuse}
State = ChangeRequest.State


@page(Permission.CHANGE_VIEW)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """待我办理 | 我提出的 | 全部; the counts of the tabs are their lists."""
    account, wanted = account_of(request), request.GET
    tab = wanted.get("tab", "")
    tab = tab if tab in TABS else _first_tab(account)
    found = _chosen(TABS[tab](account), wanted.get("state", ""))
    size = wanted.get("size", "")
    pages = Paginator(reading.for_list(found), int(size) if size in map(str, SIZES) else 20)
    shown = pages.get_page(wanted.get("page"))
    context = {
        "tabs": _tabs(account, tab),
        "page": shown,
        "rows": reading.lines(shown.object_list),
        "states": State.choices,
        "state": wanted.get("state", ""),
        "tab": tab,
        "may_window": account.can(Permission.WINDOW_EDIT),
        "may_export": account.can(Permission.HOUSEHOLD_EXPORT),
    }
    return render(request, "households/changes/list.html", context)


@page(Permission.HOUSEHOLD_EXPORT, limit="export")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The requests of a tab and state as a file; no value of their content."""
    wanted, account = request.GET, account_of(request)
    tab = wanted.get("tab", "")
    asked = {"tab": tab if tab in TABS else _first_tab(account), "state": wanted.get("state", "")}
    return hand_out(request, "changes", asked)


@page(Permission.CHANGE_VIEW)
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: old and new, reason, proof, what it moves, everybody's opinion, and what may be done with it."""
    return _detail(request, _found(request, pk))


@page(Permission.CHANGE_VIEW)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree, send back or refuse, when it is this account's turn."""
    found, account = _found(request, pk), account_of(request)
    if not reading.may_decide(found, account):
        raise PermissionDenied(_("这份申请现在不由您办理，可能已由别人办理，请刷新后再看。"))
    wanted = request.POST.get("act", "")
    act = ACTS.get(wanted.removesuffix("-next"))
    if act is None:
        raise BadRequest(_("请点“同意”“退回修改”或“不同意”。"))
    form = OpinionForm(request.POST)
    if not form.is_valid():
        return _detail(request, found, form)
    try:
        done = act(request=found, by=account, on=periods.today(), **form.cleaned_data)
    except Conflict as moved:
        return _conflict(request, found, moved)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _detail(request, found, form)
    messages.success(request, _said(done))
    following = reading.waiting(account).first() if wanted.endswith("-next") else None
    return redirect("change", pk=following.pk if following else pk)


@page(Permission.CHANGE_PROPOSE)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    found, account = _found(request, pk), account_of(request)
    if found.proposed_by_id != account.pk:
        raise PermissionDenied(_("只有提出人能撤回这份申请。"))
    try:
        changes.withdraw(request=found, by=account, on=periods.today())
    except ValidationError as error:
        messages.warning(request, "".join(error.messages))
    else:
        messages.success(request, _("申请已撤回，登记簿没有变化。"))
    return redirect("change", pk=pk)


@page(Permission.CHANGE_VIEW)
@require_safe
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """The photo or PDF of a request, for who may read the request; opening it is noted."""
    found = _found(request, pk)
    if found.proof is None:
        raise Http404
    try:
        data, kind = change_proofs.show(request=found, by=account_of(request))
    except FileRefused as gone:
        raise Http404 from gone
    answer = HttpResponse(data, content_type=kind)
    place = "attachment" if kind == "application/pdf" else "inline"
    answer.headers["Content-Disposition"] = f'{place}; filename="{pk}-{found.proof.name}"'
    return answer


@page(Permission.WINDOW_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def window(request: HttpRequest) -> HttpResponse:
    """The county's collection windows, and the form of one year."""
    county = get_object_or_404(Division, code=settings.COUNTY.ljust(12, "0"))
    rows = list(CollectionWindow.objects.visible_to(account_of(request)).filter(division=county).order_by("-year"))
    form = WindowForm(request.POST or None, initial=_window_of(rows))
    if request.method == "POST" and form.is_valid() and _announced(request, form, county):
        messages.success(request, _("采集窗口已登记。"))
        return redirect("change-window")
    context = {"form": form, "rows": rows, "days": windows.DAYS}
    return render(request, "households/changes/window.html", context, status=422 if form.errors else 200)


# --- parts ------------------------------------------------------------------------------------------------


def _found(request: HttpRequest, pk: int) -> ChangeRequest:
    """The request of the address; hidden and missing are the same 404."""
    related = ("household__card", "village", "proposed_by", "proof")
    return get_object_or_404(reading.reached(account_of(request)).select_related(*related), pk=pk)


def _detail(request: HttpRequest, found: ChangeRequest, form: OpinionForm | None = None) -> HttpResponse:
    context = {
        "change": found,
        "told": reading.detail(found, account_of(request)),
        "form": form or OpinionForm(initial={"version": found.version}),
        "again": _form_address(found),
    }
    return render(request, "households/changes/detail.html", context, status=422 if form else 200)


def _form_address(found: ChangeRequest) -> str:
    """Where the same part is proposed again; empty for a new household, which has its own page."""
    if found.household is None:
        return f"{reverse('household-new')}?again={found.pk}"
    where = [found.household.household_no, found.kind]
    if found.subject:
        return f"{reverse('household-change-one', args=[*where, found.subject])}?again={found.pk}"
    return f"{reverse('household-change', args=where)}?again={found.pk}"


def _chosen(found: QuerySet[ChangeRequest], state: str) -> QuerySet[ChangeRequest]:
    return found.filter(state=state) if state in State.values else found


def _first_tab(account: Account) -> str:
    """Who only reports begins with what he has reported."""
    return "todo" if reading.standings(account) else "mine" if account.can(Permission.CHANGE_PROPOSE) else "all"


def _tabs(account: Account, chosen: str) -> list[dict[str, Any]]:
    labels = {"todo": _("待我办理"), "mine": _("我提出的"), "all": _("全部")}
    return [
        {"code": code, "label": label, "count": TABS[code](account).count(), "chosen": code == chosen}
        for code, label in labels.items()
    ]


def _conflict(request: HttpRequest, found: ChangeRequest, moved: Conflict) -> HttpResponse:
    differences = moved.differences if isinstance(moved, changes.ChangeMoved) else []
    told = reading.differing(found, differences)
    return errors.conflict(request, told, again=reverse("change", args=[found.pk]), reason=str(moved))


def _said(done: ChangeRequest) -> str:
    if done.state == State.APPLIED:
        return _("已确认，修改已写入登记簿，原来的内容保留。")
    if done.state == State.OPEN:
        return _("已同意，转%s办理。") % reading.place_word(done, done.next_place)
    return _("已退回提出人修改。") if done.state == State.RETURNED else _("已办结：不同意修改。")


def _window_of(rows: list[CollectionWindow]) -> dict[str, Any]:
    """The form begins with this year's window where there is one."""
    year = periods.today().year
    row = next((row for row in rows if row.year == year), None)
    return {name: getattr(row, name) for name in ("year", "document", *windows.DAYS)} if row else {"year": year}


def _announced(request: HttpRequest, form: WindowForm, county: Division) -> bool:
    data = form.cleaned_data
    days = {name: data[name] for name in windows.DAYS}
    try:
        windows.announce(
            division=county, year=data["year"], days=days, document=data["document"], by=account_of(request)
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True
