"""Signing in and out, the language of the pages, one's own password."""

import csv
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from povertycase import slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.actions import accounts

# Order in which the demo's sign-in page lists one account a role; twelve is all that a newcomer can take in.
DEMO_ROLES = (
    "county_office", "county_reviewer", "township_clerk", "township_reviewer", "first_secretary", "village_clerk",
    "helper", "department", "supervisor", "leader", "security_admin", "audit_admin",
)  # fmt: skip
YEAR = 365 * 24 * 3600


class SignInForm(AuthenticationForm):
    """User name and password; one sentence for every failure, so that nobody learns which user names exist."""

    error_messages = {
        "invalid_login": gettext_lazy("用户名或密码不对，请核对大小写后再试。"),
        "inactive": gettext_lazy("用户名或密码不对，请核对大小写后再试。"),
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = gettext_lazy("用户名")
        self.fields["password"].label = gettext_lazy("密码")
        self.fields["username"].error_messages["required"] = gettext_lazy("请填写用户名。")
        self.fields["password"].error_messages["required"] = gettext_lazy("请填写密码。")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; leads on to `next` where that lies within this site."""
    target = _within(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(target)
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        accounts.signed_in(by=form.get_user())
        return redirect(target)
    context = {"form": form, "next": target, "accounts": demo_accounts()}
    return render(request, "accounts/login.html", context)


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and let the browser forget what it kept."""
    if request.user.is_authenticated:
        accounts.signed_out(by=account_of(request))
    logout(request)
    answer = redirect(settings.LOGOUT_REDIRECT_URL)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Pages in Chinese or English, remembered by this browser for a year."""
    answer = HttpResponseRedirect(_within(request, request.POST.get("next", "")))
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return answer


@sensitive_post_parameters()
@never_cache
@page(Permission.WORKBENCH)
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of the account end."""
    form = PasswordChangeForm(account_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        accounts.change_password(
            account=account_of(request), password=form.cleaned_data["new_password1"], by=account_of(request)
        )
        update_session_auth_hash(request, account_of(request))
        messages.success(request, _("密码已修改，其他地方的登录已失效。"))
        return redirect("workbench")
    return render(request, "accounts/password.html", {"form": form})


def _within(request: HttpRequest, address: str) -> str:
    """The address if it lies within this site, otherwise the workbench."""
    safe = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )  # fmt: skip
    return address if address and safe else settings.LOGIN_REDIRECT_URL


def demo_accounts() -> list[dict[str, str]]:
    """One account a role from DATA/demo-accounts.csv, at most twelve; empty outside the demo."""
    path = settings.DATA_DIR / "demo-accounts.csv"
    if not settings.DEMO or not path.exists():
        return []
    first: dict[str, dict[str, str]] = {}
    with open(path, encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            first.setdefault(row["role"], row)
    return [{**first[role], "label": str(slots.ROLES[role].label)} for role in DEMO_ROLES if role in first]
