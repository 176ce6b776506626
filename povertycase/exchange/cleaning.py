"""Cleaning of cells: put right what is certain, warn about what is likely, refuse what is impossible (reference.md 7.3).

A cleaner takes a raw cell and gives (text, note): the text as PostgreSQL's COPY reads it, or None for an empty cell.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

from povertycase.exchange.columns import Column
from povertycase.secrets import identity

ERROR, WARNING, CLEANED = "error", "warning", "cleaned"


@dataclass(frozen=True)
class Note:
    """A finding about a cell's content: what is wrong or was put right, in words that end with what to do.

    words: the Chinese sentence, also the key of its translation; params: what stands at its %(name)s (or one %d);
    proposal: what the cell should probably say, where something near is known.
    """

    severity: str
    code: str
    words: str
    params: Mapping[str, Any] | int | None = None
    proposal: str = ""

    def chinese(self) -> str:
        """The sentence as the office reads it."""
        return self.words % self.params if self.params else self.words


Cleaned = tuple[str | None, Note | None]
Cleaner = Callable[[Any], Cleaned]

_BLANK_WORDS = "无 / - -- — —— 空 不详 未知 N/A n/a NA #N/A 、 \\ ／ － 〇 null NULL None 暂无 没有"
BLANKS = frozenset(_BLANK_WORDS.split())
# What Excel shows for a formula that went wrong; #N/A is what a look-up shows for nothing found, so it is a blank.
WRONG_FORMULAS = frozenset(["#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"])
INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
SPACE = re.compile(r"[\s\u3000\u00a0]+")
WRAPPED = re.compile(r'^="?(.*?)"?$')
DOTS = re.compile("[•．.・‧∙･●]")
HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
MAX_EXACT = 10**15
ID_LENGTHS = frozenset({18, 20, 22})
TIDIED = Note(CLEANED, "tidied", _("空格、引号、全角等已整理"))


def tidy(raw: Any) -> str:
    """A cell as one line of text without invisible characters, quotes put round it and space at its ends."""
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < MAX_EXACT else repr(raw)
    text = str(raw)
    if text.isalnum() and text.isascii():
        return text
    text = INVISIBLE.sub("", text)
    if text.startswith("\0"):
        return text[2:]
    if text.startswith("="):
        text = WRAPPED.sub(r"\1", text)
    return SPACE.sub(" ", text.removeprefix("'").removeprefix("‘")).strip()


def is_blank(text: str) -> bool:
    """Nothing, or one of the many ways to write nothing (无, /, —, 不详)."""
    return not text or text in BLANKS


def narrow(text: str) -> str:
    """Full-width letters and digits made half."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def noted(raw: Any, text: str) -> Note | None:
    """Say that a text was put right, unless it came that way."""
    return None if not isinstance(raw, str) or raw == text or raw.startswith("\0") else TIDIED


# --- text -------------------------------------------------------------------------------------------------


def text_cleaner(column: Column) -> Cleaner:
    """Words as they stand, tidied, up to the length of the column."""

    def clean(raw: Any) -> Cleaned:
        text = tidy(raw)
        if is_blank(text):
            return None, None
        if column.length and len(text) > column.length:
            return None, Note(ERROR, "too_long", _("超过 %(limit)s 个字，请缩短"), {"limit": column.length})
        return text, noted(raw, text)

    return clean


def name_cleaner(column: Column) -> Cleaner:
    """Names: padding between two characters goes, the points of minority names become one kind."""

    def clean(raw: Any) -> Cleaned:
        # Nearly every name is two to four characters and needs no more than this.
        if isinstance(raw, str) and 2 <= len(raw) <= 4 and raw.isalpha() and raw not in BLANKS:
            return raw, None
        text = tidy(raw)
        if is_blank(text):
            return None, None
        name = text.replace(" ", "") if HAN.search(text) else text
        name = DOTS.sub("·", name)
        if any(character.isdigit() for character in name):
            return None, Note(ERROR, "name_digits", _("姓名中有数字，请核对"))
        if len(name) > (column.length or 50):
            return None, Note(ERROR, "too_long", _("超过 %(limit)s 个字，请核对"), {"limit": column.length or 50})
        return name, noted(raw, name)

    return clean


def code_cleaner(column: Column) -> Cleaner:
    """Numbers that are names (户编号): text, never a rounded number."""

    limit = column.length or 40

    def clean(raw: Any) -> Cleaned:
        if isinstance(raw, str) and raw.isdigit() and raw.isascii() and len(raw) <= limit and len(raw) not in ID_LENGTHS:
            return raw, None
        if isinstance(raw, float) and not (raw.is_integer() and abs(raw) < MAX_EXACT):
            return None, Note(ERROR, "floated", _("被存成了数值，后几位已经丢失；请把单元格改为文本后重新录入"))
        text = narrow(tidy(raw)).replace(" ", "").removesuffix(".0").upper()
        if is_blank(text):
            return None, None
        if SCIENTIFIC.fullmatch(text) and "+" in text:
            return None, Note(ERROR, "floated", _("被存成了科学计数，后几位已经丢失；请把单元格改为文本后重新录入"))
        if not re.fullmatch(r"[0-9A-Z\-]+", text):
            return None, Note(ERROR, "code_characters", _("只能是数字和字母，请核对"))
        if column.length and len(text) > column.length:
            return None, Note(ERROR, "too_long", _("超过 %(limit)s 位，请核对"), {"limit": column.length})
        if len(text) in ID_LENGTHS and identity.is_valid(text):
            return None, Note(ERROR, "code_is_id", _("填的是证件号码，请填%(heading)s"), {"heading": column.heading})
        return text, noted(raw, text)

    return clean


