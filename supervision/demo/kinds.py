"""The audit sentences of the demo fill."""

from django.utils.translation import gettext_lazy as _

from povertycase import slots
from povertycase.slots import AuditKind

KINDS = (
    AuditKind("demo.copied", _("演示数据"), _("{by}装入演示{what}，乡镇 {about}")),
    AuditKind("demo.linked", _("演示数据"), _("{by}把 {accounts} 个演示账号对应到干部")),
    AuditKind("demo.filled", _("演示数据"), _("{by}装完演示县 {about}")),
)


def register() -> None:
    """Put the sentences into the slots, so that the timeline can read them."""
    for kind in KINDS:
        slots.AUDIT_KINDS.add(kind)
