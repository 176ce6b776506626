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
     "兰英珍芝芹云荣梅花香霞琴珠芬娥莲凤清贤", 0.15),
    (1958, "建国 国庆 和平 解放 援朝 宝贵 国富 振海 长河 喜林", "建国和振长宝喜玉德永学文志立凤福景春殿明忠占洪守连",
     "国庆平海河林富贵山臣才发学军明生江财有和祥龙文武成",
     "秀兰 玉珍 淑英 桂香 秀荣 凤琴 玉华 淑华 桂荣 秀珍", "秀玉淑桂凤素亚翠金彩丽国艳春雅敏庆雪明",
     "兰珍英香荣琴华芝梅霞云芬芳杰贤娟清莲文", 0.15),
    (1970, "卫东 红卫 建军 立军 文革 永红 国军 海波 忠诚 铁军", "卫建红立文永国海忠铁志春洪学晓明占振向云凤亚长宝福",
     "东军卫革红波诚林生明华伟民强国海臣江龙辉山成权才义",
     "丽华 桂荣 红梅 丽娟 淑霞 晓红 亚芹 玉梅 丽杰 艳华", "丽桂红淑晓亚玉艳凤秀春海国金立云雅敏卫",
     "华荣梅娟霞红芹杰云芳英琴玲敏丽平香凤兰", 0.18),
    (1985, "志强 海军 海涛 晓东 立新 大伟 永强 春雷 洪波 国强", "志海晓立大永春洪国建文明亚宏长金玉振俊新凤福喜",
     "强军涛东新伟雷波国龙飞亮明刚峰林辉民成君生海超",
     "海燕 丽丽 晓丽 艳红 春梅 丽娜 海霞 秀丽 艳丽 冬梅", "海丽晓艳春秀红玉冬雪金凤立亚国小彩美明",
     "燕丽红梅娜霞玲艳敏杰娟英华芳玉琴萍云波", 0.24),
    (2003, "鹏飞 佳宝 天宇 浩然 俊杰 志鹏 磊 鹏 超 家兴", "鹏佳天浩俊志文子明家宏晓宇海嘉思伟立泽永春成金",
     "飞宝宇然杰鹏磊龙阳辉涛博鑫亮明超旭东强军兴伟",
     "雪婷 佳慧 晓雪 思雨 婷婷 雪莹 梦瑶 佳欣 雅楠 丽颖", "雪佳晓思婷梦雅丽春诗欣文静慧玉海冬红",
     "婷慧雪雨莹瑶欣楠颖娜静玲琪怡梅洁然彤", 0.24),
    (2030, "子轩 浩宇 宇轩 梓豪 俊熙 子涵 浩然 博文 宇航 天佑", "子浩宇梓俊博天泽嘉思铭家俊皓佳一明文",
     "轩宇豪熙涵然文航佑睿阳泽辰霖瑞杰凯博洋",
     "欣怡 梓涵 雨桐 佳琪 诗涵 雨欣 可馨 紫涵 思琪 梦琪", "欣梓雨佳诗可紫思梦雅语一若子晨依嘉",
     "怡涵桐琪欣馨彤瑶萱妍菲然诺琳汐宁蕊悦", 0.12),
)  # fmt: skip

