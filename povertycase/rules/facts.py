"""Facts 指标事实: what can be known about a subject on a date, each declared once (house.md section 2).

A source is one SELECT over one table (or one join); a fact is an expression over it. A fact sheet joins each source
once, however many facts are taken from it. NULL always means 未知 (not known), never "no".

SQL of a source and of a fact may use the parameters %(as_of)s %(known_on)s %(period_start)s %(period_end)s and
%(lo)s %(hi)s (range of subject ids; a literal per cent sign is written %%), and three abbreviations:
    {within:column}  the ids that are asked for: lo..hi, and only the chosen ones when a population is given
    {known:alias}    the row was recorded by known_on and not superseded by then
    {chosen}         TRUE where a population or a division narrows the range, so that only some of its ids are asked
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from povertycase import slots
from povertycase.slots import Slot

TYPES = {"int": "integer", "numeric": "numeric", "bool": "boolean", "text": "text", "date": "date"}

_WITHIN = re.compile(r"\{within:([\w.]+)\}")
_KNOWN = re.compile(r"\{known:(\w+)\}")
PREFIX = re.compile(r"\{prefix:([\w.]+)\}")
_FACT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Source:
    """One SELECT that facts read.

    Plain source: `sql` gives subject_id and columns, one row a subject; facts name them `code.column`.
    Grouped source (`group` names a column of `sql`): `sql` gives many rows a subject, facts are aggregates over
    them, evaluated together in one GROUP BY; a subject without rows gets the fact's `empty`.
    label: the papers or tables it reads, as the office calls them.
    """

    code: str
    subject: str
    sql: str
    group: str = ""
    label: Any = ""


@dataclass(frozen=True)
class Fact:
    """One thing that can be known about a subject.

    type: int | numeric | bool | text | date. unknown: what NULL means, in the office's words.
    supplier: who supplies it (由谁报、谁认定). choices: the code list of a text fact.
    A fact without source is computed from other facts, named {code} in its sql.
    """

    code: str
    label: Any
    subject: str
    type: str
    sql: str
    source: str = ""
    unit: Any = ""
    unknown: Any = ""
    supplier: Any = ""
    choices: tuple[tuple[Any, Any], ...] = ()
    empty: str = ""
    order: int = 0
    private: bool = False  # an amount that only AMOUNT_VIEW may see beside the line (county-officer.md E-13)

    def value_label(self, value: Any) -> Any:
        """A value as staff read it: the label of its code, otherwise itself."""
        return dict(self.choices).get(value, value)


@dataclass(frozen=True)
class Subject:
    """A kind of thing that sheets are made of.

    base: code of the plain source that says which subjects exist on the date; it must give subject_id and
    division_code (12 digits, text). ids: SELECT of all subject ids whatever the date (column subject_id);
    ids_within: the same inside a division, restricted by {prefix:column}. labels: facts that every sheet carries, so
    that a frozen sheet reads by itself.
    """

    code: str
    base: str
    ids: str
    ids_within: str
    labels: tuple[str, ...] = ()
    order: int = field(default=0)


SOURCES: Slot[Source] = Slot("fact sources")
SUBJECTS: Slot[Subject] = Slot("fact subjects")


@dataclass(frozen=True)
class Asked:
    """What a sheet is asked for: the day it is true on, the moment it was known, the reporting period."""

    as_of: datetime.date
    known_on: datetime.datetime
    period_start: datetime.date
    period_end: datetime.date

    @classmethod
    def on(
        cls,
        as_of: datetime.date,
        known_on: datetime.datetime,
        period: tuple[datetime.date, datetime.date] | None = None,
    ) -> "Asked":
        """With the calendar month up to as_of as its period unless one is given."""
        start, end = period or (as_of.replace(day=1), as_of)
        return cls(as_of, known_on, start, end)

    def params(self, lo: int, hi: int) -> dict[str, Any]:
        """The parameters of every source, for the subject ids lo..hi."""
        return {
            "as_of": self.as_of,
            "known_on": self.known_on,
            "period_start": self.period_start,
            "period_end": self.period_end,
            "lo": lo,
            "hi": hi,
        }


def moment() -> datetime.datetime:
    """Now by the database's own clock: what this transaction has written so far is known by then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime.datetime = cursor.fetchone()[0]
    return found


def register(subjects: Iterable[Subject] = (), sources: Iterable[Source] = (), facts: Iterable[Fact] = ()) -> None:
    """Put an app's declarations into the slots (called by its registry module)."""
    for subject in subjects:
        SUBJECTS.add(subject)
    for source in sources:
        SOURCES.add(source)
    for fact in facts:
        if fact.type not in TYPES:
            raise ValueError(f"{fact.code}: unknown type {fact.type}")
        slots.FACTS.add(fact)


def get(code: str) -> Fact:
    """The fact of this code. Raises KeyError with the sentence that staff read."""
    fact = slots.FACTS.get(code)
    if fact is None:
        raise KeyError(f"没有名为“{code}”的指标事实，请对照“规则 › 指标事实”改正。")
    return fact


def of_subject(subject: str) -> list[Fact]:
    """All facts of a subject, in their order."""
    return [fact for fact in slots.FACTS if fact.subject == subject]


def expand(sql: str, chosen: bool = False) -> str:
    """The abbreviations of a source written out; `chosen` also restricts to the ids of the CTE `chosen`."""
    among = r"\1 BETWEEN %(lo)s AND %(hi)s"
    if chosen:
        among += r" AND \1 IN (SELECT subject_id FROM chosen)"
    sql = _WITHIN.sub(among, sql).replace("{chosen}", "TRUE" if chosen else "FALSE")
    return _KNOWN.sub(
        r"\1.recorded_at <= %(known_on)s AND (\1.superseded_at IS NULL OR \1.superseded_at > %(known_on)s)", sql
    )


def needed(codes: Iterable[str]) -> list[str]:
    """The facts named, plus those they are computed from, without doubles, in the order met."""
    found: dict[str, None] = {}
    for code in codes:
        for inner in _FACT.findall(get(code).sql) if not get(code).source else ():
            found.update(dict.fromkeys(needed([inner])))
        found[code] = None
    return list(found)


def expression(code: str) -> str:
    """The SQL of a fact over the joined sources of a sheet."""
    fact = get(code)
    if not fact.source:
        return f"({_FACT.sub(lambda found: f'({expression(found[1])})', fact.sql)})"
    if SOURCES[fact.source].group:
        column = f"{fact.source}.{fact.code}"
        return f"coalesce({column}, {fact.empty})" if fact.empty else column
    return fact.sql


def numeric_sql(code: str, column: str) -> str:
    """A value as the number a verdict keeps: codes as their place in the list, truth as 1/0, days as yyyymmdd."""
    fact = get(code)
    if fact.type == "bool":
        return f"({column})::int"
    if fact.type == "date":
        return f"to_char({column}, 'YYYYMMDD')::numeric"
    if fact.type == "text":
        places = "ARRAY[" + ",".join(f"'{value}'" for value, _label in fact.choices) + "]::text[]"
        return f"array_position({places}, {column})"
    return column


def from_number(code: str, number: Any) -> Any:
    """The value again that `numeric_sql` made a number of."""
    fact = get(code)
    if number is None or fact.type == "numeric":
        return number
    if fact.type == "bool":
        return bool(number)
    if fact.type == "date":
        return datetime.datetime.strptime(str(int(number)), "%Y%m%d").date()
    if fact.type == "text":
        return fact.choices[int(number) - 1][0]
    return int(number)
