"""A superior's form with its figures, in the very file that came: formats, formulas and what stood there stay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from povertycase.exchange import written
from povertycase.exchange.paper import DEMO_LINE
from supervision.queries.form_figures import Figures
from supervision.queries.form_meanings import Meaning
from supervision.sheets.form_reading import EmptyForm, Heading

NOTES = "填报说明"


@dataclass(frozen=True)
class Filling:
    """A form with what its columns mean. covers: does the account reach a division's prefix wholly?"""

    form: EmptyForm
    meant: Mapping[int, str]  # column -> indicator
    meanings: Mapping[str, Meaning]
    figures: Figures
    covers: Any

    @property
    def filled(self) -> list[Heading]:
        """The columns that get figures."""
        return [one for one in self.form.headings if self._has_figures(one)]

    def _has_figures(self, heading: Heading) -> bool:
        code = self.meant.get(heading.column, "")
        return bool(code) and self.figures.knows(code)

    def rows(self) -> dict[int, str]:
        """{row: division} to be filled: places within reach, and totals that are a division's own."""
        found = {line.row: line.code for line in self.form.matched if self.covers(prefix_of(line.code))}
        whole = self.whole()
        if whole and self.covers(prefix_of(whole)):
            found |= dict.fromkeys(self.form.totals, whole)
        return found

    def whole(self) -> str:
        """The division that a total stands for: all towns of the county, or all villages of one town; else nothing.

        A total over some of them is nobody's figure: it stays blank, or whatever formula stands there.
        """
        codes = {line.code for line in self.form.matched}
        towns = {code for code in codes if code.endswith("000")}
        if not codes or towns and towns != codes:
            return ""
        county = settings.COUNTY
        if towns:
            return county.ljust(12, "0") if towns >= self.figures.divisions(9, county) else ""
        inside = {code[:9] for code in codes}
        if len(inside) > 1:
            return county.ljust(12, "0") if codes >= self.figures.divisions(12, county) else ""
        town = inside.pop()
        return town.ljust(12, "0") if codes >= self.figures.divisions(12, town) else ""


def prefix_of(code: str) -> str:
    """The significant digits of a division's code."""
    return code[:6] if code.endswith("000000") else code[:9] if code.endswith("000") else code


def of(data: bytes, filling: Filling, by: str, taken_at: str) -> bytes:
    """The workbook that goes back. Raises written.NotWritten."""
    order = written.Order(filling.form.sheet, title=NOTES)
    filled = filling.filled
    for row, division in filling.rows().items():
        for heading in filled:
            value = filling.figures.of(division, filling.meant[heading.column])
            if value is not None:
                order.cells.append((row + 1, heading.column + 1, value, 0))
    order.lines = list(_notes(filling, by, taken_at))
    return written.write(data, order)


def file_name(name: str) -> str:
    """空表（已填）.xlsx"""
    return f"{Path(name).stem[:100]}（{_('已填')}）.xlsx"


def _notes(filling: Filling, by: str, taken_at: str) -> Iterable[tuple[str, ...]]:
    """What the figures are, column by column; what was left blank and why."""
    origin = filling.figures.origin
    yield (_("数据来源"), origin.words)
    yield (_("达标判断标准"), origin.standard or _("未登记"))
    yield (_("填表人"), by)
    yield (_("填表时间"), taken_at)
    yield (_("说明"), _("原有的内容和公式没有改动；没有对应指标、查不到数的格子留空。"))
    if settings.DEMO:
        yield (_("数据性质"), DEMO_LINE)
    yield ("",)
    yield (_("列"), _("表头"), _("填的指标"))
    for heading in filling.form.headings:
        yield (heading.place, heading.words, told(filling, heading))
    left = [line for line in filling.form.lines if line.row not in filling.rows()]
    totals = [row for row in filling.form.totals if row not in filling.rows()]
    if left or totals:
        yield ("",)
        yield (_("行"), _("地名"), _("为什么留空"))
    for line in left:
        why = _("不在填表人的管辖范围内") if line.code else _("和本县的区划名称对不上")
        yield (str(line.row + 1), line.name, why)
    for row in totals:
        yield (str(row + 1), _("合计"), _("表中不是全部乡镇或全部村，合计不能直接取数"))


def told(filling: Filling, heading: Heading) -> str:
    """What a column was filled with, or why it is blank."""
    code = filling.meant.get(heading.column, "")
    if not code:
        return _("没有对应的指标，留空")
    if not filling.figures.knows(code):
        return _("%s：这个数据来源里没有，留空") % filling.meanings[code].words
    meaning = filling.meanings[code]
    return f"{meaning.words}（{_(meaning.unit)}）" if meaning.unit else meaning.words
