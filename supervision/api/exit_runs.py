"""Exit checks for programs: the same runs, rows and rights as on the pages."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView

from povertycase.access.guards import account_of
from povertycase.access.permissions import Permission
from povertycase.rules import cautions
from povertycase.rules.explain import NOTICE
from supervision.models import ExitRun, Verdict
from supervision.queries import exit_runs as runs
from supervision.queries import verdicts


class OutcomeCount(serializers.Serializer):
    """Households and persons with one outcome."""

    households = serializers.IntegerField()
    persons = serializers.IntegerField()


class Outcomes(serializers.Serializer):
    """Counts by outcome, of the rows that the caller may see."""

    met = OutcomeCount()
    unmet = OutcomeCount()
    unknown = OutcomeCount()
    total = OutcomeCount()


class ExitRunFields(serializers.ModelSerializer):
    """A check: standard, day, population, thresholds as used."""

    standard = serializers.CharField(source="standard.code")
    standard_version = serializers.CharField(source="standard.sha256")
    state = serializers.CharField(source="job.state", default="")
    notice = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()

    class Meta:
        model = ExitRun
        fields = (
            *("id", "standard", "standard_version", "as_of", "known_on", "division_code", "population", "state"),
            *("thresholds", "warnings", "notice", "created_at", "finished_at"),
        )

    def get_notice(self, run: ExitRun) -> str:
        return NOTICE

    def get_warnings(self, run: ExitRun) -> list[str]:
        return cautions.say_all(run.warnings)


class ExitRunDetail(ExitRunFields):
    """A check with its counts."""

    counts = serializers.SerializerMethodField()

    class Meta:
        model = ExitRun
        fields = (*ExitRunFields.Meta.fields, "counts")

    @extend_schema(responses=Outcomes)
    def get_counts(self, run: ExitRun) -> dict[str, Any]:
        return verdicts.figures(run, self.context["request"].user)["outcomes"]


class CriterionResult(serializers.Serializer):
    """One criterion: value null where it does not apply, is not known, or is an amount the caller may not see."""

    code = serializers.CharField()
    value = serializers.JSONField(allow_null=True)
    threshold = serializers.JSONField(allow_null=True)
    outcome = serializers.ChoiceField(choices=["met", "unmet", "unknown"])


class VerdictFields(serializers.Serializer):
    """One household's verdict."""

    household_no = serializers.CharField()
    village = serializers.CharField()
    members = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=["met", "unmet", "unknown"])
    criteria = CriterionResult(many=True)


class VisibleRuns:
    """The rows of the pages."""

    permission = Permission.EXIT_VIEW
    queryset = ExitRun.objects.none()

    def get_queryset(self) -> QuerySet[ExitRun]:
        return runs.visible(account_of(self.request))  # type: ignore[attr-defined]


@extend_schema(summary="退出达标预审")
class ExitRuns(VisibleRuns, ListAPIView):
    """GET /api/v1/exit-runs/: newest first."""

    serializer_class = ExitRunFields


@extend_schema(summary="一次退出达标预审")
class ExitRunOne(VisibleRuns, RetrieveAPIView):
    """GET /api/v1/exit-runs/{id}/: with its counts."""

    serializer_class = ExitRunDetail


@extend_schema(summary="退出达标预审的逐户结果", parameters=[OpenApiParameter("pk", int, OpenApiParameter.PATH)])
class Verdicts(ListAPIView):
    """GET /api/v1/exit-runs/{id}/verdicts/: by village and household; ?outcome=met|unmet|unknown."""

    permission = Permission.EXIT_VIEW
    serializer_class = VerdictFields
    queryset = Verdict.objects.none()

    def get_queryset(self) -> QuerySet[Verdict]:
        outcome = self.request.query_params.get("outcome", "")
        self.run = get_object_or_404(runs.visible(account_of(self.request)), pk=self.kwargs["pk"])
        return verdicts.chosen(self.run, account_of(self.request), outcome=outcome if outcome in verdicts.CODES else "")

    def paginate_queryset(self, queryset: Any) -> Any:
        amounts = account_of(self.request).can(Permission.AMOUNT_VIEW)
        page = super().paginate_queryset(queryset) or ()
        return [verdicts.object_of(self.run, row, amounts=amounts) for row in page]
