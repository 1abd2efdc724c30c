"""Remarks on the last answer: 再详细一点, 你确定吗, 换个说法, 第二条是什么意思.

What is said of an answer is looked for in no document. It asks the last question again, and the
reader is told what a program that only quotes can do about it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.normalize import fold
from corpus.records import Answer
from index.asked import question_kind
from index.query import Notice
from rag.enumeration import side_by_side
from rag.evidence import Evidence
from rag.finding import Finding, in_order
from rag.numerals import NUMERAL, number_of, ordinals

_SAID = 20  # characters
_ASKED = (
    "(?:好的?|嗯|请问?|麻烦|您|你|能不能|可不可以|能|可以|再|给我|帮我|把|那么?|还是|有点){0,4}"
)
_POINTED = (
    "(?:(?:上面|刚才|前面|上一?|这)(?:说|给|讲|引)?的?(?:那|这)?一?[个条句段]?"
    "(?:回答|答案|话|内容)?)?"
)
_TAIL = "(?:一下|一遍|一次|[吧吗呢么啊呀嘛了]){0,4}"
_SPEAK = r"(?:[说讲答来]|回答|解释|表述|描述|概括|总结)"
_TONGUE = "英文|英语|中文|日文|日语|繁体|大?白话|口语"
_BIT = r"(?:一?[点些]儿?|一下|地|得)*"
_UNABLE = "(?<![能以])"  # 能翻译吗 asks it of what was spoken of
_TEXT = "文章|文件|文档|资料|报道"
_KINDS = (
    (
        "wording",
        rf"(?:用|(?:换|翻译|译|改)成)(?:{_TONGUE})(?:再|重新)?(?:{_SPEAK}|翻译)?|(?:{_TONGUE})(?:再|重新)?{_SPEAK}"
        rf"|{_UNABLE}翻译|翻译(?=一下)|换(?:一?[个种])?(?:(?:说法|角度|句话)(?:再?{_SPEAK})?|方式再?{_SPEAK})|(?:重新|重)(?:组织|表述|说|写)|改写"
        rf"|说人话|(?:说|讲|解释)?得?(?:更|再)?(?:通俗|简单易懂|直白|好懂){_BIT}(?:[说讲]|解释)?"
        r"|(?:没|不太?|看不|听不|还没)(?:看|听|搞|太)?(?:懂|明白)|(?:这|那)?(?:是|话)?(?:什么|啥|几个)意思"
        r"|translate(?:it|this|that)?(?:into\w+)?|inenglish|rephrase|inotherwords|idontunderstand|whatdo(?:es)?(?:you|that|it)mean",
    ),
    (
        "shorter",
        rf"(?:{_SPEAK}|写)?得?(?:更|再)?(?:简短|简洁|精简|简要|简单|短){_BIT}{_SPEAK}?|(?:一|1)句话{_SPEAK}?"
        rf"|(?:总结|概括|归纳|小结)|太长|(?:太|有点)(?:啰嗦|罗嗦|长)|{_SPEAK}重点|shorter|toolong|tldr|summari[sz]e",
    ),
    (
        "more",
        rf"{_UNABLE}继续|继续[说讲]|[接往][着下][说讲]|多{_BIT}(?:[说讲介绍谈聊]|解释){{1,2}}{_BIT}(?:几句)?"
        rf"|(?:更|再)?(?:详细|具体|仔细|展开|完整|深入){_BIT}(?:[说讲介绍谈聊]|解释|说明|展开){{0,2}}{_BIT}(?:几句)?"
        rf"|(?:举|来)?[一1]?个例子|举例(?:说明)?|(?:就|只有)(?:这些|这么[点多]|这样)|{_SPEAK}(?:得)?(?:详细|具体|仔细|清楚){_BIT}"
        r"|continue|goon|tellmemore|moredetails?|(?:give(?:me)?)?anexample",
    ),
    (
        "sure",
        r"(?:这?是)?真的(?:是这样|假的)?|(?:真的)?(?:确定|肯定|没[记说搞弄]?错)|(?:是|对)(?:这样|的)?[吗么]|是不是真的|(?:我)?不(?:太)?(?:信|相信)"
        r"|不对|(?:你|刚才)?(?:是不是|好像)?(?:说|答|搞|弄|记|回答)错|对不对"
        r"|really|areyousure|isthat(?:true|right)|thatswrong",
    ),
    (
        "source",
        r"(?:的)?(?:有|是)?(?:什么|没有)?(?:出处|来源|引用|原文|原话|根据|依据)(?:是(?:什么|哪里|哪))?(?:在哪里?|怎么说的?)?"
        rf"|(?:是)?(?:在|从|出自)?(?:哪一?[篇份](?:{_TEXT})?|哪一?个(?:{_TEXT}))(?:里|上|中)?(?:说|写|看到|讲|提到)的"
        rf"|(?:是)?(?:在|从)?哪[里儿](?:说|看到|提到)的"
        rf"|(?:是)?(?:在|出自)哪一?[篇份个](?:{_TEXT})(?:里|上|中)?|在?(?:第几|哪一?)页|sources?|whichdocument|where(?:does|did)(?:this|that|it)comefrom",
    ),
    (
        "reason",
        r"(?:为什么|为啥|凭什么|怎么)(?:会|能)?(?:你)?(?:这么|这样|那么)(?:说|讲|认为|回答|肯定)|何以见得|(?:怎么|从哪)(?:知道|得出|看出来?)的"
        r"|whydoyousay(?:that|so)|howdoyouknow",
    ),
    ("again", rf"{_SPEAK}[一1][遍次]|{_UNABLE}重复|重复[一1][遍次]|sayitagain|repeat(?:that|it)?"),
)
_PATTERNS = tuple(
    (kind, re.compile(f"{_ASKED}{_POINTED}{_ASKED}(?:{said}){_TAIL}")) for kind, said in _KINDS
)
_WIDE = ("more", "wording", "reason")
OF_AN_ANSWER = frozenset(("more", "sure", "reason", "again"))
"""Kinds of remarks that ask nothing where nothing was answered."""

_PLACE = re.compile(
    rf"(?P<said>(?:上面|刚才|前面|你|这里)(?:说|讲|列|提到|引)?的?(?:那|这)?)?(?:第(?P<number>{NUMERAL})|最后一)"
    r"(?:[个条点项种步句类款])(?P<asks>(?:是|能|要|有)?(?:什么意思|什么[\u4e00-\u9fff]{0,3}|啥|谁|干什么的?|干嘛的?|做什么的?|怎么[回一]{0,2}事|怎么[\u4e00-\u9fff]{1,2}|为什么|多少钱?|在哪里?)"
    r"|(?:再|请|能)*(?:详细|具体|展开|仔细|解释|说明)(?:地|一?点|再|一下)*(?:[说讲谈]{0,2}|介绍|解释)(?:一下)?|呢)?[吗呢啊呀]*"
)
_ITEM = re.compile(
    r"\s*(?:[-•*]|\d{1,2}[.、)）]|[①-⑨]|[（(]?[一二三四五六七八九十]+[、)）])\s*(?P<text>.+)"
)
_SENTENCES = re.compile(r"[。！？\n]")
_MARK = re.compile(r"\[\d{1,3}\]")
_MORE = re.compile("[再请能]*(?:详|具|展|仔|解|说|呢)")
_NAME = 12  # characters: a longer item is no name


def remark(question: str) -> str:
    """What is said of the last answer; empty if a question asks something of its own.

    ``wording`` (换个说法), ``shorter`` (说短一点), ``more`` (再详细一点), ``sure`` (你确定吗),
    ``source`` (出处呢), ``reason`` (为什么这么说), ``again`` (再说一遍) or ``item`` (上面第二条).
    """
    words = _words(question)
    if not words or len(words) > _SAID:
        return ""
    if (place := _PLACE.fullmatch(words)) and place["said"]:
        return "item"
    return next((kind for kind, pattern in _PATTERNS if pattern.fullmatch(words)), "")


def of_item(question: str, last: str, answer: str) -> str:
    """What a question asks of one thing that the last answer tells, by that thing's name.

    第二个是什么 after 甲、乙、丙 asks 乙是什么. Empty if it counts to none, and behind a question
    that counts itself: 第三条呢 after 第二条是什么.

    Args:
        question: As asked.
        last: The question before it.
        answer: What that was answered.
    """
    match = _PLACE.fullmatch(_words(question))
    if not match or not (match["asks"] or match["said"]) or ordinals(fold(last)):
        return ""
    items = _items(answer, several=question_kind(last) == "list")
    number = number_of(match["number"]) if match["number"] else len(items)
    if not number or number > len(items) or not items[1:]:
        return ""
    item, asks = items[number - 1], match["asks"] or ""
    named = len(item) <= _NAME and not _MORE.match(asks)
    return f"{item}{' ' * item[-1].isascii()}{asks}".strip() if named and asks else item


def _words(question: str) -> str:
    return re.sub(r"[\W_]+", "", fold(question))


def _items(answer: str, *, several: bool) -> list[str]:
    """What an answer tells line by line, or if ``several`` are asked for, side by side."""
    text = _MARK.sub("", answer)
    lines = [match["text"] for line in text.split("\n") if (match := _ITEM.match(line))]
    if several and not lines:
        said = (piece.lstrip(" 要") for piece in _SENTENCES.split(text))
        lines = max(map(side_by_side, said), key=len)
    return [item for line in lines if (item := line.strip("“”「」 。；;，,"))]


def widened(kind: str, finding: Finding, evidence: Evidence) -> Finding:
    """A finding with the sentences around those it quotes, where a remark wants more of them."""
    if kind not in _WIDE or len(finding.lines) != 1:
        return finding
    line, told = finding.lines[0], evidence.candidates
    places = {(item.hit.passage.id, item.start): number for number, item in enumerate(told)}
    wide = {(item.hit.passage.id, item.start): item for item in line.sentences}
    for passage, start in list(wide):
        at = places.get((passage, start))
        around = told[max(at - 1, 0) : at + 3] if at is not None else ()
        near = [item for item in around if item.hit.passage.id == passage and not item.is_heading]
        wide.update(((passage, item.start), item) for item in near)
    return replace(finding, lines=(replace(line, sentences=tuple(in_order(list(wide.values())))),))


def notices(kind: str, answer: Answer, *, quoted: bool) -> list[Notice]:
    """What to tell the reader of how a remark is met.

    Args:
        kind: Of the remark.
        answer: To the question before it.
        quoted: Whether it only quotes, and is not worded by a language model.
    """
    if kind == "source":
        names = [item.passage.title or item.passage.source for item in answer.citations]
        return [Notice("remark source", name) for name in dict.fromkeys(names)]
    return [Notice(f"remark {kind}")] if kind not in ("", "again") and quoted else []
