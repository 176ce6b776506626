"""Another system's export beside the register 数据比对: set-based SQL over its staged rows.

Who is meant: by the blind index of the ID number, else by household number and name. A cell that is empty over there
says nothing. Values are compared in the type of the declared column; numbers of persons by index.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from povertycase.exchange.columns import Column
from povertycase.exchange.staging import BY_HAND

# Where a declared column stands in the register: the alias of the joined row of its part.
ALIASES = {
    "identity": "p", "condition": "c", "membership": "m", "status": "st", "division": "d", "residence": "r",
    "living": "l", "housing": "ho", "water": "w", "income": "inc",
}  # fmt: skip
OF_PERSON = frozenset({"p", "c", "m"})
NAMES = {"residence_state": "state", "residence_place": "place"}
LATEST = {
    "st": "households_householdstatus", "d": "households_householddivision", "r": "households_residence",
    "l": "households_livingobservation", "ho": "households_housingappraisal", "w": "households_waterappraisal",
    "inc": "households_income",
}  # fmt: skip
# Sealed numbers: kind -> the register's blind index.
INDEXES = {"id": "p.id_index", "phone": "h.phone_index", "bank": "h.bank_index"}
OF_HOUSEHOLD = frozenset({"phone", "bank_account"})
IN_FORCE = "{a}.superseded_at IS NULL AND {a}.true_from <= %(day)s AND ({a}.true_to IS NULL OR {a}.true_to >= %(day)s)"
_NOW = IN_FORCE.format(a="z")
CAUSES = {
    "main_cause": f"""(SELECT z.code FROM households_cause z
        WHERE z.household_id = k.household AND z.is_main AND {_NOW} LIMIT 1)""",
    "other_causes": f"""(SELECT array_agg(z.code::varchar ORDER BY z.code) FROM households_cause z
        WHERE z.household_id = k.household AND NOT z.is_main AND {_NOW})""",
    "helper_name": f"""(SELECT string_agg(c.name, '、' ORDER BY z.place DESC, z.true_from, z.id)
        FROM households_pairing z JOIN households_cadre c ON c.id = z.cadre_id
        WHERE z.household_id = k.household AND {_NOW})""",
    # Income of an accounting period that ends in another year says nothing of this one.
    "net_income_per_capita": """(CASE WHEN extract(year FROM inc.period_end) = extract(year FROM %(day)s::date)
        THEN inc.net_income_per_capita END)""",
    "member_count": f"(SELECT count(*) FROM households_membership z WHERE z.household_id = k.household AND {_NOW})",
}

_MATCH = """
CREATE TABLE {match} {by_hand} AS
WITH k AS (
    SELECT s.row, s.name, s.household_no, s.id_number_index AS idx, p.id AS by_id, h.id AS by_no
    FROM {people} s LEFT JOIN households_person p ON p.id_index = s.id_number_index
    LEFT JOIN households_household h ON h.household_no = s.household_no
), who AS (
    SELECT k.*, coalesce(k.by_id, n.person) AS person, k.by_id IS NULL AND n.number > 1 AS several
    FROM k LEFT JOIN LATERAL (
        SELECT min(x.person_id) AS person, count(*) AS number
        FROM households_membership x JOIN households_person p ON p.id = x.person_id
        WHERE k.by_id IS NULL AND x.household_id = k.by_no AND p.name = k.name AND {in_force}) n ON true
), home AS (
    SELECT w.*, coalesce(x.household_id, CASE WHEN %(of_households)s THEN w.by_no END) AS household
    FROM who w LEFT JOIN LATERAL (
        SELECT x.household_id FROM households_membership x WHERE x.person_id = w.person AND {in_force} LIMIT 1) x ON true
), placed AS (
    SELECT o.*, c.village_code, row_number() OVER (
        PARTITION BY CASE WHEN %(of_households)s THEN o.household ELSE o.person END ORDER BY o.row) AS nth
    FROM home o LEFT JOIN households_householdcard c ON c.household_id = o.household
)
SELECT row, name, household_no, idx, person, household, village_code,
       CASE WHEN several THEN 'several'
            WHEN household IS NULL AND idx IS NULL AND household_no IS NULL THEN 'key'
            WHEN household IS NULL THEN 'added'
            WHEN (village_code LIKE ANY(%(reach)s)) IS NOT TRUE THEN 'elsewhere'
            WHEN nth > 1 THEN 'twice' ELSE 'found' END AS fate
FROM placed
"""
_DIFF = """
CREATE TABLE {diff} (row integer, item text, household bigint, person bigint, village text, name text, field text,
    ours text, theirs text, ours_key bytea, theirs_key bytea, sealed bytea) {by_hand}
