"""The household list on its way out: exactly the rows chosen and the columns shown."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from households.actions import lists
from households.queries import list_rows, listing, selection
from povertycase.access.permissions import Permission
from povertycase.actions.list_exports import Nothing
from povertycase.exchange.listed import Listed, day_words
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account
from povertycase.slots import ListColumn, ListExport

WIDTHS = {"members": 8, "group": 12, "planned": 12, "exited": 12, "unit": 24, "number": 18}
KINDS = {"num": "count", "num-id": "key"}


def of(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """The chosen households. asked: query, all and row as the list's form sends them, columns by code.

    Raises SecretInAddress, ForeignHousehold (as nothing there).
    """
    sent = QueryDict(mutable=True)
    sent["query"], sent["all"] = asked["query"], asked["all"]
    sent.setlist("row", asked["row"])
    try:
        chosen = selection.select(account, sent, day)
    except selection.ForeignHousehold as reason:
        raise Nothing from reason
    columns = [column for column in listing.usable_columns(account) if column.code in asked["columns"]]

    def note(*, rows: int, by: Account, job: Any) -> None:
        keys = list(chosen.cards.order_by().values_list("pk", flat=True))
        lists.note_export(households=keys, columns=[str(column.label) for column in columns], by=by, job=job)

    return Listed(
        paper=_paper(columns, _conditions(account, chosen), day),
        rows=lambda: list_rows.of_cards(chosen.ordered(), columns),
        number=chosen.number,
        name=_("户名单%(n)d户_%(day)s") % {"n": chosen.number, "day": day.isoformat()},
        note=note,
    )


def _conditions(account: Account, chosen: selection.Selection) -> str:
    if not chosen.whole:
        return _("逐户勾选")
    return listing.condition_words(account, chosen.query) or _("全部")


def _paper(columns: list[ListColumn], conditions: str, day: datetime.date) -> Paper:
    heads = (Head(_("户主"), 14), *(_head(column) for column in columns))
    return Paper(_("建档立卡户名单"), heads, left=day_words(day), page=_("户名单"), conditions=conditions)


def _head(column: ListColumn) -> Head:
    return Head(str(column.label), WIDTHS.get(column.code, 16), KINDS.get(column.kind, "text"))


EXPORT = ListExport("households", later("户名单"), Permission.HOUSEHOLD_EXPORT, of, 10)
