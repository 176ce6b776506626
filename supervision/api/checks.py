"""Suspicious data for programs: the same batches, items and rights as on the pages."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from povertycase import periods
from povertycase.access.guards import account_of
from povertycase.access.permissions import Permission
from supervision.models import CheckBatch, CheckItem
from supervision.queries import check_items, check_words, checks


class CheckBatchFields(serializers.ModelSerializer):
    """A batch; sent_on and deadline are days."""

    class Meta:
        model = CheckBatch
        fields = ("id", "number", "source", "title", "document", "sent_on", "deadline")


class CheckItemFields(serializers.ModelSerializer):
    """One suspicion on its way; found: what the register said, without what the caller may not see."""

    batch = serializers.CharField(source="batch.number")
    household_no = serializers.CharField(source="household.household_no")
    found = serializers.SerializerMethodField()

    class Meta:
        model = CheckItem
        fields = (
            *("id", "batch", "rule_code", "rule_words", "household_no", "village_code", "found", "state", "answer"),
            *("words", "expires_on", "answered_on", "town_on", "county_on", "returned_words", "returned_times"),
        )

    @cached_property
    def _lined(self) -> set[str]:
        return checks.lined(periods.today())

    def get_found(self, item: CheckItem) -> str:
        line = item.rule_code in self._lined
        return check_words.plain(item.values, account_of(self.context["request"]), line=line)


@extend_schema(summary="下发疑点批次")
class CheckBatches(ListAPIView):
    """GET /api/v1/check-batches/: newest first."""

    permission = Permission.CHECK_VIEW
    serializer_class = CheckBatchFields
    queryset = CheckBatch.objects.none()

    def get_queryset(self) -> QuerySet[CheckBatch]:
        return check_items.visible_batches(account_of(self.request))


@extend_schema(
    summary="下发的疑点", parameters=[OpenApiParameter("state", str, enum=["open", *CheckItem.State.values])]
)
class CheckItems(ListAPIView):
    """GET /api/v1/check-items/: by deadline and village; ?state=sent|answered|passed|closed|open."""

    permission = Permission.CHECK_VIEW
    serializer_class = CheckItemFields
    queryset = CheckItem.objects.none()

    def get_queryset(self) -> Any:
        state = self.request.query_params.get("state", "")
        known = state if state in ("open", *CheckItem.State.values) else ""
        return check_items.for_list(check_items.chosen(account_of(self.request), {"state": known}, periods.today()))
