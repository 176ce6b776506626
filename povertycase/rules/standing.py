"""What stands 现行判定: verdicts kept from one change to the next, and the shortfalls that follow from them.

One statement judges a range of a fact sheet by all standards at once, writes only the verdicts that changed, opens a
shortfall for each criterion that is newly unmet or unknown, and moves on those whose criterion changed. The same
statement serves a range of the monthly run and the one household that somebody has just changed. Of villages and of
the county the verdicts are kept by their checks; their shortfalls follow by the same part of the statement.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from povertycase.models import SheetTable
from povertycase.rules import sheet, sheet_select
from povertycase.rules.compile import MET, UNKNOWN, UNMET, Standard
from povertycase.rules.conditions import Columns, Given
from povertycase.rules.operands import literal

# Facts that say whom shortfalls are about: households listed for exit, and exited ones with a criterion unmet.
CONCERN = ("is_exited", "listed_for_exit")
# Why a shortfall of somebody who is no longer concerned waits for review.
LEFT = (gettext_noop("该户已不在建档立卡系统中"), gettext_noop("该户已不在本年度退出计划中"))
# Why one waits whose standard shortfalls no longer follow: another code took its place, or a version without it.
REPLACED = gettext_noop("退出标准已更换，新标准不再考核这项指标")


@dataclass(frozen=True)
class Ruling:
    """A standard as it judges on a day. version, lines: keys of what is kept with each verdict.

    opens: its unmet and unknown criteria are shortfalls (of several standards only the nearest division's).
    """

    standard: Standard
    version: int
    given: Given
    lines: int
    opens: bool


@dataclass(frozen=True)
class Tables:
    """Where verdicts and shortfalls are kept."""

    verdicts: str
    shortfalls: str


@dataclass(frozen=True)
class Whose:
    """Whose shortfalls are followed. exited, listed: SQL over the sheet's columns, of whom which criteria are asked.

    column: of the shortfalls; number: it as the sheet's subject; written: the subject as the column; within: which of
    them; left: why one of somebody no longer in the sheet, or no longer concerned, waits for review.
    """

    column: str
    number: str
    written: str
    within: str
    exited: str
    listed: str
    left: tuple[str, str]


HOUSEHOLDS = Whose(
    "household_id", "household_id", "g.subject_id", "household_id BETWEEN %(lo)s AND %(hi)s", *CONCERN, LEFT
)


def of_places(exited: str, listed: str, left: tuple[str, str]) -> Whose:
    """Villages or counties of the parameter `subjects`."""
    key = "division_id::bigint"
    return Whose("division_id", key, "g.subject_id::text", f"{key} = ANY(%(subjects)s)", exited, listed, left)


def judge(
    table: SheetTable, rulings: Sequence[Ruling], into: Tables, *, lo: int, hi: int, cause: int | None = None
) -> dict[str, int]:
    """Judge the sheet's subjects lo..hi and keep what changed; a sheet that is not stored is computed on the way.

    Returns how many were judged, stored, opened and moved. cause: the audit event that moved them. A verdict that
    was made with later knowledge than the sheet's stays. Belongs into the transaction that filled the range.
    """
    params = {**sheet.asked(table).params(lo, hi), "cause": cause}
    with sheet.ranged() as cursor:
        if table.pk:
            # Ten thousands of rows against ten thousands: never one by one.
            cursor.execute("SET LOCAL enable_hashjoin = on; SET LOCAL enable_nestloop = off")
        found = _stored(cursor, lambda twice: _statement(table, rulings, into, twice), params)
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
        return found


def _stored(cursor: Any, statement: Callable[[str], str], params: dict[str, Any]) -> dict[str, int]:
    """What the statement returned. Only where somebody else stored a verdict meanwhile is each row asked about first.

    To ask for every row takes a third of the writing, and hardly ever does somebody stand there.
    """
    try:
        with transaction.atomic():
            cursor.execute(statement(""), params)
    except IntegrityError:
        cursor.execute(statement("ON CONFLICT DO NOTHING"), params)
    names = [column.name for column in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))


def follow_places(
    table: SheetTable, rulings: Sequence[Ruling], into: Tables, subjects: Sequence[int], whose: Whose
) -> dict[str, int]:
    """The shortfalls of some villages, or of the county, by a sheet that need not be stored. Returns opened and moved."""
    params = sheet.asked(table).params(min(subjects), max(subjects))
    judged = f"SELECT * FROM ({judged_select(table, rulings, whose)}) j WHERE j.subject_id = ANY(%(subjects)s)"
    statement = _PLACES.format(**_parts(rulings, into, whose, newer=""), judged=judged)
    with sheet.ranged() as cursor:
        cursor.execute(statement, {**params, "subjects": list(subjects)})
        names = [column.name for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))


def judged_select(table: SheetTable, rulings: Sequence[Ruling], whose: Whose = HOUSEHOLDS) -> str:
    """SELECT subject_id, division_code, exited, listed, place, code, outcome, met, unmet, judged: a row a standard.

    place: of the ruling, from 0. One scan of the range %(lo)s..%(hi)s; what several standards ask alike is decided once.
    """
    columns = sheet.own_columns(table)
    cells: dict[str, str] = {}
    found = [_judged(place, ruling, columns, cells) for place, ruling in enumerate(rulings)]
    # A list of VALUES is set up anew for every household: whatever is to be worked out is worked out before.
    rows = ", ".join(
        f"({place}, {literal(ruling.standard.code)}, o{place}, m{place}, u{place}, v{place})"
        for place, ruling in enumerate(rulings)
    )
    source = f"sheet.{table.table}" if table.pk else f"({sheet_select.select(table)})"
    return f"""
        SELECT t.subject_id, t.division_code, t.exited, t.listed, j.*
        FROM (SELECT subject_id, division_code, exited, listed, {", ".join(found)}
              FROM (SELECT subject_id, division_code, {whose.exited} AS exited, {whose.listed} AS listed,
                           {", ".join(f"{sql} AS {name}" for sql, name in cells.items())}
                    FROM {source} facts WHERE subject_id BETWEEN %(lo)s AND %(hi)s OFFSET 0) asked OFFSET 0) t
        CROSS JOIN LATERAL (VALUES {rows}) AS j(place, code, outcome, met, unmet, judged)
    """


def _judged(place: int, ruling: Ruling, columns: Columns, cells: dict[str, str]) -> str:
    """A standard's outcome, masks and values as columns; the expressions they need go into `cells`, each once."""
    criteria, given = ruling.standard.criteria, ruling.given
    tests = [_named(one.sql(columns, given), cells) for one in criteria]
    values = [_named(f"({one.value_sql(columns, given)})::numeric", cells) for one in criteria]
    every = ruling.standard.met_sql(tests)
    met = " | ".join(f"CASE WHEN {name} THEN {1 << n} ELSE 0 END" for n, name in enumerate(tests))
    unmet = " | ".join(f"CASE WHEN NOT {name} THEN {1 << n} ELSE 0 END" for n, name in enumerate(tests))
    return (
        f"CASE WHEN {every} THEN {MET} WHEN NOT ({every}) THEN {UNMET} ELSE {UNKNOWN} END AS o{place}, "
        f"({met})::bigint AS m{place}, ({unmet})::bigint AS u{place}, "
        f"ARRAY[{', '.join(values)}]::numeric(14,2)[] AS v{place}"
    )


def _named(sql: str, cells: dict[str, str]) -> str:
    return cells.setdefault(sql, f"c{len(cells)}")


def _statement(table: SheetTable, rulings: Sequence[Ruling], into: Tables, twice: str) -> str:
    """twice: what is to happen where a verdict stands already that the statement did not see."""
    newer = (
        "AND NOT EXISTS (\n"
        "        SELECT FROM held h WHERE h.household_id = w.subject_id AND h.known_on > %(known_on)s)"
    )
    return _STATEMENT.format(
        **_parts(rulings, into, HOUSEHOLDS, newer),
        judged=judged_select(table, rulings),
        verdicts=into.verdicts,
        version=_by_place([str(ruling.version) for ruling in rulings]),
        lines=_by_place([str(ruling.lines) for ruling in rulings]),
        twice=twice,
    )


def _parts(rulings: Sequence[Ruling], into: Tables, whose: Whose, newer: str) -> dict[str, str]:
    """What the statement says of shortfalls, whosever they are. newer: which verdicts somebody knows better already."""
    opening = [place for place, ruling in enumerate(rulings) if ruling.opens]
    followed = [
        f"{ruling.standard.code} {one.code}" for ruling in rulings if ruling.opens for one in ruling.standard.criteria
    ]
    return {
        "shortfalls": into.shortfalls,
        "column": whose.column,
        "number": whose.number,
        "written": whose.written,
        "within": whose.within,
        "criteria": _by_place([_array(one.code for one in ruling.standard.criteria) for ruling in rulings]),
        "all_met": _by_place([str((1 << len(ruling.standard.criteria)) - 1) for ruling in rulings]),
        "opening": ", ".join(map(str, opening)) or "-1",
        "followed": _array(followed),
        "left": _array((*whose.left, REPLACED)),
        "newer": newer,
    }


def _by_place(values: Sequence[str]) -> str:
    return "(CASE j.place " + " ".join(f"WHEN {place} THEN {value}" for place, value in enumerate(values)) + " END)"


def _array(codes: Any) -> str:
    return "ARRAY[" + ", ".join(literal(code) for code in codes) + "]::text[]"


# What follows for shortfalls from `judged`, of which `fresh` may be said.
_FOLLOW = """waiting AS MATERIALIZED (
    SELECT id, {number} AS subject_id, standard_code, criterion, state, unknown, improved_on,
           standard_code || ' ' || criterion = ANY({followed}) AS followed
    FROM {shortfalls}
    WHERE state <> 'closed' AND {column} IS NOT NULL AND {within}
), gaps AS (
    SELECT j.subject_id, j.division_code, j.code, g.criterion, (j.unmet >> (g.bit::int - 1)) & 1 = 0 AS unknown
    FROM fresh j CROSS JOIN LATERAL unnest({criteria}) WITH ORDINALITY AS g(criterion, bit)
    WHERE j.place IN ({opening}) AND j.met <> {all_met}
      AND ((j.exited AND (j.unmet >> (g.bit::int - 1)) & 1 = 1)
           OR (j.listed AND NOT j.exited AND (j.met >> (g.bit::int - 1)) & 1 = 0))
), opened AS (
    INSERT INTO {shortfalls} ({column}, village_code, standard_code, criterion, unknown, state, opened_on,
                              measure, closing_words, version)
    SELECT {written}, g.division_code, g.code, g.criterion, g.unknown, 'open', %(as_of)s, '', '', 1
    FROM gaps g LEFT JOIN waiting w
      ON w.subject_id = g.subject_id AND w.standard_code = g.code AND w.criterion = g.criterion
    WHERE w.id IS NULL
    ORDER BY g.subject_id
    ON CONFLICT DO NOTHING RETURNING id
), now_so AS (
    SELECT w.id, w.state, w.unknown, w.improved_on, (j.met >> (p.bit - 1)) & 1 = 1 AS is_met,
           ((j.met | j.unmet) >> (p.bit - 1)) & 1 = 0 AS is_unknown
    FROM waiting w JOIN fresh j ON j.subject_id = w.subject_id AND j.code = w.standard_code
    CROSS JOIN LATERAL (SELECT array_position({criteria}, w.criterion::text)) AS p(bit)
    WHERE w.followed AND p.bit IS NOT NULL AND (j.exited OR j.listed)
), moved AS (
    UPDATE {shortfalls} s SET unknown = n.is_unknown, version = s.version + 1,
        closing_words = CASE WHEN s.closing_words = ANY({left}) THEN '' ELSE s.closing_words END,
        state = CASE WHEN NOT n.is_met THEN 'open' WHEN n.improved_on IS NULL THEN 'recheck' ELSE n.state END,
        improved_on = CASE WHEN n.is_met THEN coalesce(n.improved_on, %(as_of)s::date) END
    FROM now_so n
    -- Open with a day of improvement: a person found that it is not so, and sent it back; it waits for a person.
    WHERE s.id = n.id AND s.state <> 'closed' AND {within}
      AND (n.is_met <> (n.improved_on IS NOT NULL) OR n.is_unknown <> n.unknown) RETURNING s.id
), left_over AS (
    -- Nobody asks the criterion of these any more: a person of the township looks and closes.
    SELECT w.id, bool_or(j.subject_id IS NOT NULL) AS registered,
           coalesce(bool_or(j.exited OR j.listed), FALSE) AS concerned
    FROM waiting w LEFT JOIN judged j ON j.subject_id = w.subject_id
    WHERE w.state = 'open' AND w.improved_on IS NULL {newer}
    GROUP BY w.id, w.followed HAVING NOT (w.followed AND coalesce(bool_or(j.exited OR j.listed), FALSE))
), released AS (
    UPDATE {shortfalls} s SET state = 'recheck', improved_on = %(as_of)s, version = s.version + 1,
        closing_words = ({left})[CASE WHEN NOT l.registered THEN 1 WHEN NOT l.concerned THEN 2 ELSE 3 END]
    FROM left_over l WHERE s.id = l.id AND s.state = 'open' AND {within} RETURNING s.id
)
"""

# held: what stands now. fresh: judged with at least as much knowledge as what stands. A row may only be stored after
# the one before it is retired, so the insert reads what the update returned; whatever another transaction has stored
# meanwhile goes first. Every table is bounded by the range, also where ids say which rows: one changed verdict would
# be looked for among all of a province's otherwise.
_STATEMENT = (
    """
WITH judged AS MATERIALIZED ({judged}),
held AS MATERIALIZED (
    SELECT id, household_id, standard_code, standard_id, lines_id, outcome, met, unmet, values, known_on
    FROM {verdicts} WHERE current AND household_id BETWEEN %(lo)s AND %(hi)s
), fresh AS MATERIALIZED (
    SELECT j.*, h.id AS old, {version} AS version, {lines} AS lines,
           h.id IS NULL OR (h.standard_id, h.lines_id, h.outcome, h.met, h.unmet, h.values)
               IS DISTINCT FROM ({version}, {lines}, j.outcome, j.met, j.unmet, j.judged) AS changed
    FROM judged j LEFT JOIN held h ON h.household_id = j.subject_id AND h.standard_code = j.code
    WHERE h.id IS NULL OR h.known_on <= %(known_on)s
), retired AS (
    UPDATE {verdicts} v SET current = FALSE FROM fresh f
    WHERE f.changed AND v.id = f.old AND v.current AND v.household_id BETWEEN %(lo)s AND %(hi)s RETURNING v.id
), gone AS (
    UPDATE {verdicts} v SET current = FALSE FROM (
        SELECT h.id FROM held h LEFT JOIN judged j ON j.subject_id = h.household_id AND j.code = h.standard_code
        WHERE j.subject_id IS NULL AND h.known_on <= %(known_on)s) left_over
    WHERE v.id = left_over.id AND v.current AND v.household_id BETWEEN %(lo)s AND %(hi)s RETURNING v.id
), stored AS (
    INSERT INTO {verdicts} (household_id, village_code, standard_id, standard_code, lines_id, as_of, known_on,
                            outcome, met, unmet, values, current, cause)
    SELECT f.subject_id, f.division_code, f.version, f.code, f.lines, %(as_of)s, %(known_on)s,
           f.outcome, f.met, f.unmet, f.judged, TRUE, %(cause)s
    FROM fresh f LEFT JOIN retired r ON r.id = f.old
    WHERE f.changed AND (f.old IS NULL) = (r.id IS NULL)
    ORDER BY f.subject_id, f.place
    {twice} RETURNING id
), """
    + _FOLLOW
    + """
SELECT (SELECT count(*) FROM judged WHERE place = 0)::int AS judged, (SELECT count(*) FROM stored)::int AS stored,
       (SELECT count(*) FROM gone)::int AS gone, (SELECT count(*) FROM opened)::int AS opened,
       ((SELECT count(*) FROM moved) + (SELECT count(*) FROM released))::int AS moved
"""
)

_PLACES = (
    """
WITH judged AS MATERIALIZED ({judged}), fresh AS (SELECT * FROM judged), """
    + _FOLLOW
    + """
SELECT (SELECT count(*) FROM opened)::int AS opened,
       ((SELECT count(*) FROM moved) + (SELECT count(*) FROM released))::int AS moved
"""
)
