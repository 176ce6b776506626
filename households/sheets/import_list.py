"""What an import changes, household by household 逐户核对, on its way out: what the page of the batch shows."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as later

from households.actions import import_shown
from households.actions.import_shown import OUTCOMES, ShownHousehold
from povertycase.access.permissions import Permission
from povertycase.actions import imports, list_exports
from povertycase.exchange.listed import Listed, day_words
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account, Division
from povertycase.queries import import_kinds
from povertycase.slots import ListExport

CODE, TITLE, SLICE = "import-households", "导入逐户清单", 200
WORDS = dict(zip(OUTCOMES, ("新增户", "变更户", "一致户", "退回户", "消失"), strict=True))
HEADS = (
    *(Head("户编号", 16, "key"), Head("户主"), Head("村", 18), Head("项目", 18), Head("姓名")),
    *(Head("生效日期", 13), Head("内容", 18), Head("登记的", 24, "long"), Head("本表的", 24, "long")),
    Head("退回原因", 40, "long"),
)


def of(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """One row a field, of a refused household one row a fault. asked: batch, show, village as on the page. Raises Nothing."""
    batch = import_kinds.batches(account).filter(pk=asked["batch"]).first()
    outcome, village = asked.get("show") or "changed", asked.get("village", "")
    if batch is None or outcome not in OUTCOMES:
        raise list_exports.Nothing

    def shown(first: int, size: int) -> import_shown.Shown:
        return import_shown.page(batch, account, outcome=outcome, village=village, first=first, size=size)

    number = shown(0, 1).total

    def read() -> Iterator[list[Any]]:
        with translation.override("zh-hans"):
            for first in range(0, number, SLICE):
                for home in shown(first, SLICE).households:
                    yield from _rows(home)

    def note(*, rows: int, by: Account, job: Any) -> None:
        imports.note_export(batch=batch, rows=rows, by=by)

    chips = [f"结果：{WORDS[outcome]}"] + [f"村：{one.name}" for one in Division.objects.filter(code=village)]
    paper = Paper(TITLE, HEADS, page="清单", left=day_words(day), conditions="；".join(chips))
    return Listed(paper, read, number, f"{TITLE} {batch.pk}", note)


def _rows(home: ShownHousehold) -> Iterator[list[Any]]:
    about, found = [home.number, home.head, home.village], False
    for part in home.parts:
        for label, old, new in part.changes:
            found = True
            yield [*about, str(part.label), part.who, part.day, str(label), old, new, None]
    for sheet, row, heading, words in home.findings:
        found = True
        place = f"“{sheet}”表" + (f"第 {row} 行" if row else "")
        yield [*about, place, None, None, heading, None, None, words]
    if not found:
        yield [*about, *[None] * 7]


EXPORT = ListExport(CODE, later("导入逐户清单"), Permission.IMPORT_VIEW, of, 90)
