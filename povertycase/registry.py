"""What the ground itself puts into the slots: the roles and the sentences of its own acts."""

from django.utils.translation import gettext_lazy as _

from povertycase import slots
from povertycase.access import checks, roles
from povertycase.access.permissions import Permission
from povertycase.actions import (
    accounts,
    audit_check,
    division_rows,
    import_return,
    list_exports,
    people_lists,
    trail_list,
)
from povertycase.exchange import batch, codes, row_undo
from povertycase.jobs import DAY_DUTIES, DayDuty
from povertycase.pages import clear_exports, imports, jobs, list_files
from povertycase.slots import AuditKind, MenuEntry, WorkbenchItem

SENTENCES = (
    AuditKind("account.created", _("新建账号"), _("{by}新建账号 {about}")),
    AuditKind("account.password_reset", _("重置密码"), _("{by}重置了账号 {about} 的密码")),
    AuditKind("account.password_changed", _("修改密码"), _("{by}修改了账号 {about} 的密码")),
    AuditKind("account.deactivated", _("停用账号"), _("{by}停用账号 {about}")),
    AuditKind("account.activated", _("启用账号"), _("{by}重新启用账号 {about}")),
    AuditKind("account.token_issued", _("发放接口令牌"), _("{by}为账号 {about} 发放接口令牌")),
    AuditKind("account.unlocked", _("解除暂停"), _("{by}解除账号 {about} 的登录暂停")),
    AuditKind("account.refused", _("登录失败"), _("有人登录账号 {about} 没有成功")),
    AuditKind("account.signed_in", _("登录"), _("{by}登录")),
    AuditKind("account.signed_out", _("退出"), _("{by}退出")),
    AuditKind("session.ended", _("结束登录"), _("{by}结束自己在其他设备上的登录 {sessions} 处")),
    AuditKind("second.begun", _("两步验证"), _("{by}开始设置两步验证")),
    AuditKind("second.confirmed", _("两步验证"), _("{by}启用两步验证")),
    AuditKind("second.refused", _("验证码不对"), _("{by}登录时验证码不对")),
    AuditKind("second.removed", _("解除两步验证"), _("{by}解除账号 {about} 的两步验证")),
    AuditKind("audit.exported", _("导出日志"), _("{by}导出审计日志 {rows} 条")),
    AuditKind("audit.check_started", _("核对日志"), _("{by}发起审计日志核对")),
    AuditKind("audit.checked", _("核对日志"), _("审计日志核对完：已封印 {sealed}，待封印 {unsealed}，不符 {broken}")),
    AuditKind("post.opened", _("任命岗位"), _("{by}任命 {about} 为{role}（{division}），自 {valid_from} 起")),
    AuditKind("post.closed", _("免去岗位"), _("{by}免去 {about} 的{role}岗位（{division}），到 {valid_to} 止")),
    AuditKind("account.list_exported", _("导出账号名单"), _("{by}导出账号名单 {rows} 行")),
    AuditKind("post.list_exported", _("导出岗位名单"), _("{by}导出岗位名单 {rows} 行")),
    AuditKind("divisions.loaded", _("载入区划"), _("{by}载入区划 {about}：新增 {new}，更新 {changed}")),
    AuditKind("division.succeeded", _("区划变更"), _("{by}登记区划 {about} 并入 {successor}，自 {day} 起")),
    AuditKind("secret.revealed", _("查看号码"), _("{by}查看 {about} 的{field}，用途：{reason}")),
    AuditKind("list_file.fetched", _("下载导出文件"), _("{by}下载导出文件 {about}，{rows} 行")),
    AuditKind("list_file.deleted", _("删除导出文件"), _("删除到期的导出文件 {files} 个")),
    AuditKind("foreign_book.brought", _("上传来表"), _("{by}上传要填的表 {about}")),
    AuditKind("foreign_book.deleted", _("删除来表"), _("删除到期的来表 {files} 个")),
    AuditKind(
        "clear_export.asked", _("申请完整号码"), _("{by}申请导出完整号码 {rows} 行（申请 {about}），用途：{reason}")
    ),
    AuditKind(
        "clear_export.agreed",
        _("同意完整号码"),
        _("{by}同意{asker}导出完整号码 {rows} 行（申请 {about}），用途：{reason}"),
    ),
    AuditKind(
        "clear_export.refused",
        _("不同意完整号码"),
        _("{by}不同意{asker}导出完整号码 {rows} 行（申请 {about}），用途：{reason}"),
    ),
    AuditKind("clear_export.made", _("导出完整号码"), _("{by}导出完整号码 {rows} 行（申请 {about}），由{second}同意")),
    AuditKind("limit.reached", _("操作太频繁"), _("{by}{what}太频繁，已请其稍后再试")),
    AuditKind(
        "import.columns_corrected", _("更正列对应"), _("{by}更正导入批次 {about} 的列对应 {columns} 列，重新读取")
    ),
    AuditKind("import.heading_forgotten", _("删除列对应"), _("{by}删除记住的列对应 {about}")),
    AuditKind("filter.saved", _("保存条件"), _("{by}保存名单条件")),
    AuditKind("filter.shared", _("共享条件"), _("{by}把名单条件共享给同岗位人员")),
    AuditKind("filter.deleted", _("删除条件"), _("{by}删除名单条件")),
    AuditKind(
        "import.rows_confirmed",
        _("确认导入"),
        _("{by}确认导入批次 {about}（{kind}）：新增 {new} 行，变更 {changed} 行"),
    ),
    AuditKind(
        "import.rows_applied",
        _("逐行导入"),
        _("批次 {about}（{kind}）写入完毕：新增 {new} 行，变更 {changed} 行，退回 {refused} 行（{by}确认）"),
    ),
    AuditKind(
        "import.rows_undone",
        _("撤销导入"),
        _("导入批次 {about}（{kind}）已撤销：{done} 行恢复原状，{kept} 行没有撤销（{by}撤销）"),
    ),
    AuditKind("post.reopened", _("恢复岗位"), _("{by}恢复 {about} 的{role}岗位（{division}），撤销先前的结束日期")),
    AuditKind("division.taken_back", _("撤销区划"), _("{by}撤销导入的区划 {about}（{name}）：{what}")),
    AuditKind("keys.rotated", _("更换密钥"), _("{by}更换加密密钥，重新加密 {rows} 条")),
)

