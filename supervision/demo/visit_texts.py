"""What visitors write 走访记录: sentences that fit the season, the county and the household (county-officer.md 6.1).

Sentences are put together from parts with slots; every part is invented.
"""

import functools
import random
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from supervision.demo.people import Chooser

# Slots: {crop} {mu} {jin} {yuan} {city} {month} {day} {child} {sick} {kin}
FARMING = {
    "spring": (
        "今年打算种{crop}{mu}亩，种子化肥已经备好。", "{crop}种了{mu}亩，苗出得齐。", "春耕缺{yuan}元化肥钱，先赊着，秋后还。",
        "地整完了，等墒情好就下种。", "院里扣了小棚，栽了茄子辣椒。", "今年把{mu}亩地流转给合作社，每亩{rent}元。",
        "抓了{heads}只鸡雏，成活得不错。", "问了玉米生产者补贴什么时候申报，已告诉到村部登记。", "育苗棚里活不多，一天{wage}元。",
        "牛下了犊，母子平安。", "种{crop}怕价低，想改种一部分经济作物。",
    ),
    "summer": (
        "{crop}长势好，打了一遍药。", "雨大，低洼地涝了{mu}亩。", "地里旱，浇了两遍水，电费{small}元。", "{crop}{mu}亩都锄完了。",
        "院里菜卖了{small}元，够零花。", "猪价低，{heads}头先养着。", "鹅养了{heads}只，八月能出栏。", "农业保险已交，每亩个人出几元钱。",
        "合作社来收菜，现钱结的。", "追了一遍肥，花了{small}元。", "蚊虫多，棚里要换遮网，想问有没有补助。",
    ),
    "autumn": (
        "{crop}收完了，总共打了{jin}斤。", "今年{crop}每斤卖{price}元，比去年低。", "粮还没卖，等价。", "{crop}卖了{yuan}元，钱已到手。",
        "{mu}亩地收成一般，刨去本钱剩{yuan}元左右。", "土地流转费{yuan}元已经到账。", "秸秆打捆卖了{small}元。",
        "涝了的{mu}亩，保险赔了{small}元。", "鸡鸭卖了一批，收入{small}元。", "场院里还有一部分没脱粒，这几天有人来帮。",
        "庭院辣椒串起来卖了{small}元。", "明年想再包几亩地，缺本钱。",
    ),
    "winter": (
        "粮已卖完，一共{yuan}元。", "猫冬在家，编筐做点手工，能挣{small}元。", "柴火备足了，屋里暖和。", "牛羊都进圈了，饲草够用。",
        "年货备了一些，米面油都有。", "炕好烧，室温还行。", "棉衣棉被齐全，看了衣柜和炕柜。", "问了明年光伏分红什么时候发，已解释。",
        "盘算着开春多养{heads}只鸡。", "冬天没活，在村里清雪一天{wage}元。", "大雪封路两天，村里已组织清了。",
    ),
}  # fmt: skip
HEALTH = (
    "{sick}的药在村卫生室拿的，自己花了{small}元。", "慢病本已办，每月报销一部分药费。", "家庭医生上周来量了血压，高压{press}。",
    "{kin}住院{day}天，报销后自己出{small}元，一站式结的。", "腰腿疼，阴天重，劝去县医院看看。", "{sick}控制得可以，按时吃药。",
    "{kin}眼睛看不清，想做白内障手术，已帮问先诊疗后付费。", "复查结果正常，大夫说半年后再查。", "药快吃完了，已同村医说好送来。",
    "{kin}能拄拐走了，这个月不用再针灸。", "这几天感冒，吃了药见好。", "去市里看{sick}，车费饭费花了{small}元。",
    "残疾证{kin}的快到期，提醒换证。", "签约协议在墙上，村医电话记得住。",
)  # fmt: skip
WORK = (
    "{kin}在{city}打工，干装修，一天{wage}元。", "{kin}在{city}饭店帮厨，月薪{salary}元。", "上个月出工{day}天，工钱还没结。",
    "保洁员岗位每月300元，钱按月到卡。", "想在附近找活，介绍了村里的合作社用工。", "{kin}在服装厂计件，上月{salary}元。",
    "工地停工，{kin}回来了，过完节再走。", "{kin}从{city}寄回{small}元。", "劝{kin}参加就业局的培训，报了电焊班。",
    "招聘会的单子给了一份，{kin}说看看再定。", "清扫路段认真，村里表扬了。",
)  # fmt: skip
SCHOOL = (
    "{child}在学校住宿，生活补助{small}元已到账。", "{child}这次考试有进步。", "{child}上学接送方便，没有辍学想法。",
    "开学费用不多，书费学校减免了。", "帮填了雨露计划申请表，还差一张学籍证明。", "{child}想上技校，介绍了两所免学费的。",
    "问了生源地助学贷款怎么办，已讲清。", "{child}放假在家帮着干活，作业写得整齐。", "孩子班主任电话联系过，表现正常。",
)  # fmt: skip
HOUSE = (
    "屋里收拾得干净，墙面去年刷的。", "看了房子，门窗严实，没有裂缝。", "西屋墙角返潮，已告诉村里，下周再看。", "加固后住着踏实，就是灶台还要修。",
    "房顶换了彩钢瓦，没再漏。", "围墙倒了一段，已约人这周垒上。", "仓房门坏了，帮着修好了。", "院里杂物多，一起清理了半天。",
    "鉴定证书在柜里，看过了，是{grade}级。", "炕塌了一块，帮找人重搭。", "窗户缝用胶条封了，不透风。",
)  # fmt: skip
WATER = (
    "自来水通着，水清。", "水压低，早晚能接满缸。", "水管冻过一次，已经化开。", "水费每月{tiny}元，交得上。", "井水有点浑，已报水利站来看。",
    "吃水没问题，水质检测单在村部贴着。",
)  # fmt: skip
MONEY = (
    "查了存折，分红{small}元到账。", "低保金每季度打卡，数对得上。", "养老金每月{pension}元，按时到。", "地力补贴{small}元已发到一折通。",
    "残疾人补贴到账，一个季度{small}元。", "明白卡上的政策都讲了一遍，{kin}能说出几样。", "医保是政府代缴的，给他看了名单。",
    "问低保为什么降了一档，解释了核算办法。", "危改补助已付清，户主签了字。", "光伏分红{month}月发，签字领取表看过。",
)  # fmt: skip
TALK = (
    "老人身体还行，就是盼儿女常回来。", "拉了会儿家常，精神状态不错。", "{kin}说日子比前几年强多了。", "讲了不能等靠要，{kin}表示能干动就干。",
    "跟邻居因为地界有点别扭，村里正调解。", "儿子在{city}，一年回来一趟，赡养费给了{small}元。", "屋里有电视，爱看新闻。",
    "扶贫手册填好，户主签了字。", "一起把院子扫了，柴垛重新码了。", "帮扶明白卡和手册都在。", "嘱咐注意用电用火、煤烟。",
    "记下了{kin}的新电话。", "给带了些旧衣服，都能穿。", "中秋带了月饼，坐了半个钟头。",
)  # fmt: skip
PHONE = (
    "电话联系，一家在{city}，都平安。", "视频看了住处，租的平房，一月{small}元。", "打电话问了情况，{kin}还在原来的厂子，月薪{salary}元。",
    "孩子在{city}上学，证明已经拍照发过去。", "说过年回来，医保让亲戚代交了。", "电话里说活不好找，想回来种地。", "家里房子托邻居照看，冬天放了水。",
)  # fmt: skip
ABSENT = (
    "门锁着，邻居说去县城女儿家住几天。", "没人在家，打电话没接，留了联系卡。", "去外村随礼了，改天再来。", "住院陪护，家里没人，电话约了下周。",
    "下地没回来，等了二十分钟。",
)  # fmt: skip
HOLLOW = (
    "了解家庭情况，宣传扶贫政策，鼓励勤劳致富。", "一切正常。", "入户走访，了解生产生活情况。", "走访慰问，宣传政策。", "情况良好，无变化。",
    "了解近期情况，填写扶贫手册。",
)  # fmt: skip
NEEDS = {
    "housing": ("屋顶有一处漏雨，想修", "围墙倒了，缺红砖", "仓房要倒，想要点材料", "窗户透风，想换塑钢窗"),
    "water": ("水管漏水，没人修", "水压太低，上不来水", "井水浑，想接自来水"),
    "health": (
        "想办慢病本，不知道要什么材料",
        "药费高，想问大病救助",
        "行动不便，想要一副轮椅",
        "眼睛看不清，想做手术",
    ),
    "industry": ("想养牛，缺本钱", "粮卖不上价，想找销路", "缺种子化肥钱", "想学养殖技术"),
    "work": ("想找个附近的活", "工钱拖着没结", "想当护林员"),
    "education": ("孩子上中专学费紧", "助学金没到账", "想给孩子申请住宿补助"),
    "policy_money": ("低保金少发了一个月", "一折通丢了，要补办", "分红没收到", "地力补贴面积不对"),
    "dispute": ("和邻居地界不清", "儿子不给赡养费", "门前路不好走，下雨出不去"),
}
ANSWERED = (
    "上次说的{need}，已办好。", "{need}一事已报村里，列入计划。", "{need}，村里已派人看过，本月解决。", "{need}已同乡里有关站所联系，答复下月办。",
    "{need}的事解决了，户主满意。",
)  # fmt: skip
UNANSWERED = ("{need}还没有结果，继续催办。", "")
POLICIES = ("健康扶贫、大病救助", "低保动态管理", "危房改造", "养老保险代缴", "雨露计划", "光伏分红分配办法", "农业保险", "小额信贷",
            "残疾人两项补贴", "先诊疗后付费", "公益性岗位", "耕地地力保护补贴")  # fmt: skip
