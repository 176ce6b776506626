"""The lists an import works with: its households and persons, known or new, each with the number it has or gets.

Raw SQL over the batch's staging tables, set-based. `unit` holds one row a household (ordinal = place in the chunk
order), `who` one row a member row; households that share a person get one ordinal, so that they go in together.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from povertycase.exchange.batch import Staging
from povertycase.exchange.staging import BY_HAND

KEY = "household_no"
REQUEST_WEIGHT = 50
MANY = 10_000  # households; chunks of fewer read their lists whole in less time than an index takes
CONTENT = ("household", "member", "income", "living", "helper", "supporter")


def run(sql: str, params: dict[str, Any] | None = None) -> int:
    """Execute a statement; returns the rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def rows(sql: str, params: dict[str, Any] | None = None) -> list[tuple]:
    """The rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def table_as(table: str, query: str, params: dict[str, Any] | None = None, *, joined: Sequence[str] = ()) -> int:
    """Make a table of a query, replacing an earlier one; returns its rows. By what others join is analysed."""
    run(f"DROP TABLE IF EXISTS {table}")
    number = run(f"CREATE TABLE {table} {BY_HAND} AS {query}", params)
    if joined:
        run(f"ANALYZE {table} ({', '.join(joined)})")
    return number


def few_statistics(target: int = 20) -> None:
    """A small sample is enough for the planner here, and many times quicker; for this transaction only."""
    run(f"SET LOCAL default_statistics_target = {int(target)}")


# A household whose entry was taken back has a number and no card: a file enters it as if for the first time.
UNIT = """
    SELECT x.household_no, coalesce(h.id, nextval('households_household_id_seq')) AS household_id,
           {new} AS is_new, x.ordinal, coalesce(c.village_code, '') AS registered_village,
           coalesce({named}c.village_code, '') AS known_village,
           {new} AS touched, false AS done, h.version AS seen, NULL::int AS after,
           false AS is_left, false AS is_failed, false AS is_asked, false AS is_proposed
    FROM ({numbers}) x LEFT JOIN households_household h USING (household_no)
    LEFT JOIN households_householdcard c ON c.household_id = h.id {place}
"""
IS_NEW = """(h.id IS NULL OR (c.household_id IS NULL AND NOT EXISTS (
    SELECT FROM households_householddivision d WHERE d.household_id = h.id AND d.superseded_at IS NULL)))"""
UNIT_KEYS = (KEY, "household_id", "ordinal")


def make_units(stage: Staging) -> None:
    """One row per household number of the file: known or new, with its id. Refused ones go later.

    registered_village: where it is registered; known_village: where it will belong, as its row names the place.
    seen, after: the version of a known household when it was compared, and after it was written.
    """
    union = " UNION ".join(f"SELECT {KEY} FROM {stage.table(code)}" for code in CONTENT if code in stage)
    numbers = f"SELECT {KEY}, row_number() OVER (ORDER BY {KEY})::int AS ordinal FROM ({union}) n"
    table_as(stage.table("unit"), _units(stage, numbers), joined=UNIT_KEYS)


def make_units_again(piece: Staging, units: str, ordinals: list[int]) -> None:
    """The units of some ordinals as they stand now; `units` is the table they are taken from."""
    numbers = f"SELECT {KEY}, ordinal FROM {units} WHERE ordinal = ANY(%(ordinals)s)"
    table_as(piece.table("unit"), _units(piece, numbers), {"ordinals": ordinals}, joined=UNIT_KEYS)


def _units(stage: Staging, numbers: str) -> str:
    named, place = "", ""
    if "household" in stage:
        named = "p.code, "
        place = f"""LEFT JOIN (
            SELECT DISTINCT ON (s.{KEY}) s.{KEY}, p.code FROM {stage.table("household")} s
            JOIN {stage.table("place")} p ON p.town = s.town AND p.village = s.village ORDER BY s.{KEY}, s.row
        ) p ON p.{KEY} = x.{KEY}"""
    return UNIT.format(new=IS_NEW, numbers=numbers, named=named, place=place)


def drop_refused(stage: Staging) -> None:
    """Take the households with an error out of everything that follows."""
    if stage.findings.refused:
        run(
            f"DELETE FROM {stage.table('unit')} WHERE {KEY} = ANY(%(refused)s)",
            {"refused": list(stage.findings.refused)},
        )


def make_places(stage: Staging, codes: dict[tuple[str | None, str | None], str]) -> None:
    """The villages of the file by the names it uses."""
    table = stage.table("place")
    run(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (town text, village text, code text)")
    towns = [town for town, _village in codes]
    villages = [village for _town, village in codes]
    run(
        f"INSERT INTO {table} SELECT * FROM unnest(%(towns)s::text[], %(villages)s::text[], %(codes)s::text[])",
        {"towns": towns, "villages": villages, "codes": list(codes.values())},
    )


def make_who(stage: Staging) -> None:
    """Which person each member row means: by ID, else by person number, else by name among the household's own."""
    member = stage.table("member")
    # `given` decides who is one person inside the file; known persons are one by their id.
    table_as(
        stage.table("who"),
        f"""WITH m AS (
                SELECT s.row, s.id_number_index AS idx, s.person_no, s.name, u.household_id, u.household_no, u.is_new,
                       coalesce(s.id_number_birth, s.birth_date) AS birth
                FROM {member} s JOIN {stage.table("unit")} u USING ({KEY})
            ), k AS (
                -- By name only where nothing else is told: a subquery costs nothing in the rows that do not ask it.
                SELECT m.*, coalesce(p1.id, p2.id, CASE WHEN NOT m.is_new AND m.idx IS NULL AND p2.id IS NULL THEN (
                    SELECT p.id FROM households_membership x JOIN households_person p ON p.id = x.person_id
                    WHERE x.household_id = m.household_id AND x.superseded_at IS NULL AND p.name = m.name
                      AND (m.birth IS NULL OR p.birth_date IS NULL OR p.birth_date = m.birth)
                    ORDER BY x.true_from DESC LIMIT 1) END) AS known
                FROM m LEFT JOIN households_person p1 ON p1.id_index = m.idx
                LEFT JOIN households_person p2 ON p1.id IS NULL AND p2.person_no = m.person_no
            ), g AS (
                SELECT k.*, coalesce(int8send(known), idx, convert_to(coalesce('n' || person_no,
                                     household_no || '/' || name || '/' || coalesce(birth::text, '')), 'UTF8')) AS given FROM k
            ), twice AS (
                SELECT given, last, coalesce(known, nextval('households_person_id_seq')) AS person_id
                FROM (SELECT given, max(known) AS known, max(row) AS last FROM g
                      WHERE given IN (SELECT given FROM g GROUP BY given HAVING count(*) > 1)
                      GROUP BY given ORDER BY min(row)) o
            )
            SELECT g.row, g.household_id, g.known IS NULL AS is_new,
                   coalesce(t.person_id, g.known, nextval('households_person_id_seq')) AS person_id,
                   t.given IS NULL OR g.row = t.last AS is_last, t.given IS NULL AS is_single
            FROM g LEFT JOIN twice t USING (given)""",
        joined=("row", "household_id", "person_id"),
    )


