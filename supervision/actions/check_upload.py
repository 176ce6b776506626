"""Sheets that come back: answers of a village row by row, and a superior's list of suspicious data.

Both are read by the one exchange mechanism: the file is kept encrypted, its rows are cleaned and staged, what is wrong
is a finding with its place. An unchanged sheet changes nothing.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from households.models import HouseholdCard
from povertycase import audit, periods, slots
from povertycase.exchange import batch as steps
from povertycase.exchange import files, rows, staging
from povertycase.exchange.batch import Staging
from povertycase.models import Account, ImportBatch
from supervision.actions import check_answers, check_batches
from supervision.actions.check_answers import ItemsMoved
from supervision.models import CheckBatch, CheckItem
from supervision.queries import check_persons
from supervision.queries.check_persons import Meant

ANSWERS, LIST = "check_answers", "check_list"
State = CheckItem.State


@dataclass
class Receipt:
    """What became of a sheet: rows answered or taken, rows left as they are, sentences about the others."""

    done: int = 0
    same: int = 0
    problems: list[str] = field(default_factory=list)
    batch: CheckBatch | None = None


@transaction.atomic
def answers(*, name: str, data: bytes, on: datetime.date, by: Account) -> Receipt:
    """Answer the items of a 核实表. Raises FileRefused for what is no such sheet."""
    read, stage = _read(ANSWERS, name, data, on, by)
    found = list(rows.staged(stage, "answers"))
    wanted = [row["item"] for row in found if row["item"]]
    items = CheckItem.objects.visible_to(by).select_related("household").in_bulk(wanted)
    receipt = Receipt(problems=_said(read))
    for row in found:
        _answer_row(row, items.get(row["item"]), receipt, on, by)
    _end(read, receipt, by, "check.sheet_read")
    return receipt


@transaction.atomic
def superior_list(
    *,
    name: str,
    data: bytes,
    source: str,
    title: str,
    document: str,
    deadline: datetime.date,
    division_code: str,
    on: datetime.date,
    by: Account,
) -> Receipt:
    """A superior's list becomes a batch of its own. Raises FileRefused and ValidationError."""
    if deadline < on:
        raise ValidationError({"deadline": _("回收期限不能早于今天。")})
    read, stage = _read(LIST, name, data, on, by)
    found = list(rows.staged(stage, "suspicions"))
    receipt = Receipt(problems=_said(read))
    known = check_persons.households(found, county=division_code[:6], by=by, day=on)
    villages = dict(
        HouseholdCard.objects.visible_to(by).filter(pk__in=[one.household for one in known.values() if one.household])
        .values_list("pk", "village_code")
    )  # fmt: skip
    receipt.batch = check_batches.begin(
        source=source, title=title, document=document, deadline=deadline, division_code=division_code, day=on, by=by
    )
    items = list(_items_of(found, known, villages, receipt))
    if not items:
        raise ValidationError({"file": [_("清单里没有本县的户，没有下发。"), *receipt.problems[:20]]})
    receipt.done = len(CheckItem.objects.bulk_create(items))
    check_batches.record(receipt.batch, receipt.done, by)
    _end(read, receipt, by, "check.list_read")
    return receipt


def _items_of(
    found: list[dict[str, Any]], known: dict[int, Meant], villages: dict[int, str], receipt: Receipt
) -> Iterator[CheckItem]:
    seen: set[tuple[int, str]] = set()
    for row in found:
        meant = known[row["row"]]
        household = meant.household
        if household is None or household not in villages:
            receipt.problems.append(
                _("第 %(row)s 行：%(why)s，没有下发。")
                % {"row": row["row"], "why": meant.why or check_persons.nobody()}
            )
        elif (household, row["rule"]) in seen:
            receipt.same += 1
        else:
            seen.add((household, row["rule"]))
            yield CheckItem(
                batch=receipt.batch, household_id=household, village_code=villages[household], rule_words=row["rule"],
                values={"": row["value"] or ""},
            )  # fmt: skip


def _read(kind: str, name: str, data: bytes, on: datetime.date, by: Account) -> tuple[ImportBatch, Staging]:
    files.check(name, data)
    read = ImportBatch.objects.create(kind=kind, upload=files.store(name, data, by), business_date=on, by=by)
    # Here every row is looked at while one waits; the import page looks at them in a job (sheets/answer_rows.py).
    counts = steps.read(read, looked_at=False)
    read.counts = {key: value for key, value in counts.items() if key != "headers"}
    present = {code: frozenset(keys) for code, keys in counts["columns"].items()}
    return read, Staging(read, present, {sheet.code: sheet for sheet in slots.IMPORT_KINDS[kind].sheets})


def _said(read: ImportBatch) -> list[str]:
    return list(read.problems.filter(severity="error").order_by("pk").values_list("message", flat=True)[:50])


def _end(read: ImportBatch, receipt: Receipt, by: Account, kind: str) -> None:
    read.state, read.applied_at = ImportBatch.State.APPLIED, periods.now()
    read.save(update_fields=["state", "applied_at", "counts"])
    staging.drop(read.pk)
    told = {"done": receipt.done, "same": receipt.same, "left": len(receipt.problems)}
    audit.record(kind, by=by, about=str(read.pk), params=told)


def is_told(row: dict[str, Any], item: CheckItem) -> bool:
    """Does the row say nothing, or what was answered already?"""
    told = (row["answer"] or "", row["words"] or "", row["expires_on"])
    return not told[0] or told == (item.answer, item.words, item.expires_on) and item.state != State.SENT


def answer_of(row: dict[str, Any], item: CheckItem, *, by: Account, on: datetime.date) -> None:
    """Answer as if on the page. Raises what check_answers.answer raises."""
    check_answers.answer(
        versions={item.pk: item.version},
        answer=row["answer"],
        words=row["words"] or "",
        expires_on=row["expires_on"],
        on=on,
        by=by,
    )


def _answer_row(row: dict[str, Any], item: CheckItem | None, receipt: Receipt, on: datetime.date, by: Account) -> None:
    """One row: nothing filled in or the same as before changes nothing; otherwise as if answered on the page."""
    if item is None or item.household.household_no != row["household_no"]:
        receipt.problems.append(
            _("第 %(row)s 行：没有编号为 %(item)s、户编号为 %(no)s 的疑点，请不要改动这两列。")
            % {"row": row["row"], "item": row["item"], "no": row["household_no"]}
        )
        return
    if is_told(row, item):
        receipt.same += 1
        return
    try:
        with transaction.atomic():
            answer_of(row, item, by=by, on=on)
    except ValidationError as error:
        receipt.problems += [_("第 {row} 行：{words}").format(row=row["row"], words=one) for one in error.messages]
    except (ItemsMoved, PermissionDenied) as error:
        receipt.problems.append(_("第 {row} 行：{words}").format(row=row["row"], words=error))
    else:
        receipt.done += 1
