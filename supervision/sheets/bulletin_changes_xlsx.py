"""What changed between two bulletins 增减名单, and since one was issued 重新计算, on their way out."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as later

from povertycase.access.permissions import Permission
from povertycase.actions.list_exports import Nothing
from povertycase.exchange.listed import Listed
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account, JobRun
from povertycase.periods import Month
from povertycase.slots import ListExport
from supervision.actions import bulletin_recheck as recheck_acts
from supervision.actions import bulletins as acts
from supervision.models import Bulletin
from supervision.queries import bulletin_recheck, bulletin_rules, bulletins
from supervision.queries.bulletin_figures import prefix_of
from supervision.queries.bulletin_lists import Movement

MOVED_HEADS = (
    *(Head("变化", 12), Head("村", 16), Head("组", 12), Head("户编号", 16, "key"), Head("户主", 12)),
    Head("人口（人）", 10, "count"),
)
CHANGED_HEADS = (
    *(Head("村", 16), Head("户编号", 16, "key"), Head("户主", 12), Head("项目", 20), Head("印发时", 22, "long")),
    Head("现在", 22, "long"),
)
FIGURE_HEADS = (Head("指标", 34, "long"), *(Head(label, 14, "number") for label in ("印发时", "现在", "增减")))


def of_moved(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: bulletin, code (of the row's place), column. Raises Nothing."""
    bulletin = bulletins.one(account, asked["bulletin"])
    found = bulletins.figure_list(bulletin, asked["code"], asked["column"], account) if bulletin else None
    before = bulletins.month_before(found.bulletin, account) if found else None
    if found is None or before is None or found.indicator.subject != "household":
        raise Nothing
    with translation.override("zh-hans"):
        movement, figure = Movement.between(before, found), f"{found.indicator.words}增减"
        months = f"{Month.parse(before.month).words()}与{found.rules.month.words()}比较"

    def read() -> Iterator[list[Any]]:
        yield from (["本月新增", *row] for row in movement.came)
        yield from (["本月减少", *row] for row in movement.gone)

    def note(*, rows: int, by: Account, job: Any) -> None:
        acts.note_export(bulletin=found.bulletin, figure=figure, rows=rows, by=by)

    title = f"{found.row['name']} {figure}名单"
    about = (("说明", "按两期封存的事实表逐户比较。"),)
    demo = found.rules.record["demo"]
    paper = Paper(title, MOVED_HEADS, left=months, about=about, demo=demo)
    number = len(movement.came) + len(movement.gone)
    return Listed(paper, read, number, f"{found.rules.month.label()}{title}", note)


def of_changed(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: bulletin. The households of its last recheck; the changed sums on a sheet of their own. Raises Nothing."""
    bulletin = bulletins.one(account, asked["bulletin"])
    if bulletin is None or not bulletins.covers(account, prefix_of({"code": bulletin.division_code})):
        raise Nothing
    job = bulletin_recheck.latest(bulletin)
    if job is None or job.state != JobRun.State.DONE:
        raise Nothing
    with translation.override("zh-hans"):
        found = bulletin_recheck.changed_households(bulletin, job, amounts=account.can(Permission.AMOUNT_VIEW))
        if found is None:
            raise Nothing
        rows = [[one.village, one.household_no, one.head_name, *fact] for one in found for fact in one.facts]
        figures = [
            [str(change.column.words), change.before, change.after, change.difference]
            for change in bulletin_recheck.changed_figures(bulletin, job)
        ]
    return _changed(bulletin, rows, figures)


def _changed(bulletin: Bulletin, rows: list[list[Any]], figures: list[list[Any]]) -> Listed:
    def note(*, rows: int, by: Account, job: Any) -> None:
        recheck_acts.note_export(bulletin=bulletin, rows=rows, by=by)

    rules = bulletin_rules.recorded(bulletin)
    name, demo = f"{rules.month.label()}通报重新计算", rules.record["demo"]
    about = (("说明", "印发以后补录、更正的户；印发的通报不因此改变。"),)
    paper = Paper(name, CHANGED_HEADS, page="有变化的户", about=about, demo=demo)
    sums = Paper(f"{name}：合计数字的变化", FIGURE_HEADS, page="合计数字的变化", demo=demo)
    return Listed(paper, lambda: rows, len(rows), f"{name}有变化的户", note, more=((sums, lambda: figures),))


MOVED = ListExport("bulletin_moved", later("增减名单"), Permission.HOUSEHOLD_EXPORT, of_moved, 112)
CHANGED = ListExport("bulletin_changed", later("重新计算"), Permission.HOUSEHOLD_EXPORT, of_changed, 114)
