"""Sending suspicious data down 疑点下发: what the rules find now in chosen villages, to be answered by a day."""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from povertycase import audit
from povertycase.models import Account
from povertycase.reach import Extent
from povertycase.rules import check
from povertycase.rules.operands import literal
from supervision.models import CheckBatch, CheckHit, CheckItem
from supervision.queries import checks


@transaction.atomic
def send(
    *,
    title: str,
    codes: Sequence[str],
    places: Sequence[str],
    deadline: datetime.date,
    division_code: str,
    day: datetime.date,
    by: Account | None,
) -> CheckBatch:
    """Send down the unexplained hits of some rules in some places; returns the batch with its items.

    codes: of rules in force. places: 12-digit codes of villages, towns or the county. by None = the system.
    Raises ValidationError with the reason in the office's words.
    """
    rules = checks.in_force(day)
    chosen = {one.code: one.name for one in rules.checks if one.code in set(codes)}
    _refuse(title, chosen, places, deadline, day, by)
    batch = begin(
        source=CheckBatch.Source.OWN, title=title, document="", deadline=deadline, division_code=division_code, day=day,
        by=by,
    )  # fmt: skip
    number = check.draw(
        items=CheckItem._meta.db_table,
        hits=CheckHit._meta.db_table,
        batch=batch.pk,
        words=chosen,
        prefixes=[prefix_of(code) for code in places],
        present=_unexplained(day),
    )
    if not number:
        raise ValidationError({"checks": _("所选规则和地区现在没有需要下发的疑点，或者都已下发在办。")})
    record(batch, number, by)
    return batch


def begin(
    *,
    source: str,
    title: str,
    document: str,
    deadline: datetime.date,
    division_code: str,
    day: datetime.date,
    by: Account | None,
) -> CheckBatch:
    """An empty batch with the next number of the month: YD-2018-11-001. Its items follow in the same transaction."""
    month = f"YD-{day:%Y-%m}-"
    last = CheckBatch.objects.select_for_update().filter(number__startswith=month).order_by("-number").first()
    number = int(last.number[-3:]) + 1 if last else 1
    return CheckBatch.objects.create(
        number=f"{month}{number:03}", source=source, title=title.strip(), document=document,
        division_code=division_code, sent_on=day, deadline=deadline, by=by,
    )  # fmt: skip


@transaction.atomic
def note_export(*, batch: CheckBatch, files: int, rows: int, by: Account) -> None:
    """The sheets of a batch left the system."""
    audit.record("check.exported", by=by, about=batch.number, params={"files": files, "rows": rows})


def prefix_of(code: str) -> str:
    """What the codes of all villages of a place begin with."""
    if code.endswith("000000"):
        return code[:6]
    return code[:9] if code.endswith("000") else code


def _unexplained(day: datetime.date) -> str:
    """The words of queries.checks.present, over the table itself."""
    lasting = f"(h.excused_until IS NULL OR h.excused_until >= {literal(day)})"
    return f"NOT (h.excused_key <> '' AND h.excused_key = h.facts_key AND {lasting})"


def _refuse(
    title: str,
    chosen: dict[str, str],
    places: Sequence[str],
    deadline: datetime.date,
    day: datetime.date,
    by: Account | None,
) -> None:
    wrong: dict[str, str] = {}
    if not title.strip():
        wrong["title"] = _("请填写批次名称。")
    if not chosen:
        wrong["checks"] = _("请至少选择一条疑点规则。")
    if not places:
        wrong["places"] = _("请至少选择一个乡镇或村。")
    elif by is not None and not all(_reaches(by.extents(), prefix_of(code)) for code in places):
        wrong["places"] = _("所选地区不都在您的辖区范围内，请改选。")
    if deadline < day:
        wrong["deadline"] = _("回收期限不能早于今天。")
    if wrong:
        raise ValidationError(wrong)


def _reaches(extents: Sequence[Extent], prefix: str) -> bool:
    return any(
        one.kind == "everything" or (one.kind == "divisions" and prefix.startswith(one.prefix)) for one in extents
    )


def record(batch: CheckBatch, number: int, by: Account | None) -> None:
    """A batch went down with so many items."""
    params = {"items": number, "deadline": batch.deadline.isoformat()}
    audit.record("check.sent", by=by, about=batch.number, params=params)
