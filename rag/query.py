"""What a question asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.asked import content_terms, in_writing, question_kind


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


def read_query(text: str, segmenter: Segmenter) -> Query:
    """Read a question."""
    text = in_writing(text)
    about = _ASKING.sub(" ", fold(text))
    terms = list(dict.fromkeys(segmenter.terms(text)))
    content = content_terms(list(dict.fromkeys(segmenter.terms(about)))) or content_terms(terms)
    return Query(text, question_kind(text), tuple(content or terms), vague=not content)


def readable_question(text: str) -> str:
    """A question as it can be read: a terminal in another encoding leaves lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")
