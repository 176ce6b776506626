"""The member source 成员: one row a member of the day, with the condition last collected; read once per sheet."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from households.facts.household import in_force
from povertycase.rules.facts import Source

_PERSON = ("name", "sex", "birth_date", "ethnicity", "id_type", "id_index")
_CONDITION = (
    *("education", "student_status", "dropout_reason", "health", "disease", "labour", "disability_type"),
    *("disability_grade", "disability_cert_year", "work_place", "work_months", "employer", "employment_channel"),
    *("public_post_type", "public_post_months", "ins_resident_medical", "ins_employee_medical"),
    *("ins_serious_illness", "ins_commercial", "medical_aid", "other_health_aid", "doctor_signed_on"),
    *("pension_resident", "pension_employee", "dibao", "tekun", "accident_insurance", "speaks_mandarin"),
    *("political_status", "entered_on", "event_id"),
)


def _either(names: Iterable[str], first: str, second: str) -> str:
    return ", ".join(f"coalesce({first}.{name}, {second}.{name}) AS {name}" for name in names)


def older(years: int, day: str = "%(as_of)s::date") -> str:
    """At least so many full years old on a day."""
    return f"birth_date <= ({day} - interval '{years} years')::date"


def _among(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


_SCHOOL_YEAR = (
    "make_date(date_part('year', %(as_of)s::date)::int - (date_part('month', %(as_of)s::date) < 9)::int, 8, 31)"
)
# The sex that the word for a relation says; 户主 配偶 之兄弟姐妹 之叔伯 其他 say none.
_MEN = (
    *("son", "son_in_law", "grandson", "grandson_f", "father", "wifes_father", "husbands_father", "grandfather"),
    *("grandfather_m", "great_grandson", "nephew"),
)
_WOMEN = (
    *("daughter", "daughter_in_law", "granddaughter", "granddaughter_f", "mother", "wifes_mother", "husbands_mother"),
    *("grandmother", "grandmother_m", "great_granddaughter", "niece", "sister_in_law"),
)
# What many facts ask about a member, worked out once a row; a column that nothing asks for costs nothing.
_TOLD = {
    # Compulsory education 义务教育: six to fifteen.
    "is_school_age": f"({older(6, _SCHOOL_YEAR)} AND NOT {older(16)})",
    "is_grown": f"({older(16)})",
    "is_working_age": f"({older(16)} AND NOT {older(60)})",
    "is_healthy": "('healthy' = ANY(health))",
    "is_seriously_ill": "('serious' = ANY(health))",
    "is_chronically_ill": "('chronic' = ANY(health))",
    "is_disabled": "('disabled' = ANY(health))",
    "is_sick": "(health && ARRAY['serious', 'chronic']::varchar[])",
    "is_pupil": "(nullif(student_status, '') NOT IN ('preschool_age', 'kindergarten'))",
    "is_labourer": "(nullif(labour, '') IN ('ordinary', 'skilled'))",
    "is_without_labour": "(nullif(labour, '') IN ('none', 'lost'))",
    "is_working": "(work_months > 0)",
    "is_posted": "(public_post_months > 0 OR nullif(public_post_type, '') IS NOT NULL)",
    "schoolings": "num_nonnulls(nullif(education, ''), nullif(student_status, ''))",
    "sex_unlike_relation": (
        f"(relation IN ({_among(_MEN)}) AND sex = 'female' OR relation IN ({_among(_WOMEN)}) AND sex = 'male')"
    ),
}


# One row a member of the day, with the condition last collected. Nobody is asked about school who was not six when
# the school year began (义务教育法 第十一条), nor who has finished junior school. Ages are compared as days: for three
# million members age() would cost as much as all other facts together.
#
# Members of neighbouring households have neighbouring ids as a rule, for they came in one workbook: persons and
# conditions of such a band (p1, c1) are read in a row, which halves their time. Members outside of it, who came
# later, are looked up one by one (p2, c2), and so are all where a sample shows no band or few households are chosen.
_ROWS = f"""
WITH band AS MATERIALIZED (
    SELECT CASE WHEN dense THEN first ELSE 0 END AS first, CASE WHEN dense THEN last ELSE -1 END AS last
    FROM (SELECT first, last, NOT {{chosen}} AND last - first <= 20 * (%(hi)s::bigint - %(lo)s) AS dense
          FROM (SELECT percentile_disc(0.02) WITHIN GROUP (ORDER BY person_id) AS first,
                       percentile_disc(0.98) WITHIN GROUP (ORDER BY person_id) AS last
                FROM households_membership WHERE household_id IN (
                    SELECT generate_series(%(lo)s, %(hi)s, greatest(1, (%(hi)s::bigint - %(lo)s) / 100))
                )) sample) sampled
)
SELECT household_id, person_id, relation, member_since, start_reason, name, sex, birth_date, ethnicity, id_type,
       id_index IS NOT NULL AS has_id_number,
       date_part('year', age(%(as_of)s::timestamp, birth_date::timestamp))::int AS age,
       condition_id, collected_on, entered_on, event_id,
       nullif(education, '') AS education, nullif(student_status, '') AS student_status,
       nullif(dropout_reason, '') AS dropout_reason, health, disease, nullif(labour, '') AS labour,
       disability_type, disability_grade, disability_cert_year, work_months, nullif(work_place, '') AS work_place,
       nullif(employer, '') AS employer, nullif(employment_channel, '') AS employment_channel,
       nullif(public_post_type, '') AS public_post_type, public_post_months, other_health_aid, accident_insurance,
       ins_resident_medical, ins_employee_medical, ins_serious_illness, ins_commercial, medical_aid,
       doctor_signed_on, pension_resident, pension_employee, dibao, tekun,
       speaks_mandarin, nullif(political_status, '') AS political_status,
       (ins_resident_medical OR ins_employee_medical) AS insured,
       CASE WHEN student_status NOT IN ('', 'preschool_age', 'kindergarten')
                 OR education IN ('junior', 'senior', 'college', 'university') THEN FALSE
            WHEN dropout_reason IN ('poverty', 'refusal', 'other') THEN TRUE
            WHEN dropout_reason <> '' THEN FALSE END AS out_of_school,
       {", ".join(f"{sql} AS {name}" for name, sql in _TOLD.items())}
