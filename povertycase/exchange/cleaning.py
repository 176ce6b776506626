"""Cleaning of cells: put right what is certain, warn about what is likely, refuse what is impossible (reference.md 7.3).

A cleaner takes a raw cell and gives (text, note): the text as PostgreSQL's COPY reads it, or None for an empty cell.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

from povertycase.exchange.columns import Column
from povertycase.exchange.near import Proposer
from povertycase.secrets import identity
from povertycase.sentences import spoken

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
        return spoken(self.words, self.params)


Cleaned = tuple[str | None, Note | None]
Cleaner = Callable[[Any], Cleaned]

_BLANK_WORDS = "无 / - -- — —— 空 不详 未知 N/A n/a NA #N/A 、 \\ ／ － 〇 null NULL None 暂无 没有"
BLANKS = frozenset(_BLANK_WORDS.split())
# What Excel shows for a formula that went wrong; #N/A is what a look-up shows for nothing found, so it is a blank.
WRONG_FORMULAS = frozenset(["#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"])
# Of no width, of the other writing direction, or signs to a machine.
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
SPACE = re.compile(r"[\s\u3000\u00a0]+")
DOTS = re.compile("[•．.・‧∙･●]")
HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")
# Full-width letters, digits and marks, and nothing else: ² and ½ are other numbers than 2 and 12.
HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# What a character that was lost on the way leaves behind.
LOST = re.compile("[\ufffd□\ue000-\uf8ff\U000f0000-\U0010ffff?？]")
DITTO = frozenset(["同上", "〃", "″", "同前", "同左", "''", '"'])
MAX_EXACT = 10**15
ID_LENGTHS = frozenset({18, 20, 22})
TIDIED = Note(CLEANED, "tidied", _("空格、引号、全角等已整理"))
SAME_AS_ABOVE = Note(ERROR, "ditto", _("“同上”之类不能导入，请写出内容"))


def tidy(raw: Any) -> str:
    """A cell as one line of text without invisible characters, quotes put round it and space at its ends."""
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < MAX_EXACT else format(raw, ".15g")
    text = str(raw)
    if text.isalnum():
        return text
    if text.startswith("\0"):
        text = text[2:]
    text = SPACE.sub(" ", INVISIBLE.sub("", text)).strip()
    while (bare := _unwrapped(text)) != text:
        text = bare
    return text


def _unwrapped(text: str) -> str:
    """Without the ="…" or the apostrophe that keeps a spreadsheet from making a number of it."""
    if len(text) > 2 and text.startswith('="') and text.endswith('"'):
        return text[2:-1].strip()
    if text[:1] == "'" or text[:1] == "‘" and "’" not in text:
        return text[1:].strip()
    return text


def is_blank(text: str) -> bool:
    """Nothing, or one of the many ways to write nothing (无, /, —, 不详)."""
    return not text or text in BLANKS


def narrow(text: str) -> str:
    """Every form of a character that stands for the same one made the plain one."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def half(text: str) -> str:
    """Full-width letters and digits made half; no character becomes another digit."""
    return text if text.isascii() else text.translate(HALF)


def noted(raw: Any, text: str) -> Note | None:
    """Say that a text was put right, unless it came that way."""
    return None if not isinstance(raw, str) or raw == text or raw.startswith("\0") else TIDIED


# --- text -------------------------------------------------------------------------------------------------


def text_cleaner(column: Column) -> Cleaner:
    """Words as they stand, tidied, up to the length of the column."""

    def clean(raw: Any) -> Cleaned:
        if _is_rounded(raw):
            return None, Note(ERROR, "floated", FLOATED)
        text = tidy(raw)
        if is_blank(text):
            return None, None
        if text in DITTO:
            return None, SAME_AS_ABOVE
        if column.length and len(text) > column.length:
            return None, Note(ERROR, "too_long", _("超过 %(limit)s 个字，请缩短"), {"limit": column.length})
        return text, noted(raw, text)

    return clean


def group_cleaner(column: Column) -> Cleaner:
    """A village group: 01 and 1 are one group."""
    plain = text_cleaner(column)

    def clean(raw: Any) -> Cleaned:
        text, note = plain(raw)
        bare = re.sub("^0+(?=[0-9])", "", half(text)) if text else text
        if bare == text:
            return text, note
        return bare, Note(CLEANED, "leading_zero", _("编号前的 0 已统一，读作“%(value)s”"), {"value": bare})

    return clean


