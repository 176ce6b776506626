"""Pages of the monthly bulletin: list, table, villages of a town, issue, workbook, comparison with the month before."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.actions import desk
from povertycase.models import Account, Division
from povertycase.periods import Month
from povertycase.rules import cautions
from povertycase.rules.versions import RuleError
from supervision.actions import bulletins as acts
from supervision.forms.bulletin import DraftForm, IssueForm
from supervision.models import Bulletin
from supervision.queries import bulletin_rules, bulletins, overview
from supervision.queries.bulletin_figures import of_level, prefix_of, row_of
from supervision.sheets.bulletin_xlsx import of_bulletin

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@page(Permission.BULLETIN_VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """All bulletins this account may see, newest month first."""
    account = account_of(request)
    found = bulletins.listed(account)
    if (state := request.GET.get("state")) in (Bulletin.State.DRAFT, Bulletin.State.ISSUED):
        found = found.filter(state=state)
    rows = [(one, Month.parse(one.month).words()) for one in found]
    form = DraftForm(today=periods.today()) if account.can(Permission.BULLETIN_DRAFT) else None
    return render(request, "supervision/bulletins.html", {"rows": rows, "draft_form": form})


@require_POST
@page(Permission.BULLETIN_DRAFT)
def draft(request: HttpRequest) -> HttpResponse:
    """Have the draft of a month made, in the background."""
    form = DraftForm(request.POST, today=periods.today())
    division = _own_county(request)
    if not form.is_valid():
        messages.error(request, _("请选择一个已经截止的月份。"))
        return redirect("bulletins")
    try:
        month = Month.parse(form.cleaned_data["month"])
        made = acts.start(month=month, division=division, on=periods.today(), by=account_of(request))
    except (acts.BulletinError, RuleError) as reason:
        messages.error(request, str(reason))
        return redirect("bulletins")
    return redirect("bulletin", pk=made.pk)


@require_safe
@page(Permission.BULLETIN_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One bulletin as it is printed; every figure inside one's reach opens its list."""
    bulletin = _bulletin(request, pk)
    desk.note_opened(kind="bulletin", key=bulletin.pk, by=account_of(request))
    return render(request, "supervision/bulletin.html", _context(request, bulletin))


@require_safe
@page(Permission.BULLETIN_VIEW)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar of a draft in the making, asked for every two seconds; the page is renewed when it is there."""
    bulletin = _bulletin(request, pk)
    answer = render(request, "supervision/bulletin_progress.html", {"bulletin": bulletin, "job": bulletin.job})
    if bulletin.job is None or not bulletin.job.is_open:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_safe
@page(Permission.BULLETIN_VIEW)
def town(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A town of the bulletin by village."""
    bulletin = _bulletin(request, pk)
    if not row_of(bulletin.figures, code):
        raise Http404
    context = _context(request, bulletin, town=code)
    if len(context["lines"]) < 2:
        raise Http404
    return render(request, "supervision/bulletin.html", context)


@require_POST
@page(Permission.BULLETIN_ISSUE)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a draft under the office's number; a mistake comes back beside the field."""
    bulletin, form = _bulletin(request, pk), IssueForm(request.POST)
    if form.is_valid():
        try:
            acts.issue(
                bulletin=bulletin,
                number=form.cleaned_data["number"],
                on=periods.today(),
                by=account_of(request),
                write=of_bulletin,
            )
        except acts.BulletinError as reason:
            form.add_error("number", str(reason))
        else:
            messages.success(request, _("通报已印发，数字、名单和工作簿从此不再变动。"))
            return redirect("bulletin", pk=pk)
    return render(request, "supervision/bulletin.html", _context(request, bulletin, form=form), status=422)


@require_safe
@page(Permission.BULLETIN_VIEW)
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """附件1 as an Excel file, under the name the office gives it."""
    bulletin = _bulletin(request, pk)
    stored = Bulletin.objects.visible_to(account_of(request)).values_list("workbook", flat=True).get(pk=bulletin.pk)
    if not stored:
        raise Http404
    rules = bulletin_rules.recorded(bulletin)
    answer = HttpResponse(bytes(stored), content_type=XLSX)
    with translation.override("zh-hans"):  # a paper has one name, whatever the page's language
        name = rules.form.file_name(rules.month.label())
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


