"""The households behind a count of a comparison on their way out."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as later

from povertycase.access.permissions import Permission
from povertycase.actions.list_exports import Nothing
from povertycase.exchange.listed import Listed
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account
from povertycase.slots import ListExport
from supervision.actions import comparisons as acts
from supervision.models import Comparison
from supervision.queries import comparisons
from supervision.queries.comparisons import TurnedList

HEADS = (
    *(Head("序号", 8, "count"), Head("乡镇", 16), Head("村", 16), Head("组", 12), Head("户编号", 16, "key")),
    *(Head("户主", 12), Head("人口", 8, "count"), Head("现行规则", 14), Head("草稿", 14)),
)
OF_PLACES = (
    *(Head("序号", 8, "count"), Head("乡镇", 16), Head("区划", 16), Head("现行标准", 14), Head("草稿", 14)),
    *(Head("按现行标准未达标、待核实", 40, "long"), Head("按草稿未达标、待核实", 40, "long")),
)
CELLS = ("town", "village", "group_name", "household_no", "head_name", "members")
SLICE = 2_000
NOTICE = "试算结果仅供规则起草和审批参考，不下发、不作为核查依据。"


def of(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: comparison, place, turn. Raises Nothing."""
    one = (
        Comparison.objects.visible_to(account)
        .select_related("draft", "sheet", "by")
        .filter(pk=asked["comparison"])
        .first()
    )
    turned = None
    if one is not None and one.sheet.dropped_at is None:
        turned = comparisons.turned(one, asked["place"], asked["turn"], account)
    if turned is None:
        raise Nothing
    return _listed(turned, comparisons.place_name(turned.place))


def _listed(found: TurnedList, place: str) -> Listed:
    def note(*, rows: int, by: Account, job: Any) -> None:
        acts.note_export(comparison=found.comparison, rows=rows, by=by)

    with translation.override("zh-hans"):
        title = f"规则试算名单：{found.words}"
        paper = Paper(
            title, OF_PLACES if found.of_places else HEADS, left=NOTICE, foot=NOTICE, about=_about(found, place)
        )
    name = f"规则试算名单 {found.comparison.sheet.as_of}"
    return Listed(paper, lambda: _rows(found), len(found), name, note)


def _rows(found: TurnedList) -> Iterator[list[Any]]:
    kind = found.comparison.draft.kind
    with translation.override("zh-hans"):
        results = [str(comparisons.result_word(kind, number)) for number in found.turn]
        for start in range(0, len(found), SLICE):
            for number, row in enumerate(found[start : start + SLICE], start=start + 1):
                if found.of_places:
                    gaps = ("、".join(row[name]) for name in ("was_gaps", "now_gaps"))
                    yield [number, row["town"], row["village"], *results, *gaps]
                    continue
                yield [number, *(row.get(name) for name in CELLS), *results]


def _about(found: TurnedList, place: str) -> tuple[tuple[str, str], ...]:
    one = found.comparison
    return (
        ("规则草稿", one.draft.name),
        ("区划", place),
        ("事实表", comparisons.sheet_words(one)),
        ("截止日期", str(one.sheet.as_of)),
        ("取数时点", f"{timezone.localtime(one.sheet.known_on):%Y-%m-%d %H:%M:%S}"),
        ("试算时间", f"{timezone.localtime(one.created_at):%Y-%m-%d %H:%M:%S}"),
        ("说明", NOTICE),
    )


EXPORT = ListExport("comparison", later("试算名单"), Permission.HOUSEHOLD_EXPORT, of, 130)
