"""What asks: words that do, and one thing asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.normalize import fold
from index.asked import in_writing

ANSWER = "\0"
"""Stands in a part for what answers the part before."""

_ASKS = re.compile(
    r"多少|(?<![好十])几(?![乎何经百千万十])|什么|干嘛|谁|哪|怎么|怎样|如何|为何|吗\W*$|何时|多[大长高远久快宽深重贵]"
    r"|[了过]没有?\W*$|[^\W可并要岂从绝决说]不\W*$"
    r"|会不会|能不能|是不是|可不可以"
    r"|有没有(?!(?:哪[位个])?[人谁位](?:能|可以|会)?(?:知道|了解|清楚|晓得|懂|告诉|说说|讲讲|帮))"
    r"|\b(?:what|who|when|where|why|how|which)\b"
)
_WHAT = (
    (re.compile(r"(?:时间|日期)$"), "什么时候"),
    (re.compile(r"(?:[数率额价量费值分]|价格|投资|成本)$"), "多少"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked.

    Attributes:
        label: Names it among the others.
        text: Asks it alone.
        source: Of the only document that it is asked of; empty if of all.
        sure: Whether that document is meant for sure.
        after: The same, with :data:`ANSWER` for what answers the part before; empty if it does not
            point at that.
        others: What it may ask instead, if the documents answer that more surely.
        whole: It behind all that is asked before it; empty if that is too long, or nothing.
    """

    label: str
    text: str
    source: str = ""
    sure: bool = True
    after: str = ""
    others: tuple[str, ...] = ()
    whole: str = ""


def asks_something(text: str) -> bool:
    """Whether a text holds a word that asks."""
    return bool(_ASKS.search(in_writing(fold(text))))


def as_question(text: str) -> str:
    """A noun phrase as the question for it: 签下来的总金额 asks how much that is."""
    plain = text.rstrip("？?。！! ，,的")
    what = next((word for asked, word in _WHAT if asked.search(fold(plain))), "什么")
    return f"{plain}是{what}？"
