"""The register as rows for paper: the cells of many households or persons as they stand on a day.

One query a part and slice of households: latest rows of dated parts, intervals in force, members with their condition.
Nothing is asked that no chosen column shows; a county passes by slice by slice.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Max, Min, Q, QuerySet, Value

from households.models import (
    Cause,
    Household,
    HouseholdCard,
    HouseholdStatus,
    HousingAppraisal,
    Income,
    LivingObservation,
    Membership,
    Pairing,
    PersonCondition,
    Residence,
    WaterAppraisal,
)
from households.queries import places
from povertycase import secrets
from povertycase.secrets import SecretError, masks

SLICE = 250
PEOPLE = ("member", "condition")  # parts of a person; all others are the household's


@dataclass(frozen=True)
class Cell:
    """Where the value of a column comes from: the part, its field, and how it is shown.

    labels: of stored values, what is not in it stays; show: from the stored value to the cell; kind: id | phone | bank
    for sealed numbers, whose field is the ciphertext and `index` its blind index.
    """

    part: str
    field: str
    labels: Mapping[Any, Any] | None = None
    show: Callable[[Any], Any] | None = None
    kind: str = ""
    index: str = ""


@dataclass(frozen=True)
class How:
    """How cells are read: as of which day; clear: sealed numbers as they are; health: may disability be read?"""

    as_of: datetime.date
    clear: bool = False
    health: bool = True


@dataclass(frozen=True)
class Events:
    """What happened to households, a row each: the part that their cells name, the rows, the order inside a household."""

    part: str
    rows: QuerySet
    sort: tuple[str, ...] = ("pk",)


def lines(
    cards: QuerySet[HouseholdCard], cells: Sequence[Cell], how: How, *, people: bool, events: Events | None = None
) -> Iterator[list[Any]]:
    """The cells of every household (of every member, `people`; of every event) in the cards' order; the card's key last."""
    keys = cards.values_list("pk", flat=True).iterator(chunk_size=SLICE)
    while part := list(islice(keys, SLICE)):
        yield from of_keys(part, cells, how, people=people, events=events)


def of_keys(
    keys: Sequence[int], cells: Sequence[Cell], how: How, *, people: bool, events: Events | None = None
) -> Iterator[list[Any]]:
    """The cells of these households in this order."""
    asked: dict[str, list[Cell]] = {}
    for cell in cells:
        asked.setdefault(cell.part, []).append(cell)
    inner = (events.part,) if events else PEOPLE
    order = _order(asked, cells, inner)
    home_parts = [name for name in asked if name not in inner]
    empty = {name: (None,) * len(found) for name, found in asked.items()}
    homes = {name: READERS[name](keys, asked[name], how) for name in home_parts}
    if events:
        members = _events(events, keys, asked.get(events.part, []), how)
    else:
        members = _members(keys, asked.get("member", []), how) if people else {}
    conditions = _conditions(members, asked.get("condition", []), how) if "condition" in asked else {}
    for key in keys:
        home: tuple = ()
        for name in home_parts:
            home += homes[name].get(key, empty[name])
        for who, cells_of_member in members.get(key, ()) if people or events else ((0, ()),):
            row = home + cells_of_member
            if "condition" in asked:
                row += conditions.get(who, empty["condition"])
            yield [*order(row), key]


def _order(
    asked: dict[str, list[Cell]], cells: Sequence[Cell], inner: tuple[str, ...]
) -> Callable[[tuple], Iterable[Any]]:
    """From the cells part by part to the order in which the columns were chosen; what differs in a household last."""
    parts = [name for name in asked if name not in inner] + [name for name in inner if name in asked]
    place = {id(cell): at for at, cell in enumerate(cell for name in parts for cell in asked[name])}
    wanted = [place[id(cell)] for cell in cells]
    if wanted == list(range(len(wanted))):
        return lambda row: row
    return itemgetter(*wanted) if len(wanted) > 1 else lambda row: (row[wanted[0]],)


class OneOf(Func):
    """name = ANY(keys): thousands of keys as one parameter, where IN would carry each."""

    template, arg_joiner = "(%(expressions)s))", " = ANY("

    def __init__(self, name: str, keys: Sequence[int]) -> None:
        array = Value(list(keys), output_field=ArrayField(BigIntegerField()))
        super().__init__(F(name), array, output_field=BooleanField())


# --- reading the parts ------------------------------------------------------------------------------------

Part = dict[Any, tuple]
Reader = Callable[[Sequence[int], Sequence[Cell], How], Part]


def _shown(rows: Iterable[tuple], cells: Sequence[Cell], how: How, *, keys: int = 1) -> list[tuple[tuple, tuple]]:
    """Key and cells of rows that begin with their keys, then the cells' fields one by one (two for a sealed number).

    Column by column: a label is looked up a million times in a county.
    """
    columns = list(zip(*rows, strict=True))
    if not columns:
        return []
    at = keys
    told: list[Sequence[Any]] = []
    for cell in cells:
        if cell.kind:
            told.append([opened(cell.kind, *pair, how) for pair in zip(columns[at], columns[at + 1], strict=True)])
        elif cell.labels is not None:
            told.append(list(map(cell.labels.get, columns[at], columns[at])))
        elif cell.show is not None:
            told.append([None if value is None else cell.show(value) for value in columns[at]])
        else:
            told.append(columns[at])
        at += 2 if cell.kind else 1
    shown = zip(*told, strict=True) if told else ((),) * len(columns[0])
    return list(zip(zip(*columns[:keys], strict=True), shown, strict=True))


def _fields(cells: Sequence[Cell]) -> list[str]:
    return [name for cell in cells for name in ((cell.field, cell.index) if cell.kind else (cell.field,))]


def opened(kind: str, sealed: Any, index: Any, how: How) -> str | None:
    """A sealed number, masked or clear; the digits of a disability certificate beyond an ID's are health data."""
    if not sealed or not index:
        return None
    try:
        clear = secrets.open(kind, sealed, index)  # type: ignore[arg-type]
    except SecretError:
        return None
    clear = clear if how.health or kind != "id" else clear[:18]
    return clear if how.clear else masks.mask(kind, clear)


