"""How likely it is that the passages answer a question."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.normalize import fold
from corpus.records import Hit, Passage
from index.embed import StaticEmbedder, normalize
from rag.cutting import Cutter
from rag.features import Candidate
from rag.query import Query
from rag.wanted import wanted

CONFIDENCE_FEATURES = (
    "passage_coverage", "soft_coverage", "weakest_word", "focus", "rarest_missing",
    "expected_missing", "unit_missing", "read",
)  # fmt: skip
"""What the probability of an answer is estimated from; see :func:`confidence_features`."""

LOWERS_CONFIDENCE = frozenset({"rarest_missing", "expected_missing", "unit_missing"})
"""Signals that can only lower the probability; all others can only raise it."""

_ASKING = re.compile(
    r"多少|几|什么时候|何时|什么|哪[些个里儿位年天一几家种款部]?|谁|为什么|为何|怎么样?|怎样|如何|吗"
    r"|是否|多[大长高远久快宽深重贵]|\b(?:what|who|when|where|why|how|which)\b"
)
_SURE = 10.0  # log odds beyond which a reader's certainty says nothing more
_BESIDE = 6  # characters before and after the question word: what is asked of what
_TELLING = 0.5  # words with at least this share of the longest vector's length say something


def confidence_features(
    query: Query,
    hits: Sequence[Hit],
    candidates: Sequence[Candidate],
    scores: NDArray[np.float32],
    read: float | None,
    segmenter: Cutter,
    idf: Callable[[str], float],
    words: StaticEmbedder,
) -> NDArray[np.float64]:
    """What tells whether the passages answer a question, shape ``(len(CONFIDENCE_FEATURES),)``.

    None depends on how much a knowledge base holds or how its passages are scored: shares and
    cosines alone, so that they mean the same for documents of another kind. What a near miss lacks
    is looked for where the best sentence stands: the rarest word of the question, its least matched
    word, the words beside the question word, what is of the kind and unit asked for.

    Args:
        query: The question.
        hits: The passages.
        candidates: Their sentences.
        scores: How well each answers the question, shape ``(len(candidates),)``.
        read: Log odds that the reader gives its answer in the best sentence; None if it was not
            read.
        segmenter: Cuts text into terms.
        idf: Inverse document frequency of a term in the knowledge base.
        words: The static model whose word vectors are compared.
    """
    weights = {term: idf(term) for term in query.terms}
    total = sum(weights.values()) or 1.0
    present = [frozenset(segmenter.terms(_whole(hit.passage))) for hit in hits]
    shares = [sum(weights[term] for term in weights if term in held) / total for held in present]
    sentence = candidates[int(np.argmax(scores))]
    around = _whole(sentence.hit.passage)
    held = frozenset(segmenter.terms(around))
    missing = [weights[term] for term in weights if term not in held]
    soft, weakest = _matches(query.text, around, words)
    asked_for = wanted(query.text)
    return np.array(
        [
            max(shares),
            soft,
            weakest,
            _matches(_focus(fold(query.text)), around, words)[0],
            max(missing, default=0.0) / max(weights.values(), default=1.0),
            float(asked_for.decides and asked_for.is_in(sentence.text) is False),
            float(asked_for.is_counted_in(sentence.text) is False),
            max(-_SURE, min(_SURE, read)) if read is not None and math.isfinite(read) else -_SURE,
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


def _whole(passage: Passage) -> str:
    return "\n".join((passage.title, *passage.headings, *passage.context, passage.text))


def _matches(question: str, text: str, words: StaticEmbedder) -> tuple[float, float]:
    """How well a text matches the words of a question: in the mean, and the word it matches least.

    Each word is compared with the most similar word of the text and counts by its vector's length;
    the second figure leaves out words that say little.
    """
    vectors, counts = words.token_vectors([question, text])
    asked, told = vectors[: counts[0]], vectors[counts[0] :]
    if not len(asked) or not len(told):
        return 0.0, 0.0
    lengths = np.linalg.norm(asked, axis=1)
    likeness = (normalize(asked) @ normalize(told).T).max(axis=1)
    telling = lengths >= _TELLING * lengths.max()
    mean = float(lengths @ likeness) / max(float(lengths.sum()), 1e-9)
    return mean, float(likeness[telling].min())


def _focus(folded: str) -> str:
    """The words beside the question word; the whole question without one."""
    match = _ASKING.search(folded)
    if match is None:
        return folded
    before = folded[max(0, match.start() - _BESIDE) : match.start()]
    return f"{before} {folded[match.end() : match.end() + _BESIDE]}"
