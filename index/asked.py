"""What a question asks for, and what a text that answers it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.normalize import fold

# The first pattern that occurs in the folded question decides.
_KINDS = (
    (
        "list",
        r"哪些|哪几|哪[两三四五六七八九十\d]+|那些方面|分别|(?<![系阵队下])列[出举]|列一下|包括什么"
        r"|(?:[排数]|最.{1,4})前[两三四五六七八九十\d]|几个方面|还有谁|各是(?:什么|谁|多少|怎么)|依次|一步步|[分有]几步|几步走|些什么"
        r"|(?<![成首古京国])都(?!江堰|市|会).{0,5}(?:(?<!为)什么(?!时候|原因|地方|是)|(?<!由)谁)"
        r"|(?:带|查|准备|注意|满足|提交|上交)(?:了|过)?什么(?:条件|材料|东西)?\W*$"
        r"|which (?:\w+ )?(?!(?:is|was|has|does)\b)\w+s\b",
    ),
    ("reason", r"为什么|为何|什么原因|[原起成]因(?:[各都分别]*是|在)|缘由|怎么会|\bwhy\b"),
    (
        "date",
        r"什么时候|什么时间|何时|哪一?[年天月日]|几[月号日点时]|第几[天周]|星期几|周几|哪个?月|多会|年份|日期"
        r"|\bwhen\b|what (?:day|date|year)",
    ),
    (
        "number",
        r"多少|几(?!乎|何|经|度|近|率)[个种次天年名位家人条场项倍分元块步类层台%]?|多[大长高远久快宽深重贵]|百分之"
        r"|how (?:many|much|long|fast|old)",
    ),
    ("person", r"谁|何人|哪位|什么人|哪个人|\bwho\b"),
    (
        "place",
        r"哪里|哪儿|[在去]哪(?![些个一位家种类年天月日部])|何处|什么地方|哪个(?:国家|城市|地区|省|地方)|\bwhere\b",
    ),
    ("number", "占比|比例|价格|费用|得分|分数|price|cost"),
    (
        "definition",
        r"什么意思|什么是|是什么[?？]?$|(?:到底|究竟)是个?什么(?:东西|玩意儿?)?(?=\W|$)"
        r"|是个什么(?:东西|玩意儿?)?[?？]?$"
        r"|是(?:一[种个类项]什么样?|什么样)的?(?:东西|技术|方法|概念|做法|机制|功能)[?？]?$"
        r"|指的?是什么|什么叫|含义|定义|(?:怎么|怎样|如何)理解(?=\W*$)|what (?:is|are|does)",
    ),
    ("method", r"怎么|怎样|如何|\bhow\b"),
    (
        "yesno",
        r"吗[?？]?$|(?<![什怎多])么[?？]?$|是否|([\u4e00-\u9fff])[不没]\1|有没有|可不可以"
        r"|了没[?？]?$|[能会可行要有].*[没不][?？]?$|^(?:is|are|does|do|can|did)\b",
    ),
)
_KIND_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)

_HOW = re.compile("咋(?![舌呼唬])")
_NUMBER = re.compile(
    r"\d|[一二三四五六七八九十百千万亿两]+[个种次天年月名位家人条场项倍分元块步类%]|百分之"
)
_DATE = re.compile(
    r"\d{1,4}\s*[年月日号]|\d{4}[-/.]\d{1,2}|[一二三四五六七八九十]{1,3}[月日号]"
    r"|星期|周[一二三四五六日]|世纪|年代|昨天|今天|明年|去年|季度|第[一二三四五六七八九十\d]+天"
)
_PERSON = re.compile(
    r"[\u4e00-\u9fff]{1,4}[·•][\u4e00-\u9fff]{1,6}|[A-Z][a-z]+ [A-Z][a-z]+"
    r"|先生|女士|教授|博士|创始人|总裁|主席|经理|作者|导演|说|表示|认为|由"
)
_PLACE = re.compile(
    r"[\u4e00-\u9fff]{1,6}(?:省|市|县|区|国|州|镇|村|路|街|岛|山|洲|地区|大学|城)|位于|坐落|在"
)
_REASON = re.compile(r"因为|由于|原因|因此|所以|导致|为了|从而|使得|以便|because")
_LIST = re.compile(r"、|；|包括|分别|以及|例如|如下|：$|第[一二三四五]")
_DEFINITION = re.compile(r"是|指|为|叫|即|称|意味|代表")
EXPECTED = {
    "number": _NUMBER, "date": _DATE, "person": _PERSON, "place": _PLACE,
    "reason": _REASON, "list": _LIST, "definition": _DEFINITION,
}  # fmt: skip
"""By kind of question, what a text that answers it holds at least once."""

_FUNCTION_WORD_LIST = """
的 了 是 在 和 与 及 或 而 也 都 就 还 又 很 更 最 被 把 给 对 对于
关于 从 向 到 由 于 以 为 之 其 所 这 那 这个 那个 这些 那些 它 他 她
它们 他们 我 我们 你 你们 您 自己 有 没有 没 不 会 能 可以 可 应该 要
需 吗 呢 吧 啊 呀 么 嘛 什么 怎么 怎样 如何 为什么 为何 为啥 哪 哪个
哪些 哪里 哪儿 哪位 哪种 哪家 哪一 谁 何 何时 多少 几 几个 几种 多大 多长
多久 多 是否 是不是 能不能 请 请问 请教 想 知道 想知道 告诉 说说 一下 介绍
时候 什么时候 个 一个 种 次 些 一些 上 中 里 下 时 后 前 之后 之前 以及
并 并且 但 但是 如果 因为 所以 the a an of in on to for
is are was were do does did what which who
when where how why and or with by it its
that this can be at as from i you we they me
my your
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORD_LIST.split())
"""They say how something is asked, not what about."""


def in_writing(text: str) -> str:
    """A question with the question words of speech as they are written.

    >>> in_writing("为啥停了，咋办")
    '为什么停了，怎么办'
    """
    return _HOW.sub("怎么", text.replace("啥", "什么"))


def question_kind(text: str) -> str:
    """What a question asks for, ``other`` if nothing tells."""
    folded = in_writing(fold(text)).strip()
    return next((kind for kind, pattern in _KIND_PATTERNS if pattern.search(folded)), "other")


def content_terms(terms: Sequence[str]) -> list[str]:
    """Terms without function words."""
    return [term for term in terms if term not in FUNCTION_WORDS]
