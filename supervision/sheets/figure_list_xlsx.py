"""The list behind a figure of the bulletin on its way out: exactly the rows that were counted."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as later

from povertycase.access.permissions import Permission
from povertycase.actions.list_exports import Nothing
from povertycase.exchange.listed import Listed
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account
from povertycase.slots import ListExport
from supervision.actions import bulletins as acts
from supervision.queries import bulletins
from supervision.queries.bulletin_form import cut_off_words
from supervision.queries.bulletin_lists import FigureList, Heading

SLICE = 5_000


def of(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: bulletin, code (of the row's place), column. Raises Nothing."""
    bulletin = bulletins.one(account, asked["bulletin"])
    found = bulletins.figure_list(bulletin, asked["code"], asked["column"], account) if bulletin else None
    if found is None:
        raise Nothing
    rules, figure = found.rules, str(found.indicator.words)
    title = f"{rules.form.title(rules.month.words())}：{found.row['name']} {figure}"

    def note(*, rows: int, by: Account, job: Any) -> None:
        acts.note_export(bulletin=found.bulletin, figure=figure, rows=rows, by=by)

    cut_off = cut_off_words(rules.as_of)
    paper = Paper(
        title,
        tuple(_head(heading) for heading in found.headings),
        left=f"数据截止时间：{cut_off}",
        about=(
            ("数据截止时间", cut_off),
            ("取数时点", f"{found.sheet.known_on:%Y-%m-%d %H:%M:%S}"),
            ("说明", "名单与通报数字取自同一张事实表。"),
        ),
        demo=rules.record["demo"],
    )
    name = f"{rules.month.label()}{found.row['name']}{figure}名单"
    return Listed(paper, lambda: _rows(found), len(found), name, note)


def _head(heading: Heading) -> Head:
    label = f"{heading.label}（{heading.unit}）" if heading.unit else str(heading.label)
    kind = "text" if not heading.figure else "money" if heading.unit and "元" in str(heading.unit) else "rate"
    if heading.figure and not (heading.unit and ("元" in str(heading.unit) or "%" in str(heading.unit))):
        kind = "count"
    return Head(label, 8 if label == "序号" else 18, kind)


def _rows(found: FigureList) -> Iterator[list[Any]]:
    for start in range(0, len(found), SLICE):
        yield from found[start : start + SLICE]


EXPORT = ListExport("figure_list", later("数字名单"), Permission.HOUSEHOLD_EXPORT, of, 110)
