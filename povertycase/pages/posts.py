"""Posts 岗位 for the security administrator 安全管理员: who holds what where, appointed and dismissed by document."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from povertycase import periods, slots
from povertycase.access.guards import account_of, page
from povertycase.access.permissions import Permission
from povertycase.actions import posts, second_factor
from povertycase.models import Account, Division, Post, SecondFactor
from povertycase.models.account import Bureau
from povertycase.pages.accounts import asked_text, found_accounts, posts_of
from povertycase.pages.jobs import SIZES
from povertycase.pages.list_files import hand_out
from povertycase.queries import people as reading

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
LONG_NUMBER = re.compile(r"[0-9]{11}")


def towns() -> list[tuple[str, str]]:
    """The towns of the office's county, as choices."""
    return _divisions("town")


def _divisions(level: str, parent: str = "") -> list[tuple[str, str]]:
    """Towns of the county or villages of a town, as choices; divisions are for everybody."""
    prefix = parent[: Division.SIGNIFICANT["town"]] if parent else settings.COUNTY
    found = Division.objects.filter(level=level, code__startswith=prefix, valid_to__isnull=True) if prefix else []
    return [(one.code, one.name) for one in found]


class EndForm(forms.Form):
    """The last day of a post and the document that says so."""

    valid_to = forms.DateField(label=gettext_lazy("任职到"), widget=DAY)
    document_no = forms.CharField(
        label=gettext_lazy("文号"), max_length=60, required=False, help_text=gettext_lazy("如 镇扶办发〔2018〕12号")
    )

    def clean_document_no(self) -> str:
        """A document has a number, a person has none here."""
        number = str(self.cleaned_data["document_no"]).strip()
        if LONG_NUMBER.search(number):
            raise ValidationError(_("文号里不能有电话或证件号码，请核对。"))
        return number


class PostForm(EndForm):
    """A new post: role, place by town and village, dates, document."""

    role = forms.ChoiceField(label=gettext_lazy("岗位"))
    bureau = forms.ChoiceField(label=gettext_lazy("部门"), required=False, help_text=gettext_lazy("只有“行业部门”须选"))
    town = forms.ChoiceField(label=gettext_lazy("乡镇"), required=False, help_text=gettext_lazy("县级岗位不选"))
    village = forms.ChoiceField(label=gettext_lazy("村"), required=False, help_text=gettext_lazy("乡镇岗位不选"))
    valid_from = forms.DateField(label=gettext_lazy("任职自"), widget=DAY)
    field_order = ("role", "bureau", "town", "village", "valid_from", "valid_to", "document_no")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = [("", "--")]
        fields: Any = self.fields
        fields["role"].choices = none + [(role.code, role.label) for role in slots.ROLES]
        fields["bureau"].choices = none + list(Bureau.choices)
        fields["town"].choices = none + towns()
        fields["village"].choices = none + (_divisions("village", self.data["town"]) if self.data.get("town") else [])
        fields["valid_to"].required = False
        fields["valid_to"].help_text = _("没有期限的不填")

    def place(self) -> Division | None:
        """The village, else the town, else the county of this office."""
        code = self.cleaned_data["village"] or self.cleaned_data["town"] or settings.COUNTY.ljust(12, "0")
        return Division.objects.filter(code=code).first()


@require_safe
@page(Permission.POST_MANAGE)
def listing(request: HttpRequest) -> HttpResponse:
    """Who holds what where: by person, role, town and whether it is so today."""
    asked = {name: request.GET.get(name, "") for name in ("role", "town", "state")}
    found = reading.posts(account_of(request), asked, asked_text(request), periods.today())
    size = request.GET.get("size", "")
    pages = Paginator(found, int(size) if size in map(str, SIZES) else 50)
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "asked": asked,
        "text": asked_text(request),
        "states": reading.POST_STATES,
        "today": periods.today(),
        "roles": list(slots.ROLES),
        "towns": towns(),
    }
    return render(request, "accounts/posts.html", context)


@require_POST
@page(Permission.POST_MANAGE, limit="export")
def export(request: HttpRequest) -> HttpResponse:
    """The list as a file, by the filters of the page; who took it is in the audit trail."""
    names = ("q", "role", "town", "state")
    return hand_out(request, "posts", {name: request.POST.get(name, "").strip()[:60] for name in names})


@require_safe
@page(Permission.POST_MANAGE)
def people(request: HttpRequest) -> HttpResponse:
    """The accounts, to choose whom to appoint; those without a post first asked for."""
    found = found_accounts(request, account_of(request)).filter(is_active=True)
    without = request.GET.get("without") == "1"
    if without:
        found = found.filter(has_post=False)
    pages = Paginator(found, 50)
    context = {"page": pages.get_page(request.GET.get("page")), "text": asked_text(request), "without": without}
    return render(request, "accounts/people.html", context)


@require_safe
@page(Permission.POST_MANAGE)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's posts, now and before, and whether the second step is set up."""
    found = _account(request, pk)
    context = {
        "account": found,
        "posts": posts_of(account_of(request), found),
        "today": periods.today(),
        "own": found.pk == account_of(request).pk,
        "factor": _factor(request, found),
        "production": not settings.DEMO,
    }
    return render(request, "accounts/person.html", context)


@require_http_methods(["GET", "POST"])
@page(Permission.POST_MANAGE)
def create(request: HttpRequest, pk: int) -> HttpResponse:
    """Appoint: a role at a place from a day on, by document."""
    found = _account(request, pk)
    form = PostForm(request.POST or None, initial={"valid_from": periods.today()})
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("role", "bureau", "valid_from", "valid_to", "document_no")}
        try:
            posts.open(account=found, division=form.place(), by=account_of(request), **given)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("岗位已任命。"))
            return redirect("post-person", pk=pk)
    context = {"form": form, "account": found}
    return render(request, "accounts/post_form.html", context, status=422 if form.errors else 200)


@require_safe
@page(Permission.POST_MANAGE)
def villages(request: HttpRequest) -> HttpResponse:
    """The villages of a chosen town as options of the form's list."""
    town = request.GET.get("town", "")
    return render(request, "accounts/village_options.html", {"villages": _divisions("village", town) if town else []})


@require_http_methods(["GET", "POST"])
@page(Permission.POST_MANAGE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Dismiss: the last day of a post, by document."""
    found = get_object_or_404(Post.objects.visible_to(account_of(request)).select_related("account", "division"), pk=pk)
    form = EndForm(request.POST or None, initial={"valid_to": periods.today()})
    if request.method == "POST" and form.is_valid():
        try:
            posts.close(post=found, by=account_of(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("岗位已免去。"))
            return redirect("post-person", pk=found.account_id)
    context = {"form": form, "post": found}
    return render(request, "accounts/post_end.html", context, status=422 if form.errors else 200)


@require_POST
@page(Permission.POST_MANAGE)
def remove_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a lost second step off: the system administrator renews passwords, never this; so it takes two people."""
    found = _account(request, pk)
    try:
        second_factor.remove(account=found, by=account_of(request))
    except ValidationError as error:
        messages.warning(request, "".join(error.messages))
    else:
        messages.success(request, _("两步验证已解除，该账号的登录已全部结束。"))
    return redirect("post-person", pk=pk)


def _account(request: HttpRequest, pk: int) -> Account:
    return get_object_or_404(Account.objects.visible_to(account_of(request)), pk=pk)


def _factor(request: HttpRequest, found: Account) -> bool:
    seen = SecondFactor.objects.visible_to(account_of(request))
    return seen.filter(account=found, confirmed_at__isnull=False).exists()
