"""Jobs 后台任务: PostgreSQL is their record, Redis only carries the number of a job to a worker."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from povertycase.reach import Reach, ReachManager


class JobRun(models.Model):
    """One long piece of work: what, with which parameters, how far, what came of it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("等待中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未完成")
        CANCELLED = "cancelled", _("已取消")

    OPEN = ("queued", "running")

    kind = models.CharField(_("任务"), max_length=60)
    key = models.CharField(max_length=200, help_text="同一任务同一键同时只有一个")
    params = models.JSONField(default=dict)
    division_code = models.CharField(max_length=12, blank=True, default="")
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.QUEUED)
    step = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(_("失败次数"), default=0)
    version = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True, default="")
    by = models.ForeignKey("povertycase.Account", models.PROTECT, null=True, blank=True, db_column="by_id")
    created_at = models.DateTimeField(db_default=models.functions.Now())
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    reach = Reach(division="division_code", own="by")
    objects = ReachManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=models.Q(state__in=("queued", "running")),
                name="job_one_open_per_key",
            )
        ]
        indexes = [models.Index(fields=["state", "heartbeat_at"]), models.Index(fields=["-created_at"])]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class JobChunk(models.Model):
    """A piece of a job that is done in one transaction, or not at all."""

    job = models.ForeignKey(JobRun, models.CASCADE, related_name="chunks")
    step = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    params = models.JSONField(default=dict)
    is_done = models.BooleanField(default=False)
    result = models.JSONField(default=dict)

    reach = Reach()
    objects = ReachManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "step", "number"], name="job_chunk_once")]
        indexes = [
            models.Index(fields=["job", "step", "number"], condition=models.Q(is_done=False), name="job_chunk_waiting")
        ]


class Duty(models.Model):
    """A recurring duty 定期任务 and the last period it was done for; missing periods are made oldest first."""

    kind = models.CharField(max_length=60, primary_key=True)
    last_period = models.CharField(max_length=20)

    reach = Reach()
    objects = ReachManager()
