"""The kinds of dirt, each as something that is put into a clean row and the findings that answer to it."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from povertycase.secrets import identity

DAY = datetime.date
FULL = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True)
class Formula:
    """A cell whose formula went wrong, as it is shown."""

    shown: str


@dataclass(frozen=True)
class Fault:
    """A fault of one row: the kind of dirt, the column, what the cell becomes, the codes it is told under.

    make(county, row) -> cells; touches: columns that must be clean for it; safe: may befall a head.
    """

    dirt: int
    sheet: str
    key: str
    make: Callable[[Any, Any], dict[str, Any]]
    codes: tuple[tuple[str, str], ...]
    touches: tuple[str, ...]
    safe: bool = False


@dataclass(frozen=True)
class Shared:
    """A fault of several rows; plant(county, home, people) -> how many were planted."""

    dirt: int
    plant: Callable[[Any, int, list[Any]], int]
    note: str = field(default="", compare=False)


def cell(dirt: int, place: str, code: str, *values: Any, touches: tuple[str, ...] = (), safe: bool = False) -> Fault:
    """A cell that becomes one of these values (a function makes it of the county and the old one)."""
    sheet, _dot, key = place.partition(".")

    def make(county: Any, row: Any) -> dict[str, Any]:
        value = county.dice.choice(values)
        return {key: value(county, row.cells[key]) if callable(value) else value}

    return Fault(dirt, sheet, key, make, ((key, code),) if code else (), touches or (key,), safe)


def id_cell(dirt: int, code: str, dress: Callable[[Any, str], Any], ends_in_x: bool = False) -> Fault:
    """A member's own number in another dress, or one like it."""

    def make(county: Any, row: Any) -> dict[str, Any]:
        return {"id_number": dress(county, county.number(row.cells["sex"] == "男", ends_in_x))}

    return Fault(
        dirt, "member", "id_number", make, (("id_number", code),), ("id_number", "sex", "birth_date", "id_type")
    )


def wrong_check(county: Any, number: str) -> str:
    return number[:17] + ("1" if number[17] != "1" else "2")


def old(county: Any, number: str) -> str:
    """The fifteen digits of before 1999 that mean a number of nobody else."""
    return number[:6] + number[8:17]


def impossible_day(county: Any, number: str) -> str:
    body = number[:10] + "0230" + number[14:17]
    return body + identity.check_character(body)


def other_sex(county: Any, row: Any) -> dict[str, Any]:
    return {"sex": "女" if row.cells["sex"] == "男" else "男"}


def spoiled(*signs: str) -> Callable[[Any, str], str]:
    """The text with a sign in it that nobody sees."""
    return lambda county, text: text[:3] + county.dice.choice(signs) + text[3:]


WRITTEN = ("2014.4.1", "2014/4/1", "2014年4月1日", "20140401", "２０１４－４－１", "2014-4-1")
MONEY = ("wage_work", "business_planting", "transfer_dibao")

