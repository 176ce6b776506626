"""Drafts of rules: written by one person, compared on a named sheet, put in force by a second."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from povertycase.models import Account, RuleVersion, SheetTable
from povertycase.reach import REFERENCE, ReachManager


class RuleDraft(models.Model):
    """A rule on its way into force. A standard is entered from its document, a county does not tune it (E-12)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PROPOSED = "proposed", _("待审批")
        IN_FORCE = "in_force", _("已施行")
        REFUSED = "refused", _("未同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    kind = models.CharField(_("类别"), max_length=20)  # standard | threshold | check | warning | frequency | policy
    code = models.CharField(max_length=80)
    name = models.CharField(_("名称"), max_length=120)
    body = models.JSONField()
    base = models.ForeignKey(RuleVersion, models.PROTECT, null=True, blank=True, related_name="+")
    division_code = models.CharField(max_length=12)
    document = models.CharField(_("文件"), max_length=200, blank=True, default="")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey(Account, models.PROTECT, related_name="+")
    created_on = models.DateField(_("起草日期"))
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField(_("审批日期"), null=True, blank=True)
    words = models.CharField(_("审批意见"), max_length=200, blank=True, default="")
    result = models.ForeignKey(RuleVersion, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    reach = REFERENCE
    objects = ReachManager()

    class Meta:
        indexes = [models.Index(fields=["state", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("author")), name="rule_draft_second_person"
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(decided_by__isnull=False, result__isnull=False),
                name="rule_draft_in_force_was_decided",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["standard", "threshold"], state__in=["proposed", "in_force"]) | ~Q(document=""),
                name="rule_draft_standard_has_document",
            ),
        ]


class Comparison(models.Model):
    """What-if 试算: a draft beside the version in force on one sheet, how many households would flip."""

    draft = models.ForeignKey(RuleDraft, models.CASCADE, related_name="comparisons")
    sheet = models.ForeignKey(SheetTable, models.PROTECT, related_name="+")
    body = models.JSONField()  # the draft as it stood
    counts = models.JSONField(default=dict)
    by = models.ForeignKey(Account, models.PROTECT, db_column="by_id", related_name="+")
    created_at = models.DateTimeField(db_default=models.functions.Now())

    reach = REFERENCE
    objects = ReachManager()

    class Meta:
        indexes = [models.Index(fields=["draft", "-id"])]
