"""GET /api/v1/bulletins/: the bulletins, their figures and the list behind each, by the same rules as the pages."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from povertycase.access.guards import account_of
from povertycase.access.permissions import Permission
from supervision.models import Bulletin
from supervision.queries import bulletin_rules, bulletins
from supervision.queries.bulletin_figures import prefix_of


class BulletinFields(serializers.ModelSerializer):
    """A bulletin without its figures."""

    prepared_by = serializers.StringRelatedField()
    issued_by = serializers.StringRelatedField()

    class Meta:
        model = Bulletin
        fields: tuple[str, ...] = (
            "id", "month", "division_code", "state", "as_of", "known_on", "number", "prepared_by", "issued_by",
            "issued_on", "workbook_sha256",
        )  # fmt: skip


class ColumnFields(serializers.Serializer):
    """A column of the form; one without data yet is not filled."""

    number = serializers.IntegerField()
    code = serializers.CharField()
    words = serializers.CharField()
    unit = serializers.CharField()
    filled = serializers.BooleanField()


class RowFields(serializers.Serializer):
    """A row: whole, town or village; rates are text with two decimals, — over nothing."""

    code = serializers.CharField()
    level = serializers.ChoiceField(choices=["whole", "town", "village"])
    name = serializers.CharField()
    cells = serializers.DictField()


class BulletinFull(BulletinFields):
    """A bulletin with its form, figures and notes."""

    columns = ColumnFields(many=True)
    rows = RowFields(many=True)
    notes = serializers.ListField(child=serializers.CharField())

    class Meta(BulletinFields.Meta):
        fields = (*BulletinFields.Meta.fields, "columns", "rows", "notes")


class ListRow(serializers.Serializer):
    """A row of the list behind a figure: values in the order of the page's headings."""

    cells = serializers.ListField()


MONTH = OpenApiParameter("month", str, description="月份，例如 2018-10")


class Bulletins(GenericAPIView):
    """The bulletins this account may see, newest month first."""

    permission = Permission.BULLETIN_VIEW
    serializer_class = BulletinFields
    queryset = Bulletin.objects.none()

    @extend_schema(parameters=[MONTH], summary="月督查通报", responses=BulletinFields(many=True))
    def get(self, request: Request) -> Response:
        found = bulletins.listed(account_of(request))
        if month := request.query_params.get("month"):
            found = found.filter(month=month)
        page = self.paginate_queryset(found)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class OneBulletin(GenericAPIView):
    """One bulletin: whole and towns for everybody, villages inside one's reach."""

    permission = Permission.BULLETIN_VIEW
    serializer_class = BulletinFull
    queryset = Bulletin.objects.none()
    pagination_class = None

    @extend_schema(summary="一期月督查通报", responses=BulletinFull)
    def get(self, request: Request, pk: int) -> Response:
        account = account_of(request)
        found: Any = bulletins.one(account, pk)
        if found is None:
            raise Http404
        rules = bulletin_rules.recorded(found)
        rows = found.figures.get("rows", [])
        found.columns = [column for column in rules.form.columns if column.is_figure]
        hidden = set() if account.can(Permission.HEALTH_VIEW) else set(rules.form.also)
        found.rows = [
            {**row, "cells": {code: cell for code, cell in row["cells"].items() if code not in hidden}}
            for row in rows
            if row["level"] != "village" or bulletins.covers(account, prefix_of(row))
        ]
        found.notes = rules.form.notes(rows[0]["cells"], rules.grace_days) if rows else []
        return Response(self.get_serializer(found).data)


class FigureRows(GenericAPIView):
    """The rows behind one figure, exactly as many as it says; hidden and missing are the same 404."""

    permission = Permission.HOUSEHOLD_VIEW
    serializer_class = ListRow
    queryset = Bulletin.objects.none()

    @extend_schema(summary="通报数字的名单", responses=ListRow(many=True))
    def get(self, request: Request, pk: int, code: str, column: str) -> Response:
        account = account_of(request)
        bulletin = bulletins.one(account, pk)
        found: Any = bulletins.figure_list(bulletin, code, column, account) if bulletin else None
        if found is None:
            raise Http404
        page = self.paginate_queryset(found)
        return self.get_paginated_response(self.get_serializer([{"cells": row} for row in page or []], many=True).data)