"""
_FIELDS = """
INSERT INTO {diff}
SELECT k.row, {item}, k.household, {person}, k.village_code, coalesce(p.name, k.name), v.field, v.ours, v.theirs,
       v.ours_key, v.theirs_key, v.sealed
FROM {match} k JOIN {people} s ON s.row = k.row
LEFT JOIN households_person p ON p.id = k.person LEFT JOIN households_household h ON h.id = k.household
{joins}
CROSS JOIN LATERAL (VALUES {values}) AS v (field, ours, theirs, differs, ours_key, theirs_key, sealed)
WHERE k.fate = 'found' AND k.row BETWEEN %(low)s AND %(high)s AND v.differs
"""
_KEEP = """
INSERT INTO households_difference AS d (source, item, basis, reconciliation_id, row, kind, household_id, person_id,
    village_code, name, field, ours, theirs, id_number, id_index, phone, phone_index, state, reason, found_on, version)
{select}
ON CONFLICT (source, item) DO UPDATE SET
    state = CASE WHEN d.basis = EXCLUDED.basis THEN d.state ELSE 'open' END,
    reason = CASE WHEN d.basis = EXCLUDED.basis THEN d.reason ELSE '' END,
    decided_by_id = CASE WHEN d.basis = EXCLUDED.basis THEN d.decided_by_id END,
    decided_on = CASE WHEN d.basis = EXCLUDED.basis THEN d.decided_on END,
    request_id = CASE WHEN d.basis = EXCLUDED.basis THEN d.request_id END,
    found_on = CASE WHEN d.basis = EXCLUDED.basis THEN d.found_on ELSE EXCLUDED.found_on END,
    basis = EXCLUDED.basis, reconciliation_id = EXCLUDED.reconciliation_id, row = EXCLUDED.row, gone_on = NULL,
    household_id = EXCLUDED.household_id, person_id = EXCLUDED.person_id, village_code = EXCLUDED.village_code,
    name = EXCLUDED.name, ours = EXCLUDED.ours, theirs = EXCLUDED.theirs,
    id_number = EXCLUDED.id_number, id_index = EXCLUDED.id_index, phone = EXCLUDED.phone,
    phone_index = EXCLUDED.phone_index, version = d.version + 1
"""
_OF_FIELDS = """
SELECT DISTINCT ON (item) %(source)s, item, sha256(coalesce(ours_key, '') || '|'::bytea || coalesce(theirs_key, '')),
       %(run)s, row, 'field', household, person, village, name, field, coalesce(ours, ''), coalesce(theirs, ''),
       CASE WHEN field = 'id_number' THEN sealed END,
       CASE WHEN field = 'id_number' AND sealed IS NOT NULL THEN theirs_key END, CASE WHEN field = 'phone' THEN sealed END,
       CASE WHEN field = 'phone' AND sealed IS NOT NULL THEN theirs_key END, 'open', '', %(day)s, 1
FROM {diff} ORDER BY item, row
"""
_ADDED_ITEM = """'a:' || encode(CASE WHEN k.idx IS NOT NULL THEN substring(k.idx FOR 20)
    ELSE substring(sha256(convert_to(k.household_no || '/' || k.name, 'UTF8')) FOR 20) END, 'hex')"""
_OF_ADDED = f"""
SELECT DISTINCT ON (item) %(source)s, item, sha256(convert_to(item, 'UTF8')), %(run)s, row, 'added', by_no, NULL::bigint,
       village, name, '', '', theirs, NULL::bytea, NULL::bytea, NULL::bytea, NULL::bytea, 'open', '', %(day)s, 1
FROM (SELECT {_ADDED_ITEM} AS item, k.row, k.name, h.id AS by_no,
             coalesce(c.village_code, pl.code, %(division)s) AS village,
             concat_ws(' ', s.id_number_mask, k.household_no) AS theirs
      FROM {{match}} k JOIN {{people}} s ON s.row = k.row
      LEFT JOIN households_household h ON h.household_no = k.household_no
      LEFT JOIN households_householdcard c ON c.household_id = h.id
      LEFT JOIN {{places}} pl ON pl.town IS NOT DISTINCT FROM s.town AND pl.village = s.village
      WHERE k.fate = 'added') a
WHERE village LIKE ANY(%(reach)s) OR village = %(division)s
ORDER BY item, row
"""
_OF_GONE = f"""
SELECT %(source)s, 'g:' || (CASE WHEN %(of_households)s THEN 'h' || x.household_id ELSE 'p' || x.person_id END),
       sha256('gone'), %(run)s, NULL::integer, 'gone', x.household_id,
       CASE WHEN NOT %(of_households)s THEN x.person_id END, c.village_code, p.name, '', '', '', NULL::bytea, NULL::bytea, NULL::bytea,
       NULL::bytea, 'open', '', %(day)s, 1
