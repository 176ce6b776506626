"""The lists of suspected duplicates 疑似重复 and of differences 差异清单 on their way out: what their pages show."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as later

from households.actions import differences as difference_acts
from households.actions import duplicates as duplicate_acts
from households.models import Difference
from households.queries import differences, duplicates, places
from povertycase.access.permissions import Permission
from povertycase.exchange.listed import Listed, conditions, day_words
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account
from povertycase.slots import ListExport

SLICE = 2_000
DUPLICATES, DIFFERENCES = "疑似重复清单", "差异清单"
DUPLICATE_HEADS = (
    *(Head("姓名"), Head("甲方村"), Head("甲方户编号", 16, "key"), Head("乙方村"), Head("乙方户编号", 16, "key")),
    *(Head("理由", 24, "long"), Head("状态"), Head("发现日期", 12, "date")),
)
DIFFERENCE_HEADS = (
    *(Head("村"), Head("户编号", 16, "key"), Head("户主"), Head("姓名"), Head("项目", 18), Head("登记册", 24, "long")),
    *(Head("对方", 24, "long"), Head("来源", 18), Head("状态")),
)


def of_duplicates(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: tab, village, batch as on the page."""
    tab, told = asked.get("tab") or "waiting", {name: asked.get(name, "") for name in ("village", "batch")}
    rows = duplicates.chosen(account, tab=tab, **told)
    chips = [{"label": "状态", "value": duplicates.TABS[tab][0]}, *_village(told["village"])]
    if told["batch"]:
        chips.append({"label": "导入批次", "value": told["batch"]})

    def lines(part: Sequence[Any]) -> Iterable[list[Any]]:
        return (_duplicate(line) for line in duplicates.lines(part, account))

    return _listed(DUPLICATES, DUPLICATE_HEADS, rows, lines, chips, day, duplicate_acts.note_export)


def of_differences(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: tab, village, kind, run as on the page."""
    tab, told = asked.get("tab") or "open", {name: asked.get(name, "") for name in ("village", "kind", "run")}
    rows = differences.chosen(account, tab=tab, **told)
    chips = [{"label": "状态", "value": differences.TABS[tab][0]}, *_village(told["village"])]
    if told["kind"]:
        chips.append({"label": "差异", "value": Difference.Kind(told["kind"]).label})
    if told["run"]:
        chips.append({"label": "比对", "value": told["run"]})

    def lines(part: Sequence[Difference]) -> Iterable[list[Any]]:
        return (_difference(line) for line in differences.lines(part))

    return _listed(DIFFERENCES, DIFFERENCE_HEADS, rows, lines, chips, day, difference_acts.note_export)


def _listed(
    title: str, heads: tuple[Head, ...], rows: QuerySet, lines: Callable[[Sequence[Any]], Iterable[list[Any]]],
    chips: list[dict[str, Any]], day: datetime.date, note_export: Callable[..., None],
) -> Listed:  # fmt: skip
    def read() -> Any:
        with translation.override("zh-hans"):
            keys = list(rows.values_list("pk", flat=True))
            for start in range(0, len(keys), SLICE):
                yield from lines(list(rows.filter(pk__in=keys[start : start + SLICE])))

    def note(*, rows: int, by: Account, job: Any) -> None:
        note_export(rows=rows, by=by)

    with translation.override("zh-hans"):
        paper = Paper(title, heads, page="清单", left=day_words(day), conditions=conditions(chips))
    return Listed(paper, read, rows.count(), f"{title} {day}", note)


def _village(code: str) -> list[dict[str, Any]]:
    return [{"label": "村", "value": places.names([code]).get(code, code)}] if code else []


def _duplicate(line: dict[str, Any]) -> list[Any]:
    (here, there), numbers = line["where"], [*line["numbers"], "", ""]
    return [
        line["name"],
        here,
        numbers[0],
        there,
        numbers[1],
        str(line["why"]),
        str(line["word"]),
        line["row"].found_on,
    ]


def _difference(line: dict[str, Any]) -> list[Any]:
    row, card = line["row"], line["card"]
    number, head = (card.household_no, card.head_name) if card else ("", "")
    return [
        *(line["village"], number, head, row.name, str(line["label"]), line["ours"], line["theirs"], row.source),
        str(line["word"]),
    ]


EXPORTS = (
    ListExport("duplicates", later("疑似重复"), Permission.HOUSEHOLD_EXPORT, of_duplicates, 60),
    ListExport("differences", later("差异清单"), Permission.HOUSEHOLD_EXPORT, of_differences, 70),
)
