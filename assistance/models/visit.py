"""The home visit 走访."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance import choices
from households.models import Cadre, Household
from households.models.dated import Recorded
from povertycase.reach import Own, Reach


class Visit(Recorded):
    """One visit to one household, on its local day. 走访人 and 录入人 may differ (代录)."""

    household = models.ForeignKey(Household, models.PROTECT, db_index=False)
    cadre = models.ForeignKey(Cadre, models.PROTECT, null=True, blank=True, verbose_name=_("走访人"))
    visitor_name = models.CharField(_("走访人姓名"), max_length=50, blank=True, default="")
    kind = models.CharField(_("走访方式"), max_length=10, choices=choices.VisitKind)
    visited_on = models.DateField(_("走访日期"))
    visited_at = models.TimeField(_("走访时间"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("时长(分钟)"), null=True, blank=True)
    met = models.CharField(_("见到谁"), max_length=40, blank=True, default="")
    topics = ArrayField(models.CharField(max_length=14, choices=choices.VisitTopic), default=list, blank=True)
    findings = models.TextField(_("了解情况"), blank=True, default="")
    policies = models.CharField(_("宣讲政策"), max_length=200, blank=True, default="")
    need = models.TextField(_("发现问题或诉求"), blank=True, default="")
    solved_on_site = models.BooleanField(_("能否当场解决"), null=True, blank=True)
    follow_up = models.TextField(_("上次诉求办理结果"), blank=True, default="")
    income_change = models.CharField(_("收入变化"), max_length=6, choices=choices.IncomeChange, blank=True, default="")
    income_note = models.CharField(_("收入变化说明"), max_length=80, blank=True, default="")
    entered_by = models.ForeignKey(
        "povertycase.Account", models.PROTECT, null=True, blank=True, verbose_name=_("录入人"), related_name="+"
    )

    reach = Reach(
        division="household__card__village_code",
        own_pairings=Own("household__pairing__cadre__account", "household__pairing"),
        own_unit=Own("household__pairing__cadre__unit__cadre__account", "household__pairing"),
    )

    class Meta(Recorded.Meta):
        indexes = [models.Index(fields=["household", "visited_on"]), models.Index(fields=["cadre", "visited_on"])]
        constraints = [
            *Recorded.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(entered_on__gte=models.F("visited_on")), name="visit_entered_after_visit"
            ),
        ]