MET = ("户主", "户主", "户主", "户主和配偶", "配偶", "户主和老伴", "之子", "之女", "之母")

_SEASON = ("winter", "winter", "winter", "spring", "spring", "spring", "summer", "summer", "autumn", "autumn", "autumn",
           "winter")  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What a text may speak of: the household's own circumstances."""

    sick: str  # illness of a member, or nothing
    pupil: str  # word for a child at school, or nothing
    works: bool
    farms: bool
    kin: tuple[str, ...]
    crops: tuple[str, ...]
    cities: tuple[str, ...]


_LENGTH = Chooser({1: 13, 2: 27, 3: 26, 4: 17, 6: 12, 8: 5})


@functools.cache
def _topics(sick: bool, farms: bool, works: bool, pupil: bool) -> Chooser:
    return Chooser(
        {
            "health": 9 if sick else 2, "industry": 8 if farms else 3, "work": 7 if works else 0,
            "education": 7 if pupil else 0, "housing": 4, "water": 2, "policy_money": 5, "other": 6,
        }
    )  # fmt: skip


def topics(setting: Setting, rng: random.Random) -> list[str]:
    """What the visitor and the family speak about, one to eight sentences; a topic may come twice."""
    chooser = _topics(bool(setting.sick), setting.farms, setting.works, bool(setting.pupil))
    return [chooser.pick(rng) for _ in range(_LENGTH.pick(rng))]


