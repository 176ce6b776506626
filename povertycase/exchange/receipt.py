"""The receipt of an import 回执, in sentences."""

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
        return []
    lines = [
        _("户：新增 %(new)s，变更 %(changed)s，与登记内容一致 %(same)s，退回 %(refused)s") % households,
        _("人口：新增 %(new)s，更正 %(changed)s") % batch.counts["people"],
    ]
    return [_("与登记内容一致，没有变化。"), *lines] if is_unchanged(batch) else lines


def refusal(batch: ImportBatch) -> str:
    """Why a file was refused, in the reader's language; of old batches as it was said then."""
    return said(batch.refusal_words, batch.refusal_params) if batch.refusal_words else batch.refusal


def sheets(batch: ImportBatch) -> list[tuple[str, dict]]:
    """The counts of the batch's sheets by title, in the order of the workbook."""
    found = batch.counts.get("sheets", {})
    kind = slots.IMPORT_KINDS.get(batch.kind)
    titles = [sheet.title for sheet in kind.sheets] if kind else list(found)
    return [
        (title, {**found[title], "left_out": sum(found[title]["skipped"].values())})
        for title in titles
        if title in found
    ]


def is_unchanged(batch: ImportBatch) -> bool:
    """Did the file bring nothing that the register does not hold already?"""
    households = batch.counts.get("households", {})
    return bool(households.get("same")) and not (households["new"] + households["changed"])


def _sheet_line(title: str, sheet: dict) -> str:
    words = {"title": title, **sheet, "skipped": sheet["left_out"]}
    return (
        _(
            "“%(title)s”：%(rows)s 行，已自动整理 %(cleaned)s 处，提醒 %(warnings)s 处，错误 %(errors)s 处，跳过 %(skipped)s 行（合计、空行等）"
        )
        % words
    )
