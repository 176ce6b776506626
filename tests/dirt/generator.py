"""Dirty register workbooks with the truth about them: seeded, all kinds of dirt of reference.md 7.3, every person made up.

`make(seed, rows)` gives the workbook and a Truth: which finding stands at which cell, what is skipped, which households
are refused, how many persons come in. A row has up to six faults; a fault never hides another one.
"""

import datetime
import io
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

from povertycase.exchange.findings import letter
from povertycase.secrets import identity
from tests.dirt.kinds import CELLS, SHARED, Fault, Formula
from tests.register_books import TITLES

DAY = datetime.date
PLACES = (("东屏镇", "公和勒村委会"), ("东屏镇", "大龙村委会"), ("东屏镇", "前进村委会"))
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰"
SHARE_OF_CLEAN, SHARE_OF_DIRTY = 0.4, 0.7  # of the households; of the rows of the others
# What stands over the columns: a typing error, a unit that is not ours, the national code.
HEADINGS = {
    "employer": "务工企业名称称",
    "business_planting": f"{TITLES['income']['business_planting'].heading}（万元）",
    "political_status": "AAK033",
}
LEFT_OVER = {"household": "村干部签名栏", "member": "血型", "income": "复核人意见"}


@dataclass
class Row:
    """A row of a sheet: its cells, whose household, what is wrong in it as (column key, code)."""

    sheet: str
    home: int
    cells: dict[str, Any]
    found: list[tuple[str, str]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    skipped: str = ""
    merged: int = 0
    hidden: bool = False


@dataclass
class Truth:
    """What is true of a workbook: findings as (sheet, Excel row or None, letter, code), all of them."""

    found: Counter[tuple[str, int | None, str, str]] = field(default_factory=Counter)
    headings: dict[tuple[str, str], str] = field(default_factory=dict)
    skipped: dict[str, Counter[str]] = field(default_factory=dict)
    households: int = 0
    refused: set[int] = field(default_factory=set)
    persons: int = 0
    rows: int = 0
    kinds: Counter[int] = field(default_factory=Counter)


class County:
    """Clean households row by row, then the dirt on them."""

    def __init__(self, seed: int, rows: int) -> None:
        self.dice = random.Random(seed)
        self.truth = Truth()
        self.numbers = iter(range(10**6))
        self.sheets: dict[str, list[Row]] = {"household": [], "member": [], "income": []}
        self.heads: dict[int, list[Row]] = {}
        while sum(map(len, self.sheets.values())) < rows:
            self._household(len(self.sheets["household"]))
        for home, people in self.heads.items():
            self._structural(home, people)
        spared = {home for home in self.heads if self.dice.random() < SHARE_OF_CLEAN}
        for row in [row for rows_ in self.sheets.values() for row in rows_]:
            if row.home not in spared and self.dice.random() < SHARE_OF_DIRTY:
                self._cells(row)
        self._lines_between()

    # --- clean rows

    def number(self, male: bool, ends_in_x: bool = False) -> str:
        """A made-up ID number nobody else has."""
        while True:
            at = next(self.numbers)
            born = DAY(1935, 1, 1) + datetime.timedelta(days=at // 400 * 3 % 20_000)
            body = f"450300{born:%Y%m%d}{at % 400 * 2 + male:03d}"
            made = body + identity.check_character(body)
            if made.endswith("X") == ends_in_x:
                return made

    def _household(self, home: int) -> None:
        town, village = self.dice.choice(PLACES)
        no = f"2208219{home:07d}"
        self.sheets["household"].append(
            Row("household", home, {
                "household_no": no, "county": "镇赉县", "town": town, "village": village, "group_name": f"{home % 7 + 1}组",
                "phone": f"139{home * 37 % 10**8:08d}", "bank_account": f"62284800{home:011d}", "attr": "一般贫困户",
                "poverty_status": "未脱贫", "registered_year": 2014, "registered_on": DAY(2014, 4, 1),
                "planned_exit_year": 2018, "main_cause": "因病", "other_causes": "缺资金", "is_one_child": "否",
                "effective_on": DAY(2018, 9, 30),
            })
        )  # fmt: skip
        relations = ["户主", *self.dice.sample(["配偶", "之子", "之女"], self.dice.randint(1, 3))]
        self.heads[home] = [self._member(home, no, relation) for relation in relations]
        self.sheets["member"] += self.heads[home]
        self.sheets["income"].append(
            Row("income", home, {
                "household_no": no, "calculated_on": DAY(2018, 10, 8), "period_start": DAY(2017, 10, 1),
                "period_end": DAY(2018, 9, 30), "member_count": len(relations), "wage_work": self.dice.randrange(500, 9000),
                "business_planting": 0.25, "transfer_dibao": 1200, "calculated_by": "王会计",
            })
        )  # fmt: skip

    def _member(self, home: int, no: str, relation: str) -> Row:
        male = relation in ("户主", "之子")
        name = self.dice.choice(SURNAMES) + "".join(self.dice.sample(GIVEN, 2))
        cells = {
            "household_no": no, "person_no": f"H{next(self.numbers):09d}", "name": name, "sex": "男" if male else "女",
            "birth_date": None, "id_type": "居民身份证", "id_number": self.number(male), "relation": relation,
            "ethnicity": "汉族", "political_status": "群众", "education": "小学", "health": "长期慢性病",
            "labour": "普通劳动力", "work_place": "吉林省长春市", "work_months": 6, "employer": "某建筑公司",
            "ins_resident_medical": "是", "dibao": "否", "doctor_signed_on": DAY(2018, 3, 5),
            "joined_on": DAY(2014, 4, 1), "collected_on": DAY(2018, 9, 30),
        }  # fmt: skip
        return Row("member", home, cells)

    # --- dirt

    def _plant(self, row: Row, fault: Fault) -> bool:
        """Put a fault into a row unless one of its columns has one already."""
        if fault.sheet != row.sheet or row.touched & set(fault.touches):
            return False
        if fault.key in ("relation", "household_no") and row.cells.get("relation") == "户主" and not fault.safe:
            return False  # without its head the household would be another finding
        row.cells.update(fault.make(self, row))
        row.touched |= set(fault.touches)
        row.found += [(at, code) for at, code in fault.codes]
        self.truth.kinds[fault.dirt] += 1
        return True

    def _cells(self, row: Row) -> None:
        faults = [fault for fault in CELLS if fault.sheet == row.sheet]
        wanted = self.dice.randint(1, 6)
        for fault in self.dice.sample(faults, len(faults)):
            wanted -= self._plant(row, fault)
            if not wanted:
                return

    def _structural(self, home: int, people: list[Row]) -> None:
        """One fault that concerns several rows, in every fifth household."""
        if self.dice.random() > 0.2:
            return
        kind = self.dice.choice(SHARED)
        self.truth.kinds[kind.dirt] += kind.plant(self, home, people)

    def _lines_between(self) -> None:
        """Blank rows, sums, signatures; rows of one household apart from each other; hidden rows."""
        for code, rows in self.sheets.items():
            for _time in range(max(2, len(rows) // 100)):
                # Between households only: a merged cell stays in one piece.
                at = self.dice.choice([at for at, row in enumerate(rows) if not at or rows[at - 1].home != row.home])
                rows.insert(at, Row(code, -1, {}, skipped="blank"))
                self.truth.kinds[18] += 1
            for words in (["合计", f"{len(rows)}人"], ["单位负责人（签字）：", "", "填报人："], ["小 计", "3"]):
                keys = self.columns(code)[: len(words)]
                rows.append(Row(code, -1, dict(zip(keys, words, strict=False)), skipped="no_data"))
            for row in self.dice.sample(rows, 3):
                row.hidden = True

    def apart(self, row: Row) -> None:
        """Move a member to the end of its sheet."""
        rows = self.sheets["member"]
        rows.remove(row)
        rows.append(row)

    # --- the workbook

    def columns(self, code: str) -> list[str]:
        """Keys of the columns of a sheet, in the order of the file."""
        keys = {key: None for row in self.sheets[code] for key in row.cells}
        return [column.key for column in TITLES[code].columns if column.key in keys]

    def workbook(self) -> bytes:
        """Title, unit row, header, rows; the truth about every one of them."""
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False}) as book:
            dated = book.add_format({"num_format": "yyyy-mm-dd"})
            for code, rows in self.sheets.items():
                self._sheet(book.add_worksheet(TITLES[code].title), code, rows, dated)
            book.add_worksheet("草稿").write_string(0, 0, "随手记的")
            self.truth.found["草稿", None, "", "sheet_ignored"] += 1
            self.truth.kinds[19] += 1
        return buffer.getvalue()

    def _sheet(self, page: Any, code: str, rows: list[Row], dated: Any) -> None:
        title, keys = TITLES[code].title, self.columns(code)
        page.merge_range(0, 0, 0, 3, "镇赉县建档立卡登记表")
        page.write_string(1, 0, "填报单位：东屏镇")
        for at, key in enumerate(keys):
            heading = HEADINGS.get(key, TITLES[code][key].title)
            page.write_string(2, at, heading)
            self.truth.headings[title, letter(at)] = heading
        last = len(keys)
        page.write_string(2, last, LEFT_OVER[code])
        self.truth.found[title, None, letter(last), "heading_unknown"] += 1
        if "employer" in keys:
            self.truth.found[title, None, letter(keys.index("employer")), "heading_alike"] += 1
        self.truth.kinds[16] += 1
        skipped = self.truth.skipped.setdefault(title, Counter())
        for down, row in enumerate(rows, start=3):
            _write(page, down, keys, row, dated)
            self._tell(title, down + 1, keys, row)
            skipped.update([row.skipped] if row.skipped else [])
        self.truth.found[title, None, "", "rows_hidden"] += 1
        self.truth.rows += len(rows)

    def _tell(self, title: str, number: int, keys: list[str], row: Row) -> None:
        for key, code in row.found:
            at = letter(keys.index(key)) if key else ""
            self.truth.found[title, number, at, code] += 1


def _write(page: Any, down: int, keys: list[str], row: Row, dated: Any) -> None:
    if row.hidden:
        page.set_row(down, None, None, {"hidden": True})
    for at, key in enumerate(keys):
        value = row.cells.get(key)
        if key == "household_no" and row.merged:
            page.merge_range(down, at, down + row.merged, at, value)
        elif isinstance(value, datetime.date):
            page.write_datetime(down, at, datetime.datetime(value.year, value.month, value.day), dated)
        elif isinstance(value, Formula):
            page.write_formula(down, at, "=1/0", None, value.shown)
        elif isinstance(value, int | float):
            page.write_number(down, at, value)
        elif value is not None:
            page.write_string(down, at, value)


def make(seed: int, rows: int = 300) -> tuple[bytes, Truth]:
    """A dirty workbook of about so many rows, and the truth about it."""
    county = County(seed, rows)
    data = county.workbook()
    truth = county.truth
    truth.households = len(county.heads)
    errors = refusing()
    lost = set()
    for row in (row for rows_ in county.sheets.values() for row in rows_ if not row.skipped):
        codes = {code for _key, code in row.found}
        if codes & LOST:
            lost.add(id(row))
        elif codes & errors:
            truth.refused.add(row.home)
    kept = (row for row in county.sheets["member"] if not row.skipped and row.home not in truth.refused)
    truth.persons = sum(id(row) not in lost and ("", "row_twice") not in row.found for row in kept)
    return data, truth


LOST = {"household_no_missing", "code_characters"}


def refusing() -> set[str]:
    """The codes that refuse a household."""
    from povertycase import slots

    return {code.code for code in slots.FINDING_CODES if code.severity == "error"}


__all__ = ["County", "Row", "Truth", "make"]
