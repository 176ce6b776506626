"""Lists too long for one request: a job makes their file, and only who asked for it fetches it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from povertycase.reach import Reach, ReachManager


class ListFile(models.Model):
    """A list made into a file 导出文件: what was asked for (sealed, somebody may have typed a name), and where it lies.

    The file is sealed under a random name and deleted after 7 days, or at `expires_at`; the row stays as the trace.
    """

    kind = models.CharField(max_length=60)  # the job's kind
    asked = models.BinaryField()
    stored_as = models.CharField(max_length=80, unique=True)
    name = models.CharField(_("文件名"), max_length=120, blank=True, default="")
    rows = models.PositiveIntegerField(_("行数"), default=0)
    size = models.PositiveIntegerField(_("大小"), default=0)
    by = models.ForeignKey("povertycase.Account", models.PROTECT, db_column="by_id")
    job = models.ForeignKey("povertycase.JobRun", models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)  # earlier than after the usual 7 days
    deleted_at = models.DateTimeField(null=True, blank=True)

    reach = Reach(own="by")
    objects = ReachManager()

    class Meta:
        verbose_name = _("导出文件")
        indexes = [models.Index(fields=["by", "-created_at"])]

    def __str__(self) -> str:
        return self.name or f"{self.kind} {self.pk}"


class ClearExport(models.Model):
    """An export with clear ID numbers 完整号码导出: asked for with a reason, agreed by a second account, gone after a day.

    What is to be exported stands sealed in the file it will become; `title`, `columns` and `rows` tell the second
    account what it agrees to, without anybody's name.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("待审批")
        AGREED = "agreed", _("已同意")
        REFUSED = "refused", _("未同意")

    file = models.OneToOneField(ListFile, models.PROTECT, related_name="clear")
    title = models.CharField(_("名单"), max_length=120)
    columns = models.CharField(_("列"), max_length=1500)
    rows = models.PositiveIntegerField(_("行数"))
    reason = models.CharField(_("用途"), max_length=20)  # a code of actions/reveal.REASONS
    words = models.CharField(_("说明"), max_length=200, blank=True, default="")
    division_code = models.CharField(max_length=12)  # of the post that asks: who decides reaches it
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ASKED)
    by = models.ForeignKey("povertycase.Account", models.PROTECT, db_column="by_id")
    asked_at = models.DateTimeField(db_default=models.functions.Now())
    decided_by = models.ForeignKey("povertycase.Account", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    reach = Reach(division="division_code", own="by")
    objects = ReachManager()

    class Meta:
        verbose_name = _("完整号码导出")
        indexes = [
            models.Index(fields=["state", "division_code"], name="povertycase_clear_state"),
            models.Index(fields=["by", "-asked_at"], name="povertycase_clear_mine"),
        ]
        constraints = [
            # The database itself refuses that somebody agrees to his own request.
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("by")),
                name="clear_export_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.title
