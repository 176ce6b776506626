"""The jobs of the office, for programs that wait for one."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView

from povertycase import jobs
from povertycase.access.permissions import Permission
from povertycase.models import JobRun
from povertycase.pages.jobs import visible_jobs


class JobFields(serializers.ModelSerializer):
    """A job: what, how far (percent, null = not started), what came of it."""

    words = serializers.SerializerMethodField()
    share = serializers.SerializerMethodField()

    class Meta:
        model = JobRun
        fields = ("id", "kind", "words", "state", "share", "done", "total", "error", "created_at", "finished_at")

    def get_words(self, job: JobRun) -> str:
        return str(jobs.label(job))

    def get_share(self, job: JobRun) -> float | None:
        return jobs.share(job)


@extend_schema(summary="后台任务")
class Jobs(ListAPIView):
    """GET /api/v1/jobs/: newest first, the same rows as on the jobs page."""

    permission = Permission.JOB_VIEW
    serializer_class = JobFields
    queryset = JobRun.objects.none()

    def get_queryset(self) -> Any:
        return visible_jobs(self.request.user)  # type: ignore[arg-type]


@extend_schema(summary="一个后台任务")
class Job(RetrieveAPIView):
    """GET /api/v1/jobs/{id}/."""

    permission = Permission.JOB_VIEW
    serializer_class = JobFields
    queryset = JobRun.objects.none()

    def get_queryset(self) -> Any:
        return visible_jobs(self.request.user)  # type: ignore[arg-type]
