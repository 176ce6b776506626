"""Pages of rule drafts 规则草稿: the list, writing one, one draft, and what its author and the second person do."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.models import Account
from povertycase.pages import errors
from supervision.actions import drafts
from supervision.forms.drafts import CompareForm, DecideForm
from supervision.models import RuleDraft
from supervision.queries import comparisons, condition_fields, draft_bodies, rule_words
from supervision.queries import drafts as reading

SIZES = ("20", "50", "100")
NEW = {
    **{kind: titles[0] for kind, titles in condition_fields.TITLES.items()},
    "threshold": gettext_lazy("录入标准线"),
    "standard": gettext_lazy("录入退出标准"),
}


@require_safe
@page(Permission.RULE_DRAFT_VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """The drafts: mine, those that wait for my decision, all; by state."""
    account = account_of(request)
    turn, state = request.GET.get("turn", ""), request.GET.get("state", "")
    if turn not in reading.TURNS or state not in ("", *RuleDraft.State.values):
        raise Http404
    size = request.GET.get("size", "")
    found = Paginator(reading.chosen(account, turn, state), int(size) if size in SIZES else 20)
    pages = found.get_page(request.GET.get("page"))
    turns = [(code, label) for code, label in reading.TURNS.items() if code != "waiting" or _may_decide(account)]
    context = {
        "page": pages,
        "rows": [reading.row(draft) for draft in pages.object_list],
        "turn": turn,
        "state": state,
        "turns": turns,
        "states": RuleDraft.State.choices,
        "may_draft": account.can(Permission.RULE_DRAFT),
        "kinds": NEW.items(),
    }
    return render(request, "supervision/drafts/list.html", context)


@require_safe
@page(Permission.RULE_DRAFT_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One draft: its words beside the rule in force, what it was compared on, the decision."""
    return show(request, find(account_of(request), pk))


@require_POST
@page(Permission.RULE_DRAFT)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Its author hands it in or takes it back."""
    account, draft = account_of(request), find(account_of(request), pk)
    told: dict[str, Any] = {"draft": draft, "by": account, "version": version_of(request)}
    try:
        if request.POST.get("act") == "withdraw":
            drafts.withdraw(**told)
            messages.success(request, _("已撤回。"))
        else:
            drafts.propose(on=periods.today(), **told)
            messages.success(request, _("已提交审批。"))
    except ValidationError as error:
        return show(request, draft, refused=error.messages)
    except drafts.Moved as moved:
        return conflict(request, draft, moved)
    return redirect("rule-draft", pk=pk)


@require_POST
@page(Permission.RULE_APPROVE)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person puts it in force, or does not agree and says why."""
    account, draft = account_of(request), find(account_of(request), pk)
    form = DecideForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    deciding = drafts.refuse if request.POST.get("act") == "refuse" else drafts.approve
    try:
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())  # type: ignore[arg-type]
        deciding(draft=draft, words=words, on=periods.today(), by=account, version=version_of(request))
    except ValidationError as error:
        return show(request, draft, refused=error.messages, words=words)
    except drafts.Moved as moved:
        return conflict(request, draft, moved)
    done = _("未同意，已退回起草人。") if deciding is drafts.refuse else _("已施行，下一次全量核查起按新规则判断。")
    messages.success(request, done)
    return redirect("rule-draft", pk=pk)


# --- parts ------------------------------------------------------------------------------------------------


def find(account: Account, pk: int) -> RuleDraft:
    """The draft of an address."""
    return get_object_or_404(reading.visible(account), pk=pk)


def show(request: HttpRequest, draft: RuleDraft, *, refused: list[str] | None = None, words: str = "") -> HttpResponse:
    """The page of one draft; after a refusal with the sentences why."""
    account, today = account_of(request), periods.today()
    context = {
        **reading.row(draft),
        **reading.told(draft, today),
        **reading.rights(draft, account),
        "from_paper": draft.kind not in draft_bodies.OWN,
        "result_url": rule_words.address(draft.result) if draft.result else "",
        "comparisons": [
            {"one": one, "sheet": comparisons.sheet_words(one), **comparisons.table(one, account)}
            for one in reading.comparisons(draft, account)[:10]
        ],
        "compare": CompareForm(choices=comparisons.offered(account, today, draft)),
        "decide": DecideForm(initial={"words": words}),
        "refused": refused,
    }
    return render(request, "supervision/drafts/detail.html", context, status=422 if refused else 200)


def version_of(request: HttpRequest) -> int | None:
    """The version of the draft that the page showed."""
    return whole(request.POST.get("version", ""), 8)


def conflict(request: HttpRequest, draft: RuleDraft, moved: Exception) -> HttpResponse:
    """409: somebody was quicker."""
    return errors.conflict(request, [], again=reverse("rule-draft", args=[draft.pk]), reason=str(moved))


def _may_decide(account: Account) -> bool:
    return account.can(Permission.RULE_APPROVE)
