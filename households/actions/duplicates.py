"""Deciding whether two entries are one person 疑似重复: by somebody who sees both, with the reason; nothing is merged.

What follows from 同一人 is a change request like any other (members leave, households are merged). The decision holds
until a number of the two changes.
"""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from households.actions import change_drafts, compare_people
from households.actions.dated import Conflict
from households.models import Duplicate
from povertycase import audit, jobs
from povertycase.access.permissions import Permission
from povertycase.jobs import JobKind, Step
from povertycase.models import Account, ImportBatch, JobRun

JOB = "households.duplicates"
State = Duplicate.State


@transaction.atomic
def decide(
    *,
    duplicate: Duplicate,
    state: str,
    kept: int | None,
    reason: str,
    by: Account,
    on: datetime.date,
    version: int | None = None,
) -> Duplicate:
    """Say 同一人 (kept: 1 or 2, whose household keeps the person), 不是同一人 or 待查, with the reason.

    Raises ValidationError for who does not see both sides or gives no reason, Conflict when somebody else decided.
    """
    row = Duplicate.objects.select_for_update(no_key=True, of=("self",)).get(pk=duplicate.pk)
    if version is not None and row.version != version:
        raise Conflict(str(_("这一对刚被别人判定过，或资料已有变化，请核对后再判定。")))
    _refuse(row, state, kept, reason, by)
    row.state, row.kept, row.reason = state, kept if state == State.SAME else None, reason.strip()
    row.decided_by, row.decided_on, row.version = by, on, row.version + 1
    row.full_clean(validate_constraints=False, exclude=["basis"])
    row.save()
    sides = list(row.sides.order_by("place"))
    with override("zh-hans"):
        words = str(State(row.state).label)
    audit.record(
        "duplicate.decided",
        by=by,
        about="、".join(sorted({side.household_no for side in sides})),
        households=[side.household_id for side in sides if side.household_id],
        params={"decision": words, "kept": next((side.household_no for side in sides if side.place == row.kept), "")},
    )
    return row


def note_export(*, rows: int, by: Account) -> None:
    """The list of suspected duplicates left the system as a file."""
    audit.record("duplicate.list_exported", by=by, params={"rows": rows})


def may_decide(duplicate: Duplicate, account: Account) -> bool:
    """Has the account the right, and does it see both entries?"""
    return account.can(Permission.DUPLICATE_DECIDE) and duplicate.sides.visible_to(account).count() == 2  # type: ignore[attr-defined]


def _refuse(row: Duplicate, state: str, kept: int | None, reason: str, by: Account) -> None:
    if not may_decide(row, by):
        raise ValidationError(_("两户不都在您的可见范围内，请由上一级（乡镇或县办）判定。"))
    if row.gone_on is not None:
        raise ValidationError(_("这两条登记已不再相同，不需要判定。"))
    if state not in (State.SAME, State.DIFFERENT, State.PENDING):
        raise ValidationError({"decision": _("请选择判定结果。")})
    if state == State.SAME and kept not in (1, 2):
        raise ValidationError({"decision": _("判定为同一人时，请选择保留在哪一户。")})
    if not reason.strip():
        raise ValidationError({"reason": _("请写明判定依据，例如核对了户口簿、问了哪位村干部。")})
    change_drafts.refuse_numbers(reason, "reason")


# --- when they are looked for -------------------------------------------------------------------------------


def start(*, day: datetime.date, key: str, by: Account | None) -> JobRun:
    """Put a comparison of the whole register on the list."""
    return jobs.enqueue(JOB, key=key, params={"day": day.isoformat()}, by=by, division=settings.COUNTY.ljust(12, "0"))


def make_nightly(since: datetime.date | None, day: datetime.date) -> None:
    """The day's duty: who left, joined or was put right since."""
    start(day=day, key="county", by=None)


def after_import(batch: ImportBatch) -> None:
    """An import that a person confirmed may have brought a second entry of somebody."""
    if batch.job is not None and batch.job.by is not None:
        start(day=batch.business_date, key=f"batch {batch.pk}", by=None)


def _plan(job: JobRun) -> list[dict[str, str]]:
    """One look at the whole register; none where a later job of the same kind waits."""
    later = JobRun.objects.filter(kind=JOB, pk__gt=job.pk, state__in=JobRun.OPEN).exists()
    return [] if later else [{"day": job.params["day"]}]


def _work(job: JobRun, params: dict[str, str]) -> dict[str, int]:
    return compare_people.find(day=datetime.date.fromisoformat(params["day"]))


KIND = JobKind(
    JOB,
    gettext_lazy("查找疑似重复人员"),
    (Step(_plan, _work, gettext_lazy("比对姓名、性别、出生日期")),),
    Permission.JOB_VIEW,
    order=30,
)

__all__ = ["KIND", "after_import", "decide", "make_nightly", "may_decide", "start"]
