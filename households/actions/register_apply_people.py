"""Households, persons and memberships of a file against the register, and their writing chunk by chunk."""

from households.actions.register_apply_dated import REGISTERED
from households.actions.register_apply_lists import run, table_as
from povertycase.exchange.batch import Staging

HOUSEHOLD = ("phone", "phone_index", "bank_name", "bank_account", "bank_index", "bank_holder")
PERSON = (
    "person_no",
    "name",
    "name_sort",
    "initials",
    "id_type",
    "id_number",
    "id_index",
    "sex",
    "birth_date",
    "ethnicity",
)
MEMBERSHIP = ("relation", "start_reason", "end_reason", "true_from", "true_to")


def compare_people(stage: Staging, params: dict) -> list[str]:
    """Make the lists of new and changed households, persons and memberships; returns their names."""
    made = ["household"]
    _compare_households(stage)
    if "member" in stage:
        _compare_persons(stage)
        _compare_memberships(stage, params)
        made += ["person", "membership"]
    return made


def _compare_households(stage: Staging) -> None:
    """An empty cell takes nothing away from the identity of a household; a filled one corrects it."""
    sheet = "household" in stage
    source = f"LEFT JOIN {stage.table('household')} s USING (household_no)" if sheet else ""
    columns = (
        "coalesce(s.phone, h.phone) AS phone, coalesce(s.phone_index, h.phone_index) AS phone_index,"
        " coalesce(s.bank_name, h.bank_name, '') AS bank_name,"
        " coalesce(s.bank_account, h.bank_account) AS bank_account,"
        " coalesce(s.bank_account_index, h.bank_index) AS bank_index,"
        " coalesce(s.bank_holder, h.bank_holder, '') AS bank_holder"
    )
    table_as(
        stage.table("do_household"),
        f"""SELECT u.household_id AS id, u.household_id AS household, u.household_no, u.ordinal, u.is_new,
                   u.is_new AND u.seen IS NOT NULL AS is_back, {columns}
            FROM {stage.table("unit")} u {source} LEFT JOIN households_household h ON h.id = u.household_id
            WHERE u.is_new OR (s.phone_index, s.bank_account_index, s.bank_name, s.bank_holder) IS DISTINCT FROM
                  (CASE WHEN s.phone_index IS NULL THEN NULL ELSE h.phone_index END,
                   CASE WHEN s.bank_account_index IS NULL THEN NULL ELSE h.bank_index END,
                   CASE WHEN s.bank_name IS NULL THEN NULL ELSE h.bank_name END,
                   CASE WHEN s.bank_holder IS NULL THEN NULL ELSE h.bank_holder END)"""
        if sheet
        else f"""SELECT u.household_id AS id, u.household_id AS household, u.household_no, u.ordinal, u.is_new,
                        u.is_new AND u.seen IS NOT NULL AS is_back, NULL::bytea AS phone,
                        NULL::bytea AS phone_index, '' AS bank_name, NULL::bytea AS bank_account,
                        NULL::bytea AS bank_index, '' AS bank_holder
                 FROM {stage.table("unit")} u WHERE u.is_new""",
    )


def _compare_persons(stage: Staging) -> None:
    columns = """
        coalesce(s.person_no, p.person_no)::varchar AS person_no, s.name::varchar AS name,
        s.name_sort::varchar AS name_sort, s.name_initials::varchar AS initials,
        coalesce(s.id_number_type, p.id_type, s.id_type, 'none')::varchar AS id_type,
        coalesce(s.id_number, p.id_number) AS id_number, coalesce(s.id_number_index, p.id_index) AS id_index,
        coalesce(s.id_number_sex, s.sex, p.sex)::varchar AS sex,
        coalesce(s.id_number_birth, s.birth_date, p.birth_date) AS birth_date,
        coalesce(s.ethnicity, p.ethnicity, '')::varchar AS ethnicity"""
    compared = [name for name in PERSON if name != "id_number"]
    mine, known = (", ".join(f"{alias}.{name}" for name in compared) for alias in ("x", "q"))
    table_as(
        stage.table("do_person"),
        f"""SELECT x.* FROM (
                SELECT w.person_id AS id, w.is_new, w.household_id AS household, u.ordinal, {columns}
                FROM {stage.table("who")} w JOIN {stage.table("member")} s ON s.row = w.row
                JOIN {stage.table("unit")} u USING (household_id)
                LEFT JOIN households_person p ON NOT w.is_new AND p.id = w.person_id
                WHERE w.is_last
            ) x LEFT JOIN households_person q ON NOT x.is_new AND q.id = x.id
            WHERE x.is_new OR ({mine}) IS DISTINCT FROM ({known})""",
    )


