"""What was found, as staff read it: each fact with its value; health and amounts only for who may read them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.models import Account
from povertycase.rules import words
from povertycase.rules.check import CONCERNED

NONE = "--"
# Facts that tell somebody's health or disability; the causes 因病 and 因残 tell it as well.
_HEALTH = ("health", "sick", "ill", "disab", "doctor", "aid")
_CAUSES = ("illness", "disability")


def pairs(values: Mapping[str, Any], account: Account | None, *, line: bool = False) -> list[tuple[str, str]]:
    """(what, value) of everything found. account None: nothing is left out.

    line: the rule measures an amount against the poverty line, which only AMOUNT_VIEW may see (E-13).
    """
    found = []
    for code, value in values.items():
        if code == "":
            found.append((_("上级疑点"), str(value)))
        elif code == CONCERNED:
            found.append((_("涉及成员"), words.with_unit(int(value or 0), _("人"))))
        elif (fact := slots.FACTS.get(code)) is not None:
            hidden = account is not None and not may_read(fact, value, account, line)
            shown = _("（无权查看）") if hidden else said(fact, value)
            found.append((str(fact.label), shown))
    return found


def plain(values: Mapping[str, Any], account: Account | None, *, line: bool = False) -> str:
    """The same in one line."""
    return _("；").join(f"{what}{_('：')}{value}" for what, value in pairs(values, account, line=line))


def said(fact: Any, value: Any) -> str:
    """One value: --, 是 or 否, the label of a code, a figure with its unit, a day."""
    if value is None:
        return NONE
    if fact.type == "bool":
        return _("是") if value else _("否")
    if fact.type == "text":
        return str(fact.value_label(value))
    if fact.type == "date":
        return str(value)
    number = Decimal(str(value))
    if fact.type == "int" and str(fact.unit) == _("年"):
        return f"{int(number)}"
    return words.with_unit(number, fact.unit)


def may_read(fact: Any, value: Any, account: Account, line: bool = False) -> bool:
    """Amounts beside the line and what tells of health are not for everybody (county-officer.md E-13)."""
    if line and fact.private and not account.can(Permission.AMOUNT_VIEW):
        return False
    return account.can(Permission.HEALTH_VIEW) or not tells_health(fact.code, value)


def tells_health(code: str, value: Any = None) -> bool:
    """Does a fact, or its value, tell of somebody's health?"""
    return any(word.startswith(_HEALTH) for word in code.split("_")) or value in _CAUSES


__all__ = ["NONE", "may_read", "pairs", "plain", "said", "tells_health"]
