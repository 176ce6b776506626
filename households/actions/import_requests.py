"""Changes of registered households that come by file from who may not confirm them: each becomes a change request."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_noop as _
from django.utils.translation import override

from households.actions import changes, dated
from households.actions import register_apply_requests as aside
from households.actions.change_kinds import KINDS
from households.models import Cause, Household, HouseholdStatus, Person
from households.queries.change_parts import PARTS, base_row
from povertycase import secrets
from povertycase.access.permissions import Permission
from povertycase.exchange.batch import Staging
from povertycase.exchange.cleaning import ERROR, WARNING, Note
from povertycase.models import Account

# Lists whose rows are a part of the household's file, column by column.
ALIKE = {"income": "income", "observed": "living", "housing": "housing", "water": "water", "residence": "residence"}
DECIDED = ("poverty_status", "exit_year", "relapse_year")
Row = dict[str, Any]
Asked = tuple[str, dict[str, Any]]

_REFUSED = _("%(part)s没有转为修改申请：%(why)s")
_NOT_BY_FILE = _("这项变动请在户档案中提出修改申请")
_AFTER_JOINING = _("此人待确认增加，确认后再填报")
_BY_THE_COUNTY = _("脱贫、返贫由县办办理，不能由本表变更")


def must_ask(by: Account | None) -> bool:
    """May this importer change facts of registered households only by request? Who confirms changes writes them."""
    return by is not None and not by.can(Permission.CHANGE_CONFIRM)


def ask(stage: Staging, low: int, high: int) -> int:
    """Propose what was set aside of the households of a range; returns how many requests there are now."""
    homes = aside.waiting(stage, low, high)
    if not homes:
        return 0
    by, found = stage.batch.by, aside.set_aside_rows(stage, [key for key, _number in homes])
    assert by is not None
    known: dict[int, Household] = Household.objects.in_bulk([key for key, _number in homes])
    made = 0
    for key, number in homes:
        proposed, refused = _ask_of(stage, known[key], found[key], by)
        severity = WARNING if proposed else ERROR
        for part, why in refused:
            note = Note(severity, "change_not_asked", _REFUSED, {"part": part, "why": why})
            stage.findings.add(
                stage.place("household" if "household" in stage else next(iter(stage.present)), None), note, number
            )
        aside.note_asked(stage, key, is_asked=bool(proposed))
        made += proposed
    return made


def _ask_of(
    stage: Staging, home: Household, lists: dict[str, list[Row]], by: Account
) -> tuple[int, list[tuple[str, str]]]:
    """How many requests one household got, and (part, why) of what did not become one."""
    proposed, refused = 0, []
    with override("zh-hans"):
        for kind, options in _changes(home, lists, stage.batch.business_date):
            label = str(PARTS[kind].label)
            if why := options.pop("why", ""):
                refused.append((label, why))
                continue
            try:
                changes.propose(
                    kind=kind, household=home, entered_on=stage.batch.business_date, by=by,
                    reason=f"导入批次 {stage.batch.pk}", **options,
                )  # fmt: skip
                proposed += 1
            except ValidationError as reason:
                refused.append((label, "；".join(reason.messages).rstrip("。")))
            except dated.Conflict as reason:
                refused.append((label, str(reason).rstrip("。")))
    return proposed, refused


def _changes(home: Household, lists: dict[str, list[Row]], today: datetime.date) -> Iterator[Asked]:
    """The rows of a household as changes: (kind, what propose() takes), or a `why` it cannot be one."""
    for code, kind in ALIKE.items():
        for row in lists.get(code, []):
            yield kind, {"values": _values(kind, row) | _phone(row), "true_from": _day(row)}
    for row in lists.get("division", []):
        yield "move", {"values": _values("move", row) | {"village": row["village_id"]}, "true_from": _day(row)}
    if "status" in lists:
        yield _status(home, lists["status"])
    if "cause" in lists:
        yield _causes(home, lists["cause"], today)
    for row in lists.get("supporter", []):
        if row["true_to"] is None:
            yield "supporter", {"row": row["old_id"], "values": _values("supporter", row), "true_from": _day(row)}
    yield from _people(lists, today)


def _people(lists: dict[str, list[Row]], today: datetime.date) -> Iterator[Asked]:
    """Who joins, who leaves, whose name or number is another, and what is known of them."""
    persons = lists.get("person", [])
    new = {row["id"]: row for row in persons if row["is_new"]}
    for row in lists.get("membership", []):
        yield _member(row, new)
    for row in persons:
        if not row["is_new"]:
            yield "identity", {"person": row["id"], "values": _person(row), "true_from": today}
    for row in lists.get("condition", []):
        if row["subject_id"] in new:
            yield "condition", {"why": _AFTER_JOINING}
        else:
            yield (
                "condition",
                {"person": row["subject_id"], "values": _values("condition", row), "true_from": _day(row)},
            )


def _values(kind: str, row: Row) -> Row:
    return {name: row[name] for name in KINDS[kind].fields if name in row and name != "phone"}


def _phone(row: Row) -> Row:
    if not row.get("phone"):
        return {}
    return {"phone": secrets.open("phone", _bytes(row["phone"]), _bytes(row["phone_index"]))}


def _status(home: Household, found: list[Row]) -> Asked:
    last = max(found, key=lambda row: (row["true_from"], row["id"]))
    day = _day(last)
    before: Model | None = base_row(HouseholdStatus, home, day)
    if before is not None and any(getattr(before, name) != last[name] for name in DECIDED):
        return "status", {"why": _BY_THE_COUNTY}
    return "status", {"values": _values("status", last), "true_from": day}


def _causes(home: Household, found: list[Row], today: datetime.date) -> Asked:
    """The causes as they would stand: those in force without the ended ones, and the new ones."""
    ended = {row["old_id"] for row in found}
    kept = Cause.objects.known().filter(household=home, true_to=None).exclude(pk__in=[key for key in ended if key])
    codes = [(cause.code, cause.is_main) for cause in kept]
    new = [row for row in found if row["true_to"] is None and row["stays"]]
    codes += [(row["code"], row["is_main"]) for row in new]
    main = next((code for code, is_main in codes if is_main), None)
    day = min((_day(row) for row in new), default=today)
    return "causes", {
        "values": {"main": main, "others": [code for code, is_main in codes if not is_main]}, "true_from": day
    }  # fmt: skip


def _member(row: Row, new: dict[int, Row]) -> Asked:
    if row["old_id"] is None:
        person = new.get(row["person_id"])
        who = _person(person) if person else _known(row["person_id"])
        values = {**who, "relation": row["relation"], "reason": row["start_reason"]}
        return "join", {"values": values, "true_from": _day(row)}
    if row["true_to"]:
        day = datetime.date.fromisoformat(row["true_to"])
        return "leave", {"person": row["person_id"], "values": {"reason": row["end_reason"]}, "true_from": day}
    return "head", {"why": _NOT_BY_FILE}


def _person(row: Row) -> Row:
    number = secrets.open("id", _bytes(row["id_number"]), _bytes(row["id_index"])) if row["id_number"] else ""
    return {name: row[name] or "" for name in ("name", "sex", "ethnicity")} | {
        "id_number": number, "birth_date": row["birth_date"]
    }  # fmt: skip


def _known(key: int) -> Row:
    person = Person.objects.get(pk=key)
    number = secrets.open("id", person.id_number, person.id_index) if person.id_number and person.id_index else ""
    return {"name": person.name, "sex": person.sex, "birth_date": person.birth_date, "id_number": number}


def _day(row: Row) -> datetime.date:
    return datetime.date.fromisoformat(row["true_from"])


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\x"))
