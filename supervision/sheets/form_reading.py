"""A superior's empty form: places down the side, headings of one or several rows across, a total above or below."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop as _

from povertycase.exchange import formats, tables
from povertycase.exchange.files import FileRefused
from povertycase.exchange.findings import letter
from povertycase.exchange.places import Places, plain, short_town, short_village
from povertycase.exchange.tables import Table

MOST_ROWS = 2_000
LOOK_AT = 8  # columns that may hold the places
TOTALS = frozenset(("合计", "总计", "全县", "全镇", "全乡", "县合计", "小计", "共计"))
_NO_HEADING = re.compile(r"[0-9]{1,3}|[甲乙丙丁戊]|栏次")
_SERIAL = frozenset(("序号", "编号"))
_REMARKS = frozenset(("备注", "说明"))


@dataclass(frozen=True)
class Heading:
    """A column to fill: where it stands (counted from 0), its words from top to bottom."""

    column: int
    path: tuple[str, ...]

    @property
    def place(self) -> str:
        return letter(self.column)

    @property
    def words(self) -> str:
        return " / ".join(self.path)


@dataclass(frozen=True)
class Line:
    """A row with a place: its 12-digit code, or none where the name is not one of the county's."""

    row: int
    name: str
    code: str


@dataclass
class EmptyForm:
    """What was found in a form. totals: rows of 合计, counted from 0."""

    sheet: str
    headings: list[Heading]
    lines: list[Line]
    totals: list[int] = field(default_factory=list)

    @property
    def matched(self) -> list[Line]:
        return [line for line in self.lines if line.code]


def read(name: str, data: bytes, *, county: str, day: datetime.date) -> EmptyForm:
    """The sheet that is a form, its places and headings. Raises FileRefused."""
    sheets = tables.read(name, data, most_rows=MOST_ROWS, blank_formulas=True)
    if formats.of(data)[0] != formats.XLSX:
        raise FileRefused(_("空表“%s”不是 xlsx 格式，数字要写进原表，请用 Excel 或 WPS 另存为“.xlsx”后再上传。"), name)
    names = _Names(Places(county, day, None))
    found = [form for table in sheets if (form := _form(table, names))]
    if not found:
        raise FileRefused(_("文件“%s”里没有找到要填的表：左边应有乡镇或村名，上面应有表头。请核对后再上传。"), name)
    return max(found, key=lambda form: len(form.matched) * len(form.headings))


class _Names:
    """The towns and villages of a county by what they are called."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.villages: dict[str, set[str]] = {}
        for known in (places.exact, places.short):
            for (_town, name), codes in known.items():
                self.villages.setdefault(name, set()).update(codes)

    def town(self, text: str) -> str:
        """The code of the town that a text names, alone; nothing otherwise."""
        found = self.places.towns.get(plain(text)) or self.places.towns.get(short_town(text)) or set()
        return next(iter(found)).ljust(12, "0") if len(found) == 1 else ""

    def village(self, text: str, town: str) -> str:
        """The code of a village by its name and its town, or by its name alone where only one is called so."""
        code = (self.places.match(town, text).code if town else None) or self.places.by_text(text)
        if code:
            return code
        found = self.villages.get(plain(text)) or self.villages.get(short_village(text)) or set()
        return next(iter(found)) if len(found) == 1 and not town else ""

    def is_village(self, text: str) -> bool:
        return bool(
            self.villages.get(plain(text)) or self.villages.get(short_village(text)) or self.places.by_text(text)
        )


def _form(table: Table, names: _Names) -> EmptyForm | None:
    """The form of a sheet; None where no column names places or nothing stands above them."""
    columns = range(table.left, table.left + min(table.width, LOOK_AT))
    texts = {at: {row: text for row in range(len(table.rows)) if (text := table.text(row, at))} for at in columns}
    towns = {at: sum(bool(names.town(text)) for text in own.values()) for at, own in texts.items()}
    villages = {
        at: sum(names.is_village(text) and not names.town(text) for text in own.values()) for at, own in texts.items()
    }
    side = max(columns, key=lambda at: (max(towns[at], villages[at]), -at), default=-1)
    if side < 0 or not max(towns[side], villages[side]):
        return None
    above = next((at for at in columns if at < side and towns[at]), -1) if villages[side] > towns[side] else -1
    lines = _lines(texts[side], _filled_down(texts.get(above, {}), len(table.rows)), names)
    # The word of a total often stands further left, over the serial numbers too.
    totals = {row for at in columns if at <= side for row, text in texts[at].items() if plain(text) in TOTALS}
    first = min([line.row for line in lines if line.code] + list(totals))
    headings = _headings(table, first, max(side, above))
    lines = [line for line in lines if line.row >= first]
    return EmptyForm(table.name, headings, lines, sorted(totals)) if headings else None


def _lines(own: dict[int, str], towns: dict[int, str], names: _Names) -> list[Line]:
    """The places of a column; a name nobody knows is a place too, below the first known one."""
    found, begun = [], False
    for row, text in own.items():
        if plain(text) in TOTALS:
            continue
        town = towns.get(row, "")
        code = names.village(text, town) if town else names.town(text) or names.village(text, "")
        begun = begun or bool(code)
        if begun and (code or not _is_note(text)):
            found.append(Line(row, text, code))
    return found


_NOTES = ("填表", "填报", "审核", "负责", "单位", "说明", "备注", "注", "联系", "制表")


def _is_note(text: str) -> bool:
    return text.startswith(_NOTES) or len(text) > 20


def _filled_down(own: dict[int, str], height: int) -> dict[int, str]:
    """The town of every row: the last one named above it."""
    found, last = {}, ""
    for row in range(height):
        last = own.get(row, last)
        found[row] = last
    return found


def _headings(table: Table, first: int, side: int) -> list[Heading]:
    """The columns right of the places with what stands above them, merged cells read through."""
    told = _unmerged(table, first)
    begins = next((row for row in range(first) if _is_heading_row(table, told, row)), first)
    rows = range(begins, first)
    found = []
    for at in range(side + 1, table.left + table.width):
        parts = [told.get((row, at), "") for row in rows]
        path = list(dict.fromkeys(part for part in parts if part and not _NO_HEADING.fullmatch(part)))
        if path and path[-1] not in _SERIAL | _REMARKS:
            found.append(Heading(at, tuple(path)))
    return found


def _unmerged(table: Table, height: int) -> dict[tuple[int, int], str]:
    """What stands in the cells above the places; the text of a merged cell in all of it."""
    told = {
        (row, at): text
        for row in range(height)
        for at in range(table.left, table.left + table.width)
        if (text := table.text(row, at))
    }
    for (top, left), (bottom, right) in table.merged:
        if head := told.get((top, left)):
            told |= {(row, at): head for row in range(top, min(bottom + 1, height)) for at in range(left, right + 1)}
    return told


def _is_heading_row(table: Table, told: dict[tuple[int, int], str], row: int) -> bool:
    """A title, a line of dates and units say one or two things over the whole width; headings say more."""
    texts: Sequence[str] = [told.get((row, at), "") for at in range(table.left, table.left + table.width)]
    return len({text for text in texts if text}) >= min(3, table.width)
