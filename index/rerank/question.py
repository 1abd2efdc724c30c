"""A question as the reranker sees it: its words, what they weigh, its characters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.normalize import fold
from index.asked import FUNCTION_WORDS, question_kind

Floats = NDArray[np.float32]

_LONGEST = 250  # characters; the numbers of the distinct ones must fit a byte


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read once for all its candidates.

    Attributes:
        text: As asked.
        folded: Its folded text, at most 250 characters.
        kind: What it asks for; see :func:`index.asked.question_kind`.
        terms: Its search terms without function words, each once; all if nothing else is left.
        weights: The idf of each, shape ``(terms,)``.
        idf: Inverse document frequency of any word in the knowledge base.
    """

    text: str
    folded: str
    kind: str
    terms: tuple[str, ...]
    weights: Floats
    idf: Callable[[str], float]

    @classmethod
    def read(cls, text: str, terms: Sequence[str], idf: Callable[[str], float]) -> Question:
        """Read a question.

        Args:
            text: As asked.
            terms: Its search terms.
            idf: Inverse document frequency of a term.
        """
        distinct = tuple(dict.fromkeys(terms))
        content = tuple(term for term in distinct if term not in FUNCTION_WORDS) or distinct
        weights = np.fromiter(map(idf, content), np.float32, len(content))
        folded = " ".join(fold(text).split())[:_LONGEST]
        return cls(text, folded, question_kind(text), content, weights, idf)

    def character_weights(self) -> Floats:
        """For each character of the folded text the weight of the weightiest term over it."""
        found = np.zeros(len(self.folded), np.float32)
        for term, weight in zip(self.terms, self.weights, strict=True):
            at = self.folded.find(term)
            while term and at >= 0:
                found[at : at + len(term)] = np.maximum(found[at : at + len(term)], weight)
                at = self.folded.find(term, at + 1)
        return found
