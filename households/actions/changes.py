"""Changing a household by hand 修改申请: proposed, verified and confirmed by different people, then applied.

A proposal is applied in a savepoint that is rolled back: what cannot be applied is refused at once, and its
consequences are seen before anybody agrees. Values are sealed; the trail names fields, never values.
"""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from households.actions import change_drafts, change_routes, dated
from households.actions.change_drafts import Asked, ChangeMoved
from households.actions.change_kinds import KINDS
from households.models import ChangeOpinion, ChangeRequest, Household, Person
from households.models.change import Place
from households.queries.changes import opinions_needed
from povertycase import audit
from povertycase.models import Account, Division, Upload

State, Outcome = ChangeRequest.State, ChangeOpinion.Outcome
Effects = list[dict[str, Any]]


def propose(
    *,
    kind: str,
    household: Household | None = None,
    village: Division | None = None,
    person: Person | int | None = None,
    row: int | None = None,
    values: dict[str, Any],
    true_from: datetime.date,
    reason: str = "",
    proof: Upload | None = None,
    entered_on: datetime.date,
    by: Account,
    version: int | None = None,
    seen: dict[str, Any] | None = None,
) -> ChangeRequest:
    """Ask for a change of a household (or for a new one in `village`); returns the request with its consequences.

    `values` by item of KINDS[kind].fields; items left out stay as they are. `seen`: the values the form showed, as
    `current` gives them, or `version` of the household at that time. Raises ValidationError for what cannot be applied, lacks reason or proof,
    or may not be proposed by this account; ChangeMoved when the part was changed meanwhile. Where one's own request
    about the same part was sent back, this is its next round.
    """
    returned = _returned(kind, household, _key(person) or row, by)
    if returned is not None:
        return resubmit(
            request=returned, values=values, true_from=true_from, reason=reason, proof=proof, entered_on=entered_on,
            by=by,
        )  # fmt: skip
    asked = Asked(kind, household, village, _key(person), row, values, true_from, entered_on, by)
    with transaction.atomic():
        draft = change_drafts.draw(asked)
        change_drafts.refuse_moved(draft, version, seen)
        request = change_drafts.request_of(draft, asked, reason.strip(), proof)
        request.effects = change_drafts.rehearse(draft)
        request.save(force_insert=True)
        place = change_drafts.reported(draft)
        _note_opinion(request, place, Outcome.PROPOSED, "", by, entered_on)
        _record("change.proposed", request, by, fields=change_drafts.labels(draft))
    return request


def preview(
    *,
    kind: str,
    household: Household | None = None,
    village: Division | None = None,
    person: Person | int | None = None,
    row: int | None = None,
    values: dict[str, Any],
    true_from: datetime.date,
    entered_on: datetime.date,
    by: Account,
    own: ChangeRequest | None = None,
) -> Effects:
    """What the change would move: [{label, before, after}, …] in words, never amounts. Nothing is kept.

    own: the request that is about to be handed in again, which is not in its own way.

    Raises ValidationError with what is wrong, by item where it belongs to one.
    """
    asked = Asked(kind, household, village, _key(person), row, values, true_from, entered_on, by)
    with transaction.atomic():
        return change_drafts.rehearse(change_drafts.draw(asked, own))


def needs(*, kind: str, household: Household | None, village: str, on: datetime.date) -> str | None:
    """Why a change proposed today needs reason and proof; None where it does not. For the form's own words."""
    return change_routes.locked(KINDS[kind].route, household, village, on)


def agree(
    *, request: ChangeRequest, words: str = "", by: Account, on: datetime.date, version: int | None = None
) -> ChangeRequest:
    """Agree in the name of the place whose turn it is; the last one's word writes the change into the register.

    Raises ValidationError for who may not or what no longer goes, ChangeMoved when the part was changed since,
    Conflict when somebody else acted on the request.
    """
    with transaction.atomic():
        held = _hold(request, version, by)
        draft = change_drafts.drawn_again(held, by, on)
        change_drafts.refuse_moved_since(draft, held)
        place = held.next_place
        _note_opinion(held, place, Outcome.AGREED, words, by, on)
        _record("change.agreed", held, by, place=_place_word(place))
        following = _after(held, place)
        if following:
            held.next_place = following
        else:
            _apply(held, draft, by, on)
        return _saved(held)


def send_back(
    *, request: ChangeRequest, words: str, by: Account, on: datetime.date, version: int | None = None
) -> ChangeRequest:
    """Send the request back to who proposed it, saying what is to be put right. Raises ValidationError, Conflict."""
    return _end(request, Outcome.RETURNED, State.RETURNED, "change.returned", words, by, on, version)


def refuse(
    *, request: ChangeRequest, words: str, by: Account, on: datetime.date, version: int | None = None
) -> ChangeRequest:
    """Say no for good, with the reason. Raises ValidationError, Conflict."""
    return _end(request, Outcome.REFUSED, State.REFUSED, "change.refused", words, by, on, version)


def withdraw(*, request: ChangeRequest, by: Account, on: datetime.date, version: int | None = None) -> ChangeRequest:
    """Take one's own request back while nobody has applied or refused it. Raises ValidationError, Conflict."""
    with transaction.atomic():
        held = _own(request, version, by, (State.OPEN, State.RETURNED))
        held.state, held.next_place = State.WITHDRAWN, ""
        _record("change.withdrawn", held, by)
        return _saved(held)