def link(stage: Staging) -> None:
    """Give households that share a person (a daughter married over) one ordinal: they are written together."""
    shared = rows(
        f"""SELECT array_agg(DISTINCT u.ordinal ORDER BY u.ordinal) FROM {stage.table("who")} w
            JOIN {stage.table("unit")} u USING (household_id) WHERE NOT w.is_single
            GROUP BY w.person_id HAVING count(DISTINCT u.ordinal) > 1"""
    )
    roots: dict[int, int] = {}
    for (ordinals,) in shared:
        _join(roots, ordinals)
    moved = {ordinal: _root(roots, ordinal) for ordinal in roots if _root(roots, ordinal) != ordinal}
    if moved:
        run(
            f"""UPDATE {stage.table("unit")} u SET ordinal = x.root
                FROM unnest(%(old)s::int[], %(new)s::int[]) AS x (old, root) WHERE u.ordinal = x.old""",
            {"old": list(moved), "new": list(moved.values())},
        )


def _join(roots: dict[int, int], ordinals: list[int]) -> None:
    least = min(_root(roots, ordinal) for ordinal in ordinals)
    for ordinal in ordinals:
        roots[_root(roots, ordinal)] = least
        roots[ordinal] = least
    roots[least] = least


def _root(roots: dict[int, int], ordinal: int) -> int:
    while roots.get(ordinal, ordinal) != ordinal:
        ordinal = roots[ordinal]
    return ordinal


def ordinals(stage: Staging, size: int) -> list[tuple[int, int]]:
    """Ranges of ordinals with about `size` changed households each that are not written yet.

    A household whose changes become requests counts for many: each of them is rehearsed by itself.
    """
    found = rows(
        f"""SELECT min(ordinal), max(ordinal) FROM (
                SELECT ordinal, ((sum(weight) OVER (ORDER BY ordinal))::bigint - 1) / %(size)s AS chunk FROM (
                    SELECT ordinal, max(CASE WHEN is_asked THEN {REQUEST_WEIGHT} ELSE 1 END)::bigint AS weight
                    FROM {stage.table("unit")} WHERE (touched OR is_asked) AND NOT done GROUP BY 1) o
            ) x GROUP BY chunk ORDER BY 1""",
        {"size": size},
    )
    return [(low, high) for low, high in found]


# The lists in the order in which they are written; do_cadre is beside them, its rows belong to no household.
LISTS = (
    "household",
    "person",
    "membership",
    "condition",
    "income",
    "observed",
    "housing",
    "water",
    "residence",
    "division",
    "cause",
    "pairing",
    "supporter",
    "status",
)


def lists_made(stage: Staging) -> list[str]:
    """The lists a comparison made, in the order of writing; empty ones too."""
    names = {code: stage.table(f"do_{code}") for code in LISTS}
    found = rows(
        "SELECT n FROM unnest(%(names)s::text[]) n WHERE to_regclass(n) IS NOT NULL", {"names": list(names.values())}
    )
    there = {row[0] for row in found}
    return [code for code, name in names.items() if name in there]


def index_lists(stage: Staging, codes: Iterable[str]) -> None:
    """A chunk takes its rows out of every list by their ordinals; of many chunks each would read all of them."""
    if rows(f"SELECT count(*) FROM {stage.table('unit')}")[0][0] < MANY:
        return
    for table in map(stage.table, codes):
        run(f"CREATE INDEX IF NOT EXISTS {table.partition('.')[2]}_ordinal ON {table} (ordinal)")
