"""The form of one figure for all villages of a township, or for the county: a paper, and lines pasted from Excel."""

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from households.actions.figures import Line
from households.facts.figures import Figure
from households.queries import figures as reading
from povertycase.models import Division

YES, NO = ("是", "有", "yes", "1"), ("否", "无", "没有", "no", "0")
_MOST_LINES = 400
_BETWEEN = re.compile(r"[\s，；;]+")


class FigureForm(forms.Form):
    """Day, source unit, document, for an evaluator's figure the sample; one line a place."""

    true_from = forms.DateField(
        label=gettext_lazy("数据日期"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("文件所说的日期，自这一天起使用"),
    )  # fmt: skip
    source_unit = forms.CharField(label=gettext_lazy("提供单位"), max_length=80)
    document = forms.CharField(label=gettext_lazy("文件"), max_length=120, help_text=gettext_lazy("文号或名称"))
    sample = forms.IntegerField(label=gettext_lazy("样本量"), min_value=1, required=False)
    rows = forms.CharField(label=gettext_lazy("数据"), widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}))

    def __init__(self, *args: Any, figure: Figure, places: list[Division], today: datetime.date, **kwargs: Any) -> None:
        self.figure, self.places = figure, places
        super().__init__(*args, **kwargs)
        self.fields["true_from"].initial = today.isoformat()
        with override("zh-hans"):  # what is stored is the bureau's own name
            self.fields["source_unit"].initial = str(figure.supplier)
        self.fields["rows"].help_text = self._how()
        if figure.evaluated:
            self.fields["sample"].required = True
        else:
            del self.fields["sample"]

    def _how(self) -> str:
        """What stands in a line, as the heads of its columns."""
        heads = [_("村") if len(self.places) != 1 or self.places[0].level == Division.Level.VILLAGE else _("县")]
        if self.figure.kind == "share":
            unit = f"（{self.figure.unit}）" if self.figure.unit else ""
            heads += [f"{self.figure.numerator}{unit}", f"{self.figure.denominator}{unit}"]
        elif self.figure.kind == "answer":
            heads.append(_("是／否"))
        else:
            heads.append(f"{self.figure.label}（{self.figure.unit}）" if self.figure.unit else str(self.figure.label))
        return _("每行一处，可从Excel整块粘贴：{heads}。没有数据的行留空，不会写入。").format(heads="　".join(heads))

    @staticmethod
    def filled(figure: Figure, rows: list[dict[str, Any]]) -> str:
        """The lines as they stand now, for typing over: the name, a tab, the cells."""
        return "\n".join("\t".join([row["place"].name, *reading.cells(figure, row["said"])]) for row in rows)

    def clean_rows(self) -> list[Line]:
        """The lines that say something. Raises ValidationError with a sentence for each line that cannot be read."""
        typed = [line for line in self.cleaned_data["rows"].splitlines() if line.strip()]
        if len(typed) > _MOST_LINES:
            raise forms.ValidationError(_("一次最多 %s 行。") % _MOST_LINES)
        found, faults = {}, []
        for number, line in enumerate(typed, 1):
            try:
                read = self._line(line)
            except ValueError as error:
                faults.append(_("第 %(number)s 行：%(fault)s") % {"number": number, "fault": error})
                continue
            if read is not None and read.division.code in found:
                faults.append(_("第 %(number)s 行：%(place)s重复。") % {"number": number, "place": read.division.name})
            elif read is not None:
                found[read.division.code] = read
        if faults:
            raise forms.ValidationError(faults)
        if not found:
            raise forms.ValidationError(_("没有可写入的数据，请至少填写一行。"))
        return list(found.values())

    def _line(self, line: str) -> Line | None:
        name, *cells = line.split("\t") if "\t" in line else _BETWEEN.split(line.strip())
        place = self._place(name.strip())
        cells = [cell.strip() for cell in cells if cell.strip()]
        if not cells:
            return None
        wanted = 2 if self.figure.kind == "share" else 1
        if len(cells) != wanted:
            raise ValueError(_("%(place)s应有 %(wanted)s 个数，这里有 %(count)s 个。") % {
                "place": place.name, "wanted": wanted, "count": len(cells)})  # fmt: skip
        if self.figure.kind == "answer":
            return Line(place, answer=_yes_or_no(cells[0]))
        numbers = [_number(cell) for cell in cells]
        return Line(place, numbers[0], numbers[1]) if wanted == 2 else Line(place, amount=numbers[0])

    def _place(self, name: str) -> Division:
        found = [place for place in self.places if name in _names(place)]
        if len(found) != 1:
            raise ValueError(_("没有找到“%s”，请写村名全称或12位区划代码。") % name[:20])
        return found[0]


def _names(place: Division) -> Iterator[str]:
    yield place.code
    yield place.name
    if place.short_name:
        yield place.short_name


def _number(cell: str) -> Decimal:
    try:
        number = Decimal(cell.replace(",", ""))
    except InvalidOperation as error:
        raise ValueError(_("“%s”不是数。") % cell[:20]) from error
    if not number.is_finite() or abs(number) >= 10**12:
        raise ValueError(_("“%s”不是数。") % cell[:20])
    return number


def _yes_or_no(cell: str) -> bool:
    if cell.lower() in YES:
        return True
    if cell.lower() in NO:
        return False
    raise ValueError(_("“%s”应为“是”或“否”。") % cell[:20])