def _last(model: Any) -> Reader:
    """The row in force of a dated part."""

    def read(keys: Sequence[int], cells: Sequence[Cell], how: How) -> Part:
        found = model.objects.latest_as_of(how.as_of).filter(OneOf("household_id", keys))
        rows = found.values_list("household", *_fields(cells))
        return {key: told for (key,), told in _shown(rows, cells, how)}

    return read


def _household(keys: Sequence[int], cells: Sequence[Cell], how: How) -> Part:
    rows = Household.objects.filter(OneOf("pk", keys)).values_list("pk", *_fields(cells))
    return {key: told for (key,), told in _shown(rows, cells, how)}


def _card(keys: Sequence[int], cells: Sequence[Cell], how: How) -> Part:
    """Number, place and head of a household; `county`, `town` and `village` are names."""
    stored = [cell.field if cell.field not in ("county", "town", "village") else "village_code" for cell in cells]
    rows = list(HouseholdCard.objects.filter(OneOf("pk", keys)).values_list("pk", "village_code", *stored))
    names = places.names(row[1] for row in rows)
    counties = {row[1][:6].ljust(12, "0") for row in rows} if any(cell.field == "county" for cell in cells) else set()
    names |= places.names(counties)
    found: Part = {}
    for key, village, *values in rows:
        named = {"village": village, "town": f"{village[:9]}000", "county": village[:6].ljust(12, "0")}
        found[key] = tuple(
            names.get(named[cell.field], "") if cell.field in named else told_of(cell, value)
            for cell, value in zip(cells, values, strict=True)
        )
    return found


def told_of(cell: Cell, value: Any) -> Any:
    """One value as its cell shows it."""
    if cell.labels is not None:
        return cell.labels.get(value, value)
    return value if cell.show is None or value is None else cell.show(value)


