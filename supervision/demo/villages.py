"""Villages of the demo county: real names and codes, sizes and groups by seed, announced figures by design."""

import csv
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from supervision.demo.frame import Frame

DIVISIONS = Path(__file__).resolve().parents[2] / "povertycase" / "data" / "divisions"
_HAN_NUMBERS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Village:
    """An administrative village 行政村."""

    code: str
    name: str  # as in the list of divisions
    written: str  # as a township writes it
    town: str
    town_name: str
    poor: bool
    groups: tuple[str, ...]


def read(frame: Frame) -> tuple[str, list[Village]]:
    """The county's name and its villages in code order; which of them are poor is the same for every seed."""
    with (DIVISIONS / f"{frame.code}.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    county = next(row["parent_name"] for row in rows if row["level"] == "town")
    found = [row for row in rows if row["level"] == "village" and 200 <= int(row["code12"][-3:]) < 400]
    fixed = random.Random(f"{frame.code}:villages")
    poor = set(fixed.sample([row["code12"] for row in found], frame.poor_villages))
    villages = []
    for row in sorted(found, key=lambda row: row["code12"]):
        villages.append(
            Village(
                code=row["code12"],
                name=row["name"],
                written=row["name"],
                town=row["parent_code"] + "000",
                town_name=row["parent_name"],
                poor=row["code12"] in poor,
                groups=tuple(_groups(_short(row["name"]), frame.profile, fixed)),
            )
        )
    alike = Counter((row["parent_code"], _bare(row["name"])) for row in rows if row["level"] == "village")
    return county, _with_written_names(villages, alike)


def _short(name: str) -> str:
    for ending in ("村民委员会", "村委会", "居民委员会", "居委会"):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name


def _bare(name: str) -> str:
    """A place's name without the kind of place: what two names may share."""
    bare = _short(name)
    return bare.removesuffix("社区").removesuffix("村") or bare


def _with_written_names(villages: list[Village], alike: Counter[tuple[str, str]]) -> list[Village]:
    """英台村 for 英台村委会, unless two places of a town, communities too, would then be written alike."""
    return [
        Village(**{**vars(village), "written": _short(village.name) + "村"})
        if alike[village.town[:9], _bare(village.name)] == 1
        and village.name.endswith("村委会")
        and _plain(village.name)
        else village
        for village in villages
    ]


def _plain(name: str) -> bool:
    return "（" not in name and not name.endswith("村子委会") and not _short(name).endswith("村")


def _groups(short: str, profile: str, rng: random.Random) -> Iterator[str]:
    """屯 with names in the North-East, numbers on the plain, hamlets elsewhere (4.7)."""
    if profile == "plain":
        yield from (f"{_HAN_NUMBERS[place]}组" for place in range(rng.randint(4, 8)))
        return
    if profile == "northeast":
        if rng.random() < 0.25:
            yield from (f"{_HAN_NUMBERS[place]}社" for place in range(rng.randint(2, 5)))
            return
        yield f"{short}屯"
        stems = [
            f"前{short}屯",
            f"后{short}屯",
            f"东{short}屯",
            "五家子屯",
            "西窝堡屯",
            "新立屯",
            "长岗子屯",
            "小泡子屯",
        ]
        yield from rng.sample(stems, rng.randint(1, 5))
        return
    names = {
        "loess": ("前坪", "后坪", "圪垛上", "南洼", "沟底", "塬上", "岔口", "新庄", "柳树峪", "石家圪垛"),
        "karst": ("红花田", "老屋", "大坪", "水口", "枫木", "上寨", "下寨", "塘洞", "茶坪", "石山底", "江头", "田心"),
        "highland": ("大寨", "小寨", "箐头", "梁子", "上村", "下村", "平掌", "麦地", "核桃林", "水井坡", "石门坎"),
    }[profile]
    ending = {"loess": "", "karst": "组", "highland": "组"}[profile]
    yield from (stem + ending for stem in rng.sample(names, rng.randint(4, min(10, len(names)))))


def sizes(frame: Frame, villages: list[Village], rng: random.Random) -> dict[str, int]:
    """Households of each village: poor villages about twice the others, the total exact (4.2)."""
    poor, other = frame.poor_villages, len(villages) - frame.poor_villages
    unit = frame.households / (poor * 172 + max(other, 0) * 81)
    drawn = {}
    for village in villages:
        mean, sigma, low, high = (172, 55, 60, 340) if village.poor else (81, 30, 18, 170)
        drawn[village.code] = max(1, round(min(high, max(low, rng.gauss(mean, sigma))) * unit))
    missing = frame.households - sum(drawn.values())
    codes = [village.code for village in villages]
    while missing:
        code = rng.choice(codes)
        step = 1 if missing > 0 else -1
        if drawn[code] + step >= 1:
            drawn[code] += step
            missing -= step
    return drawn


def spread_groups(village: Village, count: int, rng: random.Random) -> list[str]:
    """The group of each of a village's households; groups are very uneven."""
    weights = [rng.lognormvariate(0, 0.7) for _ in village.groups]
    return sorted(rng.choices(village.groups, weights, k=count), key=village.groups.index)
