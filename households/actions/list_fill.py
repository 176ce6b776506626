"""名单补列: a list of another office is brought, its people are found, the columns wanted are added to it."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from households.queries import list_match
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
    found = _found(key, asked, day, by)
    return foreign_books.take_in(kind=ForeignBook.LIST, name=name, data=data, found=found, by=by)


def look_again(*, book: ForeignBook, key: Key, asked: Sequence[Asked], day: datetime.date, by: Account) -> None:
    """Find the people by another column; what was decided about rows of one name is asked anew."""
    foreign_books.note(book=book, found=_found(key, asked, day, by), by=by)


def _found(key: Key, asked: Sequence[Asked], day: datetime.date, by: Account) -> dict[str, Any]:
    rows = list_match.match(asked, key, by=by, county=settings.COUNTY, day=day)
    told = {one.row: " ".join(part for part in (one.town, one.village, one.text) if part) for one in asked}
    return {
        "key": asdict(key),
        "rows": [asdict(row) for row in rows],
        # What the list itself says of a row to be decided; of the others nothing is kept.
        "said": {str(row.row): told[row.row] for row in rows if row.outcome == list_match.SEVERAL},
        "chosen": {},
    }


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


@transaction.atomic
def note(*, filled: Filled, columns: Mapping[str, str], households: Sequence[int], by: Account) -> None:
    """The list is given back: how many rows, which columns ({code: label}), whose households; the columns are kept."""
    desk.choose_columns(listing=LISTING, columns=list(columns), by=by)
    params = {"rows": len(filled.rows), "columns": "、".join(columns.values())}
    audit.record("list.filled", by=by, about=str(filled.book.pk), households=households, params=params)


def original(book: ForeignBook) -> bytes:
    """The file as it came. Raises FileRefused when its time is over."""
    return files.load(book.upload)
