"""The status rows a household's line tells of: registered, planned, exited, relapsed, and how it stands now.

Earlier dates must see 未脱贫, so one line of sheet 户 becomes several dated rows (reference.md 2.2). For a known
household the earlier rows only say what they know: the other columns keep what is in force on their day.
"""

from households.actions.register_apply_dated import REGISTERED, Part, compare
from households.models import HouseholdStatus
from povertycase.exchange.batch import Staging

STEADY = (
    "attr",
    "household_type",
    "identification_standard",
    "is_martyr_family",
    "is_one_child",
    "is_two_daughter",
    "is_relocated",
)
MOVING = (
    "poverty_status",
    "registered_year",
    "planned_exit_year",
    "exit_year",
    "relapse_year",
    "relapse_cause",
)
TEXTS = {"household_type", "identification_standard", "relapse_cause"}
STATUS = Part("status", HouseholdStatus, "household", "", "", {name: name for name in (*STEADY, *MOVING)})

# Days of the steps, and the years they mean.
STEPS = f"""
    SELECT u.household_id, u.ordinal, u.is_new, s.effective_on, s.poverty_status, s.planned_exit_year, s.relapse_cause,
           {", ".join(f"s.{name}" for name in STEADY)},
           {REGISTERED} AS day_registered,
           coalesce(s.registered_year, extract(year FROM s.registered_on)::smallint) AS year_registered,
           coalesce(s.exit_year, extract(year FROM s.exited_on)::smallint) AS year_exited,
           coalesce(s.relapse_year, extract(year FROM s.relapsed_on)::smallint) AS year_relapsed,
           CASE WHEN s.planned_exit_year IS NOT NULL
                THEN greatest(coalesce(s.planned_on, make_date(s.planned_exit_year, 1, 1)), {REGISTERED}) END AS day_planned,
           CASE WHEN s.exit_year IS NOT NULL OR s.exited_on IS NOT NULL
                THEN coalesce(s.exited_on, make_date(s.exit_year, 12, 31)) END AS day_exited,
           CASE WHEN s.relapse_year IS NOT NULL OR s.relapsed_on IS NOT NULL
                THEN coalesce(s.relapsed_on, make_date(s.relapse_year, 1, 1)) END AS day_relapsed
    FROM {{household}} s JOIN {{unit}} u USING (household_no)
"""
LAST = "greatest(day_registered, day_planned, day_exited, day_relapsed)"
EXITED = "CASE WHEN e.poverty_status = 'exited_no_policy' THEN 'exited_no_policy' ELSE 'exited' END"

# place in the order of steps, its day, when it applies, and the six moving columns.
LINES = (
    ("1", "day_registered", "true", "'poor'", "NULL", "NULL", "NULL", "''"),
    (
        "2",
        "day_planned",
        "day_planned IS NOT NULL AND (day_exited IS NULL OR day_planned < day_exited)",
        "'poor'",
        "e.planned_exit_year",
        "NULL",
        "NULL",
        "''",
    ),
    ("3", "day_exited", "day_exited IS NOT NULL", EXITED, "e.planned_exit_year", "year_exited", "NULL", "''"),
    (
        "4",
        "day_relapsed",
        "day_relapsed IS NOT NULL",
        "'relapsed'",
        "e.planned_exit_year",
        "year_exited",
        "year_relapsed",
        "coalesce(e.relapse_cause, '')",
    ),
    (
        "5",
        f"greatest(coalesce(effective_on, CASE WHEN is_new THEN {LAST} ELSE %(today)s END), {LAST})",
        "true",
        "e.poverty_status",
        "e.planned_exit_year",
        "year_exited",
        "year_relapsed",
        "coalesce(e.relapse_cause, '')",
    ),
)


def compare_status(stage: Staging, params: dict) -> int:
    """Make the list of status rows to insert; returns how many there are."""
    steps = STEPS.format(household=stage.table("household"), unit=stage.table("unit"))
    lines = " UNION ALL ".join(_line(stage, *line) for line in LINES)
    return compare(stage, STATUS, f"WITH e AS MATERIALIZED ({steps}) {lines}", params)


def _line(
    stage: Staging, order: str, day: str, when: str, status: str, planned: str, exited: str, relapsed: str, cause: str
) -> str:
    present = stage.present["household"]
    # What a known household's line brings without a date was learnt today.
    entered = f"coalesce(e.effective_on, CASE WHEN e.is_new THEN {day} ELSE %(today)s END)" if order == "5" else day
    last = order == "5"
    steady = ", ".join(f"{_steady(name, name in present, last)} AS {name}" for name in STEADY)
    if last and "planned_exit_year" not in present:
        planned = "f.planned_exit_year"
    return f"""
        SELECT e.household_id AS subject_id, e.household_id AS household, e.ordinal, {day} AS true_from, {order} AS line,
               {entered} AS entered_on,
               {steady}, ({status})::varchar AS poverty_status, e.year_registered AS registered_year,
               ({planned})::smallint AS planned_exit_year, ({exited})::smallint AS exit_year,
               ({relapsed})::smallint AS relapse_year, ({cause})::varchar AS relapse_cause
        FROM e LEFT JOIN LATERAL (
            SELECT t.* FROM households_householdstatus t WHERE NOT e.is_new AND t.household_id = e.household_id
              AND t.superseded_at IS NULL AND t.true_from <= {day} ORDER BY t.true_from DESC, t.id DESC LIMIT 1) f ON true
        WHERE {when}"""


def _steady(name: str, given: bool, last: bool) -> str:
    """A column that no step tells about: earlier rows keep what they had, the last one says what the line says."""
    kind = "::varchar" if name in TEXTS or name == "attr" else ""
    own = f"e.{name}" if given else "NULL" + (kind or "::boolean")
    own = f"coalesce({own}, '')" if name in TEXTS else own
    if last and given:
        return own + kind
    return f"CASE WHEN f.id IS NULL THEN {own}{kind} ELSE f.{name} END"
