"""From what a form says to a change that can be applied: read, compared with what stands, rehearsed, carried out."""

import datetime
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from households.actions import change_routes, dated
from households.actions.change_kinds import KINDS, UNDECIDED, Draft, Kind
from households.models import ChangeRequest, Household
from households.queries.change_items import plain
from households.queries.changes import OWN, PURPOSE, open_content, opinions_needed
from povertycase import secrets, slots
from povertycase.models import Account, Division, Upload
from povertycase.secrets import identity

EMPTY: tuple[Any, ...] = (None, "", [])
REASON_LENGTH = 300
# Several of these may wait at one time: two births are two requests.
SEVERAL = frozenset({"register", "join"})


class ChangeMoved(dated.Conflict):
    """The part of the file was changed since; `differences` lists (label, value then, value now) in words."""

    def __init__(self, differences: list[tuple[str, str | None, str | None]]) -> None:
        super().__init__(str(_("这一部分在此期间已被修改，请核对后再办理。")))
        self.differences = differences


class Rehearsed(Exception):
    """Ends a rehearsal: everything it wrote is rolled back."""


@dataclass(frozen=True)
class Asked:
    """What somebody asks for, as a form hands it over."""

    kind: str
    household: Household | None
    village: Division | None
    person: int | None
    row: int | None
    values: dict[str, Any]
    true_from: datetime.date
    entered_on: datetime.date
    by: Account


def draw(asked: Asked, own: ChangeRequest | None = None) -> Draft:
    """The change asked for, compared with what stands. Raises ValidationError. Holds the household's row.

    `own`: the request that is handed in again, which is not in its own way.
    """
    kind = _kind(asked.kind)
    household = _held(asked.household)
    village = _village(asked.village, household)
    new = _read(kind, asked.values)
    content: dict[str, Any] = {"new": new, "person": asked.person, "row": asked.row}
    if kind.of_person and asked.person is None:
        raise ValidationError(_("请选择要修改的成员。"))
    old = kind.current(household, content, asked.true_from)
    content["old"], content["new"] = _differences(kind, old, new)
    _refuse_second(kind, household, content, own)
    return _draft(kind, household, village, content, asked.true_from, asked.entered_on, asked.by)


def drawn_again(request: ChangeRequest, by: Account, on: datetime.date) -> Draft:
    """The change of a stored request, by who agrees now."""
    content = open_content(request)
    household = _held(request.household)
    return _draft(_kind(request.kind), household, request.village, content, request.true_from, on, by)


def asked_again(
    request: ChangeRequest,
    values: dict[str, Any] | None,
    true_from: datetime.date | None,
    entered_on: datetime.date,
    by: Account,
) -> Asked:
    """A returned request as it is asked for again; values not given stay as they were."""
    content = open_content(request)
    wanted = {**content["new"], **(values or {})}
    return Asked(
        request.kind,
        request.household,
        request.village,
        content["person"],
        content["row"],
        wanted,
        true_from or request.true_from,
        entered_on,
        by,
    )


def request_of(
    draft: Draft, asked: Asked, reason: str, proof: Upload | None, into: ChangeRequest | None = None
) -> ChangeRequest:
    """The row of a request, not saved. Raises ValidationError where reason or proof is missing."""
    kind, code = KINDS[asked.kind], draft.village.code
    bureau, stands_in = _bureau(kind, draft)
    why = change_routes.locked(kind.route, draft.household, code, draft.entered_on)
    _refuse_without_proof(why or stands_in, reason, proof, draft.by)
    request = into or ChangeRequest(proposed_by=draft.by, proposed_on=draft.entered_on, kind=kind.code)
    request.household, request.village = draft.household, draft.village
    request.subject = draft.content["person"] or draft.content["row"]
    request.content = secrets.seal_bytes(PURPOSE, json.dumps(draft.content, ensure_ascii=False).encode())
    request.true_from, request.reason, request.proof, request.bureau = draft.true_from, reason, proof, bureau
    request.locked = why is not None
    request.household_version = draft.household.version if draft.household else None
    request.next_place = opinions_needed(request, reported(draft))[0]
    return request


def reported(draft: Draft) -> str:
    """Whose opinion the proposal is. Raises ValidationError for who may not propose it."""
    route = KINDS[draft.kind].route
    place = change_routes.reporting_place(route, draft.by, draft.household, draft.village.code)
    if place is None:
        raise ValidationError(_("您的岗位不能提出“%s”，请由村或乡镇提出。") % KINDS[draft.kind].label)
    return place


