"""Names 姓名 as a county really has them: surnames by place, given names by sex and year of birth (4.6)."""

import random
from itertools import accumulate

# Surnames by national order fill what a county's own list leaves open.
COMMON = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任"
    "卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)

SURNAMES: dict[str, dict[str, float]] = {
    "northeast": {"王": 11, "李": 10, "张": 10, "刘": 7, "包": 4, "赵": 4, "杨": 4, "白": 3, "陈": 3, "孙": 3,
                  "韩": 2, "于": 2, "姜": 1},
    "mongol": {"包": 17, "白": 11, "王": 9, "韩": 7, "佟": 3, "何": 3, "李": 6, "张": 6, "陈": 3, "吴": 4, "齐": 2},
    "loess": {"张": 13, "王": 11, "李": 9, "刘": 7, "郭": 5, "任": 4, "曹": 4, "郑": 3, "贺": 3, "许": 3, "霍": 2,
              "呼": 2, "解": 1},
    "plain": {"李": 8, "刘": 8, "张": 7, "王": 7, "陈": 7, "胡": 6, "肖": 5, "杨": 5, "周": 4, "彭": 4, "许": 3,
              "别": 2, "邵": 2},
    "karst": {"李": 10, "王": 7, "蒋": 7, "杨": 8, "唐": 6, "伍": 4, "谢": 4, "邓": 4, "石": 3, "卢": 3, "赵": 3,
              "盘": 2, "阳": 2, "龙": 2, "潘": 2},
    "miao": {"杨": 22, "石": 14, "龙": 12, "李": 12, "蒋": 5, "唐": 5},
    "yao": {"赵": 20, "盘": 15, "李": 14, "卢": 10, "邓": 6, "唐": 4},
    "highland": {"李": 13, "杨": 11, "罗": 9, "张": 8, "字": 5, "鲁": 4, "茶": 2, "毕": 3, "段": 3, "董": 2, "赵": 4,
                 "阿": 1, "何": 3},
}  # fmt: skip

# (born before, male whole, male firsts, male seconds, female whole, female firsts, female seconds, share of one sign)
_ERAS: tuple[tuple[int, str, str, str, str, str, str, float], ...] = (
    (1945, "福贵 德财 树林 广财 永贵 德福 有财 长命 玉山 凤山", "福德贵有财树广永玉凤景占洪殿维国庆祥世文万忠守长连金",
     "生财贵福林山江海荣义礼和喜发才库臣恩章忠先有德海祥清",
     "桂兰 秀英 淑珍 玉兰 凤英 桂芝 桂英 玉珍 淑芹 凤兰", "桂秀淑玉凤素兰翠金彩月瑞荣宝贵德喜仙翠",
     "兰英珍芝芹云荣梅花香霞琴珠芬娥莲凤清贤", 0.24),
    (1958, "建国 国庆 和平 解放 援朝 宝贵 国富 振海 长河 喜林", "建国和振长宝喜玉德永学文志立凤福景春殿明忠占洪守连",
     "国庆平海河林富贵山臣才发学军明生江财有和祥龙文武成",
     "秀兰 玉珍 淑英 桂香 秀荣 凤琴 玉华 淑华 桂荣 秀珍", "秀玉淑桂凤素亚翠金彩丽国艳春雅敏庆雪明",
     "兰珍英香荣琴华芝梅霞云芬芳杰贤娟清莲文", 0.24),
    (1970, "卫东 红卫 建军 立军 文革 永红 国军 海波 忠诚 铁军", "卫建红立文永国海忠铁志春洪学晓明占振向云凤亚长宝福",
     "东军卫革红波诚林生明华伟民强国海臣江龙辉山成权才义",
     "丽华 桂荣 红梅 丽娟 淑霞 晓红 亚芹 玉梅 丽杰 艳华", "丽桂红淑晓亚玉艳凤秀春海国金立云雅敏卫",
     "华荣梅娟霞红芹杰云芳英琴玲敏丽平香凤兰", 0.28),
    (1985, "志强 海军 海涛 晓东 立新 大伟 永强 春雷 洪波 国强", "志海晓立大永春洪国建文明亚宏长金玉振俊新凤福喜",
     "强军涛东新伟雷波国龙飞亮明刚峰林辉民成君生海超",
     "海燕 丽丽 晓丽 艳红 春梅 丽娜 海霞 秀丽 艳丽 冬梅", "海丽晓艳春秀红玉冬雪金凤立亚国小彩美明",
     "燕丽红梅娜霞玲艳敏杰娟英华芳玉琴萍云波", 0.33),
    (2003, "鹏飞 佳宝 天宇 浩然 俊杰 志鹏 磊 鹏 超 家兴", "鹏佳天浩俊志文子明家宏晓宇海嘉思伟立泽永春成金",
     "飞宝宇然杰鹏磊龙阳辉涛博鑫亮明超旭东强军兴伟",
     "雪婷 佳慧 晓雪 思雨 婷婷 雪莹 梦瑶 佳欣 雅楠 丽颖", "雪佳晓思婷梦雅丽春诗欣文静慧玉海冬红",
     "婷慧雪雨莹瑶欣楠颖娜静玲琪怡梅洁然彤", 0.33),
    (2030, "子轩 浩宇 宇轩 梓豪 俊熙 子涵 浩然 博文 宇航 天佑", "子浩宇梓俊博天泽嘉思铭家俊皓佳一明文",
     "轩宇豪熙涵然文航佑睿阳泽辰霖瑞杰凯博洋",
     "欣怡 梓涵 雨桐 佳琪 诗涵 雨欣 可馨 紫涵 思琪 梦琪", "欣梓雨佳诗可紫思梦雅语一若子晨依嘉",
     "怡涵桐琪欣馨彤瑶萱妍菲然诺琳汐宁蕊悦", 0.12),
)  # fmt: skip