CELLS: tuple[Fault, ...] = (
    id_cell(1, "id_floated", lambda county, number: float(number[:17]) * 10),
    id_cell(1, "id_floated", lambda county, number: "4.503E+17"),
    cell(1, "member.person_no", "floated", 2.2080000123456789e18),
    cell(1, "household.bank_account", "bank_floated", 6.2284800123456789e18),
    cell(1, "household.phone", "phone_floated", "1.39E+10"),
    id_cell(2, "id_float", lambda county, number: f"{number}.0"),
    id_cell(3, "id_spaces", lambda county, number: f"'{number}"),
    id_cell(3, "id_spaces", lambda county, number: f'="{number}"'),
    cell(3, "member.household_no", "tidied", lambda county, old: f"'{old}", lambda county, old: f'="{old}"', safe=True),
    id_cell(4, "id_lower_x", lambda county, number: number.lower(), ends_in_x=True),
    id_cell(4, "id_cross", lambda county, number: number[:17] + county.dice.choice("×✕Х"), ends_in_x=True),
    id_cell(4, "id_masked", lambda county, number: f"{number[:4]}**********{number[14:]}"),
    id_cell(5, "id_width", lambda county, number: number.translate(FULL)),
    cell(5, "member.household_no", "tidied", lambda county, old: old.translate(FULL), safe=True),
    id_cell(6, "id_spaces", lambda county, number: f"{number[:6]} {number[6:14]}\u00a0{number[14:]}"),
    id_cell(6, "id_spaces", lambda county, number: f"{number}\n"),
    cell(6, "member.work_place", "tidied", "吉林省\u200b长春市", " 吉林省长春市", "吉林省长春市\n", "吉林省\u00a0\u00a0长春市"),
    cell(6, "household.attr", "synonym", "一般 贫困户", "一般贫困户\u3000"),
    cell(7, "member.name", "tidied", "李　四", "王 芳 ", " 赵长贵"),
    cell(8, "member.ethnicity", "leading_zero", 1, "1"),
    cell(8, "household.group_name", "leading_zero", "01组", "03"),
    id_cell(9, "id_from_15", old),
    id_cell(9, "id_length", lambda county, number: number[:17]),
    id_cell(9, "id_check", wrong_check),
    id_cell(10, "certificate_as_id", lambda county, number: f"{number}43"),
    cell(10, "member.person_no", "code_is_id", lambda county, old: county.number(True)),
    cell(12, "member.joined_on", "date_written", *WRITTEN),
    cell(12, "member.joined_on", "date_month_only", "2014年4月", "2014.4", "201404", "2014-04", touches=("joined_on",)),
    cell(12, "household.registered_on", "date_short_year", "14.4.1", "14-4-1"),
    cell(12, "household.effective_on", "date_written", "2018年9月30日", "2018-9-30 00:00:00"),
    cell(12, "household.effective_on", "date_year_only", 2018, "2018年"),
    cell(12, "household.registered_year", "year_short", 14, "14年"),
    cell(13, "member.doctor_signed_on", "date_serial", 43164),
    cell(14, "member.doctor_signed_on", "date_ambiguous", 2018.1),
    cell(14, "income.calculated_on", "date_ambiguous", 2018.1),
    cell(15, "member.doctor_signed_on", "date_impossible", "2018-02-30", "0000-00-00", "1900-01-01"),
    cell(15, "household.registered_on", "date_future", "2019-05-01"),
    id_cell(15, "id_date", impossible_day),
    cell(20, "member.work_months", "formula_error", Formula("#DIV/0!"), Formula("#REF!")),
    cell(20, "income.wage_work", "formula_error", Formula("#VALUE!"), touches=MONEY),
    cell(21, "income.wage_work", "too_large", 99_999_999_999, touches=MONEY),
    Fault(
        21, "income", "wage_work", lambda county, row: {"wage_work": 50, "business_planting": None, "transfer_dibao": None},
        (("period_end", "income_small"),), (*MONEY, "period_end"),
    ),
    cell(22, "member.work_months", "number_with_words", "约6", "6个月", "6月余"),
    cell(22, "income.transfer_dibao", "number_with_words", "1200元", "约1200"),
    cell(22, "income.transfer_dibao", "not_a_number", "500元/月×12", "1000-1200", "一千二", "1 2", "3千"),
    cell(23, "income.transfer_dibao", "tidied", "1，200", "1,200", "１２００", "1 200"),
    cell(23, "income.wage_work", "letters_in_number", "2O00", "12OO", "l200"),
    cell(24, "member.work_place", "", "无", "/", "——", "不详", "N/A", None),
    cell(24, "member.employer", "ditto", "同上", "〃"),
    cell(24, "member.relation", "required", "无", None),
    cell(24, "member.doctor_signed_on", "zero_is_blank", 0, "0"),
    id_cell(24, "id_missing", lambda county, number: county.dice.choice([None, "无", "不详"])),
    cell(25, "member.education", "synonym", "小学毕业", "小学文化"),
    cell(25, "member.education", "not_in_list", "私塾三年", "扫盲班"),
    cell(25, "member.relation", "not_in_list", "表叔公"),
    cell(25, "member.dibao", "synonym", "无", "×", "0"),
    cell(25, "member.dibao", "not_yes_no", "也许", "待核"),
    cell(25, "household.attr", "synonym", "一般户", "一般农户"),
    cell(26, "household.main_cause", "two_values", "因病、缺劳力", "因残，因学"),
    cell(26, "household.other_causes", "too_many", "因残,因学,缺土地"),
    cell(26, "member.health", "stands_alone", "健康、残疾"),
    cell(26, "household.phone", "phone_several", "13900010001/13900010002"),
    Fault(29, "member", "sex", other_sex, (("sex", "sex_contradicts_id"),), ("sex", "id_number")),
    Fault(
        29, "member", "birth_date", lambda county, row: {"birth_date": DAY(1934, 5, 6)},
        (("birth_date", "birth_contradicts_id"),), ("birth_date", "id_number"),
    ),
    cell(30, "member.name", "name_glyph", "李□", "王\ue123花", "赵?贵"),
    cell(30, "household.village", "place_alike", "公和□村委会", "公和村委会", touches=("village", "town")),
    cell(30, "household.town", "", "東屏鎮", touches=("village", "town")),
    cell(31, "household.village", "", "公和勒", "公和勒社区", "东屏镇公和勒村", touches=("village", "town")),
    cell(31, "household.village", "unknown_village", "火星村", touches=("village", "town")),
    cell(31, "household.town", "unknown_town", "火星镇", touches=("village", "town")),
)  # fmt: skip


