"""Writing bulletins: a draft by the schedule or a preparer, issued by somebody else with the 文号, then frozen (E-38)."""

import datetime
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from povertycase import audit, jobs
from povertycase.access.permissions import Permission
from povertycase.models import Account, Division, JobRun, SheetTable
from povertycase.periods import Month
from povertycase.rules import sheet as fact_sheets
from supervision.models import Bulletin
from supervision.queries import bulletin_rules
from supervision.queries.bulletin_figures import SUBJECTS, FiguresError, figures
from supervision.queries.bulletin_rules import BulletinRules

JOB = "bulletin.draft"
LABELS = {"household": ("group_name",)}  # facts that lists show beside those the figures ask for
State = Bulletin.State


class BulletinError(Exception):
    """What may not be done with a bulletin; the sentence says why and what to do."""


@transaction.atomic
def start(*, month: Month, division: Division, on: datetime.date, by: Account | None) -> Bulletin:
    """Begin the draft of a month: its row and its job; the one being made where there is one.

    on: the business date; by None: the schedule. Raises BulletinError for a month that has not ended or is issued, and
    for an account that may not draft this division's.
    """
    if by and (refusal := _why_no_draft(division, by)):
        raise BulletinError(refusal)
    rules = bulletin_rules.current(month, division)
    if rules.as_of >= on:
        raise BulletinError(
            _("%(month)s的数据截止日期是%(day)s，还没有到；请在截止以后再生成通报。")
            % {"month": month.words(), "day": rules.as_of}
        )
    # The division's row is the lock: two drafts of one month would otherwise meet in the unique constraint.
    Division.objects.select_for_update(no_key=True).get(pk=division.pk)
    now = Bulletin.objects.filter(month=str(month), division_code=division.code).exclude(state=State.REPLACED).first()
    if now and now.state == State.ISSUED:
        told = {"month": month.words(), "day": now.issued_on, "number": now.number}
        raise BulletinError(_("%(month)s通报已于%(day)s印发（%(number)s），不能再生成草稿；核对请用重新计算。") % told)
    if now and now.state == State.MAKING and now.job and now.job.is_open:
        return now
    if now:
        _replace(now)
    bulletin = Bulletin.objects.create(
        month=str(month),
        division_code=division.code,
        as_of=rules.as_of,
        rules=rules.record,
        drafted_on=on,
        prepared_by=by,
    )
    bulletin.job = jobs.enqueue(
        JOB, key=f"{division.code} {month}", params={"bulletin": bulletin.pk}, by=by, division=division.code
    )
    bulletin.save(update_fields=["job"])
    audit.record("bulletin.started", by=by, about=month.label(), job=bulletin.job)
    return bulletin


def make_sheets(
    *, rules: BulletinRules, known_on: datetime.datetime | None, by: Account | None
) -> dict[str, SheetTable]:
    """The three empty sheets of a bulletin, all of one moment; None = the moment after older writers ended."""
    known_on = known_on or fact_sheets.settled()
    prefix = bulletin_rules.sheet_prefix(rules.division_code)
    return {subject: _make_sheet(rules, subject, known_on, prefix) for subject in SUBJECTS}


def _make_sheet(rules: BulletinRules, subject: str, known_on: datetime.datetime, prefix: str) -> SheetTable:
    items = rules.of_subject(subject).values()
    shown = {code for item in items for code in (*item.shows, item.measured) if code}
    return fact_sheets.create(
        subject,
        as_of=rules.as_of,
        known_on=known_on,
        period=rules.period,
        division=prefix,
        codes=[*LABELS.get(subject, ()), *sorted(shown)],
        nodes=[item.node for item in items if item.node],
        rules=rules.hashes,
    )


@transaction.atomic
def attach_sheets(*, bulletin: Bulletin, sheets: Mapping[str, SheetTable], by: Account | None) -> None:
    """Tie the sheets being filled to the draft."""
    bulletin.known_on = sheets["household"].known_on
    for subject in SUBJECTS:
        setattr(bulletin, f"{subject}_sheet", sheets[subject])
    bulletin.save(update_fields=["known_on", *(f"{subject}_sheet" for subject in SUBJECTS)])


def sheets_of(bulletin: Bulletin) -> dict[str, SheetTable]:
    """The bulletin's sheets by subject."""
    return {subject: getattr(bulletin, f"{subject}_sheet") for subject in SUBJECTS}


@transaction.atomic
def store_draft(*, bulletin: Bulletin, write: Callable[[Bulletin], bytes], job: JobRun, by: Account | None) -> Bulletin:
    """The figures and the workbook of a draft whose sheets are full. Raises FiguresError."""
    sheets = sheets_of(bulletin)
    for sheet in sheets.values():
        fact_sheets.complete(sheet)
        # A draft may wait for its number for weeks: its lists must not go with the ad-hoc sheets of the day.
        fact_sheets.freeze(sheet)
    bulletin.figures = figures(bulletin_rules.recorded(bulletin), sheets)
    bulletin.state = State.DRAFT
    _set_workbook(bulletin, write)
    bulletin.save()
    audit.record("bulletin.drafted", by=by, about=Month.parse(bulletin.month).label(), job=job)
    return bulletin


def _replace(draft: Bulletin) -> None:
    """A newer draft takes over; the old one's sheets go with the ad-hoc ones."""
    Bulletin.objects.filter(pk=draft.pk).update(state=State.REPLACED)
    old = [sheet.pk for sheet in sheets_of(draft).values() if sheet]
    SheetTable.objects.filter(pk__in=old).update(frozen=False)


