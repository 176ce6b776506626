"""我的账号: one's own posts, sessions and second step."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from povertycase.access import second
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.actions import second_factor, sessions
from povertycase.models import Account, AccountSession, SecondFactor
from povertycase.pages import qr
from povertycase.queries import sign_ins


@require_safe
@page(Permission.WORKBENCH)
def account(request: HttpRequest) -> HttpResponse:
    """Who one is here, where one is signed in, and what protects it."""
    own = account_of(request)
    context = {
        "posts": own.current_posts(),
        "sessions": sign_ins.sessions(own, request.session.session_key or ""),
        "factor": SecondFactor.objects.visible_to(own).filter(account=own, confirmed_at__isnull=False).first(),
        "factor_needed": second.needed(own),
        "production": not settings.DEMO,
    }
    return render(request, "accounts/account.html", context)


@require_POST
@page(Permission.WORKBENCH)
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one's own session on another device."""
    own = account_of(request)
    found = get_object_or_404(AccountSession.objects.visible_to(own).filter(account=own), pk=pk)
    sessions.end(session=found, by=own)
    messages.success(request, _("已结束那台设备上的登录。"))
    return redirect("account")


@require_POST
@page(Permission.WORKBENCH)
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all one's own sessions but this one."""
    ended = sessions.end_others(but=request.session.session_key or "", by=account_of(request))
    done = ngettext("已结束其他 %(n)s 处登录。", "已结束其他 %(n)s 处登录。", ended) % {"n": ended}
    messages.success(request, done)
    return redirect("account")


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
@page(Permission.WORKBENCH)
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Set the second step up: make a secret, read it by the phone, prove it by a code, keep the recovery codes."""
    own = account_of(request)
    if settings.DEMO:
        messages.info(request, _("演示系统没有两步验证；正式运行时在这里设置。"))
        return redirect("account")
    if request.method == "POST":
        return _change_second_factor(request, own)
    return _second_factor(request, own)


def _change_second_factor(request: HttpRequest, own: Account) -> HttpResponse:
    act = request.POST.get("act")
    try:
        if act == "confirm":
            codes = second_factor.confirm(code=request.POST.get("code", ""), by=own)
            request.session[second.SESSION] = True
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
        if act == "remove":
            second_factor.remove(account=own, by=own)
            messages.success(request, _("两步验证已解除。"))
            return redirect("account")
        second_factor.begin(by=own)
    except ValidationError as error:
        return _second_factor(request, own, wrong="".join(error.messages))
    except second_factor.Paused:
        return render(request, "errors/locked.html", status=429)
    return redirect("second-factor")


def _second_factor(request: HttpRequest, own: Account, wrong: str = "") -> HttpResponse:
    factor = SecondFactor.objects.visible_to(own).filter(account=own).first()
    context: dict[str, Any] = {"factor": factor, "wrong": wrong, "needed": second.needed(own)}
    if factor and factor.confirmed_at is None:
        key, uri = second_factor.secret_of(factor)
        context |= {"key": " ".join(key[at : at + 4] for at in range(0, len(key), 4)), "qr": qr.picture(uri)}
    return render(request, "accounts/second_factor.html", context, status=422 if wrong else 200)