# Signs given in every generation: without them every second person of a county would share a name.
_MORE = {
    "male": "山江河岭川洋滨岩松柏桐槐田耕丰收余友邦柱梁栋根苗彦卿廷玺钧铎锋锐钢铭鉴宪章儒贤良善仁义信诚谦恭俭勤勇毅坚固久延"
    "续绍继承传绪启发达通顺利吉祥瑞庆祝贺喜悦欢乐安宁静康健壮雄魁元兆先前进步升腾跃翔翰墨书礼乐射御数",
    "female": "菊莉莹莺蓉蕊薇苹菲芹芸苓荷莎葵萍蔓芙蓝茹茵蕾薰环珊瑛瑾琼瑶璐琦瑜珏钰锦绣绮绢缨纺纯洁净清澈滢淼涵沁波涟渝"
    "娇婉妍姣媛婵嫦妹姝娜婕晴昕晗暄曼朵朱丹彤绯紫青碧翠巧灵秋夏晨夕星月宇霁霓",
}

MONGOL_GIVEN = {
    "male": [
        "金山",
        "银山",
        "巴图",
        "宝山",
        "满都拉",
        "铁柱",
        "长命",
        "巴特尔",
        "朝鲁",
        "那顺",
        "白音",
        "布和",
        "额尔敦",
        "哈斯",
        "特木尔",
        "吉日嘎拉",
    ],
    "female": [
        "乌云",
        "图雅",
        "其其格",
        "格日乐",
        "高娃",
        "斯琴",
        "萨仁",
        "娜仁",
        "乌兰",
        "托娅",
        "塔娜",
        "阿荣",
        "金花",
        "银花",
        "哈斯高娃",
        "乌日娜",
    ],
}


class Names:
    """Draws names from one random stream; the same stream gives the same names."""

    def __init__(self, rng: random.Random, profile: str) -> None:
        self.rng = rng
        self.profile = profile
        self._tables: dict[str, tuple[str, list[float]]] = {}

    def surname(self, people: str = "") -> str:
        """A surname of a people ("mongol", "miao", "yao") or of the county."""
        key = people or self.profile
        if key not in self._tables:
            own = SURNAMES[key]
            rest = [(sign, 1.6 / (1 + rank / 9)) for rank, sign in enumerate(COMMON) if sign not in own]
            scale = max(0.0, 100 - sum(own.values())) / sum(weight for _, weight in rest)
            weights = [*own.values(), *(weight * scale for _, weight in rest)]
            self._tables[key] = ("".join(own) + "".join(sign for sign, _ in rest), list(accumulate(weights)))
        signs, weights = self._tables[key]
        return self.rng.choices(signs, cum_weights=weights)[0]

    def given(self, sex: str, year: int, people: str = "") -> str:
        """A given name as given in that year."""
        rng = self.rng
        if people == "mongol" and rng.random() < 0.14:
            return rng.choice(MONGOL_GIVEN[sex])
        _, *lists, single = next(era for era in _ERAS if year < era[0])
        whole, first, second = lists[:3] if sex == "male" else lists[3:]
        luck = rng.random()
        more = _MORE[sex]
        if luck < single:
            return rng.choice(second) if rng.random() < 0.3 else rng.choice(more)
        if luck < single + 0.08:
            return rng.choice(whole.split())
        if luck > 0.62:
            return rng.choice(first) + rng.choice(more)
        return rng.choice(first) + rng.choice(second)

    def full(self, sex: str, year: int, surname: str = "", people: str = "") -> str:
        """A full name; 1.2 % of the oldest women are written 某氏."""
        surname = surname or self.surname(people)
        if sex == "female" and year < 1940 and self.rng.random() < 0.012:
            return surname + "氏"
        return surname + self.given(sex, year, people)
