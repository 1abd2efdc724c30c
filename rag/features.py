"""What speaks for a sentence as evidence: signals between 0 and 1, mostly."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpus.normalize import fold
from corpus.records import Hit, Passage
from index.asked import content_terms
from index.embed import StaticEmbedder, Vectors, normalize
from rag.cutting import Cutter
from rag.query import Query
from rag.wanted import wanted

FEATURES = (
    "coverage", "context_coverage", "neighbour_coverage", "pair_coverage", "interaction", "cosine",
    "passage_score", "passage_first", "asked_present", "asked_missing", "is_question",
    "is_heading", "is_short", "length", "novelty",
)  # fmt: skip
"""Names of the columns of :func:`sentence_features`."""

_REMEMBERED = 4_000  # sentences
_GAP = 2  # characters between sentences that follow each other
_ITEM = re.compile(r"[-*+•·●▪◦]|\d{1,3}[.)、）]")
_BEHIND_ITEM = re.compile(r"(?:[-*+•·●▪◦]\s|\d{1,3}[.)、）](?!\d))\s*\S")
_ASKS = re.compile(r"[？?][”」』\"]?$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be evidence.

    Attributes:
        hit: The passage it stands in.
        index: Its number among the passage's sentences.
        text: Equal to ``document.text[start:end]``.
    """

    hit: Hit
    index: int
    text: str
    start: int
    end: int

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading line."""
        passage = self.hit.passage
        line = passage.text.rfind("\n", 0, self.start - passage.start) + 1
        return passage.text.startswith("#", line) and self.text in (
            *passage.headings,
            passage.text[line : self.end - passage.start].lstrip("# "),
        )

    def follows(self, other: Candidate) -> bool:
        """Whether it is the next sentence of the same document."""
        same = self.hit.passage.document_id == other.hit.passage.document_id
        return same and 0 <= self.start - other.end <= _GAP

    @property
    def is_question(self) -> bool:
        """Whether it asks."""
        return _ASKS.search(self.text.rstrip()) is not None

    @property
    def is_item(self) -> bool:
        """Whether it opens a list item."""
        return _ITEM.fullmatch(self._before()) is not None

    @property
    def follows_item(self) -> bool:
        """Whether it goes on with a list item that an earlier sentence of the line opened."""
        return _BEHIND_ITEM.match(self._before()) is not None

    def _before(self) -> str:
        """What stands before it on its line."""
        passage = self.hit.passage
        line = passage.text.rfind("\n", 0, self.start - passage.start) + 1
        return passage.text[line : self.start - passage.start].strip()


def ends_with_question(passage: Passage) -> bool:
    """Whether the last sentence of a passage asks."""
    return _ASKS.search(passage.text.rstrip()) is not None


def candidates_of(hits: Sequence[Hit]) -> list[Candidate]:
    """All sentences of some passages, in order; a sentence two passages share comes once."""
    seen: set[tuple[str, int]] = set()
    found = []
    for hit in hits:
        passage = hit.passage
        for index, (start, end) in enumerate(passage.sentences):
            if (passage.document_id, start) not in seen:
                seen.add((passage.document_id, start))
                text = passage.text[start - passage.start : end - passage.start]
                found.append(Candidate(hit, index, text, start, end))
    return found


def sentence_features(
    query: Query,
    candidates: Sequence[Candidate],
    segmenter: Cutter,
    idf: Callable[[str], float],
    words: StaticEmbedder,
) -> NDArray[np.float32]:
    """Signals of each candidate, shape ``(len(candidates), len(FEATURES))``.

    Args:
        query: The question.
        candidates: Sentences, those of one passage next to each other.
        segmenter: Cuts them into terms.
        idf: Inverse document frequency of a term in the knowledge base.
        words: The static model whose word vectors are compared.
    """
    weights = {term: idf(term) for term in query.terms}
    total = sum(weights.values()) or 1.0
    own = [set(segmenter.terms(item.text)) for item in candidates]
    above_of = {id(item.hit): set(segmenter.terms(_above(item.hit.passage))) for item in candidates}
    interaction, cosine = _vector_signals(query.text, [item.text for item in candidates], words)
    pairs = _pairs(query.text)
    top = max((item.hit.score for item in candidates), default=1.0) or 1.0
    asked_for = wanted(query.text)
    table = np.zeros((len(candidates), len(FEATURES)), np.float32)
    for row, item in enumerate(candidates):
        above = above_of[id(item.hit)]
        beside: set[str] = set()
        for other in (row - 1, row + 1):
            if 0 <= other < len(candidates) and candidates[other].hit is item.hit:
                beside |= own[other]
        met = own[row]
        holds = asked_for.is_told(candidates[row - 1].text if item.index and row else "", item.text)
        text_pairs = _pairs(item.text)
        fresh = [term for term in content_terms(sorted(met)) if term not in weights]
        table[row] = (
            sum(weights[t] for t in weights if t in met) / total,
            sum(weights[t] for t in weights if t in above and t not in met) / total,
            sum(weights[t] for t in weights if t in beside - above and t not in met) / total,
            len(pairs & text_pairs) / max(len(pairs), 1),
            interaction[row],
            cosine[row],
            item.hit.score / top,
            float(item.hit.rank == 1),
            float(holds is True),
            float(holds is False and asked_for.decides),
            float(item.is_question),
            float(item.is_heading),
            float(len(item.text) < 8),
            min(math.log1p(len(item.text)) / 6, 1.0),
            min(len(fresh) / 6, 1.0),
        )
    return table


def _vector_signals(
    question: str, sentences: Sequence[str], words: StaticEmbedder
) -> tuple[Vectors, Vectors]:
    """Late interaction and cosine of a question with each sentence.

    Late interaction: for each word of the question the most similar word of the sentence, weighted
    by the length of the question word's vector, which grows with how much the word says (after
    ColBERT's MaxSim, Khattab & Zaharia 2020, with static vectors).
    """
    vectors, counts = words.token_vectors([question, *sentences])
    asked, told = vectors[: counts[0]], vectors[counts[0] :]
    interaction = np.zeros(len(sentences), np.float32)
    cosine = np.zeros(len(sentences), np.float32)
    (wordy,) = np.nonzero(counts[1:])
    if not len(asked) or not len(wordy):
        return interaction, cosine
    ends = np.cumsum(counts[1:])
    begins = (ends - counts[1:])[wordy]
    lengths = np.linalg.norm(asked, axis=1)
    norms = np.sqrt(np.einsum("ij,ij->i", told, told))
    likeness = (normalize(asked) @ told.T) / np.where(norms > 0, norms, 1)
    weights = lengths / max(float(lengths.sum()), 1e-9)
    interaction[wordy] = weights @ np.maximum.reduceat(likeness, begins, axis=1)
    # A mean and a sum have the same direction.
    sums = np.add.reduceat(told, begins, axis=0)
    cosine[wordy] = normalize(sums) @ normalize(asked.sum(axis=0, keepdims=True))[0]
    return interaction, cosine


def _above(passage: Passage) -> str:
    """What stands above a passage's sentences."""
    return " ".join((passage.title, *passage.headings, *passage.context))


@lru_cache(_REMEMBERED)
def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters, white space and punctuation left out."""
    kept = "".join(character for character in fold(text) if character.isalnum())
    return frozenset(kept[i : i + 2] for i in range(len(kept) - 1)) or frozenset({kept})
