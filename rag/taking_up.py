"""Questions that take up the last one: what they ask it of anew."""

from __future__ import annotations

import re

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.asked import question_kind
from rag.phrases import ATTRIBUTES, asking, holds_asking, phrases, topic
from rag.substitute import UNDER, Alike, put, substituted

_OPENED = re.compile(r"换成|(?:what|how) about\b")
_CLOSED = re.compile(r"[呢咧]\W*$")
_POINTS = re.compile(r"[几两三四五六七八九十晚篇]|[款种块把次场条件台]$")  # 那把 is one
_NAME = re.compile(r"那(?![他她它你您我谁这其])[\u4e00-\u9fff][是在的]")  # 那英
_AGAIN = re.compile(r"(?<=[呢咧])[，,]\s*(?P<rest>[^，,]{1,10})$")  # 查重呢，也是他们？
_TOO = re.compile("[也又还]")
_ALSO = re.compile(
    r"(?P<new>(?![这那它他她此该]).+?)(?:[上里中]|那边|这边)? ?也(?:都|会|是)?"
    r"(?:行|可以|能|一样|算|这样|是|有)[吗么不]?\W*"
)
_YES_OR_NO = re.compile(
    r"(?:吗|(?<![什怎多])么|[了有]没有?)\W*$|能否|是否|([能会可支算是行有])[不没]\1"
)
_CHANGED = re.compile(
    r"(?:新的?|后来|现在|如今|目前|最新的?|新[版规].?)?(?:又|都|给|是)?"
    r"(?:[改换变调提降升涨增减放]|提高|降低|调整|增加|减少)[成为到至]了?"
    r"(?:谁|什么样?|多[少长久大高]|几.?|哪.?).{0,3}?\W*"
)
_EDITION = re.compile(r"(?:(?:19|20)?\d\d\s*年?(?:那|这)?|[旧老原])版")
_ASKS = re.compile(r"[不没]\W*$")
_CONTINUES = re.compile(
    r"(?:然后|还有|另外|以及|换成|如果是|and\b|(?:what|how) about\b)? ?"
    r"(?:对于?|在|是|说到)?(?P<new>.*?)(?:[这那]?[上里中边]|[这那]儿|方面)? ?"
    r"(?:又|的话|怎么样|如何)?(?:呢|咧)?\W*"
)
_POINTS_BACK = re.compile("[它他她]们?[^们]")  # 它的价格呢
_LONG = 60  # characters: more names what it is about
_OWN = 3  # characters of nouns in what only asks again
_LONGEST = 8  # words that can take the place of others


def opening(question: str, segmenter: Segmenter) -> tuple[int, bool]:
    """How long the 那 is that a question begins with, and whether it goes on from the last.

    A 那 that points at something (那里, 那几张), or begins a name, belongs to the question.
    """
    first, second, *_ = *segmenter.tagged(fold(question))[:2], ("", "q"), ("", "q")
    points = not _CLOSED.search(question) and (
        second[1] == "q" or _POINTS.match(second[0]) or _NAME.match(question)
    )
    cut = len(first[0]) if first[0] in ("那", "那么") and not points else 0
    return cut, bool(cut or _OPENED.match(fold(question)))


def taken_up(
    question: str, goes_on: bool, last: str, about: str, segmenter: Segmenter, alike: Alike | None
) -> list[str]:
    """The last question asked of what this one names (… 呢), likeliest first; empty if it asks.

    What is also asked of (Java 也行吗) is added to it; what has changed (后来改成多少了) is asked
    of the new edition.

    Args:
        question: As asked, without the 那 that it begins with.
        goes_on: Whether it began with one, or the like.
        last: The question before it.
        about: What that was about.
        segmenter: Cuts questions into words.
        alike: Compares words by meaning; by their form alone if None.
    """
    question = " ".join(question.split())
    if len(question) > _LONG:
        return []
    brief = _brief(fold(question), fold(last), segmenter)
    match = _CONTINUES.fullmatch(brief) if goes_on or _CLOSED.search(brief) else None
    if not match and _EDITION.search(last) and _CHANGED.fullmatch(brief):
        return [_EDITION.sub("新版", last, count=1)]
    also = None if match or not _YES_OR_NO.search(fold(last)) else _ALSO.fullmatch(brief)
    match = match or also
    new = question[slice(*match.span("new"))].strip() if match else ""
    if not new or _POINTS_BACK.match(new) or _asks(new) or len(segmenter.tagged(new)) > _LONGEST:
        return []
    if new in ATTRIBUTES:
        return [f"{about}的{new}"]
    above = under[0] if (under := UNDER.match(last)) else ""
    last = last[len(above) :]
    if also:
        return [above + put(last, 0, 0, new)]
    about = topic(last, segmenter) or about
    return [above + text for text in substituted(new, last, about, segmenter, alike)]


def _brief(question: str, last: str, segmenter: Segmenter) -> str:
    """A question without what it asks a second time as the last one did: o1 呢，差多少."""
    again = _AGAIN.search(question)
    if not again or sum(map(len, phrases(again["rest"], segmenter))) > _OWN:
        return question
    asked = asking(again["rest"])
    asks_else = not asked and _YES_OR_NO.search(again["rest"])  # 照片呢，发得了吗
    before = asking(last)
    alike = asked in ("", before) or {asked, before} <= {"几", "多少"}
    same = _TOO.match(again["rest"]) or (alike and not asks_else)
    return question[: again.start()] if same else question


def _asks(text: str) -> bool:
    return holds_asking(text) or question_kind(text) != "other" or bool(_ASKS.search(text))
