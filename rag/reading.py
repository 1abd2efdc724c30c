"""Evidence read: the best sentences are read for the words that answer, and ranked anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, takewhile

import numpy as np
from numpy.typing import NDArray

from rag.evidence import READING_FEATURES, Evidence
from rag.features import Candidate
from rag.query import Query
from rag.reader import Reader, Span
from rag.wanted import wanted

_BEST = 4  # sentences that are read, with those beside them
_HARDLY_WORSE = 0.6
_LONGEST = 400  # characters of a part
_SURE = 10.0  # log odds beyond which a reader's certainty says nothing more


def read_evidence(
    query: Query, evidence: Evidence, reader: Reader, weights: Sequence[float]
) -> Evidence:
    """Evidence whose best sentences have been read: with their spans, and ranked by them too.

    Args:
        query: The question.
        evidence: As its signals weigh it.
        reader: Reads.
        weights: One for each of ``READING_FEATURES``.
    """
    if not evidence.candidates:
        return evidence
    spans = read_spans(query.text, evidence.candidates, evidence.scores, reader)
    table = reading_features(evidence.table, spans)
    scores = (table @ np.asarray(weights, np.float32)).astype(np.float32)
    order = tuple(int(row) for row in np.argsort(-scores, kind="stable"))
    return replace(
        evidence,
        scores=scores,
        order=order,
        spans=spans,
        table=table,
        names=READING_FEATURES,
        weights=tuple(weights),
    )


def reading_features(
    signals: NDArray[np.float32], spans: Mapping[int, Span]
) -> NDArray[np.float32]:
    """What sentences are ranked by at last, shape ``(sentences, len(READING_FEATURES))``.

    Args:
        signals: What they were ranked by before, shape ``(sentences, len(FEATURES))``.
        spans: By number of a sentence that was read, the words that answer best.
    """
    read = np.zeros((len(signals), 2), np.float32)
    read[:, 1] = 1
    for number, span in spans.items():
        read[number] = np.clip(span.score, -_SURE, _SURE), 0
    return np.hstack([signals, read])


def read_spans(
    question: str, candidates: Sequence[Candidate], scores: NDArray[np.float32], reader: Reader
) -> dict[int, Span]:
    """The words that answer best in each of the sentences that are read.

    The best sentences are read, and one more that holds what is of the kind asked for, each with
    the one before and the one behind it, since names and pronouns are understood from there.

    Args:
        question: The question.
        candidates: Sentences, those of one passage next to each other.
        scores: How good each is, shape ``(len(candidates),)``.
        reader: Reads.

    Returns:
        By number of a candidate; places are those in the document, and within the candidate.
    """
    parts = list(_parts(question, candidates, scores))
    texts = [_text(candidates, first, last) for first, last in parts]
    spans: dict[int, Span] = {}
    for (first, last), reading in zip(parts, reader.read(question, texts), strict=True):
        origin = candidates[first].start
        for number in range(first, last + 1):
            item = candidates[number]
            found = reading.best(item.start - origin, item.end - origin)
            if found is not None:
                end = min(found.end + origin, item.end)
                spans[number] = Span(found.start + origin, end, found.score)
    return spans


def _parts(
    question: str, candidates: Sequence[Candidate], scores: NDArray[np.float32]
) -> Iterator[tuple[int, int]]:
    """First and last number of the sentences of each part."""
    read: set[int] = set()
    for number in _read(question, candidates, scores):
        hit = candidates[number].hit
        near = range(max(number - 1, 0), min(number + 2, len(candidates)))
        read.update(other for other in near if candidates[other].hit is hit)
    first = last = -1
    for number in sorted(read):
        goes_on = (
            number == last + 1
            and first >= 0
            and candidates[number].hit is candidates[first].hit
            and candidates[number].end - candidates[first].start <= _LONGEST
        )
        if not goes_on:
            if first >= 0:
                yield first, last
            first = number
        last = number
    if first >= 0:
        yield first, last


def _read(question: str, candidates: Sequence[Candidate], scores: NDArray[np.float32]) -> list[int]:
    """The best sentences, and one that holds what is asked for and is hardly worse than they."""
    order, asked_for = np.argsort(-scores, kind="stable").tolist(), wanted(question)
    best, behind = order[:_BEST], order[_BEST:]
    if not asked_for.decides or not behind:
        return list(best)
    near = takewhile(lambda n: scores[n] >= scores[best[-1]] - _HARDLY_WORSE, behind)
    return [*best, *islice((n for n in near if asked_for.is_in(candidates[n].text)), 1)]


def _text(candidates: Sequence[Candidate], first: int, last: int) -> str:
    passage = candidates[first].hit.passage
    return passage.text[
        candidates[first].start - passage.start : candidates[last].end - passage.start
    ]
