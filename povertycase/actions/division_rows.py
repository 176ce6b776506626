"""区划表 as an import: towns and villages of this county that are new, renamed, or became part of another."""

from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from povertycase.access.permissions import Permission
from povertycase.actions import divisions
from povertycase.exchange import rowwise
from povertycase.exchange.batch import Staging
from povertycase.exchange.columns import Column, Sheet
from povertycase.exchange.rowwise import CHANGED, NEW, SAME, Looked, Wrote, refused
from povertycase.models import Division
from povertycase.slots import FindingCode

Level = Division.Level

SHEET = Sheet(
    "divisions",
    "区划",
    (
        Column("code", "区划代码", "code", synonyms=("行政区划代码", "统计用区划代码", "code12"), required=True, length=12,
               width=18, help="12 位；乡镇以 000 结尾"),
        Column("name", "名称", synonyms=("区划名称", "name"), required=True, length=60, width=24),
        Column("successor", "并入区划代码", "code", synonyms=("撤并后代码",), length=12, width=18,
               help="只在撤并时填写：并入的同级区划"),
        Column("succeeded_on", "撤并日期", "date", synonyms=("并入日期",), future=True, width=13,
               help="新区划的第一天"),
    ),
    synonyms=("行政区划", "区划表", "区划代码"),
    optional=False,
    note="每个乡镇、村一行，乡镇在前；只增加、改名和登记撤并，不删除",
    key="code",
)  # fmt: skip


def look(stage: Staging, row: dict[str, Any]) -> Looked:
    """A place that is not known yet, one of another name, one that ends, or one as it is."""
    code, about = row["code"], f"{row['code']} {row['name']}"
    if len(code) != 12 or not code.startswith(settings.COUNTY) or code.endswith("000000"):
        words = later("区划代码应为本县（%(county)s 开头）的 12 位乡镇或村代码")
        return refused("code", "division_code", words, {"county": settings.COUNTY}, about)
    known = Division.objects.filter(code=code).first()
    if known is None and not code.endswith("000") and not Division.objects.filter(code=f"{code[:9]}000").exists():
        words = later("没有代码为 %(town)s 的乡镇，请先写乡镇一行")
        return refused("code", "town_unknown", words, {"town": f"{code[:9]}000"}, about)
    if row["successor"]:
        return _ending(row, known, about)
    if known is None:
        return Looked(NEW, about, [(later("名称"), "", row["name"])], partial(_load, row))
    if known.name == row["name"]:
        return Looked(SAME, about)
    return Looked(CHANGED, about, [(later("名称"), known.name, row["name"])], partial(_load, row))


def _ending(row: dict[str, Any], known: Division | None, about: str) -> Looked:
    """撤并: a place becomes part of another of its level from a day on."""
    into = Division.objects.filter(code=row["successor"]).first()
    if known is None or into is None or not row["succeeded_on"]:
        words = later("撤并须两个区划都已登记，并填写撤并日期")
        return refused("successor", "succession", words, about=about)
    if known.successor_id == into.code:
        return Looked(SAME, about)
    change = [(later("并入"), "", f"{into.name}（{row['succeeded_on']}）")]
    return Looked(CHANGED, about, change, partial(_succeed, known, into, row["succeeded_on"]))


def _load(row: dict[str, Any], *, by: Any, on: Any) -> Wrote:
    known = Division.objects.filter(code=row["code"]).first()
    _load_town(f"{row['code'][:9]}000", {row["code"]: row["name"]}, by)
    if known is None:
        return Wrote(row["code"])
    return Wrote(row["code"], more=_differs(known, Division.objects.get(code=row["code"]), ("name", "short_name")))


def _differs(before: Division, now: Division, names: tuple[str, ...]) -> dict[str, Any]:
    """The fields as they were and as they are, in words that can be kept."""
    return {
        "before": {name: getattr(before, name) for name in names},
        "after": {name: getattr(now, name) for name in names},
    }


def _load_town(town_code: str, named: dict[str, str], by: Any) -> None:
    """With its township and that one's villages: a township none of whose villages has people is no place of work."""
    county = settings.COUNTY.ljust(12, "0")
    places = {place.code: place.name for place in Division.objects.filter(code__startswith=town_code[:9])} | named
    above = Division.objects.get(code=county)
    divisions.load(
        rows=[
            {
                "level": Level.TOWN if code == town_code else Level.VILLAGE,
                "code12": code,
                "name": name,
                "parent_code": settings.COUNTY if code == town_code else town_code,
                "parent_name": above.name if code == town_code else places.get(town_code, ""),
            }
            for code, name in places.items()
        ],
        source=next(iter(named), town_code),
        by=by,
    )


def _succeed(place: Division, into: Division, day: Any, *, by: Any, on: Any) -> Wrote:
    known = Division.objects.get(pk=place.pk)
    divisions.succeed(division=place, successor=into, day=day, by=by)
    return Wrote(place.code, more=_differs(known, place, ("successor_id", "valid_to")))


def _take_back(wrote: Wrote, *, by: Any, on: Any) -> None:
    place = Division.objects.select_for_update(of=("self",)).filter(code=wrote.made).first()
    if place is None:
        raise rowwise.RowRefused(later("这个区划已不存在"))
    before, after = wrote.more.get("before"), wrote.more.get("after", {})
    now = {name: getattr(place, name) for name in after}
    if {name: str(value) for name, value in now.items()} != {name: str(value) for name, value in after.items()}:
        raise rowwise.RowRefused(later("导入后又有改动，没有撤销，请逐条核对"))
    divisions.take_back(division=place, before=before, by=by)
    town = f"{place.code[:9]}000"
    if before is None and place.code != town:
        _load_town(town, {}, by)


def _town(row: dict[str, Any]) -> str:
    """A village needs its township, which may stand above it in the file."""
    return row["code"][:9]


KIND = rowwise.kind(
    "divisions",
    order=80,
    label=_("区划表"),
    permission=Permission.DIVISION_EDIT,
    sheets=(SHEET,),
    rows=rowwise.Rows(
        look, _take_back, once=("code",), part=_town, stays=later("已经使用的区划不撤销，只撤销改名和撤并。")
    ),
    extra={
        "codes": (
            FindingCode("division_code", "error", "不是本县乡镇或村的 12 位区划代码", "核对区划代码", (8,)),
            FindingCode("town_unknown", "error", "村所在的乡镇没有登记", "先写乡镇一行", ()),
            FindingCode(
                "succession", "error", "撤并的两个区划没有都登记，或没有撤并日期", "补齐并入区划代码和撤并日期", (31,)
            ),
        )
    },
)
