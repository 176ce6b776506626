"""Reading the figures of bureaus 部门数据: what is there of the county and of each village, and what is missing."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from households.facts import figures
from households.facts.figures import FIGURES, Figure, Said
from povertycase import periods
from povertycase.models import Account, Division
from povertycase.rules import words


def towns(account: Account) -> list[Division]:
    """The townships of which the account may enter figures of villages, in code order."""
    found = Division.objects.filter(level=Division.Level.TOWN, valid_to=None).order_by("code")
    return [town for town in found if _within(account, town)]


def counties(account: Account) -> list[Division]:
    """The county, for who reaches the whole of it."""
    found = Division.objects.filter(level=Division.Level.COUNTY, valid_to=None).order_by("code")
    return [county for county in found if _within(account, county)]


def villages(town: Division) -> list[Division]:
    """The villages of a township that are no mere numbers of an institution, in code order."""
    found = Division.objects.filter(level=Division.Level.VILLAGE, parent=town, valid_to=None, is_virtual=False)
    return list(found.order_by("code"))


def of_county(county: Division, as_of: datetime.date) -> list[dict[str, Any]]:
    """Every figure asked of the county, with what is in force on the day or nothing."""
    said = figures.said([county.code], as_of=as_of, known_on=periods.now())[county.code]
    return [
        {"figure": figure, "said": said.get(figure.code), "words": shown(figure, said.get(figure.code))}
        for figure in FIGURES.values()
        if "county" in figure.levels
    ]


def of_villages(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """Every figure asked of villages: of how many it is there, by township, with those that miss it counted."""
    places = {town.code: villages(town) for town in towns(account)}
    codes = [village.code for found in places.values() for village in found]
    said = figures.said(codes, as_of=as_of, known_on=periods.now())
    rows = []
    for figure in FIGURES.values():
        if "village" in figure.levels:
            there = sum(figure.code in said[code] for code in codes)
            rows.append({"figure": figure, "there": there, "missing": len(codes) - there, "whole": len(codes)})
    return rows


def of_places(figure: Figure, places: list[Division], as_of: datetime.date) -> list[dict[str, Any]]:
    """One figure of several places: what is in force on the day, in words."""
    said = figures.said([place.code for place in places], as_of=as_of, known_on=periods.now())
    return [
        {
            "place": place,
            "said": said[place.code].get(figure.code),
            "words": shown(figure, said[place.code].get(figure.code)),
        }
        for place in places
    ]


def shown(figure: Figure, said: Said | None) -> str:
    """A figure as staff read it: 97.50%, 3 个, 是; empty where nobody has said it."""
    if said is None or said.value is None:
        return ""
    if figure.kind == "share":
        return f"{words.number(said.value)}%"
    return words.with_unit(said.value, figure.unit)


def cells(figure: Figure, said: Said | None) -> list[str]:
    """The figure as it is typed: numerator and denominator, an amount, 是 or 否; empty cells where nothing is said."""
    if figure.kind == "share":
        return ["" if said is None else _plain(number) for number in _pair(said)]
    if said is None or said.value is None:
        return [""]
    if figure.kind == "answer":
        return [_("是") if said.value else _("否")]
    return [_plain(said.value)]


def _pair(said: Said | None) -> tuple[Any, Any]:
    return (said.numerator, said.denominator) if said else (None, None)


def _plain(number: Any) -> str:
    """Without an exponent and needless zeros."""
    return "" if number is None else f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def _within(account: Account, place: Division) -> bool:
    return any(
        extent.kind == "everything" or (extent.kind == "divisions" and place.prefix.startswith(extent.prefix))
        for extent in account.extents()
    )
