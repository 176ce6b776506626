"""Who helps: cadres, pairings with handovers, postings to the villages (county-officer.md 4.8)."""

import datetime
import random
from dataclasses import dataclass, field

from supervision.demo.frame import AS_OF, Frame
from supervision.demo.names import Names
from supervision.demo.people import Chooser, Household, between
from supervision.demo.units import Unit, unit_sizes, units_of
from supervision.demo.villages import Village

_LOADS = Chooser({1: 34.0, 2: 36.0, 3: 19.6, 4: 6.8, 5: 3.1, 6: 0.5})
_HANDOVER = Chooser({(2018, 3): 44, (2018, 10): 20, (2018, 11): 14, (2018, 7): 8, (2017, 12): 7, (2018, 5): 7})
_PARTY = Chooser({"party_member": 64, "masses": 33, "league_member": 2, "probationary": 1})
PAIRED_FROM = datetime.date(2016, 4, 1)
_HANDED_OVER = 0.19  # of those that are not their helper's first
_WITH_SECOND = 0.12

_TITLES = {
    "school": Chooser({"教师": 78, "教研组长": 8, "年级主任": 8, "副校长": 5, "校长": 1}),
    "hospital": Chooser({"医师": 40, "护士": 38, "药师": 10, "科主任": 9, "副院长": 3}),
    "town": Chooser({"科员": 42, "站所职工": 26, "村干部": 20, "副镇长": 4, "组织委员": 3, "扶贫专干": 5}),
    "office": Chooser({"科员": 52, "股长": 22, "副主任科员": 9, "工勤人员": 7, "副局长": 7, "局长": 3}),
    "firm": Chooser({"职员": 60, "信贷员": 14, "班长": 12, "部门经理": 10, "副经理": 4}),
}


@dataclass(slots=True)
class Cadre:
    """A cadre and the households of one township that he answers for."""

    number: str
    name: str
    sex: str
    unit: Unit
    title: str
    political: str
    phone: str
    town: str
    load: int = 0


@dataclass
class Helpers:
    """All units and cadres of the county."""

    units: list[Unit] = field(default_factory=list)
    cadres: list[Cadre] = field(default_factory=list)


class Pairing:
    """Pairs every household with one cadre of its township; some were handed over within the 13 months."""

    def __init__(self, frame: Frame, names: Names, rng: random.Random) -> None:
        self.frame = frame
        self.names = names
        self.rng = rng

    def pair(self, county: str, villages: list[Village], houses: dict[str, list[Household]]) -> Helpers:
        """houses: the households of each township in village order. Cadres stay in one township."""
        units = units_of(self.frame, county, villages)
        places = self._places(units, unit_sizes(self.frame, units, self.rng), list(houses))
        counts = _shares(self.frame.cadres, {town: len(found) for town, found in houses.items()})
        helpers = Helpers(units)
        for town, found in houses.items():
            start = len(helpers.cadres)
            for load in self._loads(counts[town], len(found)):
                unit = self._take(places, town)
                helpers.cadres.append(self._cadre(unit, town, load, len(helpers.cadres)))
            self._assign(found, helpers.cadres, start)
            self._hand_over(found, start, len(helpers.cadres))
            self._second(found, helpers.cadres, start)
        return helpers

    def _places(self, units: list[Unit], sizes: list[int], towns: list[str]) -> dict[str, list[Unit]]:
        """Cadre places by township ("" = anywhere), each unit's places together."""
        places: dict[str, list[Unit]] = {town: [] for town in ("", *towns)}
        order = list(zip(units, sizes, strict=True))
        self.rng.shuffle(order)
        for unit, size in order:
            places[unit.town if unit.town in places else ""] += [unit] * size
        return places

    def _take(self, places: dict[str, list[Unit]], town: str) -> Unit:
        for key in (town, "", *places):
            if places[key]:
                return places[key].pop()
        raise ValueError("Fewer cadre places than cadres")

    def _loads(self, cadres: int, households: int) -> list[int]:
        loads = [_LOADS.pick(self.rng) for _ in range(cadres)]
        missing = households - sum(loads)
        while missing:
            place = self.rng.randrange(cadres)
            step = 1 if missing > 0 else -1
            if 1 <= loads[place] + step <= 7:
                loads[place] += step
                missing -= step
        return loads

    def _cadre(self, unit: Unit, town: str, load: int, place: int) -> Cadre:
        rng = self.rng
        sex = "female" if rng.random() < 0.45 else "male"
        year = round(rng.triangular(1960, 1994, 1976))
        return Cadre(
            number=f"{self.frame.code}G{place + 1:05d}",
            name=self.names.full(sex, year),
            sex=sex,
            unit=unit,
            title=_TITLES[unit.kind].pick(rng),
            political=_PARTY.pick(rng),
            phone=mobile(rng),
            town=town,
            load=load,
        )

    def _assign(self, found: list[Household], cadres: list[Cadre], start: int) -> None:
        place, left = start, cadres[start].load
        for household in found:
            if not left:
                place += 1
                left = cadres[place].load
            left -= 1
            since = (
                PAIRED_FROM
                if self.rng.random() < 0.8
                else between(self.rng, datetime.date(2016, 6, 1), datetime.date(2017, 9, 30))
            )
            household.pairings.append((place, since, None))

    def _hand_over(self, found: list[Household], start: int, end: int) -> None:
        """One household in ten came to its helper from a colleague of the same township, who keeps others.

        A helper keeps one household from the beginning: all of the county's helpers are at work in every month.
        """
        for household in _beside_the_first(found, self.rng):
            if self.rng.random() >= _HANDED_OVER or end - start < 2:
                continue
            place, _, _ = household.pairings[0]
            before = min(end - 1, max(start, place + self.rng.choice((-4, -3, -2, -1, 1, 2, 3, 4))))
            if before == place:
                continue
            year, month = _HANDOVER.pick(self.rng)
            day = datetime.date(year, month, self.rng.randint(1, 26))
            last = day - datetime.timedelta(days=1)
            household.pairings = [(before, PAIRED_FROM, last), (place, day, None)]

    def _second(self, found: list[Household], cadres: list[Cadre], start: int) -> None:
        """Some households have a second helper 第二帮扶责任人 from the township beside the first from elsewhere (E-56)."""
        near = [place for place in range(start, len(cadres)) if cadres[place].unit.kind == "town"]
        for household in found:
            place = self.rng.choice(near) if near else start
            helpers = [helper for helper, _, _ in household.pairings]
            if near and self.rng.random() < _WITH_SECOND and cadres[helpers[-1]].unit.kind != "town":
                since = between(self.rng, datetime.date(2017, 3, 1), datetime.date(2018, 6, 30))
                household.second = (place, since)


