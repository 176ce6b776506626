"""The leader's page: the figures of one bulletin for one's own division, drawn; nothing is counted here.

Every number is a cell of the bulletin, so page, bulletin, workbook and API cannot disagree. Places stand in the order
of their codes: shades tell amounts, nobody is ranked, no household and no person is named (county-officer.md E-09, E-48).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F, Func, JSONField, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from povertycase.access.permissions import Permission
from povertycase.models import Account
from povertycase.periods import Month
from supervision.models import Bulletin
from supervision.queries import bulletins
from supervision.queries.bulletin_figures import of_level, prefix_of
from supervision.queries.bulletin_form import NONE, rate
from supervision.queries.bulletin_rules import BulletinRules, recorded

MONTHS = 12
STEPS = 5  # shades of the tile map
Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A headline figure that opens its list, or its cell in the bulletin."""

    label: Any
    value: Any
    unit: Any
    url: str
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A table that is drawn as well: first cell of a row is its name; `kind` says how the page draws it.

    kind: "stack" (parts of one bar) | "bars" (one series). `drawn` are the columns that are drawn.
    """

    code: str
    title: Any
    kind: str
    heads: list[Any]
    rows: list[list[Any]]
    drawn: tuple[int, ...]
    note: Any = ""
    unit: Any = ""

    @property
    def lines(self) -> list[tuple[Any, list[tuple[Any, str]]]]:
        """Name and cells of each row, a cell as its plain value and as it is read."""
        return [
            (name, [(value, f"{value:,}" if isinstance(value, int) else str(value)) for value in values])
            for name, *values in self.rows
        ]


@dataclass(frozen=True)
class Tile:
    """A place of the tile map: its value as shown, its shade 1 … 5 (0 = no value), where it leads."""

    name: str
    shown: str
    shade: int
    url: str


@dataclass(frozen=True)
class Overview:
    """All that the page shows."""

    bulletin: Bulletin
    rules: BulletinRules
    row: Cells
    figures: list[Figure]
    charts: list[Chart]
    tiles: list[Tile] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)  # what each shade means
    table: Chart | None = None  # the tile map's twin


# code -> heading, unit, numerator, denominator ("" = the plain figure)
METRICS = {
    "visits": (later("入户走访率"), "%", "visited_households", "visits_due"),
    "met": (later("拟脱贫户预审达标率"), "%", "exit_met", "planned_households"),
    "exited": (later("已脱贫户比例"), "%", "exited_households", "registered_households"),
    "unpaired": (later("无帮扶责任人户"), later("户"), "unpaired_households", ""),
    "away": (later("整户外出户"), later("户"), "away_households", ""),
}
CRITERIA = (
    ("unmet_income", later("收入")),
    ("unmet_housing", later("住房")),
    ("unmet_education", later("教育")),
    ("unmet_medical", later("医疗")),
    ("unmet_water", later("饮水")),
    ("unmet_other", later("吃穿")),
)
UNRECORDED = "cause_unrecorded"  # stands last, however many they are


def overview(account: Account, metric: str) -> Overview | None:
    """The newest bulletin for the account's own division; None where there is none with figures."""
    # The newest month, as on the workbench; a draft, for those who see drafts, says that it is one.
    found = bulletins.latest_with_own_row(account)
    if found is None:
        return None
    bulletin, row = found
    rules = recorded(bulletin)
    inside = places(bulletin, row)
    tiles, steps = tile_map(bulletin, account, inside, metric)
    drawn = (by_place(inside), _causes(account, rules, row), _criteria(row), _months(account, bulletin, row))
    charts = [chart for chart in drawn if chart]
    return Overview(bulletin, rules, row, _figures(bulletin, account, row), charts, tiles, steps, _all_metrics(inside))


def places(bulletin: Bulletin, row: Cells) -> list[dict[str, Any]]:
    """The towns of the whole, the villages of a town; nothing inside a village."""
    below = {"whole": "town", "town": "village"}.get(row["level"])
    return of_level(bulletin.figures, below, prefix_of(row)) if below else []


