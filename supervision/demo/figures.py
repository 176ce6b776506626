"""Figures of bureaus for a handful of villages and the county 部门数据（演示）, and the checks that read them."""

import datetime
from decimal import Decimal

from households.actions import figures
from households.actions.figures import Line
from households.models import DivisionFigure
from povertycase.models import Division
from supervision.actions import places
from supervision.demo.county import County
from supervision.models import DivisionRun

# Of the first poor villages: all is well; one falls short; another lacks what a bureau has not sent yet.
_WHOLE, _SHORT, _WAITING = range(3), (3,), (4, 5)
_ANSWERS = ("water_solved", "power_reached", "broadcast_reached", "broadband")
_COUNTY_SHARES = {
    "housing_safe": ("县住建局", 6240, 6312), "medical_insured": ("县医保局", 18120, 18390),
    "water_safe": ("县水利局", 6301, 6312), "power_connected": ("县供电公司", 6312, 6312),
    "paved_villages": ("县交通局", 139, 141),
}  # fmt: skip
_EVALUATED = {"composite_incidence": (9, 1180), "wrong_exit": (3, 1180), "approval": (372, 398)}


def enter(county: County, day: datetime.date) -> None:
    """Write the figures, once. Does nothing where figures are there."""
    if DivisionFigure.objects.exists():
        return
    poor = [village.code for village in county.villages if village.poor][: len((*_WHOLE, *_SHORT, *_WAITING))]
    found = Division.objects.in_bulk([*poor, f"{county.frame.code}000000"])
    villages = [found[code] for code in poor]
    on = day.replace(month=9, day=30)
    for code in _ANSWERS:
        lines = [
            Line(village, answer=not (place in _SHORT and code == "water_solved"))
            for place, village in enumerate(villages)
            if place not in _WAITING or code != "broadband"
        ]
        _say(code, lines, on, day)
    _say("industry_kinds", [Line(village, amount=Decimal(2)) for village in villages], on, day)
    _say("bus", [Line(village, answer=True) for village in villages], on, day)
    known = [village for place, village in enumerate(villages) if place not in _WAITING]
    _say("collective_income", [Line(village, amount=Decimal(36_500)) for village in known], on, day)
    _say("incidence", [_share(village, 6 + place, 780 + 40 * place) for place, village in enumerate(known)], on, day)
    _of_county(found[f"{county.frame.code}000000"], on, day)


def _of_county(county: Division, on: datetime.date, day: datetime.date) -> None:
    for code, (unit, numerator, denominator) in _COUNTY_SHARES.items():
        _say(code, [_share(county, numerator, denominator)], on, day, unit=unit)
    for code, (numerator, denominator) in _EVALUATED.items():
        _say(code, [_share(county, numerator, denominator)], on, day, unit="省第三方评估组", sample=denominator)


def _share(place: Division, numerator: int, denominator: int) -> Line:
    return Line(place, Decimal(numerator), Decimal(denominator))


def _say(code: str, lines: list[Line], on: datetime.date, day: datetime.date, **paper) -> None:
    said = {"unit": str(figures.FIGURES[code].supplier), "sample": None, **paper}
    figures.enter(
        code=code,
        lines=lines,
        true_from=on,
        source_unit=said["unit"],
        document=f"{on.year}年三季度核查通报（演示）",
        sample=said["sample"],
        entered_on=day,
        by=None,
    )


def check(county: County, day: datetime.date) -> None:
    """A check of the villages and one of the county by the national standards, once."""
    if DivisionRun.objects.exists():
        return
    whole = Division.objects.get(code=f"{county.frame.code}000000")
    for standard in ("national-village", "national-county"):
        places.check(standard=standard, as_of=day, division=whole, by=None)
