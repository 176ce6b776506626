"""Facts of a handful of households and of their members, wherever they are, in one statement: nothing is stored."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from povertycase.rules import facts, sheet

MEMBERS = "household"  # the subject whose members have facts of their own


def members(households: Sequence[int], codes: Iterable[str], *, as_of: datetime.date) -> dict[int, dict[str, Any]]:
    """{person: {fact: value}} of everybody who belongs to these households on the day, as known now."""
    wanted = list(codes)
    if not households or not wanted:
        return {}
    source = facts.SOURCES[sheet.MEMBERS[MEMBERS]]
    cells = ", ".join(f"({facts.get(code).sql}) AS fact_{place}" for place, code in enumerate(wanted))
    asked = facts.Asked.on(as_of, facts.moment())
    statement = (
        "WITH chosen AS MATERIALIZED (SELECT unnest(%(ids)s::bigint[]) AS subject_id) "
        f"SELECT person_id, {cells} FROM ({facts.expand(source.sql, chosen=True)}) member"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, {**asked.params(min(households), max(households)), "ids": list(households)})
        return {row[0]: dict(zip(wanted, row[1:], strict=True)) for row in cursor.fetchall()}


def households(chosen: Mapping[int, str], codes: Iterable[str], *, as_of: datetime.date) -> dict[int, dict[str, Any]]:
    """{household: {fact: value}} of the households named ({key: number}) as they stand on the day, as known now."""
    wanted = list(codes)
    if not chosen or not wanted:
        return {}
    table = sheet.unsaved("household", as_of=as_of, known_on=facts.moment(), codes=wanted, labels=False)
    table.population = {"fact": "household_no", "one_of": sorted(set(chosen.values()))}
    rows = sheet.computed(table, min(chosen), max(chosen))
    return {row["subject_id"]: {code: row[code] for code in wanted} for row in rows}
