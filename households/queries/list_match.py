"""Who the rows of a list are, as far as an account reaches: one question for all rows, nobody is looked up one by one."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from households.choices import MemberEnd
from households.models import HouseholdCard, Membership
from households.queries import places
from povertycase import secrets
from povertycase.exchange.findings import letter
from povertycase.exchange.places import Places, plain, short_village
from povertycase.models import Account

ID, NUMBER, NAME = "id", "number", "name"
ONE, SEVERAL, NONE, DEAD, GONE, ENDED, UNREADABLE = "one", "several", "none", "dead", "gone", "ended", "unreadable"
FOUND = frozenset((ONE, DEAD, GONE, ENDED))  # a household stands behind the row


@dataclass(frozen=True)
class Key:
    """How the rows of a list are looked up. Rows and columns count from 0, as in the sheet; -1 = there is none.

    head: the row of its headings; first: the first row that names somebody; end: the first column behind the list.
    heads_only: the column names heads of households, not anybody.
    """

    kind: str
    sheet: str
    head: int
    first: int
    end: int
    column: int
    town: int = -1
    village: int = -1
    heads_only: bool = False
    heading: str = ""

    @property
    def place(self) -> str:
        """The column as Excel calls it: C."""
        return letter(self.column)


@dataclass
class Asked:
    """A row of the list: who is meant, or why that cannot be read (a Chinese sentence and what stands in it)."""

    row: int
    text: str = ""
    town: str = ""
    village: str = ""
    refused: tuple[str, Any] | None = field(default=None)


@dataclass
class Found:
    """What a row of the list came to: the household and the person meant, or the candidates to choose among.

    why: a Chinese sentence and what stands in it, for a row that cannot be read or a person who left.
    """

    row: int
    outcome: str
    household: int | None = None
    person: int | None = None
    candidates: list[int] = field(default_factory=list)
    why: Any = None


@dataclass(frozen=True)
class Belonging:
    """A membership within reach; current: it holds on the day."""

    person: int
    household: int
    village: str
    head: bool
    current: bool
    since: datetime.date
    end: str


def match(asked: Sequence[Asked], key: Key, *, by: Account, county: str, day: datetime.date) -> list[Found]:
    """What each row means, in the order of the list. A household out of reach is the same as one that is not there."""
    if key.kind == ID:
        return _by_id(asked, by, day)
    if key.kind == NUMBER:
        return _by_number(asked, by)
    return _by_name(asked, key, by, county, day)


def candidates(persons: Iterable[int], *, by: Account, day: datetime.date) -> dict[int, Any]:
    """{person: its current membership with person and card} within reach, to choose among."""
    rows: Any = Membership.objects.visible_to(by).known().true_on(day).filter(person__in=set(persons))
    return {row.person_id: row for row in rows.select_related("person", "household__card")}


def villages(rows: Iterable[Any]) -> dict[str, str]:
    """Town and village of these memberships in words, by village code."""
    codes = {row.household.card.village_code for row in rows}
    named = places.names(codes)
    return {code: f"{named.get(places.town_of(code), '')}{named.get(code, code)}" for code in codes}


def words(found: Found) -> str:
    """The last column 匹配说明, in the language of the page."""
    if found.outcome == SEVERAL:
        return _("重名 %d 人") % len(found.candidates)
    if found.outcome == UNREADABLE and found.why:
        sentence, params = found.why
        return _("未找到：%s") % (_(sentence) % params if params else _(sentence))
    if found.outcome == GONE and found.why:
        return _("已迁出（%s）") % dict(MemberEnd.choices).get(found.why, "")
    return said()[found.outcome]


def said() -> dict[str, str]:
    """The outcomes in words."""
    return {
        ONE: _("唯一"),
        SEVERAL: _("重名"),
        NONE: _("未找到"),
        DEAD: _("已去世"),
        GONE: _("已迁出"),
        ENDED: _("整户自然减少"),
        UNREADABLE: _("未找到"),
    }


def _by_id(asked: Sequence[Asked], by: Account, day: datetime.date) -> list[Found]:
    indexes = {one.row: secrets.blind("id", one.text) for one in asked if not one.refused}
    people: dict[bytes, list[Belonging]] = defaultdict(list)
    for index, member in _belonging(by, day, "person__id_index", set(indexes.values())):
        people[bytes(index)].append(member)
    found = []
    for one in asked:
        if one.refused:
            found.append(Found(one.row, UNREADABLE, why=one.refused))
        else:
            found.append(_standing(one.row, people.get(indexes[one.row], [])))
    return found


def _standing(row: int, known: list[Belonging]) -> Found:
    """One person: where he belongs now; or where he belonged last, and why no longer."""
    if not known:
        return Found(row, NONE)
    last = max(known, key=lambda one: (one.current, one.since))
    if last.current:
        return Found(row, ONE, last.household, last.person)
    if last.end == MemberEnd.DEATH:
        return Found(row, DEAD, last.household, last.person)
    return Found(row, GONE, last.household, last.person, why=last.end)


def _by_number(asked: Sequence[Asked], by: Account) -> list[Found]:
    cards: Any = HouseholdCard.objects.visible_to(by).filter(household_no__in={one.text for one in asked})
    known = {no: (key, members) for no, key, members in cards.values_list("household_no", "pk", "member_count")}
    found = []
    for one in asked:
        key, members = known.get(one.text, (None, 0))
        found.append(Found(one.row, NONE if key is None else ONE if members else ENDED, key))
    return found


def _by_name(asked: Sequence[Asked], key: Key, by: Account, county: str, day: datetime.date) -> list[Found]:
    people: dict[str, list[Belonging]] = defaultdict(list)
    for name, member in _belonging(by, day, "person__name", {one.text for one in asked}):
        people[name].append(member)
    prefixes = _Prefixes(Places(county, day, None))
    found = []
    for one in asked:
        inside = prefixes.of(one.town, one.village)
        known = [each for each in people.get(one.text, []) if each.village.startswith(inside)] if inside else []
        found.append(_named(one.row, known, key.heads_only))
    return found


def _named(row: int, known: list[Belonging], heads_only: bool) -> Found:
    """The only person of a name, or who it may be; those who left count only where nobody of the name is left."""
    current = [one for one in known if one.current]
    if heads_only and any(one.head for one in current):
        current = [one for one in current if one.head]
    persons = sorted({one.person for one in current})
    if len(persons) > 1:
        return Found(row, SEVERAL, candidates=persons)
    if not persons and len({one.person for one in known}) > 1:
        return Found(row, NONE)
    return _standing(row, current or known)


def _belonging(by: Account, day: datetime.date, field: str, wanted: set[Any]) -> list[tuple[Any, Belonging]]:
    """The memberships of these people within reach, each with the value it was found by."""
    rows: Any = Membership.objects.visible_to(by).known().filter(**{f"{field}__in": wanted}, true_from__lte=day)
    cells = rows.values_list(
        field, "person_id", "household_id", "household__card__village_code", "relation", "true_from", "true_to",
        "end_reason",
    )  # fmt: skip
    return [
        (value, Belonging(person, home, village or "", relation == "head", to is None or to >= day, since, end))
        for value, person, home, village, relation, since, to, end in cells
    ]


class _Prefixes:
    """What the place of a row means, as the beginnings of village codes; read once for each pair of names."""

    def __init__(self, divisions: Places) -> None:
        self.places = divisions
        self.kept: dict[tuple[str, str], tuple[str, ...]] = {}

    def of(self, town: str, village: str) -> tuple[str, ...]:
        """The prefixes inside which the person must live; none where the place is not of this county."""
        if (town, village) not in self.kept:
            self.kept[town, village] = self._read(town, village)
        return self.kept[town, village]

    def _read(self, town: str, village: str) -> tuple[str, ...]:
        if town and village:
            code = self.places.match(town, village).code or self.places.by_text(village)
            return (code,) if code else ()
        if village:
            return self._village_alone(village)
        return tuple(self.places.towns.get(plain(town), ()))

    def _village_alone(self, village: str) -> tuple[str, ...]:
        code = self.places.by_text(village)
        if code:
            return (code,)
        named = [codes for (_town, name), codes in self.places.exact.items() if name == plain(village)]
        named = named or [codes for (_town, name), codes in self.places.short.items() if name == short_village(village)]
        return tuple(sorted({code for codes in named for code in codes}))
