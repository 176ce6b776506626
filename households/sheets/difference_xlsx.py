"""The sheet that goes back to another system 回填表: their columns in their order and headings, our values in them."""

import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import override

from households.actions import compare_foreign, reconciliations
from households.actions.compare_foreign import Tables
from households.models import Difference, Reconciliation
from households.sheets.foreign import SHEET
from povertycase.exchange import sent
from povertycase.exchange.columns import Column

BLOCK = 5_000
FATES = {"added": "登记册没有", "found": "一致", **{code: words for code, words in reconciliations.FATES.items()}}


def write(run: Reconciliation, tables: Tables, asked: Mapping[str, Any]) -> bytes:
    """Every row of theirs with our values where we have them, differing cells marked; a second sheet of whom they lack.

    Numbers of persons stay as they were sent: ours leave the house masked.
    """
    buffer = io.BytesIO()
    with (
        override("zh-hans"),
        xlsxwriter.Workbook(buffer, {"constant_memory": True, "strings_to_formulas": False}) as out,
    ):
        _Answer(run, tables, asked, out).write()
    return buffer.getvalue()


class _Answer:
    def __init__(self, run: Reconciliation, tables: Tables, asked: Mapping[str, Any], out: Any) -> None:
        self.run, self.tables, self.asked, self.out = run, tables, asked, out
        told = run.batch.counts["headers"][SHEET.title]
        self.last = told["last_row"]
        self.index = {key: index for key, index, _heading in told["columns"]}
        self.headings = {index: heading for _key, index, heading in told["columns"]}
        self.columns = [column for column in reconciliations.compared(SHEET, run) if not column.secret]
        self.names = {column.key: column.heading for column in SHEET.columns}
        self.differing = compare_foreign.differing(tables)
        self.marked = out.add_format({"bg_color": "#FFEB9C"})
        self.block: dict[int, tuple] = {}
        self.until = 0

    def write(self) -> None:
        """Both sheets."""
        page = self.out.add_worksheet("回填表")
        width = 1 + max(self.index.values(), default=0)
        for row, left, cells in sent.rows(self.run.batch, SHEET.title):
            width = max(width, left + len(cells))
            self._row(page, row, left, cells, width)
        self._lacking(self.out.add_worksheet("对方没有的"))

    def _row(self, page: Any, row: int, left: int, cells: tuple, width: int) -> None:
        known = self._known(row)
        fields = self.differing.get(row, set())
        values = {self.index[column.key]: _cell(column, value) for column, value in self._ours(known)}
        marked = {self.index[field] for field in fields if field in self.index}
        for at, raw in enumerate(cells, start=left):
            own = values.get(at)
            text = raw if own is None else own
            if isinstance(text, str) and text.startswith("\0d"):
                text = text[2:]
            if text != "":
                page.write(row - 1, at, text, self.marked if at in marked else None)
        if row == self.last:
            page.write_string(row - 1, width, "比对结果")
        elif known:
            page.write_string(row - 1, width, self._said(known, fields))

    def _said(self, known: tuple, fields: set[str]) -> str:
        if fields:
            return "不一致：" + "、".join(sorted(self.names[field] for field in fields))
        return FATES[known[1]]

    def _ours(self, known: tuple | None) -> list[tuple[Column, Any]]:
        if not known or known[1] != "found":
            return []
        return [(column, value) for column, value in zip(self.columns, known[2:], strict=True) if value is not None]

    def _known(self, row: int) -> tuple | None:
        """What the register says of a row; read ahead block by block."""
        if row > self.until:
            found = compare_foreign.values(self.tables, self.columns, row, row + BLOCK - 1, **self.asked)
            self.block, self.until = {one[0]: one for one in found}, row + BLOCK - 1
        return self.block.get(row)

    def _lacking(self, page: Any) -> None:
        """Whom the register has and they have not, under their headings."""
        for at, heading in self.headings.items():
            page.write_string(0, at, heading)
        gone = Difference.objects.filter(reconciliation=self.run, kind="gone", gone_on=None).select_related("household")
        for down, one in enumerate(gone.order_by("village_code", "household", "pk").iterator(), start=1):
            for key, text in (
                ("name", one.name),
                ("household_no", one.household.household_no if one.household else ""),
            ):
                if key in self.index:
                    page.write_string(down, self.index[key], text)


def _cell(column: Column, value: Any) -> Any:
    """A value as their workbook would have it: words for codes, ISO days, figures as figures."""
    labels = {str(code): label for code, label in column.choices}
    if isinstance(value, list):
        return "、".join(labels.get(str(one), str(one)) for one in value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if column.choices:
        return labels.get(str(value), str(value))
    if column.type in ("int", "dec"):
        return float(value) if column.type == "dec" else int(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


__all__ = ["write"]