def labels(draft: Draft) -> str:
    """The items that change, by their labels, for the trail."""
    with override("zh-hans"):
        fields = KINDS[draft.kind].fields
        return "、".join(str(fields[name].label) for name in draft.content["new"])


# --- compared with what stands ----------------------------------------------------------------------------


def refuse_moved(draft: Draft, version: int | None, seen: dict[str, Any] | None) -> None:
    """Raises ChangeMoved when the form was made from values that no longer stand."""
    if draft.household is None or seen is None:
        if draft.household is not None and version is not None and draft.household.version != version:
            raise ChangeMoved([])
        return
    _compare(draft, {name: plain(value) for name, value in seen.items() if name in draft.content["old"]})


def refuse_moved_since(draft: Draft, request: ChangeRequest) -> None:
    """Raises ChangeMoved when what the request would replace is no longer what it was proposed against."""
    if draft.household is None:
        return
    # The number of one household says nothing of the other.
    if KINDS[draft.kind].beside or draft.household.version != request.household_version:
        _compare(draft, draft.content["old"])


def _compare(draft: Draft, then: dict[str, Any]) -> None:
    kind = KINDS[draft.kind]
    now = kind.current(draft.household, draft.content, draft.true_from)
    moved = [name for name, value in then.items() if name in now and not _same(now[name], value)]
    if moved:
        words = ((kind.fields[name], then[name], now[name]) for name in moved)
        raise ChangeMoved([(str(item.label), item.words(was), item.words(is_)) for item, was, is_ in words])


