"""The workbooks of the import bench: members in 40 columns, their households beside them, all made up."""

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from households.sheets.register import HOUSEHOLD, MEMBER
from povertycase.actions import divisions
from povertycase.exchange.columns import Sheet
from povertycase.secrets import identity

COLUMNS = 40
CSV = Path(__file__).parent.parent.parent / "povertycase" / "data" / "divisions" / "220821.csv"
LEFT_OUT = ("birth_date", "dropout_reason", "end_reason", "age")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰春梅志国建文斌"
DAY = datetime.date


@dataclass(frozen=True)
class Size:
    """How many members (three a household), how their household and ID numbers begin, days from birthday to birthday.

    Every birthday has 499 numbers of a sex to give: a new birthday every 400 persons.
    """

    members: int
    prefix: str
    area: str
    days: int


SIZES = {"usual": Size(36_000, "22082", "220800", 61), "longest": Size(198_000, "22083", "429000", 11)}


def columns() -> list[Any]:
    """The 40 columns of sheet 成员 in the bench."""
    found = [column for column in MEMBER.columns if column.key not in LEFT_OUT]
    assert len(found) == COLUMNS, len(found)
    return found


def write(path: Path, size: Size) -> None:
    """Write the workbook: sheet 成员 first, its header in row 1, as a plain importer needs it."""
    dice = random.Random(2018)
    names = [_name(dice) for _ in range(size.members)]
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        people = ({**row, "name": names[at]} for at, row in enumerate(_members(dice, size)))
        _sheet(book, MEMBER, [column.key for column in columns()], people, dated)
        homes = ({**row, "head_name": names[at * 3]} for at, row in enumerate(_households(dice, size)))
        _sheet(book, HOUSEHOLD, list(next(_households(random.Random(1), size))) + ["head_name"], homes, dated)


def _sheet(book: Any, sheet: Sheet, keys: list[str], rows: Iterator[dict[str, Any]], dated: Any) -> None:
    page = book.add_worksheet(sheet.title)
    for at, key in enumerate(keys):
        page.write_string(0, at, sheet[key].title)
    for down, row in enumerate(rows, start=1):
        for at, key in enumerate(keys):
            value = row.get(key)
            if isinstance(value, datetime.date):
                page.write_datetime(down, at, datetime.datetime(value.year, value.month, value.day), dated)
            elif isinstance(value, int | float):
                page.write_number(down, at, value)
            elif value is not None:
                page.write_string(down, at, value)


def _name(dice: random.Random) -> str:
    return dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, dice.choice([1, 2, 2])))


def _households(dice: random.Random, size: Size) -> Iterator[dict[str, Any]]:
    places = [row for row in divisions.read(CSV) if row["level"] == "village"]
    for at in range(size.members // 3):
        place = places[at % len(places)]
        yield {
            "household_no": f"{size.prefix}{at:09d}",
            "county": "镇赉县",
            "town": place["parent_name"],
            "village": place["name"],
            "group_name": f"{at % 7 + 1}组",
            "phone": f"139{at * 37 % 10**8:08d}",
            "bank_name": "吉林省农村信用社",
            "bank_account": f"6228480{size.prefix[-1]}{at:011d}",
            "attr": dice.choice(["一般贫困户", "低保贫困户"]),
            "poverty_status": "未脱贫",
            "identification_standard": "国家标准",
            "registered_year": 2014,
            "registered_on": DAY(2014, 4, 1),
            "planned_exit_year": 2018,
            "planned_on": DAY(2018, 3, 1),
            "main_cause": dice.choice(["因病", "因残", "缺劳力", "缺技术"]),
            "other_causes": "缺资金",
            "is_martyr_family": "否",
            "member_count": 3,
            "residence_state": "常住",
            "effective_on": DAY(2018, 9, 30),
        }


def _members(dice: random.Random, size: Size) -> Iterator[dict[str, Any]]:
    for at in range(size.members):
        home, place = divmod(at, 3)
        male = place != 1
        birth = DAY(1940, 1, 1) + datetime.timedelta(days=at // 400 * size.days + (9000 if place == 2 else 0))
        body = f"{size.area}{birth:%Y%m%d}{at % 400 * 2 + male:03d}"
        works, disabled = dice.random() < 0.4, dice.random() < 0.15
        yield {
            "household_no": f"{size.prefix}{home:09d}",
            "person_no": f"{size.prefix[1:]}{at:010d}",
            "sex": "男" if male else "女",
            "id_type": "居民身份证",
            "id_number": body + identity.check_character(body),
            "relation": ("户主", "配偶", "之子")[place],
            "ethnicity": "汉族",
            "political_status": dice.choice(["群众", "中共党员"]),
            "education": dice.choice(["小学", "初中", "文盲或半文盲"]),
            "health": "残疾" if disabled else dice.choice(["健康", "长期慢性病"]),
            "disability_type": "肢体残疾" if disabled else None,
            "disability_grade": "三级" if disabled else None,
            "disability_cert_year": 2012 if disabled else None,
            "labour": dice.choice(["普通劳动力", "丧失劳动力"]),
            "work_place": "吉林省长春市" if works else None,
            "work_months": dice.choice([3, 6.5, 10]) if works else None,
            "employer": "某建筑公司" if works else None,
            "employment_channel": "自发外出" if works else None,
            **dict.fromkeys(("ins_resident_medical", "ins_serious_illness", "pension_resident"), "是"),
            **dict.fromkeys(("ins_employee_medical", "ins_commercial", "medical_aid", "other_health_aid"), "否"),
            **dict.fromkeys(("pension_employee", "tekun"), "否"),
            **dict.fromkeys(("accident_insurance", "speaks_mandarin"), "是"),
            "doctor_signed_on": DAY(2018, 3, dice.randrange(1, 29)),
            "dibao": dice.choice("是否"),
            "start_reason": "建档时在册",
            "joined_on": DAY(2014, 4, 1),
            "collected_on": DAY(2018, 9, 30),
        }
