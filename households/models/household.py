"""The household 户: its identity, and what changes about it as dated rows."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from households import choices
from households.models.dated import LAST_OF_HOUSEHOLD, Dated, Interval
from povertycase.models.account import field_history
from povertycase.models.division import Division
from povertycase.reach import Own, Reach, ReachManager

BY_CARD = Reach(
    division="household__card__village_code",
    own_pairings=Own("household__pairing__cadre__account", "household__pairing"),
    own_unit=Own("household__pairing__cadre__unit__cadre__account", "household__pairing"),
)


@field_history()
class Household(models.Model):
    """A registered household 建档立卡户: number and contact; everything that is judged is a dated row."""

    household_no = models.CharField(_("户编号"), max_length=20, unique=True)
    phone = models.BinaryField(_("联系电话"), null=True, blank=True)
    phone_index = models.BinaryField(max_length=32, null=True, blank=True)
    bank_name = models.CharField(_("开户银行"), max_length=60, blank=True, default="")
    bank_account = models.BinaryField(_("银行账号"), null=True, blank=True)
    bank_index = models.BinaryField(max_length=32, null=True, blank=True)
    bank_holder = models.CharField(_("开户人与户主关系"), max_length=20, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)
    version = models.PositiveIntegerField(default=1)

    reach = Reach(
        division="card__village_code",
        own_pairings=Own("pairing__cadre__account", "pairing"),
        own_unit=Own("pairing__cadre__unit__cadre__account", "pairing"),
    )
    objects = ReachManager()

    class Meta:
        indexes = [
            models.Index(fields=["phone_index"], condition=Q(phone_index__isnull=False), name="household_phone"),
            models.Index(fields=["bank_index"], condition=Q(bank_index__isnull=False), name="household_bank"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(household_no=""), name="household_no_given"),
            models.CheckConstraint(
                condition=Q(phone__isnull=True, phone_index__isnull=True)
                | Q(phone__isnull=False, phone_index__isnull=False),
                name="household_phone_sealed",
            ),
        ]

    def __str__(self) -> str:
        return self.household_no


class HouseholdStatus(Dated):
    """What the household is in the register: attribute, type, poverty status, plan and exit years."""

    household = models.ForeignKey(Household, models.PROTECT, db_index=False)
    attr = models.CharField(_("贫困户属性"), max_length=10, choices=choices.HouseholdAttr)
    household_type = models.CharField(_("户类型"), max_length=20, choices=choices.HouseholdType, blank=True, default="")
    poverty_status = models.CharField(_("脱贫属性"), max_length=20, choices=choices.PovertyStatus)
    identification_standard = models.CharField(
        _("识别标准"), max_length=12, choices=choices.IdentificationStandard, blank=True, default=""
    )
    registered_year = models.PositiveSmallIntegerField(_("识别年度"), null=True, blank=True)
    planned_exit_year = models.PositiveSmallIntegerField(_("计划脱贫年度"), null=True, blank=True)
    exit_year = models.PositiveSmallIntegerField(_("脱贫年度"), null=True, blank=True)
    relapse_year = models.PositiveSmallIntegerField(_("返贫年度"), null=True, blank=True)
    relapse_cause = models.CharField(_("返贫原因"), max_length=20, choices=choices.CauseCode, blank=True, default="")
    is_martyr_family = models.BooleanField(_("军烈属"), null=True, blank=True)
    is_one_child = models.BooleanField(_("独生子女户"), null=True, blank=True)
    is_two_daughter = models.BooleanField(_("双女户"), null=True, blank=True)
    is_relocated = models.BooleanField(_("易地扶贫搬迁户"), null=True, blank=True)

    reach = BY_CARD

    class Meta(Dated.Meta):
        indexes = [LAST_OF_HOUSEHOLD]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(poverty_status__in=("exited", "exited_no_policy")) | Q(exit_year__isnull=False),
                name="household_status_exit_has_year",
            ),
            models.CheckConstraint(
                condition=Q(exit_year__isnull=True)
                | Q(registered_year__isnull=True)
                | Q(exit_year__gte=F("registered_year")),
                name="household_status_exit_after_entry",
            ),
            models.CheckConstraint(
                condition=Q(relapse_year__isnull=True) | Q(exit_year__isnull=False),
                name="household_status_relapse_after_exit",
            ),
        ]


class HouseholdDivision(Dated):
    """Where the household is registered: its village and village group."""

    household = models.ForeignKey(Household, models.PROTECT, db_index=False)
    village = models.ForeignKey(Division, models.PROTECT)
    group_name = models.CharField(_("村民小组"), max_length=30, blank=True, default="")

    reach = BY_CARD

    class Meta(Dated.Meta):
        indexes = [LAST_OF_HOUSEHOLD]
        constraints = [*Dated.Meta.constraints]


class Cause(Interval):
    """Why the household is poor 致贫原因: one main cause and at most two others at a time."""

    household = models.ForeignKey(Household, models.PROTECT, db_index=False)
    code = models.CharField(_("致贫原因"), max_length=20, choices=choices.CauseCode)
    is_main = models.BooleanField(_("主要致贫原因"))

    reach = BY_CARD

    class Meta(Interval.Meta):
        indexes = [models.Index(fields=["household", "true_from"])]
        constraints = [*Interval.Meta.constraints]


class Residence(Dated):
    """居住状况: at home, away as a whole household (six months or more), with children, in a care home."""

    household = models.ForeignKey(Household, models.PROTECT, db_index=False)
    state = models.CharField(_("居住状况"), max_length=20, choices=choices.ResidenceState)
    place = models.CharField(_("外出地"), max_length=80, blank=True, default="")
    phone = models.BinaryField(_("外出联系电话"), null=True, blank=True)
    phone_index = models.BinaryField(max_length=32, null=True, blank=True)
    expected_return = models.DateField(_("预计返回日期"), null=True, blank=True)
    lives_in = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, verbose_name=_("实际居住地"), related_name="+"
    )

    reach = BY_CARD

    class Meta(Dated.Meta):
        indexes = [LAST_OF_HOUSEHOLD]
        constraints = [*Dated.Meta.constraints]


class LegalSupporter(Interval):
    """法定赡养（抚养、扶养）人 who lives apart: ability and performance of support."""

    household = models.ForeignKey(Household, models.PROTECT, db_index=False)
    name = models.CharField(_("姓名"), max_length=50)
    relation = models.CharField(_("与户主关系"), max_length=20, choices=choices.SupportRelation)
    own_household = models.BooleanField(_("是否单独立户"), null=True, blank=True)
    address = models.CharField(_("住址"), max_length=80, blank=True, default="")
    occupation = models.CharField(_("职业或主要收入"), max_length=60, blank=True, default="")
    has_car = models.BooleanField(_("有无车辆"), null=True, blank=True)
    has_housing = models.BooleanField(_("有无商品房"), null=True, blank=True)
    in_business = models.BooleanField(_("是否经商"), null=True, blank=True)
    on_payroll = models.BooleanField(_("是否财政供养"), null=True, blank=True)
    ability = models.CharField(_("赡养能力"), max_length=10, choices=choices.SupportAbility, blank=True, default="")
    performance = models.CharField(
        _("履行情况"), max_length=10, choices=choices.SupportPerformance, blank=True, default=""
    )
    yearly_amount = models.DecimalField(_("每年赡养费(元)"), max_digits=12, decimal_places=2, null=True, blank=True)
    agreement = models.BooleanField(_("有无赡养协议"), null=True, blank=True)

    reach = BY_CARD

    class Meta(Interval.Meta):
        indexes = [models.Index(fields=["household", "true_from"])]
        constraints = [
            *Interval.Meta.constraints,
            models.CheckConstraint(
                condition=Q(yearly_amount__isnull=True) | Q(yearly_amount__gte=0), name="legal_supporter_amount"
            ),
        ]
