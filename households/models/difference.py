"""Comparisons of the register with another system's export 数据比对, and the differences they found (XT-13)."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from households.models.change import ChangeRequest
from households.models.household import Household
from households.models.person import Person
from povertycase.models import Account, ImportBatch, JobRun, Upload
from povertycase.reach import Own, Reach, ReachManager


class Reconciliation(models.Model):
    """One export of another system beside the register: whose it is, what was counted, the sheet that goes back.

    counts: read = same + differ + added + refused (rows of the file); gone and items beside it.
    """

    batch = models.OneToOneField(ImportBatch, models.PROTECT)  # file, sender, place and day
    source = models.CharField(_("来源系统或单位"), max_length=60)
    whole = models.BooleanField(_("对方应有本范围全部在册人口"))
    of_households = models.BooleanField(default=False)  # one row a household, not one a person
    counts = models.JSONField(default=dict)
    answer = models.ForeignKey(Upload, models.SET_NULL, null=True, blank=True)
    job = models.ForeignKey(JobRun, models.SET_NULL, null=True, blank=True)

    reach = Reach(division="batch__division_code", own="batch__by")
    objects = ReachManager()

    class Meta:
        verbose_name = _("数据比对")

    def __str__(self) -> str:
        return f"{self.source} {self.pk}"


class Difference(models.Model):
    """What another system says and the register does not, or the other way round; decided by a person.

    item names what differs within a source for good, basis what the two sides say: the same difference is asked about
    once, until either side says something else. Numbers of persons are kept as masks, beside them the sealed number.
    """

    class Kind(models.TextChoices):
        FIELD = "field", _("内容不一致")
        ADDED = "added", _("对方有、登记册没有")
        GONE = "gone", _("登记册有、对方没有")

    class State(models.TextChoices):
        OPEN = "open", _("待核")
        TRUE = "true", _("属实")
        EXCLUDED = "excluded", _("排除")

    source = models.CharField(_("来源系统或单位"), max_length=60)
    item = models.CharField(max_length=80)
    basis = models.BinaryField(max_length=32)
    reconciliation = models.ForeignKey(Reconciliation, models.PROTECT)  # the last one that found it
    row = models.PositiveIntegerField(_("行"), null=True, blank=True)
    kind = models.CharField(_("差异"), max_length=6, choices=Kind.choices)
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True)
    village_code = models.CharField(max_length=12)
    name = models.CharField(_("姓名"), max_length=50, blank=True, default="")
    field = models.CharField(_("项目"), max_length=40, blank=True, default="")
    ours = models.TextField(_("登记册"), blank=True, default="")
    theirs = models.TextField(_("对方"), blank=True, default="")
    # Their number, where a number differs; under the names by which keys are changed.
    id_number = models.BinaryField(null=True, blank=True)
    id_index = models.BinaryField(max_length=32, null=True, blank=True)
    phone = models.BinaryField(null=True, blank=True)
    phone_index = models.BinaryField(max_length=32, null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.CharField(_("依据"), max_length=300, blank=True, default="")
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField(_("核实日期"), null=True, blank=True)
    request = models.ForeignKey(ChangeRequest, models.SET_NULL, null=True, blank=True)
    found_on = models.DateField(_("发现日期"))
    gone_on = models.DateField(null=True, blank=True)  # the two sides agree again
    version = models.PositiveIntegerField(default=1)

    reach = Reach(division="village_code", own_pairings=Own("household__pairing__cadre__account", "household__pairing"))
    objects = ReachManager()

    class Meta:
        verbose_name = _("差异")
        indexes = [
            models.Index(
                OpClass(F("village_code"), "text_pattern_ops"),
                F("state"),
                condition=Q(gone_on__isnull=True),
                name="difference_waiting",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "item"], name="difference_once"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(reason__gt="", decided_on__isnull=False),
                name="difference_decided_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"difference {self.pk}"


__all__ = ["Difference", "Reconciliation"]
