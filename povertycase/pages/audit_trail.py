"""The audit trail for the audit administrator 审计管理员: who did what, when; whether anything was changed since."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later
from django.views.decorators.http import require_POST, require_safe

from povertycase import audit, periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.actions import audit_check
from povertycase.exchange import template
from povertycase.models import AuditEvent
from povertycase.pages.posts import towns
from povertycase.queries import trail

FILTERS = ("who", "kind", "since", "until", "town")
HOUSEHOLD = "audit_household"  # in the session: a household's number does not go into the address
ROWS = 100_000
HEADINGS = (
    (later("编号"), 10),
    (later("时间"), 20),
    (later("账号"), 18),
    (later("事项"), 14),
    (later("内容"), 70),
    (later("涉及户数"), 10),
    (later("地址"), 16),
)


@require_safe
@page(Permission.AUDIT_VIEW)
def timeline(request: HttpRequest) -> HttpResponse:
    """The timeline from a position on, and above it how the seals stand."""
    wanted = _asked(request, request.GET)
    positions = {name: int(text) for name in ("before", "after") if (text := request.GET.get(name, "")).isdecimal()}
    found = trail.stretch(account_of(request), wanted, **positions)
    context = {
        "found": found,
        "asked": wanted,
        "kinds": trail.kinds(),
        "towns": towns(),
        "number": trail.number_of(wanted.household) if wanted.household is not None else "",
        "filters": [(name, request.GET[name]) for name in FILTERS if request.GET.get(name)],
        "rows": ROWS,
        **_state(),
    }
    return render(request, "audit/timeline.html", context)


@require_safe
@page(Permission.AUDIT_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One event: sentence, person, address, the households' numbers, its seal."""
    seen = AuditEvent.objects.visible_to(account_of(request)).select_related("by", "job")
    event = trail.tell(get_object_or_404(seen, pk=pk))
    context = {"event": event, "numbers": trail.subjects(event), "seal": trail.seal_of(event)}
    return render(request, "audit/detail.html", context)


@require_POST
@page(Permission.AUDIT_VIEW)
def household(request: HttpRequest) -> HttpResponse:
    """Narrow the timeline to one household: its number comes by POST and stays out of the address."""
    number = request.POST.get("number", "").strip()
    found = trail.household_of(number) if number else None
    request.session.pop(HOUSEHOLD, None)
    params = {name: value for name in FILTERS if (value := request.POST.get(name))}
    if found is not None:
        request.session[HOUSEHOLD] = found
        params["household"] = "1"
    elif number:
        messages.warning(request, _("没有这个户编号，请核对。"))
    return redirect(f"{reverse('audit')}?{urlencode(params)}" if params else "audit")


@require_POST
@page(Permission.AUDIT_VIEW, limit="export")
def export(request: HttpRequest) -> HttpResponse:
    """The events found, as a workbook; that it left the house is an event itself."""
    own, wanted = account_of(request), _asked(request, request.POST)
    counted = _Counted(trail.rows(own, wanted, ROWS + 1))
    note = _("审计日志，%(day)s 由 %(who)s 导出") % {"day": periods.today(), "who": own.username}
    book = template.table("审计日志", [(_(heading), width) for heading, width in HEADINGS], counted, note)
    if counted.number > ROWS:
        messages.warning(request, _("超过 %(rows)s 条，请按日期缩小范围后再导出。") % {"rows": f"{ROWS:,}"})
        return redirect("audit")
    audit_check.note_export(rows=counted.number, by=own)
    answer = HttpResponse(
        book, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )  # fmt: skip
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-{periods.today()}.xlsx"'
    return answer


@require_POST
@page(Permission.AUDIT_VIEW)
def verify(request: HttpRequest) -> HttpResponse:
    """Have the whole trail compared with its seals now."""
    audit_check.start(by=account_of(request))
    return redirect("audit")


@require_safe
@page(Permission.AUDIT_VIEW)
def state(request: HttpRequest) -> HttpResponse:
    """The card of the seals alone, asked for again while a comparison runs."""
    return render(request, "audit/state.html", _state())


def _state() -> dict[str, Any]:
    check = trail.last_check()
    return {"chain": audit.state(), "check": check, "result": check.result if check and not check.is_open else {}}


def _asked(request: HttpRequest, params: Any) -> trail.Asked:
    chosen = request.session.get(HOUSEHOLD) if params.get("household") == "1" else None
    return trail.asked(params, chosen)


class _Counted:
    """Rows that are counted while they go by."""

    def __init__(self, rows: Any) -> None:
        self._rows, self.number = rows, 0

    def __iter__(self) -> Any:
        for row in self._rows:
            self.number += 1
            yield row