@require_safe
@page(Permission.BULLETIN_VIEW)
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """A row of the bulletin beside the same row of the month before."""
    account, bulletin = account_of(request), _bulletin(request, pk)
    before = bulletins.month_before(bulletin, account)
    code = request.GET.get("row", bulletin.division_code)
    if before is None or not row_of(bulletin.figures, code):
        raise Http404
    lines = bulletins.table(bulletin, account, bulletin_rules.recorded(bulletin))
    context = {
        **_names(bulletin),
        "before": before,
        "before_label": Month.parse(before.month).words(),
        "changes": bulletins.changes(before, bulletin, code),
        "lines": lines,
        "row": next((line for line in lines if line.code == code), None),
        "opens": account.can(Permission.HOUSEHOLD_VIEW),
    }
    return render(request, "supervision/bulletin_compare.html", context)


def waiting(account: Account, as_of: Any) -> list[dict[str, Any]]:
    """On the workbench: drafts that wait for their number."""
    number = bulletins.listed(account).filter(state=Bulletin.State.DRAFT).count()
    return [{"label": _("待印发的通报"), "count": number, "url": f"{reverse('bulletins')}?state=draft"}]


def _bulletin(request: HttpRequest, pk: int) -> Bulletin:
    """The bulletin of the address; hidden and missing are the same 404."""
    found = bulletins.one(account_of(request), pk)
    if found is None:
        raise Http404
    return found


def _names(bulletin: Bulletin) -> dict[str, Any]:
    rules = bulletin_rules.recorded(bulletin)
    return {"bulletin": bulletin, "rules": rules, "title": rules.form.title(rules.month.words())}


def _context(
    request: HttpRequest, bulletin: Bulletin, *, town: str = "", form: IssueForm | None = None
) -> dict[str, Any]:
    account, context = account_of(request), _names(bulletin)
    if bulletin.state == Bulletin.State.MAKING:
        return context
    rules = context["rules"]
    whole = row_of(bulletin.figures, town or bulletin.division_code) or {"cells": {}}
    missed = bulletins.entry_warning(bulletin, rules, periods.today())
    return {
        **context,
        "town": row_of(bulletin.figures, town) if town else None,
        "lines": bulletins.table(bulletin, account, rules, town),
        "heading_rows": bulletins.heading_rows(rules.form, _("村") if town else ""),
        "charts": _charts(bulletin, account, town),
        "notes": rules.form.notes(whole["cells"], rules.grace_days),
        "warnings": [*cautions.say_all(rules.record["warnings"]), *filter(None, [missed])],
        "before": bulletins.month_before(bulletin, account),
        "may_recheck": _may_recheck(bulletin, account) and not town,
        "refusal": acts.why_not(bulletin, account),
        "may_issue": account.can(Permission.BULLETIN_ISSUE),
        "issue_form": form or IssueForm(),
        "form": form,
    }


def _charts(bulletin: Bulletin, account: Account, town: str) -> list[overview.Chart]:
    """The month drawn by town; of a town, by village as far as the account reaches: the rows of the table."""
    inside = of_level(bulletin.figures, "village" if town else "town", town[:9])
    shown = [row for row in inside if not town or bulletins.covers(account, prefix_of(row))]
    return [chart for chart in (overview.by_place(shown), overview.visits_by_place(shown)) if chart]


def _may_recheck(bulletin: Bulletin, account: Account) -> bool:
    issued = bulletin.state == Bulletin.State.ISSUED
    return issued and account.can(Permission.BULLETIN_DRAFT) and bulletins.covers(account, bulletin.division_code)


def _own_county(request: HttpRequest) -> Division:
    """The county whose bulletin this account may draft."""
    found = bulletins.county_of(account_of(request))
    if found is None:
        raise Http404
    return found
