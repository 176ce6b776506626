"""The rows of a header: which of the first rows belong to it, and what stands over each column, with its group."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from povertycase.exchange.columns import Column, plain_heading

LOOK_AT = 10
Names = Mapping[str, Column]
Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]
# How many headings a row needs to be of the header, by its distance from the row that has most.
NEAR = {-2: 1, -1: 1, 0: 1, 1: 3}
# A group stands over some of the columns; what stands over nearly all of them is a title.
TITLE = 0.8
NUMBERED = re.compile(r"[（(]?\d{1,2}[)）.、．]\s*(?=\S)")
NATIONAL = re.compile(r"[A-Z]{2,3}\d{3}[A-Z]?|\d{3}[A-Z]\d{2}")
COUNTED = re.compile(r"[（(]?(\d+)[)）]?(?:[=＝].*)?")
LETTERED = "甲乙丙丁戊己"
# What a row under the header says of the columns: whether they must be filled, what may stand there.
_WISHES = "必填 选填 非必填 必填项 选填项 可不填 文本 文字 数字 数值 整数 小数 日期 字符 下拉选择 单选 多选"
WISHES = frozenset(_WISHES.split())
UNIT_ABOVE = re.compile(r"单位\s*[:：]\s*([^)）]+)")
UNIT_MARKS = re.compile(r"[、,，/;；\s]+")


@dataclass(frozen=True)
class Rows:
    """The rows of a header, counted from 0: first and last, and what groups stand over a column, row by row.

    hits: how many headings the best row names; groups: (row, column) -> the text of the group it stands under;
    heads: where the groups' own cells stand; names: the rows whose cells are headings.
    """

    first: int
    last: int
    hits: int
    names: tuple[int, ...]
    groups: Mapping[tuple[int, int], str]
    heads: frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Heading:
    """What stands over a column: the whole of it, groups first, and its own cells, the most telling first."""

    index: int
    whole: str
    own: tuple[str, ...]


def spellings(cell: str) -> Iterator[str]:
    """The names a heading's cell may mean: as it stands, without its number, the national code beside it."""
    yield plain_heading(cell)
    yield plain_heading(NUMBERED.sub("", cell, count=1))
    parts = cell.split(" ")
    if len(parts) > 1 and any(NATIONAL.fullmatch(part) for part in parts):
        yield from map(plain_heading, parts)


def meant(names: Names, cell: str) -> Column | None:
    """The declared column that a cell names."""
    return next((names[name] for name in spellings(cell) if name and name in names), None) if cell else None


def rows_of(rows: list[list[str]], names: Collection[str], left: int, merged: Merged) -> Rows | None:
    """The rows of the header among the first ones; None where no row names a column."""
    hits = [sum(any(name in names for name in spellings(cell)) for cell in row if cell) for row in rows]
    if not hits or not max(hits):
        return None
    best = hits.index(max(hits))
    near = {best + away: least for away, least in NEAR.items() if 0 <= best + away < len(rows)}
    named = sorted(row for row, least in near.items() if hits[row] >= least)
    # What stands over nearly all columns is a title.
    widest = TITLE * sum(map(any, zip(*rows[best:], strict=True)))
    groups: dict[tuple[int, int], str] = {}
    heads: set[tuple[int, int]] = set()
    last = best
    for row in range(max(0, best - 2), min(best + 3, len(rows) - 1)):
        spans = [(at, end) for at, end in _spans(rows, row, left, merged) if end - at + 1 < widest]
        under = {at for at, end in spans for at in range(at, end + 1)}
        if row >= best and row + 1 not in named and not _continues(rows, row, under, left, merged):
            break
        heads |= {(row, at) for at, _end in spans}
        groups |= {(row, each): rows[row][at] for at, end in spans for each in range(at, end + 1)}
        if row >= best:
            last = row + 1
    named = sorted({*named, *range(best, last + 1)})
    above = [row for row, _at in groups if row < best]
    while last + 1 < len(rows) and says_nothing(rows[last + 1]):
        last += 1
    return Rows(min([*named, *above]), last, max(hits), tuple(named), groups, frozenset(heads))


def _spans(rows: list[list[str]], row: int, left: int, merged: Merged) -> Iterator[tuple[int, int]]:
    """Cells of a row over several headings, first and last column: merged, or followed by blanks."""
    over, under = rows[row], rows[row + 1]
    # A colon is of a line that says who reports and in which unit.
    if any(":" in text or "：" in text for text in over):
        return
    wide = {start[1] - left: end[1] - left for start, end in merged if start[0] == row and end[1] > start[1]}
    for at, text in enumerate(over):
        if not text or not under[at]:
            continue
        end = min(wide.get(at, at), len(over) - 1)
        while at not in wide and end + 1 < len(over) and not over[end + 1] and under[end + 1]:
            end += 1
        if end > at:
            yield at, end


def _continues(rows: list[list[str]], last: int, grouped: Collection[int], left: int, merged: Merged) -> bool:
    """Does the next row go on with the header: reached by a cell merged downward, or only under groups and blanks?"""
    following = rows[last + 1]
    if any(start[0] <= last < end[0] and left <= start[1] < left + len(following) for start, end in merged):
        return not any(text.isdigit() for text in following)
    filled = [at for at, text in enumerate(following) if text]
    return any(at in grouped for at in filled) and all(not rows[last][at] or at in grouped for at in filled)


def says_nothing(row: list[str]) -> bool:
    """A row under the header that is no data: columns counted from 1, or what must be filled."""
    texts = [text for text in row if text]
    if len(texts) >= 2 and WISHES.issuperset(texts):
        return True
    counted = texts
    while counted and counted[0] in LETTERED:
        counted = counted[1:]
    found = [COUNTED.fullmatch(text) for text in counted]
    return (
        len(texts) >= 3
        and bool(found)
        and [match and match.group(1) for match in found] == [str(n + 1) for n in range(len(found))]
    )


def headings(rows: list[list[str]], block: Rows, left: int) -> list[Heading]:
    """What stands over each column of the file."""
    width = len(rows[0]) if rows else 0
    order = sorted(block.names, key=lambda row: (row != block.names[0], row))
    return [_heading(rows, block, order, at, left) for at in range(width)]


def _heading(rows: list[list[str]], block: Rows, order: list[int], at: int, left: int) -> Heading:
    whole: list[str] = []
    for row in range(block.first, max(block.names) + 1):
        text = block.groups.get((row, at)) or (rows[row][at] if row in block.names else "")
        if text and text not in whole:
            whole.append(text)
    # The cell of a group names all its columns, never the first of them alone.
    own = [rows[row][at] for row in reversed(order) if rows[row][at] and (row, at) not in block.heads]
    return Heading(left + at, " ".join(whole), tuple(own))


def units_above(rows: list[list[str]]) -> list[str]:
    """The units that the rows over the header give for the whole table (单位：万元)."""
    found = [match.group(1) for row in rows for cell in row if (match := UNIT_ABOVE.search(cell))]
    return [unit for text in found for unit in UNIT_MARKS.split(text) if unit]
