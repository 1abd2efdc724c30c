"""Which sentences carry the answer, and how likely it is that any does."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError
from corpus.normalize import fold
from corpus.records import Hit
from index.embed import StaticEmbedder
from rag.cutting import Cutter
from rag.features import FEATURES, Candidate, candidates_of, sentence_features
from rag.query import Query

CONFIDENCE_FEATURES = (
    "score", "margin", "passage_coverage", "unknown", "interaction", "pair_coverage",
)  # fmt: skip
"""What the probability of an answer is estimated from; see :func:`confidence_features`."""

LOWERS_CONFIDENCE = frozenset({"unknown"})
"""Signals that can only lower the probability; all others can only raise it."""

_WEIGHTS = Path(__file__).parent / "weights.json"
_LEADS = ("：", ":")


@dataclass(frozen=True, slots=True)
class Weights:
    """Learnt by ``python -m rag.train``.

    Attributes:
        sentence: One weight for each of ``FEATURES``.
        confidence: One weight for each of ``CONFIDENCE_FEATURES``.
        bias: Of the confidence.
    """

    sentence: tuple[float, ...]
    confidence: tuple[float, ...]
    bias: float


def load_weights(path: Path = _WEIGHTS) -> Weights:
    """Read the learnt weights.

    Raises:
        CorruptError: The file does not fit this version's signals.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        weights = Weights(
            tuple(float(data["sentence"][name]) for name in FEATURES),
            tuple(float(data["confidence"][name]) for name in CONFIDENCE_FEATURES),
            float(data["bias"]),
        )
        if not all(map(math.isfinite, (*weights.sentence, *weights.confidence, weights.bias))):
            raise ValueError("a weight is not a finite number")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorruptError(
            f"{path}: not the weights of this version ({error!r}); install yinju again"
        ) from None
    return weights


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentences of the best passages, weighed.

    Attributes:
        candidates: Every sentence, in the order of the passages.
        scores: How well each answers the question, shape ``(len(candidates),)``.
        order: Numbers of the candidates, best first.
        confidence: Estimated probability that the passages answer the question.
        table: The signals of each candidate, shape ``(len(candidates), len(FEATURES))``,
        weights: and what each is multiplied by; both empty if they are not known.
    """

    candidates: tuple[Candidate, ...]
    scores: NDArray[np.float32]
    order: tuple[int, ...]
    confidence: float
    table: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    weights: tuple[float, ...] = ()

    def signals_of(self, row: int) -> dict[str, tuple[float, float]]:
        """The signals of a candidate that are not zero, each with its weight."""
        values = self.table[row].tolist() if row < len(self.table) else []
        named = zip(FEATURES, values, self.weights, strict=False)
        return {name: (round(value, 4), weight) for name, value, weight in named if value}


def weigh(
    query: Query,
    hits: Sequence[Hit],
    segmenter: Cutter,
    idf: Callable[[str], float],
    words: StaticEmbedder,
    weights: Weights,
) -> Evidence:
    """Weigh every sentence of some passages as evidence for a question."""
    candidates = candidates_of(hits)
    if not candidates:
        empty = np.zeros(0, np.float32)
        return Evidence((), empty, (), 0.0)
    table = sentence_features(query, candidates, segmenter, idf, words)
    scores = (table @ np.asarray(weights.sentence, np.float32)).astype(np.float32)
    order = tuple(int(row) for row in np.argsort(-scores, kind="stable"))
    signals = confidence_features(query, hits, candidates, table, scores, segmenter, idf)
    logit = float(signals @ np.asarray(weights.confidence)) + weights.bias
    confidence = 0.0 if query.vague else 1 / (1 + math.exp(-max(min(logit, 30.0), -30.0)))
    return Evidence(tuple(candidates), scores, order, confidence, table, weights.sentence)


def confidence_features(
    query: Query,
    hits: Sequence[Hit],
    candidates: Sequence[Candidate],
    table: NDArray[np.float32],
    scores: NDArray[np.float32],
    segmenter: Cutter,
    idf: Callable[[str], float],
) -> NDArray[np.float64]:
    """What tells whether the passages answer a question, shape ``(len(CONFIDENCE_FEATURES),)``.

    None depends on how much a knowledge base holds: shares, cosines, and scores made of them.
    """
    best = int(np.argmax(scores))
    column = {name: table[:, number] for number, name in enumerate(FEATURES)}
    weights = {term: idf(term) for term in query.terms}
    total = sum(weights.values()) or 1.0
    shares = []
    everywhere: set[str] = set()
    for hit in hits:
        passage = hit.passage
        present = set(segmenter.terms("\n".join((passage.title, *passage.headings, passage.text))))
        everywhere |= present
        shares.append(sum(weights[term] for term in weights if term in present) / total)
    ordered = np.sort(scores)[::-1]
    return np.array(
        [
            scores[best],
            ordered[0] - ordered[min(3, len(ordered) - 1)],
            max(shares),
            sum(weights[term] for term in weights if term not in everywhere) / total,
            column["interaction"][best],
            column["pair_coverage"][best],
        ],
        np.float64,
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """How many sentences an answer may take.

    Attributes:
        sentences: At most this many that are not items of one list.
        items: At most this many items of a list.
        gain: A further sentence must cover at least this share of the question beyond the others.
    """

    sentences: int = 3
    items: int = 12
    gain: float = 0.18


def choose(query: Query, evidence: Evidence, selection: Selection) -> list[Candidate]:
    """The fewest sentences that carry the answer, best first.

    The best sentence; with it the list it opens or belongs to, if a list is asked for or it ends
    in a colon; then sentences that cover much of the question that is still uncovered and score
    nearly as well.
    """
    candidates = evidence.candidates
    if query.kind == "list":
        for number in evidence.order[:2]:
            items = _list_around(candidates, number)[: selection.items]
            if items:
                return [candidates[item] for item in items]
    prose = [number for number in evidence.order if not candidates[number].is_heading]
    order = prose or list(evidence.order)
    best = order[0]
    if candidates[best].text.rstrip().endswith(_LEADS):
        items = _list_around(candidates, best)[: selection.items]
        if items:
            return [candidates[item] for item in items]
    chosen = [best]
    covered = _joint_coverage(evidence, chosen, query)
    spread = float(np.std(evidence.scores)) or 1.0
    for number in order[1:8]:
        if len(chosen) == selection.sentences:
            break
        together = _joint_coverage(evidence, [*chosen, number], query)
        near = evidence.scores[best] - evidence.scores[number] < 1.2 * spread
        if near and together - covered >= selection.gain:
            chosen.append(number)
            covered = together
    return [evidence.candidates[number] for number in chosen]


def _joint_coverage(evidence: Evidence, numbers: Sequence[int], query: Query) -> float:
    """Upper estimate of the share of the question that several sentences cover together."""
    text = fold(" ".join(evidence.candidates[number].text for number in numbers))
    lengths = {term: len(term) for term in query.terms}
    total = sum(lengths.values()) or 1
    return sum(length for term, length in lengths.items() if term in text) / total


def _list_around(candidates: Sequence[Candidate], number: int) -> list[int]:
    """The list a sentence opens (as heading or lead-in) or belongs to; empty if there is none.

    Of each item the sentence that opens it. With the list's lead-in, but without its heading, which
    the citation's place names anyway.
    """
    anchor = candidates[number]
    opens = anchor.is_heading or anchor.text.rstrip().endswith(_LEADS)
    if not (opens or _is_in_list_of(anchor, anchor)):
        return []
    first = last = number
    while not opens and first > 0 and _is_in_list_of(candidates[first - 1], anchor):
        first -= 1
    lead = candidates[first - 1] if first > 0 and not opens else None
    if lead and lead.hit is anchor.hit and lead.text.rstrip().endswith(_LEADS):
        first -= 1
    while last + 1 < len(candidates) and _is_in_list_of(candidates[last + 1], anchor):
        last += 1
    found = [row for row in range(first, last + 1) if not candidates[row].follows_item]
    return found[anchor.is_heading :] if len(found) > 1 else []


def _is_in_list_of(item: Candidate, anchor: Candidate) -> bool:
    return item.hit is anchor.hit and (item.is_item or item.follows_item)
