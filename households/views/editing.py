"""Pages on which the register is edited by hand: the form, its consequences, and the proposal (issue 3 section 2)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from households.actions import change_drafts, change_proofs, change_routes, changes, phones
from households.actions.change_kinds import KINDS
from households.actions.dated import Conflict
from households.forms import ChangeForm, PhoneForm, ProposalForm, WhichForm
from households.forms.layouts import SECTIONS
from households.models import ChangeRequest
from households.queries import edited as changed
from households.queries import income_sums
from households.queries.edited import Edited
from households.views.file import editable, one
from households.views.listing import may_register
from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.models import Account, Division, Upload
from povertycase.pages import form_errors

GET_OR_POST = require_http_methods(["GET", "POST"])


@page(Permission.CHANGE_PROPOSE)
@never_cache
@sensitive_post_parameters()
@GET_OR_POST
def change(request: HttpRequest, household_no: str, kind: str, key: int | None = None) -> HttpResponse:
    """Propose a change of a household: the form, then its consequences, then the proposal."""
    household, account = one(request, household_no), account_of(request)
    edited = Edited(kind, account, periods.today(), household, key, _year(request))
    if kind not in editable(account, household) or not edited.exists():
        raise Http404
    if kind == "merge" and key is None:
        return _which(request, edited)
    _take_up(request, edited)
    return _answer(request, edited)


@page(Permission.CHANGE_PROPOSE)
@never_cache
@sensitive_post_parameters()
@GET_OR_POST
def new_household(request: HttpRequest) -> HttpResponse:
    """Propose a household that is not in the register yet, with its head."""
    edited = Edited("register", account_of(request), periods.today())
    if not may_register(edited.account):
        raise PermissionDenied(_("新建户由村级信息员、乡镇经办或县办经办提出。"))
    _take_up(request, edited)
    return _answer(request, edited)


@page(Permission.CHANGE_PROPOSE)
@never_cache
@sensitive_post_parameters()
@GET_OR_POST
def phone(request: HttpRequest, household_no: str) -> HttpResponse:
    """The household's phone, put right at once and noted."""
    household = one(request, household_no)
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            phones.change_phone(household=household, phone=form.cleaned_data["phone"], by=account_of(request))
            messages.success(request, _("联系电话已修改。"))
            return redirect(f"{reverse('household', args=[household_no])}#basics")
        except ValidationError as error:
            form_errors.tell(form, error)
    context = {"form": form, "household": household}
    return render(request, "households/edit/phone.html", context, status=422 if form.errors else 200)


def _which(request: HttpRequest, edited: Edited) -> HttpResponse:
    """并户: which household joins this one, by its number or its head's name; one found is opened at once."""
    form, found = WhichForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        found = changed.joining(edited, form.cleaned_data["which"])
        if len(found) == 1 and edited.household:
            return redirect("household-change-one", edited.household.household_no, edited.kind, found[0].pk)
        if not found:
            form.add_error("which", _("本村在册的户中没有找到，请核对户编号或户主姓名；外村的户先办迁移。"))
    context = {"form": form, "found": found, **_around(edited), "locked": _why(edited)}
    return render(request, "households/edit/which.html", context, status=422 if form.errors else 200)


# --- one change, step by step -----------------------------------------------------------------------------


def _answer(request: HttpRequest, edited: Edited) -> HttpResponse:
    form = ChangeForm(edited, request.POST or None, group=request.GET.get("group", ""))
    if request.method == "GET" or not form.is_valid() or request.POST.get("step") == "back":
        return _form_page(request, form)
    if form.moved():
        return _conflict(request, form)
    if request.POST.get("step") == "propose":
        return _propose(request, form)
    return _consequences(request, form, _ask(form))


def _propose(request: HttpRequest, form: ChangeForm) -> HttpResponse:
    """The proposal rehearses the change itself; the consequences are worked out again only where they are shown again."""
    ask = _ask(form, request.POST, request.FILES)
    if not ask.is_valid():
        return _consequences(request, form, ask)
    try:
        proof = _proof(ask, form.edited.account)
        made = _handed_in(form, {"reason": ask.cleaned_data["reason"], "proof": proof})
    except (changes.ChangeMoved, Conflict):
        return _conflict(request, form)
    except ValidationError as error:
        form_errors.tell(ask, error)
        return _consequences(request, form, ask)
    messages.success(request, _("已提出修改申请，待%s办理；办结后写入登记簿。") % made.get_next_place_display())
    return redirect(_back(form.edited))


def _ask(form: ChangeForm, *data: Any) -> ProposalForm:
    """Reason and proof; those of a request that was sent back stand ready."""
    again = form.edited.again
    ready = {"reason": again.reason} if again else {}
    why = _locked(form) or _stands_in(form)
    return ProposalForm(*data, locked=why, has_proof=bool(again and again.proof_id), initial=ready)


