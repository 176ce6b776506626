"""The monthly bulletin 月督查通报: a draft made by the schedule, issued by a second person, then frozen."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from povertycase.models import JobRun, SheetTable
from povertycase.reach import Reach, ReachManager


class Bulletin(models.Model):
    """One month's bulletin of a division: figures per village, town and county over frozen sheets."""

    class State(models.TextChoices):
        MAKING = "making", _("生成中")
        DRAFT = "draft", _("草稿")
        ISSUED = "issued", _("已印发")
        REPLACED = "replaced", _("已被新草稿替代")

    month = models.CharField(_("月份"), max_length=7)
    division_code = models.CharField(max_length=12)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.MAKING)
    as_of = models.DateField(_("数据截止日期"))
    known_on = models.DateTimeField(null=True, blank=True)
    figures = models.JSONField(default=dict)  # rows of villages, towns, county: {division code: {column: figure}}
    rules = models.JSONField(default=dict)  # hashes of the form and the standard it was judged by
    household_sheet = models.ForeignKey(SheetTable, models.PROTECT, null=True, blank=True, related_name="+")
    village_sheet = models.ForeignKey(SheetTable, models.PROTECT, null=True, blank=True, related_name="+")
    pairing_sheet = models.ForeignKey(SheetTable, models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField(_("文号"), max_length=60, blank=True, default="")
    prepared_by = models.ForeignKey("povertycase.Account", models.PROTECT, null=True, blank=True, related_name="+")
    drafted_on = models.DateField(_("编制日期"), null=True, blank=True)
    issued_by = models.ForeignKey("povertycase.Account", models.PROTECT, null=True, blank=True, related_name="+")
    issued_on = models.DateField(_("印发日期"), null=True, blank=True)
    workbook = models.BinaryField(null=True, blank=True)
    workbook_sha256 = models.CharField(max_length=64, blank=True, default="")
    job = models.ForeignKey(JobRun, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    # A 通报 goes down and sideways: every post with a division reads it; drafts are kept back in queries/bulletins.py.
    reach = Reach(division="division_code", whole_for=("divisions",))
    objects = ReachManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "division_code"],
                condition=~Q(state="replaced"),
                name="bulletin_one_per_month",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | (~Q(number="") & Q(issued_by__isnull=False)),
                name="bulletin_issued_has_number",
            ),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | Q(prepared_by__isnull=True) | ~Q(issued_by=F("prepared_by")),
                name="bulletin_issuer_is_not_preparer",
            ),
        ]
        indexes = [models.Index(fields=["division_code", "-month"])]
