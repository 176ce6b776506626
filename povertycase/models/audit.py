"""The audit trail 审计日志: events, the households they touch, and the seal chain over them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from povertycase.reach import Reach, ReachManager


class AuditEvent(models.Model):
    """One act of one person (or of the system, by = empty). Written once, never changed (trigger)."""

    at = models.DateTimeField(_("时间"), db_default=models.functions.Now())
    kind = models.CharField(_("事项"), max_length=60)
    by = models.ForeignKey("povertycase.Account", models.PROTECT, null=True, blank=True, db_column="by_id")
    about = models.CharField(_("对象"), max_length=120, blank=True)
    params = models.JSONField(default=dict)
    job = models.ForeignKey("povertycase.JobRun", models.PROTECT, null=True, blank=True, db_constraint=False)
    address = models.GenericIPAddressField(null=True, blank=True)
    subjects = models.PositiveIntegerField(default=0)
    subjects_digest = models.BinaryField(max_length=32, default=b"")

    reach = Reach(own="by", whole_for=("audit",))
    objects = ReachManager()

    class Meta:
        indexes = [
            models.Index(fields=["at", "id"]),  # the timeline walks it backwards, page by page
            models.Index(fields=["kind", "at"]),
            models.Index(fields=["by", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"


class AuditSubject(models.Model):
    """A household that an event touched."""

    event = models.ForeignKey(AuditEvent, models.PROTECT, related_name="subject_rows", db_constraint=False)
    household = models.BigIntegerField(_("户"))

    reach = Reach(whole_for=("audit",))
    objects = ReachManager()

    class Meta:
        indexes = [models.Index(fields=["household", "event"])]


class AuditSeal(models.Model):
    """One link of the seal chain: position, event, hash of the link before, hash of this one."""

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(AuditEvent, models.PROTECT, related_name="seal", db_constraint=False)
    prev = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    reach = Reach(whole_for=("audit",))
    objects = ReachManager()
