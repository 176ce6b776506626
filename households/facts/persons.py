"""Facts of a person 成员: who it is in the household, schooling, insurance, health, labour, work, allowances."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from households import choices
from households.facts.household import VILLAGE
from povertycase.rules.facts import Fact

SCHOOL = _("村报、县教育局认定")
MEDICAL = _("村报、县医保局认定")
CIVIL = _("县民政局认定")
HEALTH = _("村报、县卫健局认定")
DISABLED = _("县残联认定")


def older(years: int, day: str = "%(as_of)s::date") -> str:
    """At least so many full years old on a day."""
    return f"birth_date <= ({day} - interval '{years} years')::date"


SCHOOL_YEAR = (
    "make_date(date_part('year', %(as_of)s::date)::int - (date_part('month', %(as_of)s::date) < 9)::int, 8, 31)"
)
# Compulsory education 义务教育: six to fifteen.
PUPIL = f"({older(6, SCHOOL_YEAR)} AND NOT {older(16)})"
GROWN = older(16)
WORKING_AGE = f"({older(16)} AND NOT {older(60)})"
SERIOUS = "'serious' = ANY(health)"
SICK = "health && ARRAY['serious', 'chronic']::varchar[]"
HEALTHY = "'healthy' = ANY(health)"
STUDYING = "student_status NOT IN ('preschool_age', 'kindergarten')"
LABOURERS = "labour IN ('ordinary', 'skilled')"
COLLECTED = "condition_id IS NOT NULL"

# The sex that the word for a relation says; 户主 配偶 之兄弟姐妹 之叔伯 其他 say none.
MEN = (
    *("son", "son_in_law", "grandson", "grandson_f", "father", "wifes_father", "husbands_father", "grandfather"),
    *("grandfather_m", "great_grandson", "nephew"),
)
WOMEN = (
    *("daughter", "daughter_in_law", "granddaughter", "granddaughter_f", "mother", "wifes_mother", "husbands_mother"),
    *("grandmother", "grandmother_m", "great_granddaughter", "niece", "sister_in_law"),
)


def _among(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


SEX_UNLIKE = f"(relation IN ({_among(MEN)}) AND sex = 'female' OR relation IN ({_among(WOMEN)}) AND sex = 'male')"


def _person(code, label, kind, sql="", *, codes=(), unit="", supplier=VILLAGE, unknown=None) -> Fact:
    return Fact(
        code, label, "person", kind, sql or code, unit=unit, unknown=unknown or _("没有采集"), supplier=supplier,
        choices=tuple(codes),
    )  # fmt: skip


_SCHOOLING = f"CASE WHEN {COLLECTED} THEN num_nonnulls(education, student_status) > 0 END"
_BOTH_SCHOOLINGS = f"CASE WHEN {COLLECTED} THEN num_nonnulls(education, student_status) = 2 END"
_PUBLIC_POST = f"CASE WHEN {COLLECTED} THEN coalesce(public_post_months > 0, FALSE) OR public_post_type IS NOT NULL END"


FACTS = (
    _person("age", _("周岁"), "int", unit=_("岁")),
    _person("birth_date", _("出生日期"), "date"),
    _person("sex", _("性别"), "text", codes=choices.Sex.choices),
    _person("birth_year", _("出生年份"), "int", "date_part('year', birth_date)::int", unit=_("年")),
    _person("ethnicity", _("民族"), "text", "nullif(ethnicity, '')", codes=choices.ETHNICITY_CHOICES),
    _person("id_type", _("证件类型"), "text", codes=choices.IdType.choices),
    _person("has_id_number", _("已登记证件号码"), "bool"),
    _person("member_since", _("成为本户成员的日期"), "date"),
    _person("start_reason", _("增加原因"), "text", codes=choices.MemberStart.choices),
    _person("is_head", _("是户主"), "bool", "(relation = 'head')"),
    _person("is_spouse", _("是户主配偶"), "bool", "(relation = 'spouse')"),
    _person("sex_unlike_relation", _("性别与所称关系不一致"), "bool", SEX_UNLIKE),
    _person("is_collected", _("已采集情况"), "bool", f"({COLLECTED})"),
    _person("collected_on", _("情况采集日期"), "date"),
    _person("condition_entered_on", _("情况录入日期"), "date", "entered_on"),
    _person("relation", _("与户主关系"), "text", codes=choices.Relation.choices),
    _person("education", _("文化程度"), "text", codes=choices.Education.choices, supplier=SCHOOL),
    _person("student_status", _("在校生状况"), "text", codes=choices.StudentStatus.choices, supplier=SCHOOL),
    _person("dropout_reason", _("失学或辍学原因"), "text", codes=choices.DropoutReason.choices, supplier=SCHOOL),
    _person("is_student", _("在校学生"), "bool", f"coalesce({STUDYING}, CASE WHEN {COLLECTED} THEN FALSE END)",
            supplier=SCHOOL),
    _person("has_schooling", _("已填文化程度或在校生状况"), "bool", _SCHOOLING, supplier=SCHOOL),
    _person("has_both_schoolings", _("文化程度和在校生状况都已填"), "bool", _BOTH_SCHOOLINGS, supplier=SCHOOL),
    _person("is_school_age", _("义务教育适龄"), "bool", PUPIL),
    _person("out_of_school", _("失学辍学"), "bool", supplier=SCHOOL),
    _person("insured", _("参加基本医疗保险"), "bool", supplier=MEDICAL),
    _person("ins_resident_medical", _("参加城乡居民基本医疗保险"), "bool", supplier=MEDICAL),
    _person("ins_employee_medical", _("参加城镇职工基本医疗保险"), "bool", supplier=MEDICAL),
    _person("ins_serious_illness", _("参加大病保险"), "bool", supplier=MEDICAL),
    _person("ins_commercial", _("参加商业补充医疗保险"), "bool", supplier=MEDICAL),
    _person("medical_aid", _("接受医疗救助"), "bool", supplier=MEDICAL),
    _person("other_health_aid", _("接受其他健康扶贫"), "bool", supplier=HEALTH),
    _person("accident_insurance", _("人身意外保险补贴"), "bool"),
    _person("doctor_signed_on", _("家庭医生签约日期"), "date", supplier=HEALTH),
    _person("is_healthy", _("健康状况为健康"), "bool", f"({HEALTHY})", supplier=HEALTH),
    _person("is_sick", _("患有大病或长期慢性病"), "bool", f"({SICK})", supplier=HEALTH),
    _person("disease_named", _("已填病种"), "bool", "(disease <> '')", supplier=HEALTH),
    _person("is_seriously_ill", _("患有大病"), "bool", f"({SERIOUS})", supplier=HEALTH),
    _person("is_chronically_ill", _("长期慢性病"), "bool", "('chronic' = ANY(health))", supplier=HEALTH),
    _person("is_disabled", _("残疾"), "bool", "('disabled' = ANY(health))", supplier=DISABLED),
    _person("disability_grade", _("残疾等级"), "int", unit=_("级"), supplier=DISABLED),
    _person("disability_type", _("残疾类别"), "int", codes=choices.DisabilityType.choices, supplier=DISABLED,
            unknown=_("没有登记残疾证")),
    _person("disability_cert_year", _("残疾证办证年度"), "int", unit=_("年"), supplier=DISABLED,
            unknown=_("没有登记残疾证")),
    _person("has_disability_certificate", _("已登记残疾证"), "bool",
            f"CASE WHEN {COLLECTED} THEN disability_type IS NOT NULL AND disability_grade IS NOT NULL END",
            supplier=DISABLED),
    _person("is_working_age", _("劳动年龄（16至59周岁）"), "bool", WORKING_AGE),
    _person("is_labourer", _("普通或技能劳动力"), "bool", f"({LABOURERS})"),
    _person("labour", _("劳动技能"), "text", codes=choices.Labour.choices),
    _person("work_months", _("务工时间"), "numeric", unit=_("月")),
    _person("work_place", _("务工所在地"), "text", unknown=_("没有外出务工，或务工所在地未填")),
    _person("works_somewhere", _("已填务工所在地"), "bool", f"CASE WHEN {COLLECTED} THEN work_place IS NOT NULL END"),
    # A place that names its county or district; “广东” alone does not.
    _person("work_place_to_county", _("务工所在地写到县区"), "bool", "(work_place ~ '[县区旗市].*[县区旗市]|[县区旗]')",
            unknown=_("没有外出务工，或务工所在地未填")),
    _person("is_working", _("有务工时间"), "bool", "(work_months > 0)"),
    _person("employer", _("务工企业名称"), "text", unknown=_("没有外出务工，或企业名称未填")),
    _person("employment_channel", _("就业渠道"), "text", codes=choices.EmploymentChannel.choices,
            unknown=_("没有外出务工，或就业渠道未填")),
    _person("public_post_type", _("公益性岗位类型"), "text", codes=choices.PublicPostType.choices,
            unknown=_("没有公益性岗位，或类型未填")),
    _person("public_post_months", _("公益性岗位月数"), "numeric", unit=_("月")),
    _person("has_public_post", _("有公益性岗位"), "bool", _PUBLIC_POST),
    _person("political_status", _("政治面貌"), "text", codes=choices.PoliticalStatus.choices),
    _person("speaks_mandarin", _("会讲普通话"), "bool"),
    _person("dibao", _("享受农村低保"), "bool", supplier=CIVIL),
    _person("tekun", _("特困供养人员"), "bool", supplier=CIVIL),
    _person("pension_resident", _("参加城乡居民基本养老保险"), "bool"),
    _person("pension_employee", _("参加城镇职工基本养老保险"), "bool"),
)  # fmt: skip