FROM (
    SELECT m.household_id, m.person_id, m.relation, m.member_since, m.start_reason, {_either(_PERSON, "p1", "p2")},
           coalesce(c1.id, c2.id) AS condition_id, coalesce(c1.true_from, c2.true_from) AS collected_on,
           {_either(_CONDITION, "c1", "c2")}
    FROM (SELECT hm.household_id, hm.person_id, hm.relation, hm.start_reason, hm.true_from AS member_since
          FROM households_membership hm
          WHERE {{within:hm.household_id}} AND {in_force("hm")}) m
    LEFT JOIN households_person p1
           ON p1.id = m.person_id AND p1.id BETWEEN (SELECT first FROM band) AND (SELECT last FROM band)
    LEFT JOIN (
        SELECT DISTINCT ON (pc.person_id) pc.* FROM households_personcondition pc
        WHERE pc.person_id BETWEEN (SELECT first FROM band) AND (SELECT last FROM band)
          AND {{known:pc}} AND pc.true_from <= %(as_of)s
        ORDER BY pc.person_id, pc.true_from DESC, pc.id DESC) c1 ON c1.person_id = m.person_id
    LEFT JOIN LATERAL (
        SELECT pe.* FROM households_person pe WHERE p1.id IS NULL AND pe.id = m.person_id OFFSET 0) p2 ON TRUE
    LEFT JOIN LATERAL (
        SELECT pc.* FROM households_personcondition pc
        WHERE p1.id IS NULL AND pc.person_id = m.person_id AND {{known:pc}} AND pc.true_from <= %(as_of)s
        ORDER BY pc.true_from DESC, pc.id DESC LIMIT 1) c2 ON TRUE
) member
"""

SOURCES = (
    Source("members", "household", _ROWS, group="household_id", label=_("家庭成员和人员状况")),
    # The size alone needs neither the persons nor their conditions: figures of a whole county ask for nothing else.
    Source(
        "size",
        "household",
        f"SELECT hm.household_id FROM households_membership hm WHERE {{within:hm.household_id}} AND {in_force('hm')}",
        group="household_id",
        label=_("家庭成员"),
    ),
)
