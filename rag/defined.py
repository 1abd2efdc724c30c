"""A term whose meaning is asked for, and the sentences that give it."""

from __future__ import annotations

import re
from functools import lru_cache

from index.asked import in_writing

_ASKS = (
    r"(?:请|麻烦|劳驾|能不能|能否|可以|可否|帮我?|给我|跟我|我想|想)*"
    r"(?:问|知道|解释|讲|说|介绍)*(?:一下|下)?"
)
_IS_WHAT = (
    r"(?:(?:到底|究竟)?(?:该|应该)?(?:怎么|怎样|如何)理解|(?:到底|究竟)?什么意思)"
    r"|(?:到底|究竟)?是(?:个|一[种个类项])?什么样?的?"
    r"(?:意思|东西|玩意儿?|技术|方法|概念|做法|机制|功能)?"
    r"|(?:到底|究竟)?(?:指的?是?|是指)(?:的?什么)(?:意思|东西)?|的(?:定义|含义|意思)(?:是什么)?"
)
_HEARD = "(?:[^，,。;；?？]{0,6}(?:听|说|讲|提|看|见)[^，,。;；?？]{0,12}[，,]\\s*)?"
_SAID_IN = "(?:.{1,16}?(?:里|中|上|所|面)(?:说|讲|提到?|写|用)的)?"
_TERM = re.compile(
    rf"{_HEARD}(?:{_ASKS}(?:什么是|什么叫做?|何谓|何为)\s*(?P<a>.{{1,24}}?)"
    rf"|(?:请问)?{_SAID_IN}(?P<b>.{{1,24}}?)\s*(?:{_IS_WHAT}))(?:来着)?[呀啊呢]?"
)
_NOT_ASKED = "[^，,。;；?？!！\\s什怎谁哪几何吗呢]"  # of a clause that asks nothing itself
_MANNER = re.compile(
    rf"(?<![，,。;；?？!！\s])[，,。;；?？!！\s]+{_NOT_ASKED}{{0,8}}(?:说|讲|解释|概括){_NOT_ASKED}{{0,6}}\W*$"
)
_AT_THE_END = " \t\r\n\u3000?？。!！"
_FURTHER = re.compile(r"[？?](?=[^”」』]*$)")  # 什么叫开片？是不是坏了
_QUOTED = re.compile('[“「『"]([^”」』"]{2,24})[”」』"]')
_OF = re.compile(r".*[\u4e00-\u9fff]\s+(?=[\u4e00-\u9fff])")  # a search takes quotes for blanks
_IN_BRACKETS = re.compile(r"(.+?)\s*[（(]([^）)]+)[）)]")
_MARKS = "“”「」\"' "


def without_manner(question: str) -> str:
    """A question that asks what something is, without how that is to be told.

    >>> without_manner("什么是熵？用大白话讲讲")
    '什么是熵'
    """
    plain = _MANNER.sub("", question)
    return plain if "什么" in plain else question


def term_asked(question: str) -> str:
    """The term of a folded question that asks what it means; empty if it asks something else.

    How it is to be told is no part of it, nor is what it is a term of.

    >>> term_asked("强化微调里说的“评分器”到底是个什么东西,一句话讲明白")
    '评分器'
    """
    asked = without_manner(in_writing(question.strip())).rstrip(_AT_THE_END)
    asked = _FURTHER.split(asked)[0]
    found = _TERM.fullmatch(asked)
    if found is None:
        return ""
    term: str = found["a"] or found["b"]
    quoted = _QUOTED.search(term)
    named = quoted.group(1) if quoted else _OF.sub("", term)
    return named if named.strip(_MARKS) else ""


@lru_cache(64)
def defines(term: str) -> re.Pattern[str]:
    """Says what a term means: the term and 是, 指, …; or a name given with 叫, 称为 or the like."""
    name = _forms(term)
    means = "就?是(?!否|不是|一个例外)|指|即|意味|定义|意思|[又也]?称|——|[:：]"
    return re.compile(
        rf"{name}[”」\"]?\s*(?:[（(][^）)]{{1,60}}[）)])?\s*[,，]?(?:{means})"
        rf"|(?:叫|称为?|称之为|名为|即)[做作]?\s*[“「\"]?{name}|{name}[^。]*。\s*[它这](?:就?是|指|意味|即)"
        rf"|^{name}[”」\"]?(?<=[\u4e00-\u9fff”」\"])\s+(?=[\u4e00-\u9fff][^。|]{{7}})"
        rf"|(?:→|->)\s*{name}|^[“「\"]?{name}[”」\"]?\s*(?:→|->)"
    )


@lru_cache(64)
def names(term: str) -> re.Pattern[str]:
    """Ends with a name given."""
    return re.compile(
        rf"(?:叫|称|为)[做作为]?\s*[“「\"]?{_forms(term)}[”」\"]?\s*(?:[（(][^）)]*[）)])?\W*$"
    )


def _forms(term: str) -> str:
    """A pattern of a term; of one with another name in brackets, of either."""
    bare = term.strip(_MARKS)
    two = _IN_BRACKETS.fullmatch(bare)
    forms = [bare, *(two.groups() if two else ())]
    return f"(?:{'|'.join(re.escape(form.strip(_MARKS)) for form in forms)})"
