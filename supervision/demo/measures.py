"""Measures 帮扶措施 that fit the cause (county-officer.md 4.10, 6.3): three to nine a household, one part planned."""

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass

from supervision.demo import frame as f
from supervision.demo.county import County
from supervision.demo.people import Household, Person, between
from supervision.demo.visits import Ids


@dataclass(frozen=True)
class Offer:
    """A measure as it may be given: share of the households of a cause, words, yuan from-to, who pays, what it did."""

    kind: str  # key of assistance/catalogue/measures.toml
    content: str
    amount: tuple[int, int] | None
    quantity: str
    funder: str
    effect: str
    shares: dict[str, float]  # cause -> per cent; "" = every other cause
    needs: str = ""  # what a member or the household must be


_OFFERS = (
    Offer("health", "城乡居民基本医疗保险个人缴费资助", (180, 220), "每人每年", "人力资源和社会保障局", "全家参保",
          {"illness": 100, "disability": 96, "": 92}),
    Offer("health", "家庭医生签约服务，每年随访4次", None, "4次", "乡镇卫生院", "慢病按时用药", {"illness": 96, "": 40}, "sick"),
    Offer("health", "大病专项救治，先诊疗后付费、一站式结算", (600, 9000), "1人", "卫生和计划生育局", "自付比例降到一成以内",
          {"illness": 60, "": 34}, "serious"),
    Offer("health", "办理慢病门诊补助证", (240, 960), "1证", "人力资源和社会保障局", "购药减负", {"illness": 52, "": 18}, "sick"),
    Offer("guarantee", "农村最低生活保障", (1200, 3600), "按季打卡", "民政局", "基本生活有保障", {"": 100}, "dibao"),
    Offer("guarantee", "特困人员供养", (4680, 5160), "按月打卡", "民政局", "吃穿住医有人管", {"": 100}, "tekun"),
    Offer("guarantee", "困难残疾人生活补贴和重度残疾人护理补贴", (720, 1920), "按季打卡", "残疾人联合会", "增加稳定收入",
          {"disability": 88, "": 60}, "disabled"),
    Offer("guarantee", "代缴城乡居民养老保险", (100, 100), "每人每年", "社会保险事业管理局", "应保尽保",
          {"labour": 90, "": 42}),
    Offer("guarantee", "司法所协助签订子女赡养协议", None, "1份", "司法局", "子女按月给付赡养费", {"labour": 24, "": 3}, "old"),
    Offer("society", "辅助器具适配（轮椅、拐杖、助听器）", (200, 1600), "1件", "残疾人联合会", "出行方便", {"disability": 22, "": 5},
          "disabled"),
    Offer("industry", "资产收益（光伏、养殖小区）分红", (600, 1500), "每年", "村集体", "年增收{amount}元",
          {"illness": 95, "disability": 97, "labour": 99, "": 80}),
    Offer("industry", "庭院经济和种养奖补", (300, 1500), "{heads}只鸡雏", "农业局", "庭院增收{amount}元",
          {"illness": 38, "skill": 72, "capital": 75, "schooling": 45, "": 40}),
    Offer("industry", "合作社订单带动，统一供种、保底收购", (800, 3200), "{mu}亩", "农业局", "亩均增收200元",
          {"skill": 46, "capital": 32, "": 9}, "labour"),
    Offer("industry", "实用技术培训（种植、养殖）", None, "3天", "农业技术推广中心", "掌握一门技术", {"skill": 68, "": 10}, "labour"),
    Offer("industry", "农技员包户指导", None, "4次", "农业技术推广中心", "及时防病防虫", {"skill": 40, "disaster": 20, "": 6}, "labour"),
    Offer("industry", "农业保险理赔", (200, 1600), "{mu}亩", "人保财险支公司", "减少损失", {"disaster": 78, "": 6}),
    Offer("industry", "土地托管或流转，收取租金", (1400, 5200), "{mu}亩", "农村经济管理总站", "租金按年到账",
          {"labour": 62, "disability": 40, "": 18}),
    Offer("finance", "扶贫小额信贷，财政贴息", (5000, 50000), "1笔", "农村信用合作联社", "扩大养殖规模", {"capital": 24, "skill": 9, "": 3},
          "labour"),
    Offer("employment", "劳务输出，报销单程路费", (100, 400), "1人", "就业服务局", "务工月收入3000元左右",
          {"skill": 44, "schooling": 41, "capital": 50, "land": 52, "": 13}, "labour"),
    Offer("employment", "职业技能培训补助", (800, 1500), "1人", "就业服务局", "取得培训合格证", {"skill": 26, "": 4}, "labour"),
    Offer("public_post", "村级公益性岗位（保洁、护路）", (3000, 3600), "1岗", "人力资源和社会保障局", "年增收{amount}元", {"": 100}, "post"),
    Offer("housing", "危房改造补助", (6000, 30000), "1户", "住房和城乡建设局", "住上安全住房", {"": 100}, "renovated"),
    Offer("housing", "住房安全鉴定", None, "1户", "住房和城乡建设局", "取得鉴定证书", {"": 22}),
    Offer("living_conditions", "围墙、室内修缮和院落整治", (200, 2600), "1户", "乡镇人民政府", "人居环境改善", {"": 36}),
    Offer("living_conditions", "无障碍改造（坡道、扶手）", (1500, 3500), "1户", "残疾人联合会", "生活方便", {"disability": 12, "": 0},
          "disabled"),
    Offer("water", "安全饮水工程入户", None, "1户", "水利局", "水质水量达标", {"water": 100, "": 28}),
    Offer("other_education", "雨露计划（中高职）", (3000, 3000), "每年", "扶贫开发办公室", "顺利入学", {"schooling": 60, "": 24}, "student"),
    Offer("other_education", "国家助学金和助学贷款", (1000, 8000), "1人", "教育局", "减轻学费负担", {"schooling": 97, "": 55}, "student"),
    Offer("compulsory_education", "两免一补和寄宿生活补助", (500, 1250), "1人", "教育局", "不因贫失学", {"": 92}, "pupil"),
    Offer("society", "帮扶单位节日慰问", (100, 500), "1户", "帮扶单位", "送去米面油", {"": 30}),
    Offer("society", "临时救助", (500, 3000), "1户", "民政局", "渡过难关", {"disaster": 60, "illness": 8, "marriage": 55, "": 4}),
    Offer("infrastructure", "屯内道路硬化，通到门前", None, "村工程", "交通运输局", "出行方便", {"traffic": 90, "": 9}),
    Offer("industry", "先干后补的小项目（鸡鸭、庭院）", (200, 800), "1项", "扶贫开发办公室", "肯干了", {"motivation": 74, "": 2}, "labour"),
)  # fmt: skip


