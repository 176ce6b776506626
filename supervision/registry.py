"""What supervision puts into the slots: its rules as data, its jobs, the sentences of its acts."""

from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from povertycase import jobs, slots
from povertycase.access.permissions import Permission
from povertycase.models import Division, JobRun
from povertycase.rules import facts
from povertycase.rules.versions import SHIPMENTS, Shipment
from povertycase.slots import AuditKind
from supervision.actions import (
    bulletin_job,
    bulletin_recheck,
    exit_runs,
    fact_coverage,
    full_run,
    place_standing,
    standing,
)
from supervision.demo import kinds as demo_kinds
from supervision.facts import integrity as integrity_facts
from supervision.queries import effects, line_gaps, shortfalls
from supervision.queries import exit_runs as exit_reading
from supervision.queries import standing as standing_reading
from supervision.sheets import bulletin_xlsx
from supervision.sheets import lists as list_exports
from supervision.views import bulletins as bulletin_pages
from supervision.views import check_parts, draft_parts, watch_parts
from supervision.views import overview as overview_page

HERE = Path(__file__).resolve().parent

SHIPMENTS.add(Shipment("standards", "standard", HERE / "standards"))
SHIPMENTS.add(Shipment("thresholds", "threshold", HERE / "thresholds"))
SHIPMENTS.add(Shipment("checks", "check", HERE / "checks"))
SHIPMENTS.add(Shipment("warnings", "warning", HERE / "warnings"))


def _exit_address(job: JobRun) -> str:
    return reverse("exit-run", args=[job.params["run"]])


slots.JOB_KINDS.add(replace(exit_runs.KIND, url=_exit_address))
for _export in list_exports.EXPORTS:
    slots.LIST_EXPORTS.add(_export)
slots.MENU.add(slots.MenuEntry("exit", 50, _("退出达标预审"), "exit-runs", Permission.EXIT_VIEW))
slots.FILE_SECTIONS.add(
    slots.Section(
        "exit", 90, _("退出达标情况"), Permission.EXIT_VIEW, exit_reading.file_section, "supervision/exit_section.html"
    )
)

slots.CHANGE_EFFECTS.add(effects.EFFECT)
slots.AUDIT_KINDS.add(
    AuditKind(
        "exit_run.started",
        _("退出达标预审"),
        _("{by}按“{about}”对{division}的{population}做退出达标预审，截止 {as_of}"),
    )
)

slots.AUDIT_KINDS.add(
    AuditKind("exit_run.list_exported", _("导出预审名单"), _("{by}导出“{about}”截止 {as_of} 的预审名单 {rows} 行"))
)

# --- what stands ------------------------------------------------------------------------------------------

slots.JOB_KINDS.add(replace(full_run.KIND, url=lambda job: reverse("exit-runs")))
slots.HOUSEHOLD_WRITTEN.add(slots.AfterWriting("supervision.standing", 10, standing.rejudge))
slots.PLACE_WRITTEN.add(slots.AfterWriting("supervision.places", 10, place_standing.after_writing))
STANDING_FIELDS = "supervision.api.standing.StandingFields"
slots.API_FIELDS.add(
    slots.ApiField("standing", Permission.EXIT_VIEW, standing_reading.for_programs, STANDING_FIELDS, 10)
)
slots.REGISTER_IMPORTED.add(slots.AfterImport("supervision.full_run", 10, full_run.after_import))
jobs.DAY_DUTIES.add(jobs.DayDuty(full_run.JOB, _("全量核查"), full_run.make_nightly, order=50))
slots.JOB_KINDS.add(fact_coverage.KIND)
jobs.DAY_DUTIES.add(jobs.DayDuty(fact_coverage.JOB, _("指标事实覆盖统计"), fact_coverage.make_nightly, order=60))
slots.AUDIT_KINDS.add(AuditKind("rules_run.started", _("全量核查"), _("{by}发起全量核查，截止 {day}")))
SHIPMENTS.add(Shipment("integrity", "integrity", HERE / "integrity"))
facts.register(sources=integrity_facts.SOURCES, facts=integrity_facts.FACTS)
slots.AUDIT_KINDS.add(AuditKind("integrity.checked", _("退出抽查"), _("{by}入户抽查户 {about}")))
slots.AUDIT_KINDS.add(AuditKind("integrity.list_exported", _("导出抽查名单"), _("{by}导出退出抽查名单 {rows} 户")))
slots.MENU.add(slots.MenuEntry("shortfalls", 55, _("对标补短"), "shortfalls", Permission.EXIT_VIEW))
slots.FILE_SECTIONS.add(
    slots.Section(
        "shortfalls",
        91,
        _("对标补短"),
        Permission.EXIT_VIEW,
        shortfalls.of_household,
        "supervision/shortfall_section.html",
    )
)
slots.WORKBENCH_ITEMS.add(slots.WorkbenchItem("shortfalls", 45, "todo", Permission.EXIT_VIEW, shortfalls.waiting))
for _entry in (
    AuditKind(
        "shortfall.opened", _("列入短板"), _("{by}按“{about}”核验后，新列入短板 {opened} 项，{moved} 项状态有变化")
    ),
    AuditKind("shortfall.planned", _("安排补短措施"), _("{by}安排 {count} 项短板的补短措施，完成时限 {due}")),
    AuditKind("shortfall.closed", _("短板销号"), _("{by}复核 {about} 的一项短板，属实，销号")),
    AuditKind("shortfall.sent_back", _("短板退回"), _("{by}复核 {about} 的一项短板，不属实，退回重补")),
    AuditKind("shortfall.reported", _("再报复核"), _("{by}报告 {about} 退回的短板已整改，再报复核")),
    AuditKind("shortfall.list_exported", _("导出短板台账"), _("{by}导出短板台账 {rows} 行")),
):
    slots.AUDIT_KINDS.add(_entry)

