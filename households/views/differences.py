"""Pages of comparisons with other systems 数据比对: the export brought, its result, the worklist, one difference."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from households.actions import change_proofs, reconciliations
from households.actions import differences as acts
from households.actions.dated import Conflict
from households.forms.differences import AcceptForm, ExcludeForm, ReconcileForm
from households.models import Difference, Reconciliation
from households.queries import differences
from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.exchange.files import FileRefused, check_size
from povertycase.exchange.findings import words_of
from povertycase.exchange.receipt import refusal
from povertycase.models import Account, Upload
from povertycase.pages import errors, form_errors
from povertycase.pages.list_files import hand_out

SIZES = ("20", "50", "100")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kind, State = Difference.Kind, Difference.State


@page(Permission.DIFFERENCE_VIEW)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """The comparisons, newest first, and the form that begins one."""
    return _runs(request, ReconcileForm(sources=differences.sources(account_of(request))))


@page(Permission.DIFFERENCE_RUN)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Take an export in; what is no workbook is refused beside the field, at once."""
    account = account_of(request)
    form = ReconcileForm(request.POST, request.FILES, sources=differences.sources(account))
    if form.is_valid() and (made := _started(form, account)):
        return redirect("reconciliation", pk=made.pk)
    return _runs(request, form, 422)


@page(Permission.DIFFERENCE_VIEW)
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One comparison: its progress, then what was counted and where the differences are."""
    found, account = _run(request, pk), account_of(request)
    context = {
        "run": found,
        "refusal": refusal(found.batch),
        "counts": found.counts,
        "villages": differences.by_run(found, account),
        "problems": [
            (one.row, words_of(one)) for one in found.batch.problems.filter(severity="error").order_by("row", "pk")[:50]
        ],
        "may_take": found.answer_id and found.batch.by_id == account.pk,
    }
    return render(request, "households/differences/run.html", context)


@page(Permission.DIFFERENCE_RUN, limit="export")
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet in their columns, to who sent their export."""
    found = _run(request, pk)
    try:
        body = reconciliations.take_answer(run=found, by=account_of(request))
    except FileRefused as gone:
        messages.warning(request, str(gone))
        return redirect("reconciliation", pk=pk)
    given = HttpResponse(body, content_type=XLSX)
    name = f"回填表-{found.source}-{found.batch.business_date}.xlsx"
    given.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return given


@page(Permission.DIFFERENCE_VIEW)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The worklist: 待核 | 属实 | 排除 | 已一致, by village, kind and comparison."""
    account, asked, tab = account_of(request), _asked(request), _tab(request)
    size = request.GET.get("size", "")
    pages = Paginator(differences.chosen(account, tab=tab, **asked), int(size) if size in SIZES else 50)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "tab": tab,
        "export": f"{reverse('differences-export')}?{urlencode({'tab': tab, **asked})}",
        "may_export": account.can(Permission.HOUSEHOLD_EXPORT),
        "tabs": differences.tabs(account, tab, **asked),
        "villages": differences.villages(account, tab, kind=asked["kind"], run=asked["run"]),
        "kinds": Kind.choices,
        "page": shown,
        "rows": differences.lines(list(shown.object_list)),
        "asked": asked,
        "may_decide": account.can(Permission.DIFFERENCE_DECIDE) and tab == "open",
        "form": ExcludeForm(),
    }
    return render(request, "households/differences/list.html", context)


@page(Permission.HOUSEHOLD_EXPORT, limit="export")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The list as a file, by the filters of the page; who took it is in the audit trail."""
    return hand_out(request, "differences", {"tab": _tab(request), **_asked(request)})


@page(Permission.DIFFERENCE_DECIDE)
@require_POST
def exclude(request: HttpRequest) -> HttpResponse:
    """排除 for the chosen ones, for one reason."""
    account = account_of(request)
    wanted = {number for one in request.POST.getlist("row") if (number := whole(one)) is not None}
    if not wanted:
        raise BadRequest(_("还没有选中任何差异，请回到名单勾选后再办理。"))
    rows = list(differences.seen(account).filter(pk__in=wanted))
    if len(rows) != len(wanted):
        raise Http404
    try:
        number = acts.exclude(rows=rows, reason=request.POST.get("reason", ""), on=periods.today(), by=account)
    except ValidationError as error:
        messages.warning(request, "".join(error.messages))
    else:
        messages.success(request, ngettext("已排除 %d 项差异。", "已排除 %d 项差异。", number) % number)
    return redirect("differences")


