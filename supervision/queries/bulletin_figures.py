"""The figures of a bulletin from its three sheets, checked against the form's identities."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from povertycase import jobs
from povertycase.models import Division, SheetTable
from povertycase.rules.aggregate import aggregate
from supervision.queries.bulletin_rules import BulletinRules

SUBJECTS = ("household", "village", "pairing")

COUNTY, TOWN, VILLAGE = 6, 9, 12  # significant digits of a division's code

Cells = dict[str, Any]
# They end the job that counts: said in the office's words, told in the reader's language.
_NOBODY = jobs.ending(gettext_noop("%(month)s 没有在册的建档立卡户和行政村，请核对月份，或先导入登记表。"))
_BROKEN = jobs.ending(gettext_noop("%(place)s的数字不符合勾稽关系“%(identity)s”，通报没有生成，请联系管理员。"))


class FiguresError(Exception):
    """Figures that must not be shown: the sentence says which identity broke where, or that there is nothing."""


def figures(rules: BulletinRules, sheets: Mapping[str, SheetTable]) -> dict[str, Any]:
    """{"rows": [{"code", "level", "name", "cells"}, …]}: the whole first, then towns, each with its villages, by code.

    The whole is recomputed over the towns of the table, never a mean. Raises FiguresError.
    """
    found = _counted(rules, sheets)
    towns = [code for code in found if _level(code) == "town" and _stands(rules, found[code])]
    if not towns:
        raise FiguresError(_NOBODY % {"month": str(rules.month)})
    names = dict(Division.objects.filter(code__startswith=towns[0][:4]).values_list("code", "name"))
    rows = [_row(rules, "whole", rules.division_code, _whole(rules, found, towns), names)]
    for town in towns:
        rows.append(_row(rules, "town", town, found[town], names))
        inside = [code for code in found if code.startswith(town[:TOWN]) and _level(code) == "village"]
        rows += [_row(rules, "village", code, found[code], names) for code in inside if _stands(rules, found[code])]
    return {"rows": rows}


def of_level(figures: Mapping[str, Any], level: str, inside: str = "") -> list[dict[str, Any]]:
    """The rows of one level (whole, town, village), inside a division prefix."""
    return [row for row in figures["rows"] if row["level"] == level and row["code"].startswith(inside)]


def row_of(figures: Mapping[str, Any], code: str) -> dict[str, Any] | None:
    """The row of one division, by its 12-digit code."""
    return next((row for row in figures["rows"] if row["code"] == code), None)


def prefix_of(row: Mapping[str, Any]) -> str:
    """The digits that every village code of a row begins with."""
    code = row["code"]
    return code[: {"town": TOWN, "village": VILLAGE}.get(_level(code), COUNTY)]


def _level(code: str) -> str:
    if code[COUNTY:] == "000000":
        return "county"
    return "town" if code[TOWN:] == "000" else "village"


def _counted(rules: BulletinRules, sheets: Mapping[str, SheetTable]) -> dict[str, Cells]:
    """Every indicator for every division that any sheet knows, by code."""
    found: dict[str, Cells] = {}
    for subject in SUBJECTS:
        items = [item.counted() for item in rules.of_subject(subject).values()]
        for code, cells in aggregate(sheets[subject], items, given=rules.given).items():
            full = found.setdefault(code, dict.fromkeys(rules.indicators, 0))
            full.update((name, int(value)) for name, value in cells.items())
    return dict(sorted(found.items()))


def _stands(rules: BulletinRules, cells: Cells) -> bool:
    return any(cells[code] for code in rules.form.body["rows_where"])


def _whole(rules: BulletinRules, found: Mapping[str, Cells], towns: list[str]) -> Cells:
    """合计: sums over the towns of the table; what is counted once each (a helper in two towns) over everything."""
    return {
        code: found[rules.division_code][code] if item.counts_once else sum(found[town][code] for town in towns)
        for code, item in rules.indicators.items()
    }


def _row(rules: BulletinRules, level: str, code: str, cells: Cells, names: Mapping[str, str]) -> dict[str, Any]:
    if broken := rules.form.broken(cells):
        raise FiguresError(_BROKEN % {"place": names.get(code, code), "identity": broken[0]})
    return {"code": code, "level": level, "name": names.get(code, code), "cells": rules.form.with_rates(cells)}
