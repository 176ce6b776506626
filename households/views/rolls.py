"""Pages of rolls 花名册: the column sets to take with one tap, and the desk where one is put together."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.actions import rolls as acts
from households.models import SavedRoll
from households.queries import listing, rolls
from households.sheets import rolls as paper
from households.sheets.roll_columns import find, usable, usual
from povertycase import periods, slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.models import Account
from povertycase.pages.clear_exports import ask as ask_clear
from povertycase.pages.list_files import hand_out

MOST_COLUMNS = 80
Kind = SavedRoll.Kind


@dataclass
class Draft:
    """A roll as it stands on the desk, saved or not."""

    kind: str
    columns: list[str]
    joined: bool = False
    params: dict[str, str] = field(default_factory=dict)
    name: str = ""
    share: bool = False

    def asked(self) -> dict[str, Any]:
        """What the export needs."""
        return {
            "kind": self.kind,
            "columns": self.columns,
            "joined": self.joined,
            "params": self.params,
            "name": self.name,
        }


@require_safe
@page(Permission.HOUSEHOLD_EXPORT)
def index(request: HttpRequest) -> HttpResponse:
    """The column sets one may use, each taken out by one tap; the place may be narrowed first."""
    account = account_of(request)
    context = {
        "rolls": rolls.shown(account),
        "kinds": Kind.choices,
        "may_clear": account.can(Permission.REVEAL),
        "places": listing.usable_filters(account)[0].choices(account),  # type: ignore[misc]
    }
    return render(request, "households/rolls/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.HOUSEHOLD_EXPORT)
def new(request: HttpRequest) -> HttpResponse:
    """The desk with an empty roll of a kind; the address may carry its conditions."""
    if request.method == "POST":
        return _desk(request, None)
    account, kind = account_of(request), request.GET.get("kind", "")
    kind = kind if kind in Kind.values else str(Kind.HOUSEHOLD)
    mine = {column.code for column in usable(account, kind)}
    params = rolls.params_of(account, kind, request.GET)  # type: ignore[arg-type]
    draft = Draft(kind, [code for code in usual(kind) if code in mine], params=params)
    return _show(request, draft, None)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.HOUSEHOLD_EXPORT)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The desk with a kept roll; somebody else's is saved as one's own."""
    roll = _roll(request, pk)
    if request.method == "POST":
        return _desk(request, roll)
    share = bool(roll.division_code) and roll.by_id == account_of(request).pk
    draft = Draft(roll.kind, list(roll.columns), roll.joined, dict(roll.params), roll.name, share)
    return _show(request, draft, roll)


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """A kept roll as a file, for the place chosen beside it."""
    roll = _roll(request, pk)
    draft = Draft(roll.kind, list(roll.columns), roll.joined, dict(roll.params), roll.name)
    if place := request.POST.get("village", ""):
        draft.params["village"] = place[:12]
    return _handed_out(request, draft)


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def export_draft(request: HttpRequest) -> HttpResponse:
    """The roll on the desk as a file, without keeping it."""
    return _handed_out(request, _draft(request))


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def clear(request: HttpRequest) -> HttpResponse:
    """Ask a second person for the roll on the desk with whole numbers."""
    account, draft = account_of(request), _draft(request)
    _may_reveal(account)
    columns = paper.chosen(account, draft.kind, draft.columns)
    if not any(column.column.secret for column in columns):
        raise BadRequest(_("所选的列里没有证件号码、电话或账号，不需要审批，直接导出即可。"))
    return ask_clear(request, "rolls", draft.asked(), [column.label for column in columns])


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def register(request: HttpRequest) -> HttpResponse:
    """The register of the chosen place as its own workbook, which the import takes back."""
    return hand_out(request, "register", {"params": _place(request)})


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def register_clear(request: HttpRequest) -> HttpResponse:
    """Ask a second person for the register of the chosen place with whole numbers."""
    _may_reveal(account_of(request))
    return ask_clear(request, "register", {"params": _place(request)}, [_("登记簿全部列")])


def _may_reveal(account: Account) -> None:
    if not account.can(Permission.REVEAL):
        raise PermissionDenied(_("您的岗位不能查看完整号码，也不能申请导出。"))


def _place(request: HttpRequest) -> dict[str, str]:
    place = request.POST.get("village", "")[:12]
    return {"village": place} if place else {}


