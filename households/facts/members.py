"""Facts of the members and, aggregated, of their household: schooling, insurance, health, labour, allowances."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from households import choices
from households.facts.household import VILLAGE, in_force
from povertycase.rules.facts import Fact, Source

SCHOOL = _("村报、县教育局认定")
MEDICAL = _("村报、县医保局认定")
CIVIL = _("县民政局认定")
HEALTH = _("村报、县卫健局认定")
DISABLED = _("县残联认定")

_PERSON = ("name", "sex", "birth_date", "ethnicity")
_CONDITION = (
    *("education", "student_status", "dropout_reason", "health", "labour", "disability_type", "disability_grade"),
    *("work_months", "public_post_type", "public_post_months", "ins_resident_medical", "ins_employee_medical"),
    *("ins_serious_illness", "ins_commercial", "medical_aid", "doctor_signed_on", "pension_resident"),
    *("pension_employee", "dibao", "tekun", "speaks_mandarin", "political_status", "entered_on", "event_id"),
)


def _either(names: Iterable[str], first: str, second: str) -> str:
    return ", ".join(f"coalesce({first}.{name}, {second}.{name}) AS {name}" for name in names)


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
SELECT household_id, person_id, relation, name, sex, birth_date, ethnicity,
       date_part('year', age(%(as_of)s::date, birth_date))::int AS age,
       condition_id, collected_on, entered_on, event_id,
       nullif(education, '') AS education, nullif(student_status, '') AS student_status,
       nullif(dropout_reason, '') AS dropout_reason, health, nullif(labour, '') AS labour,
       disability_type, disability_grade, work_months, nullif(public_post_type, '') AS public_post_type,
       public_post_months, ins_resident_medical, ins_employee_medical, ins_serious_illness, ins_commercial,
       medical_aid, doctor_signed_on, pension_resident, pension_employee, dibao, tekun,
       speaks_mandarin, nullif(political_status, '') AS political_status,
       (ins_resident_medical OR ins_employee_medical) AS insured,
       CASE WHEN student_status NOT IN ('', 'preschool_age', 'kindergarten')
                 OR education IN ('junior', 'senior', 'college', 'university') THEN FALSE
            WHEN dropout_reason IN ('poverty', 'refusal', 'other') THEN TRUE
            WHEN dropout_reason <> '' THEN FALSE END AS out_of_school
FROM (
    SELECT m.household_id, m.person_id, m.relation, {_either(_PERSON, "p1", "p2")},
           coalesce(c1.id, c2.id) AS condition_id, coalesce(c1.true_from, c2.true_from) AS collected_on,
           {_either(_CONDITION, "c1", "c2")}
    FROM (SELECT hm.household_id, hm.person_id, hm.relation FROM households_membership hm
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
    Source("members", "household", _ROWS, group="household_id"),
    # The size alone needs neither the persons nor their conditions: figures of a whole county ask for nothing else.
    Source(
        "size",
        "household",
        f"SELECT hm.household_id FROM households_membership hm WHERE {{within:hm.household_id}} AND {in_force('hm')}",
        group="household_id",
    ),
)

def _older(years: int, day: str = "%(as_of)s::date") -> str:
    """At least so many full years old on a day."""
    return f"birth_date <= ({day} - interval '{years} years')::date"


_SCHOOL_YEAR = (
    "make_date(date_part('year', %(as_of)s::date)::int - (date_part('month', %(as_of)s::date) < 9)::int, 8, 31)"
)
# Compulsory education 义务教育: six to fifteen.
_PUPIL = f"({_older(6, _SCHOOL_YEAR)} AND NOT {_older(16)})"
_GROWN = _older(16)
_WORKING_AGE = f"({_older(16)} AND NOT {_older(60)})"
_SERIOUS = "'serious' = ANY(health)"


def _person(code, label, kind, sql="", *, codes=(), unit="", supplier=VILLAGE) -> Fact:
    return Fact(
        code, label, "person", kind, sql or code, unit=unit, unknown=_("没有采集"), supplier=supplier,
        choices=tuple(codes),
    )  # fmt: skip


PERSON_FACTS = (
    _person("age", _("周岁"), "int", unit=_("岁")),
    _person("birth_date", _("出生日期"), "date"),
    _person("sex", _("性别"), "text", codes=choices.Sex.choices),
    _person("relation", _("与户主关系"), "text", codes=choices.Relation.choices),
    _person("education", _("文化程度"), "text", codes=choices.Education.choices, supplier=SCHOOL),
    _person("student_status", _("在校生状况"), "text", codes=choices.StudentStatus.choices, supplier=SCHOOL),
    _person("dropout_reason", _("失学或辍学原因"), "text", codes=choices.DropoutReason.choices, supplier=SCHOOL),
    _person("is_school_age", _("义务教育适龄"), "bool", _PUPIL),
    _person("out_of_school", _("失学辍学"), "bool", supplier=SCHOOL),
    _person("insured", _("参加基本医疗保险"), "bool", supplier=MEDICAL),
    _person("ins_resident_medical", _("参加城乡居民基本医疗保险"), "bool", supplier=MEDICAL),
    _person("ins_employee_medical", _("参加城镇职工基本医疗保险"), "bool", supplier=MEDICAL),
    _person("ins_serious_illness", _("参加大病保险"), "bool", supplier=MEDICAL),
    _person("ins_commercial", _("参加商业补充医疗保险"), "bool", supplier=MEDICAL),
    _person("medical_aid", _("接受医疗救助"), "bool", supplier=MEDICAL),
    _person("doctor_signed_on", _("家庭医生签约日期"), "date", supplier=HEALTH),
    _person("is_seriously_ill", _("患有大病"), "bool", f"({_SERIOUS})", supplier=HEALTH),
    _person("is_chronically_ill", _("长期慢性病"), "bool", "('chronic' = ANY(health))", supplier=HEALTH),
    _person("is_disabled", _("残疾"), "bool", "('disabled' = ANY(health))", supplier=DISABLED),
    _person("disability_grade", _("残疾等级"), "int", unit=_("级"), supplier=DISABLED),
    _person("labour", _("劳动技能"), "text", codes=choices.Labour.choices),
    _person("work_months", _("务工时间"), "numeric", unit=_("月")),
    _person("dibao", _("享受农村低保"), "bool", supplier=CIVIL),
    _person("tekun", _("特困供养人员"), "bool", supplier=CIVIL),
    _person("pension_resident", _("参加城乡居民基本养老保险"), "bool"),
    _person("pension_employee", _("参加城镇职工基本养老保险"), "bool"),
)


def _count(code, label, where, *, known="", supplier=VILLAGE, unknown="") -> Fact:
    """A number of members; with `known`, not known as soon as that cannot be said of one of them."""
    count = f"count(*) FILTER (WHERE {where})"
    sql = f"CASE WHEN bool_and(({known}) IS NOT NULL) THEN {count} END" if known else count
    return Fact(
        code, label, "household", "int", sql, source="members", unit=_("人"), unknown=unknown,
        supplier=supplier, empty="" if known else "0",
    )  # fmt: skip


_NO_INSURANCE = _("有成员的基本医疗保险情况没有采集")
_NO_SCHOOLING = _("有适龄儿童的在校情况没有采集")
_NO_LABOUR = _("有成员的劳动技能没有采集")
_NO_HEALTH = _("有成员的健康状况没有采集")
_NO_AID = _("有成员的低保、特困情况没有采集")

FACTS = (
    Fact(
        "head_name", _("户主"), "household", "text", "max(name) FILTER (WHERE relation = 'head')", source="members",
        unknown=_("没有户主"), supplier=VILLAGE,
    ),
    _count("members", _("家庭人口"), "TRUE"),
    Fact("household_size", _("家庭人口（只数人）"), "household", "int", "count(*)", source="size", unit=_("人"),
         empty="0", supplier=VILLAGE),
    _count("members_under_16", _("16周岁以下人数"), f"NOT {_GROWN}"),
    _count("members_60_plus", _("60周岁以上人数"), _older(60)),
    _count("members_without_birth_date", _("出生日期缺失人数"), "birth_date IS NULL"),
    _count("pupils", _("在校生人数"), "student_status NOT IN ('preschool_age', 'kindergarten')"),
    _count("children_6_15", _("义务教育适龄儿童人数"), _PUPIL),
    _count(
        "children_6_15_out_of_school", _("适龄儿童失学辍学人数"), f"{_PUPIL} AND out_of_school",
        known=f"CASE WHEN {_PUPIL} THEN out_of_school ELSE FALSE END", supplier=SCHOOL, unknown=_NO_SCHOOLING,
    ),
    _count("children_known_out_of_school", _("已查明失学辍学人数"), f"{_PUPIL} AND out_of_school", supplier=SCHOOL),
    _count("members_insured", _("参加基本医疗保险人数"), "insured", known="insured", supplier=MEDICAL,
           unknown=_NO_INSURANCE),
    _count("members_without_medical_insurance", _("未参加基本医疗保险人数"), "NOT insured", known="insured",
           supplier=MEDICAL, unknown=_NO_INSURANCE),
    _count("members_known_uninsured", _("已查明未参加基本医疗保险人数"), "NOT insured", supplier=MEDICAL),
    _count(
        "members_without_any_cover", _("未参加基本医疗保险且无商业医疗保险人数"),
        "NOT (insured OR ins_commercial)", known="insured OR ins_commercial", supplier=MEDICAL, unknown=_NO_INSURANCE,
    ),
    _count("members_known_without_cover", _("已查明无任何医疗保险人数"), "NOT (insured OR ins_commercial)",
           supplier=MEDICAL),
    _count("members_serious_illness_uninsured", _("未参加大病保险人数"), "NOT ins_serious_illness",
           known="ins_serious_illness", supplier=MEDICAL, unknown=_("有成员的大病保险情况没有采集")),
    _count("members_seriously_ill", _("患大病人数"), _SERIOUS, known="health", supplier=HEALTH, unknown=_NO_HEALTH),
    _count("members_chronically_ill", _("长期慢性病人数"), "'chronic' = ANY(health)", known="health",
           supplier=HEALTH, unknown=_NO_HEALTH),
    _count("members_disabled", _("残疾人数"), "'disabled' = ANY(health)", known="health", supplier=DISABLED,
           unknown=_NO_HEALTH),
    _count("members_severely_disabled", _("一二级残疾人数"), "disability_grade <= 2", supplier=DISABLED),
    _count("sick_without_doctor", _("患病未签约家庭医生人数"),
           f"({_SERIOUS} OR 'chronic' = ANY(health)) AND doctor_signed_on IS NULL", known="health", supplier=HEALTH,
           unknown=_NO_HEALTH),
    _count("labour_members", _("劳动力人数"), "labour IN ('ordinary', 'skilled')",
           known=f"CASE WHEN {_WORKING_AGE} THEN labour ELSE '' END", unknown=_NO_LABOUR),
    Fact(
        "has_labour", _("有劳动力"), "household", "bool",
        "CASE WHEN bool_or(labour IN ('ordinary', 'skilled', 'weak')) THEN TRUE "
        f"WHEN bool_and(labour IS NOT NULL OR NOT {_WORKING_AGE}) THEN FALSE END",
        source="members", unknown=_NO_LABOUR, supplier=VILLAGE,
    ),
    _count("workers", _("务工人数"), "work_months > 0"),
    _count("public_post_members", _("公益性岗位人数"), "public_post_months > 0 OR public_post_type IS NOT NULL"),
    Fact(
        "work_months_total", _("务工时间合计"), "household", "numeric", "coalesce(sum(work_months), 0)",
        source="members", unit=_("月"), supplier=VILLAGE, empty="0",
    ),
    _count("persons_dibao", _("享受农村低保人数"), "dibao", known="dibao", supplier=CIVIL, unknown=_NO_AID),
    _count("persons_tekun", _("特困供养人数"), "tekun", known="tekun", supplier=CIVIL, unknown=_NO_AID),
    _count("members_without_pension", _("16周岁以上未参加基本养老保险人数"),
           f"{_GROWN} AND student_status IS NULL AND NOT (pension_resident OR pension_employee)",
           known=f"CASE WHEN {_GROWN} AND student_status IS NULL THEN pension_resident OR pension_employee "
                 "ELSE FALSE END", unknown=_("有成员的基本养老保险情况没有采集")),
    _count("party_members", _("中共党员人数"), "political_status = 'party_member'"),
    _count("members_not_collected", _("没有采集情况的成员人数"), "condition_id IS NULL"),
)  # fmt: skip
