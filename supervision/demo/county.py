"""The whole demo county from one seed 演示县: villages, households, helpers, rows of the sheets.

Each purpose has its own random stream, so that a change in one does not move the others.
"""

import datetime
import random
from dataclasses import dataclass

from supervision.demo import cohorts, frame, responsible, villages
from supervision.demo.attributes import Attributes
from supervision.demo.conditions import Conditions
from supervision.demo.families import Families
from supervision.demo.frame import COUNTIES, Frame
from supervision.demo.incomes import Incomes
from supervision.demo.names import Names
from supervision.demo.people import Household, Identities, between
from supervision.demo.profiles import PROFILES, Profile
from supervision.demo.responsible import Helpers, Posting
from supervision.demo.villages import Village

# Families that can work are away more often than the others: factors for those without and with labour.
_ABLE_AWAY, _YOUNG_AWAY = (0.55, 1.65), (0.4, 1.1)
_PLAIN_FIRST = 25
_BANKS = ("农村信用社", "中国农业银行", "中国邮政储蓄银行")


@dataclass
class County:
    """A generated county."""

    frame: Frame
    name: str
    seed: int
    villages: list[Village]
    households: list[Household]  # in the order of villages and groups
    helpers: Helpers
    postings: list[Posting]

    def by_town(self) -> dict[str, list[Household]]:
        """Households of each township, township order."""
        found: dict[str, list[Household]] = {}
        for household in self.households:
            found.setdefault(household.town, []).append(household)
        return found


def generate(code: str, seed: int) -> County:
    """The county of this code and seed. The same two give the same county, always."""
    plan = COUNTIES[code]
    profile = PROFILES[plan.profile]

    def stream(purpose: str) -> random.Random:
        return random.Random(f"{code}:{seed}:{purpose}")

    name, places = villages.read(plan)
    households = cohorts.build(plan, profile, stream("cohorts"))
    households = _settle(plan, places, households, stream("villages"))
    names = Names(stream("names"), plan.profile)
    families = Families(profile, names, Identities(stream("identities")), stream("families"))
    for household in households:
        families.fill(household)
    families.move(households)
    attributes = Attributes(profile, stream("attributes"))
    incomes = Incomes(profile, attributes, names, stream("incomes"))
    conditions = Conditions(profile, name, stream("conditions"))
    renovated = _renovated(plan, households, stream("renovated"))
    for place, household in enumerate(households):
        attributes.fill(household)
        incomes.fill(household)
        conditions.fill(household, place in renovated)
    _contacts(households, profile, names, stream("contacts"))
    county = County(plan, name, seed, places, households, Helpers(), [])
    county.helpers = responsible.Pairing(plan, names, stream("helpers")).pair(name, places, county.by_town())
    county.postings = responsible.postings(plan, places, county.helpers, stream("postings"))
    return county


def _settle(plan: Frame, places: list[Village], households: list[Household], rng: random.Random) -> list[Household]:
    """Deal the households over villages and groups; numbers rise in that order, with gaps."""
    counts = villages.sizes(plan, places, rng)
    queue = iter(_steady_first(places, counts, households))
    settled = []
    number = rng.randint(1_000_000, 3_000_000)
    for village in places:
        for group in villages.spread_groups(village, counts[village.code], rng):
            household = next(queue)
            number += rng.randint(1, 9)
            household.village, household.town, household.group = village.code, village.town, group
            household.number = f"{plan.code}{number:08d}"
            settled.append(household)
    return settled


def _steady_first(places: list[Village], counts: dict[str, int], households: list[Household]) -> list[Household]:
    """In each township the first planned households of the list are plain ones, as anybody opens these first."""
    ordered: list[Household] = []
    start = 0
    for town in dict.fromkeys(village.town for village in places):
        size = sum(counts[village.code] for village in places if village.town == town)
        part = households[start : start + size]
        start += size
        planned = [place for place, household in enumerate(part) if household.cohort == "planned"]
        plain = [place for place in planned if part[place].plan is cohorts.STEADY]
        for wanted, place in zip(planned[:_PLAIN_FIRST], plain[-_PLAIN_FIRST:], strict=False):
            if part[wanted].plan is not cohorts.STEADY:
                part[wanted], part[place] = part[place], part[wanted]
        ordered += part
    return ordered


def _renovated(plan: Frame, households: list[Household], rng: random.Random) -> set[int]:
    """Which households had their house renovated, whose plan leaves the house alone."""
    # A late paper repeats the house in its second row: such houses are not the renovated ones.
    free = [
        place
        for place, household in enumerate(households)
        if frame.HOUSING not in household.plan.unmet | household.plan.october | household.plan.late
    ]
    finished = sum(1 for household in households if frame.HOUSING in household.plan.october)
    return set(rng.sample(free, min(len(free), plan.renovated - finished)))


def _contacts(households: list[Household], profile: Profile, names: Names, rng: random.Random) -> None:
    """Phones, cards, residence: 91 % have a number, a quarter of them somebody else's (4.1 #5)."""
    shared: dict[str, str] = {}
    for household in households:
        if rng.random() < 0.91:
            if rng.random() < 0.06:
                household.phone = shared.setdefault(household.village, responsible.mobile(rng))
            else:
                household.phone = responsible.mobile(rng)
        if rng.random() < 0.97:
            household.bank = rng.choice(_BANKS)
            household.bank_holder = "本人" if rng.random() < 0.94 else rng.choice(("配偶", "之子", "之女"))
        _residence(household, profile, rng)
        children = [person for person in household.members if person.relation in ("son", "daughter")]
        household.one_child = len(children) == 1 and rng.random() < 0.12
        household.two_daughters = sum(person.sex == "female" for person in children) == 2 and rng.random() < 0.6
        household.martyr = rng.random() < 0.003


def _residence(household: Household, profile: Profile, rng: random.Random) -> None:
    away = profile.away / 100
    luck = rng.random()
    able = any(person.labour in ("ordinary", "skilled") for person in household.members)
    if luck < away * (_ABLE_AWAY if profile.old else _YOUNG_AWAY)[able]:
        household.residence = "away"
        household.residence_place = rng.choice(profile.cities)
        household.residence_phone = household.phone or responsible.mobile(rng)
        household.expected_return = datetime.date(2019, rng.randint(1, 2), rng.randint(1, 27))
    elif luck > 0.985:
        household.residence = "seasonal"
        household.residence_place = rng.choice(profile.cities)
    elif luck > 0.97 and household.head.age >= 65:
        household.residence = "with_children"
    elif household.attr == "tekun" and luck > 0.75:
        household.residence = "care_home"
    household.residence_on = between(rng, datetime.date(2017, 2, 20), datetime.date(2017, 10, 25))
