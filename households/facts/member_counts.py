"""Facts counted over a household's members: relations, schooling, insurance, health, labour, work, allowances."""

from django.utils.translation import gettext_lazy as _

from households import choices
from households.facts.household import VILLAGE
from households.facts.members import older
from households.facts.persons import CIVIL, DISABLED, HEALTH, MEDICAL, SCHOOL
from povertycase.rules.facts import Fact


def _count(code, label, where, *, known="", supplier=VILLAGE, unknown="") -> Fact:
    """A number of members; with `known`, not known as soon as that cannot be said of one of them."""
    count = f"count(*) FILTER (WHERE {where})"
    sql = f"CASE WHEN bool_and(({known}) IS NOT NULL) THEN {count} END" if known else count
    return Fact(
        code, label, "household", "int", sql, source="members", unit=_("人"), unknown=unknown,
        supplier=supplier, empty="" if known else "0",
    )  # fmt: skip


def _of_one(code, label, kind, column, relation, unknown, codes=(), unit="") -> Fact:
    """A column of the member in a relation that occurs once."""
    return Fact(
        code, label, "household", kind, f"max({column}) FILTER (WHERE relation = '{relation}')", source="members",
        unit=unit, unknown=unknown, supplier=VILLAGE, choices=tuple(codes),
    )  # fmt: skip


