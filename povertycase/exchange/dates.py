"""Cleaning of days: every spelling that means one day becomes ISO; what may be two days is refused."""

import calendar
import datetime
import math
import re
from typing import Any

from django.utils.translation import gettext_noop as _

from povertycase.exchange.cleaning import CLEANED, ERROR, WARNING, Cleaned, Cleaner, Note, half, is_blank, tidy
from povertycase.exchange.columns import Column

DAY = re.compile(
    r"([0-9]{4}|[0-9]{2})[年./\-]([0-9]{1,2})[月./\-]([0-9]{1,2})[日号]?(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.0+)?)?"
)
COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:\.0)?")
MONTH = re.compile(r"([0-9]{4})[年./\-]([0-9]{1,2})月?(?:份)?")
COMPACT_MONTH = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])")
YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:年|年度)?")
ZERO = re.compile(r"0+(?:\.0+)?|00:00:00")  # 0 in a cell of days is midnight
EPOCH = datetime.date(1899, 12, 30)
FOUR_YEARS = datetime.timedelta(days=1462)  # between the first days of the two calendars of serial numbers
FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 2), datetime.date(2100, 1, 1)
Day = tuple[datetime.date | None, Note | None]

NOT_A_DATE = Note(ERROR, "not_a_date", _("不是日期，请按 2018-05-01 填写"))
NOTHING = Note(CLEANED, "zero_is_blank", _("填的是 0，按没有填写读取"))
ONLY_A_YEAR = Note(ERROR, "date_year_only", _("只有年份，请按 2018-05-01 填写完整日期"))


def date_cleaner(column: Column, today: datetime.date, from_1904: bool = False) -> Cleaner:
    """Days in all their spellings, as ISO; only a month given: its first day, with a warning."""

    def clean(raw: Any) -> Cleaned:
        day, note = _day(raw)
        if from_1904 and day and note and note.code == "date_serial":
            day += FOUR_YEARS
        if day is None:
            return None, note
        if not FIRST_DAY <= day < LAST_DAY:
            return None, Note(ERROR, "date_impossible", _("日期不合理，请核对"))
        if day > today and not column.future:
            return None, Note(ERROR, "date_future", _("晚于业务日期 %(day)s，请核对"), {"day": today.isoformat()})
        return day.isoformat(), note

    return clean


def _day(raw: Any) -> Day:
    if isinstance(raw, str) and raw.startswith("\0d"):
        return _of_cell(raw[2:])
    if isinstance(raw, bool):
        return None, NOT_A_DATE
    if isinstance(raw, int | float):
        return _of_number(float(raw)) if math.isfinite(raw) else (None, NOT_A_DATE)
    text = half(tidy(raw))
    day, note = _of_text(text if ":" in text else text.replace(" ", ""))
    # A text file has no other dates than written ones: what is written as it should be needs no word.
    return day, None if day and raw == day.isoformat() else note


def _of_cell(iso: str) -> Day:
    try:
        return datetime.date.fromisoformat(iso), None
    except ValueError:
        return None, NOT_A_DATE


def _of_text(text: str) -> Day:
    if is_blank(text):
        return None, None
    if found := DAY.fullmatch(text) or COMPACT.fullmatch(text):
        year, month, day = found.groups()
        return _date(int(year), int(month), int(day), len(year) == 2)
    if found := MONTH.fullmatch(text):
        return _month(int(found[1]), int(found[2]))
    if COMPACT_MONTH.fullmatch(text):
        return _of_six(text)
    if YEAR.fullmatch(text):
        return None, ONLY_A_YEAR
    return None, NOTHING if ZERO.fullmatch(text) else NOT_A_DATE


def _of_six(text: str) -> Day:
    """201805 is May 2018; 200105 may be May 2001 or 5 January 2020."""
    if 1 <= int(text[2:4]) <= 12:
        return None, Note(ERROR, "date_ambiguous", _("六位数字分不清年月和年月日，请按 2018-05-01 填写"))
    return _month(int(text[:4]), int(text[4:]))


def _month(year: int, month: int) -> Day:
    day, note = _date(year, month, 1, False)
    if day is None:
        return None, note
    return day, Note(WARNING, "date_month_only", _("只有年月，按当月 1 日读取，请核对"), proposal=day.isoformat())


def _of_number(number: float) -> Day:
    if number == 0:
        return None, NOTHING
    if not number.is_integer():
        return _of_fraction(number)
    whole = int(number)
    if 19000101 <= whole < 21000101:
        return _date(whole // 10000, whole // 100 % 100, whole % 100, False)
    if 1900 <= whole < 2100:
        # As a serial it would be a day of 1905: nobody means that.
        return None, ONLY_A_YEAR
    if COMPACT_MONTH.fullmatch(str(whole)):
        return _of_six(str(whole))
    if 1 < whole < 73051:
        return EPOCH + datetime.timedelta(days=whole), Note(CLEANED, "date_serial", _("日期序号已换成日期"))
    return None, NOT_A_DATE


def _of_fraction(number: float) -> Day:
    """2018.5 is May; 2018.10 typed as a number is 2018.1: January and October look alike (reference.md 7.3 #14)."""
    year, _point, month = format(number, ".15g").partition(".")
    if not (1900 <= number < 2100):
        return None, NOT_A_DATE
    if month == "1":
        return None, Note(ERROR, "date_ambiguous", _("按数值填写的年月分不清 1 月和 10 月，请改成 2018-10-01 的写法"))
    return _month(int(year), int(month)) if re.fullmatch("0?[1-9]|1[0-2]", month) else (None, NOT_A_DATE)


def _date(year: int, month: int, day: int, short: bool) -> Day:
    full = year + (2000 if year < 50 else 1900) if short else year
    try:
        found = datetime.date(full, month, day)
    except ValueError:
        return None, Note(ERROR, "date_impossible", _("日期不存在，请核对"), proposal=_meant(full, month, day))
    if short:
        words = _("年份只有两位，按 %(year)s 年读取，请核对")
        return found, Note(WARNING, "date_short_year", words, {"year": full}, found.isoformat())
    return found, Note(CLEANED, "date_written", _("日期已统一为年-月-日"))


def _meant(year: int, month: int, day: int) -> str:
    """The day that somebody probably meant: month and day the wrong way round, or a day more than the month has."""
    if not 1900 <= year < 2100:
        return ""
    if 1 <= day <= 12 < month <= 31:
        return datetime.date(year, day, month).isoformat() if month <= calendar.monthrange(year, day)[1] else ""
    if 1 <= month <= 12 and 28 < day <= 31:
        return datetime.date(year, month, calendar.monthrange(year, month)[1]).isoformat()
    return ""
