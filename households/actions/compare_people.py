"""Finding two entries that may be one person 疑似重复: set-based, over the whole register or a staged file.

The one place that judges it. Numbers are compared by their blind index: the first 18 characters, so that a disability
certificate and its holder's ID meet. Two persons of the register never share a number (the database refuses it), so
there likeness is compared; a file is compared by number. Nobody is ever paired with himself.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from povertycase.exchange.batch import Staging
from povertycase.exchange.cleaning import ERROR

# Findings of the import that say that somebody is entered twice.
TWICE = ("id_number_twice", "id_number_elsewhere")
# Names, sex and birth are read from who is a member today; `{of}` narrows to persons that are looked at again.
_NOW = """
SELECT p.id, p.name, p.sex, p.birth_date, p.id_index, m.household_id, h.household_no, c.village_code
FROM households_membership m JOIN households_person p ON p.id = m.person_id
JOIN households_household h ON h.id = m.household_id JOIN households_householdcard c ON c.household_id = h.id
WHERE m.superseded_at IS NULL AND m.true_from <= %(day)s AND (m.true_to IS NULL OR m.true_to >= %(day)s)
  AND p.birth_date IS NOT NULL {of}
"""
_PAIRS = f"""
CREATE TEMPORARY TABLE alike ON COMMIT DROP AS
WITH now AS MATERIALIZED ({_NOW})
SELECT 'p:' || a.id || ':' || b.id AS pair,
       CASE WHEN a.id_index IS NULL OR b.id_index IS NULL THEN 'blank' ELSE 'likeness' END AS why,
       sha256(coalesce(a.id_index, '') || '|'::bytea || coalesce(b.id_index, '')) AS basis,
       a.id AS one, a.household_id AS home_one, a.household_no AS no_one, a.village_code AS village_one,
       b.id AS two, b.household_id AS home_two, b.household_no AS no_two, b.village_code AS village_two
FROM now a JOIN now b ON b.name = a.name AND b.birth_date = a.birth_date AND b.sex = a.sex AND b.id > a.id
"""
# What was decided stays decided until a number of the two is another one.
_KEEP = """
INSERT INTO households_duplicate (pair, why, basis, state, reason, found_on, version)
SELECT pair, why, basis, 'open', '', %(day)s, 1 FROM alike
ON CONFLICT (pair) DO UPDATE SET
    gone_on = NULL, why = EXCLUDED.why, basis = EXCLUDED.basis, version = d.version + 1, {decision}
WHERE d.gone_on IS NOT NULL OR d.basis <> EXCLUDED.basis
"""
_DECISION = ", ".join(
    f"{name} = CASE WHEN d.basis = EXCLUDED.basis THEN d.{name} ELSE {blank} END"
    for name, blank in (
        ("state", "'open'"), ("reason", "''"), ("kept", "NULL"), ("decided_by_id", "NULL"), ("decided_on", "NULL"),
    )
)  # fmt: skip
_KEEP = _KEEP.replace("households_duplicate (", "households_duplicate AS d (").format(decision=_DECISION)
_SIDES = """
INSERT INTO households_duplicateside AS s
    (duplicate_id, place, person_id, household_id, household_no, village_code, name, sex, relation, id_type, mask)
SELECT d.id, x.place, x.person, x.home, x.no, x.village, '', '', '', '', ''
FROM alike a JOIN households_duplicate d ON d.pair = a.pair
CROSS JOIN LATERAL (VALUES (1, a.one, a.home_one, a.no_one, a.village_one),
                           (2, a.two, a.home_two, a.no_two, a.village_two)) AS x (place, person, home, no, village)
ON CONFLICT (duplicate_id, place) DO UPDATE SET household_id = EXCLUDED.household_id,
    household_no = EXCLUDED.household_no, village_code = EXCLUDED.village_code
WHERE s.household_id <> EXCLUDED.household_id OR s.village_code <> EXCLUDED.village_code
"""
_GONE = """
UPDATE households_duplicate d SET gone_on = %(day)s, version = version + 1
WHERE gone_on IS NULL AND pair LIKE 'p:%%' {of} AND NOT EXISTS (SELECT FROM alike a WHERE a.pair = d.pair)
"""
# A household that only a file knew is in the register by now: its side is a person like any other.
_ARRIVED = """
UPDATE households_duplicateside s SET household_id = m.household_id, person_id = m.person_id
FROM households_duplicate d, households_person p, households_membership m, households_household h
WHERE d.id = s.duplicate_id AND d.gone_on IS NULL AND d.pair LIKE 'n:%%' AND s.person_id IS NULL AND s.place = 1
  AND p.id_index = d.basis AND m.person_id = p.id AND m.superseded_at IS NULL AND m.true_from <= %(day)s
  AND (m.true_to IS NULL OR m.true_to >= %(day)s) AND h.id = m.household_id AND h.household_no = s.household_no