# Signs of the second place, before 1970 and after: wide enough that one person in twelve shares a name, not one in three.
_OLDER = {
    "male": "山江河岭川洋滨岩松柏桐槐田耕丰收友邦柱梁栋根苗彦卿廷玺钧铎锋锐钢铭鉴宪章儒贤良善仁义信诚谦恭俭勤"
    "勇毅坚固久延续绍继承传绪启发达通顺利吉祥瑞庆祝贺喜悦欢乐安宁静康健壮雄魁元兆先进升腾跃翔翰墨书礼"
    "福禄寿禧财宝库满米谷麦禾秋冬春夏年岁时辰晨晓光明亮照辉煌耀焕灿炳炎炬灯星斗月日昌盛兴旺隆泰平和金"
    "银铜铁锡珍珠玉琢璞珉珂瑛琦琪璋璧石磊磐峰峦岳嵩岱崇峻泉溪湖海波涛浪潮洪深源清澄涌润泽沛汉淮渭泗泳"
    "洲林森木桂榆杨柳樟楠杉楷模范式规矩成功名扬声望威武文斌斐才俊杰英豪士伟奇超群众民军兵将帅相臣辅佐"
    "弼助国家城京都东西南北中央方正直公道德行修身齐治尚志恒心思想念忠孝廉节悌慈惠恩宽厚敦淳朴素真实在"
    "有为裕广博远近高长永世代孙曾祖宗麟龙虎豹彪骏驹骥鹏鹤鹰雁鸿鸾凤生来运增添全合会聚集同共学问教化育"
    "培植云雨霆霖雪霜露风雾虹霞天地坤乾轩辕舜尧禹汤殿堂庭舟航",
    "female": "菊莉莹莺蓉蕊薇芹芸苓荷葵萍蔓芙蓝茹茵薰环珊瑛瑾琼瑶璐琦瑜珏钰锦绣绢缨纯洁净清淑娇婉娥妹姝娜朵朱青"
    "碧翠巧灵秋夏晨月星秀珍珠玉兰英芝云荣梅花香霞琴芬莲凤贤桂芳华宝钗银金佩玲珑铃彩虹艳丽美俊俏媛姣嫦"
    "好如意顺和平安宁静贞节孝慈惠善良仁爱敬恩福禄喜庆吉祥瑞满存留连引焕招娣春冬雪霜冰露雨晴晓光明亮照"
    "辉红丹素白粉紫绿黄桃李杏梨枣榴柿樱菱藕蒲芍药茶桐柳枝松柏杨槐榆竹林枫画书棋文章礼仪诗敏慧聪颖智能"
    "勤俭朴实真诚信义忠烈坚强勇敢国家民主新建设立志凌先进跃前群众友",
}
_NEWER = {
    "male": "伟强磊军洋勇杰涛超明刚平辉鹏飞波斌宇浩凯健俊帆帅旭宁龙林博阳鑫峰毅亮成康星光天达安岩中茂进有坚和"
    "彪诚先敬震振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江贵德行时泰盛雄琛钧冠策腾楠榕风航弘义兴良海"
    "山仁宽福生元全国胜学祥才发武新利清彬富顺信子昌翔炎朗伯宏言若鸣朋梁栋维启克伦耀炜昊昱晟晖晨曦煜煊"
    "烁炯焱焜琪瑞瑜璞琨瑾珂玮珩琮璋钊铭锐锋锦铠铎镇鸿鹤鹰骁骏骥驰骋轩辕轶辙轲逸迅迪逊遥远致恒恺恪怀悟"
    "惟愉慎懿戈战攀政敏斐旷昂昕晋景智曙朔望权杉楷森植模樊歆沐沛泓泽洲津浚涌淇渊渝湛源溢滔漠澄澎潇濠烽"
    "灏熙然牧独玖理瑀畅皓盼睿矗硕确祺禹秋秦稷竞竣童笛简籍精纬绪综翰翼耘聪肃胤舟舰艺芃苏荣莱葳蒙蔚蕴虎"
    "虹衡裴襄誉谦谨谊谋豫赞赫越跃路通都酉鉴铸锴闯闻陆陶隆雨霁",
    "female": "芳娜敏静丽艳娟霞燕玲芬红梅莉玉洁雪琳婷晶倩丹颖琴蕾薇菲璐莹瑶慧佳怡欣雯妍茜媛萌楠蓉萍琪彤曼岚冰爽"
    "琬茗羽希宁馥筠柔竹霭凝晓枫芸寒伊亚宜可姬舒影荔枝思春巧美娇灿琼勤珍贞素云莲真环荣爱妹香月莺瑞凡佩"
    "嘉叶璧娅琦晴妮卉婉婧婵婕姝姗娴嫣嫱媚菁菡萱蔓蓓薰芷若苒茵荷莎蕊葵芙芮芯茉茹荞黛墨笑语诗词书画韵音"
    "乐舞琅玥玫玮珊珂珈珞珮珺琛琰瑄瑗瑜瑾璇璎钰铃锦银悦愉恬恩惠意忆念怀惜慈晗晨晞暄暖曦朵朝望柠柳桃桐"
    "桦梓棠榆槿樱橙沁沛沐泓洋津淇淑淳清涵渝湘滢漪潇澜灵焕煜熙珠甜益盈睿知祎秋秀穗端筱紫纤纯绮绫缇翎翠"
    "聪育舜艺苑苓",
}
# Signs of the first place beside those of the era: generation signs 字辈 of the men, plain good wishes for the women.
_FRONTS = {
    "male": "传继克绍宗兆延昭宪繁令垂钦显承启开崇敬修本立秉执允荫培运鸿丕懋续裕衍肇贻锡佩作述恒其希汝尔若有大士云汉",
    "female": "爱美银双改秋冬新连存瑞巧荷菊梅杏桃莲珍花香青红清少文惠慧贤孝善喜福庆来换根水英兰芝琴芬仁良进",
}
_COMMON_SINGLE, _WHOLE, _FRONT, _COMMON_BACK = 0.04, 0.01, 0.45, 0.12

