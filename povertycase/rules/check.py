"""Checks 疑点规则: what makes a household's data suspicious, as a condition over facts, and all of them in one scan.

A check finds a household only where its condition surely holds: what is not known makes nobody suspicious. A rule about
emptiness says so itself (is_unknown).
"""

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from povertycase.models import SheetTable
from povertycase.rules import conditions, facts, member_counts, sheet, sheet_select, versions
from povertycase.rules.conditions import PLAIN, All, Columns, ConditionError, Given, Members, Node, Values
from povertycase.rules.operands import literal

ERROR, WARN = "error", "warn"
CONCERNED = "members_concerned"  # in the values found: how many members the condition is about


@dataclass(frozen=True)
class Check(Node):
    """One check. shows: the facts kept with a hit; sources: where the rule was read (Q-…, GX-…)."""

    code: str
    name: str
    level: str
    family: str
    node: Node
    shows: tuple[str, ...]
    sources: tuple[str, ...]
    question: str  # what the village is asked
    proof: bool  # a special case needs a paper
    sha256: str
    subject: str = "household"

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> "Check":
        """A check from its table. Raises ConditionError or KeyError with the place of the mistake."""
        if body["level"] not in (ERROR, WARN):
            raise ConditionError(f"疑点规则“{body['code']}”的级别应为 error 或 warn。")
        one = cls(
            code=body["code"],
            name=body["name"],
            level=body["level"],
            family=body["family"],
            node=conditions.parse(body["test"]),
            shows=tuple(body.get("shows", ())),
            sources=tuple(body.get("sources", ())),
            question=body["question"],
            proof=bool(body.get("proof", False)),
            sha256=versions.sha256(body),
            subject=body.get("subject", "household"),
        )
        conditions.check(one, one.subject)
        return one

    def facts(self) -> set[str]:
        return self.node.facts() | set(self.shows)

    def thresholds(self) -> set[str]:
        return self.node.thresholds()

    def counts(self) -> dict[str, str]:
        return self.node.counts()

    def sql(self, columns: Columns, given: Given = PLAIN) -> str:
        return self.node.sql(columns, given)

    def holds(self, values: Values, given: Given = PLAIN) -> bool | None:
        return self.node.holds(values, given)

    def words(self, given: Given | None = None) -> str:
        return self.node.words(given)

    def unknown_facts(self, values: Values, given: Given = PLAIN) -> list[str]:
        return self.node.unknown_facts(values, given)

    def about(self) -> list[Node]:
        """The conditions on members that it counts: the same, asked of each member, say whom a hit is about."""
        return [conditions.member_condition(body) for _code, body in sorted(self.counts().items())]

    def found_sql(self, columns: Columns) -> str:
        """The values kept with a hit, as jsonb: the facts shown, and how many members it is about."""
        pairs = [f"'{code}', {columns[code]}" for code in self.shows]
        if counted := _counted(self.node):
            pairs.append(f"'{CONCERNED}', {member_counts.surely_sql(columns[counted.code])}")
        return f"jsonb_build_object({', '.join(pairs)})"


def hits(checks: Iterable[Check], values: Values, given: Given) -> list[str]:
    """The reference engine: codes of the checks that surely hold for one subject's facts."""
    return [check.code for check in checks if check.holds(values, given) is True]


def hits_select(table: SheetTable, checks: Sequence[Check], given: Given) -> str:
    """SELECT subject_id, division_code, number, values of every hit of a sheet's range %(lo)s..%(hi)s, in one scan.

    number: place of the check in `checks`, from 1. values: jsonb. A sheet that is not stored is computed on the way,
    with the parameters of `Asked.params`.
    """
    columns = sheet.own_columns(table)
    found = " ".join(f"WHEN {n} THEN {check.found_sql(columns)}" for n, check in enumerate(checks, 1))
    rows = f"sheet.{table.table}" if table.pk else f"({sheet_select.select(table)})"
    tests = [(n, check.sql(columns, given)) for n, check in enumerate(checks, 1)]
    some = {f"some{at}": _some(tests[at : at + _ASKED]) for at in range(0, len(tests), _ASKED)}
    return f"""
        SELECT tested.subject_id, tested.division_code, hit.number, CASE hit.number {found} END AS values
        FROM (SELECT *, {", ".join(f"{sql} AS {name}" for name, sql in some.items())}
              FROM {rows} facts WHERE subject_id BETWEEN %(lo)s AND %(hi)s OFFSET 0) tested
        CROSS JOIN LATERAL unnest({" || ".join(some)}) AS hit(number)
        WHERE ({" OR ".join(f"{name} IS NOT NULL" for name in some)}) AND hit.number IS NOT NULL
    """


