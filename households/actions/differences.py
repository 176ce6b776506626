"""Deciding a difference with another system 数据比对: 属实 goes on by whoever may confirm it, 排除 with the reason.

What is taken over becomes a change request like any other; the phone alone is written at once (county-officer.md 3.2).
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from households.actions import change_drafts, changes, phones
from households.actions.dated import Conflict
from households.models import ChangeRequest, Difference
from households.queries import differences
from povertycase import audit, secrets
from povertycase.access.permissions import Permission
from povertycase.models import Account, Upload

State, Kind = Difference.State, Difference.Kind
MOST = 200


@transaction.atomic
def accept(
    *,
    difference: Difference,
    reason: str,
    proof: Upload | None = None,
    on: datetime.date,
    by: Account,
    version: int | None = None,
) -> Difference:
    """属实: what they say is right. A field becomes a change request of this account; who came or went is noted only.

    Raises ValidationError for what may not or cannot be proposed, Conflict when somebody else decided.
    """
    row = _held(difference, version, by)
    if row.request is not None and row.request.state in (ChangeRequest.State.OPEN, ChangeRequest.State.RETURNED):
        raise ValidationError(_("这项差异的修改申请正在办理。"))
    known = differences.FIELDS.get(row.field)
    if row.kind == Kind.FIELD and known is not None and known.kind:
        row.request = _taken_over(row, known, _told(reason), proof, on, by)
    return _decided(row, State.TRUE, reason, on, by)


@transaction.atomic
def exclude(*, rows: Sequence[Difference], reason: str, on: datetime.date, by: Account) -> int:
    """排除: the register is right, or the difference says nothing; with the reason. Returns how many. Raises ValidationError."""
    if len(rows) > MOST:
        raise ValidationError(_("一次最多办理 %d 项差异，请分批选择。") % MOST)
    for row in sorted(rows, key=lambda row: row.pk):
        _decided(_held(row, None, by), State.EXCLUDED, reason, on, by)
    return len(rows)


def note_export(*, rows: int, by: Account) -> None:
    """The list of differences left the system as a file."""
    audit.record("difference.list_exported", by=by, params={"rows": rows})


def _held(difference: Difference, version: int | None, by: Account) -> Difference:
    row = Difference.objects.select_for_update(no_key=True, of=("self",)).get(pk=difference.pk)
    if version is not None and row.version != version:
        raise Conflict(str(_("这项差异刚被别人办理过，或又比对过，请核对后再办。")))
    if not by.can(Permission.DIFFERENCE_DECIDE) or not Difference.objects.visible_to(by).filter(pk=row.pk).exists():
        raise ValidationError(_("这项差异不在您的可见范围内，或您的岗位不能核实。"))
    if row.gone_on is not None:
        raise ValidationError(_("双方已经一致，不需要办理。"))
    return row


def _told(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("请写明依据，例如入户看了什么、核对了哪份材料。")})
    change_drafts.refuse_numbers(reason, "reason")
    return reason.strip()


def _decided(row: Difference, state: str, reason: str, on: datetime.date, by: Account) -> Difference:
    row.state, row.reason, row.decided_by, row.decided_on = state, _told(reason), by, on
    row.version += 1
    row.full_clean(validate_constraints=False, exclude=["basis"])
    row.save()
    with override("zh-hans"):
        params = {"field": differences.label(row), "decision": str(State(state).label), "source": row.source}
    audit.record(
        "difference.decided",
        by=by,
        about=row.household.household_no if row.household else "",
        households=[row.household_id] if row.household_id else [],
        params=params,
    )
    return row


def _taken_over(
    row: Difference, known: differences.Compared, reason: str, proof: Upload | None, on: datetime.date, by: Account
) -> ChangeRequest | None:
    """Their value on its way into the register; None where it was written at once."""
    assert row.household is not None
    value = _value(row)
    if known.kind == "phone":
        phones.change_phone(household=row.household, phone=value, by=by)
        return None
    said: dict[str, Any] = {"reason": reason, "proof": proof, "true_from": on, "entered_on": on, "by": by}
    values = {known.name: value}
    if known.kind == "identity" and row.field in ("sex", "birth_date") and row.person and row.person.id_index:
        raise ValidationError(_("性别和出生日期由证件号码得出，请核对证件号码。"))
    return changes.propose(kind=known.kind, household=row.household, person=row.person, values=values, **said)


def _value(row: Difference) -> Any:
    """Their value as a form would hand it over; numbers of persons in clear."""
    if row.id_number and row.id_index:
        return secrets.open("id", row.id_number, row.id_index)
    if row.phone and row.phone_index:
        return secrets.open("phone", row.phone, row.phone_index)
    if row.field in ("id_number", "phone"):
        raise ValidationError(_("对方给的号码带星号，不能据此修改；请核实完整号码后在该户档案中提出修改。"))
    return differences.kept(row.field, row.theirs)


__all__ = ["accept", "exclude"]
