"""Thirteen months of home visits 走访 (county-officer.md 4.9): who, when, how, what was said, when it was entered."""

import calendar
import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from supervision.demo import visit_texts as texts
from supervision.demo.county import County
from supervision.demo.people import Chooser, Household, Person
from supervision.demo.profiles import PROFILES

# Households due that were visited and entered in time, per cent by month.
RATES = {
    (2017, 11): 93.8, (2017, 12): 96.1, (2018, 1): 95.0, (2018, 2): 90.4, (2018, 3): 94.6, (2018, 4): 97.9,
    (2018, 5): 98.3, (2018, 6): 98.0, (2018, 7): 97.4, (2018, 8): 95.2, (2018, 9): 96.0, (2018, 10): 96.6,
    (2018, 11): 98.7,
}  # fmt: skip
GRACE_DAYS = 3  # entries until the 3rd still count for the month before
_WEEKDAYS = (11, 10, 15, 12, 19, 22, 10)  # Monday first
_NEW_YEAR = {datetime.date(2018, 2, day): 0.0 for day in (15, 16, 17)} | {
    datetime.date(2018, 2, day): 0.25 for day in (14, 18, 19, 20)
}
_HOURS = Chooser({(8, 10): 22, (10, 12): 31, (13, 15): 24, (15, 17): 18, (18, 20): 5})
_LAG = Chooser({(0, 0): 38, (1, 3): 34, (4, 10): 19, (11, 25): 9})
_SECOND_KIND = Chooser({"home": 34, "phone": 48, "meeting": 10, "absent": 8})
_CHANGE = Chooser({"": 40, "same": 42, "up": 13, "down": 5})
_KIN = ("户主", "老伴", "儿子", "女儿", "妻子", "母亲")


@dataclass
class Ids:
    """Keys of the database for the generator's households and people."""

    households: dict[str, int]
    cadres: dict[str, int]
    clerks: dict[str, int] = field(default_factory=dict)  # village code -> account that enters for helpers
    secretaries: dict[str, tuple[int, int]] = field(default_factory=dict)  # village -> cadre, account
    helpers: dict[int, int] = field(default_factory=dict)  # cadre -> account


@dataclass(slots=True)
class Visit:
    """One visit as it goes into the table."""

    household: int
    cadre: int
    visitor: str
    kind: str
    day: datetime.date
    at: str
    minutes: int | None
    met: str
    topics: list[str]
    findings: str
    policies: str
    need: str
    solved: bool | None
    follow_up: str
    change: str
    change_note: str
    account: int | None
    entered: datetime.date


