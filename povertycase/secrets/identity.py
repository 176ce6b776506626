"""Reading an ID number 公民身份号码 (GB 11643-1999) or a disability certificate 残疾人证 (GB/T 26341: 20 or 22 digits)."""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from operator import mul

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
SHAPE = re.compile(r"[0-9]{17}[0-9X](?:[1-7][1-4](?:B[0-9])?)?")
# In running text: no longer number around it, no letter before it. A letter may follow, as in “…1017B区”.
IN_TEXT = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?:[0-9]{2}(?:[Bb][0-9])?)?(?![0-9])")
# Spaces, apostrophes, hyphens and invisible characters that spreadsheets and people put into numbers.
NOISE = re.compile(r"[\s'`’‘\-\u200b\u200c\u200d\ufeff\u00ad]+")
FLOATED = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?1[0-9]")
WHOLE_FLOAT = re.compile(r"[0-9]{15,}\.0+")


class IdentityError(ValueError):
    """A number that cannot be an ID number: `code` for programs, the text, in the reader's language, for staff.

    words is the Chinese sentence and the key of its translation, params what stands at its %d or %(name)s.
    """

    def __init__(self, code: str, words: str, params: int | dict[str, str] | None = None) -> None:
        super().__init__(words)
        self.code, self.words, self.params = code, words, params

    def __str__(self) -> str:
        return gettext(self.words) if self.params is None else gettext(self.words) % self.params

    @property
    def sentence(self) -> str:
        """The text as a whole sentence, in the language of the page."""
        return gettext("%s。") % self


@dataclass(frozen=True)
class Identity:
    """What a number says. `number` is the tidied clear number, `base` its first 18 characters.

    sex: "male" | "female"; area: 6 digits of the place of first issue, often not the present county.
    cleaned: what was put right with certainty ("spaces", "width", "lower_x", "from_15", "float").
    """

    number: str
    area: str
    birth: datetime.date
    sex: str
    disability_type: int | None = None
    disability_grade: int | None = None
    cleaned: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        return self.number[:18]

    @property
    def is_certificate(self) -> bool:
        return len(self.number) > 18


def read(text: str, on: datetime.date | None = None) -> Identity:
    """Read a number as it stands in a cell or a form; `on` refuses births after that day.

    Raises IdentityError with code "floated", "length", "characters", "disability", "date", "check" or "future".
    """
    number, cleaned = tidy(text)
    if FLOATED.fullmatch(number):
        raise IdentityError("floated", _("证件号码被存成了数值，后几位已经丢失；请把单元格改为文本后重新录入"))
    if len(number) == 15 and number.isascii() and number.isdigit():
        number = from_15(number)
        cleaned = (*cleaned, "from_15")
    if not SHAPE.fullmatch(number):
        raise _shape_error(number)
    birth = _birth(number)
    if on is not None and birth > on:
        raise IdentityError(
            "future",
            _("证件号码中的出生日期 %(birth)s 晚于 %(day)s，请核对第 7 至 14 位"),
            {"birth": birth.isoformat(), "day": on.isoformat()},
        )
    if check_character(number) != number[17]:
        raise IdentityError(
            "check",
            _("证件号码校验位不对，请核对最后一位") if len(number) == 18 else _("证件号码第 18 位校验不对，请核对"),
        )
    return Identity(
        number=number,
        area=number[:6],
        birth=birth,
        sex="male" if int(number[16]) % 2 else "female",
        disability_type=int(number[18]) if len(number) > 18 else None,
        disability_grade=int(number[19]) if len(number) > 18 else None,
        cleaned=cleaned,
    )


def is_valid(text: str) -> bool:
    """Is this a complete ID or certificate number?"""
    try:
        read(text)
    except IdentityError:
        return False
    return True


def stands_in(text: str) -> bool:
    """Does a complete ID or certificate number, of 18, 20 or 22 characters, stand somewhere in this text?

    Full-width figures count. Numbers of 15 digits and split ones do not: in running text they may be anything.
    """
    narrow = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return any(is_valid(number) for number in IN_TEXT.findall(narrow))


def tidy(text: str) -> tuple[str, tuple[str, ...]]:
    """The number without what is certainly not part of it, and what was taken off."""
    number, cleaned = str(text).strip(), []
    if not number.isascii():
        narrow = unicodedata.normalize("NFKC", number)
        cleaned += ["width"] if narrow != number else []
        number = narrow
    bare = NOISE.sub("", number)
    cleaned += ["spaces"] if bare != number else []
    if WHOLE_FLOAT.fullmatch(bare):
        bare = bare.split(".")[0]
        cleaned.append("float")
    upper = bare.upper()
    cleaned += ["lower_x"] if upper != bare else []
    return upper, tuple(cleaned)


def from_15(number: str) -> str:
    """A 15-digit number of before 1999 as 18 characters: 19 after the sixth digit, check character added."""
    longer = number[:6] + "19" + number[6:]
    return longer + check_character(longer)


def check_character(number: str) -> str:
    """The 18th character that belongs to the first 17 digits."""
    return CHECK[sum(map(mul, map(int, number[:17]), WEIGHTS)) % 11]


def _birth(number: str) -> datetime.date:
    try:
        return datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise IdentityError("date", _("证件号码中的出生日期不存在，请核对第 7 至 14 位")) from error


def _shape_error(number: str) -> IdentityError:
    if len(number) not in (18, 20, 22):
        words = _("证件号码应为 18 位（残疾人证 20 或 22 位），现为 %d 位，请核对")
        return IdentityError("length", words, len(number))
    if re.fullmatch(r"[0-9]{17}[0-9X]", number[:18]):
        return IdentityError("disability", _("残疾人证第 19 位应为残疾类别 1 至 7，第 20 位应为等级 1 至 4，请核对"))
    return IdentityError("characters", _("证件号码只能是数字，第 18 位可以是 X，请核对"))
