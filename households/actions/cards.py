"""Refreshing the index cards 索引卡 of households, set-based, in the transaction that changed them.

The one writer of household_card. Raw SQL, because one statement serves one household and a whole county alike.
"""

import datetime
from collections.abc import Iterable

from django.db import connection

from povertycase.arrays import array

# Said of every table, not once by a join: with or without statistics (a first import has none) the planner then looks
# the wanted households up instead of reading all of them for every chunk.
CHOSEN = "= ANY((SELECT ids FROM chosen)::bigint[])"
REFRESH = f"""
WITH chosen AS (
    SELECT %(ids)s::bigint[] AS ids
), wanted AS (
    SELECT h.id, h.household_no FROM households_household h
    WHERE h.id {CHOSEN}
), place AS (
    -- A household that is entered before it counts is found in the village it will belong to.
    SELECT DISTINCT ON (d.household_id) d.household_id, d.village_id, d.group_name
    FROM households_householddivision d
    WHERE d.household_id {CHOSEN} AND d.superseded_at IS NULL
    ORDER BY d.household_id, d.true_from <= %(day)s DESC,
             CASE WHEN d.true_from <= %(day)s THEN d.true_from END DESC, d.true_from, d.id DESC
), status AS (
    SELECT DISTINCT ON (s.household_id) s.household_id, s.attr, s.poverty_status, s.planned_exit_year, s.exit_year
    FROM households_householdstatus s
    WHERE s.household_id {CHOSEN} AND s.superseded_at IS NULL AND s.true_from <= %(day)s
    ORDER BY s.household_id, s.true_from DESC, s.id DESC
), members AS (
    -- Eldest first, not by id: two imports at once deal out ids in any order.
    SELECT m.household_id, count(*) AS number,
           string_agg(p.name, ' ' ORDER BY m.relation <> 'head', p.birth_date, p.name, p.id) AS names,
           string_agg(p.initials, ' ' ORDER BY m.relation <> 'head', p.birth_date, p.name, p.id) AS initials
    FROM households_membership m JOIN households_person p ON p.id = m.person_id
    WHERE m.household_id {CHOSEN} AND m.superseded_at IS NULL
      AND m.true_from <= %(day)s AND (m.true_to IS NULL OR m.true_to >= %(day)s)
    GROUP BY m.household_id
), head AS (
    -- 整户消亡: the last head still names the file.
    SELECT DISTINCT ON (m.household_id) m.household_id, p.name, p.name_sort, p.initials
    FROM households_membership m JOIN households_person p ON p.id = m.person_id
    WHERE m.household_id {CHOSEN} AND m.superseded_at IS NULL AND m.relation = 'head'
    ORDER BY m.household_id, m.true_from <= %(day)s DESC, m.true_from DESC, m.id DESC
), cause AS (
    SELECT DISTINCT ON (c.household_id) c.household_id, c.code
    FROM households_cause c
    WHERE c.household_id {CHOSEN} AND c.superseded_at IS NULL AND c.is_main AND c.true_from <= %(day)s
      AND (c.true_to IS NULL OR c.true_to >= %(day)s)
    ORDER BY c.household_id, c.true_from DESC, c.id DESC
), residence AS (
    SELECT DISTINCT ON (r.household_id) r.household_id, r.state
    FROM households_residence r
    WHERE r.household_id {CHOSEN} AND r.superseded_at IS NULL AND r.true_from <= %(day)s
    ORDER BY r.household_id, r.true_from DESC, r.id DESC
), helper AS (
    SELECT DISTINCT ON (p.household_id) p.household_id, c.name, u.name AS unit
    FROM households_pairing p
    JOIN households_cadre c ON c.id = p.cadre_id JOIN households_unit u ON u.id = c.unit_id
    WHERE p.household_id {CHOSEN} AND p.superseded_at IS NULL
      AND p.true_from <= %(day)s AND (p.true_to IS NULL OR p.true_to >= %(day)s)
    ORDER BY p.household_id, p.place, p.true_from DESC, p.id DESC
)
INSERT INTO households_householdcard AS card
    (household_id, household_no, village_code, group_name, head_name, head_sort, head_initials, names, initials,
     member_count, attr, poverty_status, main_cause, planned_exit_year, exit_year, residence, helper_name, helper_unit)
SELECT w.id, w.household_no, coalesce(place.village_id, ''), coalesce(place.group_name, ''),
       coalesce(head.name, ''), coalesce(head.name_sort, ''), coalesce(head.initials, ''),
       coalesce(members.names, ''), coalesce(members.initials, ''), coalesce(members.number, 0),
       coalesce(status.attr, ''), coalesce(status.poverty_status, ''), coalesce(cause.code, ''),
       status.planned_exit_year, status.exit_year, coalesce(residence.state, ''),
       coalesce(helper.name, ''), coalesce(helper.unit, '')
FROM wanted w
LEFT JOIN place ON place.household_id = w.id LEFT JOIN status ON status.household_id = w.id
LEFT JOIN members ON members.household_id = w.id LEFT JOIN head ON head.household_id = w.id
LEFT JOIN cause ON cause.household_id = w.id LEFT JOIN residence ON residence.household_id = w.id
LEFT JOIN helper ON helper.household_id = w.id
-- A household whose entry was taken back is in no list.
WHERE place.household_id IS NOT NULL OR status.household_id IS NOT NULL OR members.household_id IS NOT NULL
ON CONFLICT (household_id) DO UPDATE SET
    household_no = excluded.household_no, village_code = excluded.village_code, group_name = excluded.group_name,
    head_name = excluded.head_name, head_sort = excluded.head_sort, head_initials = excluded.head_initials,
    names = excluded.names, initials = excluded.initials, member_count = excluded.member_count,
    attr = excluded.attr, poverty_status = excluded.poverty_status, main_cause = excluded.main_cause,
    planned_exit_year = excluded.planned_exit_year, exit_year = excluded.exit_year, residence = excluded.residence,
    helper_name = excluded.helper_name, helper_unit = excluded.helper_unit
WHERE card IS DISTINCT FROM excluded
"""

