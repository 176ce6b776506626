"""Dirt of village workbooks 脏数据 (reference.md 7.3): what is cleaned with certainty, and extra rows to be refused."""

import copy
import random
from collections.abc import Callable
from typing import Any

from supervision.demo.people import Household, check_digit

_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "relation": {"配偶": ("妻子", "老伴"), "之子": ("儿子", "长子"), "之女": ("女儿", "长女"), "之母": ("母亲",), "之父": ("父亲",)},
    "education": {"初中": ("初中毕业",), "小学": ("小学文化",), "文盲或半文盲": ("文盲",), "高中": ("中专",)},
    "main_cause": {"缺劳力": ("缺劳动力",), "自身发展动力不足": ("自身动力不足",), "交通条件落后": ("交通不便",)},
    "attr": {"低保贫困户": ("低保户",), "一般贫困户": ("一般户",), "特困供养贫困户": ("五保户",)},
    "source": {"集中供水": ("自来水",), "井水": ("手压井",)},
    "grade": {"A级": ("A",), "B级": ("Ｂ级",)},
    "fuel": {"柴草": ("秸秆",)},
    "labour": {"无劳动力": ("无劳力",), "丧失劳动力": ("丧失劳动能力",)},
    "poverty_status": {"已脱贫（享受政策）": ("已脱贫(享受政策)",)},
    "ethnicity": {"汉族": ("汉",), "蒙古族": ("蒙古",)},
    "ownership": {"自有": ("自有住房",)},
}  # fmt: skip
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_SHARE = 0.006


class Dirt:
    """Makes a share of the cells dirty in ways that lose nothing."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.lower_x = rng.random() < 0.5  # some townships type the check x small throughout

    def cell(self, key: str, value: Any) -> Any:
        """A cell as typed: mostly as it should be."""
        if key == "id_number" and self.lower_x and value[17] == "X":
            value = f"{value[:17]}x{value[18:]}"
        if self.rng.random() >= _SHARE:
            return value
        return _SPOILERS.get(key, _same)(self.rng, key, value)

    def spoils(self, key: str) -> bool:
        """Can cells of this column be dirty?"""
        return key in _SPOILERS


def _same(rng: random.Random, key: str, value: Any) -> Any:
    return value


def _number(rng: random.Random, key: str, value: str) -> str:
    way = rng.randrange(4)
    if way == 0:
        return value.translate(_WIDE)
    if way == 1:
        return f"'{value}"
    if way == 2:
        return f"{value[:6]} {value[6:14]} {value[14:]}"
    return f"{value}\u00a0"


def _name(rng: random.Random, key: str, value: str) -> str:
    return f"{value[0]}　{value[1]}" if len(value) == 2 else f" {value}"


def _word(rng: random.Random, key: str, value: str) -> str:
    return rng.choice(_WORDS[key].get(value, (value,)))


def _money(rng: random.Random, key: str, value: Any) -> Any:
    return f"{value:,}" if isinstance(value, int) and value >= 1000 else str(value).translate(_WIDE)


def _date(rng: random.Random, key: str, value: Any) -> str:
    return f"{value.year}.{value.month}.{value.day}" if rng.random() < 0.6 else f"{value:%Y年%m月%d日}"


_DATES = ("joined_on", "calculated_on", "checked_on", "appraised_on", "water_assessed_on", "helps_from", "noted_on")
_SPOILERS: dict[str, Callable[[random.Random, str, Any], Any]] = {
    "id_number": _number,
    "phone": _number,
    "bank_account": _number,
    "head_name": _name,
    "name": _name,
    **dict.fromkeys(_WORDS, _word),
    **dict.fromkeys(("wage_work", "property_land_rent", "transfer_dibao", "transfer_pension"), _money),
    **dict.fromkeys(_DATES, _date),
}


def doubled(example: Household, number: str) -> Household:
    """A household entered a second time under another number: the same people, so it must come back."""
    household = copy.deepcopy(example)
    household.number = number
    household.gone, household.supporters = [], []
    return household


def wrong(example: Household, number: str, rng: random.Random) -> Household:
    """An extra household whose head's identity number has a wrong check character: it must come back."""
    household = doubled(example, number)
    household.phone = ""
    for person in household.members:
        body = f"{person.id_number[:14]}{(int(person.id_number[14:17]) + 400) % 1000:03d}"
        person.id_number, person.id_type = body + check_digit(body), "identity_card"
    head = household.head
    false = rng.choice([sign for sign in "0123456789" if sign != head.id_number[17]])
    head.id_number = head.id_number[:17] + false
    return household
