"""The file of a workbook whose rows go in as they are read.

What stands around the rows is drawn by xlsxwriter, without them: what is above them and all other parts before, what
is below them (it depends on how many they are) once they are written. So a row is put together once and packed once.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from povertycase.exchange.paper_rows import Face, Written, write_rows

# Where the last row stands is not known above the first; a sheet need not say it.
DIMENSION = re.compile(rb"<dimension [^>]*/>")
ROW, ROWS_END = re.compile(rb'<row r="(\d+)"'), b"</sheetData>"
# A third of the usual level's time, for a file a fifth larger.
LEVEL = 2


@dataclass(frozen=True)
class Body:
    """The rows of a sheet: the row they begin at (counted from 0), widths of the columns, those that are joined."""

    rows: Iterable[Sequence[Any]]
    first: int
    widths: Sequence[float]
    joined: Sequence[int]


@dataclass(frozen=True)
class Drawn:
    """A workbook without its rows, and of each sheet that will have some the faces of its columns."""

    parts: ZipFile
    faces: Sequence[Sequence[Face]]

    def halves(self, name: str, first: int) -> tuple[bytes, bytes]:
        """A sheet above and below the rows that begin at `first`."""
        whole = self.parts.read(name)
        below = next((row.start() for row in ROW.finditer(whole) if int(row[1]) > first), whole.index(ROWS_END))
        return DIMENSION.sub(b"", whole[:below], count=1), whole[below:]


def pack(file: IO[bytes], bodies: Sequence[Body], draw: Callable[[Sequence[Written]], Drawn]) -> int:
    """Write a workbook whose first sheets have these rows; returns how many there are.

    draw: the workbook around as many rows; it tells how many there are on a last sheet.
    """
    written = [Written()] * len(bodies)
    drawn = draw(written)
    *names, last = [f"xl/worksheets/sheet{number}.xml" for number in range(1, len(bodies) + 2)]
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=LEVEL) as out:
        for name in drawn.parts.namelist():
            if name not in (*names, last):
                _put(out, name, drawn)
        for at, (name, body) in enumerate(zip(names, bodies, strict=True)):
            with out.open(name, "w") as part:
                part.write(drawn.halves(name, body.first)[0])
                written[at] = write_rows(part.write, body.first, drawn.faces[at], body.widths, body.rows, body.joined)
                drawn = draw(written)
                part.write(drawn.halves(name, body.first)[1])
        _put(out, last, drawn)
    return sum(rows.number for rows in written)


def _put(out: ZipFile, name: str, drawn: Drawn) -> None:
    with out.open(name, "w") as part:
        part.write(drawn.parts.read(name))
