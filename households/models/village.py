"""The village form 贫困村登记表, dated; towns and the county keep their announced figures in the same table."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from households import choices
from households.models.dated import Dated
from povertycase.models.division import Division
from povertycase.reach import Reach


def _count(label) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(label, null=True, blank=True)


class VillageRecord(Dated):
    """Figures of a village, a township or the county as reported by document; never computed from the register."""

    division = models.ForeignKey(Division, models.PROTECT)
    document = models.CharField(_("来源文件"), max_length=120, blank=True, default="")
    is_poor = models.BooleanField(_("贫困村"), null=True, blank=True)
    village_class = models.CharField(_("村类型"), max_length=16, choices=choices.VillageClass, blank=True, default="")
    planned_exit_year = models.PositiveSmallIntegerField(_("计划出列年度"), null=True, blank=True)
    exit_year = models.PositiveSmallIntegerField(_("出列年度"), null=True, blank=True)
    rural_registered_households = _count(_("农业户籍户数(户)"))
    rural_registered_pop = _count(_("农业户籍人口(人)"))
    incidence = models.DecimalField(_("公布的贫困发生率(%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    natural_villages = _count(_("自然村数(个)"))
    groups = _count(_("村民小组数(个)"))
    households = _count(_("总户数(户)"))
    population = _count(_("总人口(人)"))
    minority_pop = _count(_("少数民族人口(人)"))
    labour_force = _count(_("劳动力人数(人)"))
    migrant_workers = _count(_("外出务工人数(人)"))
    collective_income = models.DecimalField(
        _("村集体经济收入(元)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    has_paved_road = models.BooleanField(_("通硬化路"), null=True, blank=True)
    has_bus = models.BooleanField(_("通客运班车"), null=True, blank=True)
    unsafe_water_households = _count(_("未实现饮水安全户数(户)"))
    no_power_households = _count(_("未通生活用电户数(户)"))
    clinics = _count(_("卫生室(个)"))
    doctors = _count(_("执业(助理)医师(人)"))
    culture_rooms = _count(_("文化(图书)室(个)"))
    tv_households = _count(_("通广播电视户数(户)"))
    broadband_households = _count(_("通宽带户数(户)"))
    medical_insured = _count(_("参加基本医疗保险人数(人)"))
    pension_insured = _count(_("参加基本养老保险人数(人)"))
    coops = _count(_("合作社(个)"))
    coop_poor_households = _count(_("合作社带动贫困户(户)"))
    pv_kw = models.DecimalField(_("光伏电站(千瓦)"), max_digits=10, decimal_places=2, null=True, blank=True)
    public_posts = _count(_("公益岗位(个)"))
    secretary_name = models.CharField(_("村党组织书记"), max_length=50, blank=True, default="")
    director_name = models.CharField(_("村委会主任"), max_length=50, blank=True, default="")

    reach = Reach(division="division__code")

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["division", "true_from"])]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(incidence__isnull=True) | Q(incidence__range=(0, 100)), name="village_record_incidence"
            ),
        ]
