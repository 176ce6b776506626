"""Comparing the dated rows of a file with the register: only what differs from what is in force becomes a row.

For each dated part a list is made beside the staging tables: the rows to insert, with their ids, and the row each
of them supersedes (same date, other content). Applying a chunk is then one INSERT … SELECT and one UPDATE.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models

from households.actions.register_apply_lists import run, table_as
from households.models import (
    HouseholdDivision,
    HousingAppraisal,
    Income,
    LivingObservation,
    PersonCondition,
    Residence,
    WaterAppraisal,
)
from povertycase.exchange.batch import Staging

NOT_COMPARED = frozenset({"phone"})  # ciphertexts differ every time: their blind index is compared


@dataclass(frozen=True)
class Part:
    """A dated part: the model, the sheet its cells stand in, its date, and where its columns come from.

    day and entered: SQL over the aliases s (sheet row), u (unit), h (the household's row of sheet 户), b (business
    date as %(today)s). columns: model column -> sheet column; `own` are SQL expressions for columns that are no cell.
    alone: where (SQL) a row is the only one of a subject the register does not know: it needs no comparison.
    """

    code: str
    model: type[models.Model]
    sheet: str
    day: str
    entered: str
    columns: Mapping[str, str]
    subject: str = "household_id"
    own: Mapping[str, str] = field(default_factory=dict)
    where: str = "true"
    join: str = ""
    alone: str = "false"

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def names(self) -> list[str]:
        return [*self.columns, *self.own]


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _cells(model: type[models.Model], *without: str) -> dict[str, str]:
    """The columns of a model that are cells of the same name."""
    skip = {"id", "recorded_at", "entered_on", "superseded_by", "superseded_at", "event_id", "true_from", *without}
    found = (item for item in model._meta.concrete_fields if item.name not in skip and not item.generated)
    return _same(*(str(item.column) for item in found if not item.is_relation))


PARTS = (
    Part(
        "condition",
        PersonCondition,
        "member",
        "least(coalesce(s.collected_on, h.effective_on, %(today)s), coalesce(s.left_on, 'infinity'))",
        "coalesce(s.collected_on, h.effective_on, %(today)s)",
        _cells(PersonCondition, "disability_type", "disability_grade"),
        subject="person_id",
        own={
            "disability_type": "coalesce(s.disability_type, s.id_number_dtype)",
            "disability_grade": "coalesce(s.disability_grade, s.id_number_dgrade)",
        },
        alone="(w.is_new AND w.is_single)",
    ),
    Part("income", Income, "income", "s.calculated_on", "s.calculated_on", _cells(Income)),
    Part("observed", LivingObservation, "living", "s.checked_on", "s.checked_on", _cells(LivingObservation)),
    Part(
        "housing",
        HousingAppraisal,
        "living",
        "coalesce(s.appraised_on, s.checked_on)",
        "coalesce(s.appraised_on, s.checked_on)",
        _cells(HousingAppraisal),
    ),
    Part(
        "water",
        WaterAppraisal,
        "living",
        "coalesce(s.water_assessed_on, s.checked_on)",
        "coalesce(s.water_assessed_on, s.checked_on)",
        _cells(WaterAppraisal),
    ),
    Part(
        "residence",
        Residence,
        "household",
        "coalesce(s.residence_on, s.effective_on, %(today)s)",
        "coalesce(s.residence_on, s.effective_on, %(today)s)",
        {
            "state": "residence_state",
            "place": "residence_place",
            "phone": "residence_phone",
            "phone_index": "residence_phone_index",
            "expected_return": "expected_return",
        },
        own={"lives_in_id": "pl.code"},
        where="s.residence_state IS NOT NULL",
        join="LEFT JOIN {place} pl ON pl.town IS NULL AND pl.village = s.lives_in",
        alone="u.is_new",
    ),
    Part(
        "division",
        HouseholdDivision,
        "household",
        "CASE WHEN u.is_new THEN {registered} ELSE coalesce(s.effective_on, %(today)s) END",
        "CASE WHEN u.is_new THEN {registered} ELSE coalesce(s.effective_on, %(today)s) END",
        {"group_name": "group_name"},
        own={"village_id": "pl.code"},
        join="LEFT JOIN {place} pl ON pl.town = s.town AND pl.village = s.village",
        alone="u.is_new",
    ),
)

# The day a household entered the register, as far as its row of sheet 户 tells.
REGISTERED = "coalesce(s.registered_on, make_date(s.registered_year, 1, 1), s.effective_on, %(today)s)"


def compare_all(stage: Staging, params: dict, parts: Sequence[Part] = PARTS) -> list[str]:
    """Make the lists of those dated parts that the file carries; returns the names of the lists."""
    made = []
    for part in parts:
        if part.sheet not in stage:
            continue
        alone = "" if part.alone == "false" else source(stage, part, alone=True)
        if compare(stage, part, source(stage, part, alone=False), params, alone):
            made.append(part.code)
    return made


def source(stage: Staging, part: Part, *, alone: bool) -> str:
    """The rows of a part as the file gives them: subject, household, ordinal, date, entered, columns."""
    keys = part.columns.values()
    given = [key for key in keys if key in _given(stage, part)]
    filled = " OR ".join(f's."{key}" IS NOT NULL' for key in given if not key.endswith("_index")) or "false"
    subject = "w.person_id" if part.subject == "person_id" else "u.household_id"
    columns = ", ".join([_expression(stage, part, name) + f' AS "{name}"' for name in part.names()])
    fill = {"place": stage.table("place"), "registered": REGISTERED}
    day = part.day.format(**fill)
    return f"""
        SELECT {subject} AS subject_id, u.household_id AS household, u.ordinal, {day} AS true_from, s.row AS line,
               {part.entered.format(**fill)} AS entered_on, {columns.format(**fill)}
        FROM {stage.table(part.sheet)} s JOIN {stage.table("unit")} u USING (household_no)
        {_joins(stage, part)} {part.join.format(**fill)} {_carry(stage, part, subject, day, alone)}
        WHERE ({filled}) AND {part.where} AND {"" if alone else "NOT "}{part.alone}"""


def _given(stage: Staging, part: Part) -> set[str]:
    present = stage.present[part.sheet]
    return set(present) | {f"{key}_index" for key in present}


def _joins(stage: Staging, part: Part) -> str:
    joins = ""
    if part.subject == "person_id":
        joins += f"JOIN {stage.table('who')} w ON w.row = s.row "
    if "h." in part.day and "household" in stage:
        joins += f"LEFT JOIN {stage.table('household')} h ON h.household_no = s.household_no "
    elif "h." in part.day:
        joins += "CROSS JOIN (SELECT NULL::date AS effective_on) h "
    return joins


def _carry(stage: Staging, part: Part, subject: str, day: str, alone: bool) -> str:
    """Columns that the file does not have keep what is in force on the day of the row."""
    if set(part.columns.values()) <= _given(stage, part) and not _kept(part):
        return ""
    if alone:
        return f"LEFT JOIN (SELECT * FROM {part.table} WHERE false) f ON true"
    return f"""LEFT JOIN LATERAL (SELECT f.* FROM {part.table} f WHERE f.{part.subject} = {subject}
        AND f.superseded_at IS NULL AND f.true_from <= {day} ORDER BY f.true_from DESC, f.id DESC LIMIT 1) f ON true"""


def _kept(part: Part) -> set[str]:
    """Sheet columns of numbers that are shown masked: their mask leaves the number as it is."""
    return {key.removesuffix("_index") for key in part.columns.values() if key.endswith("_index")}


def _expression(stage: Staging, part: Part, name: str) -> str:
    """The value of one model column; text columns of the models are never NULL."""
    if name in part.own:
        return part.own[name]
    key = part.columns[name]
    value = f's."{key}"' if key in _given(stage, part) else f'f."{name}"'
    if (secret := key.removesuffix("_index")) in _kept(part) and secret in stage.present[part.sheet]:
        value = f'CASE WHEN s."{secret}_kept" THEN f."{name}" ELSE {value} END'
    item = next(item for item in part.model._meta.concrete_fields if item.column == name)
    if isinstance(item, models.DecimalField):
        return f"{value}::numeric({item.max_digits},{item.decimal_places})"
    return value if item.null or not isinstance(item, models.CharField | models.TextField) else f"coalesce({value}, '')"


def compare(stage: Staging, part: Part, rows_sql: str, params: dict, alone_sql: str = "") -> int:
    """Make the list of rows to insert for one part, after those that stand alone; returns how many there are."""
    compared = [name for name in part.names() if name not in NOT_COMPARED]
    sign, sign_old = (", ".join(f'{alias}."{name}"' for name in compared) for alias in ("x", "t"))
    names, none = ", ".join(f'k."{name}"' for name in part.names()), ", NULL" * len(part.names())
    first = f"""
        SELECT nextval('{part.table}_id_seq') AS id, NULL::bigint AS old_id, k.subject_id, k.household, k.ordinal,
               k.true_from, k.entered_on, {names} FROM ({alone_sql}) k UNION ALL """
    return table_as(
        stage.table(f"do_{part.code}"),
        f"""{first if alone_sql else ""} (WITH cand AS MATERIALIZED (
                SELECT DISTINCT ON (subject_id, true_from) x.*, ROW({sign})::text AS sig FROM ({rows_sql}) x
                ORDER BY subject_id, true_from, line DESC
            ), cur AS MATERIALIZED (
                SELECT t.id, t.{part.subject} AS subject_id, t.true_from, ROW({sign_old})::text AS sig
                FROM {part.table} t
                WHERE t.superseded_at IS NULL AND t.{part.subject} IN (SELECT subject_id FROM cand)
            ), line AS (
                SELECT c.id AS old_id, c.sig AS old_sig, true AS mine, k.sig, k.subject_id, k.true_from,
                       k.household, k.ordinal, k.entered_on, {names}
                FROM cand k LEFT JOIN cur c USING (subject_id, true_from)
                UNION ALL
                SELECT c.id, c.sig, false, c.sig, c.subject_id, c.true_from, NULL, NULL, NULL{none} FROM cur c
                WHERE NOT EXISTS (
                    SELECT FROM cand k WHERE k.subject_id = c.subject_id AND k.true_from = c.true_from)
            )
            SELECT nextval('{part.table}_id_seq') AS id, k.old_id, k.subject_id, k.household, k.ordinal,
                   k.true_from, k.entered_on, {names}
            FROM (SELECT *, lag(sig) OVER (PARTITION BY subject_id ORDER BY true_from) AS before FROM line) k
            WHERE mine AND CASE WHEN old_id IS NULL THEN before IS DISTINCT FROM sig ELSE old_sig <> sig END)""",
        params,
    )


def write(stage: Staging, part: Part, params: dict) -> int:
    """Insert a chunk's rows of one part and supersede what they correct."""
    out = stage.table(f"do_{part.code}")
    names = ", ".join(f'"{name}"' for name in part.names())
    fresh = run(
        f"""INSERT INTO {part.table} (id, {part.subject}, true_from, entered_on, event_id, recorded_at, {names})
            SELECT id, subject_id, true_from, entered_on, %(event)s, now(), {names} FROM {out}
            WHERE ordinal BETWEEN %(low)s AND %(high)s""",
        params,
    )
    if part.code in params["corrected"]:
        run(
            f"""UPDATE {part.table} t SET superseded_by_id = o.id, superseded_at = now() FROM {out} o
                WHERE o.old_id = t.id AND o.ordinal BETWEEN %(low)s AND %(high)s""",
            params,
        )
    return fresh
