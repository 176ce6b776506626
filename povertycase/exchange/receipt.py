"""The receipt of an import 回执, in sentences."""

from typing import Any

from django.utils.translation import gettext as _

from povertycase import slots
from povertycase.exchange.files import said
from povertycase.models import ImportBatch


def receipt(batch: ImportBatch) -> list[str]:
    """What became of a batch, line by line; empty while it is being read."""
    return summary(batch) + [_sheet_line(title, sheet) for title, sheet in sheets(batch)]


def summary(batch: ImportBatch) -> list[str]:
    """Households and persons in two sentences, before them whether anything changed at all."""
    if batch.state == ImportBatch.State.REFUSED:
        return [refusal(batch)]
    households = batch.counts.get("households")
    if households is None:
        return (
            [_("行：新增 %(new)s，变更 %(changed)s，一致 %(same)s，退回 %(refused)s") % batch.numbers]
            if batch.numbers
            else []
        )
    lines = [
        _("户：新增 %(new)s，变更 %(changed)s，与登记内容一致 %(same)s，退回 %(refused)s") % households,
        _("人口：新增 %(new)s，更正 %(changed)s") % batch.counts["people"],
    ]
    if households.get("left"):
        lines.append(_("没有选中的 %(left)s 户未导入。") % households)
    if households.get("requested"):
        lines.append(_("%(requested)s 户的变更已转为修改申请，待核实、确认后生效。") % households)
    return [_("与登记内容一致，没有变化。"), *lines] if is_unchanged(batch) else lines


def refusal(batch: ImportBatch) -> str:
    """Why a file was refused, in the reader's language; of old batches as it was said then."""
    return said(batch.refusal_words, batch.refusal_params) if batch.refusal_words else batch.refusal


def sheets(batch: ImportBatch) -> list[tuple[str, dict]]:
    """The counts of the batch's sheets by title, in the order of the workbook.

    read: every row below the header; left_out: blank rows, sums and rows that stood twice. What was read is new,
    changed, same, refused, left, requested or left out: no row is in two of them, none in none.
    """
    found = batch.counts.get("sheets", {})
    kind = slots.IMPORT_KINDS.get(batch.kind)
    titles = [sheet.title for sheet in kind.sheets] if kind else list(found)
    return [(title, _added_up(found[title])) for title in titles if title in found]


def _added_up(sheet: dict) -> dict:
    skipped = sum(sheet["skipped"].values())
    read = sheet["rows"] + sheet.get("lost", 0) + skipped
    return {**sheet, "read": read, "left_out": skipped + sheet.get("twins", 0)}


def outcomes(batch: ImportBatch) -> list[tuple[str, Any]]:
    """The columns of the receipt that this batch needs: key and heading. The rare ones stand only where they are."""
    told = [sheet for _title, sheet in sheets(batch)] + [batch.counts.get("households", {})]
    usual = [
        ("new", _("新增")),
        ("changed", _("变更")),
        ("same", _("一致")),
        ("refused", _("退回")),
    ]
    rare = [("left", _("未导入")), ("requested", _("转为申请"))]
    return usual + [(key, label) for key, label in rare if any(one.get(key) for one in told)]


def table(batch: ImportBatch) -> list[dict[str, Any]]:
    """The receipt as a table: households where they are the atom, then every sheet; each line adds up."""
    columns = [key for key, _label in outcomes(batch)]
    households = batch.counts.get("households")
    lines = []
    if households:
        cells = [households.get(key, 0) for key in columns]
        lines.append({"title": _("户（全部工作表）"), "read": sum(cells), "cells": cells, "left_out": None})
    for title, sheet in sheets(batch):
        if "new" in sheet:
            cells = [sheet.get(key, 0) for key in columns]
            lines.append(
                {"title": title, "cells": cells, "read": sheet["read"], "left_out": sheet["left_out"]} | _found(sheet)
            )
    return lines


def _found(sheet: dict) -> dict[str, int]:
    return {key: sheet[key] for key in ("cleaned", "warnings", "errors")}


def is_unchanged(batch: ImportBatch) -> bool:
    """Did the file bring nothing that the register does not hold already?"""
    numbers = batch.numbers
    return bool(numbers.get("same")) and not sum(n for key, n in numbers.items() if key not in ("same", "refused"))


def _sheet_line(title: str, sheet: dict) -> str:
    words = {"title": title, **sheet, "skipped": sheet["left_out"]}
    return (
        _(
            "“%(title)s”：%(rows)s 行，已自动整理 %(cleaned)s 处，提醒 %(warnings)s 处，错误 %(errors)s 处，跳过 %(skipped)s 行（合计、空行等）"
        )
        % words
    )
