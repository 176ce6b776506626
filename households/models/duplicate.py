"""Two entries that may be one person 疑似重复: what speaks for it, who decided, and until when that holds."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from households import choices
from households.models.household import Household
from households.models.person import Person
from povertycase.models import Account, ImportBatch
from povertycase.reach import Own, Reach, ReachManager


class Duplicate(models.Model):
    """One pair of entries, never of an entry with itself: two of the register, or one of a file beside the register.

    pair: names the two for good ("p:" two persons, "n:" a number and the household that a file puts it into), so that
    a decision is found again. basis: what the decision rests on; when it changes, the question is open again.
    """

    class Why(models.TextChoices):
        NUMBER = "number", _("证件号码相同")
        BLANK = "blank", _("姓名、性别、出生日期相同，有一方没有证件号码")
        LIKENESS = "likeness", _("姓名、性别、出生日期相同，证件号码不同")

    class State(models.TextChoices):
        OPEN = "open", _("待判定")
        PENDING = "pending", _("待查")
        SAME = "same", _("同一人")
        DIFFERENT = "different", _("不是同一人")

    pair = models.CharField(max_length=80, unique=True)
    why = models.CharField(_("理由"), max_length=10, choices=Why.choices)
    basis = models.BinaryField(max_length=32)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    kept = models.PositiveSmallIntegerField(null=True, blank=True)  # place of the side whose household keeps the person
    reason = models.CharField(_("判定依据"), max_length=300, blank=True, default="")
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField(_("判定日期"), null=True, blank=True)
    found_on = models.DateField(_("发现日期"))
    gone_on = models.DateField(null=True, blank=True)  # the two no longer stand beside each other
    batch = models.ForeignKey(ImportBatch, models.SET_NULL, null=True, blank=True)
    row = models.PositiveIntegerField(_("行"), null=True, blank=True)  # of the file's member sheet
    version = models.PositiveIntegerField(default=1)

    reach = Reach(
        division="sides__village_code",
        own_pairings=Own("sides__household__pairing__cadre__account", "sides__household__pairing"),
        many=True,
    )
    objects = ReachManager()

    class Meta:
        verbose_name = _("疑似重复")
        indexes = [models.Index(fields=["state"], condition=Q(gone_on__isnull=True), name="duplicate_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | Q(reason__gt="", decided_on__isnull=False),
                name="duplicate_decided_with_reason",
            ),
            models.CheckConstraint(condition=Q(state="same") ^ Q(kept__isnull=True), name="duplicate_same_keeps_one"),
        ]

    def __str__(self) -> str:
        return f"duplicate {self.pk}"


class DuplicateSide(models.Model):
    """One of the two entries: a person in a household, or a row of a file that would put him into one."""

    duplicate = models.ForeignKey(Duplicate, models.CASCADE, related_name="sides")
    place = models.PositiveSmallIntegerField()  # 1 | 2
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True)
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True)  # none yet: only the file knows it
    household_no = models.CharField(_("户编号"), max_length=20)
    village_code = models.CharField(max_length=12)
    # What the file says; of a registered person the register says it.
    name = models.CharField(_("姓名"), max_length=50, blank=True, default="")
    sex = models.CharField(_("性别"), max_length=6, choices=choices.Sex, blank=True, default="")
    birth_date = models.DateField(_("出生日期"), null=True, blank=True)
    relation = models.CharField(_("与户主关系"), max_length=24, choices=choices.Relation, blank=True, default="")
    id_type = models.CharField(_("证件类型"), max_length=20, choices=choices.IdType, blank=True, default="")
    mask = models.CharField(_("证件号码"), max_length=24, blank=True, default="")

    reach = Reach(division="village_code", own_pairings=Own("household__pairing__cadre__account", "household__pairing"))
    objects = ReachManager()

    class Meta:
        indexes = [models.Index(OpClass(F("village_code"), "text_pattern_ops"), name="duplicate_side_village")]
        constraints = [
            models.UniqueConstraint(fields=["duplicate", "place"], name="duplicate_two_sides"),
            models.CheckConstraint(condition=Q(place__in=(1, 2)), name="duplicate_side_one_or_two"),
        ]

    def __str__(self) -> str:
        return f"{self.duplicate_id} {self.place}"


__all__ = ["Duplicate", "DuplicateSide"]
