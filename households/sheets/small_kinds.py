"""The small imports of the register's floor: whose rows are written one by one."""

from django.utils.translation import gettext_lazy as _

from households.sheets import bureau_rows, figure_rows, posting_rows
from povertycase import slots
from povertycase.exchange import batch

CONFIRMED = slots.AuditKind(
    "bureau.confirmed",
    _("部门名单认定"),
    _("{by}按{bureau}名单（{document}）登记户 {about} 一名成员的{fields}，{day} 认定"),
)


def register() -> None:
    """Fill the slots."""
    for kind in (posting_rows.KIND, figure_rows.KIND, bureau_rows.KIND):
        batch.add(kind)
    slots.AUDIT_KINDS.add(CONFIRMED)
