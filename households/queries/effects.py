"""What a change may move on the household's own card: members, head, place, main cause, helper."""

import datetime

from django.utils.translation import gettext as _

from households.models import Household, HouseholdCard, HouseholdStatus, Membership, Pairing
from households.queries import places
from households.queries.change_parts import base_row
from povertycase.models import Account
from povertycase.slots import ChangeEffect


def card(household: Household, account: Account, as_of: datetime.date) -> dict[str, str]:
    """The card in words, members, status and helper those of the day; an empty cell is a dash, so that 没有 can come and go."""
    row = HouseholdCard.objects.get(pk=household.pk)
    status = base_row(HouseholdStatus, household, as_of)
    helpers = Pairing.objects.known().true_on(as_of).filter(household=household).order_by("place")
    members = list(Membership.objects.known().true_on(as_of).filter(household=household).select_related("person"))
    return {
        _("户主"): next((member.person.name for member in members if member.relation == "head"), "--"),
        _("家庭人口(人)"): str(len(members)),
        _("村组"): "".join([*places.names([row.village_code]).values(), row.group_name]) or "--",
        _("脱贫属性"): status.get_poverty_status_display() if status else "--",
        _("帮扶责任人"): helpers.values_list("cadre__name", flat=True).first() or "--",
    }


EFFECTS = (ChangeEffect("household.card", 10, card),)
