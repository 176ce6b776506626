"""The people of the demo county 演示人口: who they are, with synthetic identity numbers (reference.md 7.1)."""

import datetime
import random
from bisect import bisect
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from supervision.demo.frame import AS_OF

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
# Wives come from elsewhere: prefixes that no county issues (county-officer.md 4.1 #6).
OTHER_AREAS = ("152200", "230200", "210700")


@dataclass(slots=True)
class Person:
    """A member of a household with everything the sheet 成员 says about him; None and "" are empty cells."""

    name: str
    sex: str
    birth: datetime.date
    relation: str
    ethnicity: str
    id_number: str = ""
    id_type: str = "identity_card"
    joined: datetime.date | None = None
    left: datetime.date | None = None
    start_reason: str = "registered"
    end_reason: str = ""
    political: str = "masses"
    education: str = ""
    student: str = ""
    dropout: str = ""
    health: tuple[str, ...] = ("healthy",)
    disease: str = ""
    disability: tuple[int, int, int] | None = None  # type, grade, year of the certificate
    labour: str = ""
    work_place: str = ""
    work_months: float | None = None
    employer: str = ""
    channel: str = ""
    post_type: str = ""
    post_months: float | None = None
    resident_medical: bool | None = True
    employee_medical: bool | None = False
    serious_illness: bool | None = True
    medical_aid: bool | None = False
    doctor_on: datetime.date | None = None
    pension_resident: bool | None = None
    pension_employee: bool | None = None
    dibao: bool = False
    tekun: bool = False
    mandarin: bool | None = None
    # The head since a day, when the head before had died; until then he or she stood in the household as `was`.
    was: str = ""
    head_since: datetime.date | None = None

    @property
    def age(self) -> int:
        """Full years on AS_OF."""
        born = self.birth
        return AS_OF.year - born.year - ((born.month, born.day) > (AS_OF.month, AS_OF.day))

    def present(self, day: datetime.date) -> bool:
        """Is he a member of the household on a day? The last day still counts."""
        return self.joined is not None and self.joined <= day and (self.left is None or self.left >= day)


@dataclass(slots=True)
class Household:
    """A household with its rows of every sheet; `plan` stays inside the generator."""

    cohort: str  # exit year, "planned", "unplanned"
    size: int
    plan: Any
    shape: str = ""
    number: str = ""
    village: str = ""
    town: str = ""
    group: str = ""
    members: list[Person] = field(default_factory=list)
    gone: list[Person] = field(default_factory=list)  # members who left before or in November
    main_cause: str = ""
    other_causes: tuple[str, ...] = ()
    attr: str = "general"
    registered: datetime.date = datetime.date(2014, 6, 30)
    phone: str = ""
    bank: str = ""
    bank_holder: str = ""
    residence: str = "at_home"
    residence_place: str = ""
    residence_phone: str = ""
    residence_on: datetime.date | None = None
    expected_return: datetime.date | None = None
    lives_in: str = ""
    one_child: bool = False
    two_daughters: bool = False
    martyr: bool = False
    incomes: list[dict[str, Any]] = field(default_factory=list)
    living: list[dict[str, Any]] = field(default_factory=list)
    supporters: list[dict[str, Any]] = field(default_factory=list)
    pairings: list[tuple[int, datetime.date, datetime.date | None]] = field(default_factory=list)
    second: tuple[int, datetime.date] | None = None  # 第二帮扶责任人 and since when

    @property
    def head(self) -> Person:
        return self.members[0]


def check_digit(body: str) -> str:
    """The check character of 17 digits (GB 11643-1999)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


class Identities:
    """Hands out identity numbers, each once."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.used: set[str] = set()

    def number(self, area: str, born: datetime.date, sex: str) -> str:
        """18 characters: area, birth date, an odd serial for men and an even one for women, check."""
        odd = sex == "male"
        while True:
            body = f"{area}{born:%Y%m%d}{self.rng.randrange(500) * 2 + odd:03d}"
            if body not in self.used:
                self.used.add(body)
                return body + check_digit(body)


class Chooser:
    """Weighted choice with the sums computed once."""

    __slots__ = ("keys", "total", "weights")

    def __init__(self, weights: dict[Any, float]) -> None:
        self.keys = list(weights)
        self.weights = list(accumulate(weights.values()))
        self.total = self.weights[-1]

    def pick(self, rng: random.Random) -> Any:
        return self.keys[bisect(self.weights, rng.random() * self.total)]


def quantile(line: tuple[tuple[float, float], ...], share: float) -> float:
    """The value at a share of a quantile line, by interpolation."""
    for (low, low_value), (high, high_value) in zip(line, line[1:], strict=False):
        if share <= high:
            return low_value + (high_value - low_value) * (share - low) / (high - low)
    return line[-1][1]


def between(rng: random.Random, first: datetime.date, last: datetime.date) -> datetime.date:
    """A day from first to last, both included."""
    return datetime.date.fromordinal(rng.randint(first.toordinal(), last.toordinal()))


def born(rng: random.Random, age: int) -> datetime.date:
    """A birthday of somebody who is `age` full years old on AS_OF."""
    return datetime.date.fromordinal(datetime.date(AS_OF.year - age, 11, 30).toordinal() - rng.randrange(365))
