"""The register workbook as an import: its sheets, what checks and what applies it, the words of its acts."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from households.actions import (
    compare_people,
    import_shown,
    import_undo,
    register_apply,
    register_apply_choice,
    register_check,
    register_codes,
)
from households.sheets.register import SHEETS
from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.exchange import batch
from povertycase.exchange.batch import Particulars, Staging


def _check(stage: Staging) -> dict[str, Any]:
    """Check; who stands in the file and elsewhere too is kept for somebody's decision."""
    counts = register_check.check(stage)
    compare_people.note_claims(stage)
    return counts


REGISTER = slots.ImportKind(
    code="register",
    order=10,
    label=_("建档立卡登记簿"),
    permission=Permission.HOUSEHOLD_EDIT,
    sheets=SHEETS,
    check=_check,
    apply=register_apply.apply,
    # The workbook tells of illness and disability: its batches are for who may read that in the register too.
    see=Permission.HEALTH_VIEW,
    extra={
        "check_steps": register_check.STEPS,
        "particulars": Particulars(register_apply.prepare, register_apply.chunks, register_apply.finish),
        # Findings that somebody has to decide: where they stand.
        "shown": import_shown.page,
        "shown_list": "import-households",  # the list of slots.LIST_EXPORTS that takes the same out
        "choose": register_apply_choice.choose_of,
        "undo": import_undo.start,
        "forget": register_apply_choice.forget,
        "leads": dict.fromkeys(compare_people.TWICE, "duplicates"),
    },
)

SENTENCES = (
    slots.AuditKind("import.taken_in", _("上传导入文件"), _("{by}上传导入批次 {about}")),
    slots.AuditKind("import.confirmed", _("确认导入"), _("{by}确认导入批次 {about}：新增 {new} 户，变更 {changed} 户")),
    slots.AuditKind(
        "import.applied", _("导入登记簿"), _("批次 {about} 写入登记册：新增 {new} 户，变更 {changed} 户（{by}确认）")
    ),
    slots.AuditKind("import.resumed", _("继续导入"), _("{by}继续导入批次 {about}")),
    slots.AuditKind(
        "import.compared_again", _("重新比对"), _("批次 {about} 写入时，这些户刚被别人改动，已重新比对（{by}确认）")
    ),
    slots.AuditKind("import.list_exported", _("导出导入逐户清单"), _("{by}导出导入批次 {about} 的逐户清单 {rows} 行")),
    slots.AuditKind("import.chosen", _("选择导入的户"), _("{by}选定导入批次 {about} 中要导入的户，{left} 户不导入")),
    slots.AuditKind("import.undo_asked", _("撤销导入"), _("{by}要求撤销导入批次 {about}")),
    slots.AuditKind("import.undone", _("撤销导入"), _("导入批次 {about} 写入的内容恢复原状（{by}撤销）")),
    slots.AuditKind(
        "import.helpers_undone",
        _("撤销导入"),
        _("{by}撤销导入批次 {about} 带来而无人使用的帮扶责任人 {cadres} 名、帮扶单位 {units} 个"),
    ),
    slots.AuditKind("import.given_up", _("放弃导入"), _("{by}放弃导入批次 {about}")),
    slots.AuditKind("import.given_back", _("取回改错表"), _("{by}取回导入批次 {about} 的工作簿，供改正")),
    slots.AuditKind("import.files_deleted", _("删除旧文件"), _("{by}删除超过保存期的上传文件 {files} 个")),
)


def register() -> None:
    """Fill the slots with the import, its two jobs and its sentences."""
    batch.add(REGISTER)
    slots.JOB_KINDS.add(import_undo.job_kind(batch.address))
    for code in register_codes.CODES:
        slots.FINDING_CODES.add(code)
    for sentence in SENTENCES:
        slots.AUDIT_KINDS.add(sentence)
