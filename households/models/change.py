"""Changes of a household by hand 修改申请: proposed, verified and confirmed by different people.

What is asked for is sealed: neither the table nor the trail holds a value in clear.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from households.models.household import Household
from povertycase.models import Account, Bureau, Division, Upload
from povertycase.reach import REFERENCE, Own, Reach, ReachManager


class Place(models.TextChoices):
    """Whose opinion it is. Who proposes from elsewhere than the village gives his own, not the village's."""

    REPORTER = "reporter", _("提出人")
    VILLAGE = "village", _("村")
    TOWN = "town", _("乡镇")
    BUREAU = "bureau", _("主管部门")
    COUNTY = "county", _("县办")


class ChangeRequest(models.Model):
    """One change of one household, or a new one, on its way through the opinions of one round after the other."""

    class State(models.TextChoices):
        OPEN = "open", _("办理中")
        RETURNED = "returned", _("已退回")
        APPLIED = "applied", _("已生效")
        REFUSED = "refused", _("未同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True)  # none yet: a new household
    village = models.ForeignKey(Division, models.PROTECT)  # where the household was when it was proposed
    kind = models.CharField(_("事项"), max_length=20)
    subject = models.BigIntegerField(null=True, blank=True)  # key of the person or row the change is about
    content = models.BinaryField()  # sealed JSON: new and old values
    true_from = models.DateField(_("生效日期"))
    locked = models.BooleanField(default=False)
    reason = models.CharField(_("理由"), max_length=300, blank=True, default="")
    proof = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, verbose_name=_("依据"))
    household_version = models.PositiveIntegerField(null=True, blank=True)
    round = models.PositiveSmallIntegerField(_("轮次"), default=1)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    next_place = models.CharField(_("待办"), max_length=8, choices=Place.choices, blank=True, default="")
    bureau = models.CharField(_("主管部门"), max_length=20, choices=Bureau.choices, blank=True, default="")
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+", db_column="proposed_by_id")
    proposed_on = models.DateField(_("提出日期"))
    created_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)
    effects = models.JSONField(default=list, blank=True)  # [{label, before, after}] in words, no amounts
    event_id = models.BigIntegerField(null=True, blank=True)  # the audit event that applied it
    applied_on = models.DateField(_("生效办理日期"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    reach = Reach(
        division="village__code",
        own_pairings=Own("household__pairing__cadre__account", "household__pairing"),
    )
    objects = ReachManager()

    class Meta:
        verbose_name = _("修改申请")
        indexes = [
            models.Index(fields=["next_place", "village"], condition=Q(state="open"), name="change_waiting"),
            models.Index(fields=["household", "-id"]),
            # 分户 and 并户 stand on the file of the other household as well.
            models.Index(fields=["subject"], condition=Q(kind__in=("split", "merge")), name="change_beside"),
            models.Index(fields=["proposed_by", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state="open") ^ Q(next_place=""), name="change_open_waits_somewhere"),
            models.CheckConstraint(
                condition=~Q(locked=True) | (~Q(reason="") & Q(proof__isnull=False)), name="change_locked_has_proof"
            ),
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(household__isnull=False, event_id__isnull=False),
                name="change_applied_to_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ChangeOpinion(models.Model):
    """One opinion 意见 on a request. Nobody gives two in a round, and no place does: the database refuses it."""

    class Outcome(models.TextChoices):
        PROPOSED = "proposed", _("已提出")
        AGREED = "agreed", _("已同意")
        RETURNED = "returned", _("已退回")
        REFUSED = "refused", _("未同意")

    request = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="opinions")
    round = models.PositiveSmallIntegerField(_("轮次"))
    place = models.CharField(_("环节"), max_length=8, choices=Place.choices)
    outcome = models.CharField(_("意见"), max_length=10, choices=Outcome.choices)
    words = models.CharField(_("说明"), max_length=300, blank=True, default="")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", db_column="by_id")
    given_on = models.DateField(_("日期"))
    created_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)

    reach = Reach(
        division="request__village__code",
        own_pairings=Own("request__household__pairing__cadre__account", "request__household__pairing"),
    )
    objects = ReachManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "round", "place"], name="change_one_opinion_a_place"),
            models.UniqueConstraint(fields=["request", "round", "by"], name="change_nobody_gives_two_opinions"),
        ]
        indexes = [models.Index(fields=["by", "-id"])]


class CollectionWindow(models.Model):
    """The year's collection window 采集窗口: outside it nothing changes without reason and proof (O-6)."""

    division = models.ForeignKey(Division, models.PROTECT)
    year = models.PositiveSmallIntegerField(_("年度"))
    collect_from = models.DateField(_("采集开始"))
    collect_to = models.DateField(_("采集结束"))
    entry_to = models.DateField(_("录入截止"))
    town_clean_to = models.DateField(_("乡镇清洗截止"))
    audit_to = models.DateField(_("县级审核截止"))
    document = models.CharField(_("文件"), max_length=120)
    version = models.PositiveIntegerField(default=1)

    reach = REFERENCE
    objects = ReachManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["division", "year"], name="collection_window_one_a_year"),
            models.CheckConstraint(
                condition=Q(collect_to__gte=F("collect_from"))
                & Q(entry_to__gte=F("collect_to"))
                & Q(town_clean_to__gte=F("entry_to"))
                & Q(audit_to__gte=F("town_clean_to")),
                name="collection_window_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.division_id} {self.year}"
