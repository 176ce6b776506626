"""Villages of a workbook matched to divisions: town and village together, short names, mergers (reference.md 1.4)."""

import datetime
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from povertycase.exchange.cleaning import ERROR, WARNING, Note
from povertycase.models import Account, Division

VILLAGE_ENDS = re.compile(r"(村民委员会|村委会|居民委员会|社区居委会|居委会|社区|行政村|村)$")
TOWN_ENDS = re.compile(r"(街道办事处|街道|镇人民政府|乡人民政府|[\u4e00-\u9fff]*族乡|民族乡|镇|乡)$")


@dataclass(frozen=True)
class Match:
    """The village a pair of names means: its code, or why there is none."""

    code: str | None
    note: Note | None = None


def plain(text: str) -> str:
    """A place name as it is compared: half width, without spaces."""
    return unicodedata.normalize("NFKC", text or "").replace(" ", "")


def short_village(name: str) -> str:
    """东升村村民委员会 as 东升."""
    return VILLAGE_ENDS.sub("", plain(name)) or plain(name)


def short_town(name: str) -> str:
    """东屏镇 as 东屏; 莫莫格蒙古族乡 as 莫莫格."""
    text = plain(name)
    if text.endswith("族乡"):
        return (
            re.sub(
                r"(蒙古|满|回|朝鲜|壮|瑶|苗|彝|白|侗|傣|佤|拉祜|哈尼|傈僳|土家|布依|布朗|仫佬|毛南|达斡尔|锡伯|鄂温克|各)+族乡$",
                "",
                text,
            )
            or text
        )
    return TOWN_ENDS.sub("", text) or text


class Places:
    """The villages of one county as an account may name them; `by` None reaches all."""

    def __init__(self, county: str, day: datetime.date, by: Account | None) -> None:
        self.towns: dict[str, set[str]] = defaultdict(set)
        self.exact: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.short: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.moved: dict[str, str] = {}
        self.by = by
        self._load(county, day)

    def _load(self, county: str, day: datetime.date) -> None:
        villages = Division.objects.filter(level="village", code__startswith=county)
        for village in villages.select_related("parent"):
            town = village.code[:9]
            for key in (plain(village.parent.name), short_town(village.parent.name), plain(village.parent.short_name)):
                self.towns[key].add(town)
            self.exact[town, plain(village.name)].add(village.code)
            self.short[town, short_village(village.name)].add(village.code)
            if village.valid_to and village.valid_to < day and village.successor_id:
                self.moved[village.code] = village.successor_id

    def match(self, town: str | None, village: str | None) -> Match:
        """The code of a village by its town and name."""
        named = {"town": town or "", "village": village or ""}
        towns = self.towns.get(plain(town or "")) or self.towns.get(short_town(town or "")) or set()
        if not towns:
            return Match(None, Note(ERROR, "unknown_town", _("本县没有乡镇“%(town)s”，请按区划名称填写"), named))
        found = {code for key in towns for code in self.exact.get((key, plain(village or "")), ())}
        found = found or {code for key in towns for code in self.short.get((key, short_village(village or "")), ())}
        if not found:
            return Match(None, Note(ERROR, "unknown_village", _("“%(town)s”没有村“%(village)s”，请核对村名"), named))
        if len(found) > 1:
            return Match(None, Note(ERROR, "village_ambiguous", _("“%(town)s”有几个“%(village)s”，请写全称（村委会或社区）"), named))
        code = found.pop()
        if code in self.moved:
            new = self.moved[code]
            words = _("“%(village)s”已撤并，按新村 %(code)s 导入，请核对")
            return Match(new, Note(WARNING, "village_moved", words, {**named, "code": new}))
        if not within_reach(code, self.by):
            words = _("“%(town)s%(village)s”不在您的管辖范围内，不能导入")
            return Match(None, Note(ERROR, "village_out_of_reach", words, named))
        return Match(code)

    def by_text(self, text: str) -> str | None:
        """The code of a village written as one text, 乡镇 and 村 together; None when it is not one village."""
        name = plain(text)
        found = set()
        for town, codes in self.towns.items():
            if town and name.startswith(town):
                found |= {self.match(town, name[len(town) :]).code for _code in codes}
        found.discard(None)
        return found.pop() if len(found) == 1 else None

    def matches(self, pairs: Iterable[tuple[str | None, str | None]]) -> dict[tuple[str | None, str | None], Match]:
        """What each pair of town and village means."""
        return {pair: self.match(*pair) for pair in pairs}


def reached_prefixes(by: Account | None) -> list[str]:
    """The code prefixes an account may import into; [""] = everywhere."""
    if by is None:
        return [""]
    extents = by.extents()
    if any(extent.kind == "everything" for extent in extents):
        return [""]
    return [extent.prefix for extent in extents if extent.kind == "divisions" and extent.prefix]


def within_reach(code: str, by: Account | None) -> bool:
    """Whether an account may import into a place; `by` None into all."""
    return code.startswith(tuple(reached_prefixes(by)))


__all__ = ["Match", "Places", "plain", "reached_prefixes", "short_town", "short_village", "within_reach"]