for _entry in (
    AuditKind(
        "places.checked", _("村（县）退出核验"), _("{by}按“{about}”对{division}做退出核验，截止 {as_of}，{places} 个")
    ),
    AuditKind("places.list_exported", _("导出核验结果"), _("{by}导出“{about}”截止 {as_of} 的核验结果 {rows} 行")),
):
    slots.AUDIT_KINDS.add(_entry)

# --- the monthly bulletin -----------------------------------------------------------------------------------

SHIPMENTS.add(Shipment("indicators", "indicator", HERE / "indicators"))
SHIPMENTS.add(Shipment("bulletins", "bulletin", HERE / "bulletins"))


def _bulletin_address(job: JobRun) -> str:
    return reverse("bulletin", args=[job.params["bulletin"]])


def _county() -> Division:
    return Division.objects.get(code=settings.COUNTY.ljust(12, "0"))


slots.JOB_KINDS.add(bulletin_job.kind(bulletin_xlsx.of_bulletin, Permission.BULLETIN_DRAFT, _bulletin_address))
slots.JOB_KINDS.add(
    bulletin_recheck.kind(
        bulletin_xlsx.of_bulletin,
        Permission.BULLETIN_DRAFT,
        lambda job: reverse("bulletin-recheck", args=[job.params["bulletin"]]),
    )
)
jobs.DUTIES.add(
    jobs.DutyKind(
        bulletin_job.DUTY,
        _("月督查通报草稿"),
        lambda month, day: bulletin_job.make_due(month, _county(), day),
        bulletin_job.due,
        order=1,
    )
)
jobs.DUTIES.add(
    jobs.DutyKind(
        bulletin_job.AGAIN,
        _("月督查通报草稿（补录截止后重新生成）"),
        lambda month, day: bulletin_job.make_again(month, _county(), day),
        bulletin_job.due_again,
        order=2,
    )
)

for _entry in (
    AuditKind("bulletin.started", _("编制通报"), _("{by}开始编制{about}督查通报")),
    AuditKind("bulletin.drafted", _("通报草稿"), _("{about}督查通报草稿已生成（{by}）")),
    AuditKind("bulletin.issued", _("印发通报"), _("{by}印发{about}督查通报，文号 {number}")),
    AuditKind("bulletin.recomputed", _("重新计算通报"), _("{by}重新计算{about}督查通报")),
    AuditKind("bulletin.list_exported", _("导出通报名单"), _("{by}导出{about}通报“{figure}”名单 {rows} 行")),
    AuditKind("bulletin.changes_exported", _("导出通报变化"), _("{by}导出{about}通报重新计算后的变化 {rows} 行")),
):
    slots.AUDIT_KINDS.add(_entry)

slots.WORKBENCH_ITEMS.add(
    slots.WorkbenchItem("bulletins_waiting", 40, "todo", Permission.BULLETIN_ISSUE, bulletin_pages.waiting)
)
slots.WORKBENCH_ITEMS.add(
    slots.WorkbenchItem("bulletin_desk", 40, "progress", Permission.WORKBENCH, overview_page.desk)
)
slots.WORKBENCH_ITEMS.add(slots.WorkbenchItem("pages_opened", 20, "recent", Permission.WORKBENCH, overview_page.recent))
slots.WORKBENCH_ITEMS.add(slots.WorkbenchItem("lines_missing", 5, "notice", Permission.FIGURE_ENTER, line_gaps.notices))
slots.MENU.add(slots.MenuEntry("overview", 10, _("总览"), "overview", Permission.BULLETIN_VIEW))
slots.MENU.add(
    slots.MenuEntry("bulletins", 60, pgettext_lazy("menu", "月督查通报"), "bulletins", Permission.BULLETIN_VIEW)
)
slots.MENU.add(slots.MenuEntry("form-fill", 62, _("空表自动填"), "form-fill", Permission.BULLETIN_VIEW))
for _entry in (
    AuditKind("form.filled", _("空表自动填"), _("{by}用{origin}填空表 {about}：{headings} 列，{places} 行")),
    AuditKind("heading.decided", _("表头对应指标"), _("{by}确定 {headings} 个表头对应的指标")),
):
    slots.AUDIT_KINDS.add(_entry)
slots.MENU.add(slots.MenuEntry("rules", 65, _("规则"), "rules", Permission.RULE_VIEW))
check_parts.register()
draft_parts.register()
watch_parts.register()
demo_kinds.register()