class Visits:
    """Draws the visits of one township; townships do not depend on each other."""

    def __init__(self, county: County, town: str, ids: Ids, until: datetime.date) -> None:
        self.county = county
        self.rng = random.Random(f"{county.frame.code}:{county.seed}:visits:{town}")
        self.houses = [house for house in county.by_town()[town] if house.number in ids.households]
        self.ids = ids
        self.town = town
        self.until = until
        self.profile = PROFILES[county.frame.profile]
        self.needs: dict[str, str] = {}  # household number -> the open need
        self.settings: dict[str, texts.Setting] = {}
        self.slack: dict[str, float] = {}  # some villages are always worse
        self.missed: dict[str, float] = {}

    def draw(self) -> Iterator[Visit]:
        """Every visit, month after month."""
        villages: dict[str, list[Household]] = {}
        for house in self.houses:
            villages.setdefault(house.village, []).append(house)
            self.settings[house.number] = self._setting(house)
        self.slack = {code: self.rng.lognormvariate(-0.18, 0.6) for code in villages}
        mean = sum(self.slack[code] * len(houses) for code, houses in villages.items()) / max(1, len(self.houses))
        worse = _of_town(self.county, self.town) / mean
        self.slack = {code: value * worse for code, value in self.slack.items()}
        for year, month in RATES:
            for code, houses in villages.items():
                yield from self._month(code, houses, year, month)

    def _setting(self, house: Household) -> texts.Setting:
        people = house.members
        return texts.Setting(
            sick=next((person.disease for person in people if person.disease), ""),
            pupil=next((_pupil(person) for person in people if person.student and person.age >= 6), ""),
            works=any(person.work_months or person.post_type for person in people),
            farms=bool(house.incomes[-1].get("business_planting")),
            kin=tuple(_kin(house)),
            crops=self.profile.crops,
            cities=self.profile.cities,
        )

    def _month(self, code: str, houses: list[Household], year: int, month: int) -> Iterator[Visit]:
        rng = self.rng
        last = datetime.date(year, month, calendar.monthrange(year, month)[1])
        days, weights = self._days(year, month, min(last, self.until))
        if not days:
            return
        due = [house for house in houses if house.residence != "away"]
        expected = len(due) * (1 - RATES[year, month] / 100) * self.slack[code]
        misses = min(len(due), int(expected) + (rng.random() < expected % 1))
        missed = set(rng.sample(range(len(due)), misses))
        for place, house in enumerate(due):
            day = rng.choices(days, cum_weights=weights)[0]
            if place in missed:
                yield from self._missed(house, day, last)
                continue
            yield self._visit(house, "home" if rng.random() < 0.945 else "meeting", day, last, True)
            if rng.random() < 0.22:
                yield self._visit(house, _SECOND_KIND.pick(rng), rng.choices(days, cum_weights=weights)[0], last, False)
        for house in houses:
            if house.residence == "away" and rng.random() < 0.944:
                yield self._visit(house, "phone", rng.choices(days, cum_weights=weights)[0], last, True)

    def _days(self, year: int, month: int, last: datetime.date) -> tuple[list[datetime.date], list[float]]:
        """Days of a month with growing weights: weekdays, the last five days, one day when all go together."""
        common = self.rng.randint(8, 27)
        end = calendar.monthrange(year, month)[1]
        days, weights, total = [], [], 0.0
        for number in range(1, end + 1):
            day = datetime.date(year, month, number)
            weight = float(_WEEKDAYS[day.weekday()])
            if number > end - 5:
                weight *= 2.4
            if number == common:
                weight += 62
            weight *= _NEW_YEAR.get(day, 1.0)
            if day <= last:
                total += weight
                days.append(day)
                weights.append(total)
        return days, weights

    def _missed(self, house: Household, day: datetime.date, last: datetime.date) -> Iterator[Visit]:
        """Not visited in time: entered too late for the month, nobody at home, or nothing at all."""
        luck = self.rng.random()
        if luck < 0.35:
            visit = self._visit(house, "home", day, last, False)
            visit.entered = last + datetime.timedelta(days=GRACE_DAYS + self.rng.randint(1, 12))
            if visit.entered <= self.until:
                yield visit
        elif luck < 0.6:
            yield self._visit(house, "absent", day, last, False)

    def _visit(self, house: Household, kind: str, day: datetime.date, last: datetime.date, in_time: bool) -> Visit:
        rng = self.rng
        cadre, visitor, account = self._visitor(house, day, kind)
        entered = self._entered(day, last, in_time)
        visit = Visit(
            household=self.ids.households[house.number],
            cadre=cadre,
            visitor=visitor,
            kind=kind,
            day=day,
            at=self._time(kind),
            minutes=None if kind == "absent" else self._minutes(kind),
            met="",
            topics=[],
            findings="",
            policies="",
            need="",
            solved=None,
            follow_up="",
            change="",
            change_note="",
            account=account,
            entered=entered,
        )
        self._content(visit, house)
        if rng.random() < 0.04 and len(visit.findings) > 12:  # a typing error
            place = rng.randrange(len(visit.findings) - 1)
            visit.findings = visit.findings[: place + 1] + visit.findings[place:]
        return visit

    def _visitor(self, house: Household, day: datetime.date, kind: str) -> tuple[int, str, int | None]:
        """The helper of that day, now and then the first secretary; and the account that entered it, if one did.

        Where there is a second helper, that one phones.
        """
        rng = self.rng
        secretary = self.ids.secretaries.get(house.village)
        luck = rng.random()
        if secretary and luck < 0.05:
            return secretary[0], "", secretary[1]
        if kind == "phone" and house.second and house.second[1] <= day:
            number = house.second[0]
        else:
            number = next(place for place, _, until in house.pairings if until is None or until >= day)
        cadre = self.county.helpers.cadres[number]
        key = self.ids.cadres[cadre.number]
        account = self.ids.helpers.get(key) if luck < 0.63 else self.ids.clerks.get(house.village)
        return key, "", account

    def _entered(self, day: datetime.date, last: datetime.date, in_time: bool) -> datetime.date:
        low, high = _LAG.pick(self.rng)
        entered = day + datetime.timedelta(days=self.rng.randint(low, high))
        limit = last + datetime.timedelta(days=GRACE_DAYS)
        if in_time and entered > limit:
            entered = day + datetime.timedelta(days=self.rng.randint(0, (limit - day).days))
        return min(entered, self.until)

    def _time(self, kind: str) -> str:
        low, high = _HOURS.pick(self.rng)
        if kind == "phone" and self.rng.random() < 0.5:
            low, high = 18, 21
        return f"{self.rng.randrange(low, high):02d}:{self.rng.randrange(12) * 5:02d}"

    def _minutes(self, kind: str) -> int:
        if kind == "phone":
            return self.rng.randint(2, 14)
        return max(4, min(150, round(self.rng.lognormvariate(3.33, 0.68))))

    # ── content ──

    def _content(self, visit: Visit, house: Household) -> None:
        rng = self.rng
        setting = self.settings[house.number]
        month = visit.day.month
        if visit.kind == "absent":
            visit.findings = texts.fill(texts.ABSENT, setting, month, rng)
            return
        visit.met = rng.choice(texts.MET) if len(house.members) > 1 else "户主"
        chosen = texts.topics(setting, rng)
        visit.topics = list(dict.fromkeys(chosen))
        if visit.kind == "phone":
            visit.findings = texts.fill(texts.PHONE, setting, month, rng)
        elif rng.random() < 0.07:
            visit.findings = rng.choice(texts.HOLLOW)
        else:
            visit.findings = texts.findings(setting, chosen, month, rng)
        self._need(visit, house)
        if rng.random() < 0.34:
            visit.policies = "、".join(rng.sample(texts.POLICIES, rng.choice((1, 1, 2))))
        visit.change = _CHANGE.pick(rng)
        if visit.change in ("up", "down"):
            visit.change_note = f"{rng.choice(('务工', '种植', '养殖', '庭院', '补贴'))}{rng.randint(6, 90) * 10}元"

    def _need(self, visit: Visit, house: Household) -> None:
        """A need stated now, and what became of the last one (answered at the next visit in 64 %)."""
        rng = self.rng
        open_need = self.needs.pop(house.number, "")
        if open_need:
            answer = rng.choice(texts.ANSWERED if rng.random() < 0.64 else texts.UNANSWERED)
            visit.follow_up = answer.format(need=open_need)
        if rng.random() < 0.11:
            visit.need = rng.choice(texts.NEEDS[rng.choice(tuple(texts.NEEDS))])
            visit.solved = rng.random() < 0.3
            if not visit.solved:
                self.needs[house.number] = visit.need.split("，")[0]


