"""What an answer is told to remember of how it was found, so that it can explain itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corpus.claims import Ground
from corpus.records import Answer
from rag.evidence import Evidence

_BEST = 5


def with_reasons(answer: Answer, weighed: Sequence[Evidence], words: Mapping[str, float]) -> Answer:
    """An answer with the words that were searched for and the sentences that were weighed.

    Args:
        answer: Tells what is cited.
        weighed: What the question found, of which the best few sentences are told and all that are
            cited; then what was looked up besides, of which those that are cited.
        words: The words with their inverse document frequency.
    """
    cited = [(item.passage.document_id, item.start, item.end) for item in answer.citations]
    grounds = tuple(
        _ground(evidence, row)
        for number, evidence in enumerate(weighed)
        for place, row in enumerate(evidence.order)
        if (number == 0 and place < _BEST) or _is_cited(evidence, row, cited)
    )
    return replace(answer, words=words, grounds=grounds)


def _is_cited(evidence: Evidence, row: int, cited: Sequence[tuple[str, int, int]]) -> bool:
    item = evidence.candidates[row]
    return any(
        item.hit.passage.document_id == document_id and start <= item.start and item.end <= end
        for document_id, start, end in cited
    )


def _ground(evidence: Evidence, row: int) -> Ground:
    item = evidence.candidates[row]
    passage = item.hit.passage
    return Ground(
        document_id=passage.document_id,
        passage_id=passage.id,
        source=passage.source,
        text=item.text,
        start=item.start,
        end=item.end,
        score=round(float(evidence.scores[row]), 4),
        signals=evidence.signals_of(row),
    )