# --- numbers ----------------------------------------------------------------------------------------------


def number_cleaner(column: Column, scale: float = 1) -> Cleaner:
    """Whole and decimal numbers, also with separators, a unit or 约; scale turns the heading's unit into ours."""
    places = column.places if column.type == "dec" else 0

    def clean(raw: Any) -> Cleaned:
        value, note = _number(raw, column)
        if value is None:
            return None, note
        value *= scale
        if column.low is not None and value < column.low:
            return None, Note(ERROR, "too_small", _("小于 %(limit)s，请核对"), {"limit": f"{column.low:g}"})
        if column.high is not None and value > column.high:
            return None, Note(ERROR, "too_large", _("大于 %(limit)s，请核对单位和数值"), {"limit": f"{column.high:g}"})
        if not places and value != int(value):
            return None, Note(ERROR, "not_whole", _("应为整数，请核对"))
        return f"{value:.{places}f}", note

    return clean


def _number(raw: Any, column: Column) -> tuple[float | None, Note | None]:
    if isinstance(raw, int | float):
        return float(raw), None
    text = narrow(tidy(raw)).replace(" ", "")
    if is_blank(text):
        return None, None
    if raw.startswith("\0d") and column.type == "year":
        return float(raw[2:6]), Note(CLEANED, "year_of_date", _("填的是日期，取其年份"))
    plain = text.replace(",", "").removesuffix("年" if column.type == "year" else "")
    if NUMBER.fullmatch(plain):
        return float(plain), noted(raw, plain)
    fixed = plain.replace("O", "0").replace("o", "0").replace("l", "1").replace("I", "1")
    if NUMBER.fullmatch(fixed):
        return float(fixed), Note(WARNING, "letters_in_number", _("数字中有字母，按 %(number)s 读取，请核对"), {"number": fixed})
    found = NUMBER.findall(plain)
    if len(found) == 1 and not set(plain) & set("*×xX~～至万%％"):
        return float(found[0]), Note(WARNING, "number_with_words", _("数字带有文字，按 %(number)s 读取，请核对"), {"number": found[0]})
    return None, Note(ERROR, "not_a_number", _("不是数字，请只填数字"))


# --- dates ------------------------------------------------------------------------------------------------

DAY = re.compile(r"(\d{4}|\d{2})[年./\-](\d{1,2})[月./\-](\d{1,2})[日号]?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\.0+)?)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
MONTH = re.compile(r"(\d{4})[年./\-](\d{1,2})月?")
EPOCH = datetime.date(1899, 12, 30)
FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 2), datetime.date(2100, 1, 1)


def date_cleaner(column: Column, today: datetime.date) -> Cleaner:
    """Days in all their spellings, as ISO; only a month given: its first day, with a warning."""

    def clean(raw: Any) -> Cleaned:
        day, note = _day(raw)
        if day is None:
            return None, note
        if not FIRST_DAY <= day < LAST_DAY:
            return None, Note(ERROR, "date_impossible", _("日期不合理，请核对"))
        if day > today and not column.future:
            return None, Note(ERROR, "date_future", _("晚于业务日期 %(day)s，请核对"), {"day": today.isoformat()})
        return day.isoformat(), note

    return clean


def _day(raw: Any) -> tuple[datetime.date | None, Note | None]:
    if isinstance(raw, str) and raw.startswith("\0d"):
        return datetime.date.fromisoformat(raw[2:]), None
    if isinstance(raw, int | float):
        return _day_of_number(float(raw))
    text = narrow(tidy(raw)).replace(" ", "") if not isinstance(raw, str) or ":" not in raw else narrow(tidy(raw))
    if is_blank(text):
        return None, None
    if found := DAY.fullmatch(text) or COMPACT.fullmatch(text):
        year, month, day = found.groups()
        return _date(int(year), int(month), int(day), len(year) == 2)
    if found := MONTH.fullmatch(text):
        day_one, note = _date(int(found[1]), int(found[2]), 1, False)
        return day_one, note if day_one is None else Note(
            WARNING, "date_month_only", _("只有年月，按当月 1 日读取，请核对")
        )
    return None, Note(ERROR, "not_a_date", _("不是日期，请按 2018-05-01 填写"))


