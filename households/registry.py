"""What the register puts into the slots."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from households import facts
from households.actions import cards, compare_people, duplicates, handover_job, reconciliations
from households.queries import change_counts, columns, differences, effects, file, recent, subjects, timeline
from households.queries import duplicates as suspected
from households.sheets import (
    change_list,
    difference_xlsx,
    figure_list,
    foreign,
    import_list,
    imports,
    list_xlsx,
    register_book,
    rolls,
    small_kinds,
    worklists,
)
from povertycase import jobs, slots
from povertycase.access.permissions import Permission
from povertycase.models import JobRun
from povertycase.slots import AuditKind, AuditSubjects, BatchAction, MenuEntry, Section, WorkbenchItem

SECTIONS = (
    Section("basics", 10, _("基本情况"), Permission.HOUSEHOLD_VIEW, file.basics, "households/sections/basics.html"),
    Section("members", 20, _("家庭成员"), Permission.HOUSEHOLD_VIEW, file.members, "households/sections/members.html"),
    Section("causes", 30, _("致贫原因"), Permission.HEALTH_VIEW, file.causes, "households/sections/causes.html"),
    Section("income", 40, _("收入"), Permission.HOUSEHOLD_VIEW, file.incomes, "households/sections/income.html"),
    Section("living", 50, _("生产生活条件"), Permission.HOUSEHOLD_VIEW, file.living, "households/sections/living.html"),
    Section(
        "support", 60, _("赡养人"), Permission.HOUSEHOLD_VIEW, file.supporters, "households/sections/supporters.html"
    ),
    Section(
        "helpers", 70, _("帮扶责任人"), Permission.HOUSEHOLD_VIEW, file.helpers, "households/sections/helpers.html"
    ),
    Section(
        "changes", 95, _("修改记录"), Permission.CHANGE_VIEW, change_counts.section, "households/changes/section.html"
    ),
    Section(
        "duplicates",
        97,
        _("疑似重复"),
        Permission.DUPLICATE_VIEW,
        suspected.of_household,
        "households/duplicates/section.html",
    ),
    Section(
        "history", 900, _("变更历史"), Permission.HOUSEHOLD_VIEW, timeline.first, "households/sections/history.html"
    ),
)

SENTENCES = (
    AuditKind("secret.searched", _("按号码查找"), _("{by}按{field}查找户")),
    AuditKind("household.registered", _("新建户"), _("{by}登记户 {about}")),
    AuditKind("household.moved", _("迁移"), _("{by}把户 {about} 迁到 {village}，自 {day} 起")),
    AuditKind("household.split", _("分户"), _("{by}登记户 {about} 分户，分出 {count} 人，自 {day} 起")),
    AuditKind("household.split_off", _("分户立户"), _("{by}登记分户后的新户 {about}，{count} 人，自 {day} 起")),
    AuditKind("household.merged", _("并户"), _("{by}登记另一户 {count} 人并入户 {about}，自 {day} 起")),
    AuditKind(
        "household.merged_into",
        _("并入他户"),
        _("{by}登记户 {about} 全部 {count} 人并入另一户，自 {day} 起，本户整户自然减少"),
    ),
    AuditKind("household.status", _("户情况"), _("{by}登记户 {about} 的户情况，自 {day} 起")),
    AuditKind("household.contact", _("联系方式"), _("{by}修改户 {about} 的{fields}")),
    AuditKind("household.recorded", _("采集"), _("{by}登记户 {about} 的{part}，自 {day} 起")),
    AuditKind("household.corrected", _("更正"), _("{by}更正户 {about} 的{part}：{fields}")),
    AuditKind("member.joined", _("增加成员"), _("{by}登记户 {about} 增加成员，原因：{reason}，自 {day} 起")),
    AuditKind("member.head_changed", _("户主变更"), _("{by}登记户 {about} 的户主变更，自 {day} 起")),
    AuditKind("person.identified", _("更正姓名证件"), _("{by}更正户 {about} 一名成员的{fields}")),
    AuditKind("change.proposed", _("提出修改"), _("{by}提出修改申请 {request}：{about} 的{kind}（{fields}）")),
    AuditKind("change.agreed", _("同意修改"), _("{by}（{place}）同意修改申请 {request}：{about} 的{kind}")),
    AuditKind("change.returned", _("退回修改申请"), _("{by}（{place}）退回修改申请 {request}：{about} 的{kind}")),
    AuditKind("change.refused", _("不同意修改"), _("{by}（{place}）不同意修改申请 {request}：{about} 的{kind}")),
    AuditKind("change.withdrawn", _("撤回修改申请"), _("{by}撤回修改申请 {request}：{about} 的{kind}")),
    AuditKind("change.applied", _("修改生效"), _("修改申请 {request} 生效：{about} 的{kind}（{fields}），由{by}确认")),
    AuditKind("proof.taken_in", _("上传依据"), _("{by}上传修改依据")),
    AuditKind("proof.opened", _("查看依据"), _("{by}查看修改申请 {request} 的依据：{about}")),
    AuditKind("window.announced", _("采集窗口"), _("{by}登记 {about} 年度采集窗口，依据 {document}")),
    AuditKind("member.left", _("减少成员"), _("{by}登记户 {about} 减少成员，原因：{reason}，到 {day} 止")),
    AuditKind("cause.changed", _("致贫原因"), _("{by}调整户 {about} 的致贫原因，自 {day} 起")),
    AuditKind("reconciliation.started", _("数据比对"), _("{by}上传“{source}”的名单，比对 {about}")),
    AuditKind(
        "reconciliation.done",
        _("数据比对"),
        _(
            "比对 {about}（“{source}”）完：读取 {read} 行，一致 {same}，不一致 {differ}，登记册没有 {added}，未比对 {refused}"
        ),
    ),
    AuditKind("figure.list_exported", _("导出部门数据"), _("{by}导出部门数据 {rows} 行")),
    AuditKind("difference.list_exported", _("导出差异清单"), _("{by}导出差异清单 {rows} 行")),
    AuditKind("duplicate.list_exported", _("导出疑似重复清单"), _("{by}导出疑似重复清单 {rows} 行")),
    AuditKind("reconciliation.taken", _("下载回填表"), _("{by}下载比对 {about} 的回填表")),
    AuditKind(
        "difference.decided", _("核实数据差异"), _("{by}核实与“{source}”的差异：户 {about} 的{field}，{decision}")
    ),
    AuditKind(
        "duplicate.decided", _("判定疑似重复"), _("{by}判定户 {about} 的疑似重复人员：{decision}，保留户 {kept}")
    ),
    AuditKind("pairing.opened", _("结对"), _("{by}安排 {cadre} 帮扶户 {about}，自 {day} 起")),
    AuditKind("pairing.closed", _("解除结对"), _("{by}解除 {cadre} 与户 {about} 的结对，到 {day} 止")),
    AuditKind("pairing.handed_over", _("调整帮扶人"), _("{by}把户 {about} 由 {before} 交给 {cadre} 帮扶，自 {day} 起")),
    AuditKind("posting.opened", _("选派驻村"), _("{by}选派 {cadre} 驻 {village}，任{role}，自 {day} 起")),
    AuditKind("households.exported", _("导出户名单"), _("{by}导出户名单 {rows} 户，列：{columns}")),
    AuditKind("list.filled", _("名单补列"), _("{by}给名单 {about} 补列 {rows} 行，列：{columns}")),
    AuditKind("households.printed", _("打印对照表"), _("{by}打印信息对照表 {rows} 户")),
    AuditKind(
        "figure.entered", _("登记部门数据"), _("{by}登记“{about}”{places} 处，{unit}提供，依据 {document}，自 {day} 起")
    ),
    AuditKind("village.announced", _("公布数据"), _("{by}登记{about}，{records} 条")),
    AuditKind(
        "figure.taken_back", _("撤销部门数据"), _("{by}撤销导入的“{about}”：{place}，依据 {document}，自 {day} 起")
    ),
    AuditKind("posting.taken_back", _("撤销驻村"), _("{by}撤销导入的 {cadre} 自 {day} 起在 {village} 的驻村登记")),
    AuditKind("posting.closed", _("驻村结束"), _("{by}结束 {cadre} 在 {village} 的驻村，到 {day} 止")),
)


def _comparison_address(job: JobRun) -> str:
    return reverse("reconciliation", args=[job.params["run"]])


def _receipt_address(job: JobRun) -> str:
    return reverse("household-hand-over-receipt", args=[job.pk])


slots.AUDIT_SUBJECTS.add(AuditSubjects("households", subjects.key_of, subjects.numbers))
jobs.DAY_DUTIES.add(jobs.DayDuty("households.cards", _("索引卡随业务日期更新"), cards.follow_the_day))
jobs.DAY_DUTIES.add(jobs.DayDuty("households.duplicates", _("查找疑似重复人员"), duplicates.make_nightly))
jobs.DAY_DUTIES.add(jobs.DayDuty("households.answers", _("删除过期的回填表"), reconciliations.forget_old))
slots.HOUSEHOLD_WRITTEN.add(slots.AfterWriting("households.duplicates", 5, compare_people.follow))
slots.REGISTER_IMPORTED.add(slots.AfterImport("households.duplicates", 5, duplicates.after_import))
facts.register()
imports.register()
small_kinds.register()
# Some pages carry a longer name in English than so many entries on one line leave room for.
slots.MENU.add(
    MenuEntry("households", 20, pgettext_lazy("menu", "建档立卡户"), "households", Permission.HOUSEHOLD_VIEW)
)
for _section in SECTIONS:
    slots.FILE_SECTIONS.add(_section)
for _kind in (*SENTENCES, *rolls.SENTENCES):
    slots.AUDIT_KINDS.add(_kind)
for _column in columns.COLUMNS:
    slots.LIST_COLUMNS.add(_column)
for _filter in columns.FILTERS:
    slots.LIST_FILTERS.add(_filter)
slots.BATCH_ACTIONS.add(BatchAction("export", 10, _("导出Excel"), Permission.HOUSEHOLD_EXPORT, "household-export"))
slots.BATCH_ACTIONS.add(
    BatchAction("hand_over", 20, _("更换帮扶责任人"), Permission.PAIRING_EDIT, "household-hand-over")
)
for _export in (
    list_xlsx.EXPORT,
    rolls.EXPORT,
    register_book.EXPORT,
    change_list.EXPORT,
    figure_list.EXPORT,
    import_list.EXPORT,
    *worklists.EXPORTS,
):
    slots.LIST_EXPORTS.add(_export)
slots.MENU.add(MenuEntry("rolls", 25, _("花名册"), "rolls", Permission.HOUSEHOLD_EXPORT))
slots.JOB_KINDS.add(handover_job.kind(_receipt_address))
slots.JOB_KINDS.add(duplicates.KIND)
slots.JOB_KINDS.add(reconciliations.kind(foreign.SHEET, difference_xlsx.write, _comparison_address))
slots.WORKBENCH_ITEMS.add(WorkbenchItem("households.recent", 10, "recent", Permission.HOUSEHOLD_VIEW, recent.opened))
slots.MENU.add(MenuEntry("figures", 35, pgettext_lazy("menu", "部门数据"), "figures", Permission.FIGURE_ENTER))
slots.MENU.add(
    MenuEntry("reconciliations", 34, pgettext_lazy("menu", "数据比对"), "reconciliations", Permission.DIFFERENCE_VIEW)
)
slots.MENU.add(MenuEntry("duplicates", 33, pgettext_lazy("menu", "疑似重复"), "duplicates", Permission.DUPLICATE_VIEW))
slots.MENU.add(MenuEntry("list-fill", 25, _("名单补列"), "list-fill", Permission.HOUSEHOLD_EXPORT))
slots.MENU.add(MenuEntry("changes", 30, _("修改申请"), "changes", Permission.CHANGE_VIEW))
for _item in (*change_counts.WORKBENCH, *suspected.WORKBENCH, *differences.WORKBENCH, *columns.WORKBENCH):
    slots.WORKBENCH_ITEMS.add(_item)
for _effect in effects.EFFECTS:
    slots.CHANGE_EFFECTS.add(_effect)
