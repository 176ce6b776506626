"""Household incomes 收入 that add up (county-officer.md 4.4), and the children who support the old."""

import datetime
import math
import random
from typing import Any

from supervision.demo import frame as f
from supervision.demo.attributes import Attributes
from supervision.demo.cohorts import Plan
from supervision.demo.names import Names
from supervision.demo.people import Chooser, Household, Person, between, quantile
from supervision.demo.profiles import FAILING, Item, Profile

Amounts = dict[str, int]
EXPENSE = "business_expense"
_GROSS = ("business_planting", "business_breeding", "business_forestry")
_FLEXIBLE = ("wage_work", *_GROSS, "business_other", "property_land_rent")
# Left out at the first counting and found at the second, in this order.
_FORGOTTEN = (
    "property_dividend", "transfer_producer", "property_land_rent", "transfer_land_subsidy", "transfer_support",
    "business_other", "wage_public_post", "transfer_pension", "wage_work", "business_breeding", "transfer_dibao",
    "business_planting", "transfer_tekun", "wage_other", "business_forestry",
)  # fmt: skip
# Where this year's counting came late, some townships left last year's in the sheet.
_WITH_LAST_YEAR = 0.35
_EVIDENCE = ("存折、一折通", "存折流水、工资单", "一折通、流转合同", "一折通、务工证明", "工资单、种粮补贴清册", "存折")
_JOBS = ("在外打工", "务农", "县城开店", "跑运输", "工厂工人", "教师", "装修", "养殖户", "饭店厨师", "出租车司机")


def net(amounts: Amounts) -> int:
    """Net income: all items less the expense (reference.md 2.4)."""
    return sum(amounts.values()) - 2 * amounts.get(EXPENSE, 0)


