"""Families 家庭结构: who lives together, by the shapes of county-officer.md 4.2, and who came and went."""

import datetime
import random
from collections.abc import Callable

from supervision.demo import frame as f
from supervision.demo.names import Names
from supervision.demo.people import OTHER_AREAS, Chooser, Household, Identities, Person, between, born
from supervision.demo.profiles import Profile

_OLD = Chooser({(60, 64): 30, (65, 69): 27, (70, 74): 19, (75, 79): 13, (80, 84): 7.5, (85, 93): 3.5})
_REGISTERED = Chooser({datetime.date(2014, 6, 30): 84, datetime.date(2015, 11, 30): 16})
_CHANGES_FROM = datetime.date(2017, 1, 1)
_PEOPLES = {"02": "mongol", "06": "miao", "13": "yao"}
_AWAY_WIFE = 0.24
_WAS_HEAD = 0.8

Member = tuple[str, str, int]  # relation, sex, age


class Families:
    """Fills households with members; one random stream, so the order of calls matters."""

    def __init__(self, profile: Profile, names: Names, identities: Identities, rng: random.Random) -> None:
        self.profile = profile
        self.names = names
        self.identities = identities
        self.rng = rng
        self.shapes = {size: Chooser(weights) for size, weights in profile.shapes.items()}

    def fill(self, household: Household) -> None:
        """Choose the shape and create the members who are there on AS_OF."""
        rng = self.rng
        out_of_school = f.EDUCATION in (household.plan.unmet | household.plan.october)
        household.registered = _REGISTERED.pick(rng)
        household.shape = self._shape(household.size, out_of_school)
        drawn = _SHAPES[household.shape](rng, household.size)
        people = self._people(household.town)
        head_surname = self.names.surname(_PEOPLES.get(people, ""))
        for relation, sex, age in drawn:
            household.members.append(self._person(household, relation, sex, age, head_surname, people))
        if out_of_school:
            self._school_leaver(household)

    def _shape(self, size: int, with_child: bool) -> str:
        if with_child:
            return "parent_child" if size == 2 else "couple_pupil" if size == 3 else "couple_two"
        return self.shapes[min(size, 6)].pick(self.rng)

    def _people(self, town: str) -> str:
        """The people whose surnames and ethnicity this family has, if not the county's majority."""
        code, share = self.profile.minority_towns.get(town, ("", 0.0))
        if code and self.rng.random() < share:
            return code
        luck = self.rng.random()
        for other, part in self.profile.minority.items():
            if luck < part:
                return other
            luck -= part
        return "01"

    def _person(
        self, household: Household, relation: str, sex: str, age: int, head_surname: str, people: str
    ) -> Person:
        rng = self.rng
        birth = born(rng, age)
        nation = _PEOPLES.get(people, "")
        wed_in = relation in _WED_IN
        ethnicity = people if not wed_in or rng.random() < 0.6 else "01"
        nation = nation if ethnicity == people else ""
        surname = "" if wed_in else head_surname
        if relation == "spouse" and sex == "male":
            surname = ""
        name = self.names.full(sex, birth.year, surname, nation)
        area = self.profile.id_area
        if wed_in and sex == "female" and rng.random() < _AWAY_WIFE:
            area = rng.choice(OTHER_AREAS)
        person = Person(name, sex, birth, relation, ethnicity, self.identities.number(area, birth, sex))
        if birth > household.registered:
            person.joined, person.start_reason = birth, "birth"
        else:
            person.joined = household.registered
        return person

    def _school_leaver(self, household: Household) -> None:
        """A child out of school because of poverty; where November is to be met, it turns 16 in that month."""
        child = next(person for person in household.members if person.relation in ("son", "daughter"))
        if f.EDUCATION in household.plan.october:
            birth = between(self.rng, datetime.date(2002, 11, 3), datetime.date(2002, 11, 27))
        else:
            birth = between(self.rng, datetime.date(2003, 3, 1), datetime.date(2004, 8, 20))
        self._rebirth(household, child, birth)
        child.dropout = "poverty"
        child.education = "primary"

    def _rebirth(self, household: Household, person: Person, birth: datetime.date) -> None:
        person.birth = birth
        person.id_number = self.identities.number(self.profile.id_area, birth, person.sex)
        person.joined, person.start_reason = household.registered, "registered"

    # ── who came and went ──

    def move(self, households: list[Household]) -> None:
        """Deaths, departures and arrivals since 2017 and the leavers of November (4.2: 3 % die in a year)."""
        self._deaths([house for house in households if house.shape not in ("single_woman",)])
        self._departures([house for house in households if house.shape in ("couple", "old_couple", "couple_adult")])
        self._arrivals(households)
        for household in households:
            if f.MEDICAL in household.plan.october:
                self._leaver(household, uninsured=True)

    def _deaths(self, houses: list[Household]) -> None:
        total = sum(house.size for house in houses)
        days = (f.AS_OF - _CHANGES_FROM).days
        for house in self.rng.sample(houses, min(len(houses), round(total * 0.03 * days / 365))):
            relation, sex, age = _deceased(self.rng, house)
            person = self._person(house, relation, sex, age, house.head.name[0], house.head.ethnicity)
            person.left, person.end_reason = self._day_of_death(), "death"
            house.gone.append(person)
            if relation == "spouse" and sex == "male":
                self._succeed(house, person, person.left)

    def _succeed(self, house: Household, husband: Person, died: datetime.date) -> None:
        """A dead husband was mostly the head, and his wife is since the day after (E-43)."""
        wife = house.head
        if self.rng.random() < _WAS_HEAD and husband.joined == wife.joined:
            husband.relation, wife.was, wife.head_since = "head", "spouse", died + datetime.timedelta(days=1)

    def _day_of_death(self) -> datetime.date:
        while True:
            day = between(self.rng, _CHANGES_FROM, datetime.date(2018, 11, 24))
            if day.month in (12, 1, 2) or self.rng.random() < 0.72:
                return day

    def _departures(self, houses: list[Household]) -> None:
        total = max(1, round(len(houses) * 0.0225))
        for house in self.rng.sample(houses, total):
            sex = "female" if self.rng.random() < 0.62 else "male"
            relation = "daughter" if sex == "female" else "son"
            oldest = max(19, min(28, house.head.age - 20))
            person = self._person(house, relation, sex, self.rng.randint(18, oldest), house.head.name[0], "01")
            person.ethnicity = house.head.ethnicity
            person.left = between(self.rng, _CHANGES_FROM, datetime.date(2018, 9, 28))
            if sex == "female":
                person.end_reason = "married_out"
            else:
                person.end_reason = "military" if self.rng.random() < 0.3 else "moved_out"
            house.gone.append(person)

    def _arrivals(self, households: list[Household]) -> None:
        """Some of today's members came after the registration: brides, people who moved back."""
        for house in households:
            for person in house.members[1:]:
                luck = self.rng.random()
                if person.start_reason != "registered":
                    continue
                if person.relation == "daughter_in_law" and luck < 0.06:
                    person.start_reason = "married_in"
                elif luck < 0.004 and person.age > 8:
                    person.start_reason = "moved_in" if luck < 0.0035 else "returned"
                else:
                    continue
                person.joined = between(self.rng, _CHANGES_FROM, datetime.date(2018, 11, 20))

    def _leaver(self, household: Household, uninsured: bool) -> None:
        """A grown child without insurance who leaves the household in November."""
        sex = "female" if self.rng.random() < 0.6 else "male"
        relation = "daughter" if sex == "female" else "son"
        oldest = max(19, min(30, household.head.age - 19))
        age = self.rng.randint(18, oldest)
        person = self._person(household, relation, sex, age, household.head.name[0], household.head.ethnicity)
        person.joined, person.start_reason = household.registered, "registered"
        person.left = between(self.rng, datetime.date(2018, 11, 3), datetime.date(2018, 11, 26))
        person.end_reason = "married_out" if sex == "female" else "moved_out"
        if uninsured:
            person.resident_medical = person.employee_medical = person.serious_illness = False
        household.gone.append(person)


