"""Which household a row of a superior's list means: by its number, by a member's identity number, or by place and name."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from households.models import HouseholdCard, Membership
from households.queries import list_match
from households.queries.list_match import Asked, Key
from povertycase.models import Account

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Meant:
    """The household of a row; None, and why."""

    household: int | None
    why: str = ""


def households(rows: Sequence[Row], *, county: str, by: Account, day: datetime.date) -> dict[int, Meant]:
    """{Excel row: the household meant} within the account's reach; three questions for all rows together.

    The number counts first, then the identity number, which is compared sealed; a name needs its village and must be
    the only one there.
    """
    numbered = [row for row in rows if row["household_no"]]
    sealed = [row for row in rows if not row["household_no"] and row["id_number_index"]]
    named = [row for row in rows if not (row["household_no"] or row["id_number_index"]) and row["name"]]
    found = {row["row"]: Meant(None, _("没有户编号、证件号码，也没有乡镇、村和姓名")) for row in rows}
    return found | _by_number(numbered, by) | _by_id(sealed, by, day) | _by_name(named, county, by, day)


def nobody() -> str:
    """Why a household that stands in the register is not sent down."""
    return _("这一户不在本县登记的村")


def _by_number(rows: Sequence[Row], by: Account) -> dict[int, Meant]:
    cards: Any = HouseholdCard.objects.visible_to(by).filter(household_no__in={row["household_no"] for row in rows})
    known = dict(cards.values_list("household_no", "pk"))
    return {
        row["row"]: Meant(known.get(row["household_no"]), _("没有户编号为 {no} 的户").format(no=row["household_no"]))
        for row in rows
    }


def _by_id(rows: Sequence[Row], by: Account, day: datetime.date) -> dict[int, Meant]:
    wanted = {bytes(row["id_number_index"]) for row in rows}
    members: Any = Membership.objects.visible_to(by).known().true_on(day).filter(person__id_index__in=wanted)
    known = {bytes(index): home for index, home in members.values_list("person__id_index", "household")}
    # The number itself is never said back.
    return {
        row["row"]: Meant(known.get(bytes(row["id_number_index"])), _("没有这个证件号码的在册人口")) for row in rows
    }


def _by_name(rows: Sequence[Row], county: str, by: Account, day: datetime.date) -> dict[int, Meant]:
    asked = [Asked(row["row"], row["name"], row["town"] or "", row["village"] or "") for row in rows if row["village"]]
    key = Key(list_match.NAME, "", 0, 0, 0, 0)
    found = {row["row"]: Meant(None, _("只有姓名，缺少村名，不能确定是哪一户")) for row in rows}
    for one in list_match.match(asked, key, by=by, county=county, day=day):
        home = one.household if one.outcome == list_match.ONE else None
        found[one.row] = Meant(home, _("村里没有这个姓名的在册人口，或有同名的人，请补户编号"))
    return found
