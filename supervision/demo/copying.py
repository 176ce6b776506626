"""Visits and measures into the database by COPY, a township at a time, in two processes."""

import datetime
import io
import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, connections, transaction
from django.utils.translation import gettext_noop

from assistance.models import Measure, Visit
from povertycase import audit
from supervision.demo import measures, visits
from supervision.demo.county import County
from supervision.demo.visits import Ids

# What is copied, in the words of the trail.
WORDS = {Visit: gettext_noop("走访"), Measure: gettext_noop("帮扶措施")}


@dataclass
class _Work:
    county: County
    ids: Ids
    until: datetime.date


_WORK: list[_Work] = []


def copy_all(county: County, until: datetime.date, tell: Callable[[int, int], None], processes: int = 2) -> None:
    """Draw and copy what is not there yet; `tell(done, all)` hears of every township."""
    ids = read_ids(county)
    towns = sorted(county.by_town(), key=lambda town: -len(county.by_town()[town]))
    _WORK[:] = [_Work(county, ids, until)]
    if processes < 2:
        for place, town in enumerate(towns, start=1):
            _copy_town(town)
            tell(place, len(towns))
        return
    # A forked child must not use the parent's connection.
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(processes, initializer=connections.close_all) as pool:
        for place, _town in enumerate(pool.imap_unordered(_copy_town, towns), start=1):
            tell(place, len(towns))


def read_ids(county: County) -> Ids:
    """Keys of the households, cadres and accounts that the import and the fill have made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT household_no, id FROM households_household")
        households = dict(cursor.fetchall())
        cursor.execute("SELECT cadre_no, id FROM households_cadre")
        cadres = dict(cursor.fetchall())
        cursor.execute(
            "SELECT p.role, p.division_id, p.account_id, c.id FROM povertycase_post p"
            " LEFT JOIN households_cadre c ON c.account_id = p.account_id"
        )
        held = cursor.fetchall()
    ids = Ids(households, cadres)
    for role, division, account, cadre in held:
        if role == "village_clerk":
            ids.clerks[division] = account
        elif role == "first_secretary" and cadre:
            ids.secretaries[division] = (cadre, account)
        elif role == "helper" and cadre:
            ids.helpers[cadre] = account
    return ids


def _copy_town(town: str) -> str:
    work = _WORK[0]
    numbers = [
        work.ids.households[house.number]
        for house in work.county.by_town()[town]
        if house.number in work.ids.households
    ]
    if not Visit.objects.filter(household_id__in=numbers[:50]).exists():
        drawn = visits.Visits(work.county, town, work.ids, work.until).draw()
        _copy(Visit, visits.COLUMNS, map(visits.line, drawn), town)
    if not Measure.objects.filter(household_id__in=numbers[:50]).exists():
        given = measures.Measures(work.county, town, work.ids).draw()
        _copy(Measure, measures.COLUMNS, map(measures.line, given), town)
    return town


@transaction.atomic
def _copy(model: Any, columns: tuple[str, ...], lines: Iterable[str], town: str) -> None:
    table = model._meta.db_table
    event = audit.record("demo.copied", by=None, about=town, params={"what": WORDS[model]})
    sql = f"COPY {table} ({', '.join((*columns, 'event_id'))}) FROM STDIN"
    with connection.cursor() as cursor:
        cursor.copy_expert(sql, _Stream(f"{line}\t{event}\n" for line in lines))


class _Stream(io.RawIOBase):
    """Lines as a file that COPY reads in pieces, so that no township is whole in memory."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts = [self.rest]
        length = len(self.rest)
        for line in self.lines:
            parts.append(line.encode())
            length += len(parts[-1])
            if 0 <= size <= length:
                break
        whole = b"".join(parts)
        if size < 0:
            self.rest = b""
            return whole
        self.rest = whole[size:]
        return whole[:size]
