"""名单补列: a list of another office is brought, its people are found, the columns wanted are added to it."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from households.queries import fill_columns, list_match
from households.queries.fill_columns import FillColumn, Values
from households.queries.list_match import Asked, Found, Key
from povertycase import audit
from povertycase.actions import desk, foreign_books
from povertycase.exchange import files
from povertycase.models import Account, ForeignBook

LISTING = "list-fill"  # under which the columns chosen last are kept
MOST_ROWS = 5_000


@dataclass(frozen=True)
class Filled:
    """A list with what was found in it. rows: every row that names somebody, in the order of the file."""

    book: ForeignBook
    key: Key
    rows: list[Found]
    chosen: dict[str, int]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows came to which outcome, once the decisions are counted."""
        return dict(Counter(self.decided(row).outcome for row in self.rows))

    @property
    def open(self) -> list[Found]:
        """Rows that several people fit."""
        return [row for row in self.rows if row.outcome == list_match.SEVERAL]

    def decided(self, row: Found) -> Found:
        """The row as somebody decided it: the person chosen stands for the candidates."""
        person = self.chosen.get(str(row.row))
        if row.outcome != list_match.SEVERAL or person not in row.candidates:
            return row
        return Found(row.row, list_match.ONE, person=person)


def take_in(
    *, name: str, data: bytes, key: Key, asked: Sequence[Asked], day: datetime.date, by: Account
) -> ForeignBook:
    """Find the people of a list as far as the account reaches, and keep the list."""
    rows = list_match.match(asked, key, by=by, county=settings.COUNTY, day=day)
    told = {one.row: " ".join(part for part in (one.town, one.village, one.text) if part) for one in asked}
    found = {
        "key": asdict(key),
        "rows": [asdict(row) for row in rows],
        # What the list itself says of a row to be decided; of the others nothing is kept.
        "said": {str(row.row): told[row.row] for row in rows if row.outcome == list_match.SEVERAL},
        "chosen": {},
    }
    return foreign_books.take_in(kind=ForeignBook.LIST, name=name, data=data, found=found, by=by)


def read(book: ForeignBook) -> Filled:
    """The list as it was found and decided so far."""
    found = foreign_books.found(book)
    return Filled(book, Key(**found["key"]), [Found(**row) for row in found["rows"]], dict(found["chosen"]))


def said(book: ForeignBook) -> dict[str, str]:
    """What the list says of the rows to be decided, by row."""
    return dict(foreign_books.found(book)["said"])


def decide(*, book: ForeignBook, chosen: Mapping[str, int], by: Account) -> None:
    """Keep who is meant in these rows, for this list alone; 0 takes a decision back, who is no candidate is ignored."""
    found = foreign_books.found(book)
    known = {str(row["row"]): row["candidates"] for row in found["rows"]}
    kept = {**found["chosen"], **{row: person for row, person in chosen.items() if row in known}}
    found["chosen"] = {row: person for row, person in kept.items() if person in known[row]}
    foreign_books.note(book=book, found=found, by=by)


@dataclass(frozen=True)
class Contents:
    """What is to be written beside the list: the columns, and for each row its cells and the words of its match."""

    key: Key
    columns: Sequence[FillColumn]
    lines: list[tuple[int, list[Any], str]]
    households: list[int]


def contents(filled: Filled, columns: Sequence[FillColumn], *, day: datetime.date, by: Account) -> Contents:
    """The cells of every row, read now: whoever is out of reach by now is not found any more."""
    rows = [filled.decided(row) for row in filled.rows]
    undecided = {row.person for row in rows if row.person and row.household is None}
    homes = {key: row.household_id for key, row in list_match.candidates(undecided, by=by, day=day).items()}
    for row in rows:
        row.household = row.household or homes.get(row.person or 0)
    named = [row for row in rows if row.household]
    known = fill_columns.values(
        by, columns, {row.household or 0 for row in named}, {row.person for row in named if row.person}, day=day
    )
    lines = [_line(row, columns, known) for row in rows]
    return Contents(filled.key, columns, lines, sorted(known.households))


def _line(row: Found, columns: Sequence[FillColumn], known: Values) -> tuple[int, list[Any], str]:
    if row.outcome in list_match.FOUND and row.household not in known.households:
        return row.row, [None] * len(columns), list_match.said()[list_match.NONE]
    return row.row, known.cells(columns, row.household, row.person), list_match.words(row)


@transaction.atomic
def note(*, filled: Filled, contents: Contents, by: Account) -> None:
    """The list is given back: how many rows, which columns, whose households; the columns are kept for next time."""
    desk.choose_columns(listing=LISTING, columns=[column.code for column in contents.columns], by=by)
    params = {"rows": len(contents.lines), "columns": "、".join(column.label for column in contents.columns)}
    audit.record(
        "list.filled", by=by, about=str(filled.book.pk), households=contents.households, params=params
    )  # fmt: skip


def original(book: ForeignBook) -> bytes:
    """The file as it came. Raises FileRefused when its time is over."""
    return files.load(book.upload)
