"""Reading changes 修改申请: which wait for whom, whose they are, what stands in one."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from households.models import ChangeOpinion, ChangeRequest, Household, Person
from households.models.change import Place
from households.queries import cautions, places
from households.queries.change_items import Item
from households.queries.change_parts import PARTS
from povertycase import secrets, slots
from povertycase.access.permissions import Permission
from povertycase.models import Account, Bureau

State, Outcome = ChangeRequest.State, ChangeOpinion.Outcome
PURPOSE = "change"
# Who speaks for the village. The person who helps a household reports, he is not the village.
VILLAGE_ROLES = frozenset({"village_clerk", "first_secretary", "team_member"})
ON_FILE = 20
FAMILIES = ("split", "merge")  # their subject is the other household
OWN, NEW, OTHER = (
    gettext_noop("本户"),
    gettext_noop("分出的新户"),
    gettext_noop("并入的户"),
)  # whose consequence it is, in the office's own words


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


def mine(account: Account) -> QuerySet[ChangeRequest]:
    """The requests this account has proposed, newest first."""
    return reached(account).filter(proposed_by=account.pk).order_by("-pk")


def newest(account: Account) -> QuerySet[ChangeRequest]:
    """Every request this account may read, newest first."""
    return reached(account).order_by("-pk")


def opinions_needed(request: ChangeRequest, reported_by: str) -> list[str]:
    """The opinions a round needs after the proposal, in order: 村 (where it is locked), 乡镇, 县办 or the bureau."""
    first = [str(Place.VILLAGE)] if request.locked and reported_by != Place.VILLAGE else []
    return [*first, str(Place.TOWN), str(Place.BUREAU if request.bureau else Place.COUNTY)]


def open_content(request: ChangeRequest) -> dict[str, Any]:
    """What a request holds: {"new": …, "old": …, "person": key, "row": key}."""
    found: dict[str, Any] = json.loads(secrets.open_bytes(PURPOSE, request.content))
    return found


# --- in words ---------------------------------------------------------------------------------------------


def lines(requests: Iterable[ChangeRequest]) -> list[dict[str, Any]]:
    """A page of a list: what it is about, where, how it stands. No value of the content."""
    rows = list(requests)
    names = places.names(row.village_id for row in rows)
    return [
        {
            "request": row,
            "kind": PARTS[row.kind].label,
            "head": row.household.card.head_name if row.household else "",
            "place": names.get(places.town_of(row.village_id), "") + names.get(row.village_id, ""),
            "waits": place_word(row, row.next_place) if row.next_place else "",
        }
        for row in rows
    ]


def for_list(requests: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    """With what a line of a list names."""
    return requests.select_related("household__card", "proposed_by").defer("content")


def of_household(household: Household, account: Account) -> list[dict[str, Any]]:
    """The household's requests, newest first, each with everybody who gave an opinion and with what it moved."""
    opinions = Prefetch("opinions", ChangeOpinion.objects.select_related("by").order_by("pk"))
    # 分户 and 并户 stand on the files of both households.
    about = Q(household=household) | Q(kind__in=FAMILIES, subject=household.pk)
    rows = newest(account).filter(about).defer("content").prefetch_related(opinions)[:ON_FILE]
    return [
        {
            "request": row,
            "kind": PARTS[row.kind].label,
            "opinions": [_told(row, one) for one in row.opinions.all() if one.round == row.round],
            "effects": in_words(_own(row, household)) if row.state == State.APPLIED else [],
            "waits": place_word(row, row.next_place) if row.next_place else "",
        }
        for row in rows
    ]


def _own(request: ChangeRequest, household: Household) -> list[dict[str, Any]]:
    """What it moved in this household, where it moved two."""
    own = request.household_id == household.pk
    return [one for one in request.effects if "whose" not in one or (one["whose"] == OWN) == own]


