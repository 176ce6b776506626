"""Accounts for the system administrator 系统管理员: who may sign in. What somebody may do is the security administrator's."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from povertycase import periods
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.actions import accounts
from povertycase.models import Account, Post
from povertycase.pages.jobs import SIZES
from povertycase.pages.list_files import hand_out
from povertycase.queries import people, sign_ins


class AccountForm(forms.Form):
    """A new account: its user name and whose it is."""

    username = forms.CharField(
        label=gettext_lazy("用户名"), max_length=60,
        help_text=gettext_lazy("2 至 60 个字母、数字、汉字或 . _ -；一人一号，不用手机号和证件号。"),
    )  # fmt: skip
    display_name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)


@require_safe
@page(Permission.ACCOUNT_MANAGE)
def listing(request: HttpRequest) -> HttpResponse:
    """The accounts, by name, state and post."""
    paused = sign_ins.paused()
    state = request.GET.get("state", "")
    found = people.in_state(found_accounts(request, account_of(request)), state, paused)
    size = request.GET.get("size", "")
    pages = Paginator(found, int(size) if size in map(str, SIZES) else 50)
    listed = pages.get_page(request.GET.get("page"))
    for row in listed.object_list:
        row.words = people.state_words(row, paused)
    context = {"page": listed, "states": people.ACCOUNT_STATES, "state": state, "text": asked_text(request)}
    return render(request, "accounts/list.html", context)


@require_POST
@page(Permission.ACCOUNT_MANAGE, limit="export")
def export(request: HttpRequest) -> HttpResponse:
    """The list as a file, by the filters of the page; who took it is in the audit trail."""
    return hand_out(request, "accounts", {name: request.POST.get(name, "").strip()[:60] for name in ("q", "state")})


@never_cache
@require_http_methods(["GET", "POST"])
@page(Permission.ACCOUNT_MANAGE)
def create(request: HttpRequest) -> HttpResponse:
    """A new account; its first password is shown once, on this answer."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, password = accounts.create(**form.cleaned_data, by=account_of(request))
            return _password_once(request, made, password)
        except ValidationError as error:
            form.add_error("username", error)
    return render(request, "accounts/new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@page(Permission.ACCOUNT_MANAGE)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its state, its posts, and what may be done with it."""
    found = _account(request, pk)
    paused = sign_ins.paused()
    context = {
        "account": found,
        "words": people.state_words(found, paused),
        "paused": paused.get(found.username),
        "posts": posts_of(account_of(request), found),
        "own": found.pk == account_of(request).pk,
    }
    return render(request, "accounts/detail.html", context)


@never_cache
@require_POST
@page(Permission.ACCOUNT_MANAGE)
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """End an account, let it in again, end its pause, or give it a new first password (shown once)."""
    found, by = _account(request, pk), account_of(request)
    done = {
        "disable": (accounts.deactivate, _("账号已停用，登录和接口令牌已失效。")),
        "enable": (accounts.activate, _("账号已启用。")),
        "unlock": (accounts.unlock, _("暂停已解除，可以登录。")),
    }
    try:
        if act == "reset":
            return _password_once(request, found, accounts.reset_password(account=found, by=by))
        done[act][0](account=found, by=by)
    except ValidationError as error:
        messages.warning(request, "".join(error.messages))
    else:
        messages.success(request, done[act][1])
    return redirect("account-detail", pk=pk)


def asked_text(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:60]


def found_accounts(request: HttpRequest, account: Account) -> "QuerySet[Any]":
    """The accounts this one may see whose user name or name holds what was typed, with their posts of today."""
    return people.accounts(account, asked_text(request), periods.today())


def posts_of(account: Account, found: Account) -> "QuerySet[Post]":
    """The posts of an account, the present ones first."""
    return (
        Post.objects.visible_to(account).filter(account=found).select_related("division").order_by("-valid_from", "-pk")
    )


def _account(request: HttpRequest, pk: int) -> Account:
    return get_object_or_404(Account.objects.visible_to(account_of(request)), pk=pk)


def _password_once(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    return render(request, "accounts/password_once.html", {"account": account, "password": password})