def _handed_in(form: ChangeForm, why: dict[str, Any]) -> ChangeRequest:
    """The proposal, or the next round of one that was sent back."""
    asked, again = _asked(form), form.edited.again
    if again is None:
        return changes.propose(**asked, **why, seen=form.seen_on(asked["true_from"]))
    said = {name: asked[name] for name in ("values", "true_from", "entered_on", "by")}
    return changes.resubmit(request=again, version=again.version, **said, **why)


def _take_up(request: HttpRequest, edited: Edited) -> None:
    """`?again=` names one's own request that was sent back: its values stand in the form."""
    edited.again = changed.sent_back(edited, request.GET.get("again", ""))
    if edited.again:
        edited.before = change_drafts.open_content(edited.again)["new"]


def _proof(ask: ProposalForm, account: Account) -> Upload | None:
    file = ask.cleaned_data.get("proof")
    if file is None:
        return None
    # Too large is told without reading it all.
    return change_proofs.take_in(data=file.read(change_proofs.MOST_BYTES + 1), by=account)


def _asked(form: ChangeForm) -> dict[str, Any]:
    """What the form asks for, as propose and preview take it."""
    edited = form.edited
    asked = {"kind": edited.kind, "household": edited.household, "person": edited.person, "row": edited.row}
    if edited.is_new:
        asked["village"] = Division.objects.filter(pk=form.cleaned_data.get("village")).first()
    # Of a request that was sent back, what is not typed again stays as it was.
    said = {"values": {**edited.before, **form.values()}, "true_from": form.cleaned_data["true_from"]}
    return {**asked, **said, "entered_on": edited.today, "by": edited.account}


def _locked(form: ChangeForm) -> str | None:
    """Why reason and proof are needed; None where they are not."""
    return _why(form.edited, _typed(form, "village"))


def _why(edited: Edited, village: str = "") -> str | None:
    village = edited.household.card.village_code if edited.household else village
    if edited.is_new and not village:
        return None
    return changes.needs(kind=edited.kind, household=edited.household, village=village, on=edited.today)


def _stands_in(form: ChangeForm) -> str | None:
    """Why a paper is needed though nothing is locked."""
    edited = form.edited
    if edited.household is None:
        return None
    bureaus = {item.bureau for name, item in edited.items().items() if name in form.fields} - {""}
    return change_routes.stood_in_for(bureaus, edited.household.card.village_code, edited.today)


def _typed(form: ChangeForm, name: str) -> str:
    return form.cleaned_data.get(name, "") if hasattr(form, "cleaned_data") else ""


# --- pages ------------------------------------------------------------------------------------------------


def _form_page(request: HttpRequest, form: ChangeForm) -> HttpResponse:
    context = {**_frame(form), "locked": _locked(form), "waiting": changed.waiting_for(form.edited)}
    return render(request, "households/edit/form.html", context, status=422 if form.errors else 200)


def _consequences(request: HttpRequest, form: ChangeForm, ask: ProposalForm) -> HttpResponse:
    """What the change means, in words; reason and paper are asked for beside it. What cannot be applied: the form."""
    try:
        effects = changes.preview(**_asked(form), own=form.edited.again)
    except ValidationError as error:
        form_errors.tell(form, error)
        return _form_page(request, form)
    context = {**_frame(form), "ask": ask, "effects": effects, "locked": _locked(form), "changed": form.changes()}
    context["stands_in"] = None if context["locked"] else _stands_in(form)
    if form.kind == "income":
        context["sums"] = income_sums.told(form.cleaned_data)
    return render(request, "households/edit/confirm.html", context, status=422 if ask.errors else 200)


def _conflict(request: HttpRequest, form: ChangeForm) -> HttpResponse:
    """409 with the differences field by field; what was typed is kept, and may be proposed on top of what stands now."""
    context = {**_frame(form), "changes": form.differences(), "again": request.get_full_path()}
    context["fresh"] = form.initial["opened"]
    return render(request, "households/edit/conflict.html", context, status=409)


def _frame(form: ChangeForm) -> dict[str, Any]:
    """What every page of a change shows: whose it is, what it is called, where one goes back to."""
    return {"form": form, **_around(form.edited)}


def _around(edited: Edited) -> dict[str, Any]:
    return {
        "edited": edited,
        "household": edited.household,
        "card": edited.household.card if edited.household else None,
        "member": edited.member,
        "title": _title(edited.kind),
        "back": _back(edited),
        "steps": [_("填写"), _("核对后果并提出")],
    }


def _title(kind: str) -> str:
    """An event by its name, a state as what is done to it."""
    label = KINDS[kind].label
    return str(label) if KINDS[kind].event or kind in ("head", "move", "split", "merge") else _("修改%s") % label


def _back(edited: Edited) -> str:
    if edited.household is None:
        return reverse("households")
    address = reverse("household", args=[edited.household.household_no])
    return f"{address}#{SECTIONS.get(edited.kind, 'basics')}"


def _year(request: HttpRequest) -> int | None:
    typed = request.GET.get("year", "")
    return whole(typed, 4) if len(typed) == 4 else None