def _figures(bulletin: Bulletin, account: Account, row: Cells) -> list[Figure]:
    cells = row["cells"]
    lines = (
        (later("建档立卡户"), "registered_households", later("户"), _persons(cells, "registered_persons")),
        (later("已脱贫户"), "exited_households", later("户"), _persons(cells, "exited_persons")),
        (later("未脱贫户"), "poor_households", later("户"), _persons(cells, "poor_persons")),
        (later("本年度拟脱贫户"), "planned_households", later("户"), _persons(cells, "planned_persons")),
        (later("预审达标"), "exit_met", later("户"), _share(cells, "exit_met", "planned_households")),
        (later("预审待核实"), "exit_unknown", later("户"), _share(cells, "exit_unknown", "planned_households")),
        (later("预审未达标"), "exit_unmet", later("户"), _share(cells, "exit_unmet", "planned_households")),
        (later("已入户走访"), "visited_households", later("户"), _share(cells, "visited_households", "visits_due")),
        (later("无帮扶责任人户"), "unpaired_households", later("户"), ""),
        (later("整户外出户"), "away_households", later("户"), ""),
    )
    return [
        Figure(label, cells.get(code), unit, address(bulletin, account, row, code), note)
        for label, code, unit, note in lines
        if code in cells
    ]


def _persons(cells: Cells, code: str) -> str:
    number = cells.get(code, 0)
    return ngettext("%(n)s 人", "%(n)s 人", number) % {"n": f"{number:,}"}


def _share(cells: Cells, part: str, of: str) -> str:
    share = rate(cells[part], cells[of])
    return share if share == NONE else f"{share}%"


def address(bulletin: Bulletin, account: Account, row: Cells, column: str) -> str:
    """The list of a figure for who may see households; otherwise its cell in the bulletin."""
    if account.can(Permission.HOUSEHOLD_VIEW) and bulletins.covers(account, prefix_of(row)):
        return reverse("bulletin-list", args=[bulletin.pk, row["code"], column])
    return f"{_page(bulletin, row)}#{cell_id(row['code'], column)}"


def cell_id(code: str, column: str) -> str:
    """The anchor of a figure on the bulletin's page."""
    return f"f-{code}-{column}"


def _page(bulletin: Bulletin, row: Cells) -> str:
    if row["level"] == "whole":
        return reverse("bulletin", args=[bulletin.pk])
    return reverse("bulletin-town", args=[bulletin.pk, f"{row['code'][:9]}000"])


# --- charts: tables that are drawn as well ---------------------------------------------------------------------


def by_place(inside: Iterable[Cells]) -> Chart | None:
    """The planned households of each place by the result of their check."""
    rows = [
        [
            row["name"],
            *(row["cells"][code] for code in ("planned_households", "exit_met", "exit_unknown", "exit_unmet")),
        ]
        for row in inside
        if row["cells"].get("planned_households")
    ]
    if not rows:
        return None
    heads = [_("地方"), _("拟脱贫户"), _("达标"), _("待核实"), _("未达标")]
    note = _("预审结果仅供工作参考，不作为退出依据。")
    return Chart("exit", _("本年度拟脱贫户预审结果"), "stack", heads, rows, (2, 3, 4), note, _("户"))


def visits_by_place(inside: Iterable[Cells]) -> Chart | None:
    """The share of households visited at home in each place."""
    codes = ("visits_due", "visited_households")
    rows = [[row["name"], *(row["cells"][code] for code in codes), row["cells"]["visit_rate"]] for row in inside]
    heads = [_("地方"), _("应入户走访"), _("已入户走访"), _("走访率%")]
    return Chart("visits", _("入户走访率"), "bars", heads, rows, (3,), "", "%") if rows else None


def _months(account: Account, bulletin: Bulletin, row: Cells) -> Chart | None:
    """The visits of the last twelve bulletins, oldest first."""
    one_row = Func(
        F("figures"),
        Value(f'$.rows[*] ? (@.code == "{row["code"]}")'),
        function="jsonb_path_query_first",
        template="%(function)s(%(expressions)s::jsonpath)",
        output_field=JSONField(),
    )
    found = bulletins.visible(account).filter(division_code=bulletin.division_code, month__lte=bulletin.month)
    found = found.exclude(state=Bulletin.State.MAKING).order_by("-month").annotate(own=one_row)
    said = [(month, own["cells"]) for month, own in found.values_list("month", "own")[:MONTHS] if own]
    rows = [
        [Month.parse(month).words(), cells["visits_due"], cells["visited_households"], cells["visit_rate"]]
        for month, cells in reversed(said)
    ]
    if not rows:
        return None
    heads = [_("月份"), _("应入户走访"), _("已入户走访"), _("走访率%")]
    note = "" if len(rows) > 1 else _("目前只有一个月的通报。")
    return Chart("months", _("各月入户走访率"), "bars", heads, rows, (3,), note, "%")


