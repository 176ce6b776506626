"""The list of suspicious data 疑点 on its way out: the items of the page's filters with their answers."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as later

from households.actions import lists
from povertycase.access.permissions import Permission
from povertycase.exchange.listed import Listed, conditions, day_words
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account
from povertycase.slots import ListExport
from supervision.queries import check_items

HEADS = (
    *(Head("批次", 16), Head("乡镇"), Head("村", 16), Head("组", 10), Head("户编号", 16, "key"), Head("户主", 12)),
    *(Head("疑点规则", 26, "long"), Head("系统中的情况", 34, "long"), Head("状态", 12), Head("核实结果", 12)),
    *(Head("情况说明", 30, "long"), Head("说明有效期至", 13, "date"), Head("报回期限", 13, "date")),
)
TITLE = "疑点清单"
SLICE = 2_000


def of(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: the filters of the list."""
    wanted = {name: asked.get(name, "") for name in check_items.FILTERS}
    found = check_items.for_list(check_items.chosen(account, wanted, day))

    def read() -> Iterator[list[Any]]:
        keys = list(found.values_list("pk", flat=True))
        with translation.override("zh-hans"):
            for start in range(0, len(keys), SLICE):
                for row in check_items.lines(found.filter(pk__in=keys[start : start + SLICE]), account, day):
                    yield _cells(row)

    def note(*, rows: int, by: Account, job: Any) -> None:
        keys = list(found.order_by().values_list("household", flat=True).distinct())
        lists.note_export(households=keys, columns=[TITLE], by=by, job=job)

    with translation.override("zh-hans"):
        words = conditions(check_items.chips(wanted, account)) or "全部"
    paper = Paper(TITLE, HEADS, left=day_words(day), conditions=words)
    return Listed(paper, read, found.count(), f"{TITLE} {day}", note)


def _cells(row: dict[str, Any]) -> list[Any]:
    item, card = row["item"], row["card"]
    told = item.state != item.State.SENT
    return [
        *(item.batch.number, row["town"], row["village"], card.group_name, card.household_no, card.head_name),
        *(row["rule"], row["found"], str(item.get_state_display())),
        str(item.get_answer_display()) if told else "",
        item.words if told else "",
        item.expires_on if told else None,
        item.batch.deadline,
    ]


EXPORT = ListExport("check_items", later("疑点清单"), Permission.HOUSEHOLD_EXPORT, of, 150)