"""
_LEFT = """
UPDATE households_duplicate d SET gone_on = %(day)s, version = version + 1
FROM households_duplicateside s
WHERE s.duplicate_id = d.id AND s.place = 1 AND d.gone_on IS NULL AND d.pair LIKE 'n:%%' AND s.person_id IS NOT NULL
  {of} AND NOT EXISTS (SELECT FROM households_membership m WHERE m.person_id = s.person_id
                  AND m.household_id = s.household_id AND m.superseded_at IS NULL AND m.true_from <= %(day)s
                  AND (m.true_to IS NULL OR m.true_to >= %(day)s))
"""


@transaction.atomic
def find(*, day: datetime.date) -> dict[str, int]:
    """Compare the whole register on a day; returns how many pairs are new or back, and how many are gone."""
    _pairs({"day": day}, "")
    new = _run(_KEEP, {"day": day})
    _run(_SIDES)
    gone = _run(_GONE.format(of=""), {"day": day})
    _run(_ARRIVED, {"day": day})
    gone += _run(_LEFT.format(of=""), {"day": day})
    return {"found": new, "gone": gone}


@transaction.atomic
def follow(household_ids: Sequence[int], *, day: datetime.date, event: int | None = None) -> None:
    """After a change by hand: the pairs in which these households stand are looked at again; new ones wait for the night."""
    known = _rows(
        """SELECT DISTINCT d.id FROM households_duplicateside s JOIN households_duplicate d ON d.id = s.duplicate_id
           WHERE s.household_id = ANY(%(ids)s)""",
        {"ids": list(household_ids)},
    )
    cases = [row[0] for row in known]
    if not cases:
        return
    told: dict[str, Any] = {"day": day, "cases": cases}
    _pairs(told, "AND p.id IN (SELECT person_id FROM households_duplicateside WHERE duplicate_id = ANY(%(cases)s))")
    _run(_KEEP, told)
    _run(_SIDES)
    _run(_GONE.format(of="AND d.id = ANY(%(cases)s)"), told)
    _run(_LEFT.format(of="AND d.id = ANY(%(cases)s)"), told)


# --- a file beside the register -----------------------------------------------------------------------------

# The first side is who is registered, else the household of the same file that came first.
_CLAIMS = """
CREATE TEMPORARY TABLE claim ON COMMIT DROP AS
SELECT DISTINCT ON (m.id_number_index, m.household_no)
       'n:' || encode(substring(m.id_number_index FOR 16), 'hex') || ':' || m.household_no AS pair,
       m.id_number_index AS basis, m.row, m.household_no, coalesce(c.village_code, {place}) AS village_code,
       h.id AS household, m.name, coalesce(m.sex, m.id_number_sex, '') AS sex,
       coalesce(m.birth_date, m.id_number_birth) AS birth, coalesce(m.relation, '') AS relation,
       coalesce(m.id_type, m.id_number_type, '') AS id_type, m.id_number_mask AS mask,
       known.person, known.household AS known_household, coalesce(known.household_no, first.household_no) AS known_no,
       coalesce(known.village_code, first.village_code) AS known_village, first.name AS first_name,
       first.sex AS first_sex, first.birth AS first_birth, first.relation AS first_relation,
       first.id_type AS first_id_type, first.mask AS first_mask
FROM {member} m LEFT JOIN households_household h ON h.household_no = m.household_no
LEFT JOIN households_householdcard c ON c.household_id = h.id
{households}
LEFT JOIN LATERAL (
    SELECT p.id AS person, x.household_id AS household, k.household_no, k.village_code
    FROM households_person p JOIN households_membership x ON x.person_id = p.id AND x.superseded_at IS NULL
    JOIN households_householdcard k ON k.household_id = x.household_id
    WHERE p.id_index = m.id_number_index AND k.household_no <> m.household_no AND x.true_from <= %(day)s
      AND (x.true_to IS NULL OR x.true_to >= %(day)s) LIMIT 1) known ON true
LEFT JOIN LATERAL (
    SELECT o.household_no, coalesce(ok.village_code, {other_place}) AS village_code, o.name,
           coalesce(o.sex, o.id_number_sex, '') AS sex, coalesce(o.birth_date, o.id_number_birth) AS birth,
           coalesce(o.relation, '') AS relation, coalesce(o.id_type, o.id_number_type, '') AS id_type,
           o.id_number_mask AS mask
    FROM {member} o LEFT JOIN households_householdcard ok ON ok.household_no = o.household_no {other_households}
    WHERE o.id_number_index = m.id_number_index AND o.household_no <> m.household_no AND o.row < m.row
    ORDER BY o.row LIMIT 1) first ON true
