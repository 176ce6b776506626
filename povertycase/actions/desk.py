"""One's own desk: filters kept under a name, columns of a list, what was opened last.

Only keeping, sharing and deleting a filter is an act for the trail: what an account looks at in which columns is
its own affair, and a page view must not lengthen the chain.
"""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from povertycase import audit
from povertycase.models import Account, ColumnChoice, Opened, Post, SavedFilter
from povertycase.secrets import identity

MOST_FILTERS = 30
MOST_OPENED = 30
LONGEST_NAME = 30


def save_filter(
    *, listing: str, name: str, params: Mapping[str, str], by: Account, share: bool = False, replace: bool = False
) -> SavedFilter:
    """Keep these conditions under a name, for oneself or for everybody of one's role in one's division.

    The caller has taken typed words out of `params`. Raises ValidationError with a sentence.
    """
    name = _checked(name)
    if not params:
        raise ValidationError(_("还没有选条件，请先选好条件再保存。"))
    with transaction.atomic():
        own = SavedFilter.objects.select_for_update().filter(by=by, listing=listing)
        before = own.filter(name=name).first()
        if before and not replace:
            raise ValidationError(_("您已有名为“%s”的条件；要替换它请勾选“替换同名的”，或换一个名称。") % name)
        if not before and own.count() >= MOST_FILTERS:
            raise ValidationError(_("最多保存 %d 个条件，请先删除不用的。") % MOST_FILTERS)
        row = before or SavedFilter(by=by, listing=listing, name=name)
        row.params = dict(params)
        row.role, row.division_code = _sharing(by) if share else ("", "")
        row.save()
        audit.record("filter.shared" if row.role else "filter.saved", by=by, about=listing)
    return row


def delete_filter(*, saved: SavedFilter, by: Account) -> None:
    """Take one's own filter away. Raises ValidationError for somebody else's."""
    if saved.by_id != by.pk:
        raise ValidationError(_("这是别人共享的条件，只有保存的人可以删除。"))
    with transaction.atomic():
        audit.record("filter.deleted", by=by, about=saved.listing)
        saved.delete()


def choose_columns(*, listing: str, columns: Sequence[str], by: Account) -> None:
    """Show these columns from now on; none chosen brings the usual ones back."""
    with transaction.atomic():
        if columns:
            ColumnChoice.objects.update_or_create(account=by, listing=listing, defaults={"columns": list(columns)})
        else:
            ColumnChoice.objects.filter(account=by, listing=listing).delete()


def note_opened(*, kind: str, key: int, by: Account) -> None:
    """Remember that the account opened this just now; the oldest beyond the last 30 are forgotten."""
    with transaction.atomic():
        Opened.objects.bulk_create(
            [Opened(account=by, kind=kind, key=key, opened_at=Now())],
            update_conflicts=True,
            unique_fields=["account", "kind", "key"],
            update_fields=["opened_at"],
        )
        last = Opened.objects.filter(account=by).order_by("-opened_at", "-pk").values("pk")[:MOST_OPENED]
        Opened.objects.filter(account=by).exclude(pk__in=last).delete()


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise ValidationError(_("请给条件起个名称，例如：本年度拟脱贫、没有帮扶责任人。"))
    if len(name) > LONGEST_NAME:
        raise ValidationError(_("名称最多 %d 个字，请缩短。") % LONGEST_NAME)
    if identity.stands_in(name) or sum(letter.isdigit() for letter in name) >= 11:
        raise ValidationError(_("名称里不能有证件号码或电话，请换一个名称。"))
    return name


def _sharing(by: Account) -> tuple[str, str]:
    """Role and division of the post that one shares by: the first that has a division."""
    post: Post | None = next((post for post in by.current_posts() if post.division_id), None)
    if post is None:
        raise ValidationError(_("您的岗位没有管辖的区划，不能共享条件。"))
    return post.role, str(post.division_id)
