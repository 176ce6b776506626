"""The assistance measure 帮扶措施 (CL-13)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance import choices
from households.choices import CauseCode
from households.models import Household, Person, Unit
from households.models.dated import Recorded
from povertycase.reach import Own, Reach


class Measure(Recorded):
    """Something done for a household or one of its members, answering a cause of poverty."""

    household = models.ForeignKey(Household, models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True)
    kind = models.CharField(_("措施类别"), max_length=30)  # key of assistance/catalogue/measures.toml
    cause = models.CharField(_("针对原因"), max_length=20, choices=CauseCode, blank=True, default="")
    content = models.CharField(_("项目内容"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("帮扶单位"))
    funder = models.CharField(_("投资或实施单位"), max_length=80, blank=True, default="")
    amount = models.DecimalField(_("金额(元)"), max_digits=12, decimal_places=2, null=True, blank=True)
    quantity = models.CharField(_("数量"), max_length=40, blank=True, default="")
    planned_on = models.DateField(_("计划完成日期"), null=True, blank=True)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    state = models.CharField(_("进展"), max_length=10, choices=choices.MeasureState, default="planned")
    effect = models.CharField(_("帮扶成效"), max_length=200, blank=True, default="")
    signed_by_household = models.BooleanField(_("户主签字"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("年度"))

    reach = Reach(
        division="household__card__village_code",
        own_pairings=Own("household__pairing__cadre__account", "household__pairing"),
        own_unit=Own("household__pairing__cadre__unit__cadre__account", "household__pairing"),
    )

    class Meta(Recorded.Meta):
        indexes = [models.Index(fields=["household", "year"])]
        constraints = [
            *Recorded.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="measure_amount"),
            models.CheckConstraint(condition=~Q(state="done") | Q(done_on__isnull=False), name="measure_done_has_date"),
        ]