def _compare_memberships(stage: Staging, params: dict) -> None:
    """A row means the membership that begins on its day, else the latest one that no other row means."""
    has_sheet = "household" in stage
    home = f"LEFT JOIN {stage.table('household')} h ON h.household_no = u.household_no" if has_sheet else ""
    registered = REGISTERED.replace("s.", "h.") if has_sheet else "%(today)s"
    first_day = f"""CASE WHEN u.is_new THEN greatest({registered}, coalesce(s.id_number_birth, s.birth_date))
                         ELSE coalesce(s.collected_on, %(today)s) END"""
    mine, known = (", ".join(f"{alias}.{name}" for name in MEMBERSHIP) for alias in ("x", "x.old"))
    old = ", ".join(f"o.{name} AS old_{name}" for name in MEMBERSHIP)
    table_as(
        stage.table("do_membership"),
        f"""SELECT nextval('households_membership_id_seq') AS id, x.* FROM (
                SELECT o.id AS old_id, w.household_id AS household, w.person_id, u.ordinal, s.relation,
                       coalesce(s.start_reason, o.start_reason,
                                CASE WHEN u.is_new THEN 'registered' ELSE 'other_in' END)::varchar AS start_reason,
                       coalesce(s.end_reason, '')::varchar AS end_reason,
                       coalesce(s.joined_on, o.true_from, {first_day}) AS true_from, s.left_on AS true_to,
                       coalesce(s.collected_on, s.left_on, s.joined_on, %(today)s) AS entered_on, {old}
                FROM {stage.table("member")} s JOIN {stage.table("who")} w ON w.row = s.row
                JOIN {stage.table("unit")} u USING (household_id) {home}
                LEFT JOIN households_membership o ON o.id = CASE WHEN NOT u.is_new THEN (
                    SELECT m.id FROM households_membership m
                    WHERE m.household_id = w.household_id AND m.person_id = w.person_id AND m.superseded_at IS NULL
                      AND (m.true_from = s.joined_on OR NOT EXISTS (
                          SELECT FROM {stage.table("who")} w2 JOIN {stage.table("member")} s2 ON s2.row = w2.row
                          WHERE w2.person_id = w.person_id AND w2.household_id = w.household_id AND w2.row <> w.row
                            AND s2.joined_on = m.true_from))
                    ORDER BY (m.true_from = s.joined_on) DESC NULLS LAST, m.true_from DESC LIMIT 1) END
            ) x WHERE x.old_id IS NULL OR ({mine}) IS DISTINCT FROM ({known.replace("x.old.", "x.old_")})""",
        params,
        joined=("household", "person_id"),
    )


def write_households(stage: Staging, params: dict) -> int:
    """Insert the new households of a chunk and correct the known ones."""
    names = ", ".join(HOUSEHOLD)
    chunk = "WHERE o.ordinal BETWEEN %(low)s AND %(high)s"
    made = run(
        f"""INSERT INTO households_household (id, household_no, version, {names})
            SELECT id, household_no, 1, {names} FROM {stage.table("do_household")} o {chunk}
            AND is_new AND NOT is_back ORDER BY household_no""",
        params,
    )
    if "household" not in params["corrected"]:
        return made
    run(
        f"""UPDATE households_household h SET version = h.version + 1, {_assigned(HOUSEHOLD)}
            FROM {stage.table("do_household")} o {chunk} AND (NOT o.is_new OR o.is_back) AND h.id = o.id""",
        params,
    )
    return made


def write_persons(stage: Staging, params: dict) -> int:
    """Insert the new persons of a chunk and correct the known ones."""
    names = ", ".join(PERSON)
    chunk = "WHERE o.ordinal BETWEEN %(low)s AND %(high)s"
    made = run(
        f"""INSERT INTO households_person (id, version, {names})
            SELECT id, 1, {names} FROM {stage.table("do_person")} o {chunk} AND is_new""",
        params,
    )
    if "person" not in params["corrected"]:
        return made
    run(
        f"""UPDATE households_person p SET version = p.version + 1, {_assigned(PERSON)}
            FROM {stage.table("do_person")} o {chunk} AND NOT o.is_new AND p.id = o.id""",
        params,
    )
    return made


def write_memberships(stage: Staging, params: dict) -> int:
    """Insert the memberships of a chunk; what they replace is superseded first, or the two would overlap.

    The last person goes in first: the constraints' trees of days then find a place a fifth sooner.
    """
    out = stage.table("do_membership")
    chunk = "o.ordinal BETWEEN %(low)s AND %(high)s"
    corrected, old = "membership" in params["corrected"], f"FROM {out} o WHERE {chunk} AND m.id = o.old_id"
    if corrected:
        run(f"UPDATE households_membership m SET superseded_at = now() {old}", params)
    made = run(
        f"""INSERT INTO households_membership
                (id, household_id, person_id, relation, start_reason, end_reason, true_from, true_to, entered_on, event_id,
                 recorded_at)
            SELECT id, household, person_id, relation, start_reason, end_reason, true_from, true_to, entered_on, %(event)s, now()
            FROM {out} o WHERE {chunk} ORDER BY person_id DESC""",
        params,
    )
    if corrected:
        run(f"UPDATE households_membership m SET superseded_by_id = o.id {old}", params)
    return made


def _assigned(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} = o.{name}" for name in names)