def _of_town(county: County, town: str) -> float:
    """How much worse than the county a township visits: one or two stand out, the whole comes out at 1."""
    rng = random.Random(f"{county.frame.code}:{county.seed}:townships")
    sizes = {code: len(houses) for code, houses in county.by_town().items()}
    factors = {code: rng.uniform(0.5, 0.95) for code in sizes}
    for code in rng.sample(sorted(sizes), max(1, len(sizes) // 5)):
        factors[code] = rng.uniform(1.6, 2.4)
    mean = sum(factors[code] * size for code, size in sizes.items()) / sum(sizes.values())
    return factors[town] / mean


def _pupil(person: Person) -> str:
    if person.relation in ("grandson", "granddaughter"):
        return "孙子" if person.sex == "male" else "孙女"
    return "儿子" if person.sex == "male" else "女儿"


def _kin(house: Household) -> Iterator[str]:
    """Words for the members as a visitor writes them."""
    words = {"spouse": "老伴" if house.head.age >= 60 else "爱人", "son": "儿子", "daughter": "女儿", "mother": "老母亲",
             "father": "老父亲", "daughter_in_law": "儿媳"}  # fmt: skip
    yield "户主"
    for person in house.members[1:]:
        if person.relation in words and person.age >= 16:
            yield words[person.relation]


COLUMNS = (
    "household_id", "cadre_id", "visitor_name", "kind", "visited_on", "visited_at", "minutes", "met", "topics",
    "findings", "policies", "need", "solved_on_site", "follow_up", "income_change", "income_note", "entered_by_id",
    "entered_on",
)  # fmt: skip


def line(visit: Visit) -> str:
    """The visit as a line of COPY text, in the order of COLUMNS; an event number is added by the copier."""
    solved = "\\N" if visit.solved is None else "t" if visit.solved else "f"
    minutes = "\\N" if visit.minutes is None else visit.minutes
    account = "\\N" if visit.account is None else visit.account
    return (
        f"{visit.household}\t{visit.cadre}\t{visit.visitor}\t{visit.kind}\t{visit.day}\t{visit.at}\t{minutes}\t{visit.met}\t"
        f"{{{','.join(visit.topics)}}}\t{visit.findings}\t{visit.policies}\t{visit.need}\t{solved}\t{visit.follow_up}\t"
        f"{visit.change}\t{visit.change_note}\t{account}\t{visit.entered}"
    )
