"""Other spellings of code values seen in township workbooks (reference.md 2.8 and 7.3 #25), each certain."""

from households import choices as c

ATTR = {
    "一般农户": c.HouseholdAttr.GENERAL,
    "一般户": c.HouseholdAttr.GENERAL,
    "一般贫困": c.HouseholdAttr.GENERAL,
    "一般脱贫户": c.HouseholdAttr.GENERAL,
    "低保户": c.HouseholdAttr.DIBAO,
    "低保脱贫户": c.HouseholdAttr.DIBAO,
    "低保贫困": c.HouseholdAttr.DIBAO,
    "五保户": c.HouseholdAttr.TEKUN,
    "五保贫困户": c.HouseholdAttr.TEKUN,
    "特困供养户": c.HouseholdAttr.TEKUN,
    "特困供养脱贫户": c.HouseholdAttr.TEKUN,
}
POVERTY_STATUS = {
    "贫困": c.PovertyStatus.POOR,
    "未脱贫户": c.PovertyStatus.POOR,
    "预脱贫户": c.PovertyStatus.PRE_EXIT,
    "已脱贫": c.PovertyStatus.EXITED,
    "已脱贫享受政策": c.PovertyStatus.EXITED,
    "脱贫": c.PovertyStatus.EXITED,
    "脱贫享受政策": c.PovertyStatus.EXITED,
    "已脱贫不享受政策": c.PovertyStatus.EXITED_NO_POLICY,
    "脱贫不享受政策": c.PovertyStatus.EXITED_NO_POLICY,
    "返贫户": c.PovertyStatus.RELAPSED,
    "自然减少": c.PovertyStatus.GONE,
    "整户消亡": c.PovertyStatus.GONE,
    "识别不准清退": c.PovertyStatus.REMOVED,
}
STANDARD = {
    "国标": c.IdentificationStandard.NATIONAL,
    "省标": c.IdentificationStandard.PROVINCIAL,
    "省定": c.IdentificationStandard.PROVINCIAL,
    "市标": c.IdentificationStandard.MUNICIPAL,
}
CAUSE = {
    "患病": c.CauseCode.ILLNESS,
    "因病致贫": c.CauseCode.ILLNESS,
    "残疾": c.CauseCode.DISABILITY,
    "因残致贫": c.CauseCode.DISABILITY,
    "上学": c.CauseCode.SCHOOLING,
    "因灾害": c.CauseCode.DISASTER,
    "缺少土地": c.CauseCode.LAND,
    "缺少技术": c.CauseCode.SKILL,
    "缺劳动力": c.CauseCode.LABOUR,
    "因缺劳动力": c.CauseCode.LABOUR,
    "因缺劳力": c.CauseCode.LABOUR,
    "缺少劳力": c.CauseCode.LABOUR,
    "缺少资金": c.CauseCode.CAPITAL,
    "交通不便": c.CauseCode.TRAFFIC,
    "交通落后": c.CauseCode.TRAFFIC,
    "自身动力不足": c.CauseCode.MOTIVATION,
    "自身发展力不足": c.CauseCode.MOTIVATION,
    "其它": c.CauseCode.OTHER,
}
SEX = {"男性": c.Sex.MALE, "女性": c.Sex.FEMALE, "1": c.Sex.MALE, "2": c.Sex.FEMALE}
ID_TYPE = {
    "身份证": c.IdType.IDENTITY_CARD,
    "二代身份证": c.IdType.IDENTITY_CARD,
    "残疾证": c.IdType.DISABILITY_CERT,
    "第二代残疾人证": c.IdType.DISABILITY_CERT,
}
_RELATION_WORDS = {
    c.Relation.HEAD: "本人 户主本人",
    c.Relation.SPOUSE: "妻子 妻 丈夫 夫 老伴 爱人",
    c.Relation.SON: "子 儿子 长子 次子 三子 独生子 儿",
    c.Relation.DAUGHTER: "女 女儿 长女 次女 三女",
    c.Relation.DAUGHTER_IN_LAW: "儿媳 儿媳妇 媳妇",
    c.Relation.SON_IN_LAW: "女婿",
    c.Relation.GRANDSON: "孙子 孙",
    c.Relation.GRANDDAUGHTER: "孙女",
    c.Relation.GRANDSON_F: "外孙子 外孙",
    c.Relation.GRANDDAUGHTER_F: "外孙女",
    c.Relation.FATHER: "父亲 父",
    c.Relation.MOTHER: "母亲 母",
    c.Relation.WIFES_FATHER: "岳父",
    c.Relation.WIFES_MOTHER: "岳母",
    c.Relation.HUSBANDS_FATHER: "公公",
    c.Relation.HUSBANDS_MOTHER: "婆婆",
    c.Relation.GRANDFATHER: "祖父 爷爷",
    c.Relation.GRANDMOTHER: "祖母 奶奶",
    c.Relation.GRANDFATHER_M: "外祖父 外公 姥爷",
    c.Relation.GRANDMOTHER_M: "外祖母 外婆 姥姥",
    c.Relation.SIBLING: "兄弟姐妹 哥哥 弟弟 姐姐 妹妹 兄 弟 姐 妹",
    c.Relation.GREAT_GRANDSON: "曾孙子 曾孙",
    c.Relation.GREAT_GRANDDAUGHTER: "曾孙女",
    c.Relation.NEPHEW: "侄儿 侄子",
    c.Relation.NIECE: "侄女",
    c.Relation.SISTER_IN_LAW: "兄弟媳妇",
    c.Relation.UNCLE: "叔伯 叔叔 伯父",
    c.Relation.OTHER: "其它",
}
RELATION = {word: code for code, words in _RELATION_WORDS.items() for word in words.split()}
ETHNICITY = {label.removesuffix("族"): code for code, label in c.ETHNICITY_CHOICES} | {
    code: code for code, _label in c.ETHNICITY_CHOICES
}
POLITICAL = {
    "党员": c.PoliticalStatus.PARTY_MEMBER,
    "中国共产党党员": c.PoliticalStatus.PARTY_MEMBER,
    "预备党员": c.PoliticalStatus.PROBATIONARY,
    "团员": c.PoliticalStatus.LEAGUE_MEMBER,
    "一般群众": c.PoliticalStatus.MASSES,
}
EDUCATION = {
    "文盲": c.Education.ILLITERATE,
    "半文盲": c.Education.ILLITERATE,
    "文盲半文盲": c.Education.ILLITERATE,
    "小学毕业": c.Education.PRIMARY,
    "小学文化": c.Education.PRIMARY,
    "初中毕业": c.Education.JUNIOR,
    "初中文化": c.Education.JUNIOR,
    "高中毕业": c.Education.SENIOR,
    "中专": c.Education.SENIOR,
    "大专毕业": c.Education.COLLEGE,
    "专科": c.Education.COLLEGE,
    "本科": c.Education.UNIVERSITY,
    "大学本科": c.Education.UNIVERSITY,
}
STUDENT = {
    "学龄前": c.StudentStatus.PRESCHOOL_AGE,
    "幼儿园": c.StudentStatus.KINDERGARTEN,
    "初一": c.StudentStatus.GRADE7,
    "初二": c.StudentStatus.GRADE8,
    "初三": c.StudentStatus.GRADE9,
    "初中一年级": c.StudentStatus.GRADE7,
    "初中二年级": c.StudentStatus.GRADE8,
    "初中三年级": c.StudentStatus.GRADE9,
    "高一": c.StudentStatus.SENIOR1,
    "高二": c.StudentStatus.SENIOR2,
    "高三": c.StudentStatus.SENIOR3,
    "高中一年级": c.StudentStatus.SENIOR1,
    "高中二年级": c.StudentStatus.SENIOR2,
    "高中三年级": c.StudentStatus.SENIOR3,
    "大一": c.StudentStatus.BACHELOR1,
    "大二": c.StudentStatus.BACHELOR2,
    "大三": c.StudentStatus.BACHELOR3,
    "大四": c.StudentStatus.BACHELOR4,
}
HEALTH = {
    "良好": c.Health.HEALTHY,
    "健康良好": c.Health.HEALTHY,
    "慢性病": c.Health.CHRONIC,
    "长期慢病": c.Health.CHRONIC,
    "慢病": c.Health.CHRONIC,
    "大病": c.Health.SERIOUS,
    "重病": c.Health.SERIOUS,
    "残": c.Health.DISABLED,
}
DISABILITY_TYPE = {
    label: code
    for code, label in zip(range(1, 8), ("视力", "听力", "言语", "肢体", "智力", "精神", "多重"), strict=True)
}
DISABILITY_GRADE = {"1级": 1, "2级": 2, "3级": 3, "4级": 4, "1": 1, "2": 2, "3": 3, "4": 4}
LABOUR = {
    "普通劳动": c.Labour.ORDINARY,
    "技能劳动": c.Labour.SKILLED,
    "弱劳动力": c.Labour.WEAK,
    "半劳动力": c.Labour.WEAK,
    "弱劳动力半劳动力": c.Labour.WEAK,
    "丧失劳动能力": c.Labour.LOST,
    "无劳动能力": c.Labour.NONE,
    "无劳力": c.Labour.NONE,
}
PUBLIC_POST = {
    "保洁": c.PublicPostType.CLEANING,
    "护林": c.PublicPostType.FOREST,
    "生态护林员": c.PublicPostType.FOREST,
    "其它": c.PublicPostType.OTHER,
}
MEMBER_START = {
    "出生": c.MemberStart.BIRTH,
    "新增人口": c.MemberStart.BIRTH,
    "婚入": c.MemberStart.MARRIED_IN,
    "建档时": c.MemberStart.REGISTERED,
    "户主变更": c.MemberStart.OTHER_IN,
}
MEMBER_END = {
    "去世": c.MemberEnd.DEATH,
    "自然死亡": c.MemberEnd.DEATH,
    "婚嫁迁出": c.MemberEnd.MARRIED_OUT,
    "出嫁": c.MemberEnd.MARRIED_OUT,
    "参军": c.MemberEnd.MILITARY,
    "服刑": c.MemberEnd.PRISON,
    "失踪": c.MemberEnd.MISSING,
}
RESIDENCE = {
    "在家": c.ResidenceState.AT_HOME,
    "在家居住": c.ResidenceState.AT_HOME,
    "全家外出": c.ResidenceState.AWAY,
    "举家外出": c.ResidenceState.AWAY,
    "季节性务工": c.ResidenceState.SEASONAL,
    "随子女居住": c.ResidenceState.WITH_CHILDREN,
    "敬老院": c.ResidenceState.CARE_HOME,
}
ROAD = {
    "土路": c.RoadType.EARTH,
    "泥路": c.RoadType.EARTH,
    "砂石": c.RoadType.GRAVEL,
    "沙石路": c.RoadType.GRAVEL,
    "水泥": c.RoadType.CONCRETE,
    "混凝土路": c.RoadType.CONCRETE,
    "柏油路": c.RoadType.ASPHALT,
}
FUEL = {
    "柴": c.Fuel.WOOD,
    "秸秆": c.Fuel.WOOD,
    "煤": c.Fuel.COAL,
    "电": c.Fuel.CLEAN,
    "沼气": c.Fuel.CLEAN,
    "液化气": c.Fuel.CLEAN,
    "天然气": c.Fuel.CLEAN,
    "其他": c.Fuel.OTHER,
}
OWNERSHIP = {
    "自有住房": c.HouseOwnership.OWN,
    "自有房": c.HouseOwnership.OWN,
    "随子女居住": c.HouseOwnership.WITH_CHILDREN,
}
STRUCTURE = {
    "砖混结构": c.HouseStructure.BRICK_CONCRETE,
    "钢筋混凝土": c.HouseStructure.BRICK_CONCRETE,
    "砖木": c.HouseStructure.BRICK_TILE,
    "砖瓦砖木": c.HouseStructure.BRICK_TILE,
    "砖瓦结构": c.HouseStructure.BRICK_TILE,
    "土木结构": c.HouseStructure.EARTH_WOOD,
    "碱土": c.HouseStructure.ALKALI_EARTH,
    "砖石窑洞": c.HouseStructure.CAVE,
    "木": c.HouseStructure.WOOD,
}
HOUSE_GRADE = {"A": c.HouseGrade.A, "B": c.HouseGrade.B, "C": c.HouseGrade.C, "D": c.HouseGrade.D} | {
    "局部危房": c.HouseGrade.C,
    "整幢危房": c.HouseGrade.D,
}
WATER = {
    "自来水": c.WaterSource.TAP,
    "净化自来水": c.WaterSource.TAP,
    "集中式供水": c.WaterSource.TAP,
    "手压井": c.WaterSource.WELL,
    "水井": c.WaterSource.WELL,
    "山泉水": c.WaterSource.SPRING,
    "收集雨水": c.WaterSource.CELLAR,
    "江河湖泊水": c.WaterSource.RIVER,
    "其他水源": c.WaterSource.OTHER,
}
UNIT_LEVEL = {
    "县直": c.UnitLevel.COUNTY,
    "县级": c.UnitLevel.COUNTY,
    "市直": c.UnitLevel.CITY,
    "省直": c.UnitLevel.PROVINCE,
    "省级": c.UnitLevel.PROVINCE,
    "中央直属": c.UnitLevel.CENTRAL,
    "乡镇级": c.UnitLevel.TOWN,
    "乡": c.UnitLevel.TOWN,
    "镇": c.UnitLevel.TOWN,
}
SUPPORT_RELATION = {
    "子": c.SupportRelation.SON,
    "长子": c.SupportRelation.SON,
    "次子": c.SupportRelation.SON,
    "女": c.SupportRelation.DAUGHTER,
    "长女": c.SupportRelation.DAUGHTER,
    "次女": c.SupportRelation.DAUGHTER,
}
