"""The register workbook as an import: its sheets, what checks and what applies it, the words of its acts."""

from django.utils.translation import gettext_lazy as _

from households.actions import register_apply
from households.sheets.register import SHEETS
from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.exchange import batch
from povertycase.exchange.batch import Particulars

REGISTER = slots.ImportKind(
    code="register",
    order=10,
    label=_("建档立卡登记簿"),
    permission=Permission.IMPORT_RUN,
    sheets=SHEETS,
    check=register_apply.check,
    apply=register_apply.apply,
    # The workbook tells of illness and disability: its batches are for who may read that in the register too.
    see=Permission.HEALTH_VIEW,
    extra={
        "particulars": Particulars(register_apply.prepare, register_apply.chunks, register_apply.finish),
    },
)

SENTENCES = (
    slots.AuditKind("import.taken_in", _("上传导入文件"), _("{by}上传导入批次 {about}")),
    slots.AuditKind("import.confirmed", _("确认导入"), _("{by}确认导入批次 {about}：新增 {new} 户，变更 {changed} 户")),
    slots.AuditKind(
        "import.applied", _("导入登记簿"), _("批次 {about} 写入登记册：新增 {new} 户，变更 {changed} 户（{by}确认）")
    ),
    slots.AuditKind("import.resumed", _("继续导入"), _("{by}继续导入批次 {about}")),
    slots.AuditKind("import.given_up", _("放弃导入"), _("{by}放弃导入批次 {about}")),
    slots.AuditKind("import.given_back", _("取回改错表"), _("{by}取回导入批次 {about} 的工作簿，供改正")),
    slots.AuditKind("import.files_deleted", _("删除旧文件"), _("{by}删除超过保存期的上传文件 {files} 个")),
)


def register() -> None:
    """Fill the slots with the import, its two jobs and its sentences."""
    batch.add(REGISTER)
    for sentence in SENTENCES:
        slots.AUDIT_KINDS.add(sentence)
