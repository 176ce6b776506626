"""Versions of rules, and the catalogue of fact sheets judged by them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from povertycase.reach import REFERENCE, ReachManager


class RuleVersion(models.Model):
    """One version of a standard, threshold, indicator … as canonical JSON, named by its content hash."""

    kind = models.CharField(max_length=20)  # standard | threshold | indicator | check | policy | bulletin
    code = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64, unique=True)
    body = models.JSONField()
    division_code = models.CharField(_("适用区划"), max_length=12, blank=True, default="", help_text="空 = 全国")
    valid_from = models.DateField(_("施行日期"), null=True, blank=True)
    valid_to = models.DateField(_("停止日期"), null=True, blank=True)
    document = models.CharField(_("文件"), max_length=200, blank=True, default="")
    verified = models.BooleanField(_("已核对原文"), default=False)
    author = models.ForeignKey("povertycase.Account", models.PROTECT, null=True, blank=True, related_name="+")
    approver = models.ForeignKey("povertycase.Account", models.PROTECT, null=True, blank=True, related_name="+")
    in_force = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    reach = REFERENCE
    objects = ReachManager()

    class Meta:
        indexes = [models.Index(fields=["kind", "code", "valid_from"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.sha256[:8]}"


class SheetTable(models.Model):
    """A fact sheet: one table of schema `sheet`, one row per subject, facts as they stood on a date."""

    subject = models.CharField(max_length=20)
    as_of = models.DateField()
    known_on = models.DateTimeField()
    period_start = models.DateField()
    period_end = models.DateField()
    division_code = models.CharField(max_length=12, blank=True, default="")
    columns = models.JSONField(default=list)  # [[fact code, SQL type], …]; a member count has its condition as third
    population = models.JSONField(default=dict)  # the condition on the subjects it is made of; {} = all
    rules = models.JSONField(default=list)  # hashes of the rules it was made for
    frozen = models.BooleanField(default=False)
    complete = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=models.functions.Now())
    dropped_at = models.DateTimeField(null=True, blank=True)

    reach = REFERENCE
    objects = ReachManager()

    @property
    def table(self) -> str:
        """The table's name inside schema `sheet`."""
        return f"s{self.pk}_{self.subject}"
