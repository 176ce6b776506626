"""Posts 岗位: opened and closed with dates; the only source of anybody's rights and reach."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later
from django.utils.translation import override

from povertycase import audit, slots
from povertycase.access.roles import ADMINISTRATORS
from povertycase.models import Account, Bureau, Division, Post
from povertycase.sentences import Sentence

LEVELS = {
    "county_office": "county",
    "county_reviewer": "county",
    "department": "county",
    "organisation": "county",
    "supervisor": "county",
    "leader": "county",
    "township_clerk": "town",
    "township_reviewer": "town",
    "first_secretary": "village",
    "team_member": "village",
    "village_clerk": "village",
}
LEVEL_WORDS = {"county": later("县"), "town": later("乡镇"), "village": later("村")}


def open(
    *,
    account: Account,
    role: str,
    division: Division | None,
    valid_from: datetime.date,
    by: Account | None,
    valid_to: datetime.date | None = None,
    bureau: str = "",
    document_no: str = "",
) -> Post:
    """Give an account a post from a day on, a department's with its bureau.

    Raises ValidationError with the reason when the two do not go together.
    """
    if by is not None and by.pk == account.pk:
        raise ValidationError(_("不能给自己任命岗位，请由另一位安全管理员操作。"))
    _check(role, division, valid_from, valid_to)
    if bureau and (role != "department" or bureau not in Bureau.values):
        raise ValidationError(_("只有行业部门的岗位须选部门，请从列表选择。"))
    with transaction.atomic():
        # One post at a time for one account: the rules below look at its other posts.
        Account.objects.select_for_update().get(pk=account.pk)
        _check_beside_others(account, role, division, valid_from)
        post = Post.objects.create(
            account=account,
            role=role,
            division=division,
            bureau=bureau,
            valid_from=valid_from,
            valid_to=valid_to,
            document_no=document_no,
        )
        params = {**_words(post), "valid_from": valid_from.isoformat(), "document": document_no or "—"}
        audit.record("post.opened", by=by, about=account.username, params=params)
    account.__dict__.pop("_posts_today", None)
    return post


def close(*, post: Post, valid_to: datetime.date, by: Account | None, document_no: str = "") -> None:
    """End a post: `valid_to` is its last day. Refusing this is nobody's right, also without a successor (E-17)."""
    if by is not None and by.pk == post.account_id:
        raise ValidationError(_("不能免去自己的岗位，请由另一位安全管理员操作。"))
    if valid_to < post.valid_from:
        raise ValidationError(
            Sentence(later("结束日期 %(to)s 早于开始日期 %(since)s，请核对。"), to=valid_to, since=post.valid_from)
        )
    with transaction.atomic():
        Post.objects.filter(pk=post.pk).update(valid_to=valid_to, version=F("version") + 1)
        params = {**_words(post), "valid_to": valid_to.isoformat(), "document": document_no or "—"}
        audit.record("post.closed", by=by, about=post.account.username, params=params)
    post.valid_to = valid_to
    post.account.__dict__.pop("_posts_today", None)


def reopen(*, post: Post, by: Account | None, valid_to: datetime.date | None = None) -> None:
    """The last day of a post was written by mistake: it goes on. Raises ValidationError, as opening it would."""
    if post.valid_to is None:
        return
    if by is not None and by.pk == post.account_id:
        raise ValidationError(_("不能给自己任命岗位，请由另一位安全管理员操作。"))
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=post.account_id)
        _check_beside_others(post.account, post.role, post.division, post.valid_to, but=post)
        Post.objects.filter(pk=post.pk).update(valid_to=valid_to, version=F("version") + 1)
        audit.record("post.reopened", by=by, about=post.account.username, params=_words(post))
    post.valid_to = valid_to
    post.account.__dict__.pop("_posts_today", None)


def _check(role: str, division: Division | None, valid_from: datetime.date, valid_to: datetime.date | None) -> None:
    if role not in slots.ROLES:
        raise ValidationError(Sentence(later("没有“%(role)s”这个岗位角色，请从列表选择。"), role=role))
    label, level = slots.ROLES[role].label, LEVELS.get(role)
    if level and (division is None or division.level != level):
        words = later("“%(role)s”须任命到%(level)s，请选择%(level)s一级的区划。")
        raise ValidationError(Sentence(words, role=[label], level=[LEVEL_WORDS[level]]))
    if valid_to is not None and valid_to < valid_from:
        raise ValidationError(
            Sentence(later("结束日期 %(to)s 早于开始日期 %(since)s，请核对。"), to=valid_to, since=valid_from)
        )


def _check_beside_others(
    account: Account, role: str, division: Division | None, valid_from: datetime.date, but: Post | None = None
) -> None:
    held = Post.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from), account=account)
    held = held.exclude(pk=but.pk) if but else held
    if held.filter(role=role, division=division).exists():
        raise ValidationError(Sentence(later("账号“%(name)s”已在任此岗位。"), name=account.username))
    # 三员分立: an administrator holds no other post, so that none of the three sees household data.
    others = held.exclude(role=role) if role not in ADMINISTRATORS else held
    if others.filter(role__in=ADMINISTRATORS).exists() or (role in ADMINISTRATORS and held.exists()):
        raise ValidationError(
            Sentence(later("账号“%(name)s”已有别的岗位；三类管理员须由不同的人专任。"), name=account.username)
        )


def _words(post: Post) -> dict[str, str]:
    # The trail keeps the office's own words, whatever language the acting person reads.
    with override("zh-hans"):
        label = str(slots.ROLES[post.role].label)
    return {"role": label, "division": post.division.name if post.division else "—"}
