"""The doors of pages: every page carries @page, as every API path ApiGuard (access/api.py); all else is closed."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlencode

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from povertycase.access import often, passwords, second
from povertycase.access.permissions import Permission
from povertycase.models import Account

if TYPE_CHECKING:
    from rest_framework.request import Request

# URL names that open without a login. Everything else carries a permission (tests/access/test_closed_doors.py).
PUBLIC = frozenset({"healthz", "readyz", "login", "second-step", "logout", "language", "api-schema"})
# Pages an account with a first or an old password still reaches, and one that lacks its second factor.
WITH_FIRST_PASSWORD = frozenset({"password", "logout", "language"})
WITHOUT_SECOND_FACTOR = WITH_FIRST_PASSWORD | {"second-factor"}

View = TypeVar("View", bound=Callable[..., HttpResponse])


def page(permission: Permission, *, limit: str = "") -> Callable[[View], View]:
    """Guard of a page: signed in, own password set, and a post that carries the permission.

    limit: the name in settings.LIMITS under which its use is counted for each account.
    """

    def guarded(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if away := turned_away(request, permission):
                return away
            refuse_nul(request)
            often.spend(limit, request, account_of(request))
            return view(request, *args, **kwargs)

        door.permission = permission  # type: ignore[attr-defined]
        return door  # type: ignore[return-value]

    return guarded


def turned_away(request: HttpRequest, permission: Permission) -> HttpResponse | None:
    """Where somebody is sent who may not enter; None for who may. Raises PermissionDenied without the permission."""
    if not request.user.is_authenticated:
        return _to("login", next=request.get_full_path() if request.method == "GET" else "/")
    name = request.resolver_match and request.resolver_match.url_name
    if name not in WITH_FIRST_PASSWORD and (request.user.must_change_password or passwords.is_over(request.user)):
        return _to("password")
    if name not in WITHOUT_SECOND_FACTOR and second.is_missing(request, request.user):
        return _to("second-factor")
    if not request.user.can(permission):
        raise PermissionDenied(_("您的岗位没有打开本页的权限；需要时请联系县办安全管理员调整岗位。"))
    return None


def refuse_nul(request: HttpRequest) -> None:
    """A character that no keyboard types and PostgreSQL stores in no text. Raises BadRequest."""
    if any("\0" in value for _name, values in request.POST.lists() for value in values):
        raise BadRequest(_("填写的内容中有不能识别的字符，请重新输入，不要从其他程序粘贴。"))


def account_of(request: "HttpRequest | Request") -> Account:
    """The account behind a guarded page; behind @page and ApiGuard there always is one."""
    return cast(Account, request.user)


def _to(name: str, **query: str) -> HttpResponse:
    """Send the browser to a page; a part of a page asked for by htmx takes the whole page there."""
    address = reverse(name) + (f"?{urlencode(query)}" if query.get("next", "/") != "/" else "")
    return HttpResponseRedirect(address)