# Most subjects fulfil none of so many checks: then they are asked once, and no list is made.
_ASKED = 12


def _some(tests: Sequence[tuple[int, str]]) -> str:
    """The numbers of those checks that hold, NULL beside them; NULL when none does."""
    anyone = " OR ".join(f"({sql})" for _number, sql in tests)
    each = ", ".join(f"CASE WHEN {sql} THEN {number} END" for number, sql in tests)
    return f"CASE WHEN {anyone} THEN ARRAY[{each}] END"


def found(
    table: SheetTable, checks: Sequence[Check], given: Given, subject_id: int
) -> list[tuple[Check, dict[str, Any]]]:
    """What holds for one subject now, with the values kept with a hit; the sheet need not be stored."""
    with sheet.ranged() as cursor:
        cursor.execute(
            f"SELECT number, values FROM ({hits_select(table, checks, given)}) h ORDER BY number",
            sheet.asked(table).params(subject_id, subject_id),
        )
        rows = cursor.fetchall()
    return [(checks[number - 1], json.loads(values) if isinstance(values, str) else values) for number, values in rows]


def members(table: SheetTable, checks: Sequence[Check], given: Given, subject_id: int) -> dict[str, list[str]]:
    """{check: names of the members who fulfil its condition on members}, of one household of a sheet."""
    asked = [(one.code, node) for one in checks for node in one.about()]
    if not asked:
        return {}
    source = facts.SOURCES[sheet_select.MEMBERS[table.subject]]
    tests = ", ".join(
        f"coalesce({node.sql({code: facts.get(code).sql for code in node.facts()}, given)}, FALSE)"
        for _code, node in asked
    )
    with sheet.ranged() as cursor:
        cursor.execute(
            f"SELECT name, ARRAY[{tests}] FROM ({facts.expand(source.sql)}) m ORDER BY relation <> 'head', person_id",
            sheet.asked(table).params(subject_id, subject_id),
        )
        rows = cursor.fetchall()
    named: dict[str, list[str]] = {}
    for name, held in rows:
        for (code, _node), holds in zip(asked, held, strict=True):
            if holds and name not in named.setdefault(code, []):
                named[code].append(name)
    return named


def needed(checks: Iterable[Check]) -> list[str]:
    """The facts that a sheet must have for the checks beside the columns of their conditions."""
    return sorted({code for check in checks for code in check.facts()})


def read(bodies: Iterable[Mapping[str, Any]]) -> list[Check]:
    """Checks from their tables, by family and code."""
    return sorted((Check.parse(body) for body in bodies), key=lambda check: (check.family, check.code))


def _counted(node: Node) -> Members | None:
    """The first count of members in a condition."""
    if isinstance(node, Members):
        return node
    inner = node.nodes if isinstance(node, All) else ()
    return next((found for one in inner if (found := _counted(one))), None)


def keep(
    table: SheetTable,
    checks: Sequence[Check],
    keys: Sequence[int],
    given: Given,
    *,
    into: str,
    lo: int,
    hi: int,
    day: datetime.date,
) -> dict[str, int]:
    """Find a range of a sheet and keep it in the table `into`: returns the counts found, new, changed, gone.

    keys: of the checks' versions, in their order. A hit that comes back with the same facts keeps its explanation.
    Belongs into the transaction that filled the range.
    """
    rules = ", ".join(
        f"({place}, {literal(one.code)}, {key})"
        for place, (one, key) in enumerate(zip(checks, keys, strict=True), start=1)
    )
    params = {**sheet.asked(table).params(lo, hi), "day": day}
    with sheet.ranged() as cursor:
        if table.pk:
            # Thousands of hits against thousands: never one by one.
            cursor.execute("SET LOCAL enable_hashjoin = on; SET LOCAL enable_nestloop = off")
        cursor.execute(_KEEP.format(hits=hits_select(table, checks, given), rules=rules, into=into), params)
        names = [column.name for column in cursor.description]
        found = dict(zip(names, cursor.fetchone(), strict=True))
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
        return found


