"""Signing in (in production in two steps) and out, the language of the pages, one's own password."""

import csv
import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from povertycase import slots
from povertycase.access import limits, passwords, second
from povertycase.access.guards import account_of, page
from povertycase.access.middleware import address_of
from povertycase.access.permissions import Permission
from povertycase.actions import accounts, second_factor, sessions
from povertycase.models import Account
from povertycase.pages.devices import device_of, is_phone

# Order in which the demo's sign-in page lists one account a role; twelve is all that a newcomer can take in.
DEMO_ROLES = (
    "county_office", "county_reviewer", "township_clerk", "township_reviewer", "first_secretary", "village_clerk",
    "helper", "department", "supervisor", "leader", "security_admin", "audit_admin",
)  # fmt: skip
YEAR = 365 * 24 * 3600
HALF, HALF_SECONDS = "half", 300  # in the session: the password was right, the code is still to come


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

    def clean_username(self) -> str:
        """An ID number is nobody's user name: it is not looked up, and kept in no table of failures."""
        if accounts.LONG_NUMBER.fullmatch(self.cleaned_data["username"].strip()):
            raise ValidationError(self.error_messages["invalid_login"], code="invalid_login")
        return str(self.cleaned_data["username"])

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if passwords.first_is_over(user):
            raise ValidationError(_("初始密码已过 72 小时，不能再用；请联系系统管理员重新发放。"), code="first_over")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; leads on to `next` where that lies within this site, by a second step where one is set up."""
    target = _within(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(target)
    if request.method == "POST" and limits.too_many_from(address_of(request)):
        return render(request, "errors/locked.html", {"crowd": True}, status=429)
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = form.get_user()
        if not second.is_set_up(account):
            return _enter(request, account, target)
        request.session.flush()
        request.session[HALF] = {"account": account.pk, "at": int(time.time()), "next": target}
        return redirect("second-step")
    if request.method == "POST":
        accounts.refused(username=request.POST.get("username", ""))
    context = {"form": form, "next": target, "accounts": demo_accounts()}
    return render(request, "accounts/login.html", context)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The code of the phone, or a recovery code, within five minutes of the password; until then nobody is signed in."""
    half = request.session.get(HALF, {})
    account = second_factor.waiting(half.get("account"))
    if account is None or time.time() - half["at"] > HALF_SECONDS:
        request.session.flush()
        return redirect("login")
    wrong = ""
    if request.method == "POST":
        try:
            if second_factor.check(account=account, code=request.POST.get("code", "")):
                return _enter(request, account, half["next"], second_step=True)
        except second_factor.Paused:
            request.session.flush()
            return render(request, "errors/locked.html", status=429)
        wrong = _("验证码不对或已用过，请等手机上出现新的验证码再输入。")
    return render(request, "accounts/second_step.html", {"wrong": wrong}, status=422 if wrong else 200)


def _enter(request: HttpRequest, account: Account, target: str, *, second_step: bool = False) -> HttpResponse:
    """A session of its own for who has shown everything; noted in the trail and in his list of sessions."""
    if request.session.get(HALF):
        request.session.flush()
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    now = int(time.time())
    request.session.update({"since": now, "seen": now, "phone": is_phone(request), second.SESSION: second_step})
    accounts.signed_in(by=account, session_key=request.session.session_key or "", device=device_of(request))
    return redirect(account.opens() if target == settings.LOGIN_REDIRECT_URL else target)


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
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.WORKBENCH)
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of the account end."""
    form = PasswordChangeForm(account_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        account, key = account_of(request), request.session.session_key or ""
        accounts.change_password(
            account=account, password=form.cleaned_data["new_password1"], by=account, session_key=key
        )
        update_session_auth_hash(request, account)
        sessions.renew(by=account, session_key=request.session.session_key or "", device=device_of(request))
        messages.success(request, _("密码已修改，其他地方的登录已失效。"))
        return redirect("workbench")
    context = {"form": form, "over": passwords.is_over(account_of(request))}
    return render(request, "accounts/password.html", context)


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
