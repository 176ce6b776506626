"""Figures of bureaus for the poor villages and the county 部门数据（演示）, and the checks that read them."""

import datetime
from decimal import Decimal

from households.actions import figures
from households.actions.figures import Line
from households.models import DivisionFigure, VillageRecord
from povertycase.models import Division
from supervision.actions import places
from supervision.demo import accounts
from supervision.demo.county import County
from supervision.models import DivisionRun
from supervision.queries.places import OF_PLACES, ours

# Of the villages to be lifted out this year, by place: one falls short, two lack what bureaus have not sent yet.
_SHORT, _WAITING = (0,), (1, 2)
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
    poor = _poor(county)
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
    _say(
        "incidence",
        [_share(village, 6 + place % 7, 780 + 40 * (place % 7)) for place, village in enumerate(known)],
        on,
        day,
    )
    _of_county(found[f"{county.frame.code}000000"], on, day)


def _poor(county: County) -> list[str]:
    """Codes of the poor villages: those to be lifted out this year first, of the township with an account before all."""
    codes = [village.code for village in county.villages if village.poor]
    out = set(VillageRecord.objects.exclude(exit_year=None).values_list("division_id", flat=True))
    town = next(person.division[:9] for person in accounts.wanted(county) if person.role == "village_clerk")
    return sorted(codes, key=lambda code: (code in out, code[:9] != town, code))


def send_late(village: Division, day: datetime.date) -> None:
    """The paper that the bureau had not sent of a village."""
    _say("broadband", [Line(village, answer=True)], day.replace(day=20), day)


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
    """A check of the villages and one of the county by the standards that hold here, once: their shortfalls open."""
    if DivisionRun.objects.exists():
        return
    whole = Division.objects.get(code=f"{county.frame.code}000000")
    for level in OF_PLACES:
        for standard in ours(level, day):
            places.check(standard=standard.code, as_of=day, division=whole, by=None, on=day)
