"""Which sentences carry the answer, and how likely it is that any does."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError
from corpus.records import Hit
from index.embed import StaticEmbedder
from rag.confidence import CONFIDENCE_FEATURES, confidence_features, probability
from rag.cutting import Cutter
from rag.features import FEATURES, Candidate, candidates_of, sentence_features
from rag.query import Query
from rag.reader import Span
from rag.standing import STANDING_FEATURES, corrected, standing

READING_FEATURES = (*FEATURES, "span", "unread")
"""What a sentence is ranked by once the best have been read: by its signals, of which the reader
makes some worth less, by the reader, and by whether it was not read."""

_WEIGHTS = Path(__file__).parent / "weights.json"
_LIKELY = -6.0  # log odds; on CMRC 2018 trial words less likely are still better than the rules


@dataclass(frozen=True, slots=True)
class Weights:
    """Learnt by ``python -m rag.train``, those of the standing by ``python -m rag.train.standing``.

    Attributes:
        sentence: One weight for each of ``FEATURES``.
        reading: One weight for each of ``READING_FEATURES``.
        confidence: One weight for each of ``CONFIDENCE_FEATURES``.
        bias: Of the confidence.
        standing: One weight for each of ``STANDING_FEATURES``.
        standing_bias: Of the correction by them.
    """

    sentence: tuple[float, ...]
    reading: tuple[float, ...]
    confidence: tuple[float, ...]
    bias: float
    standing: tuple[float, ...]
    standing_bias: float


def load_weights(path: Path = _WEIGHTS) -> Weights:
    """Read the learnt weights.

    Raises:
        CorruptError: The file does not fit this version's signals.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        weights = Weights(
            tuple(float(data["sentence"][name]) for name in FEATURES),
            tuple(float(data["reading"][name]) for name in READING_FEATURES),
            tuple(float(data["confidence"][name]) for name in CONFIDENCE_FEATURES),
            float(data["bias"]),
            tuple(float(data["standing"][name]) for name in STANDING_FEATURES),
            float(data["standing_bias"]),
        )
        biases = (weights.bias, weights.standing_bias)
        learnt = (weights.sentence, weights.reading, weights.confidence, weights.standing, biases)
        numbers = [number for some in learnt for number in some]
        if not all(map(math.isfinite, numbers)):
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
        confidence: Estimated probability that the passages answer the question; 0 until it is
            estimated by :func:`with_confidence`.
        spans: By number of a candidate that was read, the words of it that answer best; places
            are those in the document.
        table: The signals of each candidate, shape ``(len(candidates), len(names))``,
        names: what they are called,
        weights: and what each is multiplied by; all empty if they are not known.
    """

    candidates: tuple[Candidate, ...]
    scores: NDArray[np.float32]
    order: tuple[int, ...]
    confidence: float
    spans: Mapping[int, Span] = field(default_factory=dict)
    table: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    names: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()

    def signals_of(self, row: int) -> dict[str, tuple[float, float]]:
        """The signals of a candidate that are not zero, each with its weight."""
        values = self.table[row].tolist() if row < len(self.table) else []
        named = zip(self.names, values, self.weights, strict=False)
        return {name: (round(value, 4), weight) for name, value, weight in named if value}

    def words(self, chosen: Sequence[Candidate]) -> str:
        """The words that answer best in some of the sentences; empty if none likely does."""
        best: tuple[Candidate, Span] | None = None
        for number, span in self.spans.items():
            item = self.candidates[number]
            better = not item.is_question and (best is None or span.score > best[1].score)
            if better and any(item is other for other in chosen):
                best = item, span
        if best is None or best[1].score < _LIKELY:
            return ""
        passage = best[0].hit.passage
        return passage.text[best[1].start - passage.start : best[1].end - passage.start]

    def only(self, keep: Callable[[Candidate], bool]) -> Evidence:
        """The same of some of the candidates."""
        kept = [number for number, item in enumerate(self.candidates) if keep(item)]
        places = {number: place for place, number in enumerate(kept)}
        order = tuple(places[number] for number in self.order if number in places)
        candidates = tuple(self.candidates[number] for number in kept)
        spans = {places[n]: span for n, span in self.spans.items() if n in places}
        table = self.table[kept] if len(self.table) else self.table
        return replace(
            self,
            candidates=candidates,
            scores=self.scores[kept],
            order=order,
            spans=spans,
            table=table,
        )


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
    return Evidence(tuple(candidates), scores, order, 0.0, {}, table, FEATURES, weights.sentence)


def with_confidence(
    query: Query, evidence: Evidence, words: StaticEmbedder, weights: Weights
) -> Evidence:
    """Evidence with the probability that the passages it was taken from answer the question."""
    if not evidence.candidates:
        return evidence
    best = evidence.order[0]
    span = evidence.spans.get(best)
    score = max(item.hit.score for item in evidence.candidates)
    item, before = evidence.candidates[best], evidence.candidates[best - 1]
    asked = before if before.is_question and item.follows(before) else None
    signals = confidence_features(query, item, span, score, words, asked)
    chance = probability(signals, weights.confidence, weights.bias, vague=query.vague)
    return replace(evidence, confidence=chance)


def answerable(query: Query, evidence: Evidence, weights: Weights) -> float:
    """The confidence in what is told of one question alone, corrected by how its evidence stands.

    Parts of a question, and other readings of it, are compared by the plain confidence.
    """
    if not evidence.order:
        return evidence.confidence
    spans = evidence.spans.values()
    stands = standing(query.text, evidence.candidates, evidence.scores, evidence.order, spans)
    return corrected(evidence.confidence, stands, weights.standing, weights.standing_bias)