def _criteria(row: Cells) -> Chart | None:
    """What the planned households still lack; one household may lack several things."""
    cells = row["cells"]
    rows = [[label, cells[code]] for code, label in CRITERIA if code in cells]
    if not any(number for _label, number in rows):
        return None
    heads = [_("短板"), _("未达标户次")]
    note = _("一户有多项未达标的分别计入。")
    return Chart("criteria", _("未达标的短板"), "bars", heads, rows, (1,), note, _("户次"))


def _causes(account: Account, rules: BulletinRules, row: Cells) -> Chart | None:
    """Main causes; of a single village only for who may see health, for few households would be known by them."""
    if row["level"] == "village" and not account.can(Permission.HEALTH_VIEW):
        return None
    cells = row["cells"]
    found = [code for code in rules.form.also if cells[code]]
    found.sort(key=lambda code: (code == UNRECORDED, -cells[code]))
    if found in ([], [UNRECORDED]):
        return None
    names = {code: rules.indicators[code].words.split("：")[-1].split(": ")[-1] for code in found}
    rows = [[names[code], cells[code], rate(cells[code], cells["registered_households"])] for code in found]
    heads = [_("主要致贫原因"), _("户"), _("占比%")]
    return Chart("causes", _("主要致贫原因"), "bars", heads, rows, (1,), "", _("户"))


# --- the tile map ------------------------------------------------------------------------------------------------


def tile_map(
    bulletin: Bulletin, account: Account, inside: list[dict[str, Any]], metric: str
) -> tuple[list[Tile], list[str]]:
    """A schematic map: one tile a place, in the order of the codes, shaded by value in five equal steps."""
    _label, unit, part, of = METRICS[metric]
    values = [_value(row["cells"], part, of) for row in inside]
    known = [value for value in values if value is not None]
    if not known:
        return [], []
    low, high = min(known), max(known)
    width = (high - low) / STEPS
    tiles = [
        Tile(row["name"], _shown(value, of), _shade(value, low, width), _tile_url(bulletin, account, row, part))
        for row, value in zip(inside, values, strict=True)
    ]
    if not width:
        return tiles, [_shown(low, of)]
    steps = [f"{_shown(low + width * n, of)}～{_shown(low + width * (n + 1), of)}" for n in range(STEPS)]
    return tiles, [f"{step} {unit}".strip() if not of else step for step in steps]


def _tile_url(bulletin: Bulletin, account: Account, row: Cells, part: str) -> str:
    if row["level"] == "town" and bulletins.covers(account, prefix_of(row)):
        return reverse("bulletin-town", args=[bulletin.pk, row["code"]])
    return address(bulletin, account, row, part)


def _value(cells: Cells, part: str, of: str) -> Decimal | None:
    try:
        return Decimal(rate(cells[part], cells[of])) if of else Decimal(cells[part])
    except (InvalidOperation, KeyError):
        return None


def _shown(value: Decimal | None, of: str) -> str:
    if value is None:
        return NONE
    return f"{value:.1f}%" if of else f"{value:,.0f}"


def _shade(value: Decimal | None, low: Decimal, width: Decimal) -> int:
    if value is None:
        return 0
    return min(STEPS, int((value - low) / width) + 1) if width else 3


def _all_metrics(inside: list[dict[str, Any]]) -> Chart | None:
    if not inside:
        return None
    heads = [_("地方"), *(label for label, _unit, _part, _of in METRICS.values())]
    rows = [
        [row["name"], *(_shown(_value(row["cells"], part, of), of) for _l, _u, part, of in METRICS.values())]
        for row in inside
    ]
    return Chart("map", _("各地情况"), "none", heads, rows, ())
