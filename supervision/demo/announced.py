"""Announced figures 公布数据 of villages, townships and the county: base of the incidence, class, exit year (E-18)."""

import datetime
import random
from collections import defaultdict
from decimal import Decimal

from households.models import VillageRecord
from supervision.demo.county import County
from supervision.demo.people import Household
from supervision.demo.villages import Village

BASE_YEAR = 2015
_EXITS = ((2016, 0.25), (2017, 0.4), (2018, 0.35))


def records(county: County) -> list[VillageRecord]:
    """Records at the ends of the announced years: county and townships with incidences, villages in full."""
    rng = random.Random(f"{county.frame.code}:{county.seed}:announced")
    houses: dict[str, list[Household]] = defaultdict(list)
    for household in county.households:
        houses[household.village].append(household)
    population = _populations(county, houses, rng)
    years = [year for year, _ in county.frame.incidences]
    found = [_county(county, year, incidence) for year, incidence in county.frame.incidences]
    for town in dict.fromkeys(village.town for village in county.villages):
        members = [village for village in county.villages if village.town == town]
        found += [_town(county, town, members, population, houses, year) for year in years]
    exits = _village_exits(county, rng)
    for village in county.villages:
        full = _village(county, village, population[village.code], exits.get(village.code), rng)
        for year in years:
            full_year = {**full, "incidence": _incidence(houses[village.code], population[village.code], year)}
            if (exits.get(village.code) or 0) > year:
                full_year["exit_year"] = None
            found.append(VillageRecord(division_id=village.code, true_from=_end(year), **full_year))
    return found


def _end(year: int) -> datetime.date:
    return datetime.date(year, 12, 31)


def _document(county: County, year: int) -> str:
    return county.frame.document % (year + 1, 3)


def _populations(county: County, houses: dict[str, list[Household]], rng: random.Random) -> dict[str, int]:
    """农业户籍人口 of the villages: they add up to the county's base."""
    weights = {}
    for village in county.villages:
        members = sum(house.size for house in houses[village.code])
        weights[village.code] = (members + 12) / (rng.uniform(0.2, 0.34) if village.poor else rng.uniform(0.1, 0.19))
    scale = county.frame.denominator / sum(weights.values())
    result = {code: max(1, round(weight * scale)) for code, weight in weights.items()}
    codes = list(result)
    missing = county.frame.denominator - sum(result.values())
    for place in range(abs(missing)):
        result[codes[place % len(codes)]] += 1 if missing > 0 else -1
    return result


def _poor_at_end(houses: list[Household], year: int) -> int:
    return sum(house.size for house in houses if not house.cohort.isdigit() or int(house.cohort) > year)


def _incidence(houses: list[Household], population: int, year: int) -> Decimal:
    return round(Decimal(100 * _poor_at_end(houses, year)) / Decimal(max(population, 1)), 2)


def _county(county: County, year: int, incidence: str) -> VillageRecord:
    return VillageRecord(
        division_id=f"{county.frame.code}000000",
        true_from=_end(year),
        document=_document(county, year),
        rural_registered_pop=county.frame.denominator,
        rural_registered_households=round(county.frame.denominator / 2.9),
        incidence=Decimal(incidence),
    )


def _town(
    county: County,
    town: str,
    members: list[Village],
    population: dict[str, int],
    houses: dict[str, list[Household]],
    year: int,
) -> VillageRecord:
    people = sum(population[village.code] for village in members)
    poor = [house for village in members for house in houses[village.code]]
    return VillageRecord(
        division_id=town,
        true_from=_end(year),
        document=_document(county, year),
        rural_registered_pop=people,
        rural_registered_households=round(people / 2.9),
        incidence=_incidence(poor, people, year),
    )


def _village_exits(county: County, rng: random.Random) -> dict[str, int]:
    """In which year each poor village is lifted out 出列 (the last third is planned for this year)."""
    poor = [village.code for village in county.villages if village.poor]
    rng.shuffle(poor)
    exits, start = {}, 0
    for year, share in _EXITS:
        count = round(len(poor) * share) if year < _EXITS[-1][0] else len(poor) - start
        exits.update(dict.fromkeys(poor[start : start + count], year))
        start += count
    return exits


def _village(
    county: County, village: Village, population: int, exit_year: int | None, rng: random.Random
) -> dict[str, object]:
    households = max(1, round(population / rng.uniform(2.6, 3.2)))
    labour = round(population * rng.uniform(0.48, 0.6))
    return {
        "document": _document(county, BASE_YEAR),
        "is_poor": village.poor,
        "village_class": "poor" if village.poor else "weak" if rng.random() < 0.06 else "other",
        "planned_exit_year": exit_year,
        "exit_year": exit_year if exit_year and exit_year < 2018 else None,
        "rural_registered_households": households,
        "rural_registered_pop": population,
        "natural_villages": len(village.groups),
        "groups": len(village.groups),
        "households": round(households * 1.04),
        "population": round(population * 1.02),
        "minority_pop": round(population * rng.uniform(0.01, 0.08)),
        "labour_force": labour,
        "migrant_workers": round(labour * rng.uniform(0.14, 0.32)),
        "collective_income": Decimal(rng.randint(300, 3600) * 100 if village.poor else rng.randint(200, 2600) * 100),
        "has_paved_road": True,
        "has_bus": rng.random() < 0.9,
        "unsafe_water_households": rng.choice((0, 0, 0, 0, 1, 2, 4)),
        "no_power_households": 0,
        "clinics": 1,
        "doctors": rng.choice((1, 1, 1, 2)),
        "culture_rooms": 1,
        "tv_households": households,
        "broadband_households": round(households * rng.uniform(0.3, 0.7)),
        "medical_insured": round(population * rng.uniform(0.965, 0.995)),
        "pension_insured": round(population * rng.uniform(0.52, 0.63)),
        "coops": rng.choice((1, 1, 2, 2, 3, 5)),
        "coop_poor_households": rng.randint(8, 46),
        "pv_kw": Decimal(500) if village.poor and county.frame.profile == "northeast" else None,
        "public_posts": rng.randint(6, 26),
        "secretary_name": "",
        "director_name": "",
    }
