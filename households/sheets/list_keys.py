"""What a foreign list says who it is about: the column of ID numbers, of household numbers, or place and name."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_noop as _

from households.actions.list_fill import MOST_ROWS
from households.queries.list_match import ID, NAME, NUMBER, Asked, Key
from households.sheets.register import HOUSEHOLD, MEMBER
from povertycase.exchange import tables
from povertycase.exchange.cleaning import is_blank
from povertycase.exchange.columns import Column, plain_heading
from povertycase.exchange.files import FileRefused
from povertycase.exchange.findings import letter
from povertycase.exchange.tables import Table
from povertycase.secrets import identity
from povertycase.secrets.identity import IdentityError

LOOK_AT = 10  # rows a heading may stand in
SHORTEST = 15  # figures of an ID number of before 1999
# What an ID number was before a spreadsheet made a figure of it, or nearly one.
_FIGURES = re.compile(r"[0-9]{15,17}[0-9Xx]{0,5}|[0-9](?:\.[0-9]+)?[Ee]\+?1[0-9]")
HEADS = frozenset(map(plain_heading, ("户主", "户主姓名")))


def _names(*columns: Column) -> frozenset[str]:
    return frozenset(name for column in columns for name in column.names())


_NUMBERS = _names(HOUSEHOLD["household_no"])
_IDS = _names(MEMBER["id_number"]) | frozenset(map(plain_heading, ("户主证件号码", "户主身份证号", "户主身份证号码")))
_TOWNS = _names(HOUSEHOLD["town"])
_VILLAGES = _names(HOUSEHOLD["village"]) | frozenset(
    map(plain_heading, ("村委会", "社区", "村社区", "乡镇村", "住址", "地址"))
)
_PEOPLE = _names(MEMBER["name"]) | HEADS


def read(name: str, data: bytes) -> tuple[Key, list[Asked]]:
    """The key of a list and the rows that name somebody. Raises FileRefused for a file that is none."""
    table, key = find(tables.read(name, data, most_rows=MOST_ROWS))
    return key, rows(table, key)


def find(sheets: Sequence[Table]) -> tuple[Table, Key]:
    """The sheet that is a list, and its key: ID numbers before household numbers before names. Raises FileRefused."""
    for look in (_by_id, _by_number, _by_name):
        found = [(table, key, count) for table in sheets for key, count in [look(table)] if key]
        if found:
            table, key, _count = max(found, key=lambda one: one[2])
            return table, key
    raise FileRefused(
        _(
            "没有找到可以查找的列：需要“证件号码”列，或“户编号”列，或“乡镇”“村”加“姓名”列。请补上其中一种，另存后再上传。"
        )
    )


def sheets(name: str, data: bytes) -> list[Table]:
    """The sheets of a file that a list may stand in: those that say something. Raises FileRefused."""
    return [table for table in tables.read(name, data, most_rows=MOST_ROWS) if any(map(any, table.texts))]


def guess(table: Table) -> Key:
    """What a chosen sheet seems to be looked up by; where nothing seems so, names in its first column, to be chosen."""
    try:
        return find([table])[1]
    except FileRefused:
        told = [sum(map(bool, texts)) for texts in table.texts[:LOOK_AT]]
        head = next((row for row, number in enumerate(told) if number >= 2), -1)
        return Key(NAME, table.name, head, head + 1, table.left + table.width, table.left)


def headings(table: Table, key: Key) -> list[tuple[int, str]]:
    """The columns of a list to choose a key from: place, letter and heading."""
    told = [(at, table.text(key.head, at)) for at in range(table.left, table.left + table.width)]
    return [(at, f"{letter(at)}　{text}".strip()) for at, text in told if key.head < 0 or text]


def by_hand(table: Table, key: Key, *, kind: str, column: int, town: int = -1, village: int = -1) -> Key:
    """The key that a person chose in place of the one found; places count for names alone. Raises FileRefused."""
    known = dict(headings(table, key))
    if kind not in (ID, NUMBER, NAME) or column not in known:
        raise FileRefused(_("请选定按哪一列查找。"))
    if kind != NAME:
        town = village = -1
    elif not known.keys() & {town, village}:
        raise FileRefused(_("按姓名查找要有乡镇或村的列，请选定其中一列。"))
    heading = table.text(key.head, column)
    heads_only = kind == NAME and plain_heading(heading) in HEADS
    town, village = (at if at in known else -1 for at in (town, village))
    chosen = Key(
        kind, table.name, key.head, key.head + 1, key.end, column, town, village, heads_only, heading,
    )  # fmt: skip
    if all(asked.refused for asked in rows(table, chosen)):
        raise FileRefused(_("所选的列里没有可以查找的内容，请另选一列。"))
    return chosen


def rows(table: Table, key: Key) -> list[Asked]:
    """Every row of the list that names somebody; totals, signatures and blank rows are not among them."""
    found = []
    for row in range(key.first, len(table.rows)):
        text = table.text(row, key.column)
        if key.kind == NAME:
            text = text.replace(" ", "")
        if is_blank(text):
            if key.kind == ID and _names_somebody(table, row):
                found.append(Asked(row, refused=(_("没有填证件号码"), None)))
            continue
        if text in _TOTALS or _is_note(table, key, row):
            continue
        asked = Asked(row, text, table.text(row, key.town), table.text(row, key.village))
        if key.kind == ID:
            asked.text, asked.refused = _number(text)
        found.append(asked)
    return found


_TOTALS = frozenset(("合计", "总计", "小计", "共计"))
_NOTES = ("填表人", "填报人", "审核人", "负责人", "单位负责人", "备注：", "说明：", "注：", "制表")


def _is_note(table: Table, key: Key, row: int) -> bool:
    """A line under the list: who filled it in, or what it means."""
    first = next((text for at in range(table.left, key.end) if (text := table.text(row, at))), "")
    return first in _TOTALS or first.startswith(_NOTES)


def _names_somebody(table: Table, row: int) -> bool:
    """A row without a number that is a row all the same: two of its cells say something, and it is no total or note."""
    cells = [table.text(row, table.left + at) for at in range(len(table.rows[row]))]
    told = [text for text in cells if text]
    return len(told) >= 2 and not any(text in _TOTALS or text.startswith(_NOTES) for text in told)


def _number(text: str) -> tuple[str, tuple[str, Any] | None]:
    """A cell as a whole ID number, or why it is none."""
    try:
        return identity.read(text).number, None
    except IdentityError as reason:
        return "", (reason.words, reason.params)


# --- finding the key ------------------------------------------------------------------------------------------


def _by_id(table: Table) -> tuple[Key | None, int]:
    """The column with most valid ID numbers; where spreadsheets made figures of all of them, the one headed so."""
    best: tuple[bool, int, int, int] = (False, 0, 0, 0)
    for at in range(table.left, table.left + table.width):
        texts = [text for row in range(len(table.rows)) if (text := table.text(row, at))]
        valid = sum(len(text) >= SHORTEST and identity.is_valid(text) for text in texts)
        shaped = sum(bool(_FIGURES.fullmatch(text)) for text in texts)
        # Household numbers and accounts are as long: without one valid number the heading must say what they are.
        named = valid or any(plain_heading(text) in _IDS for text in texts[:LOOK_AT])
        if named and 2 * max(valid, shaped) >= len(texts) - LOOK_AT:
            # Of equal columns the one whose numbers are all different: a head's number repeats in every member's row.
            best = max(best, (bool(valid), max(valid, shaped), len(set(texts)), -at))
    if not best[1]:
        return None, 0
    at = -best[3]
    looks = [_looks_like_id(table.text(row, at)) for row in range(len(table.rows))]
    first = looks.index(True)
    head = _row_above(table, first, at)
    key = Key(ID, table.name, head, first, table.left + table.width, at, heading=table.text(head, at))
    return key, best[1]


def _looks_like_id(text: str) -> bool:
    return bool(_FIGURES.fullmatch(text)) or len(text) >= SHORTEST and identity.is_valid(text)


def _row_above(table: Table, first: int, at: int) -> int:
    """The row of the headings: the nearest above the first number with words over it and beside it; -1 for none."""
    for row in range(first - 1, max(first - 1 - LOOK_AT, -1), -1):
        told = sum(bool(table.text(row, table.left + place)) for place in range(len(table.rows[row])))
        if table.text(row, at) and told >= 2:
            return row
    return first - 1 if first and any(table.text(first - 1, table.left + n) for n in range(table.width)) else -1


def _by_number(table: Table) -> tuple[Key | None, int]:
    return _headed(table, NUMBER, lambda cells: _place(cells, _NUMBERS), ())


def _by_name(table: Table) -> tuple[Key | None, int]:
    return _headed(table, NAME, lambda cells: _place(cells, _PEOPLE), (_TOWNS, _VILLAGES))


def _headed(
    table: Table, kind: str, find: Callable[[Sequence[str]], int], beside: Iterable[frozenset[str]]
) -> tuple[Key | None, int]:
    """The key by its heading, and how many rows have it; where places are asked for, at least one must be there."""
    for row in range(min(LOOK_AT, len(table.rows))):
        cells = [plain_heading(table.text(row, table.left + at)) for at in range(len(table.rows[row]))]
        at = find(cells)
        if at < 0:
            continue
        places = [_place(cells, names) for names in beside]
        if beside and max(places) < 0:
            continue
        column = table.left + at
        town, village = [table.left + place if place >= 0 else -1 for place in places] or (-1, -1)
        key = Key(
            kind, table.name, row, row + 1, table.left + table.width, column, town, village,
            cells[at] in HEADS, table.text(row, column),
        )  # fmt: skip
        return key, sum(bool(table.text(below, column)) for below in range(row + 1, len(table.rows)))
    return None, 0


def _place(cells: Sequence[str], names: frozenset[str]) -> int:
    """Where a heading of these names stands; -1 for nowhere."""
    return next((at for at, cell in enumerate(cells) if cell in names), -1)