def _causes(keys: Sequence[int], cells: Sequence[Cell], how: How) -> Part:
    """`main` and `others`, the others with 、 between them."""
    rows = Cause.objects.known().true_on(how.as_of).filter(OneOf("household_id", keys))
    main, others = {}, {}
    for key, code, is_main in rows.order_by("true_from", "pk").values_list("household", "code", "is_main"):
        if is_main:
            main[key] = code
        else:
            others.setdefault(key, []).append(code)
    found = {"main": main, "others": others}
    return {
        key: tuple(told_of(cell, found[cell.field].get(key)) for cell in cells)  # type: ignore[attr-defined]
        for key in main.keys() | others.keys()
    }


def _first_days(keys: Sequence[int], cells: Sequence[Cell], how: How) -> Part:
    """Since when: registered, planned, exited, relapsed; the days the steps of a household's status began."""
    known = HouseholdStatus.objects.known().filter(OneOf("household_id", keys), true_from__lte=how.as_of)
    days = {
        "registered": Min("true_from"),
        "planned": Min("true_from", filter=Q(planned_exit_year__isnull=False)),
        "exited": Min("true_from", filter=Q(exit_year__isnull=False)),
        "relapsed": Min("true_from", filter=Q(relapse_year__isnull=False)),
        "last": Max("true_from"),
    }
    rows = known.order_by().values("household").annotate(**days)
    return {row["household"]: tuple(told_of(cell, row[cell.field]) for cell in cells) for row in rows}


def _helpers(keys: Sequence[int], cells: Sequence[Cell], how: How) -> Part:
    """The first helper in force."""
    rows = Pairing.objects.known().true_on(how.as_of).filter(OneOf("household_id", keys))
    ordered = rows.order_by("-place", "true_from", "pk").values_list("household", *_fields(cells))
    return {key: told for (key,), told in _shown(ordered, cells, how)}


def _members(keys: Sequence[int], cells: Sequence[Cell], how: How) -> dict[int, list[tuple[int, tuple]]]:
    """Person and cells of the members in force, by household: the head first, then by age."""
    rows = Membership.objects.known().true_on(how.as_of).filter(OneOf("household_id", keys)).order_by()
    listed = rows.values_list("household", "person", "relation", "person__birth_date", *_fields(cells))
    found: dict[int, list[tuple[Any, int, tuple]]] = {}
    for (home, person, relation, born), told in _shown(listed, cells, how, keys=4):
        place = (relation != "head", born or how.as_of, person)
        found.setdefault(home, []).append((place, person, told))
    return {
        home: [(person, told) for _place, person, told in sorted(people, key=itemgetter(0))]
        for home, people in found.items()
    }


def _events(events: Events, keys: Sequence[int], cells: Sequence[Cell], how: How) -> dict[int, list[tuple[int, tuple]]]:
    """Key and cells of what happened, by household, in its order."""
    rows = events.rows.filter(OneOf("household_id", keys)).order_by("household", *events.sort)
    found: dict[int, list[tuple[int, tuple]]] = {}
    for (home, key), told in _shown(rows.values_list("household", "pk", *_fields(cells)), cells, how, keys=2):
        found.setdefault(home, []).append((key, told))
    return found


def _conditions(members: dict[int, list[tuple[int, tuple]]], cells: Sequence[Cell], how: How) -> Part:
    people = [person for found in members.values() for person, _told in found]
    rows = PersonCondition.objects.latest_as_of(how.as_of, "person").filter(OneOf("person_id", people))
    return {key: told for (key,), told in _shown(rows.values_list("person", *_fields(cells)), cells, how)}


READERS: dict[str, Reader] = {
    "card": _card,
    "household": _household,
    "status": _last(HouseholdStatus),
    "since": _first_days,
    "cause": _causes,
    "residence": _last(Residence),
    "living": _last(LivingObservation),
    "housing": _last(HousingAppraisal),
    "water": _last(WaterAppraisal),
    "income": _last(Income),
    "helper": _helpers,
}
