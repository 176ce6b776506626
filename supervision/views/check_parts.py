"""What suspicious data put into the slots: menu, workbench, the section of the household file, the words of its acts."""

import datetime
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from households.models import Household
from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.exchange import batch
from povertycase.models import Account, JobRun
from povertycase.slots import AuditKind
from supervision.actions import check_batches, check_hits, check_upload
from supervision.models import CheckItem
from supervision.queries import check_items, check_live, check_words
from supervision.sheets import answer_rows, check_columns


def section(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """疑点: what the rules find in this household now, and where each stands."""
    found = check_live.of_household(household.pk, None, as_of)
    items = {
        item.rule_code: item
        for item in check_items.visible(account).filter(household=household).exclude(state=CheckItem.State.CLOSED)
    }
    excused = check_items.excused_rules(household.pk, as_of)
    rows = [
        {
            "rule": _(hit.check.name),
            "found": check_words.plain(hit.values, account, line=bool(hit.check.thresholds())),
            "members": hit.members,
            "item": items.get(code),
            "excused": code in excused,
        }
        for code, hit in sorted(found.items(), key=lambda pair: (pair[1].check.level, pair[0]))
    ]
    return {"rows": rows, "as_of": as_of}


def desk(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """What waits for this account, and what of it is overdue; each count is its list."""
    address = reverse("check-items")
    mine = check_items.waiting(account)
    late = check_items.chosen(account, {"turn": "mine", "late": "1"}, as_of).count()
    told = {"note": ngettext("逾期 {n} 条", "逾期 {n} 条", late).format(n=late), "late": True} if late else {}
    return [{"label": _("待我办理的疑点"), "count": mine.count(), "url": f"{address}?turn=mine", **told}]


def _as_it_is(stage: Any) -> None:
    """The rows become a batch of suspicious data while one waits."""


def _row_by_row(stage: Any, low: int, high: int) -> dict[str, int]:
    """Nothing is applied by a job: its page asks whose list it is and until when, and answers at once."""
    return {}


LIST = slots.ImportKind(
    check_upload.LIST, 30, gettext_lazy("上级疑点清单"), Permission.CHECK_SEND, (check_columns.LIST_SHEET,), _as_it_is,
    _row_by_row, {"page": "check-superior"},
)  # fmt: skip

AUDITED = (
    AuditKind(
        "check.sent",
        gettext_lazy("下发疑点"),
        gettext_lazy("{by}下发疑点批次 {about} 共 {items} 条，回收期限 {deadline}"),
    ),
    AuditKind(
        "check.answered", gettext_lazy("核实疑点"), gettext_lazy("{by}核实批次 {about} 的疑点 {items} 条：{answer}")
    ),
    AuditKind(
        "check.taken_back", gettext_lazy("撤销疑点答复"), gettext_lazy("{by}撤销导入的批次 {about} 疑点答复 {items} 条")
    ),
    AuditKind("check.passed", gettext_lazy("乡镇审核疑点"), gettext_lazy("{by}审核通过批次 {about} 的疑点 {items} 条")),
    AuditKind("check.closed", gettext_lazy("办结疑点"), gettext_lazy("{by}审核办结批次 {about} 的疑点 {items} 条")),
    AuditKind(
        "check.returned", gettext_lazy("退回疑点"), gettext_lazy("{by}退回批次 {about} 的疑点 {items} 条重新核实")
    ),
    AuditKind(
        "check.exported",
        gettext_lazy("导出核实表"),
        gettext_lazy("{by}下载批次 {about} 的核实表 {files} 个、{rows} 行"),
    ),
    AuditKind(
        "check.sheet_read",
        gettext_lazy("读回核实表"),
        gettext_lazy("{by}上传核实表 {about}：核实 {done} 条，未变 {same} 条，未通过 {left} 条"),
    ),
    AuditKind(
        "check.list_read", gettext_lazy("读入上级疑点"), gettext_lazy("{by}上传上级疑点清单 {about}：下发 {done} 条")
    ),
    AuditKind("check.proof_opened", gettext_lazy("查看疑点依据"), gettext_lazy("{by}查看批次 {about} 的疑点依据")),
)


def _batch_address(job: JobRun) -> str:
    return reverse("check-batch", args=[job.params["batch"]])


def register() -> None:
    """Fill the slots."""
    slots.MENU.add(slots.MenuEntry("checks", 55, pgettext_lazy("menu", "疑点核实"), "checks", Permission.CHECK_VIEW))
    slots.WORKBENCH_ITEMS.add(slots.WorkbenchItem("checks.todo", 30, "todo", Permission.CHECK_VIEW, desk))
    slots.FILE_SECTIONS.add(
        slots.Section(
            "checks", 95, gettext_lazy("疑点"), Permission.CHECK_VIEW, section, "supervision/checks/section.html"
        )
    )
    slots.HOUSEHOLD_WRITTEN.add(slots.AfterWriting("supervision.checks", 20, check_hits.recheck))
    batch.add(answer_rows.KIND)
    slots.IMPORT_KINDS.add(LIST)
    slots.JOB_KINDS.add(replace(check_batches.KIND, url=_batch_address))
    for kind in AUDITED:
        slots.AUDIT_KINDS.add(kind)
