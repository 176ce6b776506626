"""Causes, helpers and legal supporters of a file: intervals that open, change and close."""

from collections.abc import Sequence

from households.actions.register_apply_dated import REGISTERED
from households.actions.register_apply_lists import run, table_as
from povertycase.exchange.batch import Staging

SUPPORT = (
    "own_household",
    "address",
    "occupation",
    "has_car",
    "has_housing",
    "in_business",
    "on_payroll",
    "ability",
    "performance",
    "yearly_amount",
    "agreement",
)
SUPPORT_TEXTS = {"address", "occupation", "ability", "performance"}

CAUSES, PAIRINGS, SUPPORTERS = "households_cause", "households_pairing", "households_legalsupporter"


def compare_intervals(stage: Staging, params: dict) -> list[str]:
    """Make the lists of causes, pairings and supporters to write; returns their names."""
    made = []
    if "household" in stage:
        _compare_causes(stage, params)
        made.append("cause")
    if "helper" in stage:
        _compare_cadres(stage)
        _compare_pairings(stage, params)
        made.append("pairing")
    if "supporter" in stage:
        _compare_supporters(stage, params)
        made.append("supporter")
    return made


# --- causes -----------------------------------------------------------------------------------------------


def _compare_causes(stage: Staging, params: dict) -> None:
    """The causes a line names are in force from its day; others that were in force end the day before."""
    others = "other_causes" in stage.present["household"]
    # Without the column the other causes stay as they are.
    more = "UNION ALL SELECT household_id, ordinal, day, unnest(other_causes), false FROM e" if others else ""
    scope = "" if others else "AND c.is_main"
    table_as(
        stage.table("do_cause"),
        f"""WITH e AS (
                SELECT u.household_id, u.ordinal, s.main_cause, s.other_causes,
                       CASE WHEN u.is_new THEN {REGISTERED} ELSE coalesce(s.effective_on, %(today)s) END AS day
                FROM {stage.table("household")} s JOIN {stage.table("unit")} u USING (household_no)
            ), cand (household_id, ordinal, day, code, is_main) AS (
                SELECT household_id, ordinal, day, main_cause, true FROM e {more}
            ), cur AS (
                SELECT c.* FROM households_cause c JOIN e USING (household_id)
                WHERE c.superseded_at IS NULL AND c.true_to IS NULL {scope}
            )
            SELECT nextval('{CAUSES}_id_seq') AS id, NULL::bigint AS old_id, k.household_id AS household, k.ordinal,
                   k.code, k.is_main, k.day AS true_from, NULL::date AS true_to, k.day AS entered_on, true AS stays
            FROM cand k WHERE k.code IS NOT NULL AND NOT EXISTS (
                SELECT FROM cur c WHERE c.household_id = k.household_id AND c.code = k.code AND c.is_main = k.is_main)
            UNION ALL
            SELECT nextval('{CAUSES}_id_seq'), c.id, c.household_id, e.ordinal, c.code, c.is_main, c.true_from, e.day - 1,
                   e.day, c.true_from < e.day
            FROM cur c JOIN e USING (household_id) WHERE NOT EXISTS (
                SELECT FROM cand k WHERE k.household_id = c.household_id AND k.code = c.code AND k.is_main = c.is_main)""",
        params,
    )


# --- helpers ----------------------------------------------------------------------------------------------