_WED_IN = ("spouse", "daughter_in_law", "mother", "grandmother")


def _deceased(rng: random.Random, house: Household) -> Member:
    """The dead person in his relation to today's head: a spouse of the old and lonely, else a parent."""
    head = house.head
    if house.shape in ("old_single", "old_disabled", "parent_child", "parent_children"):
        sex = "male" if head.sex == "female" else "female"
        return "spouse", sex, max(48, min(95, head.age + (3 if sex == "male" else -2) + rng.randint(-4, 5)))
    relation, sex = ("mother", "female") if rng.random() < 0.55 else ("father", "male")
    return relation, sex, max(68, min(99, head.age + rng.randint(20, 31)))


# ── shapes: each gives the members, the head first ──


def _old(rng: random.Random) -> int:
    low, high = _OLD.pick(rng)
    return rng.randint(low, high)


def _other(sex: str) -> str:
    return "female" if sex == "male" else "male"


def _sex(rng: random.Random, male: float = 0.5) -> str:
    return "male" if rng.random() < male else "female"


def _wife_age(rng: random.Random, age: int, sex: str, least: int) -> int:
    """The age of the spouse of a head of this age and sex."""
    gap = rng.choice((-4, -3, -2, -2, -1, -1, -1, 0, 0, 1, 2))
    return max(least, age + gap if sex == "male" else age - gap)