FROM households_membership x JOIN households_householdcard c ON c.household_id = x.household_id
JOIN households_person p ON p.id = x.person_id
WHERE {IN_FORCE.format(a="x")} AND c.village_code LIKE ANY(%(reach)s) AND (NOT %(of_households)s OR x.relation = 'head')
  AND NOT EXISTS (SELECT FROM {{match}} k WHERE CASE WHEN %(of_households)s THEN k.household = x.household_id
                                                     ELSE k.person = x.person_id END)
"""
# What the two sides agree about by now: of whom this export speaks, and in the columns it has.
_AGREE = """
UPDATE households_difference d SET gone_on = %(day)s, version = version + 1
WHERE d.source = %(source)s AND d.gone_on IS NULL AND d.reconciliation_id <> %(run)s AND d.village_code LIKE ANY(%(reach)s)
  AND (d.kind = 'field' AND d.field = ANY(%(fields)s)
       AND EXISTS (SELECT FROM {match} k WHERE k.fate = 'found' AND k.household = d.household_id
                   AND (d.person_id IS NULL OR k.person = d.person_id))
       OR d.kind IN ('added', 'gone') AND %(whole)s
       OR d.kind = 'added' AND EXISTS (SELECT FROM {match} k WHERE k.fate = 'found' AND d.item = {item})
       OR d.kind = 'gone' AND EXISTS (SELECT FROM {match} k WHERE k.fate = 'found'
                                      AND (k.person = d.person_id OR k.household = d.household_id AND d.person_id IS NULL)))
"""


class Tables:
    """The staging tables of one comparison."""

    def __init__(self, batch: int) -> None:
        self.people, self.match, self.diff, self.places = (
            f"staging.b{int(batch)}_{name}" for name in ("people", "match", "diff", "place")
        )

    def names(self) -> dict[str, str]:
        return vars(self)


def match(tables: Tables, places: Sequence[tuple[str, str, str]], **params: Any) -> dict[str, int]:
    """Find who each row means; returns how many rows have each fate. params: day, reach (LIKE patterns), of_households."""
    for table in (tables.match, tables.diff, tables.places):
        run(f"DROP TABLE IF EXISTS {table}")
    told = {**tables.names(), "by_hand": BY_HAND, "in_force": IN_FORCE.format(a="x")}
    run(f"ANALYZE {tables.people} (row, id_number_index, household_no)")
    run(_MATCH.format(**told), params)
    run(f"ANALYZE {tables.match}")
    run(_DIFF.format(**told))
    run(f"CREATE TABLE {tables.places} (town text, village text, code text) {BY_HAND}")
    run(
        f"INSERT INTO {tables.places} SELECT * FROM unnest(%(t)s::text[], %(v)s::text[], %(c)s::text[])",
        {"t": [one[0] for one in places], "v": [one[1] for one in places], "c": [one[2] for one in places]},
    )
    return dict(rows(f"SELECT fate, count(*) FROM {tables.match} GROUP BY 1"))  # type: ignore[arg-type]


def compare(tables: Tables, columns: Iterable[Column], **params: Any) -> None:
    """Compare the rows low to high field by field. params: day, low, high."""
    for of_person in (True, False):
        chosen = [column for column in columns if is_of_person(column) == of_person]
        if not chosen:
            continue
        prefix = "'p' || k.person" if of_person else "'h' || k.household"
        sql = _FIELDS.format(
            **tables.names(),
            item=f"{prefix} || ':' || v.field",
            person="k.person" if of_person else "NULL::bigint",
            joins=joins(chosen),
            values=", ".join(_value(column) for column in chosen),
        )
        run(f"{sql} AND k.person IS NOT NULL" if of_person else sql, params)


def keep(tables: Tables, **params: Any) -> dict[str, int]:
    """Keep what was found beside what was known; returns counts.

    params: source, run, day, reach, division, whole, of_households, fields.
    """
    names = tables.names()
    counts = {
        "differ": rows(f"SELECT count(DISTINCT row) FROM {tables.diff}")[0][0],
        "items": run(_KEEP.format(select=_OF_FIELDS.format(**names)), params),
        "added_items": run(_KEEP.format(select=_OF_ADDED.format(**names)), params),
        "gone": run(_KEEP.format(select=_OF_GONE.format(**names)), params) if params["whole"] else 0,
    }
    return {**counts, "agreed": run(_AGREE.format(**names, item=_ADDED_ITEM), params)}


def refused(tables: Tables) -> list[tuple[int, str]]:
    """The rows that were not compared: row of the file, fate."""
    return rows(
        f"SELECT row, fate FROM {tables.match} WHERE fate IN ('several', 'key', 'elsewhere', 'twice') ORDER BY row"
    )  # type: ignore[return-value]


def values(tables: Tables, columns: Sequence[Column], low: int, high: int, **params: Any) -> list[tuple]:
    """What the register says of the rows: (row, fate, value of each column); numbers of persons are left out."""
    plain = [column for column in columns if not column.secret]
    wanted = "".join(f", {ours(column)}" for column in plain)
    return rows(
        f"""SELECT k.row, k.fate{wanted} FROM {tables.match} k LEFT JOIN households_person p ON p.id = k.person
            LEFT JOIN households_household h ON h.id = k.household {joins(plain)}
            WHERE k.row BETWEEN %(low)s AND %(high)s ORDER BY k.row""",
        {**params, "low": low, "high": high},
    )


def differing(tables: Tables) -> dict[int, set[str]]:
    """The fields in which each row differs."""
    found: dict[int, set[str]] = {}
    for row, field in rows(f"SELECT row, field FROM {tables.diff}"):
        found.setdefault(row, set()).add(field)
    return found


# --- one column ---------------------------------------------------------------------------------------------


def is_of_person(column: Column) -> bool:
    """Does the column speak of a person, or of his household?"""
    return column.key not in CAUSES and column.key not in OF_HOUSEHOLD and ALIASES.get(column.part) in OF_PERSON


def can_compare(column: Column) -> bool:
    """Has the register something to hold beside the column?"""
    return column.key in CAUSES or column.key in OF_HOUSEHOLD or column.part in ALIASES


def ours(column: Column) -> str:
    """The register's value of a column as SQL, NULL where nothing is known."""
    if column.key in CAUSES:
        return CAUSES[column.key]
    field = f'{ALIASES[column.part]}."{NAMES.get(column.key, column.key)}"'
    is_text = column.type in ("text", "name", "code") or column.type == "enum" and column.sql_type() == "text"
    return f"nullif({field}, '')" if is_text else field