def _copied_number(county: Any, home: int, people: list[Any]) -> int:
    head, other = people[0], people[-1]
    other.cells |= {"id_number": head.cells["id_number"], "sex": head.cells["sex"]}
    other.found.append(("id_number", "id_number_twice"))
    _touch(people, "id_number", "sex", "birth_date", "id_type")
    return 1


def _merged(county: Any, home: int, people: list[Any]) -> int:
    people[0].merged = len(people) - 1
    people[0].found.append(("household_no", "merged_filled"))
    for row in people[1:]:
        row.cells["household_no"] = None
    _touch(people, "household_no")
    return 1


def _two_heads(county: Any, home: int, people: list[Any]) -> int:
    people[1].cells["relation"] = "户主"
    people[1].found.append(("relation", "two_heads"))
    _touch(people, "relation")
    return 1


def _no_head(county: Any, home: int, people: list[Any]) -> int:
    people[0].cells["relation"] = "其他"
    people[0].found.append(("relation", "no_head"))
    _touch(people, "relation", "household_no")
    return 1


def _two_spouses(county: Any, home: int, people: list[Any]) -> int:
    if len(people) < 3:
        return 0
    for row in people[1:3]:
        row.cells["relation"] = "配偶"
    people[2].found.append(("relation", "two_spouses"))
    _touch(people, "relation", "household_no")
    return 1


def _number_lost(county: Any, home: int, people: list[Any]) -> int:
    people[-1].cells["household_no"] = county.dice.choice([None, "/"])
    people[-1].found.append(("household_no", "household_no_missing"))
    _touch(people, "household_no")
    _touch(people[-1:], "id_number", "sex", "birth_date")  # what a row says together is not asked of a lost one
    _touch(people[-1:], "id_type", "relation")
    return 1


def _apart(county: Any, home: int, people: list[Any]) -> int:
    county.apart(people[-1])
    _touch(people[-1:], "apart")  # it stands after everybody: not the first of two
    return 1


def _twins(county: Any, home: int, people: list[Any]) -> int:
    rows = county.sheets["member"]
    twin = type(people[-1])("member", home, dict(people[-1].cells), [("", "row_twice")])
    rows.insert(rows.index(people[-1]) + 1, twin)
    _touch([people[-1], twin], *twin.cells)
    return 1


def _in_two_households(county: Any, home: int, people: list[Any]) -> int:
    if not home or (first := county.heads[home - 1][-1]).touched or people[-1].touched:
        return 0
    people[-1].cells |= {"id_number": first.cells["id_number"], "sex": first.cells["sex"]}
    people[-1].found.append(("id_number", "id_number_twice"))
    first.found.append(("id_number", "id_number_twice_later"))
    _touch([first, people[-1]], "id_number", "sex", "birth_date", "id_type")
    return 1


def _touch(rows: list[Any], *keys: str) -> None:
    for row in rows:
        row.touched |= set(keys)


SHARED: tuple[Shared, ...] = (
    Shared(11, _copied_number),
    Shared(17, _merged),
    Shared(27, _two_heads),
    Shared(27, _no_head),
    Shared(27, _two_spouses),
    Shared(28, _number_lost),
    Shared(28, _apart),
    Shared(32, _twins),
    Shared(32, _in_two_households),
)
