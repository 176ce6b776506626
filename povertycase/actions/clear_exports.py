"""Exports with clear numbers: one asks with a reason, a second agrees with two taps, only who asked fetches (E-46)."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from povertycase import audit, periods
from povertycase.access.permissions import Permission
from povertycase.actions import list_exports, list_files, reveal
from povertycase.models import Account, ClearExport

# A request that nobody has decided for a day is over, and so is a file a day after it was agreed to.
LASTS = datetime.timedelta(hours=24)
MOST_WORDS = 200
State = ClearExport.State


def ask(
    *,
    code: str,
    asked: Mapping[str, Any],
    title: str,
    columns: Sequence[str],
    reason: str,
    words: str,
    rows: int,
    file_type: str,
    day: datetime.date,
    by: Account,
) -> ClearExport:
    """Ask for a list with clear numbers. Raises ValidationError with a sentence."""
    if reason not in reveal.REASONS:
        raise ValidationError(_("请选择用途。"))
    if reason == "other" and not words.strip():
        raise ValidationError(_("用途选“其他”的，请写明用在哪里。"))
    if not rows:
        raise ValidationError(_("名单里没有内容，请先核对条件。"))
    division = next((post.division_id for post in by.current_posts() if post.division_id), None)
    if division is None:
        raise ValidationError(_("您的岗位没有管辖的区划，不能申请导出完整号码。"))
    with transaction.atomic():
        whole = list_exports.sealed_asked(code, {**asked, "clear": True}, day, file_type)
        file = list_files.prepare(kind=list_exports.KIND, asked=whole, by=by)
        made = ClearExport.objects.create(
            file=file, title=title[:120], columns="、".join(columns)[:1500], rows=rows, reason=reason,
            words=words.strip()[:MOST_WORDS], division_code=division, by=by,
        )  # fmt: skip
        audit.record("clear_export.asked", by=by, about=str(made.pk), params={"rows": rows, "reason": said(made)})
    return made


def agree(*, request: ClearExport, by: Account) -> ClearExport:
    """The second person's agreement: the file is made for who asked, and lasts a day. Raises ValidationError."""
    with transaction.atomic():
        row = _open(request, by)
        row.file.expires_at = periods.now() + LASTS
        list_files.make(file=row.file)
        _decide(row, State.AGREED, by)
        audit.record("clear_export.agreed", by=by, about=str(row.pk), job=row.file.job, params=_both(row))
    return row


def refuse(*, request: ClearExport, by: Account) -> ClearExport:
    """The second person says no; nothing is made. Raises ValidationError."""
    with transaction.atomic():
        row = _open(request, by)
        _decide(row, State.REFUSED, by)
        audit.record("clear_export.refused", by=by, about=str(row.pk), params=_both(row))
    return row


def is_over(request: ClearExport) -> bool:
    """Nobody decided in time."""
    return request.state == State.ASKED and request.asked_at < periods.now() - LASTS


def said(request: ClearExport) -> str:
    """The purpose in words, as the office says it."""
    return f"{reveal.REASONS[request.reason]}{'：' if request.words else ''}{request.words}"


def _open(request: ClearExport, by: Account) -> ClearExport:
    row = ClearExport.objects.select_for_update(of=("self",)).select_related("file__by", "by").get(pk=request.pk)
    if row.by_id == by.pk:
        raise ValidationError(_("自己的申请要由另一人审批。"))
    if not by.can(Permission.CLEAR_APPROVE):
        raise ValidationError(_("您的岗位没有审批完整号码导出的权限。"))
    if row.state != State.ASKED:
        raise ValidationError(
            _("这份申请已由%(who)s办理：%(state)s。") % {"who": row.decided_by, "state": row.get_state_display()}
        )
    if is_over(row):
        raise ValidationError(_("这份申请已超过 24 小时，请申请人重新提出。"))
    return row


def _decide(row: ClearExport, state: str, by: Account) -> None:
    row.state, row.decided_by, row.decided_at = state, by, periods.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])


def _both(row: ClearExport) -> dict[str, Any]:
    return {"asker": str(row.by), "rows": row.rows, "reason": said(row)}
