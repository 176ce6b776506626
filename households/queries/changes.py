"""Reading changes 修改申请: which wait for whom, whose they are, what stands in one."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from households.models import ChangeOpinion, ChangeRequest
from households.models.change import Place
from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.models import Account

State = ChangeRequest.State
# Who speaks for the village. The person who helps a household reports, he is not the village.
VILLAGE_ROLES = frozenset({"village_clerk", "first_secretary", "team_member"})


@dataclass(frozen=True)
class Standing:
    """Whose opinion a post gives, for the villages under `prefix`; a bureau for its own facts only."""

    place: str
    prefix: str
    bureau: str = ""

    def covers(self, request: ChangeRequest, place: str) -> bool:
        """May this post give the request's opinion of that place?"""
        bureau = self.bureau == request.bureau if self.place == Place.BUREAU else True
        return self.place == place and bureau and request.village_id.startswith(self.prefix)


def standings(account: Account) -> list[Standing]:
    """The opinions that the account's posts held today carry."""
    found = []
    for post in account.current_posts():
        rights, prefix = slots.ROLES[post.role].permissions, post.division.prefix if post.division else None
        if prefix is None:
            continue
        if Permission.CHANGE_VERIFY in rights:
            found.append(Standing(Place.TOWN, prefix))
        if Permission.CHANGE_CONFIRM in rights:
            found.append(Standing(Place.COUNTY, prefix))
        if Permission.CHANGE_CERTIFY in rights and post.bureau:
            found.append(Standing(Place.BUREAU, prefix, post.bureau))
        if post.role in VILLAGE_ROLES and Permission.CHANGE_PROPOSE in rights:
            found.append(Standing(Place.VILLAGE, prefix))
    return found


def reached(account: Account) -> QuerySet[ChangeRequest]:
    """The requests an account may read: those within reach; a bureau reads those it answers for."""
    requests = ChangeRequest.objects.visible_to(account)
    beyond = (Permission.CHANGE_PROPOSE, Permission.CHANGE_VERIFY, Permission.CHANGE_CONFIRM)
    if account.can(Permission.CHANGE_CERTIFY) and not any(account.can(right) for right in beyond):
        requests = requests.filter(bureau__in=[one.bureau for one in standings(account) if one.bureau])
    return requests


def waiting(account: Account) -> QuerySet[ChangeRequest]:
    """Open requests whose next opinion this account may give: its place, its villages, its bureau, not acted yet."""
    mine = Q(pk__in=())
    for one in standings(account):
        wanted = Q(next_place=one.place, village__code__startswith=one.prefix)
        mine |= wanted & Q(bureau=one.bureau) if one.place == Place.BUREAU else wanted
    acted = ChangeOpinion.objects.filter(request=OuterRef("pk"), round=OuterRef("round"), by=account.pk)
    return reached(account).filter(mine, ~Exists(acted), state=State.OPEN).order_by("proposed_on", "pk")


__all__ = ["F", "Standing", "reached", "standings", "waiting"]