def _compare_cadres(stage: Staging) -> None:
    """The cadres of the file, one row each: known by number, else by name and unit; new ones get a number."""
    table_as(
        stage.table("do_cadre"),
        f"""WITH s AS (
                SELECT s.*, coalesce(s.cadre_no, 'W' || upper(left(md5(s.unit || '/' || s.name), 14))) AS number
                FROM {stage.table("helper")} s JOIN {stage.table("unit")} u USING (household_no)
            ), one AS (SELECT DISTINCT ON (number) s.* FROM s ORDER BY number, row)
            SELECT o.number, coalesce(c.id, named.id, nextval('households_cadre_id_seq')) AS id,
                   c.id IS NULL AND named.id IS NULL AS is_new,
                   NOT EXISTS (SELECT FROM households_unit n WHERE n.name = o.unit) AS unit_is_new, o.name, o.sex, o.political_status, o.unit,
                   o.unit_level, o.title, o.phone, o.phone_index
            FROM one o LEFT JOIN households_cadre c ON c.cadre_no = o.number
            LEFT JOIN LATERAL (
                SELECT x.id FROM households_cadre x JOIN households_unit y ON y.id = x.unit_id
                WHERE c.id IS NULL AND o.cadre_no IS NULL AND x.name = o.name AND y.name = o.unit LIMIT 1) named ON true""",
        joined=("number", "id"),
    )


def write_cadres(stage: Staging) -> None:
    """Insert the units and cadres that are new, correct those that changed. Before any chunk: chunks share them."""
    run(
        f"""INSERT INTO households_unit (name, level, version)
            SELECT unit, coalesce(min(unit_level), 4), 1 FROM {stage.table("do_cadre")} GROUP BY unit
            ON CONFLICT (name) DO NOTHING"""
    )
    # Who was taken back with an earlier import is here again.
    run(
        f"""UPDATE households_unit u SET taken_back_on = NULL, version = u.version + 1
            WHERE u.taken_back_on IS NOT NULL AND u.name IN (SELECT unit FROM {stage.table("do_cadre")})"""
    )
    run(
        f"""UPDATE households_unit u SET level = x.level, version = u.version + 1 FROM (
                SELECT unit, min(unit_level) AS level FROM {stage.table("do_cadre")} WHERE unit_level IS NOT NULL
                GROUP BY unit) x
            WHERE u.name = x.unit AND u.level <> x.level"""
    )
    run(
        f"""INSERT INTO households_cadre (id, cadre_no, name, sex, political_status, unit_id, title, phone, phone_index, version)
            SELECT c.id, c.number, c.name, coalesce(c.sex, ''), coalesce(c.political_status, ''), u.id,
                   coalesce(c.title, ''), c.phone, c.phone_index, 1
            FROM {stage.table("do_cadre")} c JOIN households_unit u ON u.name = c.unit WHERE c.is_new
            ON CONFLICT (cadre_no) DO NOTHING"""
    )
    run(
        f"""UPDATE households_cadre k SET name = c.name, sex = coalesce(c.sex, k.sex), unit_id = u.id,
                   political_status = coalesce(c.political_status, k.political_status),
                   title = coalesce(c.title, k.title), phone = coalesce(c.phone, k.phone),
                   phone_index = coalesce(c.phone_index, k.phone_index), taken_back_on = NULL,
                   version = k.version + 1
            FROM {stage.table("do_cadre")} c JOIN households_unit u ON u.name = c.unit
            WHERE NOT c.is_new AND k.id = c.id
              AND (k.taken_back_on IS NOT NULL
                   OR (k.name, k.unit_id, k.sex, k.political_status, k.title, k.phone_index) IS DISTINCT FROM
                      (c.name, u.id, coalesce(c.sex, k.sex), coalesce(c.political_status, k.political_status),
                       coalesce(c.title, k.title), coalesce(c.phone_index, k.phone_index)))"""
    )


def follow_cadres(stage: Staging) -> None:
    """Another import may have entered a cadre in the meantime: the pairings take the one that stands."""
    run(
        f"""UPDATE {stage.table("do_pairing")} p SET cadre_id = k.id
            FROM {stage.table("do_cadre")} c JOIN households_cadre k ON k.cadre_no = c.number
            WHERE c.is_new AND p.cadre_id = c.id AND k.id <> c.id"""
    )


