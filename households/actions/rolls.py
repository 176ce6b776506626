"""Keeping a roll's column set under a name, for oneself or for everybody who may export inside one's division."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from households.models import SavedRoll
from povertycase import audit
from povertycase.models import Account
from povertycase.secrets import identity

MOST = 50
LONGEST_NAME = 30


def save(
    *,
    roll: SavedRoll | None,
    name: str,
    kind: str,
    columns: Sequence[str],
    joined: bool,
    params: Mapping[str, str],
    share: bool,
    by: Account,
) -> SavedRoll:
    """Keep a column set; roll: one's own that is changed. Raises ValidationError with a sentence."""
    name = _checked(name)
    if roll is not None and roll.by_id != by.pk:
        raise ValidationError(_("这是别人共享的花名册，请换一个名称另存为自己的。"))
    if not columns:
        raise ValidationError(_("还没有选列，请先选好列再保存。"))
    with transaction.atomic():
        own = SavedRoll.objects.select_for_update().filter(by=by)
        if own.filter(name=name).exclude(pk=roll.pk if roll else None).exists():
            raise ValidationError(_("您已有名为“%s”的花名册，请换一个名称。") % name)
        if roll is None and own.count() >= MOST:
            raise ValidationError(_("最多保存 %d 个花名册，请先删除不用的。") % MOST)
        kept = roll or SavedRoll(by=by)
        kept.name, kept.kind, kept.columns, kept.joined = name, kind, list(columns), joined
        kept.params = dict(params)
        kept.division_code = _division(by) if share else ""
        kept.save()
        audit.record("roll.shared" if kept.division_code else "roll.saved", by=by, about=str(kept.pk))
    return kept


def delete(*, roll: SavedRoll, by: Account) -> None:
    """Take one's own away. Raises ValidationError for somebody else's."""
    if roll.by_id != by.pk:
        raise ValidationError(_("这是别人共享的花名册，只有保存的人可以删除。"))
    with transaction.atomic():
        audit.record("roll.deleted", by=by, about=str(roll.pk))
        roll.delete()


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise ValidationError(_("请给花名册起个名称，例如：务工人员花名册。"))
    if len(name) > LONGEST_NAME:
        raise ValidationError(_("名称最多 %d 个字，请缩短。") % LONGEST_NAME)
    if identity.stands_in(name) or sum(letter.isdigit() for letter in name) >= 11:
        raise ValidationError(_("名称里不能有证件号码或电话，请换一个名称。"))
    return name


def _division(by: Account) -> str:
    found = next((post.division_id for post in by.current_posts() if post.division_id), None)
    if found is None:
        raise ValidationError(_("您的岗位没有管辖的区划，不能共享花名册。"))
    return str(found)
