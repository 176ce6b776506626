"""Cleaning of the numbers that are sealed: ID numbers, phones, bank accounts (reference.md 7.1 and 7.2)."""

import datetime
import re
from typing import Any

from django.utils.translation import gettext_noop as _

from povertycase.exchange.cleaning import (
    CLEANED,
    DITTO,
    ERROR,
    SAME_AS_ABOVE,
    SCIENTIFIC,
    TIDIED,
    WARNING,
    Cleaned,
    Note,
    half,
    is_blank,
    tidy,
)
from povertycase.secrets import identity

MOBILE = re.compile(r"1[3-9][0-9]{9}")
LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}")
COUNTRY = re.compile(r"^(?:\+86|0086|86(?=1[0-9]{10}$))-?")
# What an export shows of a number that is not revealed.
MASKED = re.compile(r"[0-9]*\*{2,}[0-9Xx*]*")
# Seventeen figures and a cross of any kind for the last one.
CROSS = re.compile("([0-9]{17})[×✕✖╳ХхΧχ]")
SEPARATORS = re.compile(r"[/、,，;；\s]+")
HOW = {
    "spaces": _("空格等已去掉"),
    "width": _("全角已改为半角"),
    "lower_x": _("末位 x 已改为大写"),
    "from_15": _("15 位号码已换成 18 位"),
    "float": _("末尾的 .0 已去掉"),
    "cross": _("末位的叉号已改为 X"),
}


class IdReader:
    """Knows the usual ID number at a glance: 18 characters, right as they stand. Areas, days and ends come again."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today
        self.heads: dict[str, int] = {}
        self.days: dict[str, tuple[str, int] | None] = {}
        self.ends: dict[str, int] = {}

    def plain(self, raw: Any) -> tuple[str, str] | None:
        """Birth date (ISO) and sex of a number that needs no care; None for any other, which read_id judges."""
        if type(raw) is not str or len(raw) != 18 or not (raw.isascii() and raw[:17].isdigit()):
            return None
        head, day, end = raw[:6], raw[6:14], raw[14:17]
        if day not in self.days:
            self.days[day] = self._day(day)
        birth = self.days[day]
        if birth is None:
            return None
        if head not in self.heads:
            self.heads[head] = _weighed(head, 0)
        if end not in self.ends:
            self.ends[end] = _weighed(end, 14)
        if identity.CHECK[(self.heads[head] + birth[1] + self.ends[end]) % 11] != raw[17]:
            return None
        return birth[0], "male" if end[2] in "13579" else "female"

    def _day(self, text: str) -> tuple[str, int] | None:
        try:
            day = datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            return None
        return (day.isoformat(), _weighed(text, 6)) if day <= self.today else None


def _weighed(digits: str, at: int) -> int:
    return sum(int(digit) * identity.WEIGHTS[at + place] for place, digit in enumerate(digits))


def bare(raw: Any) -> str:
    """A number as it is looked at: half width, without spaces and hyphens."""
    return re.sub(r"[\s\-]", "", half(tidy(raw)).strip('"'))


def is_masked(raw: Any) -> bool:
    """Is this what a list shows instead of a number: 4503**********1234?"""
    return isinstance(raw, str) and "*" in half(raw) and bool(MASKED.fullmatch(bare(raw)))


def read_id(raw: Any, today: datetime.date) -> tuple[identity.Identity | None, Note | None]:
    """An ID number or disability certificate from a cell; nothing is guessed: a rounded number is refused."""
    if isinstance(raw, float | int):
        return None, _typed_as_number(float(raw))
    text = tidy(raw)
    if is_blank(text):
        return None, None
    if text in DITTO:
        return None, SAME_AS_ABOVE
    if "*" in half(text):
        return None, Note(ERROR, "id_masked", _("证件号码带有星号，是脱敏后的号码；请填完整号码"))
    text = text.strip('"')
    crossed = CROSS.fullmatch(text)
    try:
        found = identity.read(f"{crossed[1]}X" if crossed else text, today)
    except identity.IdentityError as reason:
        return None, Note(ERROR, f"id_{reason.code}", reason.words, reason.params)
    how = "cross" if crossed else found.cleaned[0] if found.cleaned else ""
    if how:
        return found, Note(CLEANED, f"id_{how}", HOW[how])
    return found, None if found.number == raw else Note(CLEANED, "id_spaces", HOW["spaces"])


def _typed_as_number(number: float) -> Note:
    if 10**14 <= abs(number) < 10**15:
        return Note(ERROR, "id_floated", _("证件号码被存成了数值，请把单元格改为文本后重新录入"))
    if abs(number) < 10**14:
        return Note(ERROR, "id_length", _("证件号码位数不对，请按文本重新录入"))
    return Note(ERROR, "id_floated", _("证件号码被存成了数值，后几位已经丢失；请把单元格改为文本后重新录入"))


def clean_phone(raw: Any) -> Cleaned:
    """The first number of the cell; strange ones are kept and pointed out."""
    text = half(tidy(raw)).strip('"')
    if is_blank(text):
        return None, None
    if is_masked(raw):
        return None, Note(WARNING, "phone_masked", _("电话带有星号，是脱敏后的号码，没有导入；请填完整号码"))
    if SCIENTIFIC.fullmatch(text):
        return None, Note(WARNING, "phone_floated", _("电话被存成了科学计数，没有导入；请改为文本后重新录入"))
    numbers = [part for part in SEPARATORS.split(text) if part]
    number = _digits(numbers[0]) if numbers else ""
    if len(numbers) > 1 and not _is_phone(number):
        number = _digits(text)  # 139 0431 0001: one number with spaces
        numbers = numbers if not _is_phone(number) else [number]
    if not number.strip("-") or len(number) > 20:
        return None, Note(WARNING, "phone_unreadable", _("不是电话号码，没有导入，请核对"))
    if not _is_phone(number):
        return number, Note(WARNING, "phone_odd", _("电话位数不对，请核对"))
    if len(numbers) > 1:
        return number, Note(WARNING, "phone_several", _("填了几个号码，只取第一个"))
    return number, None if raw == number or isinstance(raw, float) else TIDIED


def _digits(text: str) -> str:
    """The digits and hyphens, without the prefix of the country."""
    return COUNTRY.sub("", re.sub(r"[^0-9\-+]", "", text)).replace("+", "")


def _is_phone(number: str) -> bool:
    return bool(MOBILE.fullmatch(number) or LANDLINE.fullmatch(number))


def clean_bank(raw: Any) -> Cleaned:
    """An account number of 8 to 30 digits; a wrong one is left out with a warning: payments follow it."""
    text = half(tidy(raw)).strip('"')
    rounded = isinstance(raw, float) and not (abs(raw) < 10**15 and raw.is_integer())
    if rounded or SCIENTIFIC.fullmatch(text):
        return None, Note(
            WARNING, "bank_floated", _("账号被存成了数值，后几位已经丢失，没有导入；请改为文本后重新录入")
        )
    if is_blank(text):
        return None, None
    if is_masked(raw):
        return None, Note(WARNING, "bank_masked", _("账号带有星号，是脱敏后的账号，没有导入；请填完整账号"))
    number = re.sub(r"[\s\-]", "", text)
    if not re.fullmatch(r"[0-9]{8,30}", number):
        return None, Note(WARNING, "bank_unreadable", _("不是账号，没有导入，请核对"))
    return number, None if raw == number else TIDIED