def joins(columns: Iterable[Column]) -> str:
    """The rows in force that these columns are read from."""
    columns = list(columns)
    wanted = {ALIASES[column.part] for column in columns if column.part in ALIASES}
    found = [
        f"""LEFT JOIN LATERAL (SELECT * FROM {LATEST[alias]} z WHERE z.household_id = k.household
            AND z.superseded_at IS NULL AND z.true_from <= %(day)s ORDER BY z.true_from DESC, z.id DESC LIMIT 1) {alias} ON true"""
        for alias in sorted(wanted & LATEST.keys())
    ]
    if "c" in wanted:
        found.append(
            """LEFT JOIN LATERAL (SELECT * FROM households_personcondition z WHERE z.person_id = k.person
            AND z.superseded_at IS NULL AND z.true_from <= %(day)s ORDER BY z.true_from DESC, z.id DESC LIMIT 1) c ON true"""
        )
    if "m" in wanted:
        found.append(
            f"""LEFT JOIN LATERAL (SELECT * FROM households_membership z WHERE z.person_id = k.person
            AND z.household_id = k.household AND {IN_FORCE.format(a="z")} LIMIT 1) m ON true"""
        )
    return "\n".join(found)


def _value(column: Column) -> str:
    """One line of the VALUES: field, ours, theirs, whether they differ, what tells it again, the sealed number."""
    key = column.key
    theirs = f's."{key}"'
    if column.secret:
        own = INDEXES[column.secret]
        said = f's."{key}_index"'
        return f"('{key}', NULL, NULL, {said} IS NOT NULL AND {said} IS DISTINCT FROM {own}, {own}::bytea, {said}, {theirs})"
    own = ours(column)
    if column.type == "multi":
        differs = f"NOT ({theirs} @> coalesce({own}, '{{}}') AND {theirs} <@ coalesce({own}, '{{}}'))"
    elif key == "helper_name":
        differs = f"{theirs} <> ALL(string_to_array(coalesce({own}, ''), '、'))"
    elif key == "net_income_per_capita":  # other systems round it
        differs = f"({own} IS NULL OR abs({theirs} - {own}) >= 1)"
    else:
        differs = f"{theirs} IS DISTINCT FROM {own}"
    as_text = "trim_scale({})::text" if column.type == "dec" else "({})::text"
    one, other = as_text.format(own), as_text.format(theirs)
    told = f"convert_to({one}, 'UTF8'), convert_to({other}, 'UTF8'), NULL::bytea"
    return f"('{key}', {one}, {other}, {theirs} IS NOT NULL AND {differs}, {told})"


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