def name_cleaner(column: Column) -> Cleaner:
    """Names: padding between two characters goes, the points of minority names become one kind."""
    limit = column.length or 50

    def clean(raw: Any) -> Cleaned:
        # Nearly every name is two to four characters and needs no more than this.
        if isinstance(raw, str) and 2 <= len(raw) <= 4 and raw.isalpha() and raw not in NO_NAMES:
            return raw, None
        text = tidy(raw)
        if is_blank(text):
            return None, None
        if text in DITTO:
            return None, SAME_AS_ABOVE
        name = text.replace(" ", "") if HAN.search(text) else text
        name = DOTS.sub("·", name)
        return (None, fault) if (fault := _fault_of(name, limit)) else (name, _odd(name) or noted(raw, name))

    return clean


def _fault_of(name: str, limit: int) -> Note | None:
    if "*" in name or "＊" in name:
        return Note(ERROR, "name_masked", _("姓名带有星号，是脱敏后的姓名，请填全名"))
    if any(character.isdigit() for character in name):
        return Note(ERROR, "name_digits", _("姓名中有数字，请核对"))
    if len(name) > limit:
        return Note(ERROR, "too_long", _("超过 %(limit)s 个字，请核对"), {"limit": limit})
    return None


def _odd(name: str) -> Note | None:
    if LOST.search(name):
        return Note(WARNING, "name_glyph", _("姓名中有无法显示的字，已原样保留，请按身份证改正"))
    return None


NO_NAMES = BLANKS | DITTO
FLOATED = _("被存成了数值，后几位已经丢失；请把单元格改为文本后重新录入")


def _is_rounded(raw: Any) -> bool:
    """A number that has lost its last digits: a spreadsheet keeps fifteen."""
    return isinstance(raw, float) and not abs(raw) < MAX_EXACT


def code_cleaner(column: Column) -> Cleaner:
    """Numbers that are names (户编号): text, never a rounded number."""

    limit = column.length or 40

    def clean(raw: Any) -> Cleaned:
        if (
            isinstance(raw, str)
            and raw.isdigit()
            and raw.isascii()
            and len(raw) <= limit
            and len(raw) not in ID_LENGTHS
        ):
            return raw, None
        if _is_rounded(raw) or isinstance(raw, float) and not raw.is_integer():
            return None, Note(ERROR, "floated", FLOATED)
        text = half(tidy(raw)).replace(" ", "").removesuffix(".0").upper()
        if is_blank(text):
            return None, None
        if SCIENTIFIC.fullmatch(text) and "+" in text:
            return None, Note(ERROR, "floated", _("被存成了科学计数，后几位已经丢失；请把单元格改为文本后重新录入"))
        if isinstance(raw, bool) or not re.fullmatch(r"[0-9A-Z\-]+", text):
            return None, Note(ERROR, "code_characters", _("只能是数字和字母，请核对"))
        if column.length and len(text) > column.length:
            return None, Note(ERROR, "too_long", _("超过 %(limit)s 位，请核对"), {"limit": column.length})
        if len(text) in ID_LENGTHS and identity.is_valid(text):
            return None, Note(ERROR, "code_is_id", _("填的是证件号码，请填%(heading)s"), {"heading": column.heading})
        return text, noted(raw, text)

    return clean


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
    short = {str(int(word)): value for word, value in words.items() if re.fullmatch("0[0-9]+", word)}
    allowed = "、".join(list(labels)[:12]) + ("等" if len(labels) > 12 else "")
    meant = Proposer({word: _label(column, value) for word, value in words.items()})

    def clean(raw: Any) -> Cleaned:
        if raw in labels:
            return labels[raw], None
        text = tidy(raw)
        value = words.get(plain_value(text))
        if value is not None:
            return value, Note(CLEANED, "synonym", _("已换成“%(value)s”"), {"value": _label(column, value)})
        if (value := short.get(text)) is not None:
            words_ = _("代码前的 0 已补上，读作“%(value)s”")
            return value, Note(CLEANED, "leading_zero", words_, {"value": _label(column, value)})
        if is_blank(text):
            return None, None
        if len(parts := SPLIT.split(text)) > 1 and all(plain_value(part) in words for part in parts):
            return None, Note(ERROR, "two_values", _("只能填一项，请留下主要的一项"))
        told = {"values": allowed}
        return None, Note(ERROR, "not_in_list", _("不在代码表内，应为：%(values)s"), told, meant(plain_value(text)))

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
        text = tidy(raw)
        for part in [text] if is_blank(text) else SPLIT.split(text):
            value, about = single(part)
            if about and about.severity == ERROR:
                return None, about
            note = note or about
            found |= {value} if value else set()
        if column.alone in found and len(found) > 1:
            return None, Note(
                ERROR, "stands_alone", _("“%(value)s”不能与其他项同填"), {"value": _label(column, column.alone)}
            )
        if column.high and len(found) > column.high:
            return None, Note(ERROR, "too_many", _("最多 %(limit)s 项，请留下主要的"), {"limit": f"{column.high:g}"})
        return ("{" + ",".join(sorted(found, key=order.__getitem__)) + "}" if found else None), note

    return clean