@dataclass(slots=True)
class Given:
    """One measure of one household as it goes into the table."""

    household: int
    kind: str
    cause: str
    content: str
    funder: str
    amount: int | None
    quantity: str
    planned: datetime.date
    done: datetime.date | None
    state: str
    effect: str
    signed: bool | None
    year: int


class Measures:
    """Draws the measures of one township."""

    def __init__(self, county: County, town: str, ids: Ids) -> None:
        self.county = county
        self.rng = random.Random(f"{county.frame.code}:{county.seed}:measures:{town}")
        self.houses = [house for house in county.by_town()[town] if house.number in ids.households]
        self.ids = ids

    def draw(self) -> Iterator[Given]:
        """Every measure of every household: 0.4 % have none and 2.5 % have one, which a check will find."""
        for house in self.houses:
            luck = self.rng.random()
            fitting = [offer for offer in _OFFERS if self._fits(offer, house)]
            if luck < 0.004:
                continue
            count = 1 if luck < 0.029 else 9
            while len(fitting) < min(3, count):
                more = self.rng.choice(_FILLING)
                if more not in fitting:
                    fitting.append(more)
            for offer in fitting[:count]:
                yield self._given(offer, house)

    def _fits(self, offer: Offer, house: Household) -> bool:
        if offer.needs and not _NEEDS[offer.needs](house):
            return False
        return self.rng.random() * 100 < offer.shares.get(house.main_cause, offer.shares.get("", 0))

    def _given(self, offer: Offer, house: Household) -> Given:
        rng = self.rng
        year = 2018 if not house.cohort.isdigit() or rng.random() < 0.72 else int(house.cohort)
        amount = None
        if offer.amount:
            low, high = offer.amount
            amount = max(low, round((low + (high - low) * rng.random() ** 1.6) / 10) * 10)
        planned = between(rng, datetime.date(year, 4, 1), datetime.date(year, 12, 20))
        done: datetime.date | None = max(datetime.date(year, 3, 1), planned - datetime.timedelta(rng.randint(-20, 70)))
        state = "done"
        if done is not None and done > f.AS_OF:
            done, state = None, "underway" if planned < datetime.date(2018, 12, 10) else "planned"
        words = {"amount": amount or 300, "heads": rng.choice((20, 30, 50, 50, 80)), "mu": rng.randint(3, 15)}
        cause = house.main_cause if house.main_cause in offer.shares or rng.random() < 0.5 else ""
        return Given(
            household=self.ids.households[house.number],
            kind=offer.kind,
            cause=cause,
            content=offer.content,
            funder=offer.funder if offer.funder != "帮扶单位" else "",
            amount=amount,
            quantity=offer.quantity.format(**words),
            planned=planned,
            done=done,
            state=state,
            effect=offer.effect.format(**words) if done else "",
            signed=True if done else None,
            year=year,
        )


