"""What rule drafts put into the slots: the workbench count of the second person, the words of their acts."""

from django.utils.translation import gettext_lazy as _

from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.slots import AuditKind
from supervision.queries import drafts

AUDITED = (
    AuditKind("rule_draft.started", _("起草规则"), _("{by}起草规则“{about}”")),
    AuditKind("rule_draft.changed", _("修改规则草稿"), _("{by}修改规则草稿“{about}”，第 {version} 稿")),
    AuditKind("rule_draft.proposed", _("提交规则草稿"), _("{by}把规则草稿“{about}”提交审批")),
    AuditKind("rule_draft.in_force", _("施行规则"), _("{by}审批同意规则“{about}”，{start} 起施行")),
    AuditKind("rule_draft.refused", _("不同意规则草稿"), _("{by}未同意规则草稿“{about}”")),
    AuditKind("rule_draft.withdrawn", _("撤回规则草稿"), _("{by}撤回规则草稿“{about}”")),
    AuditKind(
        "rule_draft.compared",
        _("规则试算"),
        _("{by}试算规则草稿“{about}”，截止 {as_of} 的事实表上 {households} 户结果不同"),
    ),
    AuditKind(
        "rule_draft.compared_places",
        _("规则试算"),
        _("{by}试算规则草稿“{about}”，截止 {as_of} 的事实表上 {households} 个村（县）结果不同"),
    ),
    AuditKind("rule_draft.list_exported", _("导出试算名单"), _("{by}导出规则草稿“{about}”的试算名单 {rows} 行")),
)


def register() -> None:
    """Fill the slots."""
    slots.WORKBENCH_ITEMS.add(
        slots.WorkbenchItem("rule_drafts.waiting", 42, "todo", Permission.RULE_DRAFT_VIEW, drafts.desk)
    )
    for kind in AUDITED:
        slots.AUDIT_KINDS.add(kind)
