"""What a change may move on the household's own card: members, head, place, main cause, helper."""

import datetime

from django.utils.translation import gettext as _

from households.models import Household, HouseholdCard
from households.queries import places
from povertycase.models import Account
from povertycase.slots import ChangeEffect


def card(household: Household, account: Account, as_of: datetime.date) -> dict[str, str]:
    """The card in words; an empty cell is a dash, so that 没有 can be seen to come and go."""
    row = HouseholdCard.objects.get(pk=household.pk)
    return {
        _("户主"): row.head_name or "--",
        _("家庭人口(人)"): str(row.member_count),
        _("村组"): "".join([*places.names([row.village_code]).values(), row.group_name]) or "--",
        _("脱贫属性"): row.get_poverty_status_display() or "--",
        _("帮扶责任人"): row.helper_name or "--",
    }


EFFECTS = (ChangeEffect("household.card", 10, card),)