def _differences(kind: Kind, old: dict[str, Any], new: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Old and new of the items that change, and of those that say which row is meant."""
    if kind.event:
        return {}, {name: value for name, value in new.items() if value not in EMPTY}
    if isinstance(new.get("others"), list):
        new = {**new, "others": sorted(new["others"])}
    changed = [name for name, value in new.items() if not _same(old.get(name), value)]
    if not changed:
        raise ValidationError(_("内容没有变化，不需要修改。"))
    kept = [*changed, *(name for name in kind.key if name not in changed)]
    found = {name: new.get(name, old.get(name)) for name in kept}
    return {name: old[name] for name in kept if name in old}, found


def _same(one: Any, other: Any) -> bool:
    return one == other or (one in EMPTY and other in EMPTY)


# --- rehearsed and carried out ----------------------------------------------------------------------------


def rehearse(draft: Draft) -> list[dict[str, Any]]:
    """What the change would move; everything is rolled back. Raises ValidationError for what cannot be applied."""
    effects: list[dict[str, Any]] = []
    try:
        with in_words(), transaction.atomic():
            effects = carry_out(draft)[1]
            raise Rehearsed
    except Rehearsed:
        return effects


def carry_out(draft: Draft) -> tuple[Household, list[dict[str, Any]]]:
    """Apply the change inside the caller's transaction; returns the household and what moved.

    Where two households are moved, each consequence says whose it is.
    """
    before = _effects(draft.household, draft)
    household = KINDS[draft.kind].apply(draft)
    after = _effects(household, draft)
    moved = []
    for key in {**before, **after}:
        whose, label = key
        # Of a household that ends no criterion is judged any more; that it ends is said already.
        if before.get(key) != after.get(key) and (key in after or not whose):
            said = {"label": label, "before": before.get(key), "after": after.get(key)}
            moved.append({"whose": whose, **said} if whose else said)
    return household, moved


def other_of(draft: Draft) -> int | None:
    """The other household of a change that was applied: the new one, or the one that joined."""
    beside = KINDS[draft.kind].beside
    return beside(draft)[0][1].pk if beside else None


def _effects(household: Household | None, draft: Draft) -> dict[tuple[str, str], str]:
    """Everything a change may move, in the office's words, as it stands now: (whose, what) → how."""
    kind, found = KINDS[draft.kind], {}
    seen_on = draft.entered_on
    if kind.last_day:
        seen_on = max(seen_on, draft.true_from + datetime.timedelta(days=1))
    homes = [(OWN if kind.beside else "", household)] if household else []
    if kind.beside:
        homes += kind.beside(draft)
    with override("zh-hans"):
        for whose, home in homes:
            for effect in slots.CHANGE_EFFECTS:
                told = effect.query(home, draft.by, seen_on)
                found.update({(whose, label): words for label, words in told.items()})
    return found


@contextmanager
def in_words() -> Iterator[None]:
    """A refusal of the database without a sentence of its own is the value's fault. Raises ValidationError."""
    try:
        yield
    except IntegrityError as error:
        raise ValidationError(_("填写的内容不符合登记簿的规则（如数值为负、日期先后颠倒），请核对。")) from error


# --- reading ----------------------------------------------------------------------------------------------


def _kind(code: str) -> Kind:
    if code not in KINDS:
        raise ValidationError(_("没有“%s”这一修改事项，请从档案页面打开。") % code)
    return KINDS[code]


def _held(household: Household | None) -> Household | None:
    return Household.objects.select_for_update(no_key=True).get(pk=household.pk) if household else None


def _village(village: Division | None, household: Household | None) -> Division:
    if household is not None:
        return Division.objects.get(pk=household.card.village_code)
    if village is None or village.level != Division.Level.VILLAGE:
        raise ValidationError({"village": _("请选择到村。")})
    return village


def _read(kind: Kind, values: dict[str, Any]) -> dict[str, Any]:
    """Every given value as it is kept; all that is wrong is told at once."""
    found, wrong = {}, {}
    for name, raw in values.items():
        if name not in kind.fields:
            raise ValidationError(_("“%s”不属于这一修改事项。") % name)
        try:
            found[name] = kind.fields[name].read(raw)
        except ValidationError as error:
            wrong.update(error.error_dict)
    if kind.event:
        missing = (item for name, item in kind.fields.items() if name not in values)
        wrong.update({item.name: _("请填写“%s”。") % item.label for item in missing if _required(item.field)})
    if wrong:
        raise ValidationError(wrong)
    return found


def _required(field: Any) -> bool:
    return not (field.blank or field.null or field.has_default())


def _draft(
    kind: Kind,
    household: Household | None,
    village: Division,
    content: dict[str, Any],
    true_from: datetime.date,
    entered_on: datetime.date,
    by: Account,
) -> Draft:
    new = {name: kind.fields[name].value(kept) for name, kept in content["new"].items()}
    return Draft(kind.code, household, village, content, new, true_from, entered_on, by)


def _refuse_second(kind: Kind, household: Household | None, content: dict[str, Any], own: ChangeRequest | None) -> None:
    if household is None or kind.code in SEVERAL or (kind.code == "supporter" and content["row"] is None):
        return
    waiting = ChangeRequest.objects.filter(household=household, kind=kind.code, state__in=UNDECIDED)
    waiting = waiting.filter(subject=content["person"] or content["row"]).exclude(pk=own.pk if own else None)
    first = waiting.select_related("proposed_by").first()
    if first:
        told = {"kind": kind.label, "day": first.proposed_on, "by": first.proposed_by}
        raise ValidationError(_("“%(kind)s”已有一份申请正在办理（%(by)s，%(day)s 提出），办结后再提。") % told)


def _bureau(kind: Kind, draft: Draft) -> tuple[str, str | None]:
    """The bureau that confirms, and why the county office stands in for one that has no account."""
    changed = [name for name in draft.content["new"] if name not in kind.key]
    bureaus = {kind.fields[name].bureau for name in changed}
    if len(bureaus) > 1:
        names = "、".join(str(kind.fields[name].label) for name in changed)
        raise ValidationError(_("%s 由不同部门确认，请分开提出。") % names)
    bureau = str(next(iter(bureaus), ""))
    why = change_routes.stood_in_for([bureau] if bureau else [], draft.village.code, draft.entered_on)
    return ("" if why else bureau), why


def _refuse_without_proof(why: str | None, reason: str, proof: Upload | None, by: Account) -> None:
    refuse_numbers(reason, "reason")
    if len(reason) > REASON_LENGTH:
        raise ValidationError({"reason": _("理由最多 300 字。")})
    if proof is not None and proof.by_id != by.pk:
        raise ValidationError({"proof": _("依据须由提出人上传，请重新上传。")})
    if why is None:
        return
    wrong = {}
    if not reason:
        wrong["reason"] = _("%s请写明修改理由。") % why
    if proof is None:
        wrong["proof"] = _("%s请上传依据（照片或 PDF）。") % why
    if wrong:
        raise ValidationError(wrong)


def refuse_numbers(text: str, name: str) -> None:
    """Raises ValidationError where a free text holds somebody's ID number: texts are kept in clear."""
    if identity.stands_in(text):
        raise ValidationError({name: _("说明文字中请不要写证件号码。")})
