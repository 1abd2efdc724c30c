"""How likely it is that the passages answer a question."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.normalize import fold
from index.embed import StaticEmbedder, Vectors
from index.numerals import numbers_in
from rag.context import whole_text
from rag.features import Candidate
from rag.query import Query
from rag.reader import Span
from rag.wanted import wanted

CONFIDENCE_FEATURES = (
    "found", "soft_coverage", "weakest_word", "focus", "number_missing", "kind_missing",
    "unit_missing", "kind_unread", "read",
)  # fmt: skip
"""What the probability of an answer is estimated from; see :func:`confidence_features`."""

LOWERS_CONFIDENCE = frozenset({"number_missing", "kind_missing", "unit_missing", "kind_unread"})
"""Signals that can only lower the probability; all others can only raise it."""

_ASKING = re.compile(
    r"多少|几|什么时候|何时|什么|哪[些个里儿位年天一几家种款部]?|谁|为什么|为何|怎么样?|怎样|如何|吗"
    r"|是否|多[大长高远久快宽深重贵]|\b(?:what|who|when|where|why|how|which)\b"
)
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_COMMA = re.compile(r"(?<=\d),(?=\d{3})")
_SURE = 10.0  # log odds beyond which a reader's certainty says nothing more
_LOST = -6.0  # log odds of the best passage below which nothing was found
_LEAST = 1e-6
_BESIDE = 6  # characters before and after the question word: what is asked of what
_TELLING = 0.5  # words with at least this share of the longest vector's length say something
_MATCHED = 0.5  # cosine from which a word counts as found: that it is the same says no more


def confidence_features(
    query: Query,
    best: Candidate,
    span: Span | None,
    score: float,
    words: StaticEmbedder,
    asked: Candidate | None = None,
) -> NDArray[np.float64]:
    """What tells whether a sentence answers a question, shape ``(len(CONFIDENCE_FEATURES),)``.

    Each means the same for documents of another kind. Whether the search found anything tells
    questions about something else; what a near miss lacks is looked for in the passage of the
    sentence (the words of the question, the least matched of them, those beside the question word,
    its numbers), and in the sentence itself and its answering words (what is of the kind and unit
    asked for).

    Args:
        query: The question.
        best: The sentence that answers it best.
        span: The words of it that answer, as read; None if it was not read.
        score: Of the best passage: the estimated probability that it answers.
        words: The static model whose word vectors are compared.
        asked: The question in the text that the sentence answers, if it answers one.
    """
    folded, asked_for = fold(query.text), wanted(query.text)
    around = whole_text(best.hit.passage)
    if asked is not None and asked.hit.passage is not best.hit.passage:
        around = f"{whole_text(asked.hit.passage)}\n{around}"
    coverage, weakest, focus = _matches(query.text, _focus(folded), around, words)
    return np.array(
        [
            max(_LOST, min(_logit(score), 0.0)),
            coverage,
            min(weakest, _MATCHED),
            focus,
            float(_lacks_number(folded, fold(around))),
            float(asked_for.decides and asked_for.is_in(best.text) is False),
            float(asked_for.is_counted_in(best.text) is False),
            float(asked_for.decides and asked_for.is_in(_words(best, span)) is False),
            max(-_SURE, min(_SURE, span.score)) if span and math.isfinite(span.score) else -_SURE,
        ],
        np.float64,
    )


def probability(
    signals: NDArray[np.float64], weights: Sequence[float], bias: float, *, vague: bool
) -> float:
    """The probability that signals stand for; 0 for a question that names nothing."""
    if vague:
        return 0.0
    logit = float(signals @ np.asarray(weights)) + bias
    return 1 / (1 + math.exp(-max(min(logit, 30.0), -30.0)))


def _logit(chance: float) -> float:
    chance = min(max(chance, _LEAST), 1 - _LEAST)
    return math.log(chance / (1 - chance))


def _words(sentence: Candidate, span: Span | None) -> str:
    """The words of a span; empty without one."""
    if span is None:
        return ""
    passage = sentence.hit.passage
    return passage.text[span.start - passage.start : span.end - passage.start]


def _matches(
    question: str, focus: str, text: str, words: StaticEmbedder
) -> tuple[float, float, float]:
    """How well a text matches a question: in the mean, its word matched least, and its focus.

    Each word is compared with the most similar word of the text and counts by its vector's length;
    the second figure leaves out words that say little. What only goes with a word does not count as
    found here: who asks for the French text is not served with the German one.
    """
    rows, counts = words.token_rows([question, focus, text])
    first, last = int(counts[0]), int(counts[0] + counts[1])
    if not first or not len(rows) - last:
        return 0.0, 0.0, 0.0
    lengths = words.lengths(rows[:last])
    likeness = words.cosines(rows[:last], rows[last:]).max(axis=1)
    telling = lengths[:first] >= _TELLING * lengths[:first].max()
    return (
        _mean(likeness[:first], lengths[:first]),
        float(likeness[:first][telling].min()),
        _mean(likeness[first:], lengths[first:]),
    )


def _mean(values: Vectors, weights: Vectors) -> float:
    return float(weights @ values) / max(float(weights.sum()), 1e-9)


def _focus(folded: str) -> str:
    """The words beside the question word; the whole question without one."""
    match = _ASKING.search(folded)
    if match is None:
        return folded
    before = folded[max(0, match.start() - _BESIDE) : match.start()]
    return f"{before} {folded[match.end() : match.end() + _BESIDE]}"


def _lacks_number(question: str, text: str) -> bool:
    """Whether a question names a number in figures that a text writes in no way."""
    question, text = _COMMA.sub("", question), _COMMA.sub("", text)
    others = numbers_in(question)
    for match in _DIGITS.finditer(question):
        forms = [n.forms for n in others if n.start <= match.start() < n.end]
        figure = rf"(?<!\d){re.escape(match.group())}(?!\d)"
        told = re.search(figure, text) or any(form in text for form in sum(forms, ()))
        if not told:
            return True
    return False
