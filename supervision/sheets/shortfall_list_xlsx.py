"""The list of shortfalls 短板台账 on its way out: in words, without amounts."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as later

from povertycase.access.permissions import Permission
from povertycase.exchange.listed import Listed, conditions, day_words
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account
from povertycase.slots import ListExport
from supervision.actions import shortfalls as acts
from supervision.queries import shortfalls

HEADS = (
    *(Head("乡镇"), Head("村"), Head("对象", 12), Head("户编号", 16, "key"), Head("短板", 24), Head("状态", 12)),
    *(Head("补短措施", 30, "long"), Head("责任人", 12), Head("完成时限", 12), Head("列入日期", 12)),
    *(Head("达标日期", 12), Head("销号日期", 12), Head("复核情况", 30, "long")),
)
TITLE = "对标补短台账"
SLICE = 2_000


def of(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: state, wanted, criterion, place, whose as on the page."""
    chosen = {name: asked.get(name, "") for name in ("state", "wanted", "criterion", "place", "whose")}
    rows = shortfalls.chosen(account, day, **chosen)

    def read() -> Any:
        with translation.override("zh-hans"):
            keys = list(rows.values_list("pk", flat=True))
            for start in range(0, len(keys), SLICE):
                yield from shortfalls.on_paper(list(rows.filter(pk__in=keys[start : start + SLICE])), day)

    def note(*, rows: int, by: Account, job: Any) -> None:
        acts.note_export(rows=rows, by=by)

    with translation.override("zh-hans"):
        words = conditions(shortfalls.chips(**chosen)) or "未销号的全部短板"
    about = (("说明", "短板以入户核查和部门文件为准。"),)
    paper = Paper(TITLE, HEADS, page="台账", left=day_words(day), conditions=words, about=about)
    return Listed(paper, read, rows.count(), f"短板台账 {day}", note)


EXPORT = ListExport("shortfalls", later("短板台账"), Permission.HOUSEHOLD_EXPORT, of, 120)
