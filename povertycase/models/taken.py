"""Lists too long for one request: a job makes their file, and only who asked for it fetches it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from povertycase.reach import Reach, ReachManager


class ListFile(models.Model):
    """A list made into a file 导出文件: what was asked for (sealed, somebody may have typed a name), and where it lies.

    The file is sealed under a random name and deleted after 7 days; the row stays as the trace.
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
    deleted_at = models.DateTimeField(null=True, blank=True)

    reach = Reach(own="by")
    objects = ReachManager()

    class Meta:
        verbose_name = _("导出文件")
        indexes = [models.Index(fields=["by", "-created_at"])]

    def __str__(self) -> str:
        return self.name or f"{self.kind} {self.pk}"


class ListPart(models.Model):
    """Rows of a list whose file is being made: one sealed block for each chunk of the job, gone when the file is there."""

    file = models.ForeignKey(ListFile, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    reach = Reach(own="file__by")
    objects = ReachManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="list_part_once")]
