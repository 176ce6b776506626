"""The units 帮扶单位 of a county in 2018, and how many cadres each has (county-officer.md 4.8)."""

import math
import random
from dataclasses import dataclass

from supervision.demo.frame import Frame
from supervision.demo.villages import Village

# Departments as they were called before the reform of 2018-19 (county-officer.md 4.1 #11).
_BUREAUS = [
    "教育局",
    "卫生和计划生育局",
    "人力资源和社会保障局",
    "民政局",
    "财政局",
    "农业局",
    "林业局",
    "水利局",
    "畜牧业管理局",
    "住房和城乡建设局",
    "交通运输局",
    "国土资源局",
    "环境保护局",
    "发展和改革局",
    "经济局",
    "商务局",
    "审计局",
    "统计局",
    "司法局",
    "公安局",
    "人民法院",
    "人民检察院",
    "文化广电新闻出版局",
    "食品药品监督管理局",
    "市场监督管理局",
    "安全生产监督管理局",
    "扶贫开发办公室",
    "残疾人联合会",
    "总工会",
    "妇女联合会",
    "共青团委员会",
    "科学技术协会",
    "工商业联合会",
    "档案局",
    "气象局",
    "地震局",
    "国家税务局",
    "地方税务局",
    "烟草专卖局",
    "粮食局",
    "供销合作社联合社",
    "农业机械管理局",
    "农村经济管理总站",
    "县委办公室",
    "县政府办公室",
    "人大常委会办公室",
    "政协办公室",
    "纪律检查委员会",
    "县委组织部",
    "县委宣传部",
    "县委统战部",
    "县委政法委员会",
    "机构编制委员会办公室",
    "信访局",
    "县直机关工委",
    "老干部局",
    "党校",
    "政务服务中心",
    "机关事务管理局",
    "城市管理行政执法局",
    "公路管理段",
    "运输管理所",
    "房屋征收办公室",
    "住房公积金管理部",
    "社会保险事业管理局",
    "医疗保险管理局",
    "就业服务局",
    "园林管理处",
    "环境卫生管理处",
    "自来水公司",
    "供热公司",
    "湿地保护管理局",
    "自然保护区管理局",
    "旅游局",
    "招商局",
    "物资总公司",
    "广播电视台",
    "图书馆",
    "文化馆",
    "体育运动中心",
    "农业技术推广中心",
    "动物疫病预防控制中心",
    "疾病预防控制中心",
    "妇幼保健计划生育服务中心",
    "卫生监督所",
    "公证处",
]
_SCHOOLS = [
    "第一中学",
    "第二中学",
    "第三中学",
    "第四中学",
    "职业技术教育中心",
    "实验小学",
    "第一小学",
    "第二小学",
    "第三小学",
    "幼儿园",
    "教师进修学校",
    "特殊教育学校",
]
_HOSPITALS = ["人民医院", "中医院", "第二人民医院"]
_FIRMS = [
    "农村信用合作联社",
    "农业银行支行",
    "工商银行支行",
    "建设银行支行",
    "邮政储蓄银行支行",
    "农业发展银行支行",
    "邮政公司",
    "供电公司",
    "移动分公司",
    "联通分公司",
    "电信分公司",
    "人保财险支公司",
    "人寿保险支公司",
    "石油公司",
    "盐业公司",
    "新华书店",
    "粮库",
    "种业公司",
    "水务集团",
    "客运公司",
    "广电网络公司",
]
_OUTSIDE = (
    "省直单位驻县工作组",
    "市中级人民法院",
    "市教育局",
    "市国土资源局",
    "市农业局",
    "省地质调查院",
    "市中心医院",
)


@dataclass(frozen=True)
class Unit:
    """A unit 帮扶单位 with its level (CL-18) and the kind that decides its titles."""

    name: str
    level: int
    kind: str
    town: str = ""


def units_of(frame: Frame, county: str, villages: list[Village]) -> list[Unit]:
    """Exactly as many units as the frame says: township units first, then schools, bureaus, firms."""
    towns = {village.town: village.town_name for village in villages}
    found = [Unit(f"{name}人民政府", 5, "town", code) for code, name in towns.items()]
    found += [Unit(f"{county}{name}中心校", 5, "school", code) for code, name in towns.items()]
    found += [Unit(f"{county}{name}中心卫生院", 5, "hospital", code) for code, name in towns.items()]
    found += [Unit(_full(county, name), 4, "school" if name == "教育局" else "office") for name in _BUREAUS]
    found += [Unit(county + name, 4, "school") for name in _SCHOOLS]
    found += [Unit(county + name, 4, "hospital") for name in _HOSPITALS]
    found += [Unit(county + name, 4, "firm") for name in _FIRMS]
    found += [Unit(name, 2 if name.startswith("省") else 3, "office") for name in _OUTSIDE]
    extra = [Unit(f"{county}{name}{kind}", 5, "office", code) for kind in ("财政所", "派出所", "林业站", "水利站", "司法所",
             "农业技术推广站", "国土资源所", "供电所") for code, name in towns.items()]  # fmt: skip
    found = found[: frame.units] if len(found) >= frame.units else found + extra
    return found[: frame.units]


def _full(county: str, name: str) -> str:
    return f"中共{county}{name}" if name.startswith(("县委组织", "县委宣传", "县委统战", "县委政法")) else county + name


def unit_sizes(frame: Frame, units: list[Unit], rng: random.Random) -> list[int]:
    """Cadres of each unit: median 28, a tenth below 7, a tenth above 110; the schools' bureau is the largest."""
    count = len(units)
    mean = frame.cadres / count
    drawn = sorted((math.exp(rng.gauss(3.33, 1.05)) * mean / 47.3 for _ in range(count)), reverse=True)
    sizes = [max(2, min(round(620 * mean / 47.3), round(value))) for value in drawn]
    order = sorted(range(count), key=lambda place: _rank(units[place], rng))
    sizes[0] = round(608 * mean / 47.3)
    result = [0] * count
    for place, size in zip(order, sizes, strict=True):
        result[place] = size
    missing = frame.cadres - sum(result)
    while missing:
        place = rng.choices(range(count), result)[0]
        step = 1 if missing > 0 else -1
        if result[place] + step >= 2:
            result[place] += step
            missing -= step
    return result


def _rank(unit: Unit, rng: random.Random) -> float:
    if unit.name.endswith("教育局"):
        return -1.0
    base = {"school": 0.8, "hospital": 1.1, "town": 0.9, "office": 2.0, "firm": 2.2}[unit.kind]
    return base * rng.uniform(0.3, 1.7)