_NO_STUDENT = "student_status IS NULL"
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
    _count("members_under_16", _("16周岁以下人数"), "NOT is_grown"),
    _count("members_60_plus", _("60周岁以上人数"), older(60)),
    _count("members_without_birth_date", _("出生日期缺失人数"), "birth_date IS NULL"),
    _count("pupils", _("在校生人数"), "is_pupil"),
    _count("children_6_15", _("义务教育适龄儿童人数"), "is_school_age"),
    _count(
        "children_6_15_out_of_school", _("适龄儿童失学辍学人数"), "is_school_age AND out_of_school",
        known="CASE WHEN is_school_age THEN out_of_school ELSE FALSE END", supplier=SCHOOL, unknown=_NO_SCHOOLING,
    ),
    _count("children_known_out_of_school", _("已查明失学辍学人数"), "is_school_age AND out_of_school", supplier=SCHOOL),
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
    _count("members_seriously_ill", _("患大病人数"), "is_seriously_ill", known="health", supplier=HEALTH, unknown=_NO_HEALTH),
    _count("members_chronically_ill", _("长期慢性病人数"), "is_chronically_ill", known="health",
           supplier=HEALTH, unknown=_NO_HEALTH),
    _count("members_disabled", _("残疾人数"), "is_disabled", known="health", supplier=DISABLED,
           unknown=_NO_HEALTH),
    _count("members_severely_disabled", _("一二级残疾人数"), "disability_grade <= 2", supplier=DISABLED),
    _count("sick_without_doctor", _("患病未签约家庭医生人数"),
           "is_sick AND doctor_signed_on IS NULL", known="health", supplier=HEALTH,
           unknown=_NO_HEALTH),
    _count("labour_members", _("劳动力人数"), "is_labourer",
           known="CASE WHEN is_working_age THEN labour ELSE '' END", unknown=_NO_LABOUR),
    Fact(
        "has_labour", _("有劳动力"), "household", "bool",
        "CASE WHEN bool_or(is_labourer OR labour = 'weak') THEN TRUE "
        "WHEN bool_and(labour IS NOT NULL OR NOT is_working_age) THEN FALSE END",
        source="members", unknown=_NO_LABOUR, supplier=VILLAGE,
    ),
    _count("workers", _("务工人数"), "is_working"),
    _count("public_post_members", _("公益性岗位人数"), "is_posted"),
    Fact(
        "work_months_total", _("务工时间合计"), "household", "numeric", "coalesce(sum(work_months), 0)",
        source="members", unit=_("月"), supplier=VILLAGE, empty="0",
    ),
    _count("persons_dibao", _("享受农村低保人数"), "dibao", known="dibao", supplier=CIVIL, unknown=_NO_AID),
    _count("persons_tekun", _("特困供养人数"), "tekun", known="tekun", supplier=CIVIL, unknown=_NO_AID),
    _count("members_without_pension", _("16周岁以上未参加基本养老保险人数"),
           "is_grown AND student_status IS NULL AND NOT (pension_resident OR pension_employee)",
           known="CASE WHEN is_grown AND student_status IS NULL THEN pension_resident OR pension_employee "
                 "ELSE FALSE END", unknown=_("有成员的基本养老保险情况没有采集")),
    _count("party_members", _("中共党员人数"), "political_status = 'party_member'"),
    _count("members_not_collected", _("没有采集情况的成员人数"), "condition_id IS NULL"),
    _count("heads", _("户主人数"), "relation = 'head'"),
    _count("spouses", _("户主配偶人数"), "relation = 'spouse'"),
    _count("fathers", _("户主父亲人数"), "relation = 'father'"),
    _count("mothers", _("户主母亲人数"), "relation = 'mother'"),
    _of_one("head_sex", _("户主性别"), "text", "sex", "head", _("没有户主"), choices.Sex.choices),
    _of_one("spouse_sex", _("配偶性别"), "text", "sex", "spouse", _("没有配偶"), choices.Sex.choices),
    Fact(
        "head_and_spouse_same_sex", _("户主与配偶性别相同"), "household", "bool", "({head_sex} = {spouse_sex})",
        unknown=_("没有户主或没有配偶"), supplier=VILLAGE,
    ),
    _of_one("head_age", _("户主周岁"), "int", "age", "head", _("没有户主，或户主出生日期缺失"), unit=_("岁")),
    _count("members_sex_unlike_relation", _("性别与所称关系不一致的成员人数"), "sex_unlike_relation"),
    _count("members_without_id_number", _("没有登记证件号码的成员人数"), "NOT has_id_number"),
    _count("members_without_ethnicity", _("民族未填的成员人数"), "ethnicity = ''"),
    _count("members_without_schooling", _("文化程度和在校生状况都未填的成员人数"),
           "schoolings = 0", supplier=SCHOOL),
    _count("members_with_both_schoolings", _("文化程度和在校生状况都已填的成员人数"),
           "schoolings = 2", supplier=SCHOOL),
    _count("members_without_health", _("健康状况未填的成员人数"), "health IS NULL", supplier=HEALTH),
    _count("grown_without_labour_entry", _("16至59周岁劳动技能未填的成员人数"), "labour IS NULL AND is_working_age"),
    _count("members_working_age", _("劳动年龄（16至59周岁）人数"), "is_working_age"),
    _count("members_healthy", _("健康状况为健康的成员人数"), "is_healthy", known="health", supplier=HEALTH,
           unknown=_NO_HEALTH),
    _count("members_sick", _("患大病或长期慢性病人数"), "is_sick", known="health", supplier=HEALTH, unknown=_NO_HEALTH),
    _count("sick_without_serious_illness_cover", _("患病未参加大病保险人数"), "is_sick AND NOT ins_serious_illness",
           known="CASE WHEN is_sick THEN ins_serious_illness WHEN NOT is_sick THEN TRUE END", supplier=MEDICAL,
           unknown=_("有成员的健康状况或患病成员的大病保险情况没有采集")),
    _count("disabled_without_certificate", _("残疾而没有登记残疾证的成员人数"),
           "is_disabled AND num_nulls(disability_type, disability_grade) > 0", supplier=DISABLED),
    _count("certificates_without_disability", _("登记残疾证而健康状况不含残疾的成员人数"),
           "disability_type IS NOT NULL AND NOT is_disabled", supplier=DISABLED),
    _count("members_20_plus_in_primary", _("20周岁以上在读小学人数"),
           f"student_status = 'primary' AND {older(20)}", supplier=SCHOOL),
    _count("members_7_plus_before_school", _("7周岁以上仍为学龄前或学前教育的人数"),
           f"NOT is_pupil AND {older(7)}", supplier=SCHOOL),
    _count("healthy_without_labour", _("16至59周岁健康非在校而登记无劳动力、丧失劳动力的人数"),
           f"is_without_labour AND is_healthy AND is_working_age AND {_NO_STUDENT}"),
    _count("healthy_with_weak_labour", _("16至59周岁健康非在校而登记弱劳动力的人数"),
           f"labour = 'weak' AND is_healthy AND is_working_age AND {_NO_STUDENT}"),
    _count("members_able", _("有劳动力人数（含弱劳动力）"), "labour IN ('ordinary', 'skilled', 'weak')",
           known="CASE WHEN is_working_age THEN labour ELSE '' END", unknown=_NO_LABOUR),
    _count("work_place_without_months", _("有务工所在地而没有务工时间的成员人数"),
           "work_place IS NOT NULL AND coalesce(work_months, 0) = 0"),
    _count("work_months_without_place", _("有务工时间而没有务工所在地的成员人数"),
           "is_working AND work_place IS NULL"),
    _count("students_working", _("在校学生登记务工的人数"), "is_working AND is_pupil"),
    _count("working_without_labour", _("无劳动力、丧失劳动力而登记务工的人数"),
           "is_working AND is_without_labour"),
    _count("tekun_working", _("特困供养人员登记务工的人数"), "is_working AND tekun", supplier=CIVIL),
    _count("tekun_with_labour", _("特困供养人员登记有劳动力的人数"), "tekun AND is_labourer", supplier=CIVIL),
    _count("public_post_under_16", _("16周岁以下有公益性岗位的人数"), "is_posted AND NOT is_grown"),
    _count("public_post_70_plus", _("70周岁以上有公益性岗位的人数"), f"is_posted AND {older(70)}"),
    _count("public_post_without_labour", _("无劳动力、丧失劳动力而有公益性岗位的人数"),
           "is_posted AND is_without_labour"),
    _count("members_two_medical_insurances", _("居民、职工医疗保险都参加的成员人数"),
           "ins_resident_medical AND ins_employee_medical", supplier=MEDICAL),
    _count("grown_without_pension_entry", _("16周岁以上基本养老保险情况未填的成员人数"),
           "num_nonnulls(pension_resident, pension_employee) = 0 AND is_grown"),
    _count("members_with_empty_answers", _("有是否项未填的成员人数"),
           "num_nulls(pension_resident, speaks_mandarin, dibao, ins_commercial, medical_aid, tekun) > 0"),
    _count("members_dibao_and_tekun", _("低保和特困都享受的成员人数"), "dibao AND tekun", supplier=CIVIL),
    Fact(
        "members_entered_on", _("成员情况最近录入日期"), "household", "date", "max(entered_on)", source="members",
        unknown=_("没有采集成员情况"), supplier=VILLAGE,
    ),
    Fact(
        "members_collected_since", _("成员情况最早采集日期"), "household", "date", "min(collected_on)", source="members",
        unknown=_("没有采集成员情况"), supplier=VILLAGE,
    ),
)  # fmt: skip