WHERE m.row = ANY(%(rows)s) AND coalesce(known.household_no, first.household_no) IS NOT NULL
ORDER BY m.id_number_index, m.household_no, m.row
"""
_NOTE = """
INSERT INTO households_duplicate AS d (pair, why, basis, state, reason, found_on, batch_id, row, version)
SELECT pair, 'number', basis, 'open', '', %(day)s, %(batch)s, row, 1 FROM claim
WHERE village_code IS NOT NULL AND known_village IS NOT NULL
ON CONFLICT (pair) DO UPDATE SET gone_on = NULL, batch_id = EXCLUDED.batch_id, row = EXCLUDED.row,
    version = d.version + 1
"""
_NOTE_SIDES = """
INSERT INTO households_duplicateside AS s (duplicate_id, place, person_id, household_id, household_no, village_code,
    name, sex, birth_date, relation, id_type, mask)
SELECT d.id, x.* FROM claim c JOIN households_duplicate d ON d.pair = c.pair
CROSS JOIN LATERAL (VALUES
    (1, c.person, c.known_household, c.known_no, c.known_village, coalesce(c.first_name, ''),
     coalesce(c.first_sex, ''), c.first_birth, coalesce(c.first_relation, ''), coalesce(c.first_id_type, ''),
     coalesce(c.first_mask, '')),
    (2, NULL::bigint, c.household, c.household_no, c.village_code, coalesce(c.name, ''), c.sex, c.birth, c.relation,
     c.id_type, c.mask)) AS x
ON CONFLICT (duplicate_id, place) DO UPDATE SET person_id = EXCLUDED.person_id, household_id = EXCLUDED.household_id,
    household_no = EXCLUDED.household_no, village_code = EXCLUDED.village_code, name = EXCLUDED.name,
    sex = EXCLUDED.sex, birth_date = EXCLUDED.birth_date, relation = EXCLUDED.relation, id_type = EXCLUDED.id_type,
    mask = EXCLUDED.mask
"""
# A household that is sent again without the person no longer claims him.
_NO_LONGER = """
UPDATE households_duplicate d SET gone_on = %(day)s, version = version + 1 FROM households_duplicateside s
WHERE s.duplicate_id = d.id AND s.place = 2 AND d.gone_on IS NULL AND d.pair LIKE 'n:%%'
  AND s.household_no IN (SELECT household_no FROM {member})
  AND NOT EXISTS (SELECT FROM {member} m WHERE m.household_no = s.household_no AND m.id_number_index = d.basis
                  AND m.left_on IS NULL)
"""


def note_claims(stage: Staging) -> int:
    """Keep what a staged file claims of people who belong elsewhere; returns how many pairs stand on its findings."""
    if "member" not in stage or "id_number" not in stage.present["member"]:
        return 0
    title = stage.sheets["member"].title
    lines = [one[1] for one in stage.findings.rows if one[0] == title and one[5] in TWICE and one[6] == ERROR]
    params = {"day": stage.batch.business_date, "batch": stage.batch.pk, "rows": sorted(set(lines))}
    _run(_NO_LONGER.format(member=stage.table("member")), params)
    if not lines:
        return 0
    _run("DROP TABLE IF EXISTS claim")
    _run(_CLAIMS.format(**_claimed_places(stage), member=stage.table("member")), params)
    number = _run(_NOTE, params)
    _run(_NOTE_SIDES)
    return number


def _claimed_places(stage: Staging) -> dict[str, str]:
    """Where a household is that only the file knows: by the place names of its household sheet."""
    if "household" not in stage:
        return {"place": "NULL", "households": "", "other_place": "NULL", "other_households": ""}
    join = """LEFT JOIN {sheet} {a} ON {a}.household_no = {m}.household_no
              LEFT JOIN {places} {b} ON {b}.town = {a}.town AND {b}.village = {a}.village"""
    tables = {"sheet": stage.table("household"), "places": stage.table("place")}
    return {
        "place": "hp.code",
        "households": join.format(a="hs", b="hp", m="m", **tables),
        "other_place": "op.code",
        "other_households": join.format(a="os", b="op", m="o", **tables),
    }


def _pairs(params: dict[str, Any], of: str) -> None:
    _run("DROP TABLE IF EXISTS alike")
    _run(_PAIRS.format(of=of), params)


def _run(sql: str, params: dict[str, Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def _rows(sql: str, params: dict[str, Any] | None = None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


__all__ = ["find", "follow", "note_claims"]
