"""Drafts of rules 规则草稿: written by one person, put in force or refused by a second; every act is audited (E-12)."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from povertycase import audit
from povertycase.models import Account, RuleVersion
from povertycase.rules import thresholds, versions
from povertycase.secrets import identity
from supervision.models import RuleDraft
from supervision.queries import draft_bodies

State = RuleDraft.State
MAY_CHANGE = (State.DRAFT, State.REFUSED)
MAY_WITHDRAW = (State.DRAFT, State.PROPOSED, State.REFUSED)


class Moved(Exception):
    """Somebody else moved the draft on since the page was opened."""


@transaction.atomic
def start(
    *,
    kind: str,
    body: Mapping[str, Any],
    document: str,
    on: datetime.date,
    by: Account,
    base: RuleVersion | None = None,
) -> RuleDraft:
    """A new draft: a rule of the county's own, one that takes the place of `base`, a standard or a line entered.

    body: as draft_bodies reads it; a rule of the county's own without code gets one. Raises ValidationError: unreadable, or an attempt
    to tune what the centre or the province has set.
    """
    if kind not in draft_bodies.KINDS:
        raise ValidationError(_("这类规则不能在这里起草。"))
    body = dict(body)
    if kind in draft_bodies.OWN:
        body["code"] = base.code if base else body.get("code") or _next_code(kind)
    _refuse_tuning(kind, body, base, on)
    draft = RuleDraft(
        kind=kind, code=body.get("code", ""), base=base, division_code=settings.COUNTY, author=by, created_on=on
    )
    return _written(draft, body, document, "rule_draft.started", by)


@transaction.atomic
def change(
    *,
    draft: RuleDraft,
    body: Mapping[str, Any],
    document: str,
    on: datetime.date,
    by: Account,
    version: int | None = None,
) -> RuleDraft:
    """Its author writes it anew; a refused one is a draft again. Raises ValidationError, Moved."""
    row = _held(draft, version)
    _require_author(row, by)
    if row.state not in MAY_CHANGE:
        raise ValidationError(_("草稿已提交或已办结，不能再改；提交后需要改的，请先撤回，另起一份。"))
    body = {**body, "code": row.code} if row.kind in draft_bodies.OWN else dict(body)
    _refuse_tuning(row.kind, body, row.base, on)
    row.code, row.state = body["code"], State.DRAFT
    return _written(row, body, document, "rule_draft.changed", by)


@transaction.atomic
def propose(*, draft: RuleDraft, on: datetime.date, by: Account, version: int | None = None) -> RuleDraft:
    """Its author hands it to the second person. Raises ValidationError, Moved."""
    row = _held(draft, version)
    _require_author(row, by)
    if row.state != State.DRAFT:
        raise ValidationError(_("只有草稿可以提交审批；未同意的请先修改。"))
    if not row.document.strip() and row.kind in ("standard", "threshold"):
        raise ValidationError(_("请先填写文件名称和文号：标准和标准线只能照文件录入。"))
    row.state, row.decided_by, row.decided_on, row.words = State.PROPOSED, None, None, ""
    return _saved(row, "rule_draft.proposed", by)


@transaction.atomic
def approve(*, draft: RuleDraft, words: str, on: datetime.date, by: Account, version: int | None = None) -> RuleDraft:
    """A second person puts it in force: a version of the county's own, which the next full run judges by.

    The own version before it ends the day before; what is shipped stays, the nearest division goes first. Raises
    ValidationError, Moved.
    """
    row = _decided(draft, words, on, by, version)
    _refuse_tuning(row.kind, row.body, row.base, on)
    draft_bodies.prove(row.kind, row.body)
    body = draft_bodies.final(row.kind, row.body, document=row.document, day=on)
    name = versions.sha256(body)
    if RuleVersion.objects.filter(sha256=name).exists():
        raise ValidationError(_("与已有的一个版本完全相同，不必再施行。"))
    first = _day(body.get("valid_from"))
    _end_earlier(row.kind, body, first)
    row.result = RuleVersion.objects.create(
        kind=row.kind,
        code=body["code"],
        sha256=name,
        body=body,
        division_code=body.get("division", ""),
        valid_from=first,
        valid_to=_day(body.get("valid_to")),
        document=row.document,
        verified=row.kind not in draft_bodies.OWN,
        author=row.author,
        approver=by,
    )
    row.state = State.IN_FORCE
    return _saved(row, "rule_draft.in_force", by, start=(first or on).isoformat())


@transaction.atomic
def refuse(*, draft: RuleDraft, words: str, on: datetime.date, by: Account, version: int | None = None) -> RuleDraft:
    """A second person does not agree, and says why; its author may write it anew. Raises ValidationError, Moved."""
    row = _decided(draft, words, on, by, version)
    if not row.words:
        raise ValidationError({"words": _("不同意的，请写明原因，例如哪一条条件不合适。")})
    row.state = State.REFUSED
    return _saved(row, "rule_draft.refused", by)


@transaction.atomic
def withdraw(*, draft: RuleDraft, by: Account, version: int | None = None) -> RuleDraft:
    """Its author takes it back for good. Raises ValidationError, Moved."""
    row = _held(draft, version)
    _require_author(row, by)
    if row.state not in MAY_WITHDRAW:
        raise ValidationError(_("草稿已办结，不能撤回。"))
    row.state = State.WITHDRAWN
    return _saved(row, "rule_draft.withdrawn", by)


# --- parts ------------------------------------------------------------------------------------------------


def _held(draft: RuleDraft, version: int | None) -> RuleDraft:
    row = RuleDraft.objects.select_for_update(no_key=True, of=("self",)).get(pk=draft.pk)
    if version is not None and row.version != version:
        raise Moved(_("这份草稿刚被别人办理过，请核对后再办。"))
    return row


def _require_author(row: RuleDraft, by: Account) -> None:
    if row.author_id != by.pk:
        raise ValidationError(_("只有起草人可以修改、提交和撤回这份草稿。"))


def _decided(draft: RuleDraft, words: str, on: datetime.date, by: Account, version: int | None) -> RuleDraft:
    row = _held(draft, version)
    if row.author_id == by.pk:
        raise ValidationError(_("这份草稿是您起草的，须由另一位同志审批。"))
    if row.state != State.PROPOSED:
        raise ValidationError(_("草稿没有提交审批，或者已经办结。"))
    row.decided_by, row.decided_on, row.words = by, on, words.strip()
    if identity.stands_in(row.words):
        raise ValidationError({"words": _("说明文字中请不要写证件号码。")})
    return row


def _refuse_tuning(kind: str, body: Mapping[str, Any], base: RuleVersion | None, on: datetime.date) -> None:
    """E-12: what the centre and the province have set is entered from a paper, never tuned here."""
    if kind == "standard":
        if base is not None or draft_bodies.of_version(kind, str(body.get("code"))) is not None:
            raise ValidationError(str(draft_bodies.TUNING))
    elif kind == "threshold":
        line = body.get("line", {})
        day = _day(line.get("from"))
        there = thresholds.at(str(body["code"]), day, settings.COUNTY) if day else None
        if there is not None and there.verified:
            raise ValidationError(
                _("{year} 年已有核对过原文的标准线 {value}（{document}），县里不得自行调整。").format(
                    year=str(line["from"])[:4], value=f"{there.value:,f}", document=there.document
                )
            )
    elif base is not None and base.kind != kind:
        raise ValidationError(_("这类规则不能在这里起草。"))


def _next_code(kind: str) -> str:
    own = draft_bodies.OWN[kind]
    taken = [
        *RuleDraft.objects.filter(kind=kind, code__startswith=own).values_list("code", flat=True),
        *RuleVersion.objects.filter(kind=kind, code__startswith=own).values_list("code", flat=True),
    ]
    numbers = [int(rest) for code in taken if (rest := code.removeprefix(own)).isdigit()]
    return f"{own}{max(numbers, default=0) + 1:03}"


def _end_earlier(kind: str, body: Mapping[str, Any], first: datetime.date | None) -> None:
    """The county's earlier versions of the same rule end where the new one begins."""
    earlier = RuleVersion.objects.select_for_update().filter(
        kind=kind, code=body["code"], in_force=True, author__isnull=False, division_code=body.get("division", "")
    )
    for one in earlier:
        if kind == "threshold" or first is None or (one.valid_from or datetime.date.min) >= first:
            one.in_force = False
        else:
            eve = first - datetime.timedelta(days=1)
            one.valid_to = min(one.valid_to or eve, eve)
        one.save(update_fields=["in_force", "valid_to"])


def _day(text: Any) -> datetime.date | None:
    return datetime.date.fromisoformat(str(text)) if text else None


def _written(row: RuleDraft, body: Mapping[str, Any], document: str, kind: str, by: Account) -> RuleDraft:
    draft_bodies.prove(row.kind, body)
    row.body, row.document = dict(body), document.strip()
    row.name = f"{body['name']}{body['line']['from'][:4]}年" if row.kind == "threshold" else str(body["name"])
    if identity.stands_in(row.document):
        raise ValidationError({"document": _("说明文字中请不要写证件号码。")})
    return _saved(row, kind, by)


def _saved(row: RuleDraft, kind: str, by: Account, **told: Any) -> RuleDraft:
    row.full_clean(validate_constraints=False, exclude=["body"])
    row.version = row.version + 1 if row.pk else 1
    row.save()
    audit.record(kind, by=by, about=row.name, params={"draft": row.pk, "version": row.version, **told})
    return row
