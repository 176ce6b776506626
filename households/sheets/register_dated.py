"""The dated sheets 收入 and 生产生活条件 of the register workbook; a household may have several rows in each."""

from collections.abc import Iterable

from households.models import HousingAppraisal, Income, LivingObservation, WaterAppraisal
from households.models.income import ITEMS
from households.sheets import aliases
from povertycase.exchange.columns import Column, Sheet, of

HOUSEHOLD_NO = Column(
    "household_no",
    "户编号",
    "code",
    synonyms=("户号", "家庭编号", "贫困户编号", "户编码"),
    required=True,
    length=20,
    width=18,
    help="全国扶贫系统的户编号，全簿一致，每户一个",
)


def cells(model: type, part: str, names: Iterable[str], **national: str) -> tuple[Column, ...]:
    return tuple(of(model, name, part, national=national.get(name, "")) for name in names)


INCOME = Sheet(
    "income",
    "收入",
    (
        HOUSEHOLD_NO,
        Column("calculated_on", "核算日期", "date", required=True, synonyms=("计算日期", "签字日期"), width=13),
        of(Income, "period_start", "income", required=True, heading="核算期间起", synonyms=("核算期起", "期间起")),
        of(Income, "period_end", "income", required=True, heading="核算期间止", synonyms=("核算期止", "期间止")),
        of(Income, "member_count", "income", synonyms=("家庭人口", "共享人口")),
        *cells(
            Income,
            "income",
            (*ITEMS, "business_expense", "award_income"),
            wage_work="AAC073",
            business_planting="AAC071",
            business_expense="AAC074",
            property_dividend="AAC092",
            property_other="AAC093",
            transfer_family_planning="AAC076",
            transfer_dibao="AAC077",
            transfer_tekun="AAC086",
            transfer_pension="AAC087",
            transfer_ecology="AAC078",
            transfer_other="AAC083",
        ),
        Column("net_income", "家庭纯收入", "dec", unit="元", width=12, help="系统按各项核算，只作核对"),
        Column("net_income_per_capita", "人均纯收入", "dec", unit="元", width=12, help="系统按各项核算，只作核对"),
        of(Income, "calculated_by", "income"),
        of(Income, "evidence", "income", width=18),
        of(Income, "confirmed_by_head", "income", synonyms=("户主签字",)),
    ),
    synonyms=("收入情况", "家庭收入", "收入信息"),
    note="每次核算一行，同一户可有几行",
)

LIVING = Sheet(
    "living",
    "生产生活条件",
    (
        HOUSEHOLD_NO,
        Column("checked_on", "核查日期", "date", synonyms=("入户核查日期", "采集日期"), width=13),
        *cells(
            LivingObservation,
            "living",
            (
                "arable_mu",
                "irrigated_mu",
                "forest_mu",
                "returned_forest_mu",
                "fruit_mu",
                "pasture_mu",
                "water_mu",
                "has_production_power",
                "has_power",
                "has_tv",
            ),
            arable_mu="AAC301",
            forest_mu="AAC303",
            returned_forest_mu="AAC304",
            fruit_mu="AAC305",
            pasture_mu="AAC306",
            water_mu="AAC307",
            has_production_power="AAC308",
            has_power="AAC313",
            has_tv="AAC314",
        ),
        of(LivingObservation, "road_type", "living", national="AAC316", aliases=aliases.ROAD),
        of(LivingObservation, "road_distance_km", "living", national="AAC315"),
        of(LivingObservation, "has_toilet", "living", national="AAC319", synonyms=("卫生厕所",)),
        of(LivingObservation, "fuel", "living", national="AAC320", aliases=aliases.FUEL),
        of(LivingObservation, "joined_coop", "living", national="AAC084", synonyms=("加入合作社",)),
        of(LivingObservation, "led_by_enterprise", "living", national="AAC088"),
        of(LivingObservation, "led_by_pioneer", "living", national="AAC089"),
        of(LivingObservation, "food_secure", "living", synonyms=("吃不愁",)),
        of(LivingObservation, "clothing_secure", "living", synonyms=("穿不愁",)),
        Column("appraised_on", "鉴定日期", "date", synonyms=("住房鉴定日期", "房屋鉴定日期"), width=13),
        of(HousingAppraisal, "ownership", "housing", synonyms=("房屋产权", "住房产权"), aliases=aliases.OWNERSHIP),
        of(HousingAppraisal, "structure", "housing", synonyms=("房屋结构", "住房结构"), aliases=aliases.STRUCTURE),
        of(HousingAppraisal, "area", "housing", national="AAC317"),
        of(HousingAppraisal, "is_dilapidated", "housing", national="AAC318", synonyms=("危房",)),
        of(
            HousingAppraisal,
            "grade",
            "housing",
            national="AAC322",
            synonyms=("危房级别", "危房等级", "鉴定等级", "房屋等级"),
            aliases=aliases.HOUSE_GRADE,
        ),
        of(HousingAppraisal, "appraised_by", "housing", width=20),
        of(HousingAppraisal, "certificate_no", "housing", synonyms=("证书编号", "住房鉴定证书编号"), width=22),
        of(HousingAppraisal, "is_only_house", "housing"),
        of(HousingAppraisal, "old_house_demolished", "housing"),
        of(HousingAppraisal, "renovated_year", "housing", synonyms=("危房改造年度",)),
        of(HousingAppraisal, "renovation_method", "housing"),
        of(HousingAppraisal, "renovation_accepted_on", "housing", width=13),
        Column("water_assessed_on", "饮水认定日期", "date", synonyms=("饮水安全认定日期",), width=13),
        of(WaterAppraisal, "source", "water", synonyms=("主要饮水来源", "水源"), aliases=aliases.WATER),
        of(WaterAppraisal, "piped_on", "water", heading="自来水到户日期", synonyms=("到户日期",), width=13),
        of(WaterAppraisal, "water_report_on", "water", width=13),
        of(WaterAppraisal, "dry_days", "water", unit="天", high=366),
        of(WaterAppraisal, "water_difficult", "water", national="AAC311"),
        of(WaterAppraisal, "water_safe", "water", national="AAC312", synonyms=("解决安全饮用水", "安全饮水")),
        of(WaterAppraisal, "assessed_by", "water", heading="饮水认定单位", synonyms=("认定单位",), width=18),
    ),
    synonyms=("生产生活", "生产生活情况", "生活条件"),
    note="核查、住房鉴定、饮水认定各有日期；一段全空即没有这次核查或认定，同一户可有几行",
)
