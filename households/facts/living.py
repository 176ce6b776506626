"""Facts of production and living conditions, of the house and of drinking water, each from its own dated paper."""

from django.utils.translation import gettext_lazy as _

from households import choices
from households.facts.household import VILLAGE, latest
from povertycase.rules.facts import Fact, Source

HOUSING = _("村报、县住建局认定")
WATER = _("村报、县水利局认定")
POWER = _("村报、县供电公司认定")
_NOT_SEEN = _("没有入户核查记录，或该项未填")
_NOT_APPRAISED = _("没有住房鉴定，或该项未填")
_NOT_ASSESSED = _("没有饮水认定，或该项未填")

SOURCES = (
    Source("living", "household", f"SELECT li.*, li.household_id AS subject_id FROM "
           f"({latest('households_livingobservation', 'lo')}) li", label=_("生产生活条件核查")),
    Source("housing", "household", f"SELECT ho.*, ho.household_id AS subject_id FROM "
           f"({latest('households_housingappraisal', 'ha')}) ho", label=_("住房鉴定")),
    Source("water", "household", f"SELECT wa.*, wa.household_id AS subject_id FROM "
           f"({latest('households_waterappraisal', 'wp')}) wa", label=_("饮水认定")),
)  # fmt: skip


def _seen(code, label, kind="bool", sql="", *, unit="", codes=(), supplier=VILLAGE) -> Fact:
    return Fact(code, label, "household", kind, sql or f"living.{code}", source="living", unit=unit,
                unknown=_NOT_SEEN, supplier=supplier, choices=tuple(codes))  # fmt: skip


def _house(code, label, kind, sql, *, unit="", codes=(), unknown=_NOT_APPRAISED) -> Fact:
    return Fact(code, label, "household", kind, sql, source="housing", unit=unit, unknown=unknown,
                supplier=HOUSING, choices=tuple(codes))  # fmt: skip


def _water(code, label, kind="bool", sql="", *, unit="", codes=()) -> Fact:
    return Fact(code, label, "household", kind, sql or f"water.{code}", source="water", unit=unit,
                unknown=_NOT_ASSESSED, supplier=WATER, choices=tuple(codes))  # fmt: skip


_MU = _("亩")
_LAND = ("arable_mu", "irrigated_mu", "forest_mu", "returned_forest_mu", "fruit_mu", "pasture_mu", "water_mu")
_EMPTY_LAND = f"num_nulls({', '.join(f'living.{name}' for name in _LAND)})"
_SQUARE = _("平方米")