def detail(request: ChangeRequest, account: Account) -> dict[str, Any]:
    """One request: old and new in words, the way it goes, every opinion with name and date, what it moves."""
    content, part = open_content(request), PARTS[request.kind]
    other = _other(request, account)
    # Whose household joins may be out of reach of who sees only this one.
    unseen = request.kind == "merge" and other is None
    opinions = [_told(request, one) for one in request.opinions.select_related("by").order_by("pk")]
    decides = may_decide(request, account)
    return {
        "kind": part.label,
        "person": _name_of(content.get("person")),
        "rows": [_row(item, content, request, account, unseen) for item in _items(part.items, content)],
        "other": other,
        "cautions": cautions.of_request(request, content) if decides and _checks(account) else [],
        "opinions": opinions,
        "steps": _steps(request, [one for one in opinions if one["round"] == request.round]),
        "effects": in_words([one for one in request.effects if not (unseen and one.get("whose") == OTHER)]),
        "waits": place_word(request, request.next_place) if request.next_place else "",
        "may_decide": decides,
        "others": waiting(account).exclude(pk=request.pk).count() if decides else 0,
        "is_own": request.proposed_by_id == account.pk,
    }


def may_decide(request: ChangeRequest, account: Account) -> bool:
    """Is it this account's turn?"""
    return waiting(account).filter(pk=request.pk).exists()


def differing(request: ChangeRequest, differences: list[tuple[str, str | None, str | None]]) -> list[dict[str, Any]]:
    """What was changed meanwhile, beside what the request asks for, for the page that says so."""
    content, items = open_content(request), PARTS[request.kind].items
    asked = {str(item.label): item.words(content["new"].get(name)) for name, item in items.items()}
    return [{"label": label, "before": was, "now": now, "yours": asked.get(label)} for label, was, now in differences]


def in_words(effects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stored consequences in the reader's language: they are kept in the office's own words."""
    return [{name: _(text) if text else text for name, text in effect.items()} for effect in effects]


def place_word(request: ChangeRequest, place: str) -> str:
    """村, 乡镇, 县办, or the bureau by its name."""
    if place == Place.BUREAU and request.bureau:
        return str(Bureau(request.bureau).label)
    return str(Place(place).label)


def _told(request: ChangeRequest, opinion: ChangeOpinion) -> dict[str, Any]:
    return {
        "round": opinion.round,
        "code": opinion.place,
        "place": place_word(request, opinion.place),
        "outcome": opinion.outcome,
        "word": opinion.get_outcome_display(),
        "words": opinion.words,
        "by": opinion.by.display_name,
        "on": opinion.given_on,
    }


def _steps(request: ChangeRequest, opinions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The way of this round: who has spoken, whose turn it is, who comes after."""
    said = {one["code"]: one for one in opinions}
    first = next((one for one in opinions if one["outcome"] == Outcome.PROPOSED), None)
    if first is None:
        return []
    way = [first["code"], *opinions_needed(request, first["code"])]
    return [
        {"place": place_word(request, place), "opinion": said.get(place), "now": place == request.next_place}
        for place in way
    ]


def _items(items: dict[str, Item], content: dict[str, Any]) -> list[Item]:
    return [item for name, item in items.items() if name in content["new"]]


def _checks(account: Account) -> bool:
    """Does the account verify or confirm? Who proposes is not told what others will look at."""
    return account.can(Permission.CHANGE_VERIFY) or account.can(Permission.CHANGE_CONFIRM)


def _row(item: Item, content: dict[str, Any], request: ChangeRequest, account: Account, unseen: bool) -> dict[str, Any]:
    """One item's old and new words; health is for who may read it, and for the bureau that answers for it."""
    own = item.bureau and any(one.bureau == item.bureau for one in standings(account))
    hidden = item.health and not own and not account.can(Permission.HEALTH_VIEW)
    hidden = hidden or (unseen and item.name == "members")
    old, new = content["old"].get(item.name), content["new"].get(item.name)
    words = (None, None) if hidden else (item.words(old), item.words(new))
    return {"label": item.label, "hidden": hidden, "old": words[0], "new": words[1], "same": old == new}


def _other(request: ChangeRequest, account: Account) -> Household | None:
    """The second household of a 分户 or 并户, for who may see it."""
    if request.kind not in FAMILIES or request.subject is None:
        return None
    seen = Household.objects.visible_to(account).select_related("card")
    return seen.filter(pk=request.subject).first()


def _name_of(person: int | None) -> str:
    return Person.objects.filter(pk=person).values_list("name", flat=True).first() or "" if person else ""
