"""Code lists of the register (reference.md 2.8, CL-01 … CL-12): stable keys, labels as the office says them."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class HouseholdAttr(TextChoices):  # CL-01 贫困户属性
    GENERAL = "general", _("一般贫困户")
    DIBAO = "dibao", _("低保贫困户")
    TEKUN = "tekun", _("特困供养贫困户")


class HouseholdType(TextChoices):
    """CL-02 户类型 (2021+)."""

    EXITED_WITH_POLICY = "exited_with_policy", _("脱贫户（享受政策）")
    EXITED_NO_POLICY = "exited_no_policy", _("脱贫户（不享受政策）")
    UNSTABLE_EXITED = "unstable_exited", _("脱贫不稳定户")
    MARGINAL = "marginal", _("边缘易致贫户")
    SUDDEN_HARDSHIP = "sudden_hardship", _("突发严重困难户")
    ORDINARY = "ordinary", _("一般农户")


class PovertyStatus(TextChoices):
    """CL-03 脱贫属性."""

    POOR = "poor", _("未脱贫")
    PRE_EXIT = "pre_exit", _("预脱贫")
    EXITED = "exited", _("已脱贫（享受政策）")
    EXITED_NO_POLICY = "exited_no_policy", _("已脱贫（不享受政策）")
    RELAPSED = "relapsed", _("返贫")
    GONE = "gone", _("整户自然减少")
    REMOVED = "removed", _("清退")


class IdentificationStandard(TextChoices):
    NATIONAL = "national", _("国家标准")
    PROVINCIAL = "provincial", _("省定标准")
    MUNICIPAL = "municipal", _("市定标准")


class CauseCode(TextChoices):
    """CL-04 致贫原因, in the order of the national list."""

    ILLNESS = "illness", _("因病")
    DISABILITY = "disability", _("因残")
    SCHOOLING = "schooling", _("因学")
    DISASTER = "disaster", _("因灾")
    LAND = "land", _("缺土地")
    WATER = "water", _("缺水")
    SKILL = "skill", _("缺技术")
    LABOUR = "labour", _("缺劳力")
    CAPITAL = "capital", _("缺资金")
    TRAFFIC = "traffic", _("交通条件落后")
    MOTIVATION = "motivation", _("自身发展动力不足")
    MARRIAGE = "marriage", _("因婚")
    BEREAVEMENT = "bereavement", _("因丧")
    OTHER = "other", _("其他")


class Sex(TextChoices):
    MALE = "male", _("男")
    FEMALE = "female", _("女")


class IdType(TextChoices):
    IDENTITY_CARD = "identity_card", _("居民身份证")
    DISABILITY_CERT = "disability_cert", _("残疾人证")
    OFFICER_CARD = "officer_card", _("军官证")
    NONE = "none", _("无")


class Relation(TextChoices):
    """CL-05 与户主关系 (28)."""

    HEAD = "head", _("户主")
    SPOUSE = "spouse", _("配偶")
    SON = "son", _("之子")
    DAUGHTER = "daughter", _("之女")
    DAUGHTER_IN_LAW = "daughter_in_law", _("之儿媳")
    SON_IN_LAW = "son_in_law", _("之女婿")
    GRANDSON = "grandson", _("之孙子")
    GRANDDAUGHTER = "granddaughter", _("之孙女")
    GRANDSON_F = "grandson_f", _("之外孙子")
    GRANDDAUGHTER_F = "granddaughter_f", _("之外孙女")
    FATHER = "father", _("之父")
    MOTHER = "mother", _("之母")
    WIFES_FATHER = "wifes_father", _("之岳父")
    WIFES_MOTHER = "wifes_mother", _("之岳母")
    HUSBANDS_FATHER = "husbands_father", _("之公公")
    HUSBANDS_MOTHER = "husbands_mother", _("之婆婆")
    GRANDFATHER = "grandfather", _("之祖父")
    GRANDMOTHER = "grandmother", _("之祖母")
    GRANDFATHER_M = "grandfather_m", _("之外祖父")
    GRANDMOTHER_M = "grandmother_m", _("之外祖母")
    SIBLING = "sibling", _("之兄弟姐妹")
    GREAT_GRANDSON = "great_grandson", _("之曾孙子")
    GREAT_GRANDDAUGHTER = "great_granddaughter", _("之曾孙女")
    NEPHEW = "nephew", _("之侄儿")
    NIECE = "niece", _("之侄女")
    SISTER_IN_LAW = "sister_in_law", _("之兄弟媳妇")
    UNCLE = "uncle", _("之叔伯")
    OTHER = "other", _("其他")


ETHNICITIES = (
    "01汉 02蒙古 03回 04藏 05维吾尔 06苗 07彝 08壮 09布依 10朝鲜 11满 12侗 13瑶 14白 15土家 16哈尼 17哈萨克 18傣 19黎 "
    "20傈僳 21佤 22畲 23高山 24拉祜 25水 26东乡 27纳西 28景颇 29柯尔克孜 30土 31达斡尔 32仫佬 33羌 34布朗 35撒拉 36毛南 "
    "37仡佬 38锡伯 39阿昌 40普米 41塔吉克 42怒 43乌孜别克 44俄罗斯 45鄂温克 46德昂 47保安 48裕固 49京 50塔塔尔 51独龙 "
    "52鄂伦春 53赫哲 54门巴 55珞巴 56基诺 97其他 98外国血统"
)
# CL-06 民族 GB/T 3304; read with or without 族.
ETHNICITY_CHOICES = [(item[:2], item[2:] + ("" if item[:2] > "96" else "族")) for item in ETHNICITIES.split()]


class PoliticalStatus(TextChoices):
    PARTY_MEMBER = "party_member", _("中共党员")
    PROBATIONARY = "probationary", _("中共预备党员")
    LEAGUE_MEMBER = "league_member", _("共青团员")
    MASSES = "masses", _("群众")


class Education(TextChoices):
    """CL-07 文化程度; empty for pupils."""

    ILLITERATE = "illiterate", _("文盲或半文盲")
    PRIMARY = "primary", _("小学")
    JUNIOR = "junior", _("初中")
    SENIOR = "senior", _("高中")
    COLLEGE = "college", _("大专")
    UNIVERSITY = "university", _("本科及以上")


class StudentStatus(TextChoices):
    """CL-08 在校生状况; empty for everybody else."""

    PRESCHOOL_AGE = "preschool_age", _("学龄前儿童")
    KINDERGARTEN = "kindergarten", _("学前教育")
    PRIMARY = "primary", _("小学")
    GRADE7 = "grade7", _("七年级")
    GRADE8 = "grade8", _("八年级")
    GRADE9 = "grade9", _("九年级")
    SENIOR1 = "senior1", _("普通高中一年级")
    SENIOR2 = "senior2", _("普通高中二年级")
    SENIOR3 = "senior3", _("普通高中三年级")
    VOCATIONAL1 = "vocational1", _("中职一年级")
    VOCATIONAL2 = "vocational2", _("中职二年级")
    VOCATIONAL3 = "vocational3", _("中职三年级")
    COLLEGE1 = "college1", _("高职高专一年级")
    COLLEGE2 = "college2", _("高职高专二年级")
    COLLEGE3 = "college3", _("高职高专三年级")
    TECHNICIAN1 = "technician1", _("技师学院一年级")
    TECHNICIAN2 = "technician2", _("技师学院二年级")
    TECHNICIAN3 = "technician3", _("技师学院三年级")
    TECHNICIAN4 = "technician4", _("技师学院四年级")
    BACHELOR1 = "bachelor1", _("本科一年级")
    BACHELOR2 = "bachelor2", _("本科二年级")
    BACHELOR3 = "bachelor3", _("本科三年级")
    BACHELOR4 = "bachelor4", _("本科四年级")
    BACHELOR5 = "bachelor5", _("本科五年级")
    MASTER = "master", _("硕士研究生及以上")


class DropoutReason(TextChoices):
    POVERTY = "poverty", _("因贫")
    ILLNESS = "illness", _("因病")
    DISABILITY = "disability", _("因残")
    REFUSAL = "refusal", _("厌学")
    HOME_TEACHING = "home_teaching", _("送教上门")
    SUSPENDED = "suspended", _("休学")
    EXEMPTED = "exempted", _("经认定免学缓学")
    OTHER = "other", _("其他")


class Health(TextChoices):
    """CL-09 健康状况: a set; 健康 stands alone."""

    HEALTHY = "healthy", _("健康")
    CHRONIC = "chronic", _("长期慢性病")
    SERIOUS = "serious", _("患有大病")
    DISABLED = "disabled", _("残疾")


class DisabilityType(IntegerChoices):
    """CL-10 残疾类别: digit 19 of the certificate."""

    SIGHT = 1, _("视力残疾")
    HEARING = 2, _("听力残疾")
    SPEECH = 3, _("言语残疾")
    LIMB = 4, _("肢体残疾")
    INTELLECT = 5, _("智力残疾")
    MENTAL = 6, _("精神残疾")
    MULTIPLE = 7, _("多重残疾")


class DisabilityGrade(IntegerChoices):
    """CL-10 残疾等级: 1 is the heaviest."""

    ONE = 1, _("一级")
    TWO = 2, _("二级")
    THREE = 3, _("三级")
    FOUR = 4, _("四级")


class Labour(TextChoices):
    """CL-11 劳动技能. 弱劳动力或半劳动力 came about 2019-20 (county-officer.md E-26, unverified)."""

    ORDINARY = "ordinary", _("普通劳动力")
    SKILLED = "skilled", _("技能劳动力")
    WEAK = "weak", _("弱劳动力或半劳动力")
    LOST = "lost", _("丧失劳动力")
    NONE = "none", _("无劳动力")


# The years of code lists (E-26): first and last data year in which a code may be entered; a code not named is always
# valid. A code of another year is not offered by forms and warned of by imports; what stands in the register keeps its
# label. 户类型 is of the second era (CL-02), 因婚 of the list of 2018, 因丧 of a later one (reference.md 2.8).
VALID_YEARS: dict[str, dict[str, tuple[int | None, int | None]]] = {
    "labour": {Labour.WEAK.value: (2019, None)},
    "cause": {CauseCode.MARRIAGE.value: (2018, None), CauseCode.BEREAVEMENT.value: (2019, None)},
    "household_type": {code: (2021, None) for code in HouseholdType.values},
}
# The items whose codes have years, by list: as the register, its forms and its workbooks call them.
DATED_ITEMS = {
    "labour": "labour",
    "household_type": "household_type",
    **dict.fromkeys(("main", "others", "main_cause", "other_causes", "relapse_cause"), "cause"),
}


def years_of(item: str) -> dict[str, tuple[int | None, int | None]]:
    """The years of the codes of an item; empty where its list is the same in all years."""
    return VALID_YEARS.get(DATED_ITEMS.get(item, ""), {})


def in_year(item: str, code: str, year: int) -> bool:
    """May a code of an item be entered for a data year?"""
    first, last = years_of(item).get(code, (None, None))
    return (first is None or year >= first) and (last is None or year <= last)


class MemberStart(TextChoices):
    REGISTERED = "registered", _("建档时在册")
    BIRTH = "birth", _("新生儿")
    MARRIED_IN = "married_in", _("嫁入")
    MOVED_IN = "moved_in", _("迁入")
    RETURNED = "returned", _("刑满或退役返乡")
    SPLIT = "split", _("分户")
    MERGED = "merged", _("并户")
    OTHER_IN = "other_in", _("其他转入")


class MemberEnd(TextChoices):
    DEATH = "death", _("死亡")
    MARRIED_OUT = "married_out", _("嫁出")
    MOVED_OUT = "moved_out", _("迁出")
    MILITARY = "military", _("服兵役")
    PRISON = "prison", _("判刑收监")
    ABROAD = "abroad", _("出国定居")
    MISSING = "missing", _("失联")
    HEAD_CHANGED = "head_changed", _("户主变更")
    SPLIT = "split", _("分户")
    MERGED = "merged", _("并户")
    OTHER_OUT = "other_out", _("其他转出")


class ResidenceState(TextChoices):
    """居住状况 (county-officer.md 2.1)."""

    AT_HOME = "at_home", _("常住")
    SEASONAL = "seasonal", _("季节性外出")
    AWAY = "away", _("整户外出")
    WITH_CHILDREN = "with_children", _("随子女")
    CARE_HOME = "care_home", _("养老机构")
    HOSPITAL = "hospital", _("住院")


class HouseGrade(TextChoices):
    """CL-12 住房鉴定等级: C 局部危房, D 整幢危房."""

    A = "A", _("A级")
    B = "B", _("B级")
    C = "C", _("C级")
    D = "D", _("D级")


class HouseOwnership(TextChoices):
    OWN = "own", _("自有")
    BORROWED = "borrowed", _("借住")
    RENTED = "rented", _("租住")
    WITH_CHILDREN = "with_children", _("随子女")


class HouseStructure(TextChoices):
    BRICK_CONCRETE = "brick_concrete", _("砖混")
    BRICK_TILE = "brick_tile", _("砖瓦")
    EARTH_WOOD = "earth_wood", _("土木")
    ALKALI_EARTH = "alkali_earth", _("碱土房")
    CAVE = "cave", _("窑洞")
    STILT = "stilt", _("吊脚楼")
    WOOD = "wood", _("木结构")
    OTHER = "other", _("其他")


class RenovationMethod(TextChoices):
    REBUILD = "rebuild", _("重建")
    REPAIR = "repair", _("维修")
    REINFORCE_D = "reinforce_d", _("D级除险加固")
    EXCHANGE = "exchange", _("置换")
    RELOCATION = "relocation", _("易地搬迁")


class RoadType(TextChoices):
    EARTH = "earth", _("泥土路")
    GRAVEL = "gravel", _("砂石路")
    CONCRETE = "concrete", _("水泥路")
    ASPHALT = "asphalt", _("沥青路")


class Fuel(TextChoices):
    WOOD = "wood", _("柴草")
    DUNG = "dung", _("干畜粪")
    COAL = "coal", _("煤炭")
    CLEAN = "clean", _("清洁能源")
    OTHER = "other", _("其它")


class WaterSource(TextChoices):
    TAP = "tap", _("集中供水")
    WELL = "well", _("井水")
    SPRING = "spring", _("泉水")
    CELLAR = "cellar", _("水窖")
    RIVER = "river", _("河湖水")
    BOTTLED = "bottled", _("桶装水")
    OTHER = "other", _("其他")


class EmploymentChannel(TextChoices):
    SELF = "self", _("自发外出")
    GOVERNMENT = "government", _("政府组织")
    WORKSHOP = "workshop", _("扶贫车间")
    ACQUAINTANCE = "acquaintance", _("亲友介绍")
    OTHER = "other", _("其他")


class PublicPostType(TextChoices):
    CLEANING = "cleaning", _("保洁员")
    FOREST = "forest", _("护林员")
    ROAD = "road", _("护路员")
    WATER = "water", _("管水员")
    SECURITY = "security", _("治安巡逻员")
    CARE = "care", _("照料护理员")
    OTHER = "other", _("其他")


class UnitLevel(IntegerChoices):  # CL-18 单位隶属关系
    CENTRAL = 1, _("中央")
    PROVINCE = 2, _("省")
    CITY = 3, _("市")
    COUNTY = 4, _("县")
    TOWN = 5, _("乡镇")
    ARMY = 6, _("部队")
    OTHER = 99, _("其他")


class PostingRole(TextChoices):
    FIRST_SECRETARY = "first_secretary", _("第一书记")
    TEAM_LEADER = "team_leader", _("驻村工作队队长")
    TEAM_MEMBER = "team_member", _("驻村工作队队员")


class SupportRelation(TextChoices):
    SON = "son", _("儿子")
    DAUGHTER = "daughter", _("女儿")
    GRANDCHILD = "grandchild", _("孙子女")
    PARENT = "parent", _("父母")
    SIBLING = "sibling", _("兄弟姐妹")
    OTHER = "other", _("其他")


class SupportAbility(TextChoices):
    STRONG = "strong", _("有")
    WEAK = "weak", _("弱")
    NONE = "none", _("无")


class SupportPerformance(TextChoices):
    FULL = "full", _("履行")
    PART = "part", _("部分")
    NONE = "none", _("不履行")


class VillageClass(TextChoices):  # CL-22 村类型
    DEEP_POOR = "deep_poor", _("深度贫困村")
    POOR = "poor", _("贫困村")
    HIGH_INCIDENCE = "high_incidence", _("高发生率面上村")
    WEAK = "weak", _("软弱涣散村")
    OTHER = "other", _("非贫困村")
