"""Distributions of the five counties 县情分布 (county-officer.md 4.2-4.5): shapes, causes, incomes, houses.

All invented but shaped to the means of the published articles. Weights are per 100 unless said.
"""

from dataclasses import dataclass

Weights = dict[str, float]
# A quantile line: (share of households below, yuan per head); read by interpolation of the logarithm.
Quantiles = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Item:
    """An income item: share of households that have it, median yuan when they do."""

    share: float
    median: float


@dataclass(frozen=True)
class Profile:
    """How the households of a county look."""

    shapes: dict[int, Weights]  # size -> shape -> weight
    sizes: dict[int, float]
    causes: Weights
    attrs: Weights  # 低保 特困 一般
    head_female_single: float  # share of women among old people living alone
    away: float
    income_exited: Quantiles
    income_planned: Quantiles
    items: dict[str, Item]
    structures: Weights
    area: tuple[float, float, float]  # P10 P50 P90 in square metres
    land: tuple[float, float]  # mu per household, from, to
    forest: tuple[float, float]
    tap: float  # share with piped water
    id_area: str
    minority_towns: dict[str, tuple[str, float]]  # town code -> ethnicity code, share
    minority: dict[str, float]  # ethnicity code -> share elsewhere
    old: bool  # the North-East: old, ill, without children in the house
    crops: tuple[str, ...]
    cities: tuple[str, ...]


OLD = {
    1: {"old_single": 25.0, "single_man": 11.0, "single_woman": 0.7},
    2: {"old_couple": 23.5, "couple": 17.0, "parent_child": 1.6, "old_disabled": 2.6},
    3: {"couple_pupil": 6.2, "couple_adult": 4.0, "parent_children": 1.0, "grandparents": 0.9},
    4: {"couple_two": 2.3, "three_generations": 1.8, "grandparents": 0.4},
    5: {"three_generations": 1.5},
    6: {"three_generations": 0.5},
}
YOUNG = {
    1: {"old_single": 2.6, "single_man": 3.6, "single_woman": 0.3},
    2: {"old_couple": 5.5, "couple": 4.0, "parent_child": 1.6, "old_disabled": 1.4},
    3: {"couple_pupil": 8.0, "couple_adult": 7.0, "parent_children": 2.0, "grandparents": 1.5},
    4: {"couple_two": 14.0, "three_generations": 12.0},
    5: {"three_generations": 16.0, "couple_three": 4.0},
    6: {"three_generations": 12.0},
}

FAILING: Quantiles = ((0.0, 1420), (0.1, 1850), (0.25, 2300), (0.5, 2850), (0.75, 3200), (0.9, 3420), (1.0, 3528))


def _line(p10: float, p25: float, p50: float, p75: float, p90: float) -> Quantiles:
    """Quantiles of a passing group: 2 % within 5 % above the line, the richest about 38,000."""
    return (
        (0.0, 3548), (0.02, 3712), (0.1, p10), (0.25, p25), (0.5, p50), (0.75, p75), (0.9, p90),
        (0.985, p90 * 1.75), (1.0, min(38000.0, p90 * 2.8)),
    )  # fmt: skip


NORTHEAST_ITEMS = {
    "wage_work": Item(31, 6500),
    "wage_public_post": Item(18, 3600),
    "business_planting": Item(46, 7800),
    "business_breeding": Item(22, 2600),
    "business_other": Item(41, 800),
    "property_land_rent": Item(61, 3200),
    "property_dividend": Item(88, 600),
    "transfer_dibao": Item(38, 2280),
    "transfer_pension": Item(57, 1236),
    "transfer_land_subsidy": Item(96, 1150),
    "transfer_producer": Item(40, 900),
    "transfer_disability": Item(14, 960),
    "transfer_support": Item(9, 1000),
    "transfer_ecology": Item(6, 300),
    "transfer_family_planning": Item(1.5, 960),
}


def _items(**changed: Item) -> dict[str, Item]:
    return {**NORTHEAST_ITEMS, **changed}


