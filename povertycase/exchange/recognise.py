"""What kind of workbook a file is: told by the names of its sheets, otherwise by the headings of their columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from povertycase import slots
from povertycase.exchange import files, headers, mapping
from povertycase.exchange.columns import Sheet, plain_heading
from povertycase.exchange.reader import Workbook

# By import kind, sheet and heading what a place's own headings mean (mapping.known_of).
Known = Mapping[str, Mapping[str, Mapping[str, str]]]
NAMES, HEADINGS, CHOSEN = "names", "headings", "chosen"


@dataclass(frozen=True)
class Guess:
    """The kind a file is taken for, and how it was told: by the names of its sheets or by its headings."""

    kind: slots.ImportKind
    how: str


def recognise(name: str, data: bytes, kinds: Iterable[slots.ImportKind], known: Known | None = None) -> Guess | None:
    """The kind of a file among those an account may import; None when none fits. Raises FileRefused for no workbook.

    A workbook whose sheets are called as declared is not opened for that. known: what is remembered of the place.
    """
    kinds, said = list(kinds), known or {}
    names = files.check(name, data)
    if names is not None and (found := _by_names(names, kinds, said)):
        return Guess(found, NAMES)
    with Workbook(name, data) as book:
        names = [sheet for sheet, _visible in book.sheets]
        if found := _by_names(names, kinds, said):
            return Guess(found, NAMES)
        found = _by_headings([row for rows in book.heads(names).values() for row in rows], kinds, said)
    return Guess(found, HEADINGS) if found else None


def _by_names(names: Sequence[str], kinds: list[slots.ImportKind], said: Known) -> slots.ImportKind | None:
    """The kind that most sheets are named after, when no other has as many."""
    called = {plain_heading(name) for name in names}
    hits = {
        kind.code: sum(bool(called & _names_of(sheet, said.get(kind.code, {}))) for sheet in kind.sheets)
        for kind in kinds
    }
    best = max(hits.values(), default=0)
    found = [kind for kind in kinds if best and hits[kind.code] == best]
    return found[0] if len(found) == 1 else None


def _names_of(sheet: Sheet, said: Mapping[str, Mapping[str, str]]) -> set[str]:
    own = {name for name, code in mapping.sheet_names(said).items() if code == sheet.code}
    return {plain_heading(name) for name in (sheet.title, *sheet.synonyms)} | own


def _by_headings(rows: list[list[Any]], kinds: list[slots.ImportKind], said: Known) -> slots.ImportKind | None:
    """The kind with the sheet that a row names most columns of and every column that must be there.

    Of two with as many the one that declares fewer columns: its headings are more of what it is.
    """
    best: tuple[int, int] | None = None
    found = None
    for kind in kinds:
        for sheet in kind.sheets:
            for row in rows:
                if (score := _score(sheet, row, said.get(kind.code, {}).get(sheet.code))) and (
                    best is None or score > best
                ):
                    best, found = score, kind
    return found or _by_most(rows, kinds)


def _score(sheet: Sheet, row: list[Any], said: Mapping[str, str] | None) -> tuple[int, int] | None:
    named = headers.named(sheet, row, said)
    needed = {column.key for column in sheet.columns if column.required or column.key in sheet.keys}
    if not needed <= named or len(named) < min(headers.ENOUGH, len(sheet.columns)):
        return None
    return len(named), -len(sheet.columns)


def _by_most(rows: list[list[Any]], kinds: list[slots.ImportKind]) -> slots.ImportKind | None:
    """Where every kind misses a column (one typing error is enough), the kind of the sheet most headings name.

    Two sheets of one kind put into one are of that kind, and what is wrong with them is said when they are matched.
    """
    likest = headers.likest([sheet for kind in kinds for sheet in kind.sheets], rows)
    found = [kind for kind in kinds if any(sheet in kind.sheets for sheet in likest)]
    return found[0] if len(found) == 1 else None


__all__ = ["CHOSEN", "HEADINGS", "NAMES", "Guess", "recognise"]
