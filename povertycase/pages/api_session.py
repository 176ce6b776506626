"""Who is signed in, for programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from povertycase import slots
from povertycase.access.permissions import Permission


class PostFields(serializers.Serializer):
    """A post held today."""

    role = serializers.CharField()
    role_label = serializers.CharField()
    division_code = serializers.CharField(allow_null=True)
    division_name = serializers.CharField(allow_null=True)


class SessionFields(serializers.Serializer):
    """The account behind a session or a token."""

    username = serializers.CharField()
    display_name = serializers.CharField()
    language = serializers.CharField()
    posts = PostFields(many=True)
    permissions = serializers.ListField(child=serializers.CharField())


class Session(APIView):
    """GET /api/v1/session/: who is signed in, by which posts, with which permissions; 401 without login."""

    permission = Permission.WORKBENCH

    @extend_schema(responses=SessionFields, summary="当前登录的账号")
    def get(self, request: Request) -> Response:
        return Response(SessionFields(_session(request.user)).data)


def _session(account: Any) -> dict[str, Any]:
    posts = account.current_posts()
    return {
        "username": account.username,
        "display_name": account.display_name,
        "language": account.language,
        "posts": [
            {
                "role": post.role,
                "role_label": str(slots.ROLES[post.role].label),
                "division_code": post.division_id,
                "division_name": post.division and post.division.name,
            }
            for post in posts
        ],
        "permissions": sorted({str(right) for post in posts for right in slots.ROLES[post.role].permissions}),
    }