MONGOL_GIVEN = {
    "male": (
        "金山 银山 巴图 宝山 满都拉 铁柱 长命 巴特尔 朝鲁 那顺 白音 布和 额尔敦 哈斯 特木尔 吉日嘎拉 阿古拉 敖其尔 巴根 巴雅尔 宝力高 "
        "布仁 查干 朝克图 达来 道尔吉 丹巴 嘎日迪 格日勒图 呼格吉勒 胡日查 吉雅 玛希 莫日根 牧仁 那木拉 孟和 毕力格 青格勒 仁钦 "
        "色音 苏和 苏德 塔拉 乌力吉 乌恩 扎木苏 哈达 阿拉坦 斯日古楞 恩和 套格套 宝音 德力格尔 图门 巴拉吉 六十三 七十六 八月"
    ),
    "female": (
        "乌云 图雅 其其格 格日乐 高娃 斯琴 萨仁 娜仁 乌兰 托娅 塔娜 阿荣 金花 银花 哈斯高娃 乌日娜 阿丽玛 敖登 宝音其木格 代小 "
        "都日娜 额尔德尼 哈日其其格 红格尔 呼和 吉木斯 莲花 娜布其 南丁 诺敏 萨日娜 赛罕 山丹 苏布达 索布德 桃儿 通拉嘎 乌尼尔 "
        "乌日罕 希吉日 杏花 玉荣 珠拉 琪木格 乌云塔娜 娜仁花 斯日吉 梅花 乌吉木 白乙拉"
    ),
}  # fmt: skip


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
            return rng.choice(MONGOL_GIVEN[sex].split())
        _, *lists, single = next(era for era in _ERAS if year < era[0])
        whole, first, second = lists[:3] if sex == "male" else lists[3:]
        more = (_OLDER if year < 1970 else _NEWER)[sex]
        luck = rng.random()
        if luck < single:
            return rng.choice(second if rng.random() < _COMMON_SINGLE else more)
        if luck < single + _WHOLE:
            return rng.choice(whole.split())
        front = rng.choice(_FRONTS[sex] if year < 1985 and rng.random() < _FRONT else first)
        while True:
            back = rng.choice(second if rng.random() < _COMMON_BACK else more)
            if back != front:
                return front + back

    def full(self, sex: str, year: int, surname: str = "", people: str = "") -> str:
        """A full name; 1.2 % of the oldest women are written 某氏."""
        surname = surname or self.surname(people)
        if sex == "female" and year < 1940 and self.rng.random() < 0.012:
            return surname + "氏"
        return surname + self.given(sex, year, people)
