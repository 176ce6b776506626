"""Cleaning of figures: whole numbers, amounts, years. No digit is ever guessed: what may be two things is refused."""

import math
import re
from typing import Any

from django.utils.translation import gettext_noop as _

from povertycase.exchange.cleaning import (
    CLEANED,
    ERROR,
    WARNING,
    Cleaned,
    Cleaner,
    Note,
    half,
    is_blank,
    noted,
    tidy,
)
from povertycase.exchange.columns import Column

NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
# 1,200 and 1 200 are one number; 1,2 and 1 2 are two.
GROUPED = re.compile(r"-?[0-9]{1,3}(?:[, ][0-9]{3})+(?:\.[0-9]+)?")
UNIT = re.compile(r"(?:m2|㎡|m²|平方米|平米|元/年)$")
# Beside these a figure means another one than it says (500 a month, 5 thousand, a range, a product).
TELLING = set("*×xX~～至到%％/每千百万亿倍半")
# Typed by hand into a numeric cell: O for 0, l and I for 1.
LETTERS = str.maketrans("OolI", "0011")
FIRST_YEAR, LAST_YEAR = 1900, 2100
YEAR_OF_DAY = re.compile(r"\0d([0-9]{4})-[0-9]{2}-[0-9]{2}")
NOT_A_NUMBER = Note(ERROR, "not_a_number", _("不是数字，请只填数字"))


def number_cleaner(column: Column, scale: float = 1) -> Cleaner:
    """Whole and decimal numbers, also with separators, a unit or 约; scale turns the heading's unit into ours."""
    places = column.places if column.type == "dec" else 0

    def clean(raw: Any) -> Cleaned:
        value, note = number(raw)
        if value is None:
            return None, note
        value = value * scale + 0.0  # no -0
        if column.low is not None and value < column.low:
            return None, Note(ERROR, "too_small", _("小于 %(limit)s，请核对"), {"limit": f"{column.low:g}"})
        if column.high is not None and value > column.high:
            return None, Note(ERROR, "too_large", _("大于 %(limit)s，请核对单位和数值"), {"limit": f"{column.high:g}"})
        if not places and value != int(value):
            return None, Note(ERROR, "not_whole", _("应为整数，请核对"))
        return f"{value:.{places}f}", note or _rounded(value, places)

    return clean


def _rounded(value: float, places: int) -> Note | None:
    # What a double carries beyond its fifteen digits is no figure of anybody's.
    if abs(value - round(value, places)) <= abs(value) * 1e-12 + 1e-9:
        return None
    return Note(CLEANED, "rounded", _("小数过多，已四舍五入到 %(places)s 位"), {"places": places})


def number(raw: Any) -> tuple[float | None, Note | None]:
    """The one number a cell holds, or why it is none; (None, None) for an empty one."""
    if isinstance(raw, bool):
        return None, NOT_A_NUMBER
    if isinstance(raw, int | float):
        return (float(raw), None) if math.isfinite(raw) else (None, NOT_A_NUMBER)
    text = half(tidy(raw))
    if is_blank(text):
        return None, None
    plain = re.sub("[, ]", "", text) if GROUPED.fullmatch(text) else _close(text)
    if NUMBER.fullmatch(plain):
        return _finite(plain, noted(raw, plain))
    fixed = plain.translate(LETTERS)
    if NUMBER.fullmatch(fixed) and any(character.isdigit() for character in plain):
        note = Note(
            WARNING, "letters_in_number", _("数字中有字母，按 %(number)s 读取，请核对"), {"number": fixed}, fixed
        )
        return _finite(fixed, note)
    return _among_words(UNIT.sub("", plain))


def _close(text: str) -> str:
    """Without the spaces that stand between no two digits: 5 6 stays two numbers."""
    return re.sub("(?<![0-9]) | (?![0-9])", "", text)


def _finite(digits: str, note: Note | None) -> tuple[float | None, Note | None]:
    value = float(digits)
    return (value, note) if math.isfinite(value) else (None, NOT_A_NUMBER)


def _among_words(text: str) -> tuple[float | None, Note | None]:
    found = NUMBER.findall(text)
    if len(found) != 1 or set(text) & TELLING or "," in text or not set(text).isdisjoint(_CLUTTER):
        return None, NOT_A_NUMBER
    words = _("数字带有文字，按 %(number)s 读取，请核对")
    return _finite(found[0], Note(WARNING, "number_with_words", words, {"number": found[0]}, found[0]))


# A figure that is a fraction, a power or a circled one in the text is another number than the digits beside it.
_CLUTTER = frozenset("½⅓¼⅔¾⁄²³¹⁰⁴⁵⁶⁷⁸⁹①②③④⑤⑥⑦⑧⑨⑩一二三四五六七八九十两")


def year_cleaner(column: Column) -> Cleaner:
    """A year of four digits, also 2018年 or the year of a date; two digits are read with a warning, 0 as nothing."""

    def clean(raw: Any) -> Cleaned:
        if isinstance(raw, str):
            if found := YEAR_OF_DAY.fullmatch(raw):
                return _year(float(found[1]), Note(CLEANED, "year_of_date", _("填的是日期，取其年份")))
            bare = re.sub("(年度|年)$", "", half(tidy(raw))).strip()
            value, note = number(bare) if bare.isascii() else number(raw)
            note = note or (noted(raw, bare) if value is not None else None)
        else:
            value, note = number(raw)
        return _year(value, note) if value is not None else (None, note)

    return clean


def _year(value: float, note: Note | None) -> Cleaned:
    if value == 0:
        return None, Note(CLEANED, "zero_is_blank", _("填的是 0，按没有填写读取"))
    if value != int(value):
        return None, Note(ERROR, "not_whole", _("应为整数，请核对"))
    if 10 <= value < 100:
        full = int(value) + (2000 if value < 50 else 1900)
        return str(full), Note(WARNING, "year_short", _("年份只有两位，按 %(year)s 年读取，请核对"), {"year": full})
    if not FIRST_YEAR <= value < LAST_YEAR:
        return None, Note(ERROR, "year_impossible", _("不是合理的年份，请填四位年份"))
    return str(int(value)), note
