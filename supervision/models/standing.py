"""What stands: each household's verdict from one change to the next, verdicts of villages and counties, shortfalls."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from households.models import Cadre, Household
from povertycase.models import Account, Division, RuleVersion, SheetTable
from povertycase.reach import REFERENCE, Own, Reach, ReachManager
from supervision.models.exit import Verdict

OF_HOUSEHOLD = Reach(
    division="village_code",
    own_pairings=Own("household__pairing__cadre__account", "household__pairing"),
    own_unit=Own("household__pairing__cadre__unit__cadre__account", "household__pairing"),
)


class UsedLines(models.Model):
    """The thresholds that verdicts were made with: name -> value, unit, document. Kept once, whatever names them."""

    sha256 = models.CharField(max_length=64, unique=True)
    body = models.JSONField(default=dict)

    reach = REFERENCE
    objects = ReachManager()


class StandingVerdict(models.Model):
    """现行判定: a household's result by one standard from the day it changed; the row before is kept as history.

    Only a changed result makes a row. Masks and values as in Verdict. cause: the audit event whose change moved it.
    What a row refers to is looked up once a statement, by the trigger standing_verdict_refers: three look-ups a row
    took a fifth of a county's full run.
    """

    household = models.ForeignKey(Household, models.PROTECT, db_constraint=False, db_index=False)
    village_code = models.CharField(max_length=12)
    standard = models.ForeignKey(RuleVersion, models.PROTECT, db_constraint=False, db_index=False)
    standard_code = models.CharField(max_length=80)
    lines = models.ForeignKey(UsedLines, models.PROTECT, db_constraint=False, db_index=False)
    as_of = models.DateField(_("截止日期"))
    known_on = models.DateTimeField()
    outcome = models.PositiveSmallIntegerField(choices=Verdict.Outcome.choices)
    met = models.BigIntegerField()
    unmet = models.BigIntegerField()
    values = ArrayField(models.DecimalField(max_digits=14, decimal_places=2, null=True))
    current = models.BooleanField(default=True)
    cause = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    reach = OF_HOUSEHOLD
    objects = ReachManager()

    class Meta:
        # One current row a household and standard, and the household's history, by one index: a full run writes a row
        # for each, and every index costs it a tenth.
        constraints = [
            models.UniqueConstraint(
                "household",
                "standard_code",
                models.Case(models.When(current=True, then=0), default="id", output_field=models.BigIntegerField()),
                name="standing_verdict_one_current",
            )
        ]


class DivisionRun(models.Model):
    """An exit check of villages or of the county 村（县）退出核验: which standard, as of which day, known when."""

    standard = models.ForeignKey(RuleVersion, models.PROTECT)
    division_code = models.CharField(max_length=12)
    as_of = models.DateField(_("截止日期"))
    known_on = models.DateTimeField()
    lines = models.ForeignKey(UsedLines, models.PROTECT)
    sheet = models.ForeignKey(SheetTable, models.PROTECT, null=True, blank=True, related_name="+")
    warnings = models.JSONField(default=list)
    registered = models.JSONField(default=dict)  # place -> criterion -> registered households [met, unmet, unknown]
    by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, db_column="by_id", related_name="+")
    created_at = models.DateTimeField(db_default=models.functions.Now())

    reach = Reach(division="division_code", whole_for=("divisions",))
    objects = ReachManager()

    class Meta:
        indexes = [models.Index(fields=["-created_at"])]


class DivisionVerdict(models.Model):
    """A village's or the county's result in such a check. Masks and values as in Verdict; points of a scored standard."""

    run = models.ForeignKey(DivisionRun, models.CASCADE, related_name="verdicts")
    division = models.ForeignKey(Division, models.PROTECT)
    outcome = models.PositiveSmallIntegerField(choices=Verdict.Outcome.choices)
    met = models.BigIntegerField()
    unmet = models.BigIntegerField()
    values = ArrayField(models.DecimalField(max_digits=16, decimal_places=2, null=True))
    points = models.DecimalField(_("得分"), max_digits=6, decimal_places=2, null=True, blank=True)

    reach = Reach(division="division__code")
    objects = ReachManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "division"], name="division_verdict_once")]


class Shortfall(models.Model):
    """短板: a criterion that a household or a village does not meet, or nobody knows whether it does (ZL-05 对标补短).

    An improved fact moves it to 待复核; a person of the township closes it, with a date (E-11). One that is still open
    when the criterion falls short again stays the same row.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待补短")
        RECHECK = "recheck", _("待复核")
        CLOSED = "closed", _("已销号")

    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, db_index=False)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, db_index=False)
    village_code = models.CharField(max_length=12)
    standard_code = models.CharField(max_length=80)
    criterion = models.CharField(max_length=40)
    unknown = models.BooleanField(_("待核实"), default=False)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.OPEN)
    opened_on = models.DateField(_("列入日期"))
    measure = models.CharField(_("补短措施"), max_length=200, blank=True, default="")
    owner = models.ForeignKey(
        Cadre, models.PROTECT, null=True, blank=True, verbose_name=_("责任人"), related_name="+", db_index=False
    )
    due_on = models.DateField(_("完成时限"), null=True, blank=True)
    planned_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    improved_on = models.DateField(_("达标日期"), null=True, blank=True)
    closed_on = models.DateField(_("销号日期"), null=True, blank=True)
    closed_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    closing_words = models.CharField(_("复核情况"), max_length=200, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    reach = OF_HOUSEHOLD
    objects = ReachManager()

    class Meta:
        indexes = [
            models.Index(fields=["household", "-id"]),
            models.Index(fields=["village_code", "state"], condition=~Q(state="closed"), name="shortfall_waiting"),
            # Few have these: an index of all would be written for each shortfall that a full run opens.
            models.Index(fields=["division"], condition=Q(division__isnull=False), name="shortfall_of_division"),
            models.Index(fields=["owner"], condition=Q(owner__isnull=False), name="shortfall_of_owner"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "standard_code", "criterion"],
                condition=~Q(state="closed") & Q(household__isnull=False),
                name="shortfall_once_a_household",
            ),
            models.UniqueConstraint(
                fields=["division", "standard_code", "criterion"],
                condition=~Q(state="closed") & Q(division__isnull=False),
                name="shortfall_once_a_division",
            ),
            models.CheckConstraint(
                condition=Q(household__isnull=True) ^ Q(division__isnull=True), name="shortfall_of_one_subject"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False, closed_by__isnull=False)
                | (~Q(state="closed") & Q(closed_on__isnull=True)),
                name="shortfall_closed_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | Q(planned_by__isnull=True) | ~Q(closed_by=F("planned_by")),
                name="shortfall_planner_does_not_close",
            ),
        ]
