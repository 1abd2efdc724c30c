"""Places and languages that a question names: an answer about Germany is none about India."""

from __future__ import annotations

import re
from itertools import pairwise

from corpus.normalize import fold
from corpus.segment import Segmenter

_NAMES = """
亚洲 欧洲 非洲 美洲 大洋洲 北美 南美 拉美 东亚 南亚 中亚 西亚 东南亚 中东 欧盟 西欧 东欧 北欧
南欧 亚太 南极 北极 中国 美国 英国 法国 德国 日本 韩国 朝鲜 俄罗斯 苏联 印度 巴西 南非 加拿大
澳大利亚 澳洲 新西兰 意大利 西班牙 葡萄牙 荷兰 比利时 瑞士 瑞典 挪威 丹麦 芬兰 冰岛 爱尔兰
奥地利 波兰 捷克 匈牙利 希腊 土耳其 乌克兰 罗马尼亚 以色列 伊朗 伊拉克 沙特 阿联酋 卡塔尔 埃及
肯尼亚 尼日利亚 埃塞俄比亚 摩洛哥 墨西哥 阿根廷 智利 秘鲁 哥伦比亚 古巴 越南 泰国 老挝 柬埔寨
缅甸 马来西亚 新加坡 印尼 印度尼西亚 菲律宾 蒙古国 哈萨克斯坦 巴基斯坦 孟加拉国 斯里兰卡 尼泊尔
阿富汗 列支敦士登 卢森堡 苏格兰 英格兰 威尔士 北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江
江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古
广西 西藏 宁夏 新疆 香港 澳门 港澳 大陆 华北 华东 华南 华中 西南 西北 东北 长三角 珠三角 京津冀
大湾区 广州 深圳 南京 杭州 苏州 成都 武汉 西安 长沙 郑州 青岛 济南 大连 沈阳 长春 哈尔滨 福州
厦门 宁波 合肥 南昌 昆明 贵阳 南宁 海口 三亚 石家庄 太原 呼和浩特 兰州 西宁 银川 乌鲁木齐 拉萨
无锡 常州 温州 佛山 东莞 珠海 泉州 洛阳 扬州 徐州 烟台 桂林 台北 高雄 纽约 华盛顿 洛杉矶 旧金山
芝加哥 波士顿 西雅图 硅谷 加州 得州 伦敦 巴黎 柏林 慕尼黑 法兰克福 罗马 米兰 马德里 巴塞罗那
阿姆斯特丹 布鲁塞尔 日内瓦 苏黎世 维也纳 莫斯科 东京 大阪 京都 首尔 曼谷 迪拜 孟买 新德里 悉尼
墨尔本 多伦多 温哥华
"""
_KNOWN = frozenset(_NAMES.split())
_CALLED = re.compile(r"[话菜菊鸡面鞋]|队长|梧桐")  # 上海话 is spoken, 海南鸡饭 cooked elsewhere
_WITHIN = re.compile(  # 欧洲哪些国家 is answered by their names, without 欧洲
    r"(?:的|有)*(?:哪(?:些|几个?|个|两个?)|各个?|几个)"
    r"(?:国家(?!级|公园)|地区|城市|省份?|国(?!家|际|内|外)|(?P<continent>地方))"
)
_LANGUAGE = re.compile(r"(?:[法德日韩俄泰])(?=[语文])")
_LANGUAGE_OF = re.compile(r"(越南|西班牙|葡萄牙|意大利|阿拉伯)(?:语|文(?![化件物艺]))")
_UNIT_ALONE = re.compile("[省市县镇乡]")
_NAME = 2  # signs
_OF_A_NAME = "nagjbz"  # beginnings of the tags of signs that a name may consist of
_UNIT = re.compile(r"(?<=..)(?:特别行政区|自治区|[省市县镇乡])$")


def places_in(text: str, segmenter: Segmenter) -> frozenset[str]:
    """Countries, provinces, cities and the like that a text names, folded, without 省, 市, 县.

    A dictionary calls much a place that is none (东西, 上门, 城市), so that only what is known as
    one counts, or what is called so and ends like the name of a town. A language is named 法语.
    """
    found, at, text = set(), 0, fold(text)
    before: list[tuple[str, str]] = []
    words = segmenter.tagged(text)
    for (word, tag), (behind, _) in pairwise([*words, ("", "")]):
        stem = _UNIT.sub("", word)
        at = text.find(word, at) + len(word)
        if _UNIT_ALONE.fullmatch(word) and len(before) == _NAME and all(map(_is_sign, before)):
            found.add("".join(sign for sign, _ in before))  # 朔宁市: no words of the dictionary
        before = [*before[-1:], (word, tag)]
        known = stem in _KNOWN and not _CALLED.match(behind) and not _asks_within(text, at, stem)
        if known or (tag == "ns" and stem != word):
            found.add(stem)
    # 日文版 begins with a language; 每日语音 holds none.
    spoken = [word[0] for word, _ in words if _LANGUAGE.match(word)]
    found.update(f"{name}语" for name in (*spoken, *_LANGUAGE_OF.findall(text)))
    return frozenset(found - {"大陆"} if "中国" in found else found)


def _is_sign(word: tuple[str, str]) -> bool:
    """Whether a word is a single sign that may be of a name: not 在 or 本."""
    return len(word[0]) == 1 and word[1][0] in _OF_A_NAME


def _asks_within(text: str, at: int, place: str) -> bool:
    """Whether it is asked which parts of a place are meant, of 地方 only in a continent."""
    match = _WITHIN.match(text, at)
    return match is not None and (not match["continent"] or place.endswith("洲"))


def names_place(text: str, place: str) -> bool:
    """Whether a folded text names one of :func:`places_in`."""
    return place in text or (place.endswith("语") and f"{place[:-1]}文" in text)
