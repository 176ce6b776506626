"""Answering suspicious data 疑点核实: the village answers, the township passes, the county closes; three people.

已核改 is taken only when the register no longer shows the suspicion. 核实无误 and 特殊情况说明 excuse it until its facts
change or the explanation expires. Whatever was done meanwhile by somebody else is refused as a whole.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from households.actions import change_proofs
from povertycase import audit
from povertycase.exchange import files
from povertycase.models import Account, Upload
from povertycase.sentences import Sentence
from supervision.actions import check_hits
from supervision.models import CheckHit, CheckItem
from supervision.queries import check_words, checks

State, Answer = CheckItem.State, CheckItem.Answer
MOST = 500
LONGEST = datetime.timedelta(days=366)


class ItemsMoved(Exception):
    """Items that somebody else has dealt with since they were shown; `items` as they stand now."""

    def __init__(self, items: list[CheckItem]) -> None:
        super().__init__(_("疑点已由别人办理，请刷新后再看。"))
        self.items = items


@transaction.atomic
def answer(
    *,
    versions: Mapping[int, int],
    answer: str,
    words: str = "",
    proof: Upload | None = None,
    expires_on: datetime.date | None = None,
    on: datetime.date,
    by: Account,
) -> list[CheckItem]:
    """Answer items {key: version as shown}: corrected, confirmed or special. Returns them.

    Raises ValidationError with what is still wrong or missing, ItemsMoved for what came second.
    """
    items = _locked(versions, by, {State.SENT})
    if answer not in Answer.values:
        raise ValidationError({"answer": _("请选择核实结果。")})
    words = words.strip()
    _refuse_answer(items, answer, words, proof, expires_on, on)
    if answer == Answer.CORRECTED:
        _refuse_still_there(items, by, on)
    for item in items:
        item.state, item.answer, item.words = State.ANSWERED, answer, words
        item.proof = proof
        item.expires_on = expires_on if answer == Answer.SPECIAL else None
        item.answered_by, item.answered_on = by, on
        item.town_by = item.town_on = None
        item.returned_words = ""
    _save(items)
    _record("check.answered", items, by, answer=str(Answer(answer).label))
    return items


@transaction.atomic
def passed(*, versions: Mapping[int, int], on: datetime.date, by: Account) -> list[CheckItem]:
    """The township agrees with answers that other people gave. Raises ItemsMoved, PermissionDenied."""
    items = _locked(versions, by, {State.ANSWERED})
    _refuse_same_person(items, by, lambda item: (item.answered_by_id,))
    for item in items:
        item.state, item.town_by, item.town_on = State.PASSED, by, on
    _save(items)
    _record("check.passed", items, by)
    return items


@transaction.atomic
def close(*, versions: Mapping[int, int], on: datetime.date, by: Account) -> list[CheckItem]:
    """The county ends items; what was confirmed or explained is excused from now on. Raises ItemsMoved, PermissionDenied."""
    items = _locked(versions, by, {State.PASSED})
    _refuse_same_person(items, by, lambda item: (item.answered_by_id, item.town_by_id))
    for item in items:
        item.state, item.county_by, item.county_on = State.CLOSED, by, on
    _save(items)
    _excuse(items)
    _record("check.closed", items, by)
    return items


@transaction.atomic
def send_back(*, versions: Mapping[int, int], words: str, on: datetime.date, by: Account) -> list[CheckItem]:
    """The township or the county is not satisfied: back to the village, with the reason. Raises ItemsMoved."""
    if not words.strip():
        raise ValidationError({"words": _("请填写退回原因。")})
    items = _locked(versions, by, {State.ANSWERED, State.PASSED})
    for item in items:
        item.state = State.SENT
        item.town_by = item.town_on = None
        item.returned_words, item.returned_times = words.strip(), item.returned_times + 1
    _save(items)
    _record("check.returned", items, by)
    return items


@transaction.atomic
def take_back(*, item: CheckItem, version: int, before: Mapping[str, Any], on: datetime.date, by: Account) -> CheckItem:
    """An answer that an import wrote goes before anybody audited it; the item waits again, with what was said before.

    version: as the import left it; before: the fields of BEFORE as they were. Raises ItemsMoved.
    """
    (held,) = _locked({item.pk: version}, by, {State.ANSWERED})
    for name in BEFORE:
        setattr(held, name, before[name])
    held.state = State.SENT
    _save([held])
    _record("check.taken_back", [held], by)
    return held


def before_answer(item: CheckItem) -> dict[str, Any]:
    """What an answer will overwrite, by BEFORE."""
    return {name: getattr(item, name) for name in BEFORE}


def _locked(versions: Mapping[int, int], by: Account, states: Iterable[str]) -> list[CheckItem]:
    """The items in a fixed order, each as it was shown and where this act finds it."""
    if not versions:
        raise ValidationError(_("请至少选择一条疑点。"))
    if len(versions) > MOST:
        raise ValidationError(Sentence(later("一次最多办理 %(most)s 条，请分批办理。"), most=MOST))
    keys = CheckItem.objects.visible_to(by).filter(pk__in=list(versions)).values("pk")
    items = list(
        CheckItem.objects.select_for_update(of=("self",))
        .select_related("household__card", "batch")
        .filter(pk__in=keys)
        .order_by("pk")
    )
    if len(items) != len(versions):
        raise PermissionDenied(_("有的疑点不在您的辖区范围内。"))
    moved = [item for item in items if item.version != versions[item.pk] or item.state not in states]
    if moved:
        raise ItemsMoved(moved)
    return items


def _refuse_answer(
    items: list[CheckItem],
    answer: str,
    words: str,
    proof: Upload | None,
    expires_on: datetime.date | None,
    on: datetime.date,
) -> None:
    wrong: dict[str, str] = {}
    if answer == Answer.SPECIAL:
        if not words:
            wrong["words"] = _("特殊情况要写明情况。")
        if expires_on is None:
            wrong["expires_on"] = _("请填写说明的有效期，到期后疑点重新核实。")
        elif not on < expires_on <= on + LONGEST:
            wrong["expires_on"] = _("有效期应在明天至一年之内。")
        if proof is None and any(checks.needs_proof(item.rule_code, on) for item in items):
            wrong["proof"] = _("这条规则的特殊情况要附依据（照片或 PDF）。")
    elif answer == Answer.CORRECTED and not words and any(not item.rule_code for item in items):
        wrong["words"] = _("上级下发的疑点请写明改了什么。")
    if wrong:
        raise ValidationError(wrong)


def _refuse_still_there(items: list[CheckItem], by: Account, on: datetime.date) -> None:
    """已核改 means that the register no longer shows it: looked at now."""
    check_hits.recheck({item.household_id for item in items if item.hit_id}, day=on)
    hits = CheckHit.objects.filter(pk__in=[item.hit_id for item in items if item.hit_id], gone_on=None).in_bulk()
    wrong = [
        Sentence(
            later("%(no)s %(head)s：系统中仍是 %(values)s，请先改正数据，或者改选“核实无误”“特殊情况说明”。"),
            no=item.household.household_no,
            head=item.household.card.head_name,
            values=check_words.plain(hits[item.hit_id].values, by, line=checks.beside_line(item.rule_code, on))
            or item.rule_words,
        )
        for item in items
        if item.hit_id in hits
    ]
    if wrong:
        raise ValidationError({"answer": wrong})


def _refuse_same_person(items: list[CheckItem], by: Account, earlier: Callable[[CheckItem], tuple]) -> None:
    if any(by.pk in earlier(item) for item in items):
        raise PermissionDenied(_("核实、乡镇审核、县级审核要由三个人办理，这里有您自己办理过的疑点。"))


def _excuse(items: list[CheckItem]) -> None:
    """What was explained does not come back while its facts are those that were explained."""
    wanted = {item.hit_id: item for item in items if item.hit_id and item.answer != Answer.CORRECTED}
    hits = list(CheckHit.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    changed = [hit for hit in hits if hit.values == wanted[hit.pk].values]
    for hit in changed:
        hit.excused_key, hit.excused_until = hit.facts_key, wanted[hit.pk].expires_on
    CheckHit.objects.bulk_update(changed, ["excused_key", "excused_until"])


BEFORE = ("answer", "words", "proof_id", "expires_on", "answered_by_id", "answered_on", "returned_words")
_CHANGED = (
    *("state", "answer", "words", "proof", "expires_on", "answered_by", "answered_on", "town_by", "town_on"),
    *("county_by", "county_on", "returned_words", "returned_times", "version"),
)


def _save(items: list[CheckItem]) -> None:
    for item in items:
        item.version += 1
    CheckItem.objects.bulk_update(items, _CHANGED)


def _record(kind: str, items: list[CheckItem], by: Account, **also: str) -> None:
    batches = sorted({item.batch.number for item in items})
    households = {item.household_id for item in items}
    audit.record(kind, by=by, about="、".join(batches), households=households, params={"items": len(items), **also})


@transaction.atomic
def show_proof(*, item: CheckItem, by: Account) -> tuple[bytes, str]:
    """The clear bytes of an answer's proof and their content type; who opened it is noted. Raises FileRefused."""
    assert item.proof is not None
    data = files.load(item.proof)
    found = change_proofs.type_of(data)
    audit.record("check.proof_opened", by=by, about=item.batch.number, households=[item.household_id])
    return data, found[1] if found else "application/octet-stream"
