"""What a question asks for."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.segment import Segmenter
from index.asked import content_terms, question_kind


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
