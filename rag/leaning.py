"""Questions that name little, and what they lean on: the topic of the question before them."""

from __future__ import annotations

import re

from corpus.segment import Segmenter
from rag.editions import asked_edition
from rag.phrases import phrases, topic
from rag.substitute import UNDER

_OTHER = re.compile("[呢咧][，,]")  # 章鱼的呢，什么时候交 asks of something else
_OWN = 3  # characters of nouns: a question that has more names something of its own
_OWN_LEANING = 6
_POINTING = 0.15
_LEANS = re.compile(
    r"还有|别的|另[一外]|原来(?=的|那)|后[来面]|其余|剩下|缺的|也|以前|当时"
    r"|(?:^|(?<=[，,是的到在]))[那这](?:个|位|家|种|次|一?[级步档项])"
)
_COUNTED_IN = re.compile("(?:[算含]|包括|包含)(?:了|进)?在(?:里面|内)")  # in what, it does not say
_MORE = re.compile(
    r"还有(?:没有)?(?:别的|其[他它]|另外|什么|谁|哪|吗)|(?:别的|其[他它])\S{0,3}[吗么呢]"
)
_CODE = re.compile(r"[A-Za-z]+-?\d|(?<!\d)\d{2,4}\s*年|《")  # A4, 2024年: names of few characters
_EDITION = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|\d\d)\s*年?(?:那|这)?版(?:的|里)?|[旧老]版的?")


def names_little(question: str, segmenter: Segmenter) -> bool:
    """Whether what a question names is too little for it to stand alone."""
    leans = _LEANS.search(question) or _COUNTED_IN.search(question)
    if not leans and _CODE.search(question):
        return False
    named = sum(map(len, phrases(_COUNTED_IN.sub("", question), segmenter)))
    return named <= (_OWN_LEANING if leans else _OWN)


def allowed_loss(question: str) -> float:
    """How much less surely a question may be answered under a topic than alone.

    All of it where it asks for more of what was asked for (还有别的吗), some where it points at it.
    """
    if _MORE.search(question):
        return 1.0
    return _POINTING if _LEANS.search(question) or _COUNTED_IN.search(question) else 0.0


def under_topic(question: str, last: str, segmenter: Segmenter) -> str:
    """A question under what the last one was about; empty if it names something of its own.

    One that asks about another edition is put under the topic without its own.
    """
    if question.isascii() or UNDER.match(question) or _OTHER.search(question):
        return ""
    name = topic(last, segmenter)
    edition = asked_edition(question)
    if edition.latest or edition.years:
        name = _EDITION.sub("", name)
    return about(question, name) if name[1:] and names_little(question, segmenter) else ""


def about(question: str, name: str) -> str:
    """A question under a name."""
    return f"关于{' ' * name[0].isascii()}{name}：{question}"