def _day_of_number(number: float) -> tuple[datetime.date | None, Note | None]:
    if number.is_integer() and 19000101 <= number < 21000101:
        return _date(int(number) // 10000, int(number) // 100 % 100, int(number) % 100, False)
    if 1900 <= number < 2100 and not number.is_integer():
        # 2018.10 typed as a number is 2018.1: January and October look alike (reference.md 7.3 #14).
        return None, Note(ERROR, "date_ambiguous", _("按数值填写的年月分不清 1 月和 10 月，请改成 2018-10-01 的写法"))
    if number.is_integer() and 1 < number < 73051:
        return EPOCH + datetime.timedelta(days=int(number)), Note(CLEANED, "date_serial", _("日期序号已换成日期"))
    return None, Note(ERROR, "not_a_date", _("不是日期，请按 2018-05-01 填写"))


def _date(year: int, month: int, day: int, short: bool) -> tuple[datetime.date | None, Note | None]:
    full = year + (2000 if year < 50 else 1900) if short else year
    try:
        found = datetime.date(full, month, day)
    except ValueError:
        return None, Note(ERROR, "date_impossible", _("日期不存在，请核对"))
    if short:
        return found, Note(WARNING, "date_short_year", _("年份只有两位，按 %(year)s 年读取，请核对"), {"year": full})
    return found, Note(CLEANED, "date_written", _("日期已统一为年-月-日"))


# --- code values ------------------------------------------------------------------------------------------

_YES_WORDS = "是 有 1 对 √ ✓ ✔ Y y YES Yes 通 已通 参加 已参加 享受 True TRUE true"
_NO_WORDS = "否 无 0 × ✗ ✘ X x N n NO No 没有 不通 未通 未参加 不享受 未享受 False FALSE false"
YES, NO = frozenset(_YES_WORDS.split()), frozenset(_NO_WORDS.split())
SPLIT = re.compile(r"[,，、;；/|\s]+")
MARKS = re.compile(r"[\s()（）【】\[\]“”\"'、,，。.;；·\-_]+")


def bool_cleaner(column: Column) -> Cleaner:
    """是/否 in its many spellings; blank stays unknown, for 有无 columns 无 means no."""

    def clean(raw: Any) -> Cleaned:
        text = narrow(tidy(raw))
        if text in ("是", "True"):
            return "t", None
        if text in ("否", "False"):
            return "f", None
        if text in YES:
            return "t", Note(CLEANED, "synonym", _("同义写法已换成“是”"))
        if text in NO:
            return "f", Note(CLEANED, "synonym", _("同义写法已换成“否”"))
        if is_blank(text):
            return None, None
        return None, Note(ERROR, "not_yes_no", _("只能填“是”或“否”"))

    return clean


def plain_value(text: str) -> str:
    """A code value as it is compared: half width, capitals, without marks and space."""
    return MARKS.sub("", narrow(text)).upper()


def enum_cleaner(column: Column) -> Cleaner:
    """One value of a code list, by its label or a known other spelling."""
    labels = {label: str(value) for value, label in column.choices}
    words = {plain_value(word): str(value) for word, value in column.aliases.items()}
    words |= {plain_value(label): value for label, value in labels.items()}
    allowed = "、".join(list(labels)[:12]) + ("等" if len(labels) > 12 else "")

    def clean(raw: Any) -> Cleaned:
        if raw in labels:
            return labels[raw], None
        text = tidy(raw)
        value = words.get(plain_value(text))
        if value is not None:
            return value, Note(CLEANED, "synonym", _("已换成“%(value)s”"), {"value": _label(column, value)})
        if is_blank(text):
            return None, None
        if len(parts := SPLIT.split(text)) > 1 and all(plain_value(part) in words for part in parts):
            return None, Note(ERROR, "two_values", _("只能填一项，请留下主要的一项"))
        return None, Note(ERROR, "not_in_list", _("不在代码表内，应为：%(values)s"), {"values": allowed})

    return clean


def _label(column: Column, value: str) -> str:
    return next((label for code, label in column.choices if str(code) == value), value)


def multi_cleaner(column: Column) -> Cleaner:
    """Several values of a code list in one cell, in any order; given back in the order of the list."""
    single = enum_cleaner(column)
    order = {str(value): at for at, (value, _label) in enumerate(column.choices)}

    def clean(raw: Any) -> Cleaned:
        found: set[str] = set()
        note: Note | None = None
        for part in SPLIT.split(tidy(raw)):
            value, about = single(part)
            if about and about.severity == ERROR:
                return None, about
            note = note or about
            found |= {value} if value else set()
        if column.alone in found and len(found) > 1:
            return None, Note(ERROR, "stands_alone", _("“%(value)s”不能与其他项同填"), {"value": _label(column, column.alone)})
        if column.high and len(found) > column.high:
            return None, Note(ERROR, "too_many", _("最多 %(limit)s 项，请留下主要的"), {"limit": f"{column.high:g}"})
        return ("{" + ",".join(sorted(found, key=order.__getitem__)) + "}" if found else None), note

    return clean
