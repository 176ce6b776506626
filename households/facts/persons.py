"""Facts of a person 成员: who it is in the household, schooling, insurance, health, labour, work, allowances."""

from django.utils.translation import gettext_lazy as _

from households import choices
from households.facts.household import VILLAGE
from povertycase.rules.facts import Fact

SCHOOL = _("村报、县教育局认定")
MEDICAL = _("村报、县医保局认定")
CIVIL = _("县民政局认定")
HEALTH = _("村报、县卫健局认定")
DISABLED = _("县残联认定")


def _person(code, label, kind, sql="", *, codes=(), unit="", supplier=VILLAGE, unknown=None) -> Fact:
    return Fact(
        code, label, "person", kind, sql or code, unit=unit, unknown=unknown or _("没有采集"), supplier=supplier,
        choices=tuple(codes),
    )  # fmt: skip


_SCHOOLING = "CASE WHEN condition_id IS NOT NULL THEN schoolings > 0 END"
_BOTH_SCHOOLINGS = "CASE WHEN condition_id IS NOT NULL THEN schoolings = 2 END"
_PUBLIC_POST = "CASE WHEN condition_id IS NOT NULL THEN coalesce(is_posted, FALSE) END"


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
    _person("sex_unlike_relation", _("性别与所称关系不一致"), "bool"),
    _person("is_collected", _("已采集情况"), "bool", "condition_id IS NOT NULL"),
    _person("collected_on", _("情况采集日期"), "date"),
    _person("condition_entered_on", _("情况录入日期"), "date", "entered_on"),
    _person("relation", _("与户主关系"), "text", codes=choices.Relation.choices),
    _person("education", _("文化程度"), "text", codes=choices.Education.choices, supplier=SCHOOL),
    _person("student_status", _("在校生状况"), "text", codes=choices.StudentStatus.choices, supplier=SCHOOL),
    _person("dropout_reason", _("失学或辍学原因"), "text", codes=choices.DropoutReason.choices, supplier=SCHOOL),
    _person("is_student", _("在校学生"), "bool", "coalesce(is_pupil, CASE WHEN condition_id IS NOT NULL THEN FALSE END)",
            supplier=SCHOOL),
    _person("has_schooling", _("已填文化程度或在校生状况"), "bool", _SCHOOLING, supplier=SCHOOL),
    _person("has_both_schoolings", _("文化程度和在校生状况都已填"), "bool", _BOTH_SCHOOLINGS, supplier=SCHOOL),
    _person("is_school_age", _("义务教育适龄"), "bool"),
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
    _person("is_healthy", _("健康状况为健康"), "bool", supplier=HEALTH),
    _person("is_sick", _("患有大病或长期慢性病"), "bool", supplier=HEALTH),
    _person("disease_named", _("已填病种"), "bool", "(disease <> '')", supplier=HEALTH),
    _person("is_seriously_ill", _("患有大病"), "bool", supplier=HEALTH),
    _person("is_chronically_ill", _("长期慢性病"), "bool", supplier=HEALTH),
    _person("is_disabled", _("残疾"), "bool", supplier=DISABLED),
    _person("disability_grade", _("残疾等级"), "int", unit=_("级"), supplier=DISABLED),
    _person("disability_type", _("残疾类别"), "int", codes=choices.DisabilityType.choices, supplier=DISABLED,
            unknown=_("没有登记残疾证")),
    _person("disability_cert_year", _("残疾证办证年度"), "int", unit=_("年"), supplier=DISABLED,
            unknown=_("没有登记残疾证")),
    _person("has_disability_certificate", _("已登记残疾证"), "bool",
            "CASE WHEN condition_id IS NOT NULL THEN disability_type IS NOT NULL AND disability_grade IS NOT NULL END",
            supplier=DISABLED),
    _person("is_working_age", _("劳动年龄（16至59周岁）"), "bool"),
    _person("is_labourer", _("普通或技能劳动力"), "bool"),
    _person("labour", _("劳动技能"), "text", codes=choices.Labour.choices),
    _person("work_months", _("务工时间"), "numeric", unit=_("月")),
    _person("work_place", _("务工所在地"), "text", unknown=_("没有外出务工，或务工所在地未填")),
    _person("works_somewhere", _("已填务工所在地"), "bool", "CASE WHEN condition_id IS NOT NULL THEN work_place IS NOT NULL END"),
    # A place that names its county or district; “广东” alone does not.
    _person("work_place_to_county", _("务工所在地写到县区"), "bool", "(work_place ~ '[县区旗市].*[县区旗市]|[县区旗]')",
            unknown=_("没有外出务工，或务工所在地未填")),
    _person("is_working", _("有务工时间"), "bool"),
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