def _beside_the_first(found: list[Household], rng: random.Random) -> list[Household]:
    """All households but one of each helper."""
    order = list(found)
    rng.shuffle(order)
    kept: set[int] = set()
    rest = []
    for household in order:
        place = household.pairings[0][0]
        if place in kept:
            rest.append(household)
        kept.add(place)
    return rest


def _shares(total: int, weights: dict[str, int]) -> dict[str, int]:
    """Split a total over weights by largest remainder."""
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    result = {key: int(value) for key, value in exact.items()}
    for key in sorted(exact, key=lambda key: result[key] - exact[key])[: total - sum(result.values())]:
        result[key] += 1
    return result


def mobile(rng: random.Random) -> str:
    """A mobile number of a range that is given to nobody here: synthetic."""
    return f"1{rng.choice('35789')}{rng.choice('0123456789')}0000{rng.randrange(10000):04d}"


@dataclass(frozen=True)
class Posting:
    """A cadre on duty in a village."""

    cadre: int
    village: str
    role: str
    since: datetime.date


def postings(frame: Frame, villages: list[Village], helpers: Helpers, rng: random.Random) -> list[Posting]:
    """First secretaries to every poor village and then others, team members most to poor ones (ZL-03)."""
    poor = [village for village in villages if village.poor]
    others = [village for village in villages if not village.poor]
    rng.shuffle(others)
    led = [*poor, *others][: frame.first_secretaries]
    staffed = [*led[: len(poor)] * 3, *led[len(poor) :], *others[frame.first_secretaries - len(poor) :]]
    staffed = (staffed + led * 9)[: frame.team_members]
    free: dict[str, list[int]] = {}
    order = list(range(len(helpers.cadres)))
    rng.shuffle(order)
    # Teachers and doctors go to a village only where nobody else is left: the last of a list is taken first.
    order.sort(key=lambda place: helpers.cadres[place].unit.kind in ("office", "town", "firm"))
    for place in order:
        free.setdefault(helpers.cadres[place].town, []).append(place)
    since = datetime.date(2016, 4, 15) if AS_OF.year == 2018 else AS_OF
    result = [Posting(free[village.town].pop(), village.code, "first_secretary", since) for village in led]
    result += [Posting(free[village.town].pop(), village.code, "team_member", since) for village in staffed]
    return result
