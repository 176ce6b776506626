"""The list of change requests 修改申请 on its way out: what about, where, how it stands; no value of the content."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as later

from households.actions import lists
from households.models import ChangeRequest
from households.queries import changes
from povertycase.access.permissions import Permission
from povertycase.exchange.listed import Listed, day_words
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account
from povertycase.slots import ListExport

HEADS = (
    *(Head("申请号", 10), Head("修改事项", 20), Head("乡镇和村", 26), Head("户编号", 16, "key"), Head("户主", 12)),
    *(Head("提出人", 14), Head("提出日期", 13, "date"), Head("状态", 12), Head("待办", 14)),
)
TABS = {"todo": changes.waiting, "mine": changes.mine, "all": changes.newest}
WORDS = {"todo": "待我办理", "mine": "我提出的", "all": "全部"}
TITLE = "修改申请清单"
SLICE = 2_000


def of(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: tab and state as on the page."""
    found = TABS[asked["tab"]](account)
    state = asked["state"] if asked["state"] in ChangeRequest.State.values else ""
    found = changes.for_list(found.filter(state=state) if state else found)

    def read() -> Iterator[list[Any]]:
        keys = list(found.values_list("pk", flat=True))
        with translation.override("zh-hans"):
            for start in range(0, len(keys), SLICE):
                yield from map(_cells, changes.lines(found.filter(pk__in=keys[start : start + SLICE])))

    def note(*, rows: int, by: Account, job: Any) -> None:
        keys = found.order_by().exclude(household=None).values_list("household", flat=True).distinct()
        lists.note_export(households=list(keys), columns=[TITLE], by=by, job=job)

    with translation.override("zh-hans"):
        words = WORDS[asked["tab"]] + (f"；状态：{ChangeRequest.State(state).label}" if state else "")
    return Listed(
        Paper(TITLE, HEADS, left=day_words(day), conditions=words), read, found.count(), f"{TITLE} {day}", note
    )


def _cells(line: dict[str, Any]) -> list[Any]:
    row = line["request"]
    number = row.household.household_no if row.household else ""
    about = [str(row.pk), str(line["kind"]), line["place"], number, line["head"]]
    return [*about, str(row.proposed_by), row.proposed_on, str(row.get_state_display()), str(line["waits"])]


EXPORT = ListExport("changes", later("修改申请"), Permission.HOUSEHOLD_EXPORT, of, 40)
