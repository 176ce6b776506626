"""The audit trail 审计日志 on its way out: the events that the page's filters find, newest first."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.actions import audit_check
from povertycase.exchange.listed import Listed, conditions, day_words
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account, Division
from povertycase.queries import trail
from povertycase.slots import ListExport

TITLE = "审计日志"


def of(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: who, kind, since, until, town as on the page; household: the key of the one it is narrowed to, or None."""
    wanted = trail.asked(asked, asked.get("household"))
    number = trail.events(account, wanted).count()

    def note(*, rows: int, by: Account, job: Any) -> None:
        audit_check.note_export(rows=rows, by=by)

    paper = Paper(_(TITLE), _heads(), left=day_words(day), conditions=conditions(_chips(wanted)) or _("全部"))
    return Listed(paper, lambda: trail.rows(account, wanted, number), number, f"{_(TITLE)} {day}", note)


def _heads() -> tuple[Head, ...]:
    return (
        *(Head(_("编号"), 10, "count"), Head(_("时间"), 20), Head(_("账号"), 18), Head(_("事项"), 18)),
        *(Head(_("内容"), 70, "long"), Head(_("涉及户数"), 10, "count"), Head(_("地址"), 16)),
    )


def _chips(wanted: trail.Asked) -> list[dict[str, Any]]:
    """The filters in words; a household is not named where the list lies about."""
    kind = slots.AUDIT_KINDS.get(wanted.kind)
    town = Division.objects.filter(code=wanted.town).values_list("name", flat=True).first()
    told = (
        (_("账号"), wanted.who), (_("事项"), kind.label if kind else ""), (_("开始日期"), wanted.since),
        (_("结束日期"), wanted.until), (_("乡镇"), town), (_("户"), _("一户") if wanted.household is not None else ""),
    )  # fmt: skip
    return [{"label": label, "value": value} for label, value in told if value]


EXPORT = ListExport("audit", later("审计日志"), Permission.AUDIT_VIEW, of, 8)
