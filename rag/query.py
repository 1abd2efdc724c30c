"""What a question asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.asked import content_terms, question_kind

_GREETING = re.compile(
    r"(?:(?:你们?|大家)好|您好|哈喽|嗨|hi|hello|hey|在吗|在么|早上好|上午好|下午好|晚上好|早安|晚安|早)+(?:啊|呀|哦|吗)?"
)
_THANKS = re.compile(
    r"(?:好的?|嗯+)?(?:非常|十分|太)?(?:谢谢|感谢|多谢|谢了|辛苦了|thanks?(?:you)?|thx)(?:你|您|了|啦)?"
)
_FAREWELL = re.compile(r"(?:再见|拜拜|bye(?:bye)?|回头见)(?:了|啦)?")
_SMALL_TALK = (("greeting", _GREETING), ("thanks", _THANKS), ("farewell", _FAREWELL))


@dataclass(frozen=True, slots=True)
class Query:
    """A question, read.

    Attributes:
        text: As asked, or as understood from the conversation.
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


def read_query(text: str, segmenter: Segmenter) -> Query:
    """Read a question."""
    terms = list(dict.fromkeys(segmenter.terms(text)))
    content = content_terms(terms)
    return Query(text, question_kind(text), tuple(content or terms), vague=not content)


def readable_question(text: str) -> str:
    """A question as it can be read: a terminal in another encoding leaves lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")


def small_talk(text: str) -> str:
    """``greeting``, ``thanks`` or ``farewell`` if a text is nothing else; otherwise empty."""
    words = re.sub(r"[\W_]+", "", fold(text))
    return next((name for name, pattern in _SMALL_TALK if pattern.fullmatch(words)), "")
