"""Suspicious data 疑点: what a check finds, what is sent down to the villages, what they answer (O-8)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from households.models import Household
from povertycase.models import Account, RuleVersion, Upload
from povertycase.reach import Reach, ReachManager
from supervision.models.standing import OF_HOUSEHOLD


class CheckHit(models.Model):
    """A household that a check finds suspicious, from the day it was first found to the day it no longer is.

    values: {fact: value} that made it so; facts_key their hash. Excused (核实无误、特殊情况) it does not come back while
    its facts stay the same and the explanation has not expired. What it refers to is looked up once a statement, by
    the triggers check_hit_refers, as for StandingVerdict.
    """

    rule = models.ForeignKey(RuleVersion, models.PROTECT, db_constraint=False, db_index=False)
    rule_code = models.CharField(max_length=80)
    household = models.ForeignKey(Household, models.PROTECT, db_constraint=False, db_index=False)
    village_code = models.CharField(max_length=12)
    values = models.JSONField(default=dict)
    facts_key = models.CharField(max_length=32)
    first_found_on = models.DateField(_("首次发现"))
    gone_on = models.DateField(_("消除日期"), null=True, blank=True)
    excused_key = models.CharField(max_length=32, blank=True, default="")
    excused_until = models.DateField(_("说明有效期至"), null=True, blank=True)  # none: as long as the facts stay

    reach = OF_HOUSEHOLD
    objects = ReachManager()

    class Meta:
        indexes = [
            models.Index(fields=["household"]),
            models.Index(fields=["rule_code", "village_code"], condition=Q(gone_on=None), name="check_hit_present"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rule_code", "household"], condition=Q(gone_on=None), name="check_hit_present_once"
            )
        ]


class CheckBatch(models.Model):
    """下发批次: suspicious data sent down together, by whom, with which deadline; lists of a superior too."""

    class Source(models.TextChoices):
        NATIONAL = "national", _("国家")
        PROVINCE = "province", _("省")
        PREFECTURE = "prefecture", _("市")
        COUNTY = "county", _("县")
        OWN = "own", _("本系统")

    number = models.CharField(_("批次号"), max_length=20, unique=True)
    source = models.CharField(_("来源"), max_length=10, choices=Source.choices)
    title = models.CharField(_("名称"), max_length=80)
    document = models.CharField(_("文件"), max_length=120, blank=True, default="")
    division_code = models.CharField(max_length=12)
    sent_on = models.DateField(_("下发日期"))
    deadline = models.DateField(_("回收期限"))
    by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, db_column="by_id", related_name="+")
    created_at = models.DateTimeField(db_default=models.functions.Now())

    # Who may see any item of it sees the batch; its counts are of the items he may see.
    reach = Reach(division="division_code", whole_for=("divisions", "own_pairings"))
    objects = ReachManager()

    class Meta:
        indexes = [models.Index(fields=["-sent_on", "-id"])]
        constraints = [
            models.CheckConstraint(condition=Q(deadline__gte=F("sent_on")), name="check_batch_deadline_after_sending")
        ]


class CheckItem(models.Model):
    """One suspicion on its way: sent down, answered by the village, audited by the township, then by the county."""

    class State(models.TextChoices):
        SENT = "sent", _("待核实")
        ANSWERED = "answered", _("待乡镇审核")
        PASSED = "passed", _("待县级审核")
        CLOSED = "closed", _("已办结")

    class Answer(models.TextChoices):
        CORRECTED = "corrected", _("已核改")
        CONFIRMED = "confirmed", _("核实无误")
        SPECIAL = "special", _("特殊情况说明")

    batch = models.ForeignKey(CheckBatch, models.PROTECT, related_name="items")
    hit = models.ForeignKey(CheckHit, models.PROTECT, null=True, blank=True, related_name="items")
    rule_code = models.CharField(max_length=80, blank=True, default="")  # empty: a superior's own rule
    rule_words = models.CharField(_("疑点规则"), max_length=200)
    household = models.ForeignKey(Household, models.PROTECT, db_index=False)
    village_code = models.CharField(max_length=12)
    values = models.JSONField(default=dict)  # as found, or {"": words of the superior's list}
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.SENT)
    answer = models.CharField(_("核实结果"), max_length=10, choices=Answer.choices, blank=True, default="")
    words = models.CharField(_("情况说明"), max_length=300, blank=True, default="")
    proof = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, verbose_name=_("依据"))
    expires_on = models.DateField(_("说明有效期至"), null=True, blank=True)
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    answered_on = models.DateField(_("核实日期"), null=True, blank=True)
    town_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    town_on = models.DateField(_("乡镇审核日期"), null=True, blank=True)
    county_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    county_on = models.DateField(_("县级审核日期"), null=True, blank=True)
    returned_words = models.CharField(_("退回原因"), max_length=200, blank=True, default="")
    returned_times = models.PositiveSmallIntegerField(_("退回次数"), default=0)
    version = models.PositiveIntegerField(default=1)

    reach = OF_HOUSEHOLD
    objects = ReachManager()

    class Meta:
        indexes = [
            models.Index(fields=["household"]),
            models.Index(fields=["village_code", "state"], condition=~Q(state="closed"), name="check_item_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["batch", "household", "rule_words"], name="check_item_once_a_batch"),
            models.CheckConstraint(
                condition=Q(state="sent") | (~Q(answer="") & Q(answered_by__isnull=False, answered_on__isnull=False)),
                name="check_item_answered",
            ),
            models.CheckConstraint(
                condition=~Q(answer="special") | (~Q(words="") & Q(expires_on__isnull=False)),
                name="check_item_special_is_told",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["passed", "closed"]) | Q(town_by__isnull=False), name="check_item_town_passed"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(county_by__isnull=False), name="check_item_county_closed"
            ),
            models.CheckConstraint(
                condition=(Q(town_by__isnull=True) | ~Q(town_by=F("answered_by")))
                & (Q(county_by__isnull=True) | (~Q(county_by=F("answered_by")) & ~Q(county_by=F("town_by")))),
                name="check_item_three_people",
            ),
        ]
