"""GET /api/v1/households/ and /api/v1/households/{household_no}/: the same rows and the same doors as the pages."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from households.api.serializers import CardSerializer, HouseholdSerializer
from households.models import HouseholdCard
from households.queries import export, file, listing
from households.queries.search import SecretInAddress
from povertycase import periods, slots
from povertycase.access.guards import account_of
from povertycase.access.permissions import Permission

FILTERS = [
    OpenApiParameter("village", str, description="区划代码：乡镇或村，12 位或其有效位"),
    OpenApiParameter("status", str, description="CL-03 脱贫属性"),
    OpenApiParameter("cause", str, description="CL-04 主要致贫原因"),
    OpenApiParameter("search", str, description="姓名（1 字起）、拼音首字母或户编号；证件号和手机号会被拒绝（400）"),
]


class Households(GenericAPIView):
    """The households within reach."""

    permission = Permission.HOUSEHOLD_VIEW
    limit = "search"
    serializer_class = CardSerializer
    queryset = HouseholdCard.objects.none()

    def get_serializer_context(self) -> dict[str, Any]:
        account = account_of(self.request)
        health = account is not None and account.can(Permission.HEALTH_VIEW)
        return {**super().get_serializer_context(), "health": health}

    @extend_schema(parameters=FILTERS, summary="户名单", responses=CardSerializer(many=True))
    def get(self, request: Request) -> Response:
        wanted = {name: request.query_params.get(name, "") for name in ("village", "status", "cause")}
        try:
            found = listing.chosen(
                account_of(request), {**wanted, "q": request.query_params.get("search", "")}, periods.today()
            )
        except SecretInAddress as reason:
            raise ValidationError({"search": [str(reason)]}) from reason
        page = self.paginate_queryset(listing.ordered(found, "number"))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class OneHousehold(Households):
    """One household with members, conditions and incomes, all dated; hidden and missing are the same 404."""

    serializer_class = HouseholdSerializer
    pagination_class = None

    @extend_schema(summary="一户", responses=HouseholdSerializer)
    def get(self, request: Request, household_no: str) -> Response:  # type: ignore[override]
        found = file.find(account_of(request), household_no)
        if found is None:
            raise Http404
        account, day = account_of(request), periods.today()
        whole = export.whole(account, found, day)
        parts = [entry for entry in slots.API_FIELDS if account.can(entry.permission)]
        for entry in parts:
            setattr(whole, entry.code, entry.query(found, account, day))
        context = {**self.get_serializer_context(), "parts": [entry.code for entry in parts]}
        return Response(HouseholdSerializer(whole, context=context).data)