_FILLING = tuple(
    offer for offer in _OFFERS if not offer.needs and offer.kind in ("society", "living_conditions", "housing")
)


def _anyone(house: Household, test) -> bool:
    return any(test(person) for person in house.members)


def _able(person: Person) -> bool:
    return person.labour in ("ordinary", "skilled")


_NEEDS = {
    "sick": lambda house: _anyone(house, lambda person: "chronic" in person.health),
    "serious": lambda house: _anyone(house, lambda person: "serious" in person.health),
    "disabled": lambda house: _anyone(house, lambda person: person.disability is not None),
    "dibao": lambda house: house.attr == "dibao",
    "tekun": lambda house: house.attr == "tekun",
    "old": lambda house: house.head.age >= 62,
    "labour": lambda house: _anyone(house, _able),
    "post": lambda house: _anyone(house, lambda person: bool(person.post_type)),
    "renovated": lambda house: any(row.get("renovated_year") for row in house.living),
    "student": lambda house: _anyone(house, lambda person: person.age >= 15 and bool(person.student)),
    "pupil": lambda house: _anyone(house, lambda person: 6 <= person.age <= 15 and bool(person.student)),
}

COLUMNS = (
    "household_id", "kind", "cause", "content", "funder", "amount", "quantity", "planned_on", "done_on", "state",
    "effect", "signed_by_household", "year", "entered_on",
)  # fmt: skip


def line(given: Given) -> str:
    """The measure as a line of COPY text, in the order of COLUMNS."""
    amount = "\\N" if given.amount is None else given.amount
    done = "\\N" if given.done is None else given.done
    signed = "t" if given.signed else "\\N"
    entered = given.done or datetime.date(given.year, 3, 28)
    return (
        f"{given.household}\t{given.kind}\t{given.cause}\t{given.content}\t{given.funder}\t{amount}\t{given.quantity}\t"
        f"{given.planned}\t{done}\t{given.state}\t{given.effect}\t{signed}\t{given.year}\t{entered}"
    )