class Incomes:
    """Computes the income rows of a household from its members."""

    def __init__(self, profile: Profile, attributes: Attributes, names: Names, rng: random.Random) -> None:
        self.profile = profile
        self.attributes = attributes
        self.names = names
        self.rng = rng
        self.labour_share = 0.45 if profile.old else 0.86

    def fill(self, household: Household) -> None:
        """The rows of the sheet 收入, the work of the members, the supporters."""
        plan: Plan = household.plan
        late = f.INCOME in plan.late
        first = datetime.date(2018, 11, 2) if late else datetime.date(2018, 10, 8)
        last = datetime.date(2018, 11, 24) if late else datetime.date(2018, 10, 26)
        counted = between(self.rng, first, last)
        present = [person for person in (*household.members, *household.gone) if person.present(counted)]
        amounts = self._amounts(household, present)
        row = self._row(amounts, counted, len(present), f.PERIOD_END.year)
        if late and self.rng.random() < _WITH_LAST_YEAR:
            before = {key: round_like_people(self.rng, value * 0.86) for key, value in amounts.items()}
            day = between(self.rng, datetime.date(2017, 10, 9), datetime.date(2017, 10, 27))
            household.incomes.append(self._row(before, day, len(present), f.PERIOD_END.year - 1))
        if f.INCOME in plan.october:
            again = between(self.rng, datetime.date(2018, 11, 5), datetime.date(2018, 11, 26))
            household.incomes.append({**row, **self._forgotten(amounts, len(present))})
            there = sum(1 for person in (*household.members, *household.gone) if person.present(again))
            row = self._row(self._lifted(amounts, there), again, there, f.PERIOD_END.year)
        household.incomes.append(row)
        self._supporters(household, amounts.get("transfer_support", 0))

    def _row(self, amounts: Amounts, day: datetime.date, members: int, year: int) -> dict[str, Any]:
        return {
            "calculated_on": day,
            "period_start": datetime.date(year - 1, 10, 1),
            "period_end": datetime.date(year, 9, 30),
            "member_count": members,
            **amounts,
            "award_income": self._award(),
            "evidence": self.rng.choice(_EVIDENCE),
            "confirmed_by_head": True,
        }

    def _award(self) -> int | None:
        return self.rng.choice((300, 500, 500, 800, 1000)) if self.rng.random() < 0.2 else None

    # ── amounts ──

    def _amounts(self, household: Household, present: list[Person]) -> Amounts:
        failing = f.INCOME in household.plan.unmet
        count = len(present)
        share = self.rng.random()
        if failing:
            line = FAILING
        elif household.cohort.isdigit():
            line = self.profile.income_exited
        else:
            line = self.profile.income_planned
        target = round(quantile(line, share) * count)
        if not failing and self.profile.old:
            # What is fixed (pension, 低保, dividends) lifts the poorest of the old above their place in the line.
            target = max(round(target * 0.93), round((3560 + 160 * share) * count))
        if failing:
            household.attr = "general"
            for person in household.members:
                person.dibao = person.tekun = False
        amounts = self._present_items(household, present, failing)
        self._scale(amounts, target, household, failing)
        whole = {key: round_like_people(self.rng, value) for key, value in amounts.items() if value >= 1}
        whole = self._lowered(whole, count) if failing else self._lifted(whole, count)
        self._work(household, whole)
        return whole

    def _has(self, item: str, factor: float = 1.0) -> bool:
        return self.rng.random() < self.profile.items.get(item, _NONE).share / 100 * factor

    def _about(self, item: str, spread: float = 0.3) -> float:
        return self.profile.items[item].median * self.rng.lognormvariate(0, spread)

    def _present_items(self, household: Household, present: list[Person], failing: bool) -> dict[str, float]:
        workers = [person for person in present if person.labour in ("ordinary", "skilled")]
        amounts: dict[str, float] = {}
        if workers and self._has("wage_work", 1 / self.labour_share):
            amounts["wage_work"] = self._about("wage_work", 0.5) * min(2, len(workers))
        if workers and not failing and self._has("wage_public_post", 0.9 / self.labour_share):
            amounts["wage_public_post"] = 300 * self.rng.choice((12, 12, 12, 10, 9, 6))
        self._farming(amounts, bool(workers))
        self._property(amounts, bool(workers), failing)
        self._transfers(amounts, household, present, failing)
        return amounts

    def _farming(self, amounts: dict[str, float], able: bool) -> None:
        for item, factor in (
            ("business_planting", 1.45 if able else 0.62),
            ("business_breeding", 1.4 if able else 0.6),
            ("business_forestry", 1.1 if able else 0.7),
            ("business_other", 1.0),
        ):
            if self._has(item, factor):
                amounts[item] = self._about(item, 0.45) * (1.4 if item in _GROSS else 1)

    def _property(self, amounts: dict[str, float], able: bool, failing: bool) -> None:
        if self._has("property_land_rent", 0.7 if "business_planting" in amounts else 1.1):
            amounts["property_land_rent"] = self._about("property_land_rent", 0.4)
        if not failing and self._has("property_dividend"):
            amounts["property_dividend"] = self.profile.items["property_dividend"].median * (1 if able else 2)

    def _transfers(self, amounts: dict[str, float], household: Household, present: list[Person], failing: bool) -> None:
        old = sum(1 for person in present if person.age >= 60 and person.pension_resident)
        if old:
            amounts["transfer_pension"] = old * self.profile.items["transfer_pension"].median
        if household.attr == "dibao":
            amounts["transfer_dibao"] = sum(person.dibao for person in present) * self._dibao()
        if household.attr == "tekun":
            amounts["transfer_tekun"] = len(present) * self.rng.choice((4680, 4920, 5160))
        grave = sum(1 for person in present if person.disability and person.disability[1] <= 2)
        if grave and not failing:
            amounts["transfer_disability"] = grave * self.profile.items["transfer_disability"].median
        if self._has("transfer_land_subsidy"):
            amounts["transfer_land_subsidy"] = self._about("transfer_land_subsidy", 0.4)
        if "business_planting" in amounts and self._has("transfer_producer", 1.7):
            amounts["transfer_producer"] = self._about("transfer_producer", 0.35)
        if old and not failing and self._has("transfer_support", 1.5):
            amounts["transfer_support"] = self.rng.choice((500, 600, 800, 1000, 1000, 1200, 1500, 2000))
        for item in ("transfer_ecology", "transfer_family_planning"):
            if not failing and self._has(item):
                amounts[item] = self._about(item, 0.2)

    def _dibao(self) -> int:
        median = self.profile.items["transfer_dibao"].median
        return int(median * self.rng.choice((0.8, 0.9, 1, 1, 1, 1.1, 1.2)) // 12 * 12)

    def _scale(self, amounts: dict[str, float], target: int, household: Household, failing: bool) -> None:
        """Stretch what depends on the household's own work until the net income is about the target."""
        flexible = {key: value for key, value in amounts.items() if key in _FLEXIBLE}
        fixed = sum(amounts.values()) - sum(flexible.values())
        cost = {key: 0.42 if key in _GROSS else 0.0 for key in flexible}
        earned = sum(value * (1 - cost[key]) for key, value in flexible.items())
        gap = target - fixed
        if gap > earned * 2.4 and gap > 900:
            key = self._more(amounts, household)
            amounts[key] = amounts.get(key, 0) + gap - earned
        else:
            ratio = max(0.06 if failing else 0.12, gap / earned if earned else 0)
            for key, value in flexible.items():
                amounts[key] = max(value * ratio, 40)
        gross = sum(amounts.get(key, 0) for key in _GROSS)
        if gross:
            amounts[EXPENSE] = gross * 0.42 * self.rng.uniform(0.86, 1.14)

    def _more(self, amounts: dict[str, float], household: Household) -> str:
        if any(person.labour in ("ordinary", "skilled") for person in household.members):
            return "wage_work"
        return self.rng.choice(("property_land_rent", "business_other", "business_planting"))

    def _lifted(self, amounts: Amounts, count: int) -> Amounts:
        """Rounding must not push a household that meets under the line."""
        missing = math.ceil((f.INCOME_LINE + 12) * count) - net(amounts)
        if missing <= 0:
            return amounts
        key = max((key for key in amounts if key in _FLEXIBLE), key=amounts.__getitem__, default="property_land_rent")
        return {**amounts, key: amounts.get(key, 0) + (missing + 9) // 10 * 10}

    def _lowered(self, amounts: Amounts, count: int) -> Amounts:
        """A household that stays under the line has so little that even rounding leaves it there."""
        limit = (f.INCOME_LINE - 9) * count
        amounts = dict(amounts)
        for key in sorted(amounts, key=amounts.__getitem__, reverse=True):
            surplus = net(amounts) - limit
            if surplus <= 0:
                break
            if key != EXPENSE:
                amounts[key] = max(0, amounts[key] - (surplus + 9) // 10 * 10)
        return {key: value for key, value in amounts.items() if value}

    def _forgotten(self, amounts: Amounts, count: int) -> dict[str, int | None]:
        """What the first counting left out, so that it came out under the line."""
        left: dict[str, int | None] = {}
        rest = dict(amounts)
        for key in _FORGOTTEN:
            if net(rest) < (f.INCOME_LINE - 30) * count:
                break
            if key in rest and len(rest) > 2:
                rest.pop(key)
                left[key] = None
        if net(rest) >= (f.INCOME_LINE - 30) * count:
            key = max((key for key in rest if key != EXPENSE), key=rest.__getitem__)
            over = net(rest) - (f.INCOME_LINE - 30) * count
            left[key] = max(0, rest[key] - (over // 10 + 1) * 10)
        return left

    # ── who earns it ──

    def _work(self, household: Household, amounts: Amounts) -> None:
        workers = [person for person in household.members if person.labour in ("ordinary", "skilled")]
        if "wage_public_post" in amounts and workers:
            self.attributes.post(workers[-1], max(1.0, min(12.0, float(round(amounts["wage_public_post"] / 300)))))
        if "wage_work" in amounts and workers:
            month = max(1.0, min(12.0, round(amounts["wage_work"] / self.rng.uniform(1900, 3400) * 2) / 2))
            self.attributes.work(workers[0], month)

    def _supporters(self, household: Household, yearly: int) -> None:
        """法定赡养人: the children of the old who live apart (2.1)."""
        if household.shape not in ("old_single", "old_couple") or (not yearly and self.rng.random() < 0.24):
            return
        head = household.head
        for place in range(self.rng.choice((1, 1, 2, 2, 2, 3))):
            son = self.rng.random() < 0.55
            surname = head.name[0] if head.sex == "male" else household.members[-1].name[0]
            ability = _ABILITY.pick(self.rng)
            household.supporters.append(
                {
                    "name": self.names.full("male" if son else "female", head.birth.year + 25, surname),
                    "relation": "son" if son else "daughter",
                    "own_household": True,
                    "address": self.rng.choice(("本村", "本村", "本乡镇", "县城", *self.profile.cities)),
                    "occupation": self.rng.choice(_JOBS),
                    "has_car": ability == "strong" and self.rng.random() < 0.3,
                    "has_housing": ability == "strong" and self.rng.random() < 0.25,
                    "in_business": self.rng.random() < 0.05,
                    "on_payroll": self.rng.random() < 0.02,
                    "ability": ability,
                    "performance": "full" if yearly and not place else _PERFORMANCE.pick(self.rng),
                    "yearly_amount": yearly if yearly and not place else None,
                    "agreement": self.rng.random() < 0.35,
                    "noted_on": between(self.rng, datetime.date(2018, 8, 20), datetime.date(2018, 9, 28)),
                }
            )


_NONE = Item(0.0, 0.0)
_ABILITY = Chooser({"strong": 30, "weak": 55, "none": 15})
_PERFORMANCE = Chooser({"full": 40, "part": 45, "none": 15})


def round_like_people(rng: random.Random, value: float) -> int:
    """Amounts as people write them: 82 % end in 0, 6 % in 5, 12 % in anything."""
    luck = rng.random()
    whole = round(value)
    if luck < 0.12 or whole < 20:
        return whole
    if luck < 0.18:
        return whole // 10 * 10 + 5
    step = 100 if whole >= 4000 and luck < 0.5 else 10
    return round(whole / step) * step
