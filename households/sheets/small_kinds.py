"""The small imports of the register's floor: whose rows are written one by one."""

from django.utils.translation import gettext_lazy as _

from households.sheets import bureau_rows, figure_rows, posting_rows
from povertycase import slots
from povertycase.exchange import batch

SENTENCES = (
    slots.AuditKind(
        "bureau.confirmed",
        _("部门名单认定"),
        _("{by}按{bureau}名单（{document}）登记户 {about} 一名成员的{fields}，{day} 认定"),
    ),
    slots.AuditKind(
        "bureau.taken_back", _("撤销部门名单"), _("{by}撤销导入的户 {about} 一名成员的{fields}（{day} 认定）")
    ),
)


def register() -> None:
    """Fill the slots."""
    for kind in (posting_rows.KIND, figure_rows.KIND, bureau_rows.KIND):
        batch.add(kind)
    for sentence in SENTENCES:
        slots.AUDIT_KINDS.add(sentence)
