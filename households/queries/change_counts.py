"""Changes on the workbench and on the household file."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from households.models import ChangeRequest, Household
from households.queries import changes
from povertycase.access.permissions import Permission
from povertycase.models import Account
from povertycase.slots import WorkbenchItem


def todo(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """What waits for this account's opinion, and what came back to it; each count is its list."""
    address = reverse("changes")
    returned = changes.mine(account).filter(state=ChangeRequest.State.RETURNED)
    return [
        {"label": _("待我办理的修改申请"), "count": changes.waiting(account).count(), "url": f"{address}?tab=todo"},
        {"label": _("退回我修改的申请"), "count": returned.count(), "url": f"{address}?tab=mine&state=returned"},
    ]


def section(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """修改记录: the requests about the household that this account may read, newest first."""
    return {"rows": changes.of_household(household, account)}


WORKBENCH = (WorkbenchItem("changes.todo", 10, "todo", Permission.CHANGE_VIEW, todo),)
