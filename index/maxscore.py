"""The best rows of one segment under BM25, without scoring every row.

Terms are taken from the weightiest down. Once those left cannot lift a row over the k-th best score
so far, they are looked up in the rows that are still in the race only (after MaxScore, Turtle &
Flood 1995).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.postings import Postings, TermKeys

Scores = NDArray[np.float32]
Positions = NDArray[np.int64]

_CHEAP_TO_ADD = 16  # postings that are added up in the time it takes to look one row up


class WeightedQuery:
    """The known terms of a query, weightiest first.

    Args:
        weights: What each term counts in the query.
        k1: As in :class:`index.sparse.Bm25Settings`.
        keys: Hashes of terms.

    Attributes:
        keys: The hash of each term.
        gains: What each term adds at most, were it to stand in a row without end.
        left: What the terms from each on can add together; the last entry is 0.
    """

    def __init__(self, weights: Mapping[str, float], k1: float, keys: TermKeys) -> None:
        terms = sorted(weights, key=lambda term: -weights[term])
        self.keys = keys.of(terms)
        self.gains = np.array([weights[term] * (k1 + 1) for term in terms], np.float32)
        self.left = np.append(np.cumsum(self.gains[::-1])[::-1], 0.0)


@dataclass(frozen=True, slots=True)
class TermPostings:
    """One term's postings in one segment.

    Attributes:
        norms: What BM25 adds to a term's count in the denominator, shape ``(rows,)``.
        gain: What the term adds at most.
        first: Where its postings begin.
        last: Where they end.
    """

    postings: Postings
    norms: Scores
    gain: np.float32
    first: int
    last: int

    def add(self, scores: Scores, wanted: NDArray[np.int64] | None = None) -> None:
        """Add the term's part to the scores of all rows, or at least of the wanted ones."""
        rows = self.postings.rows[self.first : self.last]
        counts = self.postings.counts[self.first : self.last]
        if wanted is not None and len(rows) > _CHEAP_TO_ADD * len(wanted):
            at = np.searchsorted(rows, wanted.astype(np.uint16))
            at[at == len(rows)] = 0
            at = at[rows[at] == wanted]
            rows, counts = rows[at], counts[at]
        if len(rows):
            often = counts.astype(np.float32)
            scores[rows] += self.gain * often / (often + self.norms[rows])


def best_rows(
    postings: Postings,
    norms: Scores,
    query: WeightedQuery,
    floor: float,
    shut: NDArray[np.bool_] | None,
) -> tuple[NDArray[np.int64], Scores]:
    """The rows of a segment that score at least ``floor`` and more than nothing.

    Args:
        postings: Of the segment.
        norms: As in :class:`TermPostings`.
        query: What is asked.
        floor: The k-th best score so far.
        shut: Rows that may not be returned, shape ``(rows,)``; None for none.

    Returns:
        Rows, ascending, and the score of each.
    """
    scores = np.zeros(postings.size, np.float32)
    first, last = postings.ranges(query.keys)
    racing: NDArray[np.int64] | None = None
    # Sums in another order may differ in their last digits.
    slack = 1e-4 * float(query.left[0])
    for number, gain in enumerate(query.gains):
        left = float(query.left[number])
        if racing is not None:
            racing = racing[scores[racing] >= floor - left - slack]
        elif left + slack < floor:
            racing = np.flatnonzero(scores >= floor - left - slack)
        term = TermPostings(postings, norms, gain, int(first[number]), int(last[number]))
        term.add(scores, racing)
    if racing is None:
        racing = np.flatnonzero(scores)
    if shut is not None:
        racing = racing[~shut[racing]]
    found = scores[racing]
    good = (found >= floor) & (found > 0)
    return racing[good], found[good]


def top_k(positions: Positions, scores: Scores, k: int) -> tuple[Positions, Scores]:
    """The ``k`` largest scores, largest first, ties by position."""
    if len(scores) > k:
        good = scores >= np.partition(scores, -k)[-k]
        positions, scores = positions[good], scores[good]
    order = np.lexsort((positions, -scores))[:k]
    return positions[order], scores[order]
