"""Which household belongs to which cohort, how large it is, and how it will stand in October and November.

The plan of a household steers the generator only; no workbook and no other code carries it.
"""

import random
from dataclasses import dataclass

from supervision.demo import frame as f
from supervision.demo.people import Chooser, Household
from supervision.demo.profiles import Profile


@dataclass(frozen=True)
class Plan:
    """Marks a household misses: now (AS_OF) and in October; `late` are papers that come only in November."""

    unmet: frozenset[str] = frozenset()  # on AS_OF and before
    unknown: frozenset[str] = frozenset()  # not known on AS_OF
    october: frozenset[str] = frozenset()  # unmet on MONTH_BEFORE, met on AS_OF
    late: frozenset[str] = frozenset()  # unknown on MONTH_BEFORE, met on AS_OF

    @property
    def passing(self) -> bool:
        return f.INCOME not in self.unmet


STEADY = Plan()


def build(frame: f.Frame, profile: Profile, rng: random.Random) -> list[Household]:
    """All households of the county with cohort, size and plan, in random order; totals of the frame come out."""
    households: list[Household] = []
    for year, block in frame.exited:
        plans = _exited_plans(block.households, rng)
        households += _block(str(year), block, plans, profile, rng)
    households += _block("planned", frame.meeting, _passing_plans(frame, rng), profile, rng)
    households += _block("planned", frame.staying, _staying_plans(frame, rng), profile, rng)
    households += _block("unplanned", frame.unplanned, _unplanned_plans(frame, rng), profile, rng)
    rng.shuffle(households)
    return households


def _block(cohort: str, block: f.Block, plans: list[Plan], profile: Profile, rng: random.Random) -> list[Household]:
    sizes = _sizes(block, profile, rng)
    # A child out of school needs a family: the largest sizes go there.
    sizes.sort(reverse=True)
    plans.sort(key=lambda plan: f.EDUCATION not in (plan.unmet | plan.october))
    needy = sum(1 for plan in plans if f.EDUCATION in (plan.unmet | plan.october))
    rest = list(zip(sizes[needy:], plans[needy:], strict=True))
    drawn = [plan for _, plan in rest]
    rng.shuffle(drawn)
    households = [Household(cohort, size, plan) for size, plan in zip(sizes[:needy], plans[:needy], strict=True)]
    households += [Household(cohort, size, plan) for (size, _), plan in zip(rest, drawn, strict=True)]
    return households


def _sizes(block: f.Block, profile: Profile, rng: random.Random) -> list[int]:
    """Household sizes by the county's distribution that sum to the block's members."""
    chooser = Chooser(profile.sizes)
    sizes = [chooser.pick(rng) for _ in range(block.households)]
    missing = block.members - sum(sizes)
    step = 1 if missing > 0 else -1
    while missing:
        place = rng.randrange(len(sizes))
        changed = sizes[place] + step
        # Keep the middle sizes in proportion: large jumps would show in the tables.
        if 1 <= changed <= 7 and rng.random() < profile.sizes.get(min(changed, 6), 1) / 45:
            sizes[place] = changed
            missing -= step
    return sizes


def _exited_plans(count: int, rng: random.Random) -> list[Plan]:
    unmet = round(count * f.EXITED_UNMET / 100)
    unknown = round(count * f.EXITED_UNKNOWN / 100)
    plans = [Plan(unmet=frozenset({_mark(rng, {f.INCOME: 60, f.HOUSING: 26, f.WATER: 14})})) for _ in range(unmet)]
    plans += [Plan(unknown=frozenset({_mark(rng, {f.HOUSING: 60, f.WATER: 40})})) for _ in range(unknown)]
    return plans + [STEADY] * (count - len(plans))


def _staying_plans(frame: f.Frame, rng: random.Random) -> list[Plan]:
    """The planned who do not make it: too little income, the house still in work, water not safe."""
    count = frame.staying.households
    marks = _spread(count, ((f.INCOME, 56), (f.HOUSING, 28), (f.WATER, 11), (f.MEDICAL, 11), (f.EDUCATION, 5)), rng)
    return [Plan(unmet=found) for found in marks]


def _unplanned_plans(frame: f.Frame, rng: random.Random) -> list[Plan]:
    marks = _spread(frame.unplanned.households, ((f.INCOME, 88), (f.HOUSING, 18), (f.WATER, 5)), rng)
    return [Plan(unmet=found) for found in marks]


def _passing_plans(frame: f.Frame, rng: random.Random) -> list[Plan]:
    """The planned who meet in November: some are unmet or unknown in October by the rows of that day."""
    unmet = frame.october_unmet - frame.staying.households
    marks = _spread(unmet, f.UNMET_MARKS, rng)
    papers = _spread(frame.october_unknown, f.UNKNOWN_MARKS, rng)
    plans = [Plan(october=found) for found in marks] + [Plan(late=found) for found in papers]
    return plans + [STEADY] * (frame.meeting.households - len(plans))


def _mark(rng: random.Random, weights: dict[str, float]) -> str:
    return Chooser(weights).pick(rng)


def _spread(count: int, marks: tuple[tuple[str, float], ...], rng: random.Random) -> list[frozenset[str]]:
    """Deal marks over households: `share` of 100 each, every household at least one, some two."""
    places: list[set[str]] = [set() for _ in range(count)]
    order = [mark for mark, share in marks for _ in range(max(1, round(count * share / 100)))]
    while len(order) < count:  # rounding: the first mark is the commonest
        order.append(marks[0][0])
    for place, mark in enumerate(order[:count]):
        places[place].add(mark)
    for mark in order[count:]:
        while True:
            place = rng.randrange(count)
            if mark not in places[place] and len(places[place]) < 2:
                places[place].add(mark)
                break
    return [frozenset(found) for found in places]
