"""Accounts and posts 账号、岗位 as their lists ask for them: who may sign in, who holds what where."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from povertycase import slots
from povertycase.models import Account, Division, Post

ACCOUNT_STATES = (
    ("active", gettext_lazy("启用")),
    ("ended", gettext_lazy("停用")),
    ("first", gettext_lazy("未改初始密码")),
    ("paused", gettext_lazy("暂停登录")),
    ("no_post", gettext_lazy("没有岗位")),
)
POST_STATES = (("now", gettext_lazy("在任")), ("future", gettext_lazy("未到任")), ("ended", gettext_lazy("已离任")))


def accounts(account: Account, text: str, day: datetime.date) -> "QuerySet[Any]":
    """The accounts this one may see whose user name or name holds the text; has_post: do they hold one on the day."""
    held = Post.objects.visible_to(account).held_on(day).filter(account=OuterRef("pk"))
    found = Account.objects.visible_to(account).annotate(has_post=Exists(held)).order_by("username")
    return found.filter(Q(username__icontains=text) | Q(display_name__icontains=text)) if text else found


def in_state(found: "QuerySet[Any]", state: str, paused: Mapping[str, Any]) -> "QuerySet[Any]":
    """Those of a state of ACCOUNT_STATES; all for "". paused: user names that wait at the door."""
    wanted: dict[str, Q] = {
        "active": Q(is_active=True),
        "ended": Q(is_active=False),
        "first": Q(must_change_password=True, is_active=True),
        "paused": Q(username__in=paused),
        "no_post": Q(has_post=False),
    }
    return found.filter(wanted.get(state, Q()))


def state_words(account: Account, paused: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The account's state in words with their tones."""
    if not account.is_active:
        return [(_("停用"), "mute")]
    words = [(_("启用"), "good")]
    if account.username in paused:
        words.append((_("暂停登录"), "bad"))
    if account.must_change_password:
        words.append((_("未改初始密码"), "warn"))
    return words


def posts(account: Account, asked: Mapping[str, str], text: str, today: datetime.date) -> "QuerySet[Post]":
    """Who holds what where, by place. asked: role, town, state (of POST_STATES); an unknown value narrows nothing."""
    states = {
        "now": Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gte=today)),
        "future": Q(valid_from__gt=today),
        "ended": Q(valid_to__lt=today),
    }
    found = (
        Post.objects.visible_to(account).select_related("account", "division").filter(states.get(asked["state"], Q()))
    )
    if asked["role"] in slots.ROLES:
        found = found.filter(role=asked["role"])
    if asked["town"].isdecimal():
        found = found.filter(division__code__startswith=asked["town"][: Division.SIGNIFICANT["town"]])
    if text:
        found = found.filter(Q(account__username__icontains=text) | Q(account__display_name__icontains=text))
    return found.order_by("division_id", "role", "account__username", "pk")
