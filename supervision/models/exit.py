"""The exit check 退出达标预审: a run over a population, and one narrow verdict per household."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from households.models import Household
from povertycase.models import JobRun, RuleVersion, SheetTable
from povertycase.reach import REFERENCE, Own, Reach, ReachManager


class ExitRun(models.Model):
    """One exit check: which standard, as of which day, as known when, over whom."""

    class Population(models.TextChoices):
        PLANNED = "planned", _("本年度拟脱贫户")
        UNPLANNED = "unplanned", _("未脱贫未列入计划户")
        EXITED = "exited", _("已脱贫户“回头看”")
        ALL = "all", _("全部建档立卡户")

    standard = models.ForeignKey(RuleVersion, models.PROTECT)
    as_of = models.DateField(_("截止日期"))
    known_on = models.DateTimeField(null=True, blank=True)
    division_code = models.CharField(max_length=12)
    population = models.CharField(_("范围"), max_length=10, choices=Population.choices)
    sheet = models.ForeignKey(SheetTable, models.PROTECT, null=True, blank=True)
    job = models.ForeignKey(JobRun, models.SET_NULL, null=True, blank=True)
    thresholds = models.JSONField(default=dict)  # name -> value, document, as used
    counts = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    by = models.ForeignKey("povertycase.Account", models.PROTECT, null=True, blank=True, db_column="by_id")
    created_at = models.DateTimeField(db_default=models.functions.Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    # A run names no household; its figures and lists are its verdicts within the account's own reach.
    reach = REFERENCE
    objects = ReachManager()

    class Meta:
        indexes = [models.Index(fields=["-created_at"])]


class Verdict(models.Model):
    """A household's result in a run: bit n of `met` / `unmet` is criterion n; neither = unknown 待核实.

    `values` are the values judged, in the order of the criteria's facts; code lists as their position, truth as 0/1.
    """

    class Outcome(models.IntegerChoices):
        UNMET = 0, _("未达标")
        MET = 1, _("达标")
        UNKNOWN = 2, _("待核实")

    pk = models.CompositePrimaryKey("run_id", "household_id")
    # The primary key finds both; an index of each would double the time a million verdicts take to write.
    run = models.ForeignKey(ExitRun, models.CASCADE, db_constraint=False, db_index=False)
    household = models.ForeignKey(Household, models.PROTECT, db_constraint=False, db_index=False)
    village_code = models.CharField(max_length=12)
    members = models.PositiveSmallIntegerField()
    outcome = models.PositiveSmallIntegerField(choices=Outcome.choices)
    met = models.BigIntegerField()
    unmet = models.BigIntegerField()
    values = ArrayField(models.DecimalField(max_digits=14, decimal_places=2, null=True))

    reach = Reach(
        division="village_code",
        own_pairings=Own("household__pairing__cadre__account", "household__pairing"),
        own_unit=Own("household__pairing__cadre__unit__cadre__account", "household__pairing"),
    )
    objects = ReachManager()