# Households with a row that begins or ends between two business dates, whichever of them is the later one. Without an
# earlier date: rows that were entered before they held, or that ended after their entry.
TURNED = """
SELECT household_id FROM {table} WHERE superseded_at IS NULL
   AND true_from > coalesce(%(low)s::date, entered_on) AND true_from <= %(high)s
"""
ENDED = """
SELECT household_id FROM {table} WHERE superseded_at IS NULL
   AND true_to >= coalesce(%(low)s::date, entered_on) AND true_to < %(high)s
"""
DATED = ("householddivision", "householdstatus", "residence", "membership", "cause", "pairing")
ENDING = ("membership", "cause", "pairing")
MOVED_ON = " UNION ".join(
    [TURNED.format(table=f"households_{name}") for name in DATED]
    + [ENDED.format(table=f"households_{name}") for name in ENDING]
)
REFRESH_ALL = REFRESH.replace(CHOSEN, "IS NOT NULL")


def refresh(households: Iterable[int] | None, *, day: datetime.date) -> int:
    """Write the cards of these households (None = all) as they stand on a day; returns how many changed.

    Inside the caller's transaction.
    """
    ids = None if households is None else sorted(set(households))
    with connection.cursor() as cursor:
        cursor.execute(REFRESH_ALL if ids is None else REFRESH, {"ids": array(ids or ()), "day": day})
        return int(cursor.rowcount)


def follow_the_day(since: datetime.date | None, day: datetime.date) -> int:
    """The business date moved on: write the cards of households with a row that begins or ends in between.

    since: the date the cards were last brought to; None = never. Inside the caller's transaction.
    """
    low, high = (None, day) if since is None else (min(since, day), max(since, day))
    with connection.cursor() as cursor:
        cursor.execute(MOVED_ON, {"low": low, "high": high})
        found = [row[0] for row in cursor.fetchall()]
    return refresh(found, day=day) if found else 0