def _compare_pairings(stage: Staging, params: dict) -> None:
    """A new helper in a place ends the one before on the day before; a second one at a time is the second helper."""
    home = f"LEFT JOIN {stage.table('household')} h USING (household_no)" if "household" in stage else ""
    fallback = "coalesce(h.effective_on, %(today)s)" if home else "%(today)s"
    table_as(
        stage.table("pairs"),
        f"""SELECT u.household_id, u.ordinal, c.id AS cadre_id, s.row, s.place AS given_place,
                   s.helps_from AS given_from, s.helps_to AS true_to, {fallback} AS fallback
            FROM {stage.table("helper")} s JOIN {stage.table("unit")} u USING (household_no) {home}
            JOIN {stage.table("do_cadre")} c
              ON c.number = coalesce(s.cadre_no, 'W' || upper(left(md5(s.unit || '/' || s.name), 14)))""",
        params,
        joined=("household_id", "cadre_id"),
    )
    table_as(
        stage.table("do_pairing"),
        f"""WITH known AS (
                SELECT p.*, o.id AS old_id, coalesce(p.given_from, o.true_from, p.fallback) AS true_from,
                       o.place AS old_place, o.true_from AS old_from, o.true_to AS old_to
                FROM {stage.table("pairs")} p LEFT JOIN LATERAL (
                    SELECT x.* FROM households_pairing x
                    WHERE x.household_id = p.household_id AND x.cadre_id = p.cadre_id AND x.superseded_at IS NULL
                      AND (p.given_place IS NULL OR x.place = p.given_place)
                      AND (p.given_from IS NULL OR x.true_from = p.given_from OR (
                          daterange(x.true_from, x.true_to, '[]') && daterange(p.given_from, p.true_to, '[]')
                          AND NOT EXISTS (SELECT FROM {stage.table("pairs")} q WHERE q.household_id = p.household_id
                                          AND q.cadre_id = p.cadre_id AND q.given_from = x.true_from)))
                    ORDER BY (x.true_from = p.given_from) DESC NULLS LAST, x.true_from DESC LIMIT 1) o ON true
            ), cand AS (
                SELECT k.*, coalesce(k.given_place, k.old_place, CASE WHEN EXISTS (
                    SELECT FROM known e WHERE e.household_id = k.household_id AND e.row < k.row
                      AND coalesce(e.given_place, e.old_place, 1) = 1
                      AND daterange(e.true_from, e.true_to, '[]') && daterange(k.true_from, k.true_to, '[]')
                    ) THEN 2 ELSE 1 END)::smallint AS place FROM known k
            ), ended AS (
                SELECT o.*, c.ordinal, min(c.true_from) AS next_from FROM households_pairing o
                JOIN cand c ON c.household_id = o.household_id AND c.place = o.place AND c.old_id IS NULL
                WHERE o.superseded_at IS NULL AND o.true_to IS NULL AND o.true_from <= c.true_from
                  AND NOT EXISTS (SELECT FROM cand k WHERE k.old_id = o.id)
                GROUP BY o.id, c.ordinal
            )
            SELECT nextval('{PAIRINGS}_id_seq') AS id, c.old_id, c.household_id AS household, c.ordinal, c.cadre_id,
                   c.place, ''::varchar AS tag, c.true_from, c.true_to, least(c.true_from, %(today)s) AS entered_on,
                   true AS stays
            FROM cand c WHERE c.old_id IS NULL OR (c.place, c.true_from, c.true_to) IS DISTINCT FROM
                                                 (c.old_place, c.old_from, c.old_to)
            UNION ALL
            SELECT nextval('{PAIRINGS}_id_seq'), e.id, e.household_id, e.ordinal, e.cadre_id, e.place, e.tag, e.true_from,
                   e.next_from - 1, least(e.next_from, %(today)s), e.true_from < e.next_from
            FROM ended e""",
        params,
        joined=("household",),
    )


# --- supporters -------------------------------------------------------------------------------------------


