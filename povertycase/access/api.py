"""The doors of the API: who a program is, what it may ask for, how many answers a page has.

Apart from the doors of pages: a worker opens those of neither, and need not load the framework of the API for them.
"""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.exceptions import PermissionDenied as ApiDenied
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from povertycase.access import often, passwords, second


class ApiGuard(BasePermission):
    """Guard of the API: the view names its permission, and its `limit` where it has one; without permission it is closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        account = request.user
        if account is None or not account.is_authenticated:
            return False
        if account.must_change_password:
            raise ApiDenied(_("请先登录网页修改初始密码，再使用接口。"))
        # A token is a program's own; a session has to be a whole one.
        if request.auth is None and (passwords.is_over(account) or second.is_missing(request._request, account)):
            raise ApiDenied(_("请先登录网页更新密码或设置两步验证，再使用接口。"))
        permission = getattr(view, "permission", None)
        if permission is None or not account.can(permission):
            raise ApiDenied(_("您的岗位没有使用此接口的权限；需要时请联系县办安全管理员调整岗位。"))
        often.spend(getattr(view, "limit", ""), request._request, account)
        return True


class TokenLogin(TokenAuthentication):
    """Login of a program by `Authorization: Token …`; the token belongs to an account and dies with it."""

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        token = Token.objects.select_related("user").filter(key=key).first()
        if token is None or not token.user.is_active:
            raise AuthenticationFailed(_("令牌无效或账号已停用，请联系县办系统管理员。"))
        return token.user, token


class ApiPages(PageNumberPagination):
    """count, next, results; 50 a page, at most 200."""

    page_size_query_param = "page_size"
    max_page_size = 200

    def get_paginated_response(self, data: Any) -> Any:
        response = super().get_paginated_response(data)
        response.data.pop("previous", None)
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        body = super().get_paginated_response_schema(schema)
        body["properties"].pop("previous", None)
        return body
