"""空表自动填: bring a superior's form, see what its headings mean here, correct it, take it back filled in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.actions import foreign_books
from povertycase.exchange import files, written
from povertycase.exchange.files import FileRefused, check_size
from povertycase.models import Account, ForeignBook
from supervision.actions import form_fill
from supervision.queries import bulletins, form_figures, form_meanings
from supervision.queries.form_meanings import Meaning
from supervision.sheets import filled_form, form_reading
from supervision.sheets.form_reading import EmptyForm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.BULLETIN_VIEW)
def begin(request: HttpRequest) -> HttpResponse:
    """The form for a form; a file without places or headings is refused beside the field."""
    if request.method != "POST":
        return render(request, "supervision/forms/begin.html", _begun(request))
    file = request.FILES.get("file")
    if file is None:
        return _refused(request, _("请先选择要填的空表。"))
    name = file.name or ""
    try:
        check_size(name, file.size or 0)
        data = file.read()
        _read(name, data)
    except FileRefused as reason:
        return _refused(request, str(reason))
    book = foreign_books.take_in(kind=ForeignBook.FORM, name=name, data=data, found={}, by=account_of(request))
    return redirect("form-fill-book", pk=book.pk)


@require_safe
@page(Permission.BULLETIN_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The places and headings that were found, each with the indicator it is taken for."""
    book, account = _book(request, pk), account_of(request)
    try:
        form = _read(book.upload.name, files.load(book.upload))
    except FileRefused as reason:
        return _refused(request, str(reason))
    meanings, origins = form_meanings.all_of(periods.today()), form_figures.origins(account)
    known = form_meanings.remembered(account, (form_meanings.key_of(one.path) for one in form.headings))
    lines = [_heading(one, meanings, known) for one in form.headings]
    context = {
        "book": book,
        "form_found": form,
        "lines": lines,
        "mapped": sum(bool(line["code"]) for line in lines),
        "choices": [("", _("没有对应的指标，留空")), *((one.code, _named(one)) for one in meanings.values())],
        "origins": [(one.code, one.words) for one in origins],
        "unknown": [line for line in form.lines if not line.code],
        "outside": [line for line in form.matched if not _covers(account, line.code)],
        "until": book.created_at + foreign_books.KEEP,
    }
    return render(request, "supervision/forms/detail.html", context)


@page(Permission.BULLETIN_VIEW, limit="export")
@require_POST
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The form with its figures; what the headings were decided to mean is kept for the next form."""
    book, account = _book(request, pk), account_of(request)
    origin = next((one for one in form_figures.origins(account) if one.code == request.POST.get("origin")), None)
    figures = form_fill.figures(account, origin) if origin else None
    if origin is None or figures is None:
        messages.warning(request, _("请选择数据来源；还没有全量核查和督查通报时没有数可填。"))
        return redirect("form-fill-book", pk=book.pk)
    try:
        data = files.load(book.upload)
        form = _read(book.upload.name, data)
    except FileRefused as reason:
        return _refused(request, str(reason))
    meanings = form_meanings.all_of(periods.today())
    meant = _decided(request, form, meanings)
    filling = filled_form.Filling(
        form, meant, meanings, figures, lambda prefix: bulletins.covers(account, prefix)
    )  # fmt: skip
    try:
        body = filled_form.of(data, filling, str(account), f"{localtime(periods.now()):%Y-%m-%d %H:%M}")
    except written.NotWritten:
        return _refused(request, _("这份空表打不开，不能写入；请用 Excel 或 WPS 另存为“.xlsx”后再上传。"))
    form_fill.note(
        book=book, origin=origin, headings=len(filling.filled), places=len(filling.rows()), by=account
    )  # fmt: skip
    answer = HttpResponse(body, content_type=XLSX)
    name = filled_form.file_name(book.upload.name)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _decided(request: HttpRequest, form: EmptyForm, meanings: dict[str, Meaning]) -> dict[int, str]:
    """What each column means as the page says it now; kept where somebody chose it."""
    found, kept = {}, {}
    for heading in form.headings:
        code = request.POST.get(f"c-{heading.column}")
        if code is None or code and code not in meanings:
            continue
        found[heading.column] = code
        kept[form_meanings.key_of(heading.path)] = code
    form_fill.remember(meanings=kept, by=account_of(request))
    return found


def _heading(heading: Any, meanings: dict[str, Meaning], known: dict[str, str]) -> dict[str, Any]:
    key = form_meanings.key_of(heading.path)
    remembered = key in known and (not known[key] or known[key] in meanings)
    code = known[key] if remembered else form_meanings.suggested(heading.path, meanings)
    return {"heading": heading, "code": code, "remembered": remembered}


def _named(meaning: Meaning) -> str:
    if not meaning.unit:
        return meaning.words
    return _("%(what)s（%(unit)s）") % {"what": meaning.words, "unit": _(meaning.unit)}


def _covers(account: Account, code: str) -> bool:
    return bulletins.covers(account, filled_form.prefix_of(code))


def _read(name: str, data: bytes) -> EmptyForm:
    return form_reading.read(name, data, county=settings.COUNTY, day=periods.today())


def _book(request: HttpRequest, pk: int) -> ForeignBook:
    seen = ForeignBook.objects.visible_to(account_of(request)).filter(kind=ForeignBook.FORM)
    return get_object_or_404(seen.select_related("upload"), pk=pk)


def _begun(request: HttpRequest, error: str = "") -> dict[str, Any]:
    mine = ForeignBook.objects.visible_to(account_of(request)).filter(kind=ForeignBook.FORM)
    return {
        "error": error,
        "books": mine.select_related("upload").order_by("-pk")[:10],
        "days": foreign_books.KEEP.days,
    }


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    return render(request, "supervision/forms/begin.html", _begun(request, sentence), status=422)
