"""What ``KnowledgeBase.stream`` yields on the way to an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corpus.records import Answer, Citation, Hit


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages have been found.

    Attributes:
        question_resolved: The question as understood, follow-ups filled in.
        hits: As many as were asked for, best first.
        timings_ms: Milliseconds by stage so far, and ``total``.
    """

    question_resolved: str
    hits: tuple[Hit, ...]
    timings_ms: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The documents are thought to answer, and these sentences carry the answer.

    Attributes:
        citations: The sentences, numbered by passage, as the extractive answer cites them.
        confidence: Estimated probability that the documents answer the question.
        timings_ms: Milliseconds by stage so far, and ``total``.
    """

    citations: tuple[Citation, ...]
    confidence: float
    timings_ms: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text as a language model writes it, not yet checked.

    Empty while nothing has come for a while, so that whoever is waiting can stop waiting.
    """

    text: str


Event = Retrieved | Chosen | Token | Answer
"""The answer comes last, and always. Small talk has no event before it, a refusal ``Retrieved``."""
