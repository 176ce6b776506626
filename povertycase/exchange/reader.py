"""Reading a workbook block by block from a child process that may die without harm."""

import contextlib
import fcntl
import json
import marshal
import struct
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from django.utils.translation import gettext_noop as _

from povertycase.exchange import child, formats
from povertycase.exchange.files import FileRefused, sheet_of_text

SCRIPT = Path(__file__).with_name("reading_child.py")
# A block of rows fits into the pipe: the child reads on while this process cleans.
PIPE_BYTES = 1024 * 1024
# What the child says of a file it cannot read.
REASONS = {
    "password": formats.LOCKED,
    "encoding": _("文件“%s”的文字编码认不出来，请用 Excel 或 WPS 打开，另存为“.xlsx”后再导入。"),
}


ODD = {
    "broken": formats.BROKEN_INSIDE,
    "entities": formats.ODD_INSIDE,
    "endless_line": _(
        "文件“%(file)s”有一行长过 100 万字，不是表格。请用 Excel 或 WPS 打开核对，另存为“.xlsx”后再导入。"
    ),
    "quotes": _(
        "文件“%(file)s”第 %(row)s 行起有一个引号没有配对，后面的行都并进了一格。请改正引号，或另存为“.xlsx”后再导入。"
    ),
    "too_wide": _("工作表“%(sheet)s”有 %(columns)s 列，超过 %(limit)s 列，不像登记表。请删去右侧用不到的列后再导入。"),
    "lost_cell": _(
        "工作表“%(sheet)s”在离表格很远的地方还有内容（算到 %(rows)s 行、%(columns)s 列），没有读取。请删去多余的行和列后再导入。"
    ),
    "long_cell": _("文件“%(file)s”有一格的内容超过 %(limit)s 字，不像登记表。请改正这一格，或另存为“.xlsx”后再导入。"),
    "too_large": _("文件“%(file)s”的内容过大，读取时超出内存限制，没有导入任何内容。请按乡镇分成几个文件。"),
    "unsaved_formulas": _(
        "工作表“%(sheet)s”有 %(cells)s 格公式没有算出的结果（例如 %(cell)s），这个文件不是由 Excel 或 WPS 保存的。请打开后保存一次再导入。"
    ),
}


@dataclass(frozen=True)
class Block:
    """Rows of a sheet as columns; `first` is the Excel row of the first one, `left` the index of the first column.

    packed: the rows as they came, compressed, to be kept (see unpack).
    """

    first: int
    left: int
    columns: list[list[Any]]
    packed: bytes = b""

    @property
    def height(self) -> int:
        return len(self.columns[0]) if self.columns else 0


@dataclass(frozen=True)
class SheetStart:
    """A sheet before its blocks; merged: ((row, column), (row, column)) pairs counted from 0.

    seen: what stands in it that is no cell: hidden_rows, hidden_columns, comments, from_1904 (its days count from 1904).
    """

    name: str
    height: int
    width: int
    merged: list[tuple[tuple[int, int], tuple[int, int]]]
    seen: Mapping[str, Any] = field(default_factory=dict)


class Workbook:
    """An open workbook: `sheets` is (name, visible); `read(names)` yields SheetStart and Block. Use with `with`.

    blank_formulas: formulas without results are blank cells, as in a form that is still empty, and no reason to refuse.
    """

    def __init__(self, name: str, data: bytes, *, blank_formulas: bool = False) -> None:
        self.name = name
        more = ["blank-formulas"] if blank_formulas else []
        self._child = subprocess.Popen(
            child.command(SCRIPT, *more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child.surroundings(),
        )
        with contextlib.suppress(OSError):
            fcntl.fcntl(self._child.stdout, fcntl.F_SETPIPE_SZ, PIPE_BYTES)  # type: ignore[arg-type]
        try:
            self._write(struct.pack("<Q", len(data)), data)
            # A text file is one sheet without a name of its own.
            self.sheets = [(sheet or sheet_of_text(name), visible) for sheet, visible in self._record()[1]]
        except FileRefused:
            self.close()
            raise

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe:
                pipe.close()
        self._child.wait()

    def heads(self, names: list[str]) -> dict[str, list[list[Any]]]:
        """The first rows of the named sheets, to see what they are. Raises FileRefused as read does."""
        self._ask("heads", names)
        return self._record()[1]

    def read(self, names: list[str]) -> Iterator[SheetStart | Block]:
        """The named sheets one after the other. Raises FileRefused for a damaged or hostile file."""
        self._ask("read", names)
        left = 0
        while (record := self._record())[0] != "end":
            if record[0] == "sheet":
                _kind, name, left, height, width, merged, seen = record
                yield SheetStart(name, height, width, merged or [], seen)
            else:
                yield Block(record[1], left, record[2], self._frame())

    def _ask(self, what: str, names: list[str]) -> None:
        self._write(json.dumps([what, names]).encode() + b"\n")

    def _write(self, *parts: bytes) -> None:
        try:
            for part in parts:
                self._child.stdin.write(part)  # type: ignore[union-attr]
            self._child.stdin.flush()  # type: ignore[union-attr]
        except (BrokenPipeError, OSError) as gone:
            raise self._damaged() from gone

    def _record(self) -> tuple:
        record = marshal.loads(self._frame())
        if record[0] == "error":
            raise self._damaged(record[1], record[2])
        return record

    def _frame(self) -> bytes:
        head = self._child.stdout.read(8)  # type: ignore[union-attr]
        body = self._child.stdout.read(struct.unpack("<Q", head)[0]) if len(head) == 8 else b""  # type: ignore[union-attr]
        if not body:
            raise self._damaged()
        return body

    def _damaged(self, reason: str = "", told: Mapping[str, Any] | None = None) -> FileRefused:
        if reason in REASONS:
            return FileRefused(REASONS[reason], self.name)
        if reason in ODD:
            return FileRefused(ODD[reason], {"file": self.name, **(told or {})})
        return FileRefused(
            _("文件“%s”的内容损坏或异常，读取时中断，没有导入任何内容。请用 Excel 或 WPS 打开、另存后再导入。"),
            self.name,
        )
