"""Villages of a workbook matched to divisions: town and village together, short names, mergers (reference.md 1.4)."""

import datetime
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from povertycase.exchange.cleaning import ERROR, WARNING, Note
from povertycase.exchange.near import Proposer, nearest
from povertycase.models import Account, Division

# Traditional and variant characters of place names, as older lists still write them.
_VARIANTS = (
    "縣县 鎮镇 鄉乡 東东 莊庄 溝沟 嶺岭 灣湾 橋桥 門门 龍龙 馬马 鳳凤 興兴 樂乐 發发 慶庆 實实 寶宝 勝胜 廣广 義义 華华 長长"
    " 陳陈 張张 劉刘 趙赵 楊杨 關关 衛卫 團团 場场 頭头 後后 裏里 裡里 兩两 雙双 萬万 園园 崗岗 嶽岳 營营 圍围 壩坝 塢坞 楡榆 邨村"
)
VARIANTS = str.maketrans({pair[0]: pair[1] for pair in _VARIANTS.split()})
# What a character that a program could not write leaves behind.
LOST = re.compile("[\ufffd□?？\ue000-\uf8ff]")
VILLAGE_ENDS = re.compile(r"(村民委员会|村委会|居民委员会|社区居委会|居委会|社区|行政村|村)$")
TOWN_ENDS = re.compile(r"(街道办事处|街道|镇人民政府|乡人民政府|[\u4e00-\u9fff]*族乡|民族乡|镇|乡)$")


@dataclass(frozen=True)
class Match:
    """The village a pair of names means: its code, or why there is none."""

    code: str | None
    note: Note | None = None


def plain(text: str) -> str:
    """A place name as it is compared: half width, simplified, without spaces."""
    return unicodedata.normalize("NFKC", text or "").replace(" ", "").translate(VARIANTS)


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


def _is_one_less(text: str, name: str) -> bool:
    """河镇 for 剅河镇: a program left out the character it did not know."""
    return len(text) == len(name) - 1 and any(name[:at] + name[at + 1 :] == text for at in range(len(name)))


class Places:
    """The villages of one county as an account may name them; `by` None reaches all."""

    def __init__(self, county: str, day: datetime.date, by: Account | None) -> None:
        self.towns: dict[str, set[str]] = defaultdict(set)
        self.exact: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.short: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.moved: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.town_names: dict[str, str] = {}  # every spelling -> as it is called
        self.county = plain(Division.objects.filter(code=county.ljust(12, "0")).values_list("name", flat=True).first())
        self.by = by
        self._load(county, day)
        self.nearest_town = Proposer(self.town_names)

    def _load(self, county: str, day: datetime.date) -> None:
        villages = Division.objects.filter(level="village", code__startswith=county)
        for village in villages.select_related("parent"):
            town = village.code[:9]
            for key in (plain(village.parent.name), short_town(village.parent.name), plain(village.parent.short_name)):
                self.towns[key].add(town)
                self.town_names[key] = village.parent.name
            self.names[village.code] = f"{village.parent.name}{village.name}"
            self.exact[town, plain(village.name)].add(village.code)
            self.short[town, short_village(village.name)].add(village.code)
            if village.valid_to and village.valid_to < day and village.successor_id:
                self.moved[village.code] = village.successor_id

    def match(self, town: str | None, village: str | None) -> Match:
        """The code of a village by its town and name."""
        named = {"town": town or "", "village": village or ""}
        towns, alike_town = self._towns(town or "")
        if not towns:
            meant = self.nearest_town(plain(town or ""))
            words = _("本县没有乡镇“%(town)s”，请按区划名称填写")
            return Match(None, Note(ERROR, "unknown_town", words, named, meant))
        found, alike = self._villages(towns, village or "")
        if not found:
            words = _("“%(town)s”没有村“%(village)s”，请核对村名")
            return Match(None, Note(ERROR, "unknown_village", words, named, self._meant(towns, village or "")))
        if len(found) > 1:
            return Match(
                None,
                Note(ERROR, "village_ambiguous", _("“%(town)s”有几个“%(village)s”，请写全称（村委会或社区）"), named),
            )
        code = found.pop()
        moved = self.moved.get(code)
        if not within_reach(moved or code, self.by):
            words = _("“%(town)s%(village)s”不在您的管辖范围内，不能导入")
            return Match(None, Note(ERROR, "village_out_of_reach", words, named))
        if moved:
            words = _("“%(village)s”已撤并，按新村 %(code)s 导入，请核对")
            return Match(moved, Note(WARNING, "village_moved", words, {**named, "code": moved}))
        if alike_town or alike:
            words = _("“%(town)s%(village)s”缺字或有错字，按“%(meant)s”读取，请核对")
            return Match(code, Note(WARNING, "place_alike", words, {**named, "meant": self.names[code]}))
        return Match(code)

    def _towns(self, name: str) -> tuple[set[str], bool]:
        """The towns a name means; whether it had to be guessed because a character of it is lost."""
        bare = plain(name).removeprefix(self.county)
        if found := self.towns.get(bare) or self.towns.get(short_town(bare)):
            return found, False
        return self._alike(bare, self.towns), True

    def _villages(self, towns: set[str], name: str) -> tuple[set[str], bool]:
        """The villages of these towns that a name means, with or without county and town before it."""
        bare = plain(name).removeprefix(self.county)
        tries = [bare, *(bare.removeprefix(town) for town, codes in self.towns.items() if town and codes & towns)]
        for one in tries:
            found = {code for key in towns for code in self.exact.get((key, one), ())}
            found = found or {code for key in towns for code in self.short.get((key, short_village(one)), ())}
            if found:
                return found, False
        here = {name: codes for (town, name), codes in self.exact.items() if town in towns}
        short = {name: codes for (town, name), codes in self.short.items() if town in towns}
        return self._alike(bare, here) or self._alike(short_village(bare), short), True

    def _meant(self, towns: set[str], name: str) -> str:
        """The village of these towns that a name nobody bears is nearest to."""
        here = {village: village for town, village in self.exact if town in towns}
        short = {short_village(village): village for village in here}
        return nearest(plain(name), here) or nearest(short_village(name), short)

    @staticmethod
    def _alike(text: str, names: Mapping[str, set[str]]) -> set[str]:
        """What the one name means that differs by a single lost character; nothing where two might."""
        if len(text) < 2:
            return set()
        shape = re.compile(LOST.sub(".?", re.escape(text).replace(r"\?", "?"))) if LOST.search(text) else None
        found = [
            codes for name, codes in names.items() if (shape.fullmatch(name) if shape else _is_one_less(text, name))
        ]
        return set().union(*found) if len(set().union(*found)) == 1 else set()

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