@transaction.atomic
def abandon(*, bulletin: Bulletin, by: Account | None) -> None:
    """A draft whose job failed or was cancelled: the month is free for another one."""
    Bulletin.objects.filter(pk=bulletin.pk, state=State.MAKING).update(state=State.REPLACED)


@transaction.atomic
def issue(
    *, bulletin: Bulletin, number: str, on: datetime.date, by: Account, write: Callable[[Bulletin], bytes]
) -> Bulletin:
    """Issue a draft under the office's 文号: figures, sheets and workbook are frozen. Raises BulletinError.

    The issuer holds BULLETIN_ISSUE and did not prepare the draft; `on` is the business date.
    """
    bulletin = Bulletin.objects.select_for_update(of=("self",)).get(pk=bulletin.pk)
    number = " ".join(number.split())
    if refusal := why_not(bulletin, by) or _number_fault(bulletin, number):
        raise BulletinError(refusal)
    bulletin.state, bulletin.number, bulletin.issued_by, bulletin.issued_on = State.ISSUED, number, by, on
    _set_workbook(bulletin, write)
    bulletin.save()
    audit.record("bulletin.issued", by=by, about=Month.parse(bulletin.month).label(), params={"number": number})
    return bulletin


def why_not(bulletin: Bulletin, by: Account) -> str:
    """Why this account may not issue this bulletin, in words; empty when it may."""
    if bulletin.state == State.ISSUED:
        return _("这期通报已于%(day)s印发（%(number)s），不能再次印发。") % {
            "day": bulletin.issued_on,
            "number": bulletin.number,
        }
    if bulletin.state != State.DRAFT:
        return _("这期通报还没有生成草稿，不能印发；请先生成草稿。")
    if not by.can(Permission.BULLETIN_ISSUE):
        return _("账号“%s”没有印发通报的权限；印发由县办审核岗位办理。") % by.username
    if not Division.objects.filter(code=bulletin.division_code).filter(_within_reach(by)).exists():
        return _("这期通报不在您的管辖范围内，不能印发。")
    if bulletin.prepared_by_id == by.pk:
        return _("编制人不能印发自己编制的通报，请由另一名有印发权限的人员办理。")
    return ""


def _why_no_draft(division: Division, by: Account) -> str:
    """Why this account may not draft the division's bulletin, in words; empty when it may."""
    # Who may issue may draft too, as long as somebody else issues it then.
    if not (by.can(Permission.BULLETIN_DRAFT) or by.can(Permission.BULLETIN_ISSUE)):
        return _("账号“%s”没有编制通报的权限；通报由县办经办岗位编制。") % by.username
    if not Division.objects.filter(_within_reach(by), pk=division.pk).exists():
        return _("“%s”不在您的管辖范围内，不能编制通报；请改选本辖区的区划。") % division.name
    return ""


def _within_reach(by: Account) -> Q:
    within = Q(pk__in=[])
    for extent in by.extents():
        if extent.kind in ("everything", "divisions"):
            within |= Q(code__startswith=extent.prefix)
    return within


def _number_fault(bulletin: Bulletin, number: str) -> str:
    if not number:
        return _("文号没有填写，请按发文机关给的文号填写，例如“镇脱贫组发〔2018〕21号”。")
    if len(number) > 60:
        return _("文号超过60个字，请核对后重新填写。")
    used = Bulletin.objects.filter(state=State.ISSUED, number=number).exclude(pk=bulletin.pk).first()
    if used is None:
        return ""
    told = {"number": number, "month": Month.parse(used.month).words()}
    return _("文号“%(number)s”已用于%(month)s通报，请核对后重新填写。") % told


def _set_workbook(bulletin: Bulletin, write: Callable[[Bulletin], bytes]) -> None:
    content = write(bulletin)
    bulletin.workbook, bulletin.workbook_sha256 = content, hashlib.sha256(content).hexdigest()


@transaction.atomic
def recompute(
    *, bulletin: Bulletin, known_on: datetime.datetime | None, by: Account | None
) -> tuple[dict[str, Any], dict[str, SheetTable]]:
    """The bulletin's figures made again from the dated rows, with its rules: (figures, ad-hoc sheets).

    known_on: the bulletin's own for a replay to the byte; None = as the office knows the register now. Nothing stored
    is read or changed. Raises FiguresError.
    """
    rules = bulletin_rules.recorded(bulletin)
    sheets = make_sheets(rules=rules, known_on=known_on, by=by)
    for sheet in sheets.values():
        for lo, hi in fact_sheets.chunks(sheet):
            fact_sheets.fill(sheet, lo, hi)
        fact_sheets.complete(sheet)
    audit.record("bulletin.recomputed", by=by, about=Month.parse(bulletin.month).label())
    return figures(rules, sheets), sheets


@transaction.atomic
def note_export(*, bulletin: Bulletin, figure: str, rows: int, by: Account) -> None:
    """A list of the bulletin left the system as a workbook."""
    about = Month.parse(bulletin.month).label()
    audit.record("bulletin.list_exported", by=by, about=about, params={"figure": figure, "rows": rows})


__all__ = ["BulletinError", "FiguresError", "issue", "note_export", "recompute", "start", "store_draft", "why_not"]
