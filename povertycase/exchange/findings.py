"""What an import found, cell by cell: counted, kept with its place and words, written in one COPY."""

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext, gettext_noop

from povertycase.exchange.cleaning import CLEANED, ERROR, Note, tidy
from povertycase.exchange.columns import Column
from povertycase.models import ImportProblem
from povertycase.secrets import masks
from povertycase.sentences import spoken

# Of what was put right by itself only examples are kept; the receipt gives the number.
EXAMPLES = 20
MAX_VALUE = 60
MAX_SHEET = 40
MAX_PROPOSAL = 200
LONG_NUMBER = re.compile(r"\d{17}[\dXx]\w*|(?<!\d)\d{15}(?!\d)")


@dataclass(frozen=True)
class Place:
    """Where a finding stands: sheet, Excel row, column letter, heading."""

    sheet: str
    row: int | None = None
    letter: str = ""
    heading: str = ""

    def words(self, translate: Callable[[str], str] = str) -> str:
        """Sheet, row and column in words; translate=gettext puts them in the reader's language."""
        where = translate(_PLACES[bool(self.row), bool(self.letter)])
        named = where % {"sheet": self.sheet, "row": self.row, "letter": self.letter}
        return translate(_HEADED) % {"place": named, "heading": self.heading} if self.heading else named


_PLACES = {
    (False, False): gettext_noop("“%(sheet)s”表"),
    (True, False): gettext_noop("“%(sheet)s”表第 %(row)s 行"),
    (False, True): gettext_noop("“%(sheet)s”表 %(letter)s 列"),
    (True, True): gettext_noop("“%(sheet)s”表第 %(row)s 行 %(letter)s 列"),
}
_HEADED = gettext_noop("%(place)s“%(heading)s”")
_FINDING = gettext_noop("%(place)s：%(words)s。")


class Findings:
    """The findings of one batch."""

    def __init__(self) -> None:
        self.rows: list[tuple] = []
        self.refused: set[str] = set()  # household numbers that cannot go in
        self.refused_rows: set[tuple[str, int]] = set()  # (sheet, row), for kinds whose atom is the row
        self.counts: Counter[tuple[str, str]] = Counter()  # (sheet, severity)
        self.kinds: Counter[tuple[str, str, str]] = Counter()  # (sheet, heading, code) of what was put right

    def add(self, place: Place, note: Note, household_no: str = "", value: str = "") -> None:
        """One finding. The value must be masked already where the column is secret."""
        self.counts[place.sheet, note.severity] += 1
        if note.severity == CLEANED:
            self.kinds[place.sheet, place.heading, note.code] += 1
            if self.kinds[place.sheet, place.heading, note.code] > EXAMPLES:
                return
        if note.severity == ERROR and household_no:
            self.refused.add(household_no)
        if note.severity == ERROR and place.row:
            self.refused_rows.add((place.sheet, place.row))
        message = _FINDING % {"place": place.words(), "words": _bare(note.chinese())}
        params = json.dumps(note.params, ensure_ascii=False) if note.params else None
        self.rows.append(
            (
                place.sheet[:MAX_SHEET],
                place.row,
                place.letter,
                place.heading[:60],
                value[:MAX_VALUE],
                note.code,
                note.severity,
            )
            + (message, household_no, note.words, params, note.proposal[:MAX_PROPOSAL])
        )

    def count(self, sheet: str, severity: str) -> int:
        """How many findings of a severity a sheet has."""
        return self.counts[sheet, severity]

    def write(self, batch_id: int) -> None:
        """Replace the batch's findings by these. Runs in the caller's transaction."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM povertycase_importproblem WHERE batch_id = %s", [batch_id])
        self.append(batch_id)

    def append(self, batch_id: int) -> None:
        """Write the findings beside those the batch has."""
        with connection.cursor() as cursor:
            lines = (_line((batch_id, *row)) for row in self.rows)
            cursor.copy_expert(
                'COPY povertycase_importproblem (batch_id, sheet, "row", "column", heading, value, code, severity,'
                " message, household_no, words, params, proposal) FROM STDIN",
                io.BytesIO("".join(lines).encode()),
            )
        self.rows = []


def message(problem: ImportProblem) -> str:
    """A stored finding in the reader's language; one from before its words were kept says what it said then."""
    if not problem.words:
        return problem.message
    place = Place(problem.sheet, problem.row, problem.column, problem.heading).words(gettext)
    return gettext(_FINDING) % {"place": place, "words": words_of(problem)}


def words_of(problem: ImportProblem) -> str:
    """A stored finding without its place, for a table that gives the place in columns of its own."""
    if not problem.words:
        return problem.message
    return _bare(spoken(problem.words, problem.params, gettext))


def _bare(sentence: str) -> str:
    """Without its full stop: the place before it and the stop after it make one sentence of it."""
    return sentence.rstrip("。.")


def shown(column: Column, raw: Any) -> str:
    """A cell's content as a finding may show it: secrets masked, ID numbers in any other column too."""
    if isinstance(raw, float) and column.secret:
        return f"{raw:.3E}"  # as Excel shows it; more digits would be most of the number
    text = tidy(raw)
    if column.secret:
        return masks.mask(column.secret, text)
    return LONG_NUMBER.sub(lambda found: masks.id_number(found.group()), text)[:MAX_VALUE]


def letter(index: int) -> str:
    """The column letter of an index counted from 0: 27 is AB."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_index(letters: str) -> int:
    """The index of a column letter, counted from 0: AB is 27."""
    at = 0
    for character in letters:
        at = at * 26 + ord(character) - 64
    return at - 1


def _line(values: Iterable[Any]) -> str:
    return "\t".join("\\N" if value is None else copy_text(str(value)) for value in values) + "\n"


def copy_text(text: str) -> str:
    """A text as a field of COPY: backslash, tab and line ends escaped, NUL (which PostgreSQL has not) dropped."""
    if text.isprintable() and "\\" not in text:
        return text
    text = text.replace("\\", "\\\\")
    return text.replace("\t", " ").replace("\n", " ").replace("\r", " ").replace("\0", "")


__all__ = ["Findings", "Place", "column_index", "copy_text", "letter", "message", "shown", "words_of"]
