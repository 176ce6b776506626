"""The register workbooks as townships send them 乡镇报送的登记簿: one per township, titles, merged headers, sums.

Headings come from households/sheets/register.py. The same county and seed give the same bytes: no clock in a file.
"""

import datetime
import multiprocessing
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from households.sheets.register import SHEETS
from povertycase.exchange.columns import Column, Sheet
from supervision.demo.county import County
from supervision.demo.dirt import Dirt, doubled, wrong
from supervision.demo.people import Household
from supervision.demo.rows import Row, Rows

CREATED = datetime.datetime(2018, 11, 30, 17, 0)
_EPOCH = datetime.date(1899, 12, 30).toordinal()
_TITLES = {
    "household": "建档立卡户基本情况登记表",
    "member": "建档立卡户家庭成员登记表",
    "income": "建档立卡户家庭收入核算表",
    "living": "建档立卡户生产生活条件登记表",
    "helper": "帮扶责任人结对登记表",
    "supporter": "法定赡养人登记表",
}
# Columns that this county does not fill; sums are computed by the system.
_LEFT_OUT = {
    "household_type", "relapse_year", "relapsed_on", "relapse_cause", "lives_in", "effective_on", "ins_commercial",
    "other_health_aid", "accident_insurance", "wage_other", "property_other", "transfer_other", "transfer_elderly",
    "net_income", "net_income_per_capita",
}  # fmt: skip
# Group headings over the columns, by the first column of each group.
_GROUPS = {
    "household": {"county": "所在地", "head_name": "户主和账户", "attr": "识别与退出", "main_cause": "致贫情况",
                  "residence_state": "居住和外出"},
    "member": {"person_no": "人员身份", "political_status": "文化与健康", "labour": "劳动和务工",
               "ins_resident_medical": "医疗、养老和兜底", "start_reason": "增减变动"},
    "income": {"calculated_on": "核算", "wage_work": "一、工资性", "business_planting": "二、生产经营性",
               "property_dividend": "三、财产性", "transfer_family_planning": "四、转移性", "award_income": "其他栏"},
    "living": {"checked_on": "（一）入户核查", "appraised_on": "（二）住房", "water_assessed_on": "（三）用水"},
    "helper": {"name": "干部情况", "place": "结对情况"},
    "supporter": {"name": "本人情况", "ability": "赡养情况"},
}  # fmt: skip


@dataclass
class _Formats:
    title: Any
    head: Any
    date: Any
    plain: Any


@dataclass(frozen=True)
class Township:
    """What one workbook is made of."""

    name: str
    households: list[Household]
    wrong: Household  # both are extra and must be refused
    doubled: Household


def write_all(county: County, folder: Path, processes: int = 2) -> list[Path]:
    """Write every township's workbook into the folder; returns the files in order of the division codes."""
    folder.mkdir(parents=True, exist_ok=True)
    towns = [village.town for village in county.villages]
    order = sorted({town for town in towns})
    tasks = [(county, town, folder) for town in order if county.by_town().get(town)]
    if processes < 2 or len(tasks) < 2:
        return [write(*task) for task in tasks]
    # Forked children inherit the county; only the place in the list travels. Large townships go first.
    global _TASKS
    _TASKS = tasks
    sizes = [len(county.by_town()[town]) for _, town, _ in tasks]
    queue = sorted(range(len(tasks)), key=lambda place: -sizes[place])
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        done = dict(zip(queue, pool.map(_write_at, queue, chunksize=1), strict=True))
    return [done[place] for place in range(len(tasks))]


_TASKS: list[tuple[County, str, Path]] = []


def _write_at(place: int) -> Path:
    return write(*_TASKS[place])


def township(county: County, town: str) -> Township:
    """The households of a township and the extra ones, which a reader must refuse."""
    found = county.by_town()[town]
    name = next(village.town_name for village in county.villages if village.town == town)
    rng = random.Random(f"{county.frame.code}:{county.seed}:extra:{town}")
    examples = [household for household in found if household.cohort.isdigit() and household.size <= 2]
    numbers = iter(rng.sample(range(1000, 10000), 2))
    stem = f"{county.frame.code}9{town[6:9]}"
    bad = wrong(rng.choice(examples), f"{stem}{next(numbers)}", rng)
    # The first of two stands: the copy comes after the household it was copied from.
    twice = doubled(rng.choice(examples), f"{stem}{next(numbers)}")
    return Township(name, found, bad, twice)


