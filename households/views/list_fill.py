"""名单补列: bring a list, see how its people were found, choose who is meant, take it back with the columns wanted."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.actions import list_fill
from households.queries import list_match
from households.queries.file import masked
from households.queries.list_match import Key
from households.sheets import fill_columns, filled_list, list_keys
from households.sheets.fill_columns import FillColumn
from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.actions import foreign_books
from povertycase.exchange.files import FileRefused, check_size
from povertycase.exchange.tables import Table
from povertycase.models import Account, ColumnChoice, ForeignBook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_TOLD = 20
KINDS = (("id", later("证件号码")), ("number", later("户编号")), ("name", later("乡镇、村和姓名")))
A_PAGE, SIZES = 50, ("20", "50", "100")


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.HOUSEHOLD_EXPORT, limit="search")
def begin(request: HttpRequest) -> HttpResponse:
    """The form for a list; a file that is none is refused beside the field. A list brought counts as a search."""
    if request.method != "POST":
        return render(request, "households/lists/begin.html", _begun(request))
    file = request.FILES.get("file")
    if file is None:
        return _refused(request, _("请先选择名单文件。"))
    name = file.name or ""
    try:
        check_size(name, file.size or 0)
        data = file.read()
        key, asked = list_keys.read(name, data)
    except FileRefused as reason:
        return _refused(request, str(reason))
    book = list_fill.take_in(name=name, data=data, key=key, asked=asked, day=periods.today(), by=account_of(request))
    return redirect("list-fill-book", pk=book.pk)


@require_safe
@page(Permission.HOUSEHOLD_EXPORT)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How the rows were found, and the columns to tick."""
    book, account = _book(request, pk), account_of(request)
    filled = list_fill.read(book)
    columns = fill_columns.usable(account, filled.key.kind)
    ticked = _ticked(account, columns)
    others = [row for row in map(filled.decided, filled.rows) if row.outcome != list_match.ONE]
    context = {
        "book": book,
        "key": filled.key,
        "keys": dict(KINDS)[filled.key.kind],
        "total": len(filled.rows),
        "counts": _counts(filled.counts),
        "open": sum(filled.decided(row).outcome == list_match.SEVERAL for row in filled.open),
        "several": len(filled.open),
        "others": [(row.row + 1, list_match.words(row)) for row in others[:MOST_TOLD]],
        "more": max(len(others) - MOST_TOLD, 0),
        "columns": _grouped(columns, ticked),
        "ticked": ticked,
        "until": book.created_at + foreign_books.KEEP,
    }
    return render(request, "households/lists/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.HOUSEHOLD_EXPORT, limit="search")
def key(request: HttpRequest, pk: int) -> HttpResponse:
    """Another sheet or column to look the rows up by, where what was found is wrong; they are looked up again."""
    book, error = _book(request, pk), ""
    try:
        found = list_keys.sheets(book.upload.name, list_fill.original(book))
    except FileRefused as reason:
        return _refused(request, str(reason))
    at, seen = _sheet(request, found, list_fill.read(book).key)
    if request.method == "POST":
        told = {name: _column(request.POST.get(name, "")) for name in ("column", "town", "village")}
        try:
            chosen = list_keys.by_hand(found[at], seen, kind=request.POST.get("kind", ""), **told)
        except FileRefused as reason:
            error = str(reason)
        else:
            asked = list_keys.rows(found[at], chosen)
            list_fill.look_again(book=book, key=chosen, asked=asked, day=periods.today(), by=account_of(request))
            messages.success(request, _("已按选定的列重新查找。"))
            return redirect("list-fill-book", pk=book.pk)
    context = {"book": book, "key": seen, "kinds": KINDS, "columns": list_keys.headings(found[at], seen)}
    context |= {"sheets": [(number, table.name) for number, table in enumerate(found)], "sheet": at, "error": error}
    return render(request, "households/lists/key.html", context, status=422 if error else 200)


def _sheet(request: HttpRequest, found: Sequence[Table], kept: Key) -> tuple[int, Key]:
    """The sheet asked for by its number, else the one in use, and its key: the kept one or what it seems to be."""
    asked = _column(request.POST.get("sheet", "") or request.GET.get("sheet", ""))
    used = next((at for at, table in enumerate(found) if table.name == kept.sheet), 0)
    at = asked if 0 <= asked < len(found) else used
    return at, kept if at == used else list_keys.guess(found[at])


def _column(text: str) -> int:
    number = whole(text, 5)
    return -1 if number is None else number


@page(Permission.HOUSEHOLD_EXPORT, limit="export")
@require_POST
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The list with the ticked columns; that it was taken is in the audit trail."""
    book, account = _book(request, pk), account_of(request)
    filled, wanted = list_fill.read(book), set(request.POST.getlist("column"))
    columns = [one for one in fill_columns.usable(account, filled.key.kind) if one.code in wanted]
    if not columns:
        messages.warning(request, _("请至少勾选一列，再下载。"))
        return redirect("list-fill-book", pk=book.pk)
    try:
        data = list_fill.original(book)
        contents = filled_list.contents(filled, columns, day=periods.today(), by=account)
        body = filled_list.of(book.upload.name, data, contents)
    except FileRefused as reason:
        return _refused(request, str(reason))
    labels = {column.code: column.label for column in columns}
    list_fill.note(filled=filled, columns=labels, households=contents.households, by=account)
    answer = HttpResponse(body, content_type=XLSX)
    name = filled_list.file_name(book.upload.name)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.HOUSEHOLD_EXPORT)
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is meant in the rows that several people fit; kept for this list alone."""
    book, account = _book(request, pk), account_of(request)
    filled = list_fill.read(book)
    size = request.GET.get("size", "")
    shown = Paginator(filled.open, int(size) if size in SIZES else A_PAGE).get_page(request.GET.get("page"))
    if request.method == "POST":
        answers = {name[2:]: request.POST.get(name, "") for name in request.POST if name.startswith("r-")}
        chosen = {row: number for row, value in answers.items() if (number := whole(value)) is not None}
        list_fill.decide(book=book, chosen=chosen, by=account)
        messages.success(request, _("已记下，只用于这份名单。"))
        if shown.has_next():
            query = request.GET.copy()
            query["page"] = str(shown.next_page_number())
            return redirect(f"{request.path}?{query.urlencode()}")
        return redirect("list-fill-book", pk=book.pk)
    context = {"book": book, "page": shown, "rows": _open_rows(account, filled, shown.object_list)}
    return render(request, "households/lists/choose.html", context)


def _open_rows(account: Account, filled: list_fill.Filled, rows: Any) -> list[dict[str, Any]]:
    """Each row as the list says it, with its candidates: village, group, year of birth, the masked number."""
    wanted = {person for row in rows for person in row.candidates}
    known = list_match.candidates(wanted, by=account, day=periods.today())
    said, places = list_fill.said(filled.book), list_match.villages(known.values())
    health = account.can(Permission.HEALTH_VIEW)
    found = []
    for row in rows:
        people = [known[person] for person in row.candidates if person in known]
        for one in people:
            one.place = places.get(one.household.card.village_code, "")
            one.masked = masked("id", one.person.id_number, one.person.id_index, health=health)
        chosen = filled.chosen.get(str(row.row), 0)
        found.append({"row": row.row, "said": said.get(str(row.row), ""), "people": people, "chosen": chosen})
    return found


def _book(request: HttpRequest, pk: int) -> ForeignBook:
    seen = ForeignBook.objects.visible_to(account_of(request)).filter(kind=ForeignBook.LIST)
    return get_object_or_404(seen.select_related("upload"), pk=pk)


def _begun(request: HttpRequest, error: str = "") -> dict[str, Any]:
    mine = ForeignBook.objects.visible_to(account_of(request)).filter(kind=ForeignBook.LIST)
    return {
        "error": error,
        "books": mine.select_related("upload").order_by("-pk")[:10],
        "most": list_fill.MOST_ROWS,
        "days": foreign_books.KEEP.days,
    }


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    return render(request, "households/lists/begin.html", _begun(request, sentence), status=422)


def _counts(found: dict[str, int]) -> list[tuple[str, int, str]]:
    """Outcome in words, how many rows, tone; what cannot be read counts as not found."""
    found = dict(found)
    found[list_match.NONE] = found.get(list_match.NONE, 0) + found.pop(list_match.UNREADABLE, 0)
    tones = {list_match.ONE: "good", list_match.SEVERAL: "warn", list_match.NONE: "bad"}
    words = list_match.said()
    return [(words[code], found[code], tones.get(code, "info")) for code in words if found.get(code)]


def _grouped(columns: list[FillColumn], ticked: set[str]) -> list[tuple[str, list[FillColumn], bool]]:
    """The columns by group, with whether the group is open: one that holds a tick, and the first."""
    groups: dict[str, list[FillColumn]] = {}
    for column in columns:
        groups.setdefault(column.group, []).append(column)
    return [
        (label, own, not at or any(column.code in ticked for column in own))
        for at, (label, own) in enumerate(groups.items())
    ]


def _ticked(account: Account, columns: list[FillColumn]) -> set[str]:
    """What the account chose last, as far as it may still see it; the usual ones the first time."""
    kept = ColumnChoice.objects.visible_to(account).filter(listing=list_fill.LISTING, account=account).first()
    return set(kept.columns if kept else fill_columns.USUAL) & {one.code for one in columns}
