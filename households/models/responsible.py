"""Who answers for a household or a village: units, cadres, pairings 结对, postings 驻村."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from households import choices
from households.models.dated import Interval
from households.models.household import BY_CARD, Household
from households.models.person import days
from povertycase.models.account import field_history
from povertycase.models.division import Division
from povertycase.reach import REFERENCE, Own, Reach, ReachManager


@field_history()
class Unit(models.Model):
    """A unit that helps 帮扶单位: department, school, hospital, enterprise."""

    name = models.CharField(_("单位名称"), max_length=80, unique=True)
    level = models.PositiveSmallIntegerField(_("隶属关系"), choices=choices.UnitLevel, default=4)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True)
    # Brought by an import that was undone, and used by nobody since.
    taken_back_on = models.DateField(_("撤销日期"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    reach = REFERENCE
    objects = ReachManager()

    def __str__(self) -> str:
        return self.name


@field_history()
class Cadre(models.Model):
    """A cadre who helps a household or is posted to a village."""

    cadre_no = models.CharField(_("干部编号"), max_length=24, unique=True)
    name = models.CharField(_("姓名"), max_length=50)
    sex = models.CharField(_("性别"), max_length=6, choices=choices.Sex, blank=True, default="")
    political_status = models.CharField(
        _("政治面貌"), max_length=14, choices=choices.PoliticalStatus, blank=True, default=""
    )
    unit = models.ForeignKey(Unit, models.PROTECT)
    title = models.CharField(_("职务"), max_length=40, blank=True, default="")
    phone = models.BinaryField(_("联系电话"), null=True, blank=True)
    phone_index = models.BinaryField(max_length=32, null=True, blank=True)
    account = models.OneToOneField("povertycase.Account", models.SET_NULL, null=True, blank=True)
    # Brought by an import that was undone, and used by nobody since.
    taken_back_on = models.DateField(_("撤销日期"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    reach = Reach(
        division="pairing__household__card__village_code",
        own_pairings=Own("account"),
        own_unit=Own("unit__cadre__account"),
        many=True,
    )
    objects = ReachManager()

    class Meta:
        indexes = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name


class Pairing(Interval):
    """结对帮扶: a cadre answers for a household, as first or second helper."""

    household = models.ForeignKey(Household, models.PROTECT, db_index=False)
    cadre = models.ForeignKey(Cadre, models.PROTECT)
    place = models.PositiveSmallIntegerField(_("第几帮扶责任人"), default=1)
    tag = models.CharField(_("标记"), max_length=20, blank=True, default="")

    reach = Reach(
        division="household__card__village_code",
        own_pairings=Own("cadre__account"),
        own_unit=Own("cadre__unit__cadre__account"),
    )

    class Meta(Interval.Meta):
        indexes = [models.Index(fields=["household", "true_from"])]
        constraints = [
            *Interval.Meta.constraints,
            models.CheckConstraint(condition=Q(place__in=(1, 2)), name="pairing_first_or_second"),
            ExclusionConstraint(
                name="pairing_one_per_place_at_a_time",
                expressions=[
                    ("household", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                condition=Q(superseded_at__isnull=True),
                deferrable=models.Deferrable.IMMEDIATE,
            ),
        ]


class Posting(Interval):
    """驻村: a cadre on duty in a village as first secretary or team member; its action opens and closes the post."""

    cadre = models.ForeignKey(Cadre, models.PROTECT)
    village = models.ForeignKey(Division, models.PROTECT)
    role = models.CharField(_("驻村身份"), max_length=20, choices=choices.PostingRole)
    document_no = models.CharField(_("选派文号"), max_length=60, blank=True, default="")
    post = models.ForeignKey("povertycase.Post", models.PROTECT, null=True, blank=True)

    reach = Reach(
        division="village__code", own_pairings=Own("cadre__account"), own_unit=Own("cadre__unit__cadre__account")
    )

    class Meta(Interval.Meta):
        indexes = [models.Index(fields=["village", "true_from"])]
        constraints = [
            *Interval.Meta.constraints,
            ExclusionConstraint(
                name="posting_one_village_at_a_time",
                expressions=[("cadre", RangeOperators.EQUAL), (days(), RangeOperators.OVERLAPS)],
                condition=Q(superseded_at__isnull=True),
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            ExclusionConstraint(
                name="posting_one_first_secretary_at_a_time",
                expressions=[("village", RangeOperators.EQUAL), (days(), RangeOperators.OVERLAPS)],
                condition=Q(superseded_at__isnull=True, role="first_secretary"),
                deferrable=models.Deferrable.IMMEDIATE,
            ),
        ]


__all__ = ["BY_CARD", "Cadre", "Pairing", "Posting", "Unit"]