def _child(rng: random.Random, low: int, high: int) -> Member:
    sex = _sex(rng, 0.53)
    return ("son" if sex == "male" else "daughter"), sex, rng.randint(low, max(low, high))


def _pair(rng: random.Random, age: int, male: float, least: int) -> list[Member]:
    sex = _sex(rng, male)
    return [("head", sex, age), ("spouse", _other(sex), _wife_age(rng, age, sex, least))]


def _young_child(rng: random.Random, parent: int) -> Member:
    return _child(rng, 0 if parent < 42 else 6, min(22, parent - 21))


def _old_single(rng: random.Random, size: int) -> list[Member]:
    return [("head", _sex(rng, 0.48), _old(rng))]


def _single_man(rng: random.Random, size: int) -> list[Member]:
    return [("head", "male", rng.choice((rng.randint(40, 52), rng.randint(50, 64))))]


def _single_woman(rng: random.Random, size: int) -> list[Member]:
    return [("head", "female", rng.randint(38, 59))]


def _old_couple(rng: random.Random, size: int) -> list[Member]:
    return _pair(rng, min(86, max(61, _old(rng))), 0.9, 60)


def _couple(rng: random.Random, size: int) -> list[Member]:
    return _pair(rng, rng.randint(46, 59), 0.93, 45)


def _couple_pupil(rng: random.Random, size: int) -> list[Member]:
    age = rng.randint(32, 53)
    return [*_pair(rng, age, 0.94, 28), _young_child(rng, age)]


def _couple_adult(rng: random.Random, size: int) -> list[Member]:
    age = rng.randint(49, 62)
    return [*_pair(rng, age, 0.94, 46), _child(rng, 22, min(36, age - 22))]


def _couple_two(rng: random.Random, size: int) -> list[Member]:
    age = rng.randint(31, 48)
    return [*_pair(rng, age, 0.94, 27), *(_young_child(rng, age) for _ in range(size - 2))]


def _parent_child(rng: random.Random, size: int) -> list[Member]:
    age = rng.randint(36, 60)
    return [("head", _sex(rng, 0.45), age), *(_young_child(rng, age) for _ in range(size - 1))]


def _old_disabled(rng: random.Random, size: int) -> list[Member]:
    age = rng.randint(62, 84)
    return [("head", _sex(rng, 0.42), age), _child(rng, 32, age - 24)]


def _grandparents(rng: random.Random, size: int) -> list[Member]:
    members = _pair(rng, rng.randint(58, 74), 0.9, 56)
    for _ in range(size - 2):
        sex = _sex(rng, 0.53)
        members.append(("grandson" if sex == "male" else "granddaughter", sex, rng.randint(5, 17)))
    return members


def _three_generations(rng: random.Random, size: int) -> list[Member]:
    """The middle couple with a parent or two above, or the old couple with son's family below."""
    if rng.random() < 0.5:
        age = rng.randint(35, 52)
        members = [*_pair(rng, age, 0.95, 30)]
        mother = ("mother", "female", min(92, age + rng.randint(21, 31)))
        members.append(mother)
        if size >= 6:
            members.append(("father", "male", min(94, mother[2] + rng.randint(-1, 5))))
        return members + [_young_child(rng, age) for _ in range(size - len(members))]
    age = rng.randint(55, 72)
    members = [("head", "male", age)]
    if size >= 5:
        members.append(("spouse", "female", _wife_age(rng, age, "male", 52)))
    son = rng.randint(27, min(45, age - 22))
    members += [("son", "male", son), ("daughter_in_law", "female", max(24, son + rng.randint(-4, 2)))]
    while len(members) < size:
        sex = _sex(rng, 0.53)
        members.append(("grandson" if sex == "male" else "granddaughter", sex, rng.randint(0, max(1, son - 22))))
    return members


_SHAPES: dict[str, Callable[[random.Random, int], list[Member]]] = {
    "old_single": _old_single,
    "single_man": _single_man,
    "single_woman": _single_woman,
    "old_couple": _old_couple,
    "couple": _couple,
    "couple_pupil": _couple_pupil,
    "couple_adult": _couple_adult,
    "couple_two": _couple_two,
    "couple_three": _couple_two,
    "parent_child": _parent_child,
    "parent_children": _parent_child,
    "old_disabled": _old_disabled,
    "grandparents": _grandparents,
    "three_generations": _three_generations,
}