def _compare_supporters(stage: Staging, params: dict) -> None:
    """One supporter of a name in a household; what changed ends the day before the new row begins."""
    home = f"LEFT JOIN {stage.table('household')} h USING (household_no)" if "household" in stage else ""
    fallback = "h.effective_on, %(today)s" if home else "%(today)s"
    present = stage.present["supporter"]
    columns = ", ".join(f"{_support(name, name in present)} AS {name}" for name in SUPPORT)
    mine, known = (", ".join(f"{alias}.{name}" for name in ("relation", *SUPPORT)) for alias in ("x", "o"))
    names = ", ".join(("name", "relation", *SUPPORT))
    table_as(
        stage.table("do_supporter"),
        f"""WITH e AS (
                SELECT DISTINCT ON (u.household_id, s.name) u.household_id, u.ordinal, s.*,
                       coalesce(s.noted_on, {fallback}) AS day
                FROM {stage.table("supporter")} s JOIN {stage.table("unit")} u USING (household_no) {home}
                ORDER BY u.household_id, s.name, s.row DESC
            ), x AS (
                SELECT o.id AS old_id, o.true_from AS old_from, e.household_id, e.ordinal, e.day, e.name,
                       e.relation::varchar AS relation, {columns}
                FROM e LEFT JOIN LATERAL (
                    SELECT c.* FROM households_legalsupporter c
                    WHERE c.household_id = e.household_id AND c.name = e.name AND c.superseded_at IS NULL
                      AND c.true_to IS NULL ORDER BY c.true_from DESC LIMIT 1) o ON true
            ), differs AS (
                SELECT x.* FROM x LEFT JOIN households_legalsupporter o ON o.id = x.old_id
                WHERE x.old_id IS NULL OR ({mine}) IS DISTINCT FROM ({known})
            )
            SELECT nextval('{SUPPORTERS}_id_seq') AS id, CASE WHEN old_from >= day THEN old_id END AS old_id,
                   household_id AS household, ordinal, {names}, day AS true_from, NULL::date AS true_to,
                   day AS entered_on, true AS stays FROM differs
            UNION ALL
            SELECT nextval('{SUPPORTERS}_id_seq'), o.id, o.household_id, d.ordinal,
                   {", ".join(f"o.{name}" for name in ("name", "relation", *SUPPORT))}, o.true_from, d.day - 1, d.day, true
            FROM differs d JOIN households_legalsupporter o ON o.id = d.old_id WHERE o.true_from < d.day""",
        params,
    )


def _support(name: str, given: bool) -> str:
    value = f"e.{name}" if given else f"o.{name}"
    if name == "yearly_amount":
        return f"{value}::numeric(12,2)"
    return f"coalesce({value}, '')::varchar" if name in SUPPORT_TEXTS else value


# --- writing ----------------------------------------------------------------------------------------------

COLUMNS: dict[str, tuple[str, Sequence[str]]] = {
    "cause": (CAUSES, ("code", "is_main")),
    "pairing": (PAIRINGS, ("cadre_id", "place", "tag")),
    "supporter": (SUPPORTERS, ("name", "relation", *SUPPORT)),
}


def write_intervals(stage: Staging, code: str, params: dict) -> int:
    """Write a chunk of one list: what ends or is corrected is superseded first, then its successors go in."""
    table, columns = COLUMNS[code]
    out, names = stage.table(f"do_{code}"), ", ".join(columns)
    chunk = "o.ordinal BETWEEN %(low)s AND %(high)s"
    corrected = code in params["corrected"]
    if corrected:
        run(f"UPDATE {table} t SET superseded_at = now() FROM {out} o WHERE {chunk} AND t.id = o.old_id", params)
    # A row that ends before it began was never true: it is superseded by nothing.
    made = run(
        f"""INSERT INTO {table} (id, household_id, true_from, true_to, entered_on, event_id, recorded_at, {names})
            SELECT id, household, true_from, true_to, entered_on, %(event)s, now(), {names} FROM {out} o
            WHERE {chunk} AND o.stays""",
        params,
    )
    if corrected:
        run(
            f"""UPDATE {table} t SET superseded_by_id = o.id FROM {out} o
                WHERE {chunk} AND o.stays AND t.id = o.old_id""",
            params,
        )
    return made