def findings(setting: Setting, chosen: list[str], month: int, rng: random.Random) -> str:
    """The text of a home visit."""
    sentences = [_sentence(_parts(topic, month), setting, month, rng) for topic in chosen]
    return "".join(dict.fromkeys(sentences))


def _parts(topic: str, month: int) -> tuple[str, ...]:
    return FARMING[_SEASON[month - 1]] if topic == "industry" else _BY_TOPIC[topic]


_BY_TOPIC = {
    "health": HEALTH, "work": WORK, "education": SCHOOL, "housing": HOUSE, "water": WATER, "policy_money": MONEY,
    "other": TALK,
}  # fmt: skip


def fill(parts: tuple[str, ...], setting: Setting, month: int, rng: random.Random) -> str:
    """One sentence of a list with its slots filled."""
    return _sentence(parts, setting, month, rng)


def _sentence(parts: tuple[str, ...], setting: Setting, month: int, rng: random.Random) -> str:
    text = parts[int(rng.random() * len(parts))]
    if "{" not in text:
        return text
    luck = rng.random()
    return text.format(**{slot: _SLOTS[slot](setting, luck, month) for slot in _slots_of(text)})


@functools.cache
def _slots_of(text: str) -> tuple[str, ...]:
    return tuple(slot for _, slot, _, _ in string.Formatter().parse(text) if slot)


def _one(values: tuple[str, ...], luck: float) -> str:
    return values[int(luck * len(values))]


# Each takes the household's setting, a number from 0 to 1 and the month.
_SLOTS: dict[str, Callable[[Setting, float, int], Any]] = {
    "crop": lambda setting, luck, month: _one(setting.crops, luck),
    "city": lambda setting, luck, month: _one(setting.cities, luck),
    "kin": lambda setting, luck, month: _one(setting.kin, luck),
    "child": lambda setting, luck, month: setting.pupil or "孩子",
    "sick": lambda setting, luck, month: setting.sick or "老毛病",
    "month": lambda setting, luck, month: month,
    "grade": lambda setting, luck, month: "B" if luck < 0.7 else "A",
    "mu": lambda setting, luck, month: 2 + int(luck * 14),
    "jin": lambda setting, luck, month: int(1800 + luck * 9000) // 10 * 10,
    "yuan": lambda setting, luck, month: int(900 + luck * 7800) // 10 * 10,
    "small": lambda setting, luck, month: int(30 + luck * 970) // 5 * 5,
    "tiny": lambda setting, luck, month: 4 + int(luck * 14),
    "price": lambda setting, luck, month: round(0.55 + luck * 0.6, 2),
    "rent": lambda setting, luck, month: 240 + int(luck * 16) * 10,
    "wage": lambda setting, luck, month: 70 + int(luck * 13) * 10,
    "salary": lambda setting, luck, month: 1800 + int(luck * 22) * 100,
    "heads": lambda setting, luck, month: 3 + int(luck * 40),
    "press": lambda setting, luck, month: 130 + int(luck * 35),
    "pension": lambda setting, luck, month: 103 + int(luck * 3) * 5,
    "day": lambda setting, luck, month: 3 + int(luck * 21),
}
