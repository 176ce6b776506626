"""Reads a workbook in a process of its own, so that a hostile file cannot take the worker's memory or time.

Run as a script (no Django): the workbook comes on stdin behind its length, answers go to stdout as length-framed
marshal records: the sheets; then, for the names asked for, blocks of columns. Dates travel as "\\0d2018-05-01".
"""

import datetime
import io
import json
import marshal
import resource
import struct
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

BLOCK_ROWS = 2_000
PLAIN = {str, float, int, bool}


def main() -> None:
    """Answer one workbook, then end."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    (size,) = struct.unpack("<Q", source.read(8))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(source.read(size)))
        send(sink, ("sheets", [(m.name, m.visible == SheetVisibleEnum.Visible) for m in book.sheets_metadata]))
        for name in json.loads(source.readline() or "[]"):
            for record in read(book, name):
                send(sink, record)
    except PasswordError:
        send(sink, ("error", "password"))
    except MemoryError:
        send(sink, ("error", "too_large"))
    except Exception as reason:
        # Whatever the parser says about a damaged file: the office needs one sentence, not its trace.
        send(sink, ("error", type(reason).__name__))
    send(sink, ("end",))


def read(book: CalamineWorkbook, name: str) -> Iterator[tuple]:
    """One sheet as blocks: ("rows", number of the first row, columns)."""
    sheet = book.get_sheet_by_name(name)
    left = sheet.start[1] if sheet.start else 0
    yield ("sheet", name, left, sheet.height, sheet.width, sheet.merged_cell_ranges)
    rows, first = sheet.iter_rows(), 1
    while block := list(islice(rows, BLOCK_ROWS)):
        yield ("rows", first, [plain(column) for column in zip(*block, strict=True)])
        first += len(block)


def plain(column: tuple) -> list[Any]:
    """A column without values that cannot travel."""
    if set(map(type, column)) <= PLAIN:
        return list(column)
    return [value if type(value) in PLAIN else told(value) for value in column]


def told(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return "\0d" + value.date().isoformat()
    if isinstance(value, datetime.date):
        return "\0d" + value.isoformat()
    return "\0x" + str(value)


def send(sink: BinaryIO, record: tuple) -> None:
    body = marshal.dumps(record, 2)
    sink.write(struct.pack("<Q", len(body)))
    sink.write(body)
    sink.flush()


if __name__ == "__main__":
    main()
