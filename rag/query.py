"""What a question asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.asked import content_terms, in_writing, question_kind
from rag.asking import asks_something
from rag.defined import without_manner
from rag.numerals import NUMERAL


@dataclass(frozen=True, slots=True)
class Query:
    """A question, read.

    Attributes:
        text: As asked, or as understood from the conversation; question words as they are written.
        kind: ``number``, ``date``, ``person``, ``place``, ``list``, ``reason``, ``definition``,
            ``method``, ``yesno`` or ``other``.
        terms: Its search terms without function words, each once; all of them if nothing else is
            left, so that a question never ends up empty.
        vague: Whether nothing else was left: it names nothing that documents could be about.
    """

    text: str
    kind: str
    terms: tuple[str, ...]
    vague: bool = False


_ASKING = re.compile(
    r"(?:请问|麻烦问一下|问一下|告诉我|我想知道|想知道|帮我[查看找]一?下)"
    r"|多少钱?|几[号点]|第几|星期几|周几|(?<![这那好近前后])几(?=[个天年月日次条种名位项步家部集层章节页分小])"
    r"|什么(?:时候|时间|地方|原因|意思|情况|人)?|何时|何地|哪[里儿些个位一]?|谁|为什么|为何|为啥|怎么(?:样|办|回事|算)?|怎样|如何"
    r"|多[大长高远久快宽深重贵](?=\W*$|的?时间)|吗(?=\W*$)|呢(?=\W*$)|是否|是不是|能不能|有没有|可不可以|会不会"
)

_NO_NAME = re.compile(
    rf"(哪(?:些|几|{NUMERAL})\s*(?:[个种款项条类样件点])?)\s*(?:东西|内容|玩意儿?|事情?|东东|花样|名堂)(?=\W*$)"
)
_WISH = re.compile(  # …，我要写进汇报
    r"(?<![，,。；;？?！!\s])[，,。；;？?！!\s]+"
    r"(?:我们?(?:要|想|得|正|在)|想|好让|麻烦|拜托|帮我|给我|急|谢谢|多谢|[能有].?多少|要[列写说给])"
    r"[^，,。；;？?！!]{0,16}\W*$"
)
_USE = re.compile(
    r"写|抄|汇报|对比|引用|核对|存档|备课|转发|整理|列[全齐]|[列说讲](?:一下|清楚|详细|具体)|填[进到]|放[进到]|摆|准确|名字|谢谢|急用|在线等|多少"
)
_WHETHER = re.compile(r"(.)不\1")
_AS_MUCH = re.compile(r"[能有](.)?多少(.)多少")
_WISHES = 2
_NO_THING = re.compile(r"(是)(?:一?个)?什么(?:东西|玩意儿?|东东|来头|名堂)(?=\W*$)")
_FILLED = re.compile(
    r"(?:到底|(?<![追研])究竟)(?!是一?个?什么\W*$)"
    r"(?=[^，。]{0,8}(?:[多几谁哪吗]|什么|怎|为何|如何|有没有|[是会能]不[是会能]))"
)
_YEAR = re.compile(r"[〇零一二三四五六七八九]{4}(?=年)")
_FIGURES = str.maketrans("〇零一二三四五六七八九", "00123456789")
_SOFTENED = re.compile(
    r"(?<=[\u4e00-\u9fff])(?<![干喇唢爪咿啊呀哇哦喔噢嘞])[啊呀哇哦喔噢呐嘞嘛]+(?=\W*$)"
)
_OR_NOT = re.compile(r"(?<=[\u4e00-\u9fff])(?<![说是从绝决并毫也都])不(?=[\s？?]*$)")
_REQUEST = re.compile(
    r"(?<![，,。；;？?\s])[，,。；;？?\s]+(?:请|麻烦|帮我|给我|都|全部?|一一|逐一)*(?:列|说|讲|写|数|举)(?:一下|一列|出来|全|清楚|明白)?\W*$"
)


def read_query(text: str, segmenter: Segmenter) -> Query:
    """Read a question."""
    text = without_manner(plainly(in_writing(text)))
    about = _ASKING.sub(" ", fold(text))
    terms = list(dict.fromkeys(segmenter.terms(text)))
    content = content_terms(list(dict.fromkeys(segmenter.terms(about)))) or content_terms(terms)
    return Query(text, question_kind(text), tuple(content or terms), vague=not content)


def plainly(text: str) -> str:
    """A question without words that name nothing, its years in figures.

    >>> plainly("会上公布了哪几项东西，都列一下"), plainly("二〇二四年的预算到底是个什么东西？")
    ('会上公布了哪几项', '2024年的预算是什么？')
    """
    text = _whether(_SOFTENED.sub("", _without_wishes(text)))
    text = _NO_THING.sub(r"\1什么", _FILLED.sub("", text))
    text = _YEAR.sub(lambda year: year.group().translate(_FIGURES), text)
    return _NO_NAME.sub(r"\1", _REQUEST.sub("", text)) if "哪" in text else text


def _whether(text: str) -> str:
    """A question for whether it is so as it is written: 送券吗 of 送券不."""
    found = _OR_NOT.search(text)
    if found is None or question_kind(text[: found.start()]) not in ("other", "yesno"):
        return text
    return f"{text[: found.start()]}吗{text[found.end() :]}"


def _without_wishes(text: str) -> str:
    """A question without what its asker wants it for, said behind it: …，我要写进汇报."""
    for _ in range(_WISHES):
        found = _WISH.search(text)
        wish = _AS_MUCH.sub("", found.group()) if found else ""
        if found is None or not _USE.search(found.group()):
            break
        if asks_something(wish) or _WHETHER.search(wish):
            break
        if not asks_something(text[: found.start()]):
            break
        text = text[: found.start()]
    return text


def readable_question(text: str) -> str:
    """A question as it can be read: a terminal in another encoding leaves lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")