FACTS = (
    _seen("arable_mu", _("耕地面积"), "numeric", unit=_MU),
    _seen("irrigated_mu", _("有效灌溉面积"), "numeric", unit=_MU),
    _seen("forest_mu", _("林地面积"), "numeric", unit=_MU),
    _seen("returned_forest_mu", _("退耕还林面积"), "numeric", unit=_MU),
    _seen("fruit_mu", _("林果面积"), "numeric", unit=_MU),
    _seen("pasture_mu", _("牧草地面积"), "numeric", unit=_MU),
    _seen("water_mu", _("水面面积"), "numeric", unit=_MU),
    Fact("arable_mu_per_person", _("人均耕地面积"), "household", "numeric",
         "round({arable_mu} / nullif({members}, 0), 2)", unit=_MU, unknown=_NOT_SEEN, supplier=VILLAGE),
    Fact("forest_mu_per_person", _("人均林地面积"), "household", "numeric",
         "round({forest_mu} / nullif({members}, 0), 2)", unit=_MU, unknown=_NOT_SEEN, supplier=VILLAGE),
    Fact("fruit_mu_per_person", _("人均林果面积"), "household", "numeric",
         "round({fruit_mu} / nullif({members}, 0), 2)", unit=_MU, unknown=_NOT_SEEN, supplier=VILLAGE),
    _seen("has_production_power", _("通生产用电"), supplier=POWER),
    _seen("has_power", _("通生活用电"), supplier=POWER),
    _seen("has_tv", _("通广播电视")),
    _seen("road_type", _("入户路类型"), "text", "nullif(living.road_type, '')", codes=choices.RoadType.choices),
    _seen("road_distance_km", _("与村主干路距离"), "numeric", unit=_("公里")),
    _seen("has_toilet", _("有卫生厕所")),
    _seen("fuel", _("主要燃料类型"), "text", "nullif(living.fuel, '')", codes=choices.Fuel.choices),
    _seen("joined_coop", _("加入农民专业合作社")),
    _seen("led_by_enterprise", _("龙头企业带动")),
    _seen("led_by_pioneer", _("创业致富带头人带动")),
    _seen("food_secure", _("不愁吃")),
    _seen("clothing_secure", _("不愁穿")),
    _seen("living_observed_on", _("核查日期"), "date", "living.true_from"),
    _seen("living_entered_on", _("核查录入日期"), "date", "living.entered_on"),
    Fact("land_cells_empty", _("未填的土地面积项数"), "household", "int", f"CASE WHEN living.subject_id IS NOT NULL "
         f"THEN {_EMPTY_LAND} END", source="living", unit=_("项"), unknown=_("没有入户核查记录"), supplier=VILLAGE),
    # “安全” is a paper: a grade without its certificate is not known (county-officer.md 2.1).
    _house("house_grade", _("住房鉴定等级"), "text",
           "CASE WHEN housing.certificate_no <> '' THEN nullif(housing.grade, '') END",
           codes=choices.HouseGrade.choices, unknown=_("没有住房鉴定证书")),
    _house("house_grade_reported", _("上报的住房等级"), "text", "nullif(housing.grade, '')",
           codes=choices.HouseGrade.choices),
    _house("house_certificate_known", _("有住房鉴定证书"), "bool", "coalesce(housing.certificate_no <> '', FALSE)"),
    _house("house_appraised_on", _("住房鉴定日期"), "date", "housing.true_from"),
    _house("house_entered_on", _("住房鉴定录入日期"), "date", "housing.entered_on"),
    _house("house_area", _("住房面积"), "numeric", "housing.area", unit=_SQUARE),
    Fact("house_area_per_person", _("人均住房面积"), "household", "numeric",
         "round({house_area} / nullif({members}, 0), 2)", unit=_SQUARE, unknown=_NOT_APPRAISED, supplier=HOUSING),
    # Reinforced, rebuilt or moved, and accepted after the appraisal that found the house unsafe, by the day judged.
    _house("house_treated_after_appraisal", _("鉴定后已改造并验收"), "bool",
           "coalesce(housing.renovation_accepted_on > housing.true_from "
           "AND housing.renovation_accepted_on <= %(as_of)s, FALSE)"),
    _house("house_ownership", _("住房产权"), "text", "nullif(housing.ownership, '')",
           codes=choices.HouseOwnership.choices),
    _house("house_structure", _("住房结构"), "text", "nullif(housing.structure, '')",
           codes=choices.HouseStructure.choices),
    _house("is_dilapidated", _("危房户"), "bool", "housing.is_dilapidated"),
    _house("is_only_house", _("唯一住房"), "bool", "housing.is_only_house"),
    _house("old_house_demolished", _("旧房已拆除"), "bool", "housing.old_house_demolished"),
    _house("renovated_year", _("危改年度"), "int", "housing.renovated_year", unit=_("年"), unknown=_("没有危改记录")),
    _house("renovation_method", _("危房改造方式"), "text", "nullif(housing.renovation_method, '')",
           codes=choices.RenovationMethod.choices, unknown=_("没有危改记录")),
    _house("renovation_accepted_on", _("危改验收日期"), "date", "housing.renovation_accepted_on",
           unknown=_("没有危改验收记录")),
    _water("water_safe", _("饮水安全")),
    _water("water_difficult", _("饮水困难")),
    _water("water_source", _("饮水方式"), "text", "nullif(water.source, '')", codes=choices.WaterSource.choices),
    _water("water_dry_days", _("季节性缺水天数"), "int", "water.dry_days", unit=_("天")),
    _water("water_piped_on", _("饮水到户日期"), "date", "water.piped_on"),
    _water("water_report_on", _("水质报告日期"), "date", "water.water_report_on"),
    _water("water_assessed_on", _("饮水认定日期"), "date", "water.true_from"),
    _water("water_entered_on", _("饮水认定录入日期"), "date", "water.entered_on"),
    Fact("last_entered_on", _("最近录入日期"), "household", "date",
         "greatest({income_entered_on}, {living_entered_on}, {house_entered_on}, {water_entered_on}, "
         "{members_entered_on})", unknown=_("收入、核查、鉴定、认定、成员情况都没有录入"), supplier=VILLAGE),
)  # fmt: skip
