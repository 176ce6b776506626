"""Pages of the items sent down: the list with what may be done to many at once, one item, its proof."""

import datetime
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from households.actions import change_proofs
from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.exchange.files import FileRefused
from povertycase.models import Account
from povertycase.pages import errors
from povertycase.pages.list_files import hand_out
from supervision.actions import check_answers
from supervision.forms.checks import AnswerForm, ReturnForm
from supervision.models import CheckItem
from supervision.queries import check_items, check_words, checks

SIZES = ("20", "50", "100")
State, Answer = CheckItem.State, CheckItem.Answer
LONG = datetime.timedelta(days=180)


@require_safe
@page(Permission.CHECK_VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """The items by filters, mine first; several may be answered, passed or closed at once."""
    account, day = account_of(request), periods.today()
    wanted = _wanted(request, account)
    found = check_items.for_list(check_items.chosen(account, wanted, day))
    size = request.GET.get("size", "")
    pages = Paginator(found, int(size) if size in SIZES else 20).get_page(request.GET.get("page"))
    rows = check_items.lines(pages.object_list, account, day)
    context = {
        "page": pages,
        "rows": rows,
        "wanted": wanted,
        "chips": check_items.chips(wanted, account),
        "tabs": _tabs(account, wanted, day),
        "acts": sorted({act for row in rows for act in row["acts"]}),
        "here": request.get_full_path(),
        "answers": Answer.choices,
        "may_export": account.can(Permission.HOUSEHOLD_EXPORT),
        "export": f"{reverse('check-items-export')}?{urlencode(wanted)}",
    }
    return render(request, "supervision/checks/items.html", context)


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def export(request: HttpRequest) -> HttpResponse:
    """The items of the page's filters as a file."""
    return hand_out(request, "check_items", _wanted(request, account_of(request)))


@require_safe
@page(Permission.CHECK_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: what was found, whom it is about, what was answered, and what may be done."""
    return _detail(request, _found(request, pk))


@require_POST
@page(Permission.CHECK_VIEW)
def act(request: HttpRequest) -> HttpResponse:
    """Answer, pass, close or send back the chosen items, each as it was shown."""
    account = account_of(request)
    versions = _versions(request)
    wanted, back = request.POST.get("act", ""), _back(request)
    doing = ACTS.get(wanted)
    if doing is None:
        raise BadRequest(_("请点“已核改”“核实无误”“特殊情况说明”“通过”“办结”或“退回”。"))
    if not account.can(doing.permission):
        raise Http404
    try:
        done = doing.work(request, versions, account)
    except check_answers.ItemsMoved as moved:
        return errors.conflict(request, _moved(moved), again=back, reason=str(moved))
    except ValidationError as error:
        return _refused(request, versions, error, back)
    number = len(done)
    messages.success(request, ngettext("已办理 {n} 条疑点。", "已办理 {n} 条疑点。", number).format(n=number))
    return redirect(back)


@require_safe
@page(Permission.CHECK_VIEW)
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """The photo or PDF of an answer; opening it is noted."""
    found = _found(request, pk)
    if found.proof is None:
        raise Http404
    try:
        data, kind = check_answers.show_proof(item=found, by=account_of(request))
    except FileRefused as gone:
        raise Http404 from gone
    answer = HttpResponse(data, content_type=kind)
    place = "attachment" if kind == "application/pdf" else "inline"
    answer.headers["Content-Disposition"] = f'{place}; filename="{pk}-{found.proof.name}"'
    return answer


# --- parts ------------------------------------------------------------------------------------------------


class _Doing:
    def __init__(self, permission: str, work: Callable[..., list[CheckItem]]) -> None:
        self.permission, self.work = permission, work


def _answered(answer: str) -> _Doing:
    def work(request: HttpRequest, versions: dict[int, int], account: Account) -> list[CheckItem]:
        form = AnswerForm({**request.POST.dict(), "answer": answer}, request.FILES)
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())  # type: ignore[arg-type]
        told, file = form.cleaned_data, form.cleaned_data["proof"]
        upload = change_proofs.take_in(data=file.read(), by=account) if file else None
        return check_answers.answer(
            versions=versions, answer=answer, words=told["words"], proof=upload, expires_on=told["expires_on"],
            on=periods.today(), by=account,
        )  # fmt: skip

    return _Doing(Permission.CHECK_ANSWER, work)


def _passed(request: HttpRequest, versions: dict[int, int], account: Account) -> list[CheckItem]:
    return check_answers.passed(versions=versions, on=periods.today(), by=account)


def _closed(request: HttpRequest, versions: dict[int, int], account: Account) -> list[CheckItem]:
    return check_answers.close(versions=versions, on=periods.today(), by=account)


def _returned(request: HttpRequest, versions: dict[int, int], account: Account) -> list[CheckItem]:
    words = request.POST.get("returned_words", "")
    return check_answers.send_back(versions=versions, words=words, on=periods.today(), by=account)


ACTS = {
    **{str(answer): _answered(answer) for answer in Answer.values},
    "pass": _Doing(Permission.CHECK_PASS, _passed),
    "close": _Doing(Permission.CHECK_CLOSE, _closed),
    "return": _Doing(Permission.CHECK_PASS, _returned),
    "return-county": _Doing(Permission.CHECK_CLOSE, _returned),
}


def _versions(request: HttpRequest) -> dict[int, int]:
    """{item: version shown} of the ticked rows, written 12.3 in the form."""
    try:
        pairs = [value.split(".") for value in request.POST.getlist("item")]
        return {int(pk): int(version) for pk, version in pairs}
    except ValueError as error:
        raise BadRequest(_("请至少选择一条疑点。")) from error


def _refused(request: HttpRequest, versions: dict[int, int], error: ValidationError, back: str) -> HttpResponse:
    if len(versions) == 1:
        item = _found(request, next(iter(versions)))
        form = AnswerForm({**request.POST.dict(), "answer": request.POST["act"]})
        form.errors.clear()
        told = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
        for name, sentences in told.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)
        return _detail(request, item, form, status=422)
    for sentence in error.messages:
        messages.error(request, sentence)
    return redirect(back)


def _moved(moved: check_answers.ItemsMoved) -> list[dict[str, Any]]:
    return [
        {"label": f"{item.household.household_no} {item.household.card.head_name}", "before": "",
         "now": item.get_state_display(), "yours": ""}
        for item in moved.items
    ]  # fmt: skip


def _found(request: HttpRequest, pk: int) -> CheckItem:
    related = ("household__card", "batch", "answered_by", "town_by", "county_by", "proof", "hit")
    return get_object_or_404(check_items.visible(account_of(request)).select_related(*related), pk=pk)


def _detail(request: HttpRequest, item: CheckItem, form: AnswerForm | None = None, status: int = 200) -> HttpResponse:
    account, day = account_of(request), periods.today()
    rule = checks.in_force(day).of(item.rule_code)
    line = bool(rule and rule.thresholds())
    context = {
        "row": check_items.lines([item], account, day)[0],
        "item": item,
        "check": rule,
        "question": _(rule.question) if rule else "",
        "found": check_words.pairs(item.values, account, line=line),
        "now": check_items.now(item, account, rule, day),
        "form": form or AnswerForm(initial={"expires_on": (day + LONG).isoformat()}),
        "return_form": ReturnForm(),
        "back": reverse("check-item", args=[item.pk]),
    }
    return render(request, "supervision/checks/item.html", context, status=status)


def _wanted(request: HttpRequest, account: Account) -> dict[str, str]:
    """The filters of the address; a value that cannot be is a page that does not exist."""
    wanted = {name: request.GET.get(name, "") for name in check_items.FILTERS}
    wrong = (
        (wanted["state"] and wanted["state"] not in ("open", *State.values))
        or (wanted["answer"] and wanted["answer"] not in Answer.values)
        or any(wanted[name] and whole(wanted[name]) is None for name in ("batch", "place"))
    )
    if wrong:
        raise Http404
    return wanted


def _tabs(account: Account, wanted: dict[str, str], day: datetime.date) -> list[dict[str, Any]]:
    kept = {name: value for name, value in wanted.items() if value and name not in ("turn", "state", "late")}
    tabs = (
        ("mine", _("待我办理"), {"turn": "mine"}),
        ("open", _("未办结"), {"state": "open"}),
        ("late", _("逾期"), {"late": "1"}),
        ("all", _("全部"), {}),
    )
    now = {name: wanted[name] for name in ("turn", "state", "late") if wanted[name]}
    return [
        {
            "label": label,
            "url": f"?{urlencode({**kept, **also})}",
            "count": check_items.chosen(account, {**kept, **also}, day).count(),
            "current": now == also,
        }
        for _code, label, also in tabs
    ]


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    fine = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return back if fine else reverse("check-items")