@page(Permission.DIFFERENCE_VIEW)
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One difference: both sides, and the decision for who may give it."""
    return _detail(request, _found(request, pk))


@page(Permission.DIFFERENCE_DECIDE)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """属实: becomes a change request or is noted; 排除: with the reason."""
    found, account = _found(request, pk), account_of(request)
    form = AcceptForm(request.POST, request.FILES)
    if not form.is_valid():
        return _detail(request, found, form)
    try:
        done = _decided(request.POST.get("decision", ""), found, form, account)
    except Conflict as moved:
        return errors.conflict(request, [], again=reverse("difference", args=[pk]), reason=str(moved))
    except ValidationError as error:
        form_errors.tell(form, error)
        return _detail(request, found, form)
    messages.success(request, _("已记录：%s。") % done.get_state_display())
    return redirect("difference", pk=pk)


# --- parts ------------------------------------------------------------------------------------------------


def _runs(request: HttpRequest, form: ReconcileForm, status: int = 200) -> HttpResponse:
    account = account_of(request)
    shown = Paginator(differences.runs(account), 20).get_page(request.GET.get("page"))
    context = {"form": form, "page": shown, "may_run": account.can(Permission.DIFFERENCE_RUN)}
    return render(request, "households/differences/runs.html", context, status=status)


def _started(form: ReconcileForm, account: Account) -> Reconciliation | None:
    file, data = form.cleaned_data["file"], form.cleaned_data
    try:
        check_size(file.name or "", file.size or 0)
        told = {"source": data["source"], "whole": data["whole"], "on": periods.today(), "by": account}
        return reconciliations.start(name=file.name or "", data=file.read(), **told)
    except FileRefused as reason:
        form.add_error("file", str(reason))
        return None


def _decided(decision: str, found: Difference, form: AcceptForm, account: Account) -> Difference:
    data, day = form.cleaned_data, periods.today()
    if decision == "exclude":
        acts.exclude(rows=[found], reason=data["reason"], on=day, by=account)
        found.refresh_from_db()
        return found
    if decision != "accept":
        raise BadRequest(_("请点“属实”或“排除”。"))
    proof = _proof(data.get("proof"), account)
    said = {"reason": data["reason"], "version": data["version"], "on": day, "by": account}
    return acts.accept(difference=found, proof=proof, **said)


def _proof(file: Any, account: Account) -> Upload | None:
    return change_proofs.take_in(data=file.read(change_proofs.MOST_BYTES + 1), by=account) if file else None


def _run(request: HttpRequest, pk: int) -> Reconciliation:
    return get_object_or_404(differences.runs(account_of(request)), pk=pk)


def _found(request: HttpRequest, pk: int) -> Difference:
    related = ("household__card", "person", "decided_by", "reconciliation__batch", "request")
    return get_object_or_404(differences.seen(account_of(request)).select_related(*related), pk=pk)


def _detail(request: HttpRequest, found: Difference, form: AcceptForm | None = None) -> HttpResponse:
    account = account_of(request)
    under_way = found.request is not None and found.request.state in ("open", "returned")
    may = account.can(Permission.DIFFERENCE_DECIDE) and found.gone_on is None and not under_way
    context: dict[str, Any] = {"line": differences.lines([found])[0], "row": found, "under_way": under_way}
    if may:
        context["form"] = form or AcceptForm(initial={"version": found.version})
    known = differences.FIELDS.get(found.field)
    context["becomes"] = (known.kind if known else "") if found.kind == Kind.FIELD else ""
    context["follows"] = _follows(found, account)
    return render(request, "households/differences/detail.html", context, status=422 if form else 200)


def _follows(found: Difference, account: Account) -> list[tuple[str, str]]:
    """Where what is true and cannot be taken over by itself is done: words, address."""
    if found.state != State.TRUE or found.gone_on or not account.can(Permission.CHANGE_PROPOSE):
        return []
    if found.household is None:
        return [(_("登记新户"), reverse("household-new"))] if found.kind == Kind.ADDED else []
    no = found.household.household_no
    if found.kind == Kind.ADDED:
        return [(_("提出增加成员"), reverse("household-change", args=[no, "join"]))]
    if found.kind == Kind.GONE and found.person_id:
        return [(_("提出减少成员"), reverse("household-change-one", args=[no, "leave", found.person_id]))]
    return []


def _tab(request: HttpRequest) -> str:
    tab = request.GET.get("tab", "open")
    if tab not in differences.TABS:
        raise Http404
    return tab


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filters of the address; an unknown value is a page that does not exist."""
    asked = {name: request.GET.get(name, "") for name in ("village", "kind", "run")}
    numbers = (asked["village"], asked["run"])
    if any(value and whole(value) is None for value in numbers):
        raise Http404
    if asked["kind"] and asked["kind"] not in Kind.values:
        raise Http404
    return asked