# Nobody's hit twice: what another transaction has stored meanwhile goes first. Every table is bounded by the range, also
# where ids say which rows: one hit that changed would be looked for among all of a province's otherwise.
_KEEP = """
WITH found AS MATERIALIZED (
    SELECT h.subject_id, h.division_code, r.code, r.version, h.values, md5(h.values::text) AS key
    FROM ({hits}) h JOIN (VALUES {rules}) AS r(number, code, version) ON r.number = h.number
), held AS MATERIALIZED (
    SELECT id, household_id, rule_code, rule_id, facts_key, village_code FROM {into}
    WHERE gone_on IS NULL AND household_id BETWEEN %(lo)s AND %(hi)s
), gone AS (
    UPDATE {into} t SET gone_on = %(day)s FROM (
        SELECT d.id FROM held d LEFT JOIN found f ON f.subject_id = d.household_id AND f.code = d.rule_code
        WHERE f.subject_id IS NULL) left_over
    WHERE t.id = left_over.id AND t.household_id BETWEEN %(lo)s AND %(hi)s RETURNING t.id
), changed AS (
    UPDATE {into} t SET values = f.values, facts_key = f.key, rule_id = f.version, village_code = f.division_code
    FROM found f JOIN held d ON d.household_id = f.subject_id AND d.rule_code = f.code
    WHERE t.id = d.id AND t.household_id BETWEEN %(lo)s AND %(hi)s
      AND (d.rule_id, d.facts_key, d.village_code) IS DISTINCT FROM (f.version, f.key, f.division_code)
    RETURNING t.id
), fresh AS (
    INSERT INTO {into} (rule_id, rule_code, household_id, village_code, values, facts_key, first_found_on,
                        excused_key, excused_until)
    SELECT f.version, f.code, f.subject_id, f.division_code, f.values, f.key, %(day)s,
           coalesce(last.excused_key, ''), last.excused_until
    FROM found f LEFT JOIN held d ON d.household_id = f.subject_id AND d.rule_code = f.code
    LEFT JOIN LATERAL (
        SELECT p.excused_key, p.excused_until FROM {into} p
        WHERE p.household_id = f.subject_id AND p.rule_code = f.code AND p.gone_on IS NOT NULL
        ORDER BY p.gone_on DESC, p.id DESC LIMIT 1) last ON d.id IS NULL
    WHERE d.id IS NULL
    ORDER BY f.subject_id, f.code
    ON CONFLICT DO NOTHING RETURNING id
)
SELECT (SELECT count(*) FROM found)::int AS found, (SELECT count(*) FROM fresh)::int AS new,
       (SELECT count(*) FROM changed)::int AS changed, (SELECT count(*) FROM gone)::int AS gone
"""


def draw(*, items: str, hits: str, batch: int, words: Mapping[str, str], prefixes: Sequence[str], present: str) -> int:
    """Put the hits of some rules and places into a batch, one statement; returns their number.

    items, hits: tables. words: {rule: its name}. prefixes: of village codes. present: SQL that says which hits `h`
    are to be answered. What is on its way in another batch is not sent twice.
    """
    places = " OR ".join(f"h.village_code LIKE {literal(prefix + '%')}" for prefix in prefixes)
    rules = ", ".join(f"({literal(code)}, {literal(name)})" for code, name in sorted(words.items()))
    with connection.cursor() as cursor:
        cursor.execute(
            _DRAW.format(items=items, hits=hits, places=places, rules=rules, present=present), {"batch": batch}
        )
        return cursor.rowcount


_DRAW = """
INSERT INTO {items} (batch_id, hit_id, rule_code, rule_words, household_id, village_code, values, state, answer, words,
                     returned_words, returned_times, version)
SELECT %(batch)s, h.id, h.rule_code, r.name, h.household_id, h.village_code, h.values, 'sent', '', '', '', 0, 1
FROM {hits} h JOIN (VALUES {rules}) AS r(code, name) ON r.code = h.rule_code
WHERE h.gone_on IS NULL AND ({places}) AND ({present})
  AND NOT EXISTS (SELECT FROM {items} i WHERE i.hit_id = h.id AND i.state <> 'closed')
ORDER BY h.village_code, h.household_id, h.rule_code
"""
