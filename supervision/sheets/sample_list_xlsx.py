"""The township's sample 退出抽查 on its way out: the rules that found a household and what was seen, without amounts."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as later

from povertycase.access.permissions import Permission
from povertycase.actions.list_exports import Nothing
from povertycase.exchange.listed import Listed, conditions, day_words
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account
from povertycase.slots import ListExport
from supervision.actions import integrity as acts
from supervision.queries import full_runs, integrity

TITLE = "退出抽查名单"
NOTICE = "由乡镇入户抽查，名单不发到村。"
HEADS = (
    *(Head("村", 16), Head("户编号", 16, "key"), Head("户主", 12), Head("规则", 34, "long"), Head("抽查结果", 18)),
    *(Head("抽查人", 12), Head("抽查日期", 13)),
)


def of(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: rule as on the page. Raises Nothing."""
    checks = {check.code: check for check in integrity.rules(day)[0]}
    code, table = asked.get("rule", ""), full_runs.last()
    # How near a household is to the line is for who may see amounts, whatever else an account may take out.
    if table is None or (code and code not in checks) or not account.can(Permission.AMOUNT_VIEW):
        raise Nothing
    found = integrity.sample(account, code)

    def read() -> Iterator[list[Any]]:
        with translation.override("zh-hans"):
            yield from map(_cells, found)

    def note(*, rows: int, by: Account, job: Any) -> None:
        acts.note_export(households=[one.card.pk for one in found], by=by, job=job)

    told = conditions([{"label": "规则", "value": checks[code].name if code else "全部"}])
    paper = Paper(TITLE, HEADS, left=day_words(table.as_of), conditions=told, about=(("说明", NOTICE),), foot=NOTICE)
    return Listed(paper, read, len(found), f"{TITLE} {table.as_of}", note)


def _cells(one: integrity.Sample) -> list[Any]:
    seen = one.seen
    return [
        *(one.place, one.card.household_no, one.card.head_name, "；".join(check.name for check in one.rules)),
        str(one.result) if seen else "待抽查",
        str(seen.by or "") if seen else "",
        seen.params.get("day", "") if seen else "",
    ]


EXPORT = ListExport("exit_sample", later("退出抽查"), Permission.HOUSEHOLD_EXPORT, of, 125)
