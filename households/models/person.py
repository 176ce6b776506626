"""The person 人 and the membership in a household."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from households import choices
from households.models.dated import Interval
from households.models.household import BY_CARD, Household
from povertycase.models.account import field_history
from povertycase.reach import Own, Reach, ReachManager


class DayRange(Func):
    """daterange(true_from, true_to, '[]'): both days belong to the interval."""

    function = "daterange"
    output_field = DateRangeField()


def days(start: str = "true_from", end: str = "true_to") -> DayRange:
    return DayRange(F(start), F(end), Value("[]"))


@field_history()
class Person(models.Model):
    """A person of the register: identity only; health, schooling, labour … are dated conditions."""

    person_no = models.CharField(_("人口编号"), max_length=24, null=True, blank=True, unique=True)
    name = models.CharField(_("姓名"), max_length=50)
    name_sort = models.CharField(_("姓名音序"), max_length=80, blank=True, default="")
    initials = models.CharField(_("姓名首字母"), max_length=50, blank=True, default="")
    id_type = models.CharField(_("证件类型"), max_length=20, choices=choices.IdType, default="identity_card")
    id_number = models.BinaryField(_("证件号码"), null=True, blank=True)
    id_index = models.BinaryField(max_length=32, null=True, blank=True, unique=True)
    sex = models.CharField(_("性别"), max_length=6, choices=choices.Sex)
    birth_date = models.DateField(_("出生日期"), null=True, blank=True)
    ethnicity = models.CharField(_("民族"), max_length=2, choices=choices.ETHNICITY_CHOICES, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)
    version = models.PositiveIntegerField(default=1)

    reach = Reach(
        division="membership__household__card__village_code",
        own_pairings=Own("membership__household__pairing__cadre__account", "membership__household__pairing"),
        own_unit=Own("membership__household__pairing__cadre__unit__cadre__account", "membership__household__pairing"),
        many=True,
    )
    objects = ReachManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="person_name_given"),
            models.CheckConstraint(
                condition=Q(id_number__isnull=True, id_index__isnull=True)
                | Q(id_number__isnull=False, id_index__isnull=False),
                name="person_id_sealed",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class Membership(Interval):
    """A person belongs to a household from a day to a day, in a relation to its head."""

    household = models.ForeignKey(Household, models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, models.PROTECT)
    relation = models.CharField(_("与户主关系"), max_length=24, choices=choices.Relation)
    start_reason = models.CharField(_("增加原因"), max_length=20, choices=choices.MemberStart, default="registered")
    end_reason = models.CharField(_("减少原因"), max_length=20, choices=choices.MemberEnd, blank=True, default="")

    reach = BY_CARD

    class Meta(Interval.Meta):
        indexes = [models.Index(fields=["household", "true_from"])]
        constraints = [
            *Interval.Meta.constraints,
            ExclusionConstraint(
                name="membership_one_household_at_a_time",
                expressions=[("person", RangeOperators.EQUAL), (days(), RangeOperators.OVERLAPS)],
                condition=Q(superseded_at__isnull=True),
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            ExclusionConstraint(
                name="membership_one_head_at_a_time",
                expressions=[("household", RangeOperators.EQUAL), (days(), RangeOperators.OVERLAPS)],
                condition=Q(superseded_at__isnull=True, relation="head"),
                deferrable=models.Deferrable.IMMEDIATE,
            ),
        ]
