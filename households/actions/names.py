"""Pinyin of names 姓名音序: the sort key and the initials that lists and the search use, kept beside the name.

The database's collation knows no surnames: 单 is Shan, 曾 is Zeng, 仇 is Qiu when they begin a name.
"""

from functools import lru_cache

from povertycase import pinyin

# Surnames read otherwise than the same character usually is.
_SINGLE = """
    单shan 曾zeng 仇qiu 查zha 盖ge 解xie 任ren 区ou 朴piao 缪miao 乐yue 冼xian 洗xian 翟zhai 员yun 尹yin 华hua 纪ji
    葛ge 那na 折she 黑he 秘bi 种chong 重chong 宓mi 逄pang 樊fan 覃qin 谌chen 郇xun 郗xi 隗wei 尉wei 宿su 哈ha 薄bo
    褚chu 召shao 车che 晁chao 揭jie 教jiao 过guo 幺yao 么yao 牟mu 佴nai 贾jia 沈shen 於yu 钭tou 能nai 繁po 蔚yu
    燕yan 应ying 宁ning 冯feng 柏bai 句gou 行xing 祭zhai 相xiang 万wan 卜bu 藏zang 曲qu 都du 撒sa 訾zi 肖xiao
    长chang 臧zang
"""
_COMPOUND = """
    尉迟yu-chi 万俟mo-qi 单于chan-yu 澹台tan-tai 长孙zhang-sun 宇文yu-wen 令狐ling-hu 鲜于xian-yu 皇甫huang-fu
    公冶gong-ye 欧阳ou-yang 司马si-ma 上官shang-guan 诸葛zhu-ge 夏侯xia-hou 东方dong-fang 慕容mu-rong 呼延hu-yan
    端木duan-mu 百里bai-li 乐正yue-zheng 宰父zai-fu 谷梁gu-liang 亓官qi-guan 钟离zhong-li
"""
# Inside a given name these are read otherwise than pypinyin's first reading.
_GIVEN = "长chang 朝chao 盛sheng 乐le 都du 大da 石shi 车che 重zhong 行xing 召zhao"
GIVEN = {entry[0]: entry[1:] for entry in _GIVEN.split()}
SINGLE = {entry[0]: entry[1:] for entry in _SINGLE.split()}
COMPOUND = {entry[:2]: entry[2:].replace("-", " ") for entry in _COMPOUND.split()}
KEY_LENGTH, INITIALS_LENGTH = 80, 50


@lru_cache(maxsize=20_000)
def _syllable(character: str) -> str:
    """The usual reading of one character; letters stay, points and spaces inside a name count for nothing."""
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    if not character.isalnum():
        return ""
    return GIVEN.get(character) or pinyin.syllables(character)[0].lower()


@lru_cache(maxsize=100_000)
def _syllables(name: str) -> tuple[str, ...]:
    name = name.strip()
    if surname := COMPOUND.get(name[:2]):
        first, rest = surname.split(), name[2:]
    elif name[:1] in SINGLE:
        first, rest = [SINGLE[name[0]]], name[1:]
    else:
        first, rest = [], name
    return (*first, *filter(None, map(_syllable, rest)))


def sort_key(name: str) -> str:
    """`单小明` as `shan xiao ming`: names in this order stand as in a register by pinyin. At most 80 characters."""
    return " ".join(_syllables(name))[:KEY_LENGTH]


def initials(name: str) -> str:
    """`单小明` as `sxm`. At most 50 characters."""
    return "".join(syllable[0] for syllable in _syllables(name))[:INITIALS_LENGTH]
