"""Pages of warnings 预警 and of gaps of policies 应享未享: the rules with their counts, and the households of each."""

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.access.typed import whole
from povertycase.rules.check import Check
from supervision.actions import watch as acts
from supervision.queries import full_runs, own_rules, watch
from supervision.sheets import household_rows_xlsx
from supervision.views.bulletins import XLSX

SIZES = ("20", "50", "100")
MOST = 20_000  # rows of a workbook made while one waits
HEADINGS = ("乡镇", "村", "村民小组", "户主", "户编号", "系统中的情况", "发现日期")


@require_safe
@page(Permission.CHECK_VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Every warning and policy with the number of households it finds in the account's reach."""
    account, day = account_of(request), periods.today()
    found = watch.overview(account, day)
    context = {
        "groups": [
            {"kind": kind, "name": TITLES[kind][0], "note": TITLES[kind][1], "rows": rows}
            for kind, rows in found.items()
        ],
        "run": full_runs.last(),
        "may_see_rules": account.can(Permission.RULE_VIEW),
    }
    return render(request, "supervision/watch/overview.html", context)


@require_safe
@page(Permission.CHECK_VIEW)
def households(request: HttpRequest, rule: str) -> HttpResponse:
    """The households that one rule finds."""
    account = account_of(request)
    kind, one = _rule(request, rule)
    place, size = _place(request), request.GET.get("size", "")
    found = watch.found(account, rule, place)
    pages = Paginator(found, int(size) if size in SIZES else 50).get_page(request.GET.get("page"))
    context = {
        **watch.told(kind, one),
        "kind_name": TITLES[kind][0],
        "page": pages,
        "rows": watch.lines(pages.object_list, one, account),
        "places": watch.towns(account),
        "place": place,
        "may_export": account.can(Permission.HOUSEHOLD_EXPORT),
    }
    return render(request, "supervision/watch/households.html", context)


@require_POST
@page(Permission.HOUSEHOLD_EXPORT, limit="export")
def export(request: HttpRequest, rule: str) -> HttpResponse:
    """The households of a rule as an Excel file; who took it is in the audit trail."""
    account, day = account_of(request), periods.today()
    kind, one = _rule(request, rule)
    found = watch.found(account, rule, _place(request))
    if found.count() > MOST:
        raise BadRequest(_("一次最多导出 %d 行，请加条件缩小范围后再导出。") % MOST)
    with translation.override("zh-hans"):
        title = f"{TITLES[kind][0]}：{_(one.name)}"
        rows = [_row(line) for line in watch.lines(found, one, account)]
        file, number = household_rows_xlsx.of_rows(title, HEADINGS, rows, day=day, conditions=_place_name(request))
    acts.note_export(rule=one.name, rows=number, by=account)
    name = f"{title} {day}.xlsx".replace("/", "_")
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)  # type: ignore[return-value]


# Of each kind: its title, and what its lists are.
TITLES = {
    "warning": (own_rules.KINDS["warning"][0], gettext_lazy("县里自定的提醒，请去看一看；不是认定结论。")),
    "policy": (gettext_lazy("应享未享"), gettext_lazy("符合政策条件而没有查到已享受；是否享受由主管部门认定。")),
}


def _row(line: dict) -> list[str]:
    card = line["card"]
    return [
        line["town"], line["village"], card.group_name, card.head_name, card.household_no, line["found"],
        line["since"].isoformat(),
    ]  # fmt: skip


def _rule(request: HttpRequest, code: str) -> tuple[str, Check]:
    """The rule of an address; one that is not there and one that is not for this account are the same 404."""
    account = account_of(request)
    found = watch.rule(account, code, periods.today()) if account.can(Permission.CHECK_VIEW) else None
    if found is None:
        raise Http404
    return found


def _place(request: HttpRequest) -> str:
    place = request.GET.get("place", "")
    if place and whole(place) is None:
        raise Http404
    return place


def _place_name(request: HttpRequest) -> str:
    return dict(watch.towns(account_of(request))).get(_place(request), _place(request))
