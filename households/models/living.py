"""Production and living conditions 生产生活条件, the housing appraisal and the water appraisal, each dated."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from households import choices
from households.models.dated import LAST_OF_HOUSEHOLD, Dated
from households.models.household import BY_CARD, Household


def _mu(label) -> models.DecimalField:
    return models.DecimalField(label, max_digits=8, decimal_places=2, null=True, blank=True)


class LivingObservation(Dated):
    """What a home visit found 入户核查: land, power, road, fuel, food and clothing. true_from = 核查日期."""

    household = models.ForeignKey(Household, models.PROTECT, db_index=False)
    arable_mu = _mu(_("耕地面积(亩)"))
    irrigated_mu = _mu(_("有效灌溉面积(亩)"))
    forest_mu = _mu(_("林地面积(亩)"))
    returned_forest_mu = _mu(_("退耕还林面积(亩)"))
    fruit_mu = _mu(_("林果面积(亩)"))
    pasture_mu = _mu(_("牧草地面积(亩)"))
    water_mu = _mu(_("水面面积(亩)"))
    has_production_power = models.BooleanField(_("通生产用电"), null=True, blank=True)
    has_power = models.BooleanField(_("通生活用电"), null=True, blank=True)
    has_tv = models.BooleanField(_("通广播电视"), null=True, blank=True)
    road_type = models.CharField(_("入户路类型"), max_length=10, choices=choices.RoadType, blank=True, default="")
    road_distance_km = models.DecimalField(
        _("与村主干路距离(公里)"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    has_toilet = models.BooleanField(_("有卫生厕所"), null=True, blank=True)
    fuel = models.CharField(_("主要燃料类型"), max_length=10, choices=choices.Fuel, blank=True, default="")
    joined_coop = models.BooleanField(_("加入农民专业合作社"), null=True, blank=True)
    led_by_enterprise = models.BooleanField(_("龙头企业带动"), null=True, blank=True)
    led_by_pioneer = models.BooleanField(_("创业致富带头人带动"), null=True, blank=True)
    food_secure = models.BooleanField(_("不愁吃"), null=True, blank=True)
    clothing_secure = models.BooleanField(_("不愁穿"), null=True, blank=True)

    reach = BY_CARD

    class Meta(Dated.Meta):
        indexes = [LAST_OF_HOUSEHOLD]
        constraints = [
            *Dated.Meta.constraints,
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0}), name=f"living_{name}_positive"
                )
                for name in (
                    "arable_mu",
                    "irrigated_mu",
                    "forest_mu",
                    "returned_forest_mu",
                    "fruit_mu",
                    "pasture_mu",
                    "water_mu",
                    "road_distance_km",
                )
            ),
        ]


class HousingAppraisal(Dated):
    """Housing 住房: “安全” is a paper of the housing bureau, not a tick. true_from = 鉴定日期."""

    household = models.ForeignKey(Household, models.PROTECT, db_index=False)
    ownership = models.CharField(_("产权"), max_length=14, choices=choices.HouseOwnership, blank=True, default="")
    structure = models.CharField(_("结构"), max_length=16, choices=choices.HouseStructure, blank=True, default="")
    area = models.DecimalField(_("住房面积(平方米)"), max_digits=7, decimal_places=2, null=True, blank=True)
    is_dilapidated = models.BooleanField(_("危房户"), null=True, blank=True)
    grade = models.CharField(_("住房鉴定等级"), max_length=1, choices=choices.HouseGrade, blank=True, default="")
    appraised_by = models.CharField(_("鉴定机构"), max_length=60, blank=True, default="")
    certificate_no = models.CharField(_("鉴定证书编号"), max_length=60, blank=True, default="")
    is_only_house = models.BooleanField(_("唯一住房"), null=True, blank=True)
    old_house_demolished = models.BooleanField(_("旧房已拆除"), null=True, blank=True)
    renovated_year = models.PositiveSmallIntegerField(_("危改年度"), null=True, blank=True)
    renovation_method = models.CharField(
        _("改造方式"), max_length=14, choices=choices.RenovationMethod, blank=True, default=""
    )
    renovation_accepted_on = models.DateField(_("改造验收日期"), null=True, blank=True)

    reach = BY_CARD

    class Meta(Dated.Meta):
        indexes = [LAST_OF_HOUSEHOLD]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(area__isnull=True) | Q(area__gte=0), name="housing_area_positive"),
        ]


class WaterAppraisal(Dated):
    """Drinking water 饮水, assessed by the water bureau. true_from = 认定日期."""

    household = models.ForeignKey(Household, models.PROTECT, db_index=False)
    source = models.CharField(_("饮水方式"), max_length=10, choices=choices.WaterSource, blank=True, default="")
    piped_on = models.DateField(_("到户日期"), null=True, blank=True)
    water_report_on = models.DateField(_("水质报告日期"), null=True, blank=True)
    dry_days = models.PositiveSmallIntegerField(_("季节性缺水天数"), null=True, blank=True)
    water_difficult = models.BooleanField(_("饮水困难"), null=True, blank=True)
    water_safe = models.BooleanField(_("饮水安全"), null=True, blank=True)
    assessed_by = models.CharField(_("认定单位"), max_length=60, blank=True, default="")

    reach = BY_CARD

    class Meta(Dated.Meta):
        indexes = [LAST_OF_HOUSEHOLD]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(dry_days__isnull=True) | Q(dry_days__lte=366), name="water_dry_days"),
        ]
