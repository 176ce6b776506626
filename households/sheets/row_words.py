"""What a row of a small import changes, in the office's words; the household a row names, for who brings it in."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_noop as _
from django.utils.translation import override

from households.actions.dated import Conflict
from households.models import Household
from households.models.dated import Recorded
from povertycase.exchange.rowwise import Change, Looked, RowRefused, Wrote, refused
from povertycase.models import Account


def changes(model: type[models.Model], before: models.Model | None, values: Mapping[str, Any]) -> list[Change]:
    """Field by field what differs: (label, before, after). Chinese, since they are kept with the batch; a list
    is words of the office, for a reader of another language."""
    with override("zh-hans"):
        found = []
        for name, value in values.items():
            old = getattr(before, name) if before is not None else None
            if _said(old) != _said(value):
                field: Any = model._meta.get_field(name)
                found.append((str(field.verbose_name), word(field, old), word(field, value)))
        return found


def _said(value: Any) -> Any:
    return None if value in ("", None, []) else value


def word(field: Any, value: Any) -> str | list[str]:
    """A value as the office says it, words of a code list as a list; nothing for an empty one."""
    base = getattr(field, "base_field", field)
    labels = {code: str(label) for code, label in base.flatchoices}
    if isinstance(value, list | tuple):
        return [labels.get(one, str(one)) for one in value]
    if isinstance(value, bool):
        return [_("是") if value else _("否")]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if value in labels and value not in ("", None):
        return [labels[value]]
    return "" if value is None else str(value)


def standing(model: type[models.Model], wrote: Wrote, by: Account | None) -> tuple[Any, Any]:
    """The row that a row of an import made and the one it had superseded. Raises RowRefused where it stands no more."""
    seen: Any = model._default_manager
    made = (seen.all() if by is None else seen.visible_to(by)).filter(pk=wrote.made).first()
    if made is None:
        raise RowRefused(_("不在您的管辖范围内，没有撤销"))
    if made.superseded_at:
        raise RowRefused(_("导入后又有更正，没有撤销，请逐条核对"))
    return made, seen.filter(pk=wrote.old).first() if wrote.old else None


def back(act: Callable[[], Recorded | None]) -> int | None:
    """Take back by an act; the key of the row that stands again. Raises RowRefused where somebody was faster."""
    try:
        row = act()
    except Conflict as conflict:
        raise RowRefused(str(conflict)) from conflict
    return row.pk if row else None


def filled(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The cells of these columns that say something: an empty one takes nothing away."""
    return {name: row[name] for name in names if row[name] not in (None, [])}


def households_of(numbers: Iterable[str], by: Account | None) -> dict[str, Household]:
    """The households of some numbers by their number, as far as the account may see them."""
    seen = Household.objects.all() if by is None else Household.objects.visible_to(by)
    return {household.household_no: household for household in seen.filter(household_no__in=set(numbers))}


def nowhere(household_no: str) -> Looked:
    """A row whose household is not registered or out of reach: the same words, so that none is told from the other."""
    words = _("没有户编号为 %(no)s 的户，或不在您的管辖范围内，请核对户编号")
    return refused("household_no", "household_unknown", words, {"no": household_no}, household_no)
