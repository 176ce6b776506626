"""Postings 驻村: a cadre on duty in a village; the posting opens and closes the post that carries the rights."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later
from django.utils.translation import override

from households.actions import dated
from households.choices import PostingRole
from households.models import Cadre, Posting
from povertycase import audit
from povertycase.actions import posts
from povertycase.models import Account, Division, Post
from povertycase.sentences import Sentence

# The right that comes with the duty; a team leader's is a team member's.
POST_ROLES = {"first_secretary": "first_secretary", "team_leader": "team_member", "team_member": "team_member"}


def open(
    *,
    cadre: Cadre,
    village: Division,
    role: str,
    true_from: datetime.date,
    entered_on: datetime.date,
    by: Account | None,
    document_no: str = "",
    true_to: datetime.date | None = None,
) -> Posting:
    """Post a cadre to a village; where the cadre has an account, its post begins the same day. Raises ValidationError."""
    if village.level != Division.Level.VILLAGE:
        raise ValidationError(_("驻村须选派到村，请选择村一级区划。"))
    with transaction.atomic():
        event = _note("posting.opened", cadre, village, by, role=_word(role), day=true_from.isoformat())
        post = _post(cadre.account, POST_ROLES[role], village, true_from, true_to, by) if cadre.account else None
        row = Posting(
            cadre=cadre, village=village, role=role, document_no=document_no, true_from=true_from, true_to=true_to,
            post=post,
        )  # fmt: skip
        return dated.add(row, entered_on=entered_on, event=event)


def _post(
    account: Account,
    role: str,
    village: Division,
    since: datetime.date,
    until: datetime.date | None,
    by: Account | None,
) -> Post:
    """The post of a posting; the one of a posting that was taken back goes on."""
    used = Posting.objects.known().filter(post__account=account).values("post")
    ended = Post.objects.filter(account=account, role=role, division=village, valid_from=since, valid_to__isnull=False)
    post = ended.exclude(pk__in=used).filter(posting__isnull=False).first()
    if post is None:
        return posts.open(account=account, role=role, division=village, valid_from=since, valid_to=until, by=by)
    posts.reopen(post=post, valid_to=until, by=by)
    return post


def close(*, posting: Posting, true_to: datetime.date, entered_on: datetime.date, by: Account | None) -> Posting:
    """The posting's last day; its post ends with it. Raises ValidationError."""
    if true_to < posting.true_from:
        raise ValidationError(Sentence(later("结束日期早于驻村日期 %(day)s，请核对。"), day=posting.true_from))
    with transaction.atomic():
        event = _note("posting.closed", posting.cadre, posting.village, by, day=true_to.isoformat())
        if posting.post is not None:
            posts.close(post=posting.post, valid_to=true_to, by=by)
        return dated.replace(posting, {"true_to": true_to}, entered_on=entered_on, event=event)


def take_back(*, posting: Posting, old: Posting | None, on: datetime.date, by: Account | None) -> Posting | None:
    """A posting that an import wrote goes, its rights end at once; an end that it wrote is none, its rights go on.

    on: the business day; a post that began today lasts until tonight. Raises ValidationError, Conflict.
    """
    with transaction.atomic():
        event = _note("posting.taken_back", posting.cadre, posting.village, by, day=posting.true_from.isoformat())
        post = posting.post
        if post is not None and post.valid_to == posting.true_to:  # otherwise somebody has decided on it since
            if old is not None:
                posts.reopen(post=post, by=by)
            else:
                last = max(post.valid_from, on - datetime.timedelta(days=1))
                if post.valid_to is None or post.valid_to > last:
                    posts.close(post=post, valid_to=last, by=by)
        return dated.take_back(posting, old, event=event)


def _note(kind: str, cadre: Cadre, village: Division, by: Account | None, **params: str) -> int:
    params = {"cadre": cadre.cadre_no, "village": village.name, **params}
    return audit.record(kind, by=by, about=cadre.cadre_no, params=params)


def _word(role: str) -> str:
    if role not in PostingRole.values:
        raise ValidationError(_("请选择驻村身份。"))
    with override("zh-hans"):
        return str(PostingRole(role).label)