@require_POST
@page(Permission.HOUSEHOLD_EXPORT)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own column set away; somebody else's answers as missing."""
    roll, account = _roll(request, pk), account_of(request)
    if roll.by_id != account.pk:
        raise Http404
    acts.delete(roll=roll, by=account)
    messages.success(request, _("花名册“%s”已删除。") % roll.name)
    return redirect("rolls")


# --- parts ------------------------------------------------------------------------------------------------


def _roll(request: HttpRequest, pk: int) -> SavedRoll:
    return get_object_or_404(rolls.visible(account_of(request)), pk=pk)


def _handed_out(request: HttpRequest, draft: Draft) -> HttpResponse:
    if not paper.chosen(account_of(request), draft.kind, draft.columns):
        raise BadRequest(_("还没有选列，请先选好列再导出。"))
    return hand_out(request, "rolls", draft.asked())


def _draft(request: HttpRequest) -> Draft:
    """The roll of the form, with the step that a button asks for: add, up, down, drop."""
    sent, account = request.POST, account_of(request)
    kind = sent.get("kind", "")
    if kind not in Kind.values:
        raise BadRequest(_("请先选好每户、每人、每项措施还是每次走访一行。"))
    mine = {column.code for column in usable(account, kind)}
    columns = [code for code in dict.fromkeys(sent.getlist("column")) if code in mine][:MOST_COLUMNS]
    columns += [code for code in sent.getlist("add") if code in mine and code not in columns]
    kept = rolls.params_of(account, kind, sent)  # type: ignore[arg-type]
    moved = _moved(columns[:MOST_COLUMNS], sent.get("move", ""))
    joined = bool(sent.get("joined")) and kind != Kind.HOUSEHOLD
    return Draft(kind, moved, joined, kept, sent.get("name", "")[:60], bool(sent.get("share")))


def _moved(columns: list[str], move: str) -> list[str]:
    """up:code, down:code, drop:code."""
    way, _mark, code = move.partition(":")
    if code not in columns:
        return columns
    at = columns.index(code)
    rest = columns[:at] + columns[at + 1 :]
    if way == "drop":
        return rest
    to = max(at - 1, 0) if way == "up" else at + 1
    return [*rest[:to], code, *rest[to:]]


def _desk(request: HttpRequest, roll: SavedRoll | None) -> HttpResponse:
    draft, account = _draft(request), account_of(request)
    if request.POST.get("act") != "save":
        return _show(request, draft, roll)
    own = roll if roll is not None and roll.by_id == account.pk else None
    try:
        kept = acts.save(
            roll=own, name=draft.name, kind=draft.kind, columns=draft.columns, joined=draft.joined,
            params=draft.params, share=draft.share, by=account,
        )  # fmt: skip
    except ValidationError as error:
        return _show(request, draft, roll, "".join(error.messages))
    messages.success(request, _("花名册“%s”已保存。") % kept.name)
    return redirect("rolls")


def _show(request: HttpRequest, draft: Draft, roll: SavedRoll | None, error: str = "") -> HttpResponse:
    account: Account = account_of(request)
    groups: dict[str, list[Any]] = {}
    for column in usable(account, draft.kind):
        if column.code not in draft.columns:
            groups.setdefault(str(column.group), []).append(column)
    filters = [
        {"code": one.code, "label": one.label, "options": one.choices(account), "value": draft.params.get(one.code, "")}
        for one in rolls.filters(account, draft.kind)
        if one.choices
    ]
    chosen = [found for code in draft.columns if (found := find(code))]
    context = {
        "roll": roll,
        "draft": draft,
        "chosen": chosen,
        "groups": groups.items(),
        "filters": filters,
        "error": error,
        "row_words": Kind(draft.kind).label,
        "several": draft.kind != Kind.HOUSEHOLD,
        "number_words": _number(account, draft),
        "may_clear": account.can(Permission.REVEAL),
        "secret": any(column.column.secret for column in chosen),
    }
    return render(request, "households/rolls/desk.html", context, status=422 if error else 200)


def _number(account: Account, draft: Draft) -> str:
    """How many rows the roll has by now, in words."""
    day, entry = periods.today(), slots.ROLL_KINDS.get(draft.kind)
    events = rolls.events(account, draft.kind, draft.params, day)
    number = rolls.number(rolls.cards(account, draft.params, day), draft.kind, day, events)
    if entry:
        return entry.words(number)
    if draft.kind == Kind.PERSON:
        return ngettext("按现在的条件 %d 人", "按现在的条件 %d 人", number) % number
    return ngettext("按现在的条件 %d 户", "按现在的条件 %d 户", number) % number