def write(county: County, town: str, folder: Path) -> Path:
    """Write one township's workbook."""
    part = township(county, town)
    path = folder / f"{part.name}建档立卡户信息.xlsx"
    dirt = Dirt(random.Random(f"{county.frame.code}:{county.seed}:dirt:{town}"))
    rows = Rows(county)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    book.set_properties({"title": f"{part.name}建档立卡户信息", "author": part.name, "created": CREATED})
    formats = _Formats(
        book.add_format({"bold": True, "font_size": 18, "align": "center"}),
        book.add_format({"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1}),
        book.add_format({"num_format": "yyyy-mm-dd"}),
        book.add_format({}),
    )
    for sheet in SHEETS:
        maker = getattr(rows, sheet.code)
        body: Iterator[dict[str, Any]] = (row for household in _in_order(part) for row in maker(household))
        if sheet.code == "household":
            body = _with_doubled(body, len(part.households))
        _Writer(book.add_worksheet(sheet.title), sheet, formats, dirt).write(county.name, part.name, body)
    book.close()
    return path


def _in_order(part: Township) -> Iterator[Household]:
    """The wrong household stands in the middle, where nobody looks; the doubled one was added at the end."""
    middle = len(part.households) // 2
    yield from part.households[:middle]
    yield part.wrong
    yield from part.households[middle:]
    yield part.doubled


def _with_doubled(body: Iterable[Row], count: int) -> Iterator[Row]:
    """One row copied and pasted a second time, some rows further down: equal rows count once."""
    kept: Row | None = None
    for place, row in enumerate(body):
        if place == count // 3:
            kept = row
        yield row
        if place == count // 3 + 5 and kept:
            yield kept


class _Writer:
    """Writes one sheet top down."""

    def __init__(self, page: Any, sheet: Sheet, formats: _Formats, dirt: Dirt) -> None:
        self.page = page
        self.sheet = sheet
        self.formats = formats
        self.dirt = dirt
        self.columns = [column for column in sheet.columns if column.key not in _LEFT_OUT]
        self.cells = [_Cell(column, dirt.spoils(column.key)) for column in self.columns]

    def write(self, county: str, town: str, body: Iterable[Row]) -> None:
        """Title, unit line, two header rows, the data, the sum and the signatures."""
        self._head(county, town)
        last = 4
        for last, row in enumerate(body, start=4):
            self._row(last, row)
        self.page.write_string(last + 2, 0, "合计")
        self.page.write_string(last + 2, 1, f"{last - 3} 行")
        self.page.write_string(last + 4, 0, f"填表人：{town}扶贫办    审核人：        填报日期：2018年11月30日")

    def _head(self, county: str, town: str) -> None:
        page, wide = self.page, len(self.columns)
        for place, column in enumerate(self.columns, start=1):
            page.set_column(place, place, column.width)
        page.merge_range(0, 0, 0, wide, f"{county}{town}{_TITLES[self.sheet.code]}", self.formats.title)
        page.merge_range(1, 0, 1, wide // 2, f"填报单位：{town}人民政府")
        page.merge_range(1, wide // 2 + 1, 1, wide, "单位：户、人、元、亩、平方米")
        page.freeze_panes(4, 3)
        # Row by row: constant memory does not go back. The vertical merges are only declared.
        page.write_string(2, 0, "序号", self.formats.head)
        page.write_string(2, 1, self.columns[0].title, self.formats.head)
        for first, last, text in self._groups():
            if last > first:
                page.merge_range(2, first, 2, last, text, self.formats.head)
            else:
                page.write_string(2, first, text, self.formats.head)
        page.merge += [[2, 0, 3, 0], [2, 1, 3, 1]]
        for place, column in enumerate(self.columns[1:], start=2):
            page.write_string(3, place, column.title, self.formats.head)

    def _groups(self) -> Iterator[tuple[int, int, str]]:
        named = _GROUPS[self.sheet.code]
        starts = [place for place, column in enumerate(self.columns, start=1) if column.key in named]
        for first, following in zip(starts, [*starts[1:], len(self.columns) + 1], strict=True):
            yield first, following - 1, named[self.columns[first - 1].key]

    def _row(self, number: int, row: Row) -> None:
        page, dirt, dated = self.page, self.dirt, self.formats.date
        page.write_number(number, 0, number - 3)
        for place, cell in enumerate(self.cells, start=1):
            value = row.get(cell.key)
            if value is None or value == "" or value == ():
                continue
            value = cell.show(value)
            if cell.dirty:
                value = dirt.cell(cell.key, value)
            if isinstance(value, str):
                page.write_string(number, place, value)
            elif isinstance(value, datetime.date):
                page.write_number(number, place, value.toordinal() - _EPOCH, dated)
            else:
                page.write_number(number, place, value)


class _Cell:
    """How the values of a column are typed: labels for codes, 是 and 否, lists with 、."""

    def __init__(self, column: Column, dirty: bool) -> None:
        self.key = column.key
        self.dirty = dirty
        labels = dict(column.choices)
        self.show: Callable[[Any], Any]
        if column.type == "bool":
            self.show = {True: "是", False: "否"}.__getitem__
        elif column.type == "multi":
            self.show = lambda values: "、".join(labels[value] for value in values)
        elif labels:
            self.show = labels.__getitem__
        else:
            self.show = _as_is


def _as_is(value: Any) -> Any:
    return value
