"""Which indicator a heading of somebody's form means: as it was decided before, or as its words say.

Nothing is counted here: the choices are the indicators in force and the rates of the bulletin's form.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from povertycase.exchange.columns import plain_heading
from povertycase.models import Account
from povertycase.rules import versions
from supervision.models import HeadingMeaning
from supervision.queries.bulletin_form import Form
from supervision.queries.bulletin_rules import FORM

LONGEST = 200
_UNIT = re.compile(r"[(（]([^)）]*)[)）][\s*]*$")
UNITS = frozenset(("户", "人", "个", "户次", "%", "％", "条", "万元", "元"))
# Ways to write the same: longest first.
_SAME = (
    (re.compile(r"(20\d\d年度?|本年度?|当年度?|今年)"), "本年"),
    (re.compile(r"建档立卡贫困"), "建档立卡"),
    (re.compile(r"(计划|预计?)(脱贫|退出)"), "拟脱贫"),
    (re.compile(r"人口"), "人"),
    (re.compile(r"其中|总|数量|数|情况|全部"), ""),
    (re.compile(r"^截至.*?[日止]"), ""),
)


@dataclass(frozen=True)
class Meaning:
    """An indicator, or a rate of the bulletin (its column's code), that may stand under a heading."""

    code: str
    words: str
    unit: str
    spellings: frozenset[str]


def all_of(day: datetime.date) -> dict[str, Meaning]:
    """Everything a heading may mean on a day, by code: the columns of the bulletin first, in their order."""
    bodies = {one.code: one.body for one in versions.all_of("indicator") if versions.is_in_force(one, day)}
    form = Form(versions.find("bulletin", FORM, day).body)
    columns = [column for column in form.columns if column.filled]
    order = [column.indicator or column.code for column in columns]
    spelt: dict[str, set[str]] = {code: set() for code in [*order, *bodies]}
    units = {code: body.get("unit", "") for code, body in bodies.items()}
    words = {code: _(body["label"]) for code, body in bodies.items()}
    for code, body in bodies.items():
        spelt[code].add(normal(body["label"]))
    for column in columns:
        code = column.indicator or column.code
        units.setdefault(code, column.unit)
        words.setdefault(code, _(column.label))
        heads = [part for part in (column.group, column.sub_group) if part]
        spelt[code] |= {normal(head + column.label) for head in (*heads, "".join(heads)) if head}
        if column.rate:
            spelt[code].add(normal(column.label))
    return {code: Meaning(code, words[code], units[code], frozenset(spelt[code])) for code in spelt}


def rates(day: datetime.date) -> dict[str, tuple[str, str]]:
    """{column: (numerator, denominator)} of the bulletin's rates."""
    form = Form(versions.find("bulletin", FORM, day).body)
    return {column.code: (column.rate[0], column.rate[1]) for column in form.columns if column.rate}


def key_of(path: Sequence[str]) -> str:
    """A whole heading as it is compared and kept: its parts from top to bottom, units and all."""
    return " ".join("".join(part.split()) for part in path)[-LONGEST:]


def normal(text: str) -> str:
    """A heading or label without what may be written one way or the other."""
    plain = plain_heading(text)
    for pattern, instead in _SAME:
        plain = pattern.sub(instead, plain)
    return plain


def suggested(path: Sequence[str], meanings: dict[str, Meaning]) -> str:
    """The only indicator that the words of a heading spell, its unit agreeing; nothing where it may be several."""
    unit = _unit(path)
    parts = [part for part in path if part.strip("（）()") not in UNITS]
    for tried in ("".join(parts), "".join(parts[-2:]), parts[-1] if parts else ""):
        spelt = {normal(tried), normal(tried) + unit}
        fits = [
            one.code
            for one in meanings.values()
            if spelt & one.spellings and (not unit or not one.unit or unit == one.unit)
        ]
        if len(fits) == 1:
            return fits[0]
    return ""


def _unit(path: Sequence[str]) -> str:
    """The unit a heading says: in brackets at its end, or as its lowest part."""
    if not path:
        return ""
    last = path[-1].strip()
    found = _UNIT.search(last)
    said = found.group(1) if found else last
    return said.replace("％", "%") if said in UNITS else ""


def remembered(account: Account, keys: Iterable[str]) -> dict[str, str]:
    """{heading: code} as decided before within the account's reach; its own place's decision before another's."""
    own = place_of(account)
    rows: Any = HeadingMeaning.objects.visible_to(account).filter(text__in=set(keys)).order_by("noted_at")
    found: dict[str, tuple[bool, str]] = {}
    for row in rows:
        found[row.text] = max(found.get(row.text, (False, "")), (row.division_code == own, row.code))
    return {text: code for text, (_own, code) in found.items()}


def place_of(account: Account) -> str:
    """Where the account is posted: what it decides is kept for this place."""
    prefixes = [extent.prefix for extent in account.extents() if extent.kind == "divisions"]
    return min(prefixes, key=len, default="").ljust(12, "0")