batch.add(division_rows.KIND)
for _kind in SENTENCES:
    slots.AUDIT_KINDS.add(_kind)
for _code in codes.CODES:
    slots.FINDING_CODES.add(_code)

slots.MENU.add(MenuEntry("workbench", 0, _("工作台"), "workbench", Permission.WORKBENCH))
slots.MENU.add(MenuEntry("imports", 70, _("导入"), "imports", Permission.IMPORT_VIEW))
slots.MENU.add(MenuEntry("accounts", 85, _("账号管理"), "accounts", Permission.ACCOUNT_MANAGE))
slots.MENU.add(MenuEntry("posts", 86, _("岗位管理"), "posts", Permission.POST_MANAGE))
slots.MENU.add(MenuEntry("audit", 87, _("审计日志"), "audit", Permission.AUDIT_VIEW))
slots.MENU.add(MenuEntry("jobs", 80, _("任务"), "jobs", Permission.JOB_VIEW))
slots.WORKBENCH_ITEMS.add(WorkbenchItem("imports_waiting", 80, "todo", Permission.IMPORT_RUN, imports.waiting))
slots.WORKBENCH_ITEMS.add(WorkbenchItem("clear_exports", 85, "todo", Permission.CLEAR_APPROVE, clear_exports.waiting))
slots.WORKBENCH_ITEMS.add(WorkbenchItem("failed_jobs", 90, "todo", Permission.JOB_VIEW, jobs.failed))
slots.WORKBENCH_ITEMS.add(WorkbenchItem("latest_jobs", 90, "recent", Permission.JOB_VIEW, jobs.latest))

for _export in (*people_lists.EXPORTS, trail_list.EXPORT):
    slots.LIST_EXPORTS.add(_export)
slots.JOB_KINDS.add(list_exports.kind(list_files.address))
slots.JOB_KINDS.add(import_return.kind(list_files.address))
slots.JOB_KINDS.add(row_undo.job_kind())
DAY_DUTIES.add(DayDuty("accounts.idle", _("停用长期不用的账号"), accounts.end_idle))

__all__ = ["SENTENCES", "audit_check", "checks", "roles"]
