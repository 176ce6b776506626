"""Production and living conditions 生产生活条件 with their three dates: visit, housing paper, water paper (4.5)."""

import datetime
import random
from collections.abc import Callable
from typing import Any, NamedTuple

from supervision.demo import frame as f
from supervision.demo.cohorts import Plan
from supervision.demo.people import Chooser, Household, between
from supervision.demo.profiles import Profile

Row = dict[str, Any]
_METHOD = Chooser({"rebuild": 31, "reinforce_d": 44, "repair": 25})
_ROAD = Chooser({"concrete": 71, "gravel": 21, "asphalt": 8})
_FUEL = Chooser({"wood": 78, "clean": 13, "coal": 8, "other": 1})
_OWNERSHIP = Chooser({"own": 93, "with_children": 4, "borrowed": 2, "rented": 1})
_SECOND_ROW = 0.35
_HALF_YEAR = datetime.date(2018, 6, 1)


class Conditions:
    """Gives a household its observation, its housing appraisal and its water appraisal."""

    def __init__(self, profile: Profile, county: str, rng: random.Random) -> None:
        self.profile = profile
        self.county = county
        self.rng = rng
        self.structures = Chooser(profile.structures)
        self.certificates = rng.randint(1000, 4000)

    def fill(self, household: Household, renovated: bool) -> None:
        """One row for most; a second, dated in November, where a paper came or a house was finished then."""
        plan: Plan = household.plan
        row = self._observation(household)
        house, water = self._house(household, renovated), self._water()
        of_house = _Ways(self._unsafe, self._finished, self._late_house, self._uncertified)
        of_water = _Ways(self._dry, self._connected, self._late_water, self._unassessed)
        house, finished = _planned(plan, f.HOUSING, house, of_house)
        water, connected = _planned(plan, f.WATER, water, of_water)
        november = finished | connected
        household.living.append({**row, **house, **water})
        if november:
            household.living.append(november)

    def _observation(self, household: Household) -> Row:
        rng = self.rng
        low, high = self.profile.land
        arable = round(rng.triangular(low, high, low + (high - low) * 0.35), 1)
        forest = self.profile.forest
        row = {
            "checked_on": between(rng, datetime.date(2018, 8, 20), datetime.date(2018, 10, 24)),
            "arable_mu": arable,
            "irrigated_mu": round(arable * rng.choice((0, 0, 0.2, 0.4, 0.6)), 1),
            "forest_mu": round(rng.uniform(*forest), 1) if forest[1] and rng.random() < 0.7 else 0,
            "returned_forest_mu": round(rng.uniform(0.5, 4), 1) if forest[1] and rng.random() < 0.2 else 0,
            "fruit_mu": round(rng.uniform(0.5, 3), 1) if forest[1] > 5 and rng.random() < 0.4 else 0,
            "pasture_mu": 0,
            "water_mu": round(rng.uniform(0.5, 4), 1) if rng.random() < 0.02 else 0,
            "has_production_power": rng.random() < 0.93,
            "has_power": True,
            "has_tv": True,
            "road_type": _ROAD.pick(rng),
            "road_distance_km": round(rng.lognormvariate(-1.3, 0.8), 2),
            "has_toilet": rng.random() < 0.46,
            "fuel": _FUEL.pick(rng),
            # Where work and land are few, a cooperative is the stable source of income.
            "joined_coop": rng.random() < 0.34 or (not self.profile.old and not household.cohort.isdigit()),
            "led_by_enterprise": rng.random() < 0.11,
            "led_by_pioneer": rng.random() < 0.09,
            "food_secure": True,
            "clothing_secure": True,
        }
        # What was returned to forest is forest; here and there a village has typed it otherwise.
        if int(arable * 10) % 20:
            row["returned_forest_mu"] = min(row["returned_forest_mu"], row["forest_mu"])
        return row

    # ── housing ──

    def _house(self, household: Household, renovated: bool) -> Row:
        """A safe house with its paper: renovated ones are appraised after acceptance."""
        rng = self.rng
        p10, p50, p90 = self.profile.area
        share = rng.random()
        area = rng.uniform(p10 * 0.75, p10) if share < 0.1 else rng.triangular(p10, p90 * 1.1, p50 * 0.9)
        row: Row = {
            "ownership": _OWNERSHIP.pick(rng),
            "structure": self.structures.pick(rng),
            "area": max(round(area), 15 * household.size + 2),
            "is_dilapidated": False,
            "grade": "A" if rng.random() < 0.3 else "B",
            "appraised_by": f"{self.county}住房和城乡建设局",
            "is_only_house": rng.random() < 0.97,
            "appraised_on": between(rng, datetime.date(2016, 5, 10), datetime.date(2018, 7, 20)),
        }
        if renovated:
            method = _METHOD.pick(rng)
            year = rng.choice((2016, 2017, 2017, 2018))
            last = datetime.date(year, 10, 30) if year < 2018 else datetime.date(2018, 8, 31)
            accepted = between(rng, datetime.date(year, 5, 20), last)
            row |= {
                "renovated_year": year,
                "renovation_method": method,
                "renovation_accepted_on": accepted,
                "old_house_demolished": True if method == "rebuild" else None,
                "grade": "A" if method == "rebuild" else "B",
                "appraised_on": accepted + datetime.timedelta(days=rng.randint(2, 24)),
            }
            if row["structure"] == "alkali_earth" and method == "rebuild":
                row["structure"] = "brick_tile"
        row["certificate_no"] = self._certificate(row["appraised_on"].year)
        return row

    def _certificate(self, year: int) -> str:
        self.certificates += self.rng.randint(1, 4)
        return f"{self.county[0]}住鉴字[{year}]第{self.certificates:06d}号"

    def _uncertified(self, house: Row) -> Row:
        """A grade was told, the paper has not come."""
        day = between(self.rng, datetime.date(2018, 9, 3), datetime.date(2018, 10, 19))
        return {**house, "certificate_no": "", "appraised_on": day}

    def _late_house(self, house: Row) -> tuple[Row, Row]:
        """The paper of November: alone in the only row, or in a second row after one without certificate."""
        day = between(self.rng, datetime.date(2018, 11, 2), datetime.date(2018, 11, 22))
        late = {**house, "appraised_on": day}
        return (self._uncertified(house), late) if self.rng.random() < _SECOND_ROW else (late, {})

    def _unsafe(self, house: Row) -> Row:
        """C or D with its paper; the work is not yet accepted."""
        rng = self.rng
        day = between(rng, datetime.date(2018, 4, 10), datetime.date(2018, 9, 20))
        kept = {key: house[key] for key in ("ownership", "area", "appraised_by", "is_only_house")}
        return {
            **kept,
            "structure": next(iter(rng.choices(("alkali_earth", "brick_tile", "earth_wood"), (55, 38, 7)))),
            "is_dilapidated": True,
            "grade": rng.choice("CDD"),
            "appraised_on": day,
            "certificate_no": self._certificate(2018),
        }

    def _finished(self, house: Row) -> Row:
        """The November paper after reinforcement or repair: grade B, same area."""
        accepted = between(self.rng, datetime.date(2018, 11, 1), datetime.date(2018, 11, 16))
        day = accepted + datetime.timedelta(days=self.rng.randint(2, 12))
        return {
            **house,
            "is_dilapidated": False,
            "grade": "B",
            "renovated_year": 2018,
            "renovation_method": "reinforce_d" if house["grade"] == "D" else "repair",
            "renovation_accepted_on": accepted,
            "appraised_on": day,
            "certificate_no": self._certificate(2018),
        }

    # ── water ──

    def _water(self) -> Row:
        rng = self.rng
        tap = rng.random() < self.profile.tap
        piped = between(rng, datetime.date(2012, 4, 1), datetime.date(2017, 10, 31))
        assessed = between(rng, datetime.date(2017, 11, 6), datetime.date(2018, 9, 28))
        return {
            "water_assessed_on": assessed,
            "source": "tap" if tap else rng.choice(("well", "well", "spring" if self.profile.forest[1] else "well")),
            "piped_on": piped if tap else None,
            "water_report_on": assessed - datetime.timedelta(days=rng.randint(6, 60)),
            "dry_days": 0 if tap or rng.random() < 0.8 else rng.randint(2, 12),
            "water_difficult": False,
            "water_safe": True,
            "assessed_by": f"{self.county}水利局",
        }

    def _unassessed(self, water: Row) -> Row:
        day = between(self.rng, datetime.date(2018, 8, 20), datetime.date(2018, 10, 12))
        return {**water, "water_safe": None, "water_report_on": None, "assessed_by": "", "water_assessed_on": day}

    def _late_water(self, water: Row) -> tuple[Row, Row]:
        """The assessment of November, likewise."""
        day = between(self.rng, datetime.date(2018, 11, 2), datetime.date(2018, 11, 22))
        late = {**water, "water_assessed_on": day, "water_report_on": day - datetime.timedelta(days=9)}
        return (self._unassessed(water), late) if self.rng.random() < _SECOND_ROW else (late, {})

    def _dry(self, water: Row) -> Row:
        day = between(self.rng, _HALF_YEAR, datetime.date(2018, 9, 29))
        return {
            **water,
            "source": "well",
            "piped_on": None,
            "water_assessed_on": day,
            "water_report_on": day - datetime.timedelta(days=15),
            "dry_days": self.rng.randint(0, 45),
            "water_difficult": self.rng.random() < 0.4,
            "water_safe": False,
        }

    def _connected(self, water: Row) -> Row:
        piped = between(self.rng, datetime.date(2018, 11, 1), datetime.date(2018, 11, 12))
        day = piped + datetime.timedelta(days=self.rng.randint(5, 16))
        return {
            **water,
            "source": "tap",
            "piped_on": piped,
            "water_assessed_on": day,
            "water_report_on": day - datetime.timedelta(days=2),
            "dry_days": 0,
            "water_difficult": False,
            "water_safe": True,
        }


class _Ways(NamedTuple):
    """How a good row becomes a bad one, the bad one good in November, and how its paper comes late or not at all."""

    bad: Callable[[Row], Row]
    mended: Callable[[Row], Row]
    late: Callable[[Row], tuple[Row, Row]]
    without: Callable[[Row], Row]


def _planned(plan: Plan, mark: str, row: Row, ways: _Ways) -> tuple[Row, Row]:
    """The row as the plan wants it, and what a second row of November adds."""
    november: Row = {}
    if mark in plan.unmet | plan.october:
        row = ways.bad(row)
    if mark in plan.october:
        november = ways.mended(row)
    if mark in plan.late:
        row, more = ways.late(row)
        november = november | more
    if mark in plan.unknown:
        row = ways.without(row)
    return row, november