def resubmit(
    *,
    request: ChangeRequest,
    values: dict[str, Any] | None = None,
    true_from: datetime.date | None = None,
    reason: str | None = None,
    proof: Upload | None = None,
    entered_on: datetime.date,
    by: Account,
    version: int | None = None,
) -> ChangeRequest:
    """Hand a returned request in again as its next round; what is not given stays. Raises ValidationError, Conflict."""
    with transaction.atomic():
        held = _own(request, version, by, (State.RETURNED,))
        asked = change_drafts.asked_again(held, values, true_from, entered_on, by)
        draft = change_drafts.draw(asked, held)
        text = held.reason if reason is None else reason.strip()
        change_drafts.request_of(draft, asked, text, proof or held.proof, into=held)
        held.effects, held.round, held.state = change_drafts.rehearse(draft), held.round + 1, State.OPEN
        _note_opinion(held, change_drafts.reported(draft), Outcome.PROPOSED, "", by, entered_on)
        _record("change.proposed", held, by, fields=change_drafts.labels(draft))
        return _saved(held)


# --- one opinion ------------------------------------------------------------------------------------------


def _hold(request: ChangeRequest, version: int | None, by: Account) -> ChangeRequest:
    """The request held until the transaction ends, if it is this account's turn."""
    held = _locked(request, version)
    if held.state != State.OPEN:
        raise ValidationError(_("这份申请的状态是“%s”，不能再办理。") % held.get_state_display())
    if not change_routes.may_give(by, held, held.next_place):
        raise ValidationError(_("这份申请待%s办理，您的岗位不能办理这一环节。") % held.get_next_place_display())
    if held.opinions.filter(round=held.round, by=by).exists():
        raise ValidationError(_("提出、核实、确认须由不同的人办理，您已办理过这份申请。"))
    return held


def _own(request: ChangeRequest, version: int | None, by: Account, states: tuple[str, ...]) -> ChangeRequest:
    held = _locked(request, version)
    if held.proposed_by_id != by.pk:
        raise ValidationError(_("只有提出人能撤回或重新提出这份申请。"))
    if held.state not in states:
        raise ValidationError(_("这份申请的状态是“%s”，不能再办理。") % held.get_state_display())
    return held


def _locked(request: ChangeRequest, version: int | None) -> ChangeRequest:
    held = ChangeRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.pk)
    if version is not None and held.version != version:
        raise dated.Conflict(str(_("这份申请刚被别人办理过，请刷新后再办理。")))
    return held


def _end(
    request: ChangeRequest,
    outcome: str,
    state: str,
    event: str,
    words: str,
    by: Account,
    on: datetime.date,
    version: int | None,
) -> ChangeRequest:
    if not words.strip():
        raise ValidationError({"words": _("请写明退回或不同意的理由。")})
    with transaction.atomic():
        held = _hold(request, version, by)
        place = held.next_place
        _note_opinion(held, place, outcome, words, by, on)
        held.state, held.next_place = state, ""
        _record(event, held, by, place=_place_word(place))
        return _saved(held)


def _note_opinion(request: ChangeRequest, place: str, outcome: str, words: str, by: Account, on: datetime.date) -> None:
    opinion = ChangeOpinion(
        request=request, round=request.round, place=place, outcome=outcome, words=words.strip(), by=by, given_on=on
    )
    change_drafts.refuse_numbers(words, "words")
    opinion.full_clean(validate_constraints=False)
    opinion.save(force_insert=True)


def _after(request: ChangeRequest, place: str) -> str:
    """The next opinion of this round; empty after the last."""
    first = request.opinions.get(round=request.round, outcome=Outcome.PROPOSED)
    order = opinions_needed(request, first.place)
    at = order.index(place) + 1
    return order[at] if at < len(order) else ""


def _apply(request: ChangeRequest, draft: Any, by: Account, on: datetime.date) -> None:
    """Write the change into the register and keep what it moved."""
    with change_drafts.in_words():
        household, request.effects = change_drafts.carry_out(draft)
    request.household, request.state, request.next_place, request.applied_on = household, State.APPLIED, "", on
    request.subject = request.subject or change_drafts.other_of(draft)
    request.event_id = _record("change.applied", request, by, fields=change_drafts.labels(draft))


def _saved(request: ChangeRequest) -> ChangeRequest:
    request.version += 1
    request.save()
    return request


def _record(event: str, request: ChangeRequest, by: Account, **params: Any) -> int:
    """The trail's entry: household number, kind and fields in words."""
    with override("zh-hans"):
        about = request.household.household_no if request.household else request.village.name
        label = str(KINDS[request.kind].label)
    households = [request.household_id] if request.household_id else []
    params = {"kind": label, "request": request.pk, **params}
    return audit.record(event, by=by, about=about, households=households, params=params)


def _returned(kind: str, household: Household | None, subject: int | None, by: Account) -> ChangeRequest | None:
    if household is None or kind in change_drafts.SEVERAL:
        return None
    wanted = {"household": household, "kind": kind, "subject": subject, "state": State.RETURNED}
    return ChangeRequest.objects.filter(**wanted, proposed_by=by).first()


def _place_word(place: str) -> str:
    with override("zh-hans"):
        return str(Place(place).label)


def _key(person: Person | int | None) -> int | None:
    return person.pk if isinstance(person, Person) else person


__all__ = [
    "KINDS",
    "ChangeMoved",
    "agree",
    "needs",
    "preview",
    "propose",
    "refuse",
    "resubmit",
    "send_back",
    "withdraw",
]