PROFILES: dict[str, Profile] = {
    "northeast": Profile(  # 镇赉
        shapes=OLD,
        sizes={1: 36.7, 2: 44.7, 3: 12.1, 4: 4.5, 5: 1.5, 6: 0.5},
        causes={
            "illness": 57.5, "disability": 13.0, "schooling": 2.0, "disaster": 2.0, "land": 2.2, "water": 0.1,
            "skill": 4.0, "labour": 12.5, "capital": 5.0, "traffic": 0.1, "motivation": 1.0, "marriage": 0.2,
            "other": 0.4,
        },
        attrs={"dibao": 38.0, "tekun": 3.2, "general": 58.8},
        head_female_single=0.46,
        away=8.0,
        income_exited=_line(5100, 6200, 7900, 10300, 13800),
        income_planned=_line(4050, 4700, 5800, 7400, 9600),
        items=NORTHEAST_ITEMS,
        structures={"brick_tile": 82, "brick_concrete": 14, "alkali_earth": 4},
        area=(36, 52, 78),
        land=(6, 30),
        forest=(0, 3),
        tap=0.93,
        id_area="220800",
        minority_towns={"220821200000": ("02", 0.56), "220821201000": ("02", 0.5)},
        minority={"02": 0.04, "11": 0.02, "10": 0.004},
        old=True,
        crops=("玉米", "绿豆", "水稻", "杂粮", "辣椒"),
        cities=("长春市", "沈阳市", "大庆市", "白城市", "大连市", "齐齐哈尔市", "北京市"),
    ),
    "loess": Profile(  # 石楼
        shapes=YOUNG,
        sizes={1: 17.0, 2: 28.0, 3: 22.0, 4: 19.0, 5: 9.5, 6: 4.5},
        causes={
            "illness": 27, "disability": 8, "schooling": 8, "disaster": 1, "land": 1, "water": 0.5, "skill": 24,
            "labour": 12, "capital": 14, "traffic": 1, "motivation": 2.5, "other": 1,
        },
        attrs={"dibao": 33.0, "tekun": 2.6, "general": 64.4},
        head_female_single=0.4,
        away=14.0,
        income_exited=_line(4500, 5300, 6700, 8800, 11800),
        income_planned=_line(3880, 4250, 5200, 6700, 8700),
        items=_items(
            wage_work=Item(62, 14000), business_planting=Item(64, 5200), property_land_rent=Item(8, 900),
            property_dividend=Item(45, 500), transfer_ecology=Item(66, 1900), transfer_dibao=Item(33, 2900),
            transfer_producer=Item(0, 0),
        ),
        structures={"cave": 58, "brick_tile": 34, "brick_concrete": 8},
        area=(38, 60, 95),
        land=(8, 20),
        forest=(3, 9),
        tap=0.78,
        id_area="141100",
        minority_towns={},
        minority={},
        old=False,
        crops=("谷子", "红枣", "核桃", "玉米", "土豆"),
        cities=("太原市", "吕梁市", "离石区", "北京市", "榆林市"),
    ),
    "plain": Profile(  # 仙桃
        shapes=YOUNG,
        sizes={1: 19.0, 2: 26.0, 3: 20.0, 4: 19.0, 5: 11.0, 6: 5.0},
        causes={
            "illness": 55, "disability": 18, "schooling": 5, "disaster": 3, "skill": 5.5, "labour": 9, "capital": 3,
            "motivation": 1, "other": 0.5,
        },
        attrs={"dibao": 52.0, "tekun": 7.0, "general": 41.0},
        head_female_single=0.44,
        away=11.0,
        income_exited=_line(4800, 5700, 7300, 9600, 12900),
        income_planned=_line(3950, 4450, 5500, 7100, 9200),
        items=_items(
            wage_work=Item(58, 15500), business_planting=Item(58, 6400), business_breeding=Item(26, 4200),
            property_land_rent=Item(22, 1500), property_dividend=Item(30, 600), transfer_dibao=Item(52, 3200),
            transfer_producer=Item(0, 0), transfer_ecology=Item(0, 0),
        ),
        structures={"brick_tile": 83, "brick_concrete": 17},
        area=(48, 76, 118),
        land=(3, 8),
        forest=(0, 0),
        tap=0.985,
        id_area="429000",
        minority_towns={"429004112000": ("03", 0.3)},
        minority={},
        old=False,
        crops=("水稻", "油菜", "黄鳝", "小龙虾", "棉花"),
        cities=("武汉市", "广州市", "深圳市", "仙桃市", "东莞市"),
    ),
    "karst": Profile(  # 资源
        shapes=YOUNG,
        sizes={1: 5.5, 2: 12.5, 3: 20.5, 4: 29.5, 5: 20.0, 6: 12.0},
        causes={
            "illness": 15, "disability": 8, "schooling": 13, "disaster": 0.8, "land": 1.5, "water": 0.3, "skill": 26,
            "labour": 8, "capital": 19, "traffic": 5.5, "motivation": 2.5, "other": 0.4,
        },
        attrs={"dibao": 27.0, "tekun": 2.5, "general": 70.5},
        head_female_single=0.4,
        away=9.0,
        income_exited=_line(4600, 5500, 6900, 9100, 12200),
        income_planned=_line(3900, 4300, 5300, 6900, 8900),
        items=_items(
            wage_work=Item(74, 21000), business_planting=Item(82, 8800), business_breeding=Item(54, 3400),
            business_forestry=Item(38, 3100), property_land_rent=Item(9, 700), property_dividend=Item(30, 500),
            transfer_dibao=Item(27, 2900), transfer_land_subsidy=Item(96, 228), transfer_ecology=Item(44, 375),
            transfer_producer=Item(0, 0),
        ),
        structures={"wood": 27, "brick_concrete": 73},
        area=(55, 92, 140),
        land=(1, 3),
        forest=(10, 40),
        tap=0.88,
        id_area="450300",
        minority_towns={
            "450329203000": ("06", 0.62), "450329204000": ("06", 0.55), "450329205000": ("13", 0.6),
        },
        minority={"06": 0.04, "13": 0.05, "08": 0.02},
        old=False,
        crops=("辣椒", "红提", "水稻", "西红柿", "百香果"),
        cities=("桂林市", "深圳市", "佛山市", "东莞市", "广州市"),
    ),
    "highland": Profile(  # 凤庆
        shapes=YOUNG,
        sizes={1: 8.3, 2: 16.4, 3: 23.3, 4: 27.2, 5: 16.2, 6: 8.6},
        causes={
            "illness": 14, "disability": 7, "schooling": 7, "disaster": 0.7, "land": 0.8, "water": 0.2, "skill": 37,
            "labour": 8.5, "capital": 16, "traffic": 5, "motivation": 3.5, "other": 0.3,
        },
        attrs={"dibao": 24.0, "tekun": 1.8, "general": 74.2},
        head_female_single=0.42,
        away=5.0,
        income_exited=_line(4600, 5500, 6900, 9100, 12200),
        income_planned=_line(3900, 4300, 5300, 6900, 8900),
        items=_items(
            wage_work=Item(64, 16000), business_planting=Item(78, 4200), business_breeding=Item(66, 5200),
            business_forestry=Item(72, 7400), property_land_rent=Item(6, 600), property_dividend=Item(28, 500),
            transfer_dibao=Item(24, 2700), transfer_land_subsidy=Item(90, 260), transfer_ecology=Item(40, 420),
            transfer_producer=Item(0, 0),
        ),
        structures={"earth_wood": 33, "brick_concrete": 52, "brick_tile": 15},
        area=(50, 84, 130),
        land=(3, 9),
        forest=(5, 20),
        tap=0.9,
        id_area="530900",
        minority_towns={"530921202000": ("07", 0.5), "530921206000": ("07", 0.58), "530921207000": ("07", 0.4)},
        minority={"07": 0.18, "14": 0.05, "06": 0.02},
        old=False,
        crops=("核桃", "茶叶", "玉米", "烤烟", "蚕豆"),
        cities=("昆明市", "临沧市", "大理市", "广州市", "义乌市"),
    ),
}  # fmt: skip
