"""A roll 花名册 on paper: households or persons, the chosen columns in the chosen order, 合并同户 where it is wished."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from households.actions import lists
from households.models import SavedRoll
from households.queries import rolls
from households.queries.register_rows import How, lines
from households.sheets.roll_columns import RollColumn, find, usable
from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.exchange.listed import Listed, day_words
from povertycase.exchange.paper import Paper
from povertycase.models import Account
from povertycase.slots import AuditKind, ListExport

TITLE = "建档立卡户花名册"
UNITS = {"household": "户", "person": "人"}


def chosen(account: Account, kind: str, codes: list[str]) -> list[RollColumn]:
    """The columns of these codes that the account may have, in their order."""
    allowed = {column.code for column in usable(account, kind)}
    return [column for code in dict.fromkeys(codes) if code in allowed and (column := find(code))]


def of(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: kind, columns (codes in order), joined, params (conditions), name; clear: numbers as they are."""
    kind, people = asked["kind"], asked["kind"] == SavedRoll.Kind.PERSON
    columns = chosen(account, kind, list(asked["columns"]))
    cards = rolls.cards(account, asked["params"], day)
    events = rolls.events(account, kind, asked["params"], day)
    number = rolls.number(cards, kind, day, events)
    joined = bool(asked.get("joined")) and (people or events is not None)
    how = How(day, clear=bool(asked.get("clear")), health=account.can(Permission.HEALTH_VIEW))
    labels = [column.label for column in columns]

    def note(*, rows: int, by: Account, job: Any) -> None:
        keys = list(cards.order_by().values_list("pk", flat=True))
        lists.note_export(households=keys, columns=labels, by=by, job=job)

    with translation.override("zh-hans"):
        entry = slots.ROLL_KINDS.get(kind)
        name = asked.get("name") or (entry.title if entry else TITLE)
        paper = Paper(
            name,
            tuple(column.head(joined=joined) for column in columns),
            page="花名册",
            left=day_words(day),
            right=f"单位：{entry.unit if entry else UNITS[kind]}",
            blocks=joined,
            conditions=rolls.words(account, kind, asked["params"]) or "全部",
            about=(("号码", "完整号码，经第二人审批"),) if how.clear else (),
        )
    return Listed(
        paper=paper,
        rows=lambda: lines(cards, [column.cell for column in columns], how, people=people, events=events),
        number=number if columns else 0,
        name=_("%(year)d年%(month)d月%(name)s") % {"year": day.year, "month": day.month, "name": name},
        note=note,
    )


EXPORT = ListExport("rolls", later("花名册"), Permission.HOUSEHOLD_EXPORT, of, 20)
SENTENCES = (
    AuditKind("roll.saved", later("保存花名册"), later("{by}保存花名册 {about}")),
    AuditKind("roll.shared", later("共享花名册"), later("{by}把花名册 {about} 共享给辖区")),
    AuditKind("roll.deleted", later("删除花名册"), later("{by}删除花名册 {about}")),
)
